//! What every tensor of a graph sees of the photo: receptive fields followed node by node, along whatever axes of a tensor rows
//! and columns of the photo lie. Where branches meet it is the union of both; a branch that is one number for the whole map
//! (a gate) leaves the field of the other.

mod enlarged;

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};
use vggscope_core::image::Layout;
use vggscope_core::nn::Window;
use vggscope_core::receptive_field::{Misfit, Reach, ReceptiveField, Slide};

use super::{GraphOp, Lookup, graph_layer, int};
use crate::load::inferred::Inferred;

/// What a tensor sees.
#[derive(Clone, Debug)]
struct Seen {
    /// Along rows and columns of the photo.
    along: [Along; 2],
    misfit: Option<Misfit>,
    gated: bool,
}

/// What a tensor sees along rows, or columns, of the photo.
#[derive(Clone, Debug)]
struct Along {
    /// The axis of the tensor along which it differs; none where all of the tensor sees the same.
    axis: Option<usize>,
    /// What the units along this axis see, or the one thing that all see. `None` where that is not known.
    reach: Option<Reach>,
}

impl Along {
    /// All units along the axis go into each number.
    fn whole(&self, dims: &[usize]) -> Along {
        let reach = match self.axis {
            Some(axis) => self.reach.as_ref().and_then(|reach| reach.whole(*dims.get(axis)?)),
            None => self.reach.clone(),
        };
        Along { axis: None, reach }
    }

    /// Other units of the same axis.
    fn map(&self, to: impl FnOnce(&Reach) -> Option<Reach>) -> Along {
        Along { axis: self.axis, reach: self.reach.as_ref().and_then(to) }
    }

    fn unknown(&self) -> Along {
        Along { axis: self.axis, reach: None }
    }
}

/// What the units of every layer see, the input first.
pub fn receptive_fields(graph: &GraphProto, inferred: &Inferred) -> Vec<ReceptiveField> {
    let seen = walked(graph, inferred);
    let pixel = ReceptiveField { reach: Some([Reach::pixel(), Reach::pixel()]), ..ReceptiveField::default() };
    let of_layer = |tensor: &String| {
        let dims = inferred.shapes.get(tensor).map(Vec::as_slice).unwrap_or_default();
        seen.get(tensor.as_str()).map(|seen| seen.of_maps(dims)).unwrap_or_default()
    };
    std::iter::once(pixel).chain(inferred.plan.layers.iter().map(|layer| of_layer(&layer.tensor))).collect()
}

/// The tensors of layers that have channels last.
pub fn channels_last(graph: &GraphProto, inferred: &Inferred) -> Vec<String> {
    let seen = walked(graph, inferred);
    let layers = inferred.plan.layers.iter().map(|layer| &layer.tensor);
    layers.filter(|tensor| seen.get(tensor.as_str()).is_some_and(Seen::is_channels_last)).cloned().collect()
}

/// What every tensor sees.
fn walked<'a>(graph: &'a GraphProto, inferred: &'a Inferred) -> HashMap<&'a str, Seen> {
    let plan = &inferred.plan;
    let lookup = Lookup::of(graph);
    let pixel = |axis| Along { axis: Some(axis), reach: Some(Reach::pixel()) };
    let axes = if plan.input.layout == Layout::Nchw { [2, 3] } else { [1, 2] };
    let input = Seen { along: axes.map(pixel), misfit: None, gated: false };
    let mut seen = HashMap::from([(plan.input.name.as_str(), input)]);
    for node in graph.node.iter().filter(|node| !lookup.is_constant(node)) {
        let walk = Walk { node, lookup: &lookup, seen: &seen, inferred };
        let made: Vec<_> = (0..node.output.len()).map(|place| walk.made(place)).collect();
        let made = node.output.iter().map(String::as_str).zip(made);
        seen.extend(made.filter_map(|(name, seen)| Some((name, seen?))));
    }
    seen
}

impl Seen {
    /// The same of a tensor of these dimensions whose rows and columns are those of the photo, or that has none.
    fn of_maps(&self, dims: &[usize]) -> ReceptiveField {
        let [rows, columns] = &self.along;
        // All units see the same, as where one was made maps again.
        let reach = |along: &Along, axis: usize| match (along.axis, dims.get(axis)) {
            (None, Some(2..)) => along.reach.as_ref().map(Reach::everywhere),
            _ => along.reach.clone(),
        };
        // Those with channels last are turned before they are shown.
        let upright = rows.axis.is_none_or(|axis| axis == 2) && columns.axis.is_none_or(|axis| axis == 3)
            || self.is_channels_last();
        let reach = reach(rows, 2).zip(reach(columns, 3)).filter(|_| upright);
        ReceptiveField {
            reach: reach.map(|(rows, columns)| [rows, columns]),
            misfit: self.misfit,
            gated: self.gated,
        }
    }

    fn is_channels_last(&self) -> bool {
        self.along[0].axis == Some(1) && self.along[1].axis == Some(2)
    }

    fn map(&self, to: impl FnMut(&Along) -> Along) -> Seen {
        let [rows, columns] = [&self.along[0], &self.along[1]].map(to);
        Seen { along: [rows, columns], ..self.clone() }
    }
}

/// A node, and what is known before it.
struct Walk<'a> {
    node: &'a NodeProto,
    lookup: &'a Lookup<'a>,
    seen: &'a HashMap<&'a str, Seen>,
    inferred: &'a Inferred,
}

impl Walk<'_> {
    /// What the output at a place sees; none where no input of the node depends on the photo in a way that is known.
    fn made(&self, place: usize) -> Option<Seen> {
        let node = self.node;
        let from = node.input.iter().position(|name| self.seen.contains_key(name.as_str()))?;
        let first = self.seen.get(node.input[from].as_str())?;
        let dims = self.dims(from);
        let whole = |along: &Along| along.whole(dims);
        let is_in = |along: &Along, axes: &[usize]| along.axis.is_some_and(|axis| axes.contains(&axis));
        Some(match node.op_type.as_str() {
            "Conv" | "MaxPool" | "AveragePool" | "LpPool" => {
                let window = self.window(from);
                first.map(|along| match (along.axis, window) {
                    (Some(axis @ (2 | 3)), Some(window)) => {
                        along.map(|reach| reach.through(window.along(axis - 2)))
                    }
                    (Some(2 | 3), None) => along.unknown(),
                    _ => whole(along),
                })
            }
            "ConvTranspose" => self.transposed(from, first, dims),
            "Resize" => self.resized(first, dims)?,
            "GlobalAveragePool" | "GlobalMaxPool" => first.map(whole),
            "ReduceMean" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceL2" => {
                let rank = dims.len();
                let axes = self.numbers("axes", 1).unwrap_or_else(|| (0..rank as i64).collect());
                let axes: Vec<usize> = axes.iter().map(|axis| place_of(*axis, rank)).collect();
                let keeps = int(node, "keepdims") != Some(0);
                let before = |axis: usize| axes.iter().filter(|other| **other < axis).count();
                first.map(|along| match along.axis {
                    Some(axis) if axes.contains(&axis) => whole(along),
                    Some(axis) if !keeps => Along { axis: Some(axis - before(axis)), ..along.clone() },
                    _ => along.clone(),
                })
            }
            "Gemm" => first.map(whole),
            "MatMul" => {
                // Along the axis that is summed over: the last one of the first factor, or the last but one of the second.
                let summed = dims.len().checked_sub(1 + from);
                first.map(|along| if along.axis == summed { whole(along) } else { along.clone() })
            }
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
                let to = self.inferred.shapes.get(&node.output[0]).map_or(&[][..], Vec::as_slice);
                first.map(|along| regrouped(along, dims, to))
            }
            "Transpose" => {
                let perm = self.numbers("perm", usize::MAX);
                let perm = perm.unwrap_or_else(|| (0..dims.len() as i64).rev().collect());
                let to = |axis: usize| perm.iter().position(|from| *from == axis as i64);
                first.map(|along| Along { axis: along.axis.and_then(to), ..along.clone() })
            }
            "Pad" => {
                let pads = self.numbers("pads", 1);
                let axes = self.numbers("axes", 3).unwrap_or_else(|| (0..dims.len() as i64).collect());
                let axes: Vec<usize> = axes.iter().map(|axis| place_of(*axis, dims.len())).collect();
                first.map(|along| {
                    let Some(place) = along.axis.and_then(|axis| axes.iter().position(|one| *one == axis))
                    else {
                        return along.clone();
                    };
                    let begin = pads.as_ref().and_then(|pads| pads.get(place).copied());
                    along.map(|reach| reach.at(-begin?, 1))
                })
            }
            "Slice" => first.map(|along| self.sliced(along, dims)),
            "Gather" => {
                let axis = place_of(int(node, "axis").unwrap_or(0), dims.len());
                let indices = node.input.get(1).and_then(|name| self.inferred.shapes.get(name));
                first.map(|along| match along.axis {
                    Some(own) if own == axis => whole(along),
                    Some(own) if own > axis => {
                        Along { axis: indices.map(|indices| own + indices.len() - 1), ..along.clone() }
                    }
                    _ => along.clone(),
                })
            }
            "Split" => {
                let axis = place_of(int(node, "axis").unwrap_or(0), dims.len());
                let length = |name: &String| self.inferred.shapes.get(name)?.get(axis).copied();
                let before: Option<usize> = node.output[..place].iter().map(length).sum();
                first.map(|along| match along.axis {
                    Some(own) if own == axis => along.map(|reach| reach.at(before? as i64, 1)),
                    _ => along.clone(),
                })
            }
            "Concat" => {
                let axis = place_of(int(node, "axis").unwrap_or(1), dims.len());
                // Maps that are put beside each other, rather than behind each other.
                let mut branches = self.branches().map(|(seen, dims)| {
                    seen.map(|along| {
                        if along.axis == Some(axis) { along.whole(dims).unknown() } else { along.clone() }
                    })
                });
                let first = branches.next()?;
                branches.fold(first, |one, other| joined(&one, dims.len(), &other, dims.len()))
            }
            "Softmax" | "LogSoftmax" => {
                let axis = place_of(int(node, "axis").unwrap_or(-1), dims.len());
                first.map(|along| if is_in(along, &[axis]) { whole(along) } else { along.clone() })
            }
            "Relu" | "LeakyRelu" | "PRelu" | "Clip" | "Elu" | "Selu" | "Sigmoid" | "HardSigmoid"
            | "HardSwish" | "Tanh" | "Softplus" | "BatchNormalization" | "LRN" | "Dropout" | "Identity"
            | "Cast" | "Exp" | "Sqrt" | "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Sum" | "Max" | "Min"
            | "Mean" | "Abs" | "Ceil" | "Erf" | "Floor" | "Gelu" | "Log" | "Mish" | "Neg" | "Reciprocal"
            | "Round" | "Softsign" | "Expand" | "FakeQuantize" | "LpNormalization" => {
                let mut branches = self.branches();
                let (first, dims) = branches.next()?;
                let first = (first.clone(), dims.len());
                let all = branches.fold(first, |(one, rank), (other, dims)| {
                    (joined(&one, rank, other, dims.len()), rank.max(dims.len()))
                });
                all.0
            }
            "LayerNormalization" => {
                let from = place_of(int(node, "axis").unwrap_or(-1), dims.len());
                let within = |along: &Along| along.axis.is_some_and(|axis| axis >= from);
                let gated = first.gated || first.along.iter().any(within);
                Seen { gated, ..first.clone() }
            }
            // By the mean and the deviation of all of a map, or by its range.
            "InstanceNormalization" | "DynamicFakeQuantize" => Seen { gated: true, ..first.clone() },
            "DepthToSpace" | "SpaceToDepth" => {
                let block = int(node, "blocksize").and_then(|block| usize::try_from(block).ok())?;
                let group = Slide { kernel: block, stride: block, dilation: 1, padding: 0 };
                let apart = node.op_type == "DepthToSpace";
                first.map(|along| {
                    along.map(
                        |reach| if apart { reach.through_transposed(group) } else { reach.through(group) },
                    )
                })
            }
            _ => first.map(Along::unknown),
        })
    }

    /// The inputs that depend on the photo, with their dimensions.
    fn branches(&self) -> impl Iterator<Item = (&Seen, &[usize])> {
        let places = self.node.input.iter().enumerate();
        places.filter_map(|(place, name)| Some((self.seen.get(name.as_str())?, self.dims(place))))
    }

    fn dims(&self, place: usize) -> &[usize] {
        let name = self.node.input.get(place);
        name.and_then(|name| self.inferred.shapes.get(name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The numbers of an attribute, or of the input at this place.
    fn numbers(&self, name: &str, place: usize) -> Option<Vec<i64>> {
        let attribute = self.node.attribute.iter().find(|attribute| attribute.name == name);
        let input = || self.inferred.ints(self.node.input.get(place).filter(|name| !name.is_empty())?);
        attribute.map(|attribute| attribute.ints.clone()).or_else(input)
    }

    /// The window of a convolution or a pool over the input at this place.
    fn window(&self, place: usize) -> Option<Window> {
        let size = self.inferred.size(&self.node.input[place]);
        match graph_layer(self.node, self.lookup)?.0 {
            GraphOp::Convolution(sliding, _) | GraphOp::MaxPool(sliding) | GraphOp::AveragePool(sliding) => {
                Some(sliding.resolve(size))
            }
            _ => None,
        }
    }

    /// Along an axis of which a part is taken.
    fn sliced(&self, along: &Along, dims: &[usize]) -> Along {
        let Some(axis) = along.axis else { return along.clone() };
        let starts = self.numbers("starts", 1);
        let count = starts.as_ref().map_or(0, Vec::len) as i64;
        let axes = self.numbers("axes", 3).unwrap_or_else(|| (0..count).collect());
        let Some(place) = axes.iter().position(|one| place_of(*one, dims.len()) == axis) else {
            return along.clone();
        };
        let start = starts.and_then(|starts| starts.get(place).copied());
        let steps = self.numbers("steps", 4);
        let step = steps.map_or(Some(1), |steps| steps.get(place).copied());
        along.map(|reach| {
            let length = i64::try_from(*dims.get(axis)?).ok()?;
            // What is taken backwards is not followed.
            let step = usize::try_from(step?).ok().filter(|step| *step > 0)?;
            let start = start?;
            let start = if start < 0 { start + length } else { start };
            reach.at(start.clamp(0, length), step)
        })
    }
}

/// The place of an axis that may be counted from the end.
fn place_of(axis: i64, rank: usize) -> usize {
    if rank == 0 { 0 } else { axis.rem_euclid(rank as i64) as usize }
}

/// Along an axis of a tensor whose numbers stay in order and whose dimensions change.
fn regrouped(along: &Along, from: &[usize], to: &[usize]) -> Along {
    let Some(axis) = along.axis else { return along.clone() };
    let product = |dims: &[usize]| dims.iter().product::<usize>();
    let (Some(length), before) = (from.get(axis).copied(), product(&from[..axis.min(from.len())])) else {
        return along.unknown();
    };
    if length == 1 {
        return along.whole(from);
    }
    let kept = |place: &usize| product(&to[..*place]) == before;
    for place in (0..to.len()).filter(kept) {
        if to[place] == length {
            return Along { axis: Some(place), ..along.clone() };
        }
        // Taken apart into groups of neighbours.
        if let Some(inner) =
            to.get(place + 1).copied().filter(|inner| to[place] > 1 && to[place] * inner == length)
        {
            let group = Slide { kernel: inner, stride: inner, dilation: 1, padding: 0 };
            return Along {
                axis: Some(place),
                reach: along.reach.as_ref().and_then(|reach| reach.through(group)),
            };
        }
    }
    along.whole(from)
}

/// What two tensors of these ranks see together, the axes of which are compared from the last one on.
fn joined(one: &Seen, rank: usize, other: &Seen, other_rank: usize) -> Seen {
    let most = rank.max(other_rank);
    let mut misfit = one.misfit.or(other.misfit);
    let mut gated = one.gated || other.gated;
    let mut along = |at: usize| {
        let (a, b) = (&one.along[at], &other.along[at]);
        let axes = (a.axis.map(|axis| axis + most - rank), b.axis.map(|axis| axis + most - other_rank));
        match axes {
            (Some(x), Some(y)) if x == y => {
                let reach = match (&a.reach, &b.reach) {
                    (Some(a), Some(b)) => match a.union(b) {
                        Ok(both) => {
                            let apart = (!a.aligned(b)).then(|| Misfit::Centre(a.centre(), b.centre()));
                            misfit = misfit.or(apart);
                            Some(both)
                        }
                        Err(why) => {
                            misfit = misfit.or(Some(why));
                            None
                        }
                    },
                    _ => None,
                };
                Along { axis: Some(x), reach }
            }
            // Rows of the one beside columns of the other.
            (Some(x), Some(_)) => Along { axis: Some(x), reach: None },
            (Some(x), None) => {
                gated = true;
                Along { axis: Some(x), ..a.clone() }
            }
            (None, Some(y)) => {
                gated = true;
                Along { axis: Some(y), ..b.clone() }
            }
            (None, None) => {
                let both = a.reach.as_ref().zip(b.reach.as_ref()).and_then(|(a, b)| a.either(b));
                Along { axis: None, reach: both }
            }
        }
    };
    let along = [along(0), along(1)];
    Seen { along, misfit, gated }
}
