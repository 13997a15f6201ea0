//! From a convolution to the tensor that people mean by its feature maps: through bias, normalisation and
//! activation function.

use tract_onnx::pb::NodeProto;

use super::Lookup;

/// The end of the chain that belongs to one layer.
pub struct LayerTail<'a> {
    /// Name of its last tensor.
    pub tensor: &'a str,
    /// The activation function that ends it.
    pub activation: Option<String>,
    /// Its nodes, in order.
    pub links: Vec<&'a NodeProto>,
}

impl<'a> LayerTail<'a> {
    /// A chain of one.
    fn end(tensor: &'a str) -> LayerTail<'a> {
        LayerTail { tensor, activation: None, links: Vec::new() }
    }

    /// The chain of what is only rounded.
    pub fn rounded(output: &'a str, lookup: &Lookup<'a>) -> LayerTail<'a> {
        let mut tail = LayerTail::end(output);
        while let Some(user) = lookup.only_user(tail.tensor).filter(|user| user.op_type == "FakeQuantize") {
            tail.links.push(user);
            tail.tensor = &user.output[0];
        }
        tail
    }
}

/// Follows a tensor as long as one node alone uses it and that node belongs to the layer.
pub fn follow<'a>(output: &'a str, lookup: &Lookup<'a>) -> LayerTail<'a> {
    let mut tail = LayerTail::end(output);
    while let Some(user) = lookup.only_user(tail.tensor)
        && let Some(next) = user.output.first()
    {
        let others = || user.input.iter().filter(|name| **name != tail.tensor);
        match user.op_type.as_str() {
            // Where no number below zero is left, rounding rectifies too.
            "FakeQuantize" if tail.activation.is_none() && cuts_at_zero(user) => {
                tail.activation = Some("Relu".to_owned());
            }
            "FakeQuantize" => {}
            // Behind the activation function, numbers are only rounded.
            _ if tail.activation.is_some() => break,
            "BatchNormalization" => {}
            "Add" | "Sub" | "Mul" | "Div" if others().all(|name| lookup.constant(name)) => {}
            "Identity" | "Dropout" => {}
            "Relu" | "LeakyRelu" | "PRelu" | "Clip" | "Elu" | "Selu" | "Sigmoid" | "HardSigmoid"
            | "HardSwish" | "Tanh" | "Softplus" => {
                tail.activation = Some(user.op_type.clone());
            }
            _ => break,
        }
        tail.links.push(user);
        tail.tensor = next;
    }
    tail
}

/// Whether the least number that is left is zero.
fn cuts_at_zero(rounding: &NodeProto) -> bool {
    let low = rounding.attribute.iter().find(|one| one.name == "low");
    low.is_some_and(|low| low.ints.iter().all(|step| *step == 0))
}
