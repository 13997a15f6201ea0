//! How the values of a layer are computed from those of others, by names of tensors.

use std::collections::HashSet;

use tract_onnx::pb::NodeProto;
use vggscope_core::image::Layout;

use super::head::{Weights, is_plain_gemm};
use super::tail::LayerTail;
use super::{GraphOp, Input, Lookup, float, int};
use crate::ops::onnx::fake_quantize::Rounding;

/// How a layer's values are computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The tensors that it reads: of layers, of the photo, or others.
    pub reads: Vec<String>,
    /// What it makes of them.
    pub operation: FormulaOp,
    /// What is done to that, in order.
    pub links: Vec<Pointwise>,
}

/// What a layer makes of what it reads.
#[derive(Clone, Debug, PartialEq)]
pub enum FormulaOp {
    /// A convolution.
    Convolution {
        /// Its kernels: output channels, input channels of a group, rows, columns.
        weights: String,
        /// What is added to each channel.
        bias: Option<String>,
        /// Groups of channels that do not meet.
        groups: usize,
    },
    /// A transposed convolution.
    Transposed {
        /// Its kernels: input channels, output channels of a group, rows, columns.
        weights: String,
        /// What is added to each channel.
        bias: Option<String>,
        /// Groups of channels that do not meet.
        groups: usize,
    },
    /// A matrix product.
    Dense {
        /// Its matrix; a class of [`Weights`] is an output here.
        weights: Weights,
        /// What is added to each output.
        bias: Option<String>,
    },
    /// A pool of the largest values.
    MaxPool,
    /// A pool of averages, and whether the padding counts.
    AveragePool(bool),
    /// The average of each whole map.
    GlobalAveragePool,
    /// The sum of all that is read.
    Sum,
}

/// Something that is done to each value.
#[derive(Clone, Debug, PartialEq)]
pub enum Pointwise {
    /// Batch normalisation: tensors of scale, shift, mean and variance, and epsilon.
    Norm([String; 4], f32),
    /// A constant is added.
    Add(String),
    /// A constant is subtracted.
    Subtract(String),
    /// It is multiplied by a constant.
    Multiply(String),
    /// It is divided by a constant.
    Divide(String),
    /// It is rounded to multiples of a scale.
    Round(Rounding),
    /// An activation function.
    Activation(Activation),
}

/// An activation function with its parameters, after ONNX's definitions.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation {
    /// max(0, x)
    Relu,
    /// x, or so many times x below zero.
    LeakyRelu(f32),
    /// The same, with a tensor of slopes.
    PRelu(String),
    /// Cut at both ends; tensors, where there are any.
    Clip(Option<String>, Option<String>),
    /// The same with numbers, as old files have them.
    ClipBetween(f32, f32),
    /// α·(eˣ − 1) below zero.
    Elu(f32),
    /// γ·x, and γ·α·(eˣ − 1) below zero.
    Selu(f32, f32),
    /// 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// α·x + β, between 0 and 1.
    HardSigmoid(f32, f32),
    /// x times the hard sigmoid of ⅙ and ½.
    HardSwish,
    /// The hyperbolic tangent.
    Tanh,
    /// ln(1 + eˣ)
    Softplus,
}

/// The formula of the layer that a node is; `kept` are the tensors of layers before it and of the photo.
pub fn of(
    node: &NodeProto,
    kind: &GraphOp,
    tail: &LayerTail,
    lookup: &Lookup,
    kept: &HashSet<&str>,
    photo: &Input,
) -> Option<Formula> {
    let first = node.input.first()?;
    let named = |place: usize| node.input.get(place).filter(|name| !name.is_empty()).cloned();
    let constant = |place: usize| {
        let name = named(place);
        name.as_ref().is_none_or(|name| lookup.constant(name)).then_some(name)
    };
    let read = |name: &str, shapeless: bool| source(name, lookup, kept, photo, shapeless).to_owned();
    let (reads, operation) = match kind {
        GraphOp::Convolution(..) | GraphOp::Transposed(..) => {
            let groups = usize::try_from(int(node, "group").unwrap_or(1)).ok()?;
            let (weights, bias) = (constant(1)??, constant(2)?);
            let operation = match kind {
                GraphOp::Convolution(..) => FormulaOp::Convolution { weights, bias, groups },
                _ => FormulaOp::Transposed { weights, bias, groups },
            };
            (vec![read(first, false)], operation)
        }
        GraphOp::Dense(..) => {
            let row_is_class = match node.op_type.as_str() {
                "Gemm" => is_plain_gemm(node).then(|| int(node, "transB") == Some(1))?,
                _ => false,
            };
            let weights = Weights { tensor: constant(1)??, row_is_class };
            (vec![read(first, true)], FormulaOp::Dense { weights, bias: constant(2)? })
        }
        GraphOp::MaxPool(_) => (vec![read(first, false)], FormulaOp::MaxPool),
        GraphOp::AveragePool(_) => {
            let padded = int(node, "count_include_pad").unwrap_or(0) != 0;
            (vec![read(first, false)], FormulaOp::AveragePool(padded))
        }
        GraphOp::GlobalAveragePool => (vec![read(first, false)], FormulaOp::GlobalAveragePool),
        GraphOp::Resize(_) => return None,
        GraphOp::Sum => (node.input.iter().map(|name| read(name, false)).collect(), FormulaOp::Sum),
    };
    let start = node.output.first()?;
    let mut links = Vec::new();
    let mut before = start.as_str();
    for node in &tail.links {
        if let Some(link) = link(node, before)? {
            links.push(link);
        }
        before = node.output.first()?;
    }
    Some(Formula { reads, operation, links })
}

/// What a node of the chain does to `before`; nothing where it leaves it as it is.
fn link(node: &NodeProto, before: &str) -> Option<Option<Pointwise>> {
    let input = |place: usize| node.input.get(place).filter(|name| !name.is_empty()).cloned();
    let comes_first = node.input.first().is_some_and(|name| name == before);
    let other = || input(usize::from(comes_first));
    let number = |name: &str, otherwise: f32| float(node, name).unwrap_or(otherwise);
    let activation = match node.op_type.as_str() {
        "Identity" | "Dropout" => return Some(None),
        "BatchNormalization" => {
            let tensors = [input(1)?, input(2)?, input(3)?, input(4)?];
            return Some(Some(Pointwise::Norm(tensors, number("epsilon", 1e-5))));
        }
        "FakeQuantize" => return Some(Some(Pointwise::Round(Rounding::of(node)?))),
        "Add" => return Some(Some(Pointwise::Add(other()?))),
        "Mul" => return Some(Some(Pointwise::Multiply(other()?))),
        "Sub" if comes_first => return Some(Some(Pointwise::Subtract(other()?))),
        "Div" if comes_first => return Some(Some(Pointwise::Divide(other()?))),
        "Relu" => Activation::Relu,
        "LeakyRelu" => Activation::LeakyRelu(number("alpha", 0.01)),
        "PRelu" => Activation::PRelu(input(1)?),
        "Clip" if node.attribute.is_empty() => Activation::Clip(input(1), input(2)),
        "Clip" => Activation::ClipBetween(number("min", f32::MIN), number("max", f32::MAX)),
        "Elu" => Activation::Elu(number("alpha", 1.0)),
        "Selu" => Activation::Selu(number("alpha", 1.673_263_2), number("gamma", 1.050_701)),
        "Sigmoid" => Activation::Sigmoid,
        "HardSigmoid" => Activation::HardSigmoid(number("alpha", 0.2), number("beta", 0.5)),
        "HardSwish" => Activation::HardSwish,
        "Tanh" => Activation::Tanh,
        "Softplus" => Activation::Softplus,
        _ => return None,
    };
    Some(Some(Pointwise::Activation(activation)))
}

/// The tensor of a layer, or of the photo, that holds the same values in the same order, plane by plane; else the tensor
/// itself. Whether it is `shapeless`: its values are read as one list.
pub fn source<'a>(
    name: &'a str,
    lookup: &Lookup<'a>,
    kept: &HashSet<&str>,
    photo: &'a Input,
    shapeless: bool,
) -> &'a str {
    let mut at = name;
    loop {
        // The photo is kept plane by plane, however the network wants it.
        if kept.contains(at) && (at != photo.name || photo.layout == Layout::Nchw) {
            return at;
        }
        let Some(maker) = lookup.makers.get(at) else { return name };
        let Some(before) = maker.input.first() else { return name };
        at = match maker.op_type.as_str() {
            "Identity" | "Dropout" => before,
            "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" if shapeless => before,
            "Transpose" if *before == photo.name && photo.layout == Layout::Nhwc && planes_first(maker) => {
                return before;
            }
            _ => return name,
        };
    }
}

/// Whether a node turns an image with its channels last into one with them first.
fn planes_first(node: &NodeProto) -> bool {
    node.attribute.iter().any(|a| a.name == "perm" && a.ints == [0, 3, 1, 2])
}
