//! From the bytes of an ONNX file to a network that can be run and shown.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use prost::Message;
use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;
use vggscope_core::error::{ModelError, NotCnn};
use vggscope_core::image::Layout;
use vggscope_core::nn::labels::{self, tidy};
use vggscope_core::nn::{Architecture, Layer, LayerId, Op, Shape};
use vggscope_core::receptive_field::ReceptiveField;
use vggscope_core::session::timing::Algorithm;
use vggscope_core::wire::{LabelsFrom, Model};

use crate::Activations;
use crate::explain::cam::{Cam, Linear};
use crate::load::bytes::{self, Bytes, Split};
use crate::load::computation::{Computation, Constants};
use crate::load::graph::{self, GraphLayer, GraphOp, LayerPlan, SlidingWindow, broken, failed};
use crate::load::{preset, weights};
use crate::ops::substitute;

/// A network that is ready to run.
pub struct Network {
    /// What the page is told of it.
    pub model: Model,
    /// Where the photo's channels go.
    pub layout: Layout,
    /// The file's name for the tensor of each layer, input first.
    pub tensors: Vec<String>,
    pub(crate) linear: Option<Linear>,
    /// How each layer is computed, input first; `None` where that is more than a page can show.
    pub(crate) computations: Vec<Option<Computation>>,
    /// Tensors that layers read and that are none themselves. Their ids come after those of the layers.
    pub(crate) between: Vec<Intermediate>,
    /// The layer that holds the scores, one a channel.
    pub(crate) answer: Option<LayerId>,
    pub(crate) plan: Arc<TypedSimplePlan>,
    /// For each output of the plan, the layers that it shows.
    pub(crate) shown: Vec<Vec<LayerId>>,
    /// The output of the plan that holds the raw scores.
    pub(crate) logits: usize,
}

/// Whose operators a network is run by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operators {
    /// The runtime's alone. A unit of theirs depends on nothing but what it sees, to the last bit.
    Runtime,
    /// Ours where there are any. Units that share a tile share its rounding errors.
    Ours,
}

/// A tensor that stands between layers.
pub(crate) struct Intermediate {
    /// The file's name for it.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
}

/// The side that is taken where a file leaves it open: what VGG and most of its successors were trained on.
pub const SIDE: usize = 224;

impl Network {
    /// The class activation map of a class, from what a run left; none where the scores are no linear function of
    /// the means of maps.
    pub fn cam(&self, kept: &Activations, class: usize) -> Option<Cam> {
        self.linear.as_ref()?.map(kept, class)
    }

    /// Keeps the values of a tensor between layers, which some layer reads.
    pub fn keep_intermediate(&self, kept: &mut Activations, id: LayerId, values: Arc<Tensor>) {
        if let Some(shape) = self.shape(id) {
            kept.keep_intermediate(id, shape, values);
        }
    }

    /// The shape of a layer, or of a tensor between layers.
    pub fn shape(&self, id: LayerId) -> Option<Shape> {
        shape_of(&self.model.net, &self.between, id)
    }

    /// Reads an ONNX file; where it leaves its size open, `open` gives rows and columns.
    ///
    /// # Errors
    /// What is wrong with the file, or why its network is not one that can be shown.
    pub fn read(file: impl Bytes, open: [usize; 2]) -> Result<Network, ModelError> {
        Network::with(file, open, Operators::Ours)
    }

    /// Reads an ONNX file with the runtime's own operators or ours; where it leaves its size open, `open` gives rows and
    /// columns.
    ///
    /// # Errors
    /// As of [`Network::read`].
    pub fn with(file: impl Bytes, open: [usize; 2], operators: Operators) -> Result<Network, ModelError> {
        if file.count() == 0 {
            return Err(ModelError::Empty);
        }
        // The runtime trusts its input more than a page can; natively its panics become errors here, in a browser
        // they end the worker, which is then replaced.
        catch_unwind(AssertUnwindSafe(|| read(&file, open, operators)))
            .unwrap_or_else(|_| Err(ModelError::Broken { detail: String::new() }))
    }
}

fn read(file: &impl Bytes, open: [usize; 2], operators: Operators) -> Result<Network, ModelError> {
    let Split { rest, left_out } = bytes::split(file);
    let mut proto = pb::ModelProto::decode(rest.as_slice()).map_err(|_| ModelError::NotOnnx)?;
    drop(rest);
    graph::check(&proto, left_out.iter().map(|place| place.as_ref().map_or(0, Range::len)))?;
    let checked = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
    let large = weights::large(file, left_out, checked);
    graph::dequantize::weights(checked);
    let mut plan = LayerPlan::of(checked, open)?;
    let outputs = narrow(&mut proto, &plan);

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
    let mut typed = inference.into_typed().map_err(failed)?;
    let shapes = shapes(&typed)?;
    let by_name: HashMap<&str, &[usize]> =
        outputs.iter().map(String::as_str).zip(shapes.iter().map(Vec::as_slice)).collect();

    // A tensor that is no maps cannot be shown, but keeps its place among the outputs.
    plan.taps.retain(|tap| by_name.get(tap.tensor.as_str()).is_some_and(|dims| shape(dims).is_some()));
    let layers = layers(&plan, &by_name, &sizes);
    let logits = by_name.get(plan.logits.as_str()).copied().unwrap_or_default();
    let classes =
        if logits.iter().filter(|dim| **dim > 1).count() <= 1 { logits.iter().product() } else { 0 };
    let net = Architecture { name: net_name(&proto), layers, classes };
    let receptive_fields =
        proto.graph.as_ref().map(|graph| graph::receptive_fields(graph, &plan, &sizes)).unwrap_or_default();
    let constants = Constants::new(known, &typed);
    let linear = proto.graph.as_ref().and_then(|graph| linear(graph, &plan, &net, &constants));
    let between = between(&plan, &by_name, net.layers.len());
    let computations = computations(&plan, &net, &between, &constants);
    let answer = plan.taps.iter().rposition(|tap| tap.tensor == plan.answer).map(LayerPlan::layer);
    let is_scores = |id: &LayerId| {
        net.layer(*id).is_some_and(|l| l.shape.units() == l.shape.channels && l.shape.channels == net.classes)
    };
    let answer = answer.filter(is_scores);
    let mut model = about(net, receptive_fields, linear.as_ref().map(|linear| linear.layer), &proto, &plan);

    let shown: Vec<Vec<LayerId>> =
        outputs.iter().map(|name| ids_of(name, &plan, &model.net, &between)).collect();
    let logits =
        outputs.iter().position(|name| *name == plan.logits).ok_or(ModelError::NotCnn(NotCnn::Output))?;
    let photo = (plan.input.layout == Layout::Nchw).then_some(LayerId(0));
    let (mut left, mut algorithms) = (substitute::MOST_KERNELS, Vec::new());
    for (id, computation) in model.net.ids().zip(&computations) {
        // Each operator of ours moves what it stands for to another place.
        let outlet = |layer: LayerId| match shown.iter().position(|ids| ids.contains(&layer)) {
            Some(place) => typed.outputs.get(place).copied(),
            None if Some(layer) == photo => typed.inputs.first().copied(),
            None => None,
        };
        let shape = |layer: LayerId| shape_of(&model.net, &between, layer);
        let places = computation.as_ref().and_then(|computation| {
            let from = *computation.reads.first()?;
            let (below, own) = (shape(from)?, shape(id)?);
            Some((computation, substitute::Places { from: outlet(from)?, below, to: outlet(id)?, own }))
        });
        let by = match places.filter(|_| operators == Operators::Ours) {
            Some((computation, places)) => {
                substitute::put(&mut typed, computation, id, &places, &mut left).map_err(failed)?
            }
            None => Algorithm::Runtime,
        };
        algorithms.push(by);
    }
    model.algorithms = algorithms;
    let optimised = typed.into_optimized().map_err(failed)?;
    let plan_to_run = TypedSimplePlan::new(optimised).map_err(failed)?;
    let taps = plan.taps.iter().map(|tap| tap.tensor.clone());
    let tensors = std::iter::once(plan.input.name.clone()).chain(taps).collect();
    let layout = plan.input.layout;
    Ok(Network {
        model,
        layout,
        tensors,
        linear,
        computations,
        between,
        answer,
        plan: plan_to_run,
        shown,
        logits,
    })
}

/// Makes the graph one of batch 1 and known size whose outputs are the layers and the scores; returns their names.
fn narrow(proto: &mut pb::ModelProto, plan: &LayerPlan) -> Vec<String> {
    use pb::tensor_shape_proto::{Dimension, dimension};
    let Some(graph) = proto.graph.as_mut() else { return Vec::new() };
    let graph::Input { channels, height, width, .. } = plan.input;
    let dims = match plan.input.layout {
        Layout::Nchw => [1, channels, height, width],
        Layout::Nhwc => [1, height, width, channels],
    };
    let dim = |size: usize| Dimension {
        value: Some(dimension::Value::DimValue(size as i64)),
        ..Dimension::default()
    };
    for input in graph.input.iter_mut().filter(|input| input.name == plan.input.name) {
        if let Some(pb::type_proto::Value::TensorType(tensor)) =
            input.r#type.as_mut().and_then(|kind| kind.value.as_mut())
        {
            tensor.shape = Some(pb::TensorShapeProto { dim: dims.map(dim).to_vec() });
        }
    }
    for node in &mut graph.node {
        // The runtime wants names that differ, as those of tensors do, and ONNX does not.
        node.name = node.output.first().cloned().unwrap_or_default();
        // It takes an optional input for present as soon as there is a place for it, even with an empty name.
        let given = node.input.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        node.input.truncate(given);
    }
    let mut seen = HashSet::new();
    let taps = plan.taps.iter().map(|tap| &tap.tensor);
    let names = taps.chain([&plan.logits]).chain(plan.between());
    let outputs: Vec<String> = names.filter(|name| seen.insert(*name)).cloned().collect();
    graph.output =
        outputs.iter().map(|name| pb::ValueInfoProto { name: name.clone(), ..Default::default() }).collect();
    graph.value_info.clear();
    outputs
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

fn layers(
    plan: &LayerPlan,
    shapes: &HashMap<&str, &[usize]>,
    sizes: &HashMap<String, [usize; 2]>,
) -> Vec<Layer> {
    let graph::Input { channels, height, width, .. } = plan.input;
    let mut layers = vec![Layer {
        name: tidy(&plan.input.name),
        op: Op::Input,
        activation: None,
        shape: Shape { channels, height, width },
        parameters: 0,
        macs: 0,
    }];
    let resolve = |sliding: &SlidingWindow| sliding.resolve(sizes.get(&sliding.over).copied());
    for tap in &plan.taps {
        let Some(shape) = shapes.get(tap.tensor.as_str()).and_then(|dims| shape(dims)) else { continue };
        let (op, macs) = match &tap.kind {
            GraphOp::Convolution(sliding, each) => {
                (Op::Convolution(resolve(sliding)), each.saturating_mul(shape.units() as u64))
            }
            GraphOp::MaxPool(sliding) => (Op::MaxPool(resolve(sliding)), 0),
            GraphOp::AveragePool(sliding) => (Op::AveragePool(resolve(sliding)), 0),
            GraphOp::GlobalAveragePool => (Op::GlobalAveragePool, 0),
            GraphOp::Dense(macs) => (Op::Dense, *macs),
            GraphOp::Sum => (Op::Sum, 0),
        };
        let GraphLayer { name, activation, parameters, .. } = tap;
        layers.push(Layer {
            name: tidy(name),
            op,
            activation: activation.clone(),
            shape,
            parameters: *parameters,
            macs,
        });
    }
    layers
}

fn shape(dims: &[usize]) -> Option<Shape> {
    match *dims {
        [1, channels, height, width] => Some(Shape { channels, height, width }),
        [1, channels] => Some(Shape { channels, height: 1, width: 1 }),
        _ => None,
    }
    .filter(|shape| shape.units() > 0 && shape.channels <= usize::from(u16::MAX))
}

/// The head, where the scores are a linear function of the means of the maps of a layer.
fn linear(
    graph: &pb::GraphProto,
    plan: &LayerPlan,
    net: &Architecture,
    constants: &Constants,
) -> Option<Linear> {
    let head = graph::head(graph, &plan.logits)?;
    let layer = LayerPlan::layer(plan.taps.iter().rposition(|tap| tap.tensor == head.maps)?);
    Linear::read(&head, layer, net.layer(layer)?.shape.channels, net.classes, constants)
}

fn shape_of(net: &Architecture, between: &[Intermediate], id: LayerId) -> Option<Shape> {
    let place = usize::from(id.0);
    match net.layers.get(place) {
        Some(layer) => Some(layer.shape),
        None => between.get(place - net.layers.len()).map(|between| between.shape),
    }
}

/// The tensors between layers whose shapes are those of maps.
fn between(plan: &LayerPlan, shapes: &HashMap<&str, &[usize]>, layers: usize) -> Vec<Intermediate> {
    let mut seen = HashSet::new();
    let known = plan.between().filter(|name| seen.insert(*name)).filter_map(|name| {
        Some(Intermediate { name: name.clone(), shape: shape(shapes.get(name.as_str())?)? })
    });
    known.take(usize::from(u16::MAX) - layers).collect()
}

/// How each layer is computed, as far as that can be told; the input is not.
fn computations(
    plan: &LayerPlan,
    net: &Architecture,
    between: &[Intermediate],
    constants: &Constants,
) -> Vec<Option<Computation>> {
    let mut known: HashMap<&str, LayerId> = HashMap::from([(plan.input.name.as_str(), LayerId(0))]);
    known.extend(between.iter().enumerate().map(|(at, between)| (between.name.as_str(), after(net, at))));
    known.extend(plan.taps.iter().enumerate().map(|(at, tap)| (tap.tensor.as_str(), LayerPlan::layer(at))));
    let of = |name: &str| {
        let id = *known.get(name)?;
        Some((id, shape_of(net, between, id)?))
    };
    let layers = net.layers.iter().skip(1).zip(&plan.taps);
    let computations = layers
        .map(|(layer, tap)| Computation::read(tap.formula.as_ref()?, layer.op, layer.shape, of, constants));
    std::iter::once(None).chain(computations).collect()
}

/// The id of the tensor between layers at this place.
fn after(net: &Architecture, place: usize) -> LayerId {
    LayerId((net.layers.len() + place) as u16)
}

/// What an output of the plan is shown as, or kept for.
fn ids_of(tensor: &str, plan: &LayerPlan, net: &Architecture, between: &[Intermediate]) -> Vec<LayerId> {
    let taps = plan.taps.iter().enumerate().filter(|(_, tap)| tap.tensor == tensor);
    let layers = taps.map(|(place, _)| LayerPlan::layer(place)).filter(|id| net.layer(*id).is_some());
    let others = between.iter().position(|between| between.name == tensor).map(|place| after(net, place));
    layers.chain(others).collect()
}

fn net_name(proto: &pb::ModelProto) -> String {
    let given = metadata(proto, "vggscope.name");
    let graph = proto.graph.as_ref().map(|graph| graph.name.as_str());
    tidy(given.or(graph).unwrap_or_default())
}

fn metadata<'a>(proto: &'a pb::ModelProto, key: &str) -> Option<&'a str> {
    proto.metadata_props.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}

fn about(
    net: Architecture,
    receptive_fields: Vec<ReceptiveField>,
    cam: Option<LayerId>,
    proto: &pb::ModelProto,
    plan: &LayerPlan,
) -> Model {
    let said = metadata(proto, "vggscope.preset").and_then(vggscope_core::image::Preset::of_word);
    let own = metadata(proto, "vggscope.labels.en")
        .map(|en| labels::pair(en, metadata(proto, "vggscope.labels.zh")))
        .filter(|labels| labels.len() == net.classes);
    let (labels, labels_from) = match own {
        Some(labels) => (labels, LabelsFrom::Model),
        None => {
            let imagenet = labels::parse_table(crate::IMAGENET);
            if imagenet.len() == net.classes {
                (imagenet, LabelsFrom::ImageNet)
            } else {
                (Vec::new(), LabelsFrom::Nowhere)
            }
        }
    };
    Model {
        net,
        receptive_fields,
        algorithms: Vec::new(),
        cam,
        preset: said.unwrap_or_else(|| preset::guess(proto, plan)),
        preset_known: said.is_some(),
        labels,
        labels_from,
    }
}
