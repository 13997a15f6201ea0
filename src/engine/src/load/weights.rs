//! Large weights go from the file to where they stay, without a copy in between.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::konst::Const;
use tract_onnx::tract_hir::internal::{TractErrorContext, ensure};

use crate::load::bytes::{self, Bytes};
use crate::load::view::{Element, View};
use crate::ops::onnx;

/// Large weights of floats, by name: where their bytes stand. Others are put into the message.
pub fn large(
    file: &impl Bytes,
    left_out: Vec<Option<Range<usize>>>,
    graph: &mut pb::GraphProto,
) -> HashMap<String, View> {
    let mut weights = HashMap::new();
    let quantised = graph.node.iter().filter(|node| node.op_type == "DequantizeLinear");
    let scales: HashSet<String> = quantised.flat_map(|node| node.input.iter().cloned()).collect();
    for (tensor, place) in graph.initializer.iter_mut().zip(left_out) {
        let Some(place) = place else { continue };
        // What is raw in part is for the runtime to make sense of, and scales for whoever folds them.
        let stays = tensor.raw_data.is_empty() && !scales.contains(&tensor.name);
        match element(tensor).filter(|_| stays) {
            Some(element) => {
                // A dimension that is no size is found by whoever judges the message.
                let dims = tensor.dims.iter().map(|dim| usize::try_from(*dim).unwrap_or_default()).collect();
                weights.insert(tensor.name.clone(), View::contiguous(element, place.start, dims));
                tensor.data_type = pb::tensor_proto::DataType::Float as i32;
            }
            None => tensor.raw_data = bytes::bytes(file, place),
        }
    }
    weights
}

/// The kind of the numbers of a tensor that is widened on its way from the file, if it is of one.
fn element(tensor: &pb::TensorProto) -> Option<Element> {
    use pb::tensor_proto::DataType;
    match DataType::try_from(tensor.data_type).ok()? {
        DataType::Float => Some(Element::F32),
        DataType::Float16 => Some(Element::F16),
        DataType::Bfloat16 => Some(Element::Bf16),
        _ => None,
    }
}

/// The runtime's model of a message. It takes weights that stand in the file for inputs at first; then they become
/// constants, each copied from the file to where it stays.
///
/// # Errors
/// Where the runtime cannot make sense of the message.
pub fn model(
    file: &impl Bytes,
    weights: &HashMap<String, View>,
    proto: &mut pb::ModelProto,
) -> TractResult<InferenceModel> {
    use pb::tensor_shape_proto::{Dimension, dimension::Value::DimValue};
    let graph = proto.graph.as_mut().context("no graph")?;
    let (large, small): (Vec<_>, Vec<_>) = std::mem::take(&mut graph.initializer)
        .into_iter()
        .partition(|tensor| weights.contains_key(&tensor.name));
    graph.initializer = small;
    let inputs = graph.input.clone();
    graph.input.retain(|input| !weights.contains_key(&input.name));
    for tensor in &large {
        let dim = |dim: &i64| Dimension { value: Some(DimValue(*dim)), ..Dimension::default() };
        let shape = pb::TensorShapeProto { dim: tensor.dims.iter().map(dim).collect() };
        let tensor_type = pb::type_proto::Tensor { elem_type: tensor.data_type, shape: Some(shape) };
        let value = Some(pb::type_proto::Value::TensorType(tensor_type));
        let r#type = Some(pb::TypeProto { value, ..pb::TypeProto::default() });
        graph.input.push(pb::ValueInfoProto {
            name: tensor.name.clone(),
            r#type,
            ..pb::ValueInfoProto::default()
        });
    }
    let mut model = onnx::reader().model_for_proto_model(proto)?;
    for outlet in std::mem::take(&mut model.inputs) {
        let node = model.node_mut(outlet.node);
        let Some(view) = weights.get(&node.name) else {
            model.inputs.push(outlet);
            continue;
        };
        let shape = node.outputs[outlet.slot].fact.shape.as_concrete_finite()?.context("a size left open")?;
        let mut tensor = Tensor::zero::<f32>(&shape)?;
        let copied = view.copy(file, tensor.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?);
        ensure!(copied.is_ok(), "weights of another size");
        let tensor = tensor.into_arc_tensor();
        node.outputs[outlet.slot].fact = TypedFact::try_from(tensor.clone())?.into();
        node.op = Box::new(Const::new(tensor)?);
    }
    let graph = proto.graph.as_mut().context("no graph")?;
    graph.input = inputs;
    graph.initializer.extend(large);
    Ok(model)
}
