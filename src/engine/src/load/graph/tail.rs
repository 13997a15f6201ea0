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
    pub fn end(tensor: &'a str) -> LayerTail<'a> {
        LayerTail { tensor, activation: None, links: Vec::new() }
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
            "BatchNormalization" => {}
            "Add" | "Sub" | "Mul" | "Div" if others().all(|name| lookup.constant(name)) => {}
            "Identity" | "Dropout" => {}
            "Relu" | "LeakyRelu" | "PRelu" | "Clip" | "Elu" | "Selu" | "Sigmoid" | "HardSigmoid"
            | "HardSwish" | "Tanh" | "Softplus" => {
                tail.activation = Some(user.op_type.clone());
                tail.links.push(user);
                tail.tensor = next;
                break;
            }
            _ => break,
        }
        tail.links.push(user);
        tail.tensor = next;
    }
    tail
}
