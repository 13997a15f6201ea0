//! Dense layers as convolutions, so that a network can be run on an input of any size (Simonyan and Zisserman, section 3.2): the
//! first is a convolution as large as the maps that it was trained on, the others are of 1x1, and the scores are the means
//! of the maps of scores.

use std::collections::HashMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};
use vggscope_core::error::ModelError;

use super::graph::{Change, broken};
use super::message::{ints, node};
use super::normalise::numbers::floats;
use super::view::View;

/// Makes these changes, after which the network has no size of its own. `large` says of large tensors where they stand.
///
/// # Errors
/// Where a tensor is not what the graph takes it for.
pub fn convolve(
    graph: &mut GraphProto,
    large: &mut HashMap<String, View>,
    changes: &[Change],
    logits: &str,
) -> Result<(), ModelError> {
    for change in changes {
        apply(graph, large, change).ok_or_else(|| broken("a dense layer that is none"))?;
    }
    average(graph, logits);
    Ok(())
}

fn apply(graph: &mut GraphProto, large: &mut HashMap<String, View>, change: &Change) -> Option<()> {
    match change {
        Change::Flatten { output, last } => {
            let node = maker(graph, output)?;
            node.input.truncate(1);
            node.attribute.clear();
            if *last {
                "Transpose".clone_into(&mut node.op_type);
                node.attribute.push(ints("perm", vec![0, 3, 1, 2]));
            } else {
                "Identity".clone_into(&mut node.op_type);
            }
        }
        Change::Product { output, matrix, row_is_output, channels: [outputs, channels], side, last } => {
            let node = maker(graph, output)?;
            "Conv".clone_into(&mut node.op_type);
            node.attribute = vec![ints("kernel_shape", vec![*side as i64; 2])];
            let inputs = if *last { vec![*side, *side, *channels] } else { vec![*channels, *side, *side] };
            let order: &[usize] = if *last { &[0, 3, 1, 2] } else { &[0, 1, 2, 3] };
            let kernel = |matrix: &View| {
                let rows = if *row_is_output { matrix.clone() } else { matrix.permuted(&[1, 0]) };
                Some(rows.split(1, &inputs)?.permuted(order))
            };
            let tensor = graph.initializer.iter_mut().find(|tensor| tensor.name == *matrix)?;
            let given = match *row_is_output {
                true => [*outputs, inputs.iter().product()],
                false => [inputs.iter().product(), *outputs],
            };
            match large.get_mut(matrix) {
                // Keras' rows were turned when the network was rebuilt.
                Some(view) if view.dims == [*outputs, *channels, *side, *side] => {}
                Some(view) => *view = kernel(view)?,
                None => turn(tensor, kernel, given)?,
            }
            tensor.dims = [*outputs, *channels, *side, *side].map(|dim| dim as i64).to_vec();
        }
        Change::Vector { name } => {
            let tensor = graph.initializer.iter_mut().find(|tensor| tensor.name == *name)?;
            let count: i64 = tensor.dims.iter().product();
            tensor.dims = vec![count, 1, 1];
            if let Some(view) = large.get_mut(name) {
                *view = view.reshaped(vec![usize::try_from(count).ok()?, 1, 1])?;
            }
        }
    }
    Some(())
}

/// The same of a small tensor, whose numbers stand in the message.
fn turn(tensor: &mut TensorProto, kernel: impl Fn(&View) -> Option<View>, given: [usize; 2]) -> Option<()> {
    let numbers: Vec<u8> = floats(tensor)?.iter().flat_map(|number| number.to_le_bytes()).collect();
    let view = kernel(&View::contiguous(super::view::Element::F32, 0, given.to_vec()))?;
    let mut turned = vec![0.0; view.count()?];
    view.copy(&numbers, &mut turned).ok()?;
    tensor.float_data = Vec::new();
    tensor.raw_data = turned.iter().flat_map(|number| number.to_le_bytes()).collect();
    tensor.data_type = DataType::Float as i32;
    Some(())
}

/// The means of maps of scores as the scores.
fn average(graph: &mut GraphProto, logits: &str) {
    let Some(at) = graph.node.iter().position(|node| node.output.iter().any(|name| name == logits)) else {
        return;
    };
    let [maps, means] = ["maps", "means"].map(|what| format!("{logits} {what}"));
    for name in graph.node[at].output.iter_mut().filter(|name| *name == logits) {
        name.clone_from(&maps);
    }
    let after = [node("GlobalAveragePool", &[&maps], &means), node("Flatten", &[&means], logits)];
    graph.node.splice(at + 1..at + 1, after);
}

fn maker<'a>(graph: &'a mut GraphProto, tensor: &str) -> Option<&'a mut NodeProto> {
    graph.node.iter_mut().find(|node| node.output.first().is_some_and(|name| name == tensor))
}
