//! A network as a file that other programs read: ONNX, or its weights under PyTorch's names. Files may be as large as memory, so that
//! they are written piece by piece.

pub mod onnx;
pub mod safetensors;

use vggscope_core::error::ModelError;

/// Takes the next bytes of a file.
pub type Sink<'a> = &'a mut dyn FnMut(&[u8]);

/// What cannot be written.
fn unwritable(detail: &str) -> ModelError {
    ModelError::Unwritable { detail: detail.to_owned() }
}
