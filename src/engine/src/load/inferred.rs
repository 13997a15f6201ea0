//! The third stage: the runtime's model of the graph, with the shapes of all that is shown.

use std::collections::HashMap;
use std::sync::Arc;

use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;
use vggscope_core::error::ModelError;
use vggscope_core::nn::Shape;

use super::bytes::{self, Bytes};
use super::computation::Constants;
use super::graph::{self, LayerPlan, broken, failed};
use super::planned::Planned;
use super::weights;

/// A graph whose shapes are known.
pub struct Inferred {
    /// The message.
    pub proto: pb::ModelProto,
    /// Its layers, but for those that are no maps.
    pub plan: LayerPlan,
    /// The names of its outputs.
    pub outputs: Vec<String>,
    /// The runtime's model of it.
    pub typed: TypedModel,
    /// Constants, by the file's names.
    pub known: HashMap<String, Arc<Tensor>>,
    /// The dimensions of each output, by its name.
    pub dims: HashMap<String, Vec<usize>>,
    /// Rows and columns of every tensor that is maps.
    pub sizes: HashMap<String, [usize; 2]>,
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
        let sizes = sizes(&inference);
        let known = Constants::and_inferred(known, &inference);
        let typed = inference.into_typed().map_err(failed)?;
        let dims: HashMap<String, Vec<usize>> = outputs.iter().cloned().zip(shapes(&typed)?).collect();
        // A tensor that is no maps cannot be shown, but keeps its place among the outputs.
        plan.layers.retain(|layer| dims.get(&layer.tensor).is_some_and(|dims| shape(dims).is_some()));
        Ok(Inferred { proto, plan, outputs, typed, known, dims, sizes })
    }

    /// The shape of an output, if it is maps or a vector.
    pub fn shape(&self, tensor: &str) -> Option<Shape> {
        shape(self.dims.get(tensor)?)
    }
}

/// Rows and columns of every tensor that is maps.
fn sizes(model: &InferenceModel) -> HashMap<String, [usize; 2]> {
    let mut sizes = HashMap::new();
    let mut insert = |name: &str, outlet: OutletId| {
        let shape = model.outlet_fact(outlet).ok().and_then(|fact| fact.shape.concretize());
        if let Some([_, _, rows, columns]) = shape.as_deref()
            && let (Ok(rows), Ok(columns)) = (rows.to_usize(), columns.to_usize())
        {
            sizes.insert(name.to_owned(), [rows, columns]);
        }
    };
    for node in &model.nodes {
        insert(&node.name, node.id.into());
    }
    for (outlet, label) in &model.outlet_labels {
        insert(label, *outlet);
    }
    sizes
}

/// The shapes of all outputs.
fn shapes(model: &TypedModel) -> Result<Vec<Vec<usize>>, ModelError> {
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
        [1, channels] => Some(Shape { channels, height: 1, width: 1 }),
        _ => None,
    }
    .filter(|shape| shape.units() > 0 && shape.channels <= usize::from(u16::MAX))
}
