//! What must hold of a file before the runtime is given it.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};
use vggscope_core::error::{ModelError, NotCnn};
use vggscope_core::nn::labels::tidy;

use super::{Lookup, broken};
use crate::load::normalise::DOMAIN;
use crate::ops::onnx::resize::Sampling;

/// The operators that networks on images are made of, and how many inputs each takes. Others are refused by name.
const OPERATORS: &[(&str, RangeInclusive<usize>)] = &[
    ("Abs", 1..=1),
    ("Add", 2..=2),
    ("AveragePool", 1..=1),
    ("BatchNormalization", 5..=5),
    ("Cast", 1..=1),
    ("Ceil", 1..=1),
    ("Clip", 1..=3),
    ("Concat", 1..=MANY),
    ("Constant", 0..=0),
    ("ConstantOfShape", 1..=1),
    ("Conv", 2..=3),
    ("ConvTranspose", 2..=3),
    ("DepthToSpace", 1..=1),
    ("DequantizeLinear", 2..=3),
    ("Div", 2..=2),
    ("Dropout", 1..=3),
    ("DynamicFakeQuantize", 1..=1),
    ("Elu", 1..=1),
    ("Equal", 2..=2),
    ("Erf", 1..=1),
    ("Exp", 1..=1),
    ("Expand", 2..=2),
    ("FakeQuantize", 1..=1),
    ("Flatten", 1..=1),
    ("Floor", 1..=1),
    ("Gather", 2..=2),
    ("Gelu", 1..=1),
    ("Gemm", 2..=3),
    ("GlobalAveragePool", 1..=1),
    ("GlobalMaxPool", 1..=1),
    ("HardSigmoid", 1..=1),
    ("HardSwish", 1..=1),
    ("Identity", 1..=1),
    ("InstanceNormalization", 3..=3),
    ("LRN", 1..=1),
    ("LayerNormalization", 2..=3),
    ("LeakyRelu", 1..=1),
    ("Log", 1..=1),
    ("LogSoftmax", 1..=1),
    ("LpNormalization", 1..=1),
    ("MatMul", 2..=2),
    ("Max", 1..=MANY),
    ("MaxPool", 1..=1),
    ("Min", 1..=MANY),
    ("Mish", 1..=1),
    ("Mul", 2..=2),
    ("Neg", 1..=1),
    ("PRelu", 2..=2),
    ("Pad", 1..=4),
    ("Pow", 2..=2),
    ("Reciprocal", 1..=1),
    ("ReduceL2", 1..=2),
    ("ReduceMax", 1..=2),
    ("ReduceMean", 1..=2),
    ("ReduceMin", 1..=2),
    ("ReduceProd", 1..=2),
    ("ReduceSum", 1..=2),
    ("Relu", 1..=1),
    ("Reshape", 2..=2),
    ("Resize", 2..=2),
    ("Round", 1..=1),
    ("Selu", 1..=1),
    ("Shape", 1..=1),
    ("Sigmoid", 1..=1),
    ("Slice", 1..=5),
    ("Softmax", 1..=1),
    ("Softplus", 1..=1),
    ("Softsign", 1..=1),
    ("SpaceToDepth", 1..=1),
    ("Split", 1..=2),
    ("Sqrt", 1..=1),
    ("Squeeze", 1..=2),
    ("Sub", 2..=2),
    ("Sum", 1..=MANY),
    ("Tanh", 1..=1),
    ("Transpose", 1..=1),
    ("Unsqueeze", 1..=2),
    ("Where", 3..=3),
];

/// Operators that sizes are worked out with, before there is a photo.
const OF_SIZES: [&str; 3] = ["Equal", "ReduceProd", "Where"];

/// As many inputs as any operator has.
const MANY: usize = 1024;
/// More nodes than any network on images has. The runtime takes a time that grows with the square of their number to
/// prepare them: tens of seconds for as many as this.
pub const MOST_NODES: usize = 4096;
/// The most inputs of all nodes, for the same reason: eight times those of DenseNet-201, whose layers read all before them.
const MOST_READ: usize = 4 * MOST_NODES;
/// The largest number that makes sense as a kernel's size, stride, dilation or padding.
pub(super) const LARGEST_WINDOW: i64 = 4096;
/// The most axes that a tensor may have.
pub(super) const MOST_AXES: usize = 8;

/// How many inputs an operator takes, if the engine takes the operator.
fn arity(operator: &str) -> Option<RangeInclusive<usize>> {
    let place = OPERATORS.binary_search_by_key(&operator, |(name, _)| name).ok()?;
    Some(OPERATORS[place].1.clone())
}

/// Checks a file's graph, so that nothing in it points nowhere or claims more than is there. `elsewhere` is, for each
/// initializer, how many bytes of it stand elsewhere in the file; none where there are no more.
///
/// # Errors
/// What is wrong with it.
pub fn check(
    model: &ModelProto,
    elsewhere: impl IntoIterator<Item = usize>,
) -> Result<&GraphProto, ModelError> {
    let graph = model.graph.as_ref().ok_or(ModelError::NotOnnx)?;
    for count in [graph.node.len(), graph.initializer.len(), graph.input.len()] {
        if graph.node.is_empty() || count > MOST_NODES {
            return Err(broken(&format!("{count} nodes")));
        }
    }
    let read: usize = graph.node.iter().map(|node| node.input.len()).sum();
    if read > MOST_READ {
        return Err(broken(&format!("{read} inputs of nodes")));
    }
    if attends(graph) {
        return Err(ModelError::NotCnn(NotCnn::Attention));
    }
    // Weights may be inputs too, as they had to be before IR version 4, but there is one of each name.
    let inputs = distinct(graph.input.iter().map(|input| &input.name))?;
    let mut seen = distinct(graph.initializer.iter().map(|tensor| &tensor.name))?;
    seen.extend(inputs);
    let elsewhere = elsewhere.into_iter().chain(std::iter::repeat(0));
    graph.initializer.iter().zip(elsewhere).try_for_each(|(tensor, bytes)| check_tensor(tensor, bytes))?;
    let lookup = Lookup::of(graph);
    for node in &graph.node {
        check_node(node)?;
        if OF_SIZES.contains(&node.op_type.as_str()) && !lookup.is_constant(node) {
            return Err(ModelError::Unsupported { operator: node.op_type.clone() });
        }
        if let Some(input) = node.input.iter().find(|name| !name.is_empty() && !seen.contains(name.as_str()))
        {
            return Err(broken(&format!("{} reads {input}, which nothing before it makes", node.op_type)));
        }
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            if !seen.insert(output) {
                return Err(broken(&format!("two tensors are called {output}")));
            }
        }
    }
    match graph.output.iter().find(|output| !seen.contains(output.name.as_str())) {
        Some(output) => Err(broken(&format!("nothing makes the output {}", output.name))),
        None => Ok(graph),
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Result<HashSet<&'a str>, ModelError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name.as_str()) {
            return Err(broken(&format!("two things are called {name}")));
        }
    }
    Ok(seen)
}

/// Whether the graph multiplies two computed matrices: attention, which no convolutional network has. Asked before
/// operators are, since a transformer is better called by its name than by the first of its operators.
fn attends(graph: &GraphProto) -> bool {
    let lookup = Lookup::of(graph);
    graph.node.iter().any(|node| {
        let named =
            matches!(node.op_type.as_str(), "Attention" | "MultiHeadAttention" | "GroupQueryAttention");
        let multiplies = node.op_type == "MatMul" && !node.input.is_empty();
        named || multiplies && !node.input.iter().any(|name| lookup.constant(name))
    })
}

/// A node must be of a known operator, have the inputs and outputs that it needs, and no attribute out of range.
fn check_node(node: &NodeProto) -> Result<(), ModelError> {
    let operator = node.op_type.as_str();
    let is_ours = operator.ends_with("FakeQuantize");
    let is_known = |domain: &str| if is_ours { domain == DOMAIN } else { matches!(domain, "" | "ai.onnx") };
    let arity = arity(operator).filter(|_| is_known(&node.domain));
    let Some(arity) = arity else {
        let domain = if node.domain.is_empty() { String::new() } else { format!("{}.", node.domain) };
        return Err(ModelError::Unsupported { operator: tidy(&format!("{domain}{operator}")) });
    };
    let needed = node.input.iter().take(*arity.start());
    if !arity.contains(&node.input.len()) || needed.chain(node.output.first()).any(String::is_empty) {
        return Err(broken(&format!("{operator} of {} inputs", node.input.len())));
    }
    if node.output.is_empty() {
        return Err(broken(&format!("{operator} without output")));
    }
    if operator == "Resize" {
        Sampling::read(node)
            .map_err(|mode| ModelError::Unsupported { operator: tidy(&format!("Resize ({mode})")) })?;
    }
    if operator == "BatchNormalization" && node.output.iter().skip(1).any(|name| !name.is_empty()) {
        return Err(ModelError::NotCnn(NotCnn::Training));
    }
    // Of two of a name the runtime takes one, and what else reads them might take both.
    distinct(node.attribute.iter().map(|attribute| &attribute.name))?;
    node.attribute.iter().try_for_each(|attribute| check_attribute(operator, attribute))
}

fn check_attribute(operator: &str, attribute: &AttributeProto) -> Result<(), ModelError> {
    if let Some(tensor) = &attribute.t {
        check_tensor(tensor, 0)?;
    }
    let name = attribute.name.as_str();
    // The runtime reads no mode of SpaceToDepth, and operator set 27 has one.
    let is_other = match operator {
        "SpaceToDepth" => attribute.s != b"DCR",
        "Pad" => !matches!(attribute.s.as_slice(), b"constant" | b"edge" | b"reflect"),
        _ => false,
    };
    if name == "mode" && is_other {
        let mode = String::from_utf8_lossy(&attribute.s);
        return Err(ModelError::Unsupported { operator: tidy(&format!("{operator} (mode {mode})")) });
    }
    let one = std::slice::from_ref(&attribute.i);
    let (values, range) = match name {
        "kernel_shape" | "strides" | "dilations" => (attribute.ints.as_slice(), 1..=LARGEST_WINDOW),
        "pads" | "output_padding" => (attribute.ints.as_slice(), 0..=LARGEST_WINDOW),
        // An order that names an axis twice has the runtime look for the other one for ever.
        "perm" if attribute.ints.len() > MOST_AXES => {
            return Err(broken(&format!("{operator}: {name} of {} axes", attribute.ints.len())));
        }
        "perm" if !(0..attribute.ints.len() as i64).all(|axis| attribute.ints.contains(&axis)) => {
            return Err(broken(&format!("{operator}: {name} of {:?}", attribute.ints)));
        }
        "axes" | "perm" => (attribute.ints.as_slice(), -(MOST_AXES as i64)..=MOST_AXES as i64),
        "axis" => (one, -(MOST_AXES as i64)..=MOST_AXES as i64),
        "output_shape" => (attribute.ints.as_slice(), 1..=i64::from(u16::MAX)),
        "group" | "size" => (one, 1..=i64::from(u16::MAX)),
        _ => return Ok(()),
    };
    if operator == "Pad" && values.iter().any(|value| *value < 0) {
        return Err(ModelError::Unsupported { operator: "Pad (negative)".to_owned() });
    }
    if let Some(value) = values.iter().find(|value| !range.contains(*value)) {
        return Err(broken(&format!("{operator}: {name} of {value}")));
    }
    // The runtime looks up a number for each of the two axes without asking whether it is there.
    let numbers = if name == "pads" { 4 } else { 2 };
    let window =
        matches!(name, "kernel_shape" | "strides" | "dilations" | "pads" | "output_padding" | "output_shape");
    let slides = matches!(operator, "Conv" | "ConvTranspose" | "MaxPool" | "AveragePool");
    // One over vectors, along one axis, may stand beside those over maps; whether it does so is seen when shapes are known.
    let over_vectors = operator == "Conv" && 2 * values.len() == numbers;
    if window && slides && values.len() != numbers && !over_vectors {
        return Err(match (operator, name) {
            ("Conv" | "ConvTranspose", "kernel_shape") => ModelError::NotCnn(NotCnn::NoConvolution),
            _ => broken(&format!("{operator}: {name} of {} numbers", values.len())),
        });
    }
    Ok(())
}

/// A tensor must hold as many bytes as its dimensions say, some of them elsewhere in the file. What stands in other files was looked up before.
fn check_tensor(tensor: &TensorProto, elsewhere: usize) -> Result<(), ModelError> {
    if !tensor.external_data.is_empty() || tensor.data_location.is_some_and(|place| place != 0) {
        return Err(broken("an attribute in another file"));
    }
    let volume = volume(&tensor.dims).ok_or_else(|| broken(&format!("dimensions {:?}", tensor.dims)))?;
    let size = element_size(tensor.data_type)
        .ok_or_else(|| broken(&format!("a tensor of type {}", tensor.data_type)))?;
    let raw = (tensor.raw_data.len() + elsewhere) as u64;
    let held = if raw == 0 {
        let lists = [
            tensor.float_data.len(),
            tensor.int32_data.len(),
            tensor.int64_data.len(),
            tensor.double_data.len(),
            tensor.uint64_data.len(),
        ];
        lists.into_iter().max().unwrap_or(0) as u64
    } else if raw.is_multiple_of(size) {
        raw / size
    } else {
        u64::MAX
    };
    if held != volume {
        return Err(broken(&format!("a tensor of {volume} values that holds {held}")));
    }
    Ok(())
}

/// The bytes that a value of a type takes; none for types that are not read.
pub fn element_size(data_type: i32) -> Option<u64> {
    Some(match DataType::try_from(data_type).ok()? {
        DataType::Float | DataType::Int32 | DataType::Uint32 => 4,
        DataType::Double | DataType::Int64 | DataType::Uint64 => 8,
        DataType::Float16 | DataType::Bfloat16 | DataType::Int16 | DataType::Uint16 => 2,
        DataType::Int8 | DataType::Uint8 | DataType::Bool => 1,
        _ => return None,
    })
}

/// The number of values of a tensor of these dimensions. An empty list is a list all the same; an axis of nothing
/// among others is none that a network on images has.
fn volume(dims: &[i64]) -> Option<u64> {
    let sound = dims.len() <= MOST_AXES && (dims == [0] || dims.iter().all(|dim| *dim > 0));
    dims.iter().try_fold(1u64, |volume, dim| volume.checked_mul(u64::try_from(*dim).ok()?)).filter(|_| sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(OPERATORS.is_sorted_by_key(|(name, _)| name));
        assert_eq!((arity("Conv"), arity("Unsqueeze"), arity("Loop")), (Some(2..=3), Some(1..=2), None));
    }
}
