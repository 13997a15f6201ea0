//! The nodes that a graph begins with, as far as they scale, shift or turn the channels of its photos.

use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};
use vggscope_core::image::{Layout, Preset};

use super::affine::{Affine, is_blue_first};
use crate::load::graph::Input;
use crate::load::normalise::numbers::{floats, longs, written};

/// The most nodes that are followed.
const LONGEST: usize = 32;
/// A mean of bytes.
const GREY: f32 = 128.0;
/// Between which numbers means of photos lie, of bytes and of numbers up to one; a convolution of other ones is learnt.
const USUAL: [std::ops::Range<f32>; 2] = [60.0..200.0, 0.2..0.8];

/// How the photos are wanted of a graph that begins so.
pub fn preset(graph: &GraphProto, input: &Input) -> Option<Preset> {
    let axis = if input.layout == Layout::Nchw { 1 } else { 3 };
    let mut walk = Walk { graph, axis, affine: Affine::NONE, is_turned: false, said: None, is_learnt: false };
    let mut name = input.name.as_str();
    for _ in 0..LONGEST {
        let reads = |node: &&NodeProto| node.op_type != "Shape" && node.input.iter().any(|one| one == name);
        let mut users = graph.node.iter().filter(reads);
        let (Some(user), None) = (users.next(), users.next()) else { break };
        match walk.step(user, name) {
            Some(next) => name = next,
            None => break,
        }
    }
    walk.preset()
}

struct Walk<'a> {
    graph: &'a GraphProto,
    /// Where the channels are.
    axis: i64,
    affine: Affine,
    is_turned: bool,
    /// What a node says that limits numbers, or that changes their type.
    said: Option<Preset>,
    /// Whether the means are those of a batch norm, which of shifted photos are any.
    is_learnt: bool,
}

impl<'a> Walk<'a> {
    fn preset(&self) -> Option<Preset> {
        let means = self.affine.means().unwrap_or_default();
        let is_none = self.is_learnt && means.iter().all(|mean| mean.abs() < 0.2);
        let own = self.affine.preset().filter(|_| !is_none);
        let preset = self.said.or(own)?;
        let has_means =
            matches!(own, Some(Preset::Raw | Preset::Unit)) && means.iter().all(|mean| *mean > 0.0);
        if has_means && is_blue_first(means) != self.is_turned {
            return Some(Preset::Own(preset.preprocessing().with_blue_first()));
        }
        Some(preset)
    }

    /// Takes a node that reads a tensor; none where it is none of the beginning, or the tensor that it makes.
    fn step(&mut self, node: &'a NodeProto, name: &str) -> Option<&'a str> {
        let is_first = node.input.first().map(String::as_str) == Some(name);
        match node.op_type.as_str() {
            // Numbers that come as bytes.
            "Cast" => self.said = Some(Preset::Raw),
            "Identity" | "Resize" | "Unsqueeze" | "Squeeze" => {}
            "Transpose" => {
                let order = &node.attribute.iter().find(|one| one.name == "perm")?.ints;
                let to = order.iter().position(|from| *from == self.axis)?;
                self.axis = i64::try_from(to).ok()?;
            }
            "Clip" => self.clip(node),
            "Gather" if longs(self.constant(node.input.get(1)?)?)? == [2, 1, 0] => self.turn(),
            "Slice" if self.is_turn(node) => self.turn(),
            "Split" => return self.split(node),
            "BatchNormalization" => {
                let [_, scale, shift, mean, variance, ..] = &node.input[..] else { return None };
                let numbers = [scale, shift, mean, variance].map(|name| self.channels(name));
                let [Some(scale), Some(_), Some(mean), Some(variance)] = numbers else { return None };
                let factor = std::array::from_fn(|at| scale[at] / variance[at].sqrt());
                // What is learnt to be added says nothing of photos.
                self.affine = self.affine.plus(mean.map(|mean| -mean)).times(factor);
                self.is_learnt = true;
            }
            "Conv" => self.affine = self.convolution(node)?,
            "Sub" if is_first && let Some(affine) = self.mean_image(node) => self.affine = affine,
            _ => self.affine = self.arithmetic(self.affine, node, name)?,
        }
        node.output.first().map(String::as_str)
    }

    fn turn(&mut self) {
        (self.is_turned, self.affine) = (!self.is_turned, self.affine.turned());
    }

    /// Limits of what comes in are those of bytes, or of other photos.
    fn clip(&mut self, node: &NodeProto) {
        let limit = |place: usize, attribute: &str| {
            let written = node.input.get(place).and_then(|name| self.constant(name)).and_then(floats);
            let own = node.attribute.iter().find(|one| one.name == attribute).map(|one| one.f);
            written.and_then(|numbers| numbers.first().copied()).or(own)
        };
        if self.affine != Affine::NONE {
            return;
        }
        self.said = self.said.or(match (limit(1, "min"), limit(2, "max")) {
            (Some(0.0), Some(255.0)) => Some(Preset::Raw),
            (Some(0.0), Some(1.0)) => Some(Preset::Unit),
            (Some(-1.0), Some(1.0)) => Some(Preset::Signed),
            _ => None,
        });
    }

    /// What an operator makes of channels that are shifted or scaled by a constant.
    fn arithmetic(&self, affine: Affine, node: &NodeProto, name: &str) -> Option<Affine> {
        let [one, other] = &node.input[..] else { return None };
        let is_first = one == name;
        let numbers = self.channels(if is_first { other } else { one })?;
        let negative = numbers.map(|number| -number);
        match node.op_type.as_str() {
            "Add" => Some(affine.plus(numbers)),
            "Sub" if is_first => Some(affine.plus(negative)),
            "Sub" => Some(affine.times([-1.0; 3]).plus(numbers)),
            "Mul" => Some(affine.times(numbers)),
            "Div" if is_first => Some(affine.times(numbers.map(f32::recip))),
            _ => None,
        }
    }

    /// A constant of the whole photo's size, as Caffe's mean images are; its numbers may stand in the file alone.
    fn mean_image(&self, node: &NodeProto) -> Option<Affine> {
        let image = self.constant(node.input.get(1)?)?;
        (image.dims.iter().filter(|dim| **dim > 4).count() == 2).then_some(())?;
        let numbers = floats(image).filter(|numbers| !numbers.is_empty());
        let mean = numbers.map_or(GREY, |numbers| numbers.iter().sum::<f32>() / numbers.len() as f32);
        Some(self.affine.plus([-mean; 3]))
    }

    /// Whether a slice turns the channels, and of the other axes takes all from the first on.
    fn is_turn(&self, node: &NodeProto) -> bool {
        let numbers = |place: usize| longs(self.constant(node.input.get(place)?)?);
        let (Some(starts), Some(axes), Some(steps)) = (numbers(1), numbers(3), numbers(4)) else {
            return false;
        };
        let mut all = axes.iter().zip(&steps).zip(&starts);
        let is_own = |axis: i64| axis == self.axis || axis + 4 == self.axis;
        axes.iter().any(|axis| is_own(*axis))
            && all.all(
                |((axis, step), start)| if is_own(*axis) { *step == -1 } else { (*step, *start) == (1, 0) },
            )
    }

    /// Channels that are taken apart, shifted each, and put together again in their order or in the other.
    fn split(&mut self, node: &'a NodeProto) -> Option<&'a str> {
        (node.output.len() == 3).then_some(())?;
        let ends = node.output.iter().map(|output| self.shifted(output)).collect::<Option<Vec<_>>>()?;
        let [(join, ..), ..] = ends[..] else { return None };
        (join.input.len() == 3 && ends.iter().all(|(own, ..)| own.output == join.output)).then_some(())?;
        let places = ends.iter().map(|(_, name, _)| join.input.iter().position(|one| one == name));
        let places = places.collect::<Option<Vec<_>>>()?;
        let is_turn = match places[..] {
            [0, 1, 2] => false,
            [2, 1, 0] => true,
            _ => return None,
        };
        // Each has its own numbers in all three places.
        let own = |number: fn(&Affine) -> f32| std::array::from_fn(|at| number(&ends[at].2));
        self.affine = self.affine.times(own(|one| one.factor[0])).plus(own(|one| one.shift[0]));
        if is_turn {
            self.turn();
        }
        join.output.first().map(String::as_str)
    }

    /// The node that joins a channel with others, the tensor that it reads of this one, and how that was shifted.
    fn shifted(&self, channel: &'a str) -> Option<(&'a NodeProto, &'a str, Affine)> {
        let (mut name, mut affine) = (channel, Affine::NONE);
        for _ in 0..LONGEST {
            let mut users = self.graph.node.iter().filter(|node| node.input.iter().any(|one| one == name));
            let (Some(user), None) = (users.next(), users.next()) else { return None };
            if user.op_type == "Concat" {
                return Some((user, name, affine));
            }
            affine = self.arithmetic(affine, user, name)?;
            name = user.output.first()?;
        }
        None
    }

    /// A convolution that only scales channels, or turns them too: of one place, with one number for each.
    fn convolution(&mut self, node: &NodeProto) -> Option<Affine> {
        let kernel = self.constant(node.input.get(1)?)?;
        let numbers = floats(kernel)?;
        let shift = match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(bias) => self.channels(bias)?,
            None => [0.0; 3],
        };
        let (is_turn, factor) = match (&kernel.dims[..], &numbers[..]) {
            ([3, 1, 1, 1], &[a, b, c]) => (false, [a, b, c]),
            ([3, 3, 1, 1], &[a, 0.0, 0.0, 0.0, b, 0.0, 0.0, 0.0, c]) => (false, [a, b, c]),
            ([3, 3, 1, 1], &[0.0, 0.0, a, 0.0, b, 0.0, c, 0.0, 0.0]) => (true, [a, b, c]),
            _ => return None,
        };
        let before = if is_turn { self.affine.turned() } else { self.affine };
        let affine = before.times(factor).plus(shift);
        let means = affine.means()?;
        let is_usual =
            means == [0.0; 3] || USUAL.iter().any(|usual| means.iter().all(|mean| usual.contains(mean)));
        is_usual.then_some(())?;
        self.is_turned ^= is_turn;
        Some(affine)
    }

    /// A constant of one number, or of one for each channel.
    fn channels(&self, name: &str) -> Option<[f32; 3]> {
        match floats(self.constant(name)?)?[..] {
            [one] => Some([one; 3]),
            [a, b, c] => Some([a, b, c]),
            _ => None,
        }
    }

    /// The tensor of a constant.
    fn constant(&self, name: &str) -> Option<&'a TensorProto> {
        let named = self.graph.initializer.iter().find(|tensor| tensor.name == name);
        named.or_else(|| written(&self.graph.node).find(|(own, _)| *own == name).map(|(_, tensor)| tensor))
    }
}
