//! Safetensors (<https://huggingface.co/docs/safetensors>): the length of a header, the header in JSON, the numbers.

use safetensors::Dtype;
use safetensors::tensor::Metadata;
use vggscope_core::error::ModelError;

use super::{BUILD, Format, Source, StateDict};
use crate::load::bytes::{Bytes, bytes};
use crate::load::metadata;
use crate::load::view::{Element, View};

/// The format.
pub struct Safetensors;

/// The bytes of the header's length.
const LENGTH: usize = 8;
/// The longest header of a network on images, in bytes.
const LONGEST: u64 = 1 << 20;

impl Safetensors {
    /// Behind the header.
    fn header_end(file: &dyn Bytes) -> Option<usize> {
        if file.end() < LENGTH + 1 {
            return None;
        }
        let length = u64::from_le_bytes(bytes(file, 0..LENGTH).try_into().ok()?);
        (bytes(file, LENGTH..LENGTH + 1) == b"{").then_some(())?;
        (length <= LONGEST).then_some(LENGTH + length as usize)
    }
}

impl Format for Safetensors {
    fn matches(&self, file: &dyn Bytes) -> bool {
        Safetensors::header_end(file).is_some()
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let end =
            Safetensors::header_end(file).filter(|end| *end <= file.end()).ok_or(ModelError::Truncated)?;
        let damaged = |_| ModelError::Damaged { format: "safetensors".to_owned() };
        // The library's own reader wants the whole file at once.
        let header: Metadata = serde_json::from_slice(&bytes(file, LENGTH..end)).map_err(damaged)?;
        let mut weights = StateDict::new(Source::PyTorch);
        let build = header.metadata().as_ref().and_then(|metadata| metadata.get(BUILD));
        weights.build = build.and_then(|build| build.parse().ok());
        let own = header.metadata().iter().flatten().filter(|(key, _)| metadata::is_own(key));
        weights.about = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        for name in header.offset_keys() {
            let Some(tensor) = header.info(&name) else { continue };
            let element = match tensor.dtype {
                Dtype::F16 => Element::F16,
                Dtype::BF16 => Element::Bf16,
                Dtype::F32 => Element::F32,
                Dtype::F64 => Element::F64,
                other if format!("{other:?}").starts_with('F') => {
                    return Err(ModelError::NumberType { name: format!("{other:?}") });
                }
                _ => continue,
            };
            let offset = end.checked_add(tensor.data_offsets.0).ok_or(ModelError::Truncated)?;
            let view = View::contiguous(element, offset, tensor.shape.clone());
            if !view.is_within(file.end()) {
                return Err(ModelError::Truncated);
            }
            weights.add(&name, view)?;
        }
        Ok(weights)
    }
}
