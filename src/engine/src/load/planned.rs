//! The second stage: which tensors of the graph are layers, and what is to come out of it.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb;
use vggscope_core::error::ModelError;
use vggscope_core::image::Layout;

use super::checked::Checked;
use super::convolved::convolve;
use super::graph::{self, Dependence, LayerPlan};
use super::network::{SIDE, Size};
use super::view::View;

/// A graph of which it is known what is shown.
pub struct Planned {
    /// The message, made a graph of batch 1 and known size whose outputs are the layers and the scores.
    pub proto: pb::ModelProto,
    /// Where large weights stand in the file.
    pub large: HashMap<String, View>,
    /// Its layers.
    pub plan: LayerPlan,
    /// The names of its outputs.
    pub outputs: Vec<String>,
}

impl Planned {
    /// Plans a checked graph, for an input of this size.
    ///
    /// # Errors
    /// Why it is no network that can be shown, or none of this size.
    pub fn of(checked: Checked, size: Size) -> Result<Planned, ModelError> {
        let Checked { mut proto, mut large } = checked;
        let graph = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        let plan = match size {
            Size::Own(open) => LayerPlan::of(graph, open)?,
            Size::Chosen(size) => {
                let own = LayerPlan::of(graph, [SIDE; 2])?;
                let LayerPlan { sizes, dependence, mut input, logits, .. } = own;
                if !sizes.allow(size) {
                    return Err(sizes.refusal());
                }
                if let Dependence::Dense(changes) = dependence {
                    convolve(graph, &mut large, &changes, &logits)?;
                }
                [input.height, input.width] = size;
                set_input(graph, &input);
                LayerPlan { sizes, ..LayerPlan::of(graph, size)? }
            }
        };
        let outputs = narrow(&mut proto, &plan);
        Ok(Planned { proto, large, plan, outputs })
    }
}

/// Gives the photo's tensor its size, and a batch of one.
fn set_input(graph: &mut pb::GraphProto, input: &graph::Input) {
    use pb::tensor_shape_proto::{Dimension, dimension};
    let graph::Input { channels, height, width, .. } = *input;
    let dims = match input.layout {
        Layout::Nchw => [1, channels, height, width],
        Layout::Nhwc => [1, height, width, channels],
    };
    let dim = |size: usize| Dimension {
        value: Some(dimension::Value::DimValue(size as i64)),
        ..Dimension::default()
    };
    for one in graph.input.iter_mut().filter(|one| one.name == input.name) {
        if let Some(pb::type_proto::Value::TensorType(tensor)) =
            one.r#type.as_mut().and_then(|kind| kind.value.as_mut())
        {
            tensor.shape = Some(pb::TensorShapeProto { dim: dims.map(dim).to_vec() });
        }
    }
}

/// Makes the graph one of batch 1 and known size whose outputs are the layers and the scores; returns their names.
fn narrow(proto: &mut pb::ModelProto, plan: &LayerPlan) -> Vec<String> {
    let Some(graph) = proto.graph.as_mut() else { return Vec::new() };
    set_input(graph, &plan.input);
    for node in &mut graph.node {
        // The runtime wants names that differ, as those of tensors do, and ONNX does not.
        node.name = node.output.first().cloned().unwrap_or_default();
        // It takes an optional input for present as soon as there is a place for it, even with an empty name.
        let given = node.input.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        node.input.truncate(given);
    }
    let mut seen = HashSet::new();
    let layers = plan.layers.iter().map(|layer| &layer.tensor);
    let names = layers.chain([&plan.logits]).chain(plan.intermediates());
    let outputs: Vec<String> = names.filter(|name| seen.insert(*name)).cloned().collect();
    graph.output =
        outputs.iter().map(|name| pb::ValueInfoProto { name: name.clone(), ..Default::default() }).collect();
    graph.value_info.clear();
    outputs
}
