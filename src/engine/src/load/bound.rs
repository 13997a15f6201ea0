//! The fourth stage: layers with their numbers. How each is computed is known, from the weights and not only by name.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb;
use tract_onnx::prelude::*;
use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;
use vggscope_core::nn::{Architecture, Layer, LayerId, Op, Shape, Unshown};
use vggscope_core::receptive_field::ReceptiveField;

use super::computation::{Computation, Constants};
use super::graph::{self, GraphLayer, GraphOp, LayerPlan, SlidingWindow, Spread};
use super::inferred::Inferred;
use super::metadata;
use crate::explain::cam::Linear;

/// A network whose layers are bound to their weights.
pub struct Bound {
    /// The message.
    pub proto: pb::ModelProto,
    /// Its layers by name.
    pub plan: LayerPlan,
    /// The names of its outputs.
    pub outputs: Vec<String>,
    /// The runtime's model of it.
    pub typed: TypedModel,
    /// Its layers as the page is told of them.
    pub architecture: Architecture,
    /// What the units of each layer see of the input.
    pub receptive_fields: Vec<ReceptiveField>,
    /// The head, where the scores are a linear function of the means of maps.
    pub linear: Option<Linear>,
    /// Tensors that layers read and that are none themselves. Their ids come after those of the layers.
    pub intermediates: Vec<Intermediate>,
    /// How each layer is computed, input first; `None` where that is more than a page can show.
    pub computations: Vec<Option<Computation>>,
    /// The layer that holds the scores, one a channel.
    pub answer: Option<LayerId>,
}

/// A tensor that stands between layers.
pub struct Intermediate {
    /// The file's name for it.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
}

impl Bound {
    /// Binds the layers of a graph to its weights.
    ///
    /// # Errors
    /// Where there is no graph.
    pub fn of(inferred: Inferred) -> Result<Bound, ModelError> {
        let layers = layers(&inferred);
        let logits = inferred.dims.get(&inferred.plan.logits).map(Vec::as_slice).unwrap_or_default();
        let classes =
            if logits.iter().filter(|dim| **dim > 1).count() <= 1 { logits.iter().product() } else { 0 };
        let name = metadata::name(&inferred.proto);
        let architecture = Architecture { name, layers, unshown: unshown(&inferred), classes };
        let graph = inferred.proto.graph.as_ref().ok_or(ModelError::NotOnnx)?;
        let receptive_fields = graph::receptive_fields(graph, &inferred);
        let intermediates = intermediates(&inferred, architecture.layers.len());
        let constants = Constants::new(&inferred.known, &inferred.typed);
        let linear = linear(graph, &inferred.plan, &architecture, &constants);
        let computations = computations(&inferred.plan, &architecture, &intermediates, &constants);
        let answer = answer(&inferred.plan, &architecture);
        let Inferred { proto, plan, outputs, typed, .. } = inferred;
        Ok(Bound {
            proto,
            plan,
            outputs,
            typed,
            architecture,
            receptive_fields,
            linear,
            intermediates,
            computations,
            answer,
        })
    }
}

/// The layer that holds the scores, one a channel.
fn answer(plan: &LayerPlan, architecture: &Architecture) -> Option<LayerId> {
    let answer = plan.layers.iter().rposition(|layer| layer.tensor == plan.answer).map(LayerPlan::layer)?;
    let shape = architecture.layer(answer)?.shape;
    (shape.units() == shape.channels && shape.channels == architecture.classes).then_some(answer)
}

/// The sums of those that are not shown.
fn unshown(inferred: &Inferred) -> Unshown {
    let layers = &inferred.unshown;
    Unshown {
        layers: layers.len(),
        parameters: layers.iter().map(|layer| layer.parameters).sum(),
        macs: layers.iter().map(|layer| macs(layer, inferred)).fold(0, u64::saturating_add),
    }
}

/// Multiply-accumulate operations of a layer.
fn macs(layer: &GraphLayer, inferred: &Inferred) -> u64 {
    let dims = |tensor: &String| inferred.shapes.get(tensor).map(Vec::as_slice).unwrap_or_default();
    let product = |dims: &[usize]| dims.iter().fold(1u64, |product, dim| product.saturating_mul(*dim as u64));
    let units = product(dims(&layer.tensor));
    match &layer.kind {
        GraphOp::Convolution(_, kernels) => match dims(kernels) {
            [_, each @ ..] => product(each).saturating_mul(units),
            [] => 0,
        },
        GraphOp::Transposed(node, _, each) => {
            node.input.first().map_or(0, |over| each.saturating_mul(product(dims(over))))
        }
        // Of maps, at each of their places.
        GraphOp::Dense(weights, outputs) => weights.saturating_mul(units / (*outputs).max(1)),
        _ => 0,
    }
}

/// The layers, input first.
fn layers(inferred: &Inferred) -> Vec<Layer> {
    let plan = &inferred.plan;
    let graph::Input { channels, height, width, .. } = plan.input;
    let mut layers = vec![Layer {
        name: tidy(&plan.input.name),
        op: Op::Input,
        activation: None,
        shape: Shape { channels, height, width },
        parameters: 0,
        macs: 0,
    }];
    let resolve = |sliding: &SlidingWindow| sliding.resolve(inferred.size(&sliding.over));
    for layer in &plan.layers {
        let Some(shape) = inferred.shape(&layer.tensor) else { continue };
        let op = match &layer.kind {
            GraphOp::Convolution(sliding, _) => Op::Convolution(resolve(sliding)),
            GraphOp::Transposed(node, kernel, _) => {
                let size = node.input.first().and_then(|over| inferred.size(over));
                let Some(spread) = size.and_then(|size| Spread::of(node, *kernel, size)) else { continue };
                Op::Transposed(spread.window)
            }
            GraphOp::MaxPool(sliding) => Op::MaxPool(resolve(sliding)),
            GraphOp::AveragePool(sliding) => Op::AveragePool(resolve(sliding)),
            GraphOp::GlobalAveragePool => Op::GlobalAveragePool,
            GraphOp::Dense(..) => Op::Dense,
            GraphOp::Sum => Op::Sum,
            GraphOp::Resize(interpolation) => Op::Resize(*interpolation),
        };
        let GraphLayer { name, activation, parameters, .. } = layer;
        layers.push(Layer {
            name: tidy(name),
            op,
            activation: activation.clone(),
            shape,
            parameters: *parameters,
            macs: macs(layer, inferred),
        });
    }
    layers
}

/// The head, where the scores are a linear function of the means of the maps of a layer.
fn linear(
    graph: &pb::GraphProto,
    plan: &LayerPlan,
    architecture: &Architecture,
    constants: &Constants,
) -> Option<Linear> {
    let head = graph::head(graph, &plan.logits)?;
    let layer = LayerPlan::layer(plan.layers.iter().rposition(|layer| layer.tensor == head.maps)?);
    Linear::read(&head, layer, architecture.layer(layer)?.shape.channels, architecture.classes, constants)
}

/// The shape of a layer, or of a tensor between layers.
pub fn shape_of(architecture: &Architecture, intermediates: &[Intermediate], id: LayerId) -> Option<Shape> {
    let place = usize::from(id.0);
    match architecture.layers.get(place) {
        Some(layer) => Some(layer.shape),
        None => intermediates.get(place - architecture.layers.len()).map(|one| one.shape),
    }
}

/// The tensors between layers whose shapes are those of maps.
fn intermediates(inferred: &Inferred, layers: usize) -> Vec<Intermediate> {
    let mut seen = HashSet::new();
    let known = inferred
        .plan
        .intermediates()
        .filter(|name| seen.insert(*name))
        .filter_map(|name| Some(Intermediate { name: name.clone(), shape: inferred.shape(name)? }));
    known.take(usize::from(u16::MAX) - layers).collect()
}

/// How each layer is computed, as far as that can be told; the input is not.
fn computations(
    plan: &LayerPlan,
    architecture: &Architecture,
    intermediates: &[Intermediate],
    constants: &Constants,
) -> Vec<Option<Computation>> {
    let mut known: HashMap<&str, LayerId> = HashMap::from([(plan.input.name.as_str(), LayerId(0))]);
    known.extend(
        intermediates.iter().enumerate().map(|(at, one)| (one.name.as_str(), after(architecture, at))),
    );
    known.extend(
        plan.layers.iter().enumerate().map(|(at, layer)| (layer.tensor.as_str(), LayerPlan::layer(at))),
    );
    let of = |name: &str| {
        let id = *known.get(name)?;
        Some((id, shape_of(architecture, intermediates, id)?))
    };
    let layers = architecture.layers.iter().skip(1).zip(&plan.layers);
    let computations = layers.map(|(layer, planned)| {
        Computation::read(planned.formula.as_ref()?, layer.op, layer.shape, of, constants)
    });
    std::iter::once(None).chain(computations).collect()
}

/// The id of the tensor between layers at this place.
pub fn after(architecture: &Architecture, place: usize) -> LayerId {
    LayerId((architecture.layers.len() + place) as u16)
}
