//! Attributes and inputs of single operators that say nothing, or that the runtime reads differently from the standard.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::numbers::{longs, written};
use crate::load::message;

/// Mends all nodes of a graph.
pub fn mend(graph: &mut GraphProto) {
    let dims: HashMap<String, Vec<i64>> =
        graph.initializer.iter().map(|tensor| (tensor.name.clone(), tensor.dims.clone())).collect();
    let mut numbers: HashMap<String, Vec<i64>> =
        graph.initializer.iter().filter_map(|tensor| Some((tensor.name.clone(), longs(tensor)?))).collect();
    let constants = written(&graph.node);
    numbers.extend(constants.filter_map(|(name, tensor)| Some((name.to_owned(), longs(tensor)?))));
    let mut added = Vec::new();
    for node in &mut graph.node {
        match node.op_type.as_str() {
            "Conv" | "MaxPool" | "AveragePool" | "ConvTranspose" => without_empty_lists(node),
            "BatchNormalization" => without_spatial(node, &dims),
            "Pad" => {
                without_value(node);
                added.extend(with_all_axes(node, &numbers));
            }
            "Dropout" => node.input.truncate(1),
            _ => {}
        }
    }
    graph.initializer.extend(added);
    means_as_sums(graph);
    constants_last(graph);
    batch_of_one(graph);
}

/// The mean of tensors is their sum over their number.
fn means_as_sums(graph: &mut GraphProto) {
    for mut node in std::mem::take(&mut graph.node) {
        if let ("Mean", Some(output)) = (node.op_type.as_str(), node.output.first().cloned()) {
            let (sum, count) = (format!("{output} sum"), format!("{output} count"));
            node.op_type = "Sum".to_owned();
            node.output = vec![sum.clone()];
            graph.initializer.push(TensorProto {
                name: count.clone(),
                data_type: DataType::Float as i32,
                float_data: vec![node.input.len() as f32],
                ..TensorProto::default()
            });
            let mean = message::node("Div", &[&sum, &count], &output);
            graph.node.extend([node, mean]);
        } else {
            graph.node.push(node);
        }
    }
}

/// A constant less a computed tensor, or over it: where a convolution makes the tensor, the runtime takes the two for each other.
fn constants_last(graph: &mut GraphProto) {
    let is_float = |tensor: &TensorProto| tensor.data_type == DataType::Float as i32;
    let weights = graph.initializer.iter().filter(|tensor| is_float(tensor)).map(|tensor| &tensor.name);
    let made = graph.node.iter().filter(|node| {
        node.op_type == "Constant" && node.attribute.iter().filter_map(|one| one.t.as_ref()).any(is_float)
    });
    let constants: HashSet<String> =
        weights.chain(made.filter_map(|node| node.output.first())).cloned().collect();
    for mut node in std::mem::take(&mut graph.node) {
        let turned = match node.op_type.as_str() {
            "Sub" => Some(("Neg", "Add")),
            "Div" => Some(("Reciprocal", "Mul")),
            _ => None,
        };
        if let (Some((turn, then)), [first, second], [output]) =
            (turned, &mut node.input[..], &node.output[..])
            && constants.contains(first)
            && !constants.contains(second)
        {
            let between = format!("{output} {turn}");
            let input = std::mem::replace(second, std::mem::replace(first, between.clone()));
            node.op_type = then.to_owned();
            graph.node.push(NodeProto {
                op_type: turn.to_owned(),
                name: between.clone(),
                input: vec![input],
                output: vec![between],
                ..NodeProto::default()
            });
        }
        graph.node.push(node);
    }
}

/// An empty list of strides, pads or dilations stands for none, as older runtimes took it.
fn without_empty_lists(node: &mut NodeProto) {
    let lists = ["strides", "pads", "dilations"];
    node.attribute.retain(|one| !(lists.contains(&one.name.as_str()) && one.ints.is_empty()));
}

/// Statistics of one number a channel are those of all of its places, whatever `spatial` says; it has meant nothing since
/// operator set 9.
fn without_spatial(node: &mut NodeProto, dims: &HashMap<String, Vec<i64>>) {
    let is_by_channel =
        node.input.iter().skip(1).all(|name| dims.get(name).is_some_and(|dims| dims.len() == 1));
    if is_by_channel {
        node.attribute.retain(|one| one.name != "spatial");
    }
}

/// Padding that repeats or mirrors maps has no value; the runtime would take one for padding with it.
fn without_value(node: &mut NodeProto) {
    let mode = node.attribute.iter().find(|one| one.name == "mode").map(|one| one.s.as_slice());
    if matches!(mode, Some(b"edge" | b"reflect" | b"wrap")) {
        if let Some(value) = node.input.get_mut(2) {
            value.clear();
        }
        if node.input.len() == 3 {
            node.input.pop();
        }
        node.attribute.retain(|one| one.name != "value");
    }
}

/// Padding of some axes of maps as padding of all four, which is all that the runtime reads: the tensor that says how much.
fn with_all_axes(node: &mut NodeProto, numbers: &HashMap<String, Vec<i64>>) -> Option<TensorProto> {
    const AXES: usize = 4;
    let axes = numbers.get(node.input.get(3).filter(|name| !name.is_empty())?)?;
    let pads = numbers.get(node.input.get(1)?)?;
    (pads.len() == 2 * axes.len() && axes.len() <= AXES).then_some(())?;
    let mut all = vec![0; 2 * AXES];
    for (at, axis) in axes.iter().enumerate() {
        let axis = if *axis < 0 { axis + AXES as i64 } else { *axis };
        let axis = usize::try_from(axis).ok().filter(|axis| *axis < AXES)?;
        all[axis] = pads[at];
        all[axis + AXES] = pads[at + axes.len()];
    }
    let name = format!("{} pads", node.output.first()?);
    node.input[1].clone_from(&name);
    node.input.truncate(3);
    let dims = vec![all.len() as i64];
    Some(TensorProto {
        name,
        dims,
        data_type: DataType::Int64 as i32,
        int64_data: all,
        ..TensorProto::default()
    })
}

/// A file of a fixed batch may have written that into the shapes that it makes: the network is run on one photo.
fn batch_of_one(graph: &mut GraphProto) {
    use tract_onnx::pb::tensor_shape_proto::dimension::Value::DimValue;
    use tract_onnx::pb::type_proto::Value::TensorType;
    let weights: Vec<&str> = graph.initializer.iter().map(|tensor| tensor.name.as_str()).collect();
    let input = graph.input.iter().find(|input| !weights.contains(&input.name.as_str()));
    let Some(TensorType(tensor)) = input.and_then(|input| input.r#type.as_ref()?.value.as_ref()) else {
        return;
    };
    let first = tensor.shape.as_ref().and_then(|shape| shape.dim.first());
    let Some(batch) = first.and_then(|dim| match dim.value {
        Some(DimValue(batch)) if batch > 1 => Some(batch),
        _ => None,
    }) else {
        return;
    };
    let shapes: Vec<String> = graph
        .node
        .iter()
        .filter(|node| node.op_type == "Reshape")
        .filter_map(|node| node.input.get(1).cloned())
        .collect();
    let constants = graph.node.iter_mut().filter(|node| {
        node.op_type == "Constant" && node.output.first().is_some_and(|name| shapes.contains(name))
    });
    let tensors = constants.flat_map(|node| &mut node.attribute).filter_map(|attribute| attribute.t.as_mut());
    let named = graph.initializer.iter_mut().filter(|tensor| shapes.contains(&tensor.name));
    tensors.chain(named).for_each(|tensor| set_batch(tensor, batch));
}

/// Makes the first of the numbers one, if it is the batch.
fn set_batch(tensor: &mut TensorProto, batch: i64) {
    if tensor.data_type != DataType::Int64 as i32 {
        return;
    }
    if let Some(first) = tensor.int64_data.first_mut().filter(|first| **first == batch) {
        *first = 1;
    }
    if tensor.raw_data.starts_with(&batch.to_le_bytes()) {
        tensor.raw_data[..8].copy_from_slice(&1i64.to_le_bytes());
    }
}
