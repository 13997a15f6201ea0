//! Between which numbers what is made of probabilities lies.

use tract_onnx::pb::NodeProto;

use super::{Lookup, is_made_by};

/// The least and the largest number that a tensor can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    least: f32,
    most: f32,
}

/// That of a probability.
const WHOLE: Range = Range { least: 0.0, most: 1.0 };
/// What is added against a division by zero, and what rounding adds.
const SLACK: f32 = 1e-3;
/// The most nodes that are followed from the end of a graph to what makes probabilities.
const DEEPEST: usize = 24;
/// The most of them on all ways together, of which a graph can have very many.
const MOST_NODES: usize = 1 << 10;

impl Range {
    pub fn is_of_probabilities(self) -> bool {
        self.least >= -SLACK && self.most <= 1.0 + SLACK
    }

    fn with(self, other: Range, result: impl Fn(f32, f32) -> f32) -> Range {
        let ends = [
            result(self.least, other.least),
            result(self.least, other.most),
            result(self.most, other.least),
            result(self.most, other.most),
        ];
        let [least, most] = [f32::min as fn(f32, f32) -> f32, f32::max]
            .map(|pick| ends.into_iter().reduce(pick).unwrap_or_default());
        Range { least, most }
    }
}

/// The range of a tensor that is made of probabilities alone; none of any other.
pub fn of(name: &str, lookup: &Lookup) -> Option<Range> {
    let mut left = MOST_NODES;
    Walk { lookup, left: &mut left }.tensor(name, DEEPEST)
}

struct Walk<'a, 'b> {
    lookup: &'a Lookup<'a>,
    left: &'b mut usize,
}

impl Walk<'_, '_> {
    fn tensor(&mut self, name: &str, depth: usize) -> Option<Range> {
        let maker = *self.lookup.makers.get(name)?;
        let depth = depth.checked_sub(1)?;
        *self.left = self.left.checked_sub(1)?;
        let first = maker.input.first()?;
        match maker.op_type.as_str() {
            "Softmax" | "Sigmoid" | "HardSigmoid" => Some(WHOLE),
            "Cast" | "Clip" | "Dropout" | "Expand" | "FakeQuantize" | "Flatten" | "Gather" | "Identity"
            | "AveragePool" | "GlobalAveragePool" | "GlobalMaxPool" | "MaxPool" | "ReduceMax"
            | "ReduceMean" | "ReduceMin" | "Reshape" | "Round" | "Slice" | "Split" | "Squeeze" | "Tile"
            | "Transpose" | "Unsqueeze" => self.tensor(first, depth),
            "Neg" => {
                let Range { least, most } = self.tensor(first, depth)?;
                Some(Range { least: -most, most: -least })
            }
            "Concat" | "Max" | "Mean" | "Min" => {
                let ranges = maker.input.iter().map(|name| self.tensor(name, depth));
                let ranges = ranges.collect::<Option<Vec<_>>>()?;
                ranges.into_iter().reduce(|one, other| Range {
                    least: one.least.min(other.least),
                    most: one.most.max(other.most),
                })
            }
            "Div" | "Reciprocal" if self.is_share(maker) => Some(WHOLE),
            // One over another is a share of both together, or nothing that is shown as a probability.
            "Div" if maker.input.iter().all(|name| !self.lookup.constant(name)) => {
                let all = maker.input.iter().map(|name| self.tensor(name, depth));
                all.collect::<Option<Vec<_>>>().map(|_| WHOLE)
            }
            "Add" => self.both(maker, depth, |a, b| a + b),
            "Sub" => self.both(maker, depth, |a, b| a - b),
            "Mul" => self.both(maker, depth, |a, b| a * b),
            "Div" => self.both(maker, depth, |a, b| a / b),
            _ => None,
        }
    }

    /// What an operator makes of two tensors, one of which may be a constant.
    fn both(&mut self, maker: &NodeProto, depth: usize, result: fn(f32, f32) -> f32) -> Option<Range> {
        let [one, other] = &maker.input[..] else { return None };
        match (self.lookup.constant(one), self.lookup.constant(other)) {
            (true, true) => None,
            (false, false) => {
                let (one, other) = (self.tensor(one, depth)?, self.tensor(other, depth)?);
                Some(one.with(other, result))
            }
            (is_first, _) => {
                let (constant, own) = if is_first { (one, other) } else { (other, one) };
                let own = self.tensor(own, depth)?;
                // Of a constant that is worked out nothing is known.
                let Some(constant) = self.constant(constant) else { return Some(own) };
                Some(if is_first { constant.with(own, result) } else { own.with(constant, result) })
            }
        }
    }

    fn constant(&self, name: &str) -> Option<Range> {
        let numbers = self.lookup.floats(name)?;
        let all = numbers.into_iter().map(|number| Range { least: number, most: number });
        all.reduce(|one, other| Range { least: one.least.min(other.least), most: one.most.max(other.most) })
    }

    /// Whether a division is of parts by their sum, or of one by one and an exponential.
    fn is_share(&self, maker: &NodeProto) -> bool {
        let input = |place: usize| maker.input.get(place).map(String::as_str);
        if maker.op_type == "Reciprocal" {
            return input(0).is_some_and(|below| self.is_one_and_exponential(below));
        }
        let (Some(above), Some(below)) = (input(0), input(1)) else { return false };
        let is_sum = is_made_by(below, &["ReduceSum"], self.lookup)
            && self.lookup.makers[below].input.first().map(String::as_str) == Some(above);
        is_sum || self.lookup.constant(above) && self.is_one_and_exponential(below)
    }

    /// Whether a tensor is an exponential and a constant, as below a sigmoid that is spelt out.
    fn is_one_and_exponential(&self, name: &str) -> bool {
        let maker = self.lookup.makers.get(name).filter(|maker| maker.op_type == "Add");
        maker.is_some_and(|maker| {
            maker.input.iter().any(|name| is_made_by(name, &["Exp"], self.lookup))
                && maker.input.iter().any(|name| self.lookup.constant(name))
        })
    }
}
