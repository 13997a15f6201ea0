//! Operators of ONNX that the runtime lacks, or reads otherwise than the standard, with their shapes: it is given these.

mod conv_transpose;
pub mod fake_quantize;
pub mod resize;

use tract_onnx::model::Onnx;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;

/// The runtime's reader of ONNX, with these operators among its own.
pub fn reader() -> Onnx {
    let mut onnx = tract_onnx::onnx();
    onnx.op_register.insert("ConvTranspose", conv_transpose::read);
    onnx.op_register.insert("DynamicFakeQuantize", fake_quantize::read_dynamic);
    onnx.op_register.insert("FakeQuantize", fake_quantize::read);
    onnx.op_register.insert("Resize", resize::read);
    onnx
}

/// Dimensions as numbers.
fn known(dims: &[TDim]) -> TractResult<TVec<usize>> {
    dims.iter().map(|dim| Ok(dim.to_usize()?)).collect()
}

/// A node has one output, and that and these inputs of it are floats.
fn of_floats<'r, 'p: 'r>(
    solver: &mut Solver<'r>,
    inputs: &'p [TensorProxy],
    outputs: &'p [TensorProxy],
) -> InferenceResult {
    check_output_arity(outputs, 1)?;
    for tensor in inputs.iter().chain(outputs) {
        solver.equals(&tensor.datum_type, f32::datum_type())?;
    }
    Ok(())
}
