//! Operators of ONNX that the runtime lacks, or reads otherwise than the standard, with their shapes: it is given these.

mod conv_transpose;
pub mod fake_quantize;
pub mod resize;

use tract_onnx::model::Onnx;

/// The runtime's reader of ONNX, with these operators among its own.
pub fn reader() -> Onnx {
    let mut onnx = tract_onnx::onnx();
    onnx.op_register.insert("ConvTranspose", conv_transpose::read);
    onnx.op_register.insert("DynamicFakeQuantize", fake_quantize::read_dynamic);
    onnx.op_register.insert("FakeQuantize", fake_quantize::read);
    onnx.op_register.insert("Resize", resize::read);
    onnx
}
