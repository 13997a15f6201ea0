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
    /// Learnt numbers of what stands between.
    pub parameters: u64,
    /// Its nodes, in order.
    pub links: Vec<&'a NodeProto>,
}

impl<'a> LayerTail<'a> {
    /// A chain of one.
    pub fn end(tensor: &'a str) -> LayerTail<'a> {
        LayerTail { tensor, activation: None, parameters: 0, links: Vec::new() }
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
            // Of a batch norm, scale and shift are learnt; mean and variance are counted off the data.
            "BatchNormalization" => {
                tail.parameters += user.input.iter().skip(1).take(2).map(|n| lookup.volume(n)).sum::<u64>();
            }
            "Add" | "Sub" | "Mul" | "Div" if others().all(|name| lookup.constant(name)) => {
                tail.parameters += others().map(|name| lookup.volume(name)).sum::<u64>();
            }
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
