//! How the values of a layer are computed, with the numbers at hand: what the page shows a unit's arithmetic from, and
//! what gradients go back through.

mod function;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tract_onnx::data_resolver::MmapDataResolver;
use tract_onnx::pb::GraphProto;
use tract_onnx::prelude::*;
use tract_onnx::tensor::load_tensor;
use tract_onnx::tract_hir::infer::{Factoid, InferenceNode};
use vggscope_core::explain::breakdown::TailOp;
use vggscope_core::nn::{LayerId, Op, Shape, Window};

use crate::load::graph;
use crate::ops::onnx::fake_quantize::Rounding;
use function::Function;

/// How a layer's values are computed.
pub(crate) struct Computation {
    /// What it reads.
    pub reads: Vec<LayerId>,
    /// What it makes of that.
    pub operation: Operation,
    /// What is done to each value then, in order.
    pub links: Vec<Pointwise>,
}

/// What a layer makes of what it reads.
pub(crate) enum Operation {
    /// A convolution: kernels [output, input of a group, rows, columns], their bias, and the number of groups.
    Convolution { window: Window, kernels: Floats, bias: Option<Floats>, groups: usize },
    /// A transposed convolution: kernels [input, output of a group, rows, columns], their bias, and the number of groups.
    Transposed { window: Window, kernels: Floats, bias: Option<Floats>, groups: usize },
    /// A matrix product.
    Dense { matrix: Matrix, bias: Option<Floats> },
    /// A pool of the largest values.
    MaxPool(Window),
    /// A pool of averages, and whether the padding counts.
    AveragePool(Window, bool),
    /// The average of each whole map.
    GlobalAveragePool,
    /// The sum of all that is read.
    Sum,
}

/// A matrix from features to outputs.
pub(crate) struct Matrix {
    pub values: Floats,
    pub outputs: usize,
    pub features: usize,
    /// Whether a row is an output; else a column is.
    pub row_is_output: bool,
}

impl Matrix {
    /// A matrix from so many features to so many outputs; `None` where its sides are others.
    pub fn new(values: Floats, [outputs, features]: [usize; 2], row_is_output: bool) -> Option<Matrix> {
        let sides = if row_is_output { [outputs, features] } else { [features, outputs] };
        (values.shape() == sides).then_some(Matrix { values, outputs, features, row_is_output })
    }

    /// The weight of a feature for an output.
    pub fn weight(&self, output: usize, feature: usize) -> f32 {
        let all = self.values.get();
        if self.row_is_output {
            all[output * self.features + feature]
        } else {
            all[feature * self.outputs + output]
        }
    }
}

/// A constant of the model, as 32-bit floats.
#[derive(Clone, Debug)]
pub(crate) struct Floats(Arc<Tensor>);

impl Floats {
    /// The value of a tensor that depends on no input.
    pub fn of(constants: &Constants, name: &str) -> Option<Floats> {
        let value = constants.get(name)?;
        if value.datum_type() == f32::datum_type() {
            return Some(Floats(value));
        }
        Some(Floats(value.cast_to::<f32>().ok()?.into_owned().into_arc_tensor()))
    }

    /// Its dimensions.
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    /// Its values.
    pub fn get(&self) -> &[f32] {
        // It was cast to 32-bit floats when it was read.
        self.0.as_plain_ram().and_then(|view| view.as_slice::<f32>().ok()).unwrap_or_default()
    }
}

/// What of a model depends on no input, by the file's names.
pub(crate) struct Constants<'a> {
    /// What is known before the runtime makes one of all that are equal, under the name of one of them.
    known: &'a HashMap<String, Arc<Tensor>>,
    typed: &'a TypedModel,
}

impl Constants<'_> {
    /// The tensors of a file, where the runtime knows them under another's name.
    pub fn known(model: &InferenceModel, graph: &GraphProto) -> HashMap<String, Arc<Tensor>> {
        let names: HashSet<&str> = model.nodes.iter().map(|node| node.name.as_str()).collect();
        let elsewhere = MmapDataResolver;
        let tensor = |tensor| Some(load_tensor(&elsewhere, tensor, None).ok()?.into_arc_tensor());
        let unknown = graph.initializer.iter().filter(|tensor| !names.contains(tensor.name.as_str()));
        unknown.filter_map(|proto| Some((proto.name.clone(), tensor(proto)?))).collect()
    }

    /// Those, and what is known of the model's values now that it has been looked at.
    pub fn and_inferred(
        mut known: HashMap<String, Arc<Tensor>>,
        model: &InferenceModel,
    ) -> HashMap<String, Arc<Tensor>> {
        let value = |node: &InferenceNode| node.outputs.first()?.fact.value.concretize();
        known.extend(model.nodes.iter().filter_map(|node| Some((node.name.clone(), value(node)?))));
        known
    }

    /// That, and what the runtime works out later.
    pub fn new<'a>(known: &'a HashMap<String, Arc<Tensor>>, typed: &'a TypedModel) -> Constants<'a> {
        Constants { known, typed }
    }

    /// The value of a tensor.
    fn get(&self, name: &str) -> Option<Arc<Tensor>> {
        if let Some(value) = self.known.get(name) {
            return Some(value.clone());
        }
        // The runtime has put a number behind its name where it made the node.
        let numbered = format!("{name}.0");
        let node = self.typed.nodes.iter().find(|node| node.name == name || node.name == numbered)?;
        constant(self.typed, node.id.into(), DEEPEST)
    }
}

/// The most operators between a constant of the file and what is made of it.
const DEEPEST: usize = 16;

/// A constant that the runtime has worked out, or else, where it is large, will only once it optimises.
fn constant(model: &TypedModel, outlet: OutletId, deepest: usize) -> Option<Arc<Tensor>> {
    let node = model.nodes.get(outlet.node)?;
    if let Some(value) = &node.outputs.get(outlet.slot)?.fact.konst {
        return Some(value.clone());
    }
    let inputs =
        node.inputs.iter().map(|input| Some(constant(model, *input, deepest.checked_sub(1)?)?.into_tvalue()));
    let inputs = inputs.collect::<Option<TVec<TValue>>>().filter(|inputs| !inputs.is_empty())?;
    let made = node.op.eval_out_of_plan(inputs).ok()??;
    Some(made.into_iter().nth(outlet.slot)?.into_arc_tensor())
}

/// Something that is done to each value.
pub(crate) enum Pointwise {
    /// Batch normalisation.
    Norm { scale: Each, shift: Each, mean: Each, variance: Each, epsilon: f32 },
    /// A number is added.
    Add(Each),
    /// It is multiplied by a number.
    Multiply(Each),
    /// It is rounded to multiples of a scale.
    Round(Rounding),
    /// An activation function and its name.
    Activation(&'static str, Function),
}

/// A number for each channel, or one for all.
pub(crate) struct Each(Vec<f32>);

impl Each {
    fn of(floats: &Floats, shape: Shape) -> Option<Each> {
        let (values, dims) = (floats.get(), floats.shape());
        let own = match dims {
            [channels] | [1, channels] if shape.plane() == 1 => *channels,
            [channels, 1, 1] | [1, channels, 1, 1] => *channels,
            _ => 1,
        };
        (values.len() == 1 || (values.len() == own && own == shape.channels)).then(|| Each(values.to_vec()))
    }

    fn list(floats: &Floats, shape: Shape) -> Option<Each> {
        (floats.get().len() == shape.channels).then(|| Each(floats.get().to_vec()))
    }

    fn map(self, change: impl Fn(f32) -> f32) -> Each {
        Each(self.0.into_iter().map(change).collect())
    }

    /// The number for a channel.
    pub fn at(&self, channel: usize) -> f32 {
        self.0.get(channel).or(self.0.first()).copied().unwrap_or_default()
    }
}

impl Computation {
    /// The computation of a layer of this operation and shape; `None` where its tensors are not what it needs. `known` gives
    /// the id and shape of a tensor that is kept.
    pub fn read(
        computation: &graph::Formula,
        op: Op,
        shape: Shape,
        known: impl Fn(&str) -> Option<(LayerId, Shape)>,
        constants: &Constants,
    ) -> Option<Computation> {
        let floats = |name: &String| Floats::of(constants, name);
        let bias = |name: &Option<String>, count: usize| match name {
            None => Some(None),
            Some(name) => floats(name).filter(|bias| bias.get().len() == count).map(Some),
        };
        let read: Vec<(LayerId, Shape)> =
            computation.reads.iter().map(|name| known(name)).collect::<Option<_>>()?;
        let below = read.first()?.1;
        let operation = match (&computation.operation, op) {
            (graph::FormulaOp::Convolution { weights, bias: added, groups }, Op::Convolution(window)) => {
                let kernels = floats(weights)?;
                let &[outputs, inputs, rows, columns] = kernels.shape() else { return None };
                let fits =
                    *groups > 0 && inputs * groups == below.channels && outputs.is_multiple_of(*groups);
                (fits && outputs == shape.channels && [rows, columns] == window.kernel).then_some(())?;
                Operation::Convolution { window, kernels, bias: bias(added, outputs)?, groups: *groups }
            }
            (graph::FormulaOp::Transposed { weights, bias: added, groups }, Op::Transposed(window)) => {
                let kernels = floats(weights)?;
                let &[inputs, outputs, rows, columns] = kernels.shape() else { return None };
                let fits = *groups > 0 && inputs == below.channels && inputs.is_multiple_of(*groups);
                (fits && outputs * groups == shape.channels && [rows, columns] == window.kernel)
                    .then_some(())?;
                let bias = bias(added, shape.channels)?;
                Operation::Transposed { window, kernels, bias, groups: *groups }
            }
            (graph::FormulaOp::Dense { weights, bias: added }, Op::Dense) => {
                let sides = [shape.channels, below.units()];
                let matrix = Matrix::new(floats(&weights.tensor)?, sides, weights.row_is_class)?;
                (shape.plane() == 1).then_some(())?;
                Operation::Dense { matrix, bias: bias(added, shape.channels)? }
            }
            (graph::FormulaOp::MaxPool, Op::MaxPool(window)) => Operation::MaxPool(window),
            (graph::FormulaOp::AveragePool(padded), Op::AveragePool(window)) => {
                Operation::AveragePool(window, *padded)
            }
            (graph::FormulaOp::GlobalAveragePool, Op::GlobalAveragePool) => Operation::GlobalAveragePool,
            (graph::FormulaOp::Sum, Op::Sum) => {
                read.iter().all(|(_, one)| *one == shape).then_some(Operation::Sum)?
            }
            _ => return None,
        };
        let pools = matches!(
            operation,
            Operation::MaxPool(_) | Operation::AveragePool(..) | Operation::GlobalAveragePool
        );
        (!pools || below.channels == shape.channels).then_some(())?;
        let links = computation
            .links
            .iter()
            .map(|link| Pointwise::read(link, shape, constants))
            .collect::<Option<_>>()?;
        Some(Computation { reads: read.into_iter().map(|(layer, _)| layer).collect(), operation, links })
    }
}

impl Pointwise {
    fn read(link: &graph::Pointwise, shape: Shape, constants: &Constants) -> Option<Pointwise> {
        let each = |name: &String| Each::of(&Floats::of(constants, name)?, shape);
        let list = |name: &String| Each::list(&Floats::of(constants, name)?, shape);
        Some(match link {
            graph::Pointwise::Norm([scale, shift, mean, variance], epsilon) => Pointwise::Norm {
                scale: list(scale)?,
                shift: list(shift)?,
                mean: list(mean)?,
                variance: list(variance)?,
                epsilon: *epsilon,
            },
            graph::Pointwise::Add(name) => Pointwise::Add(each(name)?),
            graph::Pointwise::Subtract(name) => Pointwise::Add(each(name)?.map(|number| -number)),
            graph::Pointwise::Multiply(name) => Pointwise::Multiply(each(name)?),
            graph::Pointwise::Divide(name) => Pointwise::Multiply(each(name)?.map(|number| 1.0 / number)),
            graph::Pointwise::Round(rounding) => Pointwise::Round(*rounding),
            graph::Pointwise::Activation(activation) => {
                let (name, function) = Function::read(activation, each, constants)?;
                Pointwise::Activation(name, function)
            }
        })
    }

    /// What it is for a channel.
    pub fn kind(&self, channel: usize) -> TailOp {
        match self {
            Pointwise::Norm { scale, shift, mean, variance, epsilon } => TailOp::Norm {
                scale: scale.at(channel),
                shift: shift.at(channel),
                mean: mean.at(channel),
                variance: variance.at(channel),
                epsilon: *epsilon,
            },
            Pointwise::Add(each) => TailOp::Add(each.at(channel)),
            Pointwise::Multiply(each) => TailOp::Multiply(each.at(channel)),
            Pointwise::Round(Rounding { scale, steps: [low, high] }) => {
                TailOp::Round { scale: *scale, low: low * scale, high: high * scale }
            }
            Pointwise::Activation(name, _) => TailOp::Activation((*name).to_owned()),
        }
    }

    /// Whether it makes negative values zero, and no more.
    pub fn is_rectifier(&self) -> bool {
        matches!(self, Pointwise::Activation(_, Function::Leaky(slope)) if slope.0 == [0.0])
    }

    /// Whether it is an activation function.
    pub fn is_activation(&self) -> bool {
        matches!(self, Pointwise::Activation(..))
    }

    /// What it multiplies by, where it is none.
    pub fn factor(&self, channel: usize) -> f32 {
        match self {
            Pointwise::Norm { scale, variance, epsilon, .. } => {
                scale.at(channel) / (variance.at(channel) + epsilon).sqrt()
            }
            Pointwise::Multiply(each) => each.at(channel),
            Pointwise::Add(_) | Pointwise::Round(_) | Pointwise::Activation(..) => 1.0,
        }
    }

    /// Its slope where it makes this of a value of a channel; `None` where that leaves it open.
    pub fn slope(&self, channel: usize, made: f32) -> Option<f32> {
        match self {
            Pointwise::Activation(_, function) => function.slope(channel, made),
            // Straight through, but for what is cut at the ends (Bengio, Léonard and Courville 2013).
            Pointwise::Round(Rounding { scale, steps: [low, high] }) => {
                Some(f32::from(u8::from(made > low * scale && made < high * scale)))
            }
            _ => Some(self.factor(channel)),
        }
    }

    /// What it makes of a value of a channel.
    pub fn apply(&self, value: f64, channel: usize) -> f64 {
        match self {
            Pointwise::Norm { scale, shift, mean, variance, epsilon } => {
                let [scale, shift, mean, variance] =
                    [scale, shift, mean, variance].map(|each| f64::from(each.at(channel)));
                scale * (value - mean) / (variance + f64::from(*epsilon)).sqrt() + shift
            }
            Pointwise::Add(each) => value + f64::from(each.at(channel)),
            Pointwise::Multiply(each) => value * f64::from(each.at(channel)),
            Pointwise::Round(rounding) => f64::from(rounding.apply(value as f32)),
            Pointwise::Activation(_, function) => function.apply(value, channel),
        }
    }
}
