//! Slices with a step, kept where they stand.

use std::borrow::Cow;

use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::array::StridedSlice;
use tract_onnx::tract_hir::internal::*;

/// Every n-th entry along an axis. The runtime makes an operator of it that it moves ahead of whatever keeps the axes of its
/// input, also of a softmax or a normalisation, whose sums then lack the other entries.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Strided(StridedSlice);

/// Puts this in the place of the runtime's slices, where they have a step.
pub fn keep(model: &mut TypedModel) {
    let strided: Vec<(usize, StridedSlice)> = model
        .nodes
        .iter()
        .filter_map(|node| Some((node.id, node.op_as::<StridedSlice>()?)))
        .filter(|(id, slice)| has_step(model, *id, slice))
        .map(|(id, slice)| (id, slice.clone()))
        .collect();
    for (id, slice) in strided {
        model.nodes[id].op = Box::new(Strided(slice));
    }
}

/// Whether it leaves entries out between others, or turns them round.
fn has_step(model: &TypedModel, id: usize, slice: &StridedSlice) -> bool {
    let steps = slice.optional_steps_input.and_then(|place| model.nodes[id].inputs.get(place));
    let steps = steps.and_then(|outlet| model.outlet_fact(*outlet).ok()?.konst.clone());
    let steps = steps.and_then(|steps| steps.cast_to::<i64>().ok().map(Cow::into_owned));
    let plain = steps.as_ref().and_then(|steps| steps.as_plain_ram()?.as_slice::<i64>().ok());
    plain.is_some_and(|steps| steps.iter().any(|step| *step != 1))
}

impl Op for Strided {
    fn name(&self) -> StaticName {
        "VggscopeStrided".into()
    }

    op_as_typed_op!();
}

impl EvalOp for Strided {
    op_out_of_plan!();

    fn eval(&self, context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        self.0.eval(context, inputs)
    }
}

impl TypedOp for Strided {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        self.0.output_facts(inputs)
    }

    as_op!();
}
