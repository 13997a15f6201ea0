//! The third stage: the runtime's model of the graph, with the shapes of all that is shown.

use std::collections::HashMap;
use std::sync::Arc;

use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;
use vggscope_core::error::ModelError;
use vggscope_core::nn::Shape;

use super::bytes::{self, Bytes};
use super::computation::Constants;
use super::graph::{self, GraphLayer, LayerPlan, broken, failed};
use super::planned::Planned;
use super::weights;
use crate::ops::strided;

/// A graph whose shapes are known.
pub struct Inferred {
    /// The message.
    pub proto: pb::ModelProto,
    /// Its layers, but for those that are no maps.
    pub plan: LayerPlan,
    /// Those.
    pub unshown: Vec<GraphLayer>,
    /// The names of its outputs.
    pub outputs: Vec<String>,
    /// The runtime's model of it.
    pub typed: TypedModel,
    /// Constants, by the file's names.
    pub known: HashMap<String, Arc<Tensor>>,
    /// The dimensions of each output, by its name.
    pub dims: HashMap<String, Vec<usize>>,
    /// The dimensions of every tensor, as far as they are known.
    pub shapes: HashMap<String, Vec<usize>>,
}

impl Inferred {
    /// Has the runtime work out all shapes.
    ///
    /// # Errors
    /// Where it cannot, or finds the graph at fault.
    pub fn of(planned: Planned, file: &impl Bytes) -> Result<Inferred, ModelError> {
        let Planned { mut proto, large, mut plan, outputs } = planned;
        let mut inference = weights::model(file, &large, &mut proto).map_err(failed)?;
        let known = Constants::known(&inference, proto.graph.as_ref().ok_or(ModelError::NotOnnx)?);
        // The runtime has tensors of its own now; sizes are still read.
        let tensors = proto.graph.iter_mut().flat_map(|graph| &mut graph.initializer);
        tensors
            .filter(|tensor| tensor.raw_data.len() >= bytes::LARGE)
            .for_each(|tensor| tensor.raw_data = Vec::new());
        graph::infer(&mut inference, proto.graph.as_ref().ok_or(ModelError::NotOnnx)?)?;
        let shapes = all_shapes(&inference);
        let known = Constants::and_inferred(known, &inference);
        let mut typed = inference.into_typed().map_err(failed)?;
        strided::keep(&mut typed);
        let dims: HashMap<String, Vec<usize>> = outputs.iter().cloned().zip(output_shapes(&typed)?).collect();
        // A tensor that is no maps cannot be shown, but keeps its place among the outputs.
        let is_shown =
            |layer: &mut GraphLayer| dims.get(&layer.tensor).is_some_and(|dims| shape(dims).is_some());
        let unshown = plan.layers.extract_if(.., |layer| !is_shown(layer)).collect();
        let mut inferred = Inferred { proto, plan, unshown, outputs, typed, known, dims, shapes };
        inferred.turn()?;
        Ok(inferred)
    }

    /// Turns the outputs that have channels last: maps are shown channel by channel.
    ///
    /// # Errors
    /// Where the runtime cannot.
    fn turn(&mut self) -> Result<(), ModelError> {
        let Some(graph) = &self.proto.graph else { return Ok(()) };
        let turned = graph::channels_last(graph, self);
        for (name, outlet) in self.outputs.iter().zip(0..self.typed.outputs.len()) {
            if let Some(&[batch, rows, columns, channels]) =
                self.dims.get(name).filter(|_| turned.contains(name)).map(Vec::as_slice)
            {
                let from = self.typed.outputs[outlet];
                let to = self.typed.wire_node(format!("{name} as maps"), AxisOp::Move(3, 1), &[from]);
                self.typed.outputs[outlet] = to.map_err(failed)?[0];
                self.dims.insert(name.clone(), vec![batch, channels, rows, columns]);
            }
        }
        // What reads them, or makes them, does so with channels last.
        for layer in &mut self.plan.layers {
            let reads = layer.formula.iter().flat_map(|formula| &formula.reads);
            if turned.contains(&layer.tensor) || reads.into_iter().any(|name| turned.contains(name)) {
                layer.formula = None;
            }
        }
        Ok(())
    }

    /// Rows and columns of a tensor that is maps.
    pub fn size(&self, tensor: &str) -> Option<[usize; 2]> {
        match self.shapes.get(tensor)?[..] {
            [_, _, rows, columns] => Some([rows, columns]),
            _ => None,
        }
    }

    /// The whole numbers of a constant.
    pub fn ints(&self, tensor: &str) -> Option<Vec<i64>> {
        let values = self.known.get(tensor)?.cast_to::<i64>().ok()?;
        Some(values.as_plain_ram()?.as_slice::<i64>().ok()?.to_vec())
    }

    /// The shape of an output, if it is maps or a vector.
    pub fn shape(&self, tensor: &str) -> Option<Shape> {
        shape(self.dims.get(tensor)?)
    }
}

/// The dimensions of every tensor, as far as they are known.
fn all_shapes(model: &InferenceModel) -> HashMap<String, Vec<usize>> {
    let mut shapes = HashMap::new();
    let mut insert = |name: &str, outlet: OutletId| {
        let shape = model.outlet_fact(outlet).ok().and_then(|fact| fact.shape.concretize());
        let dims = shape.and_then(|shape| shape.iter().map(|dim| dim.to_usize().ok()).collect());
        shapes.extend(dims.map(|dims: Vec<usize>| (name.to_owned(), dims)));
    };
    for node in &model.nodes {
        insert(&node.name, node.id.into());
    }
    for (outlet, label) in &model.outlet_labels {
        insert(label, *outlet);
    }
    shapes
}

/// The shapes of all outputs.
fn output_shapes(model: &TypedModel) -> Result<Vec<Vec<usize>>, ModelError> {
    let shape = |outlet: &OutletId| -> Option<Vec<usize>> {
        let shape = &model.outlet_fact(*outlet).ok()?.shape;
        shape.as_concrete().map(<[usize]>::to_vec)
    };
    let unknown = || broken("a size that depends on the input");
    model.outputs.iter().map(|outlet| shape(outlet).ok_or_else(unknown)).collect()
}

fn shape(dims: &[usize]) -> Option<Shape> {
    match *dims {
        [1, channels, height, width] => Some(Shape { channels, height, width }),
        [1, channels] | [channels] => Some(Shape { channels, height: 1, width: 1 }),
        _ => None,
    }
    .filter(|shape| shape.units() > 0 && shape.channels <= usize::from(u16::MAX))
}
