//! What the graph of an ONNX file says: whether it is a network that can be shown, which of its tensors are
//! layers, and what each layer computes.
//!
//! A file is data from a stranger. All that the runtime would trust is checked here first.

mod check;
mod cost;
pub mod dequantize;
mod ending;
mod formula;
mod head;
mod input;
mod lookup;
mod parameters;
mod receptive_field;
mod shapes;
mod sizes;
mod spread;
mod tail;
mod validate;
mod window;

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto};
use tract_onnx::prelude::TractError;
use vggscope_core::error::{ModelError, NotCnn};
use vggscope_core::model::{OtherSizes, Sizes};
use vggscope_core::nn::labels::tidy;
use vggscope_core::nn::meaning::Meaning;
use vggscope_core::nn::{Interpolation, LayerId, Window};

pub use check::{MOST_NODES, check, element_size};
use ending::Ending;
pub use formula::{Activation, Formula, FormulaOp, Pointwise};
pub use head::{Head, head};
pub use input::Input;
pub use lookup::Lookup;
pub use receptive_field::{channels_last, receptive_fields};
pub use shapes::infer;
use sizes::is_pointwise;
pub use sizes::{Change, Dependence, dependence, trained};
pub use spread::Spread;
use tail::LayerTail;

use crate::ops::onnx::resize::Sampling;

/// A file that contradicts itself, in words that may be the file's own.
pub fn broken(detail: &str) -> ModelError {
    ModelError::Broken { detail: tidy(detail) }
}

/// A file that the runtime finds at fault.
pub fn failed(error: TractError) -> ModelError {
    broken(&error.root_cause().to_string())
}

/// A layer as the graph has it; its shape is known only once the runtime has worked out all shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphLayer {
    /// Name of the tensor that is shown: the last of the convolution and what belongs to it.
    pub tensor: String,
    /// Name of the layer.
    pub name: String,
    /// What it computes.
    pub kind: GraphOp,
    /// The activation function that ends it, as ONNX calls it.
    pub activation: Option<String>,
    /// Learnt numbers.
    pub parameters: u64,
    /// How its values are computed; `None` where that is more than a page can show.
    pub formula: Option<Formula>,
}

/// What a layer computes, before shapes are known.
#[derive(Clone, Debug, PartialEq)]
pub enum GraphOp {
    /// A convolution, and the tensor of its kernels.
    Convolution(SlidingWindow, String),
    /// A transposed convolution: its node, the kernel of that, and multiplications for one input unit.
    Transposed(Box<NodeProto>, [usize; 2], u64),
    /// A maximum pool.
    MaxPool(SlidingWindow),
    /// An average pool.
    AveragePool(SlidingWindow),
    /// A global average pool.
    GlobalAveragePool,
    /// A matrix product: its weights, and how many numbers it makes of each vector.
    Dense(u64, u64),
    /// A residual sum.
    Sum,
    /// Maps of another size.
    Resize(Interpolation),
}

/// A window whose padding may depend on the size of what it slides over.
#[derive(Clone, Debug, PartialEq)]
pub struct SlidingWindow {
    /// Name of the tensor that it slides over.
    pub over: String,
    /// The window, with its padding where the file gives numbers.
    pub window: Window,
    /// Whether the padding is to be worked out ("same" output size), and whether its odd pixel comes first.
    pub same: Option<SameUpper>,
}

/// Whether the odd pixel of "same" padding comes last.
pub type SameUpper = bool;

/// A graph with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPlan {
    /// The photo's tensor.
    pub input: Input,
    /// Layers in graph order.
    pub layers: Vec<GraphLayer>,
    /// The tensor of raw scores.
    pub logits: String,
    /// What they are.
    pub meaning: Meaning,
    /// The sizes of input that the network can be given.
    pub sizes: Sizes,
    /// What of it depends on that.
    pub dependence: Dependence,
    /// The same where it is a layer's: the tensor of that with the same values.
    pub answer: String,
}

impl LayerPlan {
    /// Reads a checked graph; where it leaves its size open, `open` gives rows and columns.
    ///
    /// # Errors
    /// Where the graph is no convolutional network on one image.
    pub fn of(graph: &GraphProto, open: [usize; 2]) -> Result<LayerPlan, ModelError> {
        let lookup = Lookup::of(graph);
        let mut input = Input::of(graph, &lookup, open)?;
        let mut layers: Vec<GraphLayer> = Vec::new();
        // The photo's tensor, and those of the layers so far.
        let mut kept = HashSet::from([input.name.as_str()]);
        // Which layer a node belongs to, by its first output.
        let mut owners = HashMap::new();
        for node in &graph.node {
            if lookup.is_constant(node) {
                continue;
            }
            if let Some((kind, tail)) = graph_layer(node, &lookup) {
                let formula = formula::of(node, &kind, &tail, &lookup, &kept, &input);
                kept.insert(tail.tensor);
                let nodes = [node].into_iter().chain(tail.links.iter().copied());
                let outputs = nodes.filter_map(|node| node.output.first());
                owners.extend(outputs.map(|output| (output.as_str(), layers.len())));
                layers.push(GraphLayer::new(node, kind, tail, formula));
            }
        }
        let is_flat = |kernels: &String| lookup.dims(kernels).is_none_or(|dims| dims.len() == 4);
        if !layers.iter().any(|tap| matches!(&tap.kind, GraphOp::Convolution(_, kernels) if is_flat(kernels)))
        {
            return Err(ModelError::NotCnn(NotCnn::NoConvolution));
        }
        if layers.len() >= usize::from(u16::MAX) {
            return Err(broken(&format!("{} layers", layers.len())));
        }
        let counts = parameters::count(graph, &lookup, &owners, layers.len());
        layers.iter_mut().zip(counts).for_each(|(layer, count)| layer.parameters = count);
        let Some(Ending { logits, meaning }) = ending::answer(graph, &lookup) else {
            return Err(ModelError::NotCnn(NotCnn::Output));
        };
        let answer = formula::source(logits, &lookup, &kept, &input, true).to_owned();
        let dependence = dependence(graph, &input, logits);
        let others = match dependence {
            Dependence::Dense(_) => OtherSizes::Dense,
            Dependence::None => OtherSizes::Any,
            // What its exporter says.
            Dependence::Other if input.open => OtherSizes::Any,
            Dependence::Other => OtherSizes::None,
        };
        if let Dependence::Dense(changes) = &dependence
            && input.open
            && let Some(side) = trained(graph, &input, changes)
        {
            (input.height, input.width) = (side, side);
        }
        let sizes = Sizes { own: [input.height, input.width], others };
        Ok(LayerPlan { input, layers, logits: logits.to_owned(), meaning, sizes, dependence, answer })
    }

    /// The tensors that layers read, where those are of no layer and not the photo's.
    pub fn intermediates(&self) -> impl Iterator<Item = &String> {
        let layers: HashSet<&String> =
            self.layers.iter().map(|tap| &tap.tensor).chain([&self.input.name]).collect();
        let read =
            self.layers.iter().filter_map(|tap| tap.formula.as_ref()).flat_map(|formula| &formula.reads);
        read.filter(move |name| !layers.contains(name))
    }

    /// The id of the layer at this place: the input is layer 0.
    pub fn layer(place: usize) -> LayerId {
        LayerId(place as u16 + 1)
    }
}

/// The product of dimensions, or the largest number where that is too large for one.
fn product(dims: &[u64]) -> u64 {
    dims.iter().fold(1, |product: u64, dim| product.saturating_mul(*dim))
}

/// What a node is as a layer, and what belongs to that.
fn graph_layer<'a>(node: &'a NodeProto, lookup: &Lookup<'a>) -> Option<(GraphOp, LayerTail<'a>)> {
    let first = node.input.first()?;
    let output = node.output.first()?;
    let weights = node.input.get(1).map_or("", String::as_str);
    let kind = match node.op_type.as_str() {
        "Conv" if lookup.constant(weights) => {
            let dims = lookup.dims(weights);
            let window = match dims.as_deref() {
                Some(&[_, _, length]) => window::over_vectors(node, length),
                _ => window::of(node, dims.as_ref().and_then(|dims| dims.get(2..))),
            }?;
            GraphOp::Convolution(window.over(first), weights.to_owned())
        }
        "ConvTranspose" => {
            let dims = lookup.dims(weights)?;
            let kernel = dims.get(2..)?.iter().map(|side| usize::try_from(*side).ok());
            let kernel = kernel.collect::<Option<Vec<_>>>()?.try_into().ok()?;
            GraphOp::Transposed(Box::new(node.clone()), kernel, product(&dims[1..]))
        }
        "Resize" => GraphOp::Resize(Sampling::read(node).ok()?.interpolation),
        "MaxPool" => GraphOp::MaxPool(window::of(node, None)?.over(first)),
        "AveragePool" => GraphOp::AveragePool(window::of(node, None)?.over(first)),
        "GlobalAveragePool" => GraphOp::GlobalAveragePool,
        "Gemm" | "MatMul" if lookup.constant(weights) => {
            let dims = lookup.dims(weights).unwrap_or_default();
            let by_row = node.op_type == "Gemm" && int(node, "transB").unwrap_or(0) != 0;
            let outputs = if by_row { dims.first() } else { dims.last() };
            GraphOp::Dense(lookup.volume(weights), outputs.copied().unwrap_or(1))
        }
        "Add" | "Sum"
            if node.input.iter().all(|name| !lookup.constant(name)) && !is_function_of_one(node, lookup) =>
        {
            GraphOp::Sum
        }
        _ => return None,
    };
    let tail = match kind {
        GraphOp::MaxPool(_) | GraphOp::AveragePool(_) | GraphOp::GlobalAveragePool | GraphOp::Resize(_) => {
            LayerTail::rounded(output, lookup)
        }
        _ => tail::follow(output, lookup),
    };
    Some((kind, tail))
}

/// The most nodes of a function that is spelt out.
const LONGEST_FUNCTION: usize = 24;

/// Whether a node computes each value from that of one other tensor at the same place: a function that is spelt out.
fn is_function_of_one(node: &NodeProto, lookup: &Lookup) -> bool {
    let mut left: Vec<&str> = node.input.iter().map(String::as_str).collect();
    let (mut sources, mut seen) = (HashSet::new(), HashSet::new());
    while let Some(name) = left.pop() {
        if lookup.constant(name) || !seen.insert(name) {
            continue;
        }
        match lookup.makers.get(name) {
            // Of a tensor that more than one of them reads.
            Some(maker) if is_pointwise(&maker.op_type) && seen.len() <= LONGEST_FUNCTION => {
                left.extend(maker.input.iter().map(String::as_str));
            }
            _ => {
                sources.insert(name);
            }
        }
    }
    sources.len() == 1 && seen.len() <= LONGEST_FUNCTION
}

impl GraphLayer {
    fn new(node: &NodeProto, kind: GraphOp, tail: LayerTail, formula: Option<Formula>) -> GraphLayer {
        let name = if node.name.is_empty() { node.output.first() } else { Some(&node.name) };
        GraphLayer {
            tensor: tail.tensor.to_owned(),
            name: name.cloned().unwrap_or_default(),
            kind,
            activation: tail.activation,
            parameters: 0,
            formula,
        }
    }
}

/// An attribute that is a whole number.
fn int(node: &NodeProto, name: &str) -> Option<i64> {
    node.attribute.iter().find(|a| a.name == name).map(|a| a.i)
}

/// An attribute that is a number.
fn float(node: &NodeProto, name: &str) -> Option<f32> {
    node.attribute.iter().find(|a| a.name == name).map(|a| a.f)
}
