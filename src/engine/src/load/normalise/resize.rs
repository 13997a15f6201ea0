//! Resize and Upsample of every operator set as one Resize of two inputs: maps, and scales (floats) or sizes (whole numbers).

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use crate::load::message::word;

/// Brings all nodes of a graph into this form.
pub fn unify(graph: &mut GraphProto) {
    let mut added = Vec::new();
    for node in graph.node.iter_mut().filter(|node| matches!(node.domain.as_str(), "" | "ai.onnx")) {
        match node.op_type.as_str() {
            "Upsample" => {
                added.extend(scales(node));
                node.op_type = "Resize".to_owned();
                old(node);
            }
            // Regions of interest, scales and sizes came with operator set 11.
            "Resize" if node.input.len() == 2 => old(node),
            "Resize" if node.input.len() > 2 => {
                let sizes = node.input.get(3).filter(|name| !name.is_empty());
                let by = sizes.unwrap_or(&node.input[2]).clone();
                node.input.truncate(1);
                node.input.push(by);
            }
            _ => {}
        }
    }
    graph.initializer.extend(added);
}

/// What old operator sets did without saying it.
fn old(node: &mut NodeProto) {
    node.attribute.retain(|one| one.name == "mode");
    node.attribute.push(word("coordinate_transformation_mode", "asymmetric"));
    node.attribute.push(word("nearest_mode", "by_scale"));
}

/// The scales of an Upsample that has them as an attribute, as its second input.
fn scales(node: &mut NodeProto) -> Option<TensorProto> {
    let scales = node.attribute.iter().find(|one| one.name == "scales")?.floats.clone();
    let name = format!("{} scales", node.output.first()?);
    node.input.truncate(1);
    node.input.push(name.clone());
    let dims = vec![scales.len() as i64];
    Some(TensorProto {
        name,
        dims,
        data_type: DataType::Float as i32,
        float_data: scales,
        ..TensorProto::default()
    })
}
