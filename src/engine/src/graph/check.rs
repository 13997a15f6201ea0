//! What must hold of a file before the runtime is given it.

use std::collections::HashSet;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, TensorProto};
use vggscope_core::error::{ModelError, NotCnn};

use super::Lookup;

/// The operators that networks on images are made of. Others are refused by name, so that what the runtime folds
/// at load time stays within what the file itself holds.
const OPERATORS: &[&str] = &[
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "Clip",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "DequantizeLinear",
    "Div",
    "Dropout",
    "Elu",
    "Exp",
    "Flatten",
    "Gather",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LRN",
    "LeakyRelu",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mul",
    "PRelu",
    "Pad",
    "Pow",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Selu",
    "Shape",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Softplus",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Tanh",
    "Transpose",
    "Unsqueeze",
];

/// More nodes than any network on images has.
const MOST_NODES: usize = 20_000;
/// The most values that one constant may have that is made at load time rather than stored.
const MOST_FILLED: u64 = 1 << 28;
/// The largest number that makes sense as a kernel's size, stride, dilation or padding.
const LARGEST_WINDOW: i64 = 4096;

/// Whether an operator is one that the engine takes.
fn known(operator: &str) -> bool {
    OPERATORS.binary_search(&operator).is_ok()
}

/// Checks a file's graph, so that nothing in it points nowhere or claims more than is there.
///
/// # Errors
/// What is wrong with it.
pub fn check(model: &ModelProto) -> Result<&GraphProto, ModelError> {
    let graph = model.graph.as_ref().ok_or(ModelError::NotOnnx)?;
    if graph.node.is_empty() || graph.node.len() > MOST_NODES {
        return Err(broken(format!("{} nodes", graph.node.len())));
    }
    if attends(graph) {
        return Err(ModelError::NotCnn(NotCnn::Attention));
    }
    let mut filled = 0u64;
    let mut seen: HashSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
    for tensor in &graph.initializer {
        check_tensor(tensor)?;
        seen.insert(&tensor.name);
    }
    for node in &graph.node {
        if !known(&node.op_type) || !matches!(node.domain.as_str(), "" | "ai.onnx") {
            let domain = if node.domain.is_empty() { String::new() } else { format!("{}.", node.domain) };
            let operator = vggscope_core::labels::tidy(&format!("{domain}{}", node.op_type));
            return Err(ModelError::Unsupported { operator });
        }
        if let Some(input) = node.input.iter().find(|name| !name.is_empty() && !seen.contains(name.as_str()))
        {
            return Err(broken(format!("{} reads {input}, which nothing before it makes", node.op_type)));
        }
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            if !seen.insert(output) {
                return Err(broken(format!("two tensors are called {output}")));
            }
        }
        check_attributes(node)?;
        if node.op_type == "ConstantOfShape" {
            filled = filled.saturating_add(volume_to_fill(node, graph)?);
        }
    }
    if filled > MOST_FILLED {
        return Err(ModelError::TooBig { units: filled });
    }
    match graph.output.iter().find(|output| !seen.contains(output.name.as_str())) {
        Some(output) => Err(broken(format!("nothing makes the output {}", output.name))),
        None => Ok(graph),
    }
}

/// Whether the graph multiplies two computed matrices: attention, which no convolutional network has. Asked before
/// operators are, since a transformer is better called by its name than by the first of its operators.
fn attends(graph: &GraphProto) -> bool {
    let lookup = Lookup::of(graph);
    graph.node.iter().any(|node| {
        node.op_type == "MatMul"
            && !node.input.is_empty()
            && !node.input.iter().any(|name| lookup.constant(name))
    })
}

fn broken(detail: String) -> ModelError {
    ModelError::Broken { detail: vggscope_core::labels::tidy(&detail) }
}

fn check_attributes(node: &NodeProto) -> Result<(), ModelError> {
    for attribute in &node.attribute {
        if let Some(tensor) = &attribute.t {
            check_tensor(tensor)?;
        }
        let name = attribute.name.as_str();
        let least = match name {
            "kernel_shape" | "strides" | "dilations" => 1,
            "pads" if node.op_type != "Pad" => 0,
            "pads" => -LARGEST_WINDOW,
            _ => continue,
        };
        if let Some(value) = attribute.ints.iter().find(|value| !(least..=LARGEST_WINDOW).contains(*value)) {
            return Err(broken(format!("{}: {name} of {value}", node.op_type)));
        }
    }
    Ok(())
}

/// A tensor must hold as many bytes as its dimensions say, and hold them itself.
fn check_tensor(tensor: &TensorProto) -> Result<(), ModelError> {
    if !tensor.external_data.is_empty() || tensor.data_location.is_some_and(|place| place != 0) {
        return Err(ModelError::ExternalData);
    }
    let volume = volume(&tensor.dims).ok_or_else(|| broken(format!("dimensions {:?}", tensor.dims)))?;
    let size = match DataType::try_from(tensor.data_type) {
        Ok(DataType::Float | DataType::Int32 | DataType::Uint32) => 4,
        Ok(DataType::Double | DataType::Int64 | DataType::Uint64) => 8,
        Ok(DataType::Float16 | DataType::Bfloat16 | DataType::Int16 | DataType::Uint16) => 2,
        Ok(DataType::Int8 | DataType::Uint8 | DataType::Bool) => 1,
        _ => return Err(broken(format!("a tensor of type {}", tensor.data_type))),
    };
    let held = if tensor.raw_data.is_empty() {
        let lists = [
            tensor.float_data.len(),
            tensor.int32_data.len(),
            tensor.int64_data.len(),
            tensor.double_data.len(),
            tensor.uint64_data.len(),
        ];
        lists.into_iter().max().unwrap_or(0) as u64
    } else if tensor.raw_data.len() as u64 % size == 0 {
        tensor.raw_data.len() as u64 / size
    } else {
        u64::MAX
    };
    if held != volume {
        return Err(broken(format!("a tensor of {volume} values that holds {held}")));
    }
    Ok(())
}

fn volume(dims: &[i64]) -> Option<u64> {
    dims.iter().try_fold(1u64, |volume, dim| volume.checked_mul(u64::try_from(*dim).ok()?))
}

/// The whole numbers of a small constant tensor.
pub(super) fn ints(tensor: &TensorProto) -> Option<Vec<u64>> {
    let values: Vec<i64> = if tensor.raw_data.is_empty() {
        tensor.int64_data.clone()
    } else {
        tensor.raw_data.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()
    };
    values.into_iter().map(|value| u64::try_from(value).ok()).collect()
}

fn volume_to_fill(node: &NodeProto, graph: &GraphProto) -> Result<u64, ModelError> {
    let shape = node.input.first().map_or("", String::as_str);
    let constant = |node: &&NodeProto| node.op_type == "Constant" && node.output.iter().any(|o| o == shape);
    let tensor = graph.initializer.iter().find(|tensor| tensor.name == shape).or_else(|| {
        graph.node.iter().find(constant)?.attribute.iter().find_map(|attribute| attribute.t.as_ref())
    });
    let dims =
        tensor.and_then(ints).ok_or_else(|| ModelError::Unsupported { operator: node.op_type.clone() })?;
    Ok(dims.iter().fold(1, |volume: u64, dim| volume.saturating_mul(*dim)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(OPERATORS.is_sorted());
        assert!(known("Conv") && known("Unsqueeze") && !known("Loop"));
    }
}
