//! Floats rounded as quantised numbers are: to multiples of a scale, between two of them. Rounding is to even, as
//! QuantizeLinear's is. What the scale is may be said, or follow from the numbers (DynamicQuantizeLinear).

use std::sync::Arc;

use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;

use super::{known, of_floats};
use crate::ops::parallel;

/// Values that are worked on in one piece.
const PIECE: usize = 1 << 14;

/// Multiples of a scale, from the least to the largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// The distance between two.
    pub scale: f32,
    /// The first and the last, in steps.
    pub steps: [f32; 2],
}

impl Rounding {
    /// That of a node which rounds all values alike.
    pub fn of(node: &NodeProto) -> Option<Rounding> {
        match FakeQuantize::of(node).ok()?.roundings[..] {
            [rounding] => Some(rounding),
            _ => None,
        }
    }

    /// The multiple nearest to a value.
    pub fn apply(self, value: f32) -> f32 {
        let [low, high] = self.steps;
        (value / self.scale).round_ties_even().max(low).min(high) * self.scale
    }

    /// Rounds all of some values.
    pub fn round(self, values: &mut [f32]) {
        parallel::chunks(values, PIECE, |_, values| {
            values.iter_mut().for_each(|value| *value = self.apply(*value));
        });
    }

    /// By the range of the values, zero included, in 255 steps (<https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html>).
    fn by_range(values: &[f32]) -> Rounding {
        let (low, high) =
            values.iter().fold((0f32, 0f32), |(low, high), value| (low.min(*value), high.max(*value)));
        let scale = (high - low) / 255.0;
        // All of nothing stays nothing.
        let scale = if scale == 0.0 { 1.0 } else { scale };
        let zero = (-low / scale).round_ties_even().clamp(0.0, 255.0);
        Rounding { scale, steps: [-zero, 255.0 - zero] }
    }
}

/// Reads a node whose scales are said.
pub fn read(_: &ParsingContext, node: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(FakeQuantize::of(node)?), vec![]))
}

/// Reads a node whose scale follows from the numbers.
pub fn read_dynamic(_: &ParsingContext, _: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(FakeQuantize { roundings: Arc::new(Vec::new()), axis: 0 }), vec![]))
}

/// One rounding for all values, or one for each place along an axis; none where it follows from the values.
#[derive(Clone, Debug, PartialEq)]
struct FakeQuantize {
    roundings: Arc<Vec<Rounding>>,
    axis: i64,
}

impl FakeQuantize {
    fn of(node: &NodeProto) -> TractResult<FakeQuantize> {
        let attribute = |name: &str| node.attribute.iter().find(|one| one.name == name);
        let scales = attribute("scales").map(|one| one.floats.as_slice()).unwrap_or_default();
        let ends = |name: &str| attribute(name).map(|one| one.ints.as_slice()).unwrap_or_default();
        let (low, high) = (ends("low"), ends("high"));
        ensure!(!scales.is_empty() && low.len() == scales.len() && high.len() == scales.len(), "no scales");
        let steps = low.iter().zip(high).map(|(low, high)| [*low as f32, *high as f32]);
        let roundings =
            scales.iter().zip(steps).map(|(scale, steps)| Rounding { scale: *scale, steps }).collect();
        Ok(FakeQuantize { roundings: Arc::new(roundings), axis: attribute("axis").map_or(0, |one| one.i) })
    }

    /// How many values in a row are rounded alike, in a tensor of these dimensions.
    fn run(&self, dims: &[usize]) -> TractResult<usize> {
        if self.roundings.len() <= 1 {
            return Ok(dims.iter().product::<usize>().max(1));
        }
        let axis = self.axis.rem_euclid(dims.len().max(1) as i64) as usize;
        ensure!(
            dims.get(axis) == Some(&self.roundings.len()),
            "{} scales for {dims:?}",
            self.roundings.len()
        );
        Ok(dims[axis + 1..].iter().product::<usize>().max(1))
    }
}

impl Eq for FakeQuantize {}

impl Expansion for FakeQuantize {
    fn name(&self) -> StaticName {
        "FakeQuantize".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 1)?;
        of_floats(solver, inputs, outputs)?;
        solver.equals(&inputs[0].shape, &outputs[0].shape)?;
        solver.given(&inputs[0].shape, move |_, dims| self.run(&known(&dims)?).map(|_| ()))
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

impl Op for FakeQuantize {
    fn name(&self) -> StaticName {
        "VggscopeFakeQuantize".into()
    }

    op_as_typed_op!();
}

impl EvalOp for FakeQuantize {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut made = inputs.remove(0).into_tensor();
        let run = self.run(made.shape())?;
        let mut plain = made.try_as_plain_ram_mut()?;
        let values = plain.as_slice_mut::<f32>()?;
        if self.roundings.is_empty() {
            Rounding::by_range(values).round(values);
        } else {
            for (values, rounding) in values.chunks_mut(run).zip(self.roundings.iter().cycle()) {
                rounding.round(values);
            }
        }
        Ok(tvec!(made.into_tvalue()))
    }
}

impl TypedOp for FakeQuantize {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(inputs[0].shape.clone())))
    }

    as_op!();
}
