//! What every tensor of a graph sees of the photo: receptive fields followed node by node, along whatever axes of a tensor rows
//! and columns of the photo lie. Where branches meet it is the union of both; a branch that is one number for the whole map
//! (a gate) leaves the field of the other.

mod along;
mod enlarged;

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};
use vggscope_core::image::Layout;
use vggscope_core::nn::Window;
use vggscope_core::receptive_field::{Misfit, Reach, ReceptiveField, Slide, Span};

use super::{GraphOp, Lookup, graph_layer, int};
use crate::load::inferred::Inferred;
use along::{Along, Counted, regrouped};

/// What a tensor sees.
#[derive(Clone, Debug)]
struct Seen {
    /// Along rows and columns of the photo.
    along: [Along; 2],
    misfit: Option<Misfit>,
    gated: bool,
    /// The first and the last pixel of the photo that all of the tensor is made of.
    read: [Span; 2],
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
    let pixel = |(axis, length)| Along { axes: vec![Counted { axis, length }], reach: Some(Reach::pixel()) };
    let axes = if plan.input.layout == Layout::Nchw { [2, 3] } else { [1, 2] };
    let sides = [(axes[0], plan.input.height), (axes[1], plan.input.width)];
    let read = sides.map(|(_, length)| 0..=length as i64 - 1);
    let input = Seen { along: sides.map(pixel), misfit: None, gated: false, read };
    let opset = inferred.proto.opset_import.iter().find(|set| matches!(set.domain.as_str(), "" | "ai.onnx"));
    let opset = opset.map_or(0, |set| set.version);
    let mut seen = HashMap::from([(plan.input.name.as_str(), input)]);
    for node in graph.node.iter().filter(|node| !lookup.is_constant(node)) {
        let walk = Walk { node, lookup: &lookup, seen: &seen, inferred, opset };
        let made = node.output.iter().enumerate().filter_map(|(place, name)| {
            let dims = inferred.shapes.get(name).map(Vec::as_slice).unwrap_or_default();
            let mut made = walk.made(place)?;
            made.along = made.along.map(|along| along.measured(dims));
            made.read = [0, 1].map(|at| walk.read(at, &made.along[at]));
            Some((name.as_str(), made))
        });
        let made: Vec<_> = made.collect();
        seen.extend(made);
    }
    seen
}

impl Seen {
    /// The same of a tensor of these dimensions whose rows and columns are those of the photo, or that has none.
    fn of_maps(&self, dims: &[usize]) -> ReceptiveField {
        // Those with channels last are turned before they are shown; what channels see that hold every other row, say, is
        // what all of them do.
        let last = self.is_channels_last();
        let upright = |at: usize| {
            let along = if last { self.along[at].clone() } else { self.along[at].without(1) };
            // All units see the same, as where one was made maps again.
            let reach = match dims.get(at + 2) {
                Some(2..) if along.axes.is_empty() => along.reach.as_ref().map(Reach::everywhere),
                _ => along.reach.clone(),
            };
            reach.filter(|_| last || along.axes.is_empty() || along.axis() == Some(at + 2))
        };
        ReceptiveField {
            reach: upright(0).zip(upright(1)).map(|(rows, columns)| [rows, columns]),
            read: Some(self.read.clone()),
            misfit: self.misfit,
            gated: self.gated,
        }
    }

    fn is_channels_last(&self) -> bool {
        self.along[0].axis() == Some(1) && self.along[1].axis() == Some(2)
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
    opset: i64,
}

impl Walk<'_> {
    /// What the output at a place sees; none where no input of the node depends on the photo in a way that is known.
    fn made(&self, place: usize) -> Option<Seen> {
        let node = self.node;
        let from = node.input.iter().position(|name| self.seen.contains_key(name.as_str()))?;
        let first = self.seen.get(node.input[from].as_str())?;
        let dims = self.dims(from);
        // Where axes come before all others.
        let rank_of = |name: &String| self.inferred.shapes.get(name).map_or(dims.len(), Vec::len);
        Some(match node.op_type.as_str() {
            "Conv" | "MaxPool" | "AveragePool" | "LpPool" => {
                let window = self.window(from);
                first.map(|along| {
                    // Of every channel.
                    let along = along.without(1);
                    match (along.axis(), window) {
                        (Some(axis @ (2 | 3)), Some(window)) => {
                            along.map(|reach| reach.through(window.along(axis - 2)))
                        }
                        _ if along.axes.is_empty() => along,
                        _ => along.unknown(),
                    }
                })
            }
            "ConvTranspose" => self.transposed(from, first),
            "Resize" => self.resized(first, dims)?,
            "GlobalAveragePool" | "GlobalMaxPool" => first.map(|along| along.without(2).without(3)),
            "ReduceMean" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceL2" => {
                let rank = dims.len();
                let axes = self.numbers("axes", 1).unwrap_or_else(|| (0..rank as i64).collect());
                let axes: Vec<usize> = axes.iter().map(|axis| place_of(*axis, rank)).collect();
                let keeps = int(node, "keepdims") != Some(0);
                let before = |axis: usize| axes.iter().filter(|other| **other < axis).count();
                first.map(|along| {
                    let left = axes.iter().fold(along.clone(), |left, axis| left.without(*axis));
                    left.moved(|axis| Some(if keeps { axis } else { axis - before(axis) }))
                })
            }
            "Gemm" => first.map(Along::whole),
            "MatMul" => {
                // Along the axis that is summed over: the last one of the first factor, or the last but one of the second.
                let summed = dims.len().checked_sub(1 + from);
                first.map(|along| summed.map_or_else(|| along.clone(), |axis| along.without(axis)))
            }
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
                let to = self.inferred.shapes.get(&node.output[0]).map_or(&[][..], Vec::as_slice);
                Seen { along: regrouped(&first.along, dims, to), ..first.clone() }
            }
            "Transpose" => {
                let perm = self.numbers("perm", usize::MAX);
                let perm = perm.unwrap_or_else(|| (0..dims.len() as i64).rev().collect());
                let to = |axis: usize| perm.iter().position(|from| *from == axis as i64);
                first.map(|along| along.moved(to))
            }
            "Pad" => {
                let pads = self.numbers("pads", 1);
                let axes = self.numbers("axes", 3).unwrap_or_else(|| (0..dims.len() as i64).collect());
                let axes: Vec<usize> = axes.iter().map(|axis| place_of(*axis, dims.len())).collect();
                first.map(|along| {
                    let padded = axes.iter().enumerate().filter(|(_, axis)| along.has(**axis));
                    padded.fold(along.clone(), |along, (place, axis)| {
                        match pads.as_ref().and_then(|pads| pads.get(place).copied()) {
                            Some(begin) => along.part(*axis, -begin, 1, usize::MAX),
                            None => along.unknown(),
                        }
                    })
                })
            }
            "Slice" => first.map(|along| self.sliced(along, dims)),
            "Gather" => {
                let axis = place_of(int(node, "axis").unwrap_or(0), dims.len());
                first.map(|along| self.gathered(along, axis, dims))
            }
            "Split" => {
                let axis = place_of(int(node, "axis").unwrap_or(0), dims.len());
                let length = |name: &String| self.inferred.shapes.get(name)?.get(axis).copied();
                let before: Option<usize> = node.output[..place].iter().map(length).sum();
                let own = length(&node.output[place]);
                first.map(|along| match before.zip(own) {
                    Some((before, own)) => along.part(axis, before as i64, 1, own),
                    None if along.has(axis) => along.unknown(),
                    None => along.clone(),
                })
            }
            "Concat" => {
                let axis = place_of(int(node, "axis").unwrap_or(1), dims.len());
                // Maps that are put beside each other, rather than behind each other.
                let mut branches = self.branches().map(|(seen, _)| {
                    seen.map(|along| if along.has(axis) { along.whole().unknown() } else { along.clone() })
                });
                let first = branches.next()?;
                branches.fold(first, |one, other| joined(&one, dims.len(), &other, dims.len()))
            }
            "Softmax" | "LogSoftmax" => {
                // Until operator set 13 over all axes from one on.
                let (default, last) = if self.opset < 13 { (1, dims.len()) } else { (-1, 0) };
                let axis = place_of(int(node, "axis").unwrap_or(default), dims.len());
                let over = axis..last.max(axis + 1);
                first.map(|along| over.clone().fold(along.clone(), |along, axis| along.without(axis)))
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
                // Constants and shapes may have more axes.
                let more = node.output.first().map_or(0, rank_of).saturating_sub(all.1);
                all.0.map(|along| along.moved(|axis| Some(axis + more)))
            }
            "LayerNormalization" => {
                let from = place_of(int(node, "axis").unwrap_or(-1), dims.len());
                let within = |along: &Along| along.axes.iter().any(|one| one.axis >= from);
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
                    let along = along.without(1);
                    along.map(
                        |reach| if apart { reach.through_transposed(group) } else { reach.through(group) },
                    )
                })
            }
            _ => first.map(Along::unknown),
        })
    }

    /// The first and the last pixel along rows or columns that an output is made of, whose units see this.
    fn read(&self, at: usize, made: &Along) -> Span {
        let below = self.branches().map(|(seen, _)| seen.read[at].clone());
        let all = below.reduce(|one, other| *one.start().min(other.start())..=*one.end().max(other.end()));
        let all = all.unwrap_or(0..=0);
        match made.span() {
            Some(own) => *all.start().max(own.start())..=*all.end().min(own.end()),
            None => all,
        }
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

    /// Where a part of the tensor is taken.
    fn sliced(&self, along: &Along, dims: &[usize]) -> Along {
        let starts = self.numbers("starts", 1);
        let steps = self.numbers("steps", 4);
        let made = self.node.output.first().and_then(|name| self.inferred.shapes.get(name));
        let count = starts.as_ref().map_or(0, Vec::len) as i64;
        let axes = self.numbers("axes", 3).unwrap_or_else(|| (0..count).collect());
        axes.iter().enumerate().fold(along.clone(), |along, (place, axis)| {
            let axis = place_of(*axis, dims.len());
            if !along.has(axis) {
                return along;
            }
            let part = || {
                let length = i64::try_from(*dims.get(axis)?).ok()?;
                let step = steps.as_ref().map_or(Some(1), |steps| steps.get(place).copied())?;
                // What is taken backwards is not followed.
                let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
                let start = *starts.as_ref()?.get(place)?;
                let start = if start < 0 { start + length } else { start };
                Some(along.part(axis, start.clamp(0, length), step, *made?.get(axis)?))
            };
            part().unwrap_or_else(|| along.unknown())
        })
    }

    /// Where those of so many parts are taken along an axis that a list names.
    fn gathered(&self, along: &Along, axis: usize, dims: &[usize]) -> Along {
        let length = dims.get(axis).copied().unwrap_or(0);
        let made = self.node.output.first().and_then(|name| self.inferred.shapes.get(name));
        let rank = made.and_then(|made| (made.len() + 1).checked_sub(dims.len()));
        let indices = self
            .numbers("indices", 1)
            .filter(|indices| indices.iter().all(|index| (-(length as i64)..length as i64).contains(index)));
        let places: Option<Vec<i64>> =
            indices.map(|all| all.iter().map(|index| index.rem_euclid(length as i64)).collect());
        let part = match (&places, rank) {
            _ if !along.has(axis) => along.clone(),
            (Some(places), Some(0)) => along.part(axis, places[0], 1, 1).without(axis),
            (Some(places), Some(1)) if along.axis() == Some(axis) => {
                let seen: Vec<_> = places.iter().map(|place| *place..=*place).collect();
                along.map(|reach| if places.is_sorted() { reach.resized(length, &seen) } else { None })
            }
            (Some(_), Some(_)) => along.unknown(),
            _ => along.without(axis),
        };
        match rank {
            Some(rank) => part.moved(|own| Some(if own > axis { own + rank - 1 } else { own })),
            None => part.unknown(),
        }
    }
}

/// The place of an axis that may be counted from the end.
fn place_of(axis: i64, rank: usize) -> usize {
    if rank == 0 { 0 } else { axis.rem_euclid(rank as i64) as usize }
}

/// What two tensors of these ranks see together, the axes of which are compared from the last one on.
fn joined(one: &Seen, rank: usize, other: &Seen, other_rank: usize) -> Seen {
    let most = rank.max(other_rank);
    let mut misfit = one.misfit.or(other.misfit);
    let mut gated = one.gated || other.gated;
    // A single unit beside a map of them is of all of it.
    let alone = |own: &Along, other: &Along| {
        let lengths = |along: &Along| along.axes.iter().map(|one| one.length).product::<usize>();
        if lengths(own) == 1 && lengths(other) > 1 { own.whole() } else { own.clone() }
    };
    let mut along = |at: usize| {
        let (a, b) = (alone(&one.along[at], &other.along[at]), alone(&other.along[at], &one.along[at]));
        let a = a.moved(|axis| Some(axis + most - rank));
        let b = b.moved(|axis| Some(axis + most - other_rank));
        match (a.axes.is_empty(), b.axes.is_empty()) {
            (false, false) if a.axes == b.axes => {
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
                Along { reach, ..a }
            }
            // Rows of the one beside columns of the other.
            (false, false) => a.unknown(),
            (false, true) => {
                gated = true;
                a
            }
            (true, false) => {
                gated = true;
                b
            }
            (true, true) => {
                let both = a.reach.as_ref().zip(b.reach.as_ref()).and_then(|(a, b)| a.either(b));
                Along { axes: Vec::new(), reach: both }
            }
        }
    };
    let along = [along(0), along(1)];
    Seen { along, misfit, gated, read: one.read.clone() }
}
