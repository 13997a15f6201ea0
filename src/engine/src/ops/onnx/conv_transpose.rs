//! ConvTranspose: the runtime's own operator, told how much is cut off. The runtime takes `output_shape` for what stands beside
//! `pads`, where the standard has it instead of them, and divides the odd unit of "same" otherwise.

use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::cnn::{Deconv, KernelFormat, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::nn::DataFormat;
use tract_onnx::tract_hir::internal::*;

use super::{known, of_floats};
use crate::load::graph::Spread;

/// Reads a node.
pub fn read(_: &ParsingContext, node: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let group = node.attribute.iter().find(|one| one.name == "group").map_or(1, |one| one.i);
    let groups = usize::try_from(group).ok().filter(|groups| *groups > 0).context("no group")?;
    Ok((expand(ConvTranspose { node: node.clone(), groups, has_bias: node.input.len() == 3 }), vec![]))
}

#[derive(Clone, Debug)]
struct ConvTranspose {
    node: NodeProto,
    groups: usize,
    has_bias: bool,
}

impl ConvTranspose {
    /// Over maps of this shape with weights of that one.
    fn over(&self, maps: &[usize], weights: &[usize]) -> TractResult<Spread> {
        let (&[_, channels, rows, columns], &[inputs, _, height, width]) = (maps, weights) else {
            bail!("ConvTranspose of {maps:?} with {weights:?}")
        };
        ensure!(channels == inputs && inputs % self.groups == 0, "{channels} channels for {inputs}");
        let spread = Spread::of(&self.node, [height, width], [rows, columns]);
        spread.with_context(|| format!("ConvTranspose of {maps:?} with {weights:?}"))
    }
}

impl Expansion for ConvTranspose {
    fn name(&self) -> StaticName {
        "ConvTranspose".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 2 + usize::from(self.has_bias))?;
        of_floats(solver, inputs, outputs)?;
        solver.given_2(&inputs[0].shape, &inputs[1].shape, move |solver, maps, weights| {
            let (maps, weights) = (known(&maps)?, known(&weights)?);
            let [rows, columns] = self.over(&maps, &weights)?.size;
            let channels = weights[1].checked_mul(self.groups).context("channels")?;
            if self.has_bias {
                solver.equals(&inputs[2].shape, tvec!(channels.to_dim()))?;
            }
            solver.equals(
                &outputs[0].shape,
                tvec!(maps[0], channels, rows, columns).iter().map(|dim| dim.to_dim()).collect::<TVec<_>>(),
            )
        })
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        let dims = |outlet: OutletId| -> TractResult<TVec<usize>> {
            Ok(model.outlet_fact(outlet)?.shape.as_concrete().context("a size left open")?.into())
        };
        let (maps, weights) = (dims(inputs[0])?, dims(inputs[1])?);
        let Spread { window, after, added, .. } = self.over(&maps, &weights)?;
        // From [input, output of a group] to [output, input of a group].
        let named = |what: &str| format!("{prefix}.{what}");
        let mut kernel = AxisOp::wire_split_axis(model, named("groups"), inputs[1], 0, self.groups)?;
        kernel = model.wire_node(named("outputs_first"), AxisOp::Move(1, 2), &kernel)?;
        kernel = AxisOp::wire_collapse_axis(model, named("kernels"), kernel[0], 0)?;
        let bias = match inputs.get(2) {
            Some(bias) => *bias,
            None => model.add_const(named("bias"), tensor0(0f32))?,
        };
        let pool = PoolSpec::new(
            DataFormat::NCHW,
            window.kernel.as_slice().into(),
            PaddingSpec::Explicit(window.padding.as_slice().into(), after.as_slice().into()),
            Some(window.dilation.as_slice().into()),
            Some(window.stride.as_slice().into()),
            weights[0],
            weights[1] * self.groups,
        );
        let op = Deconv::new(pool, KernelFormat::OIHW, added.as_slice().into(), self.groups);
        model.wire_node(prefix, op, &[inputs[0], kernel[0], bias])
    }
}
