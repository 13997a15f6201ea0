//! Weights of an ONNX model that stand in files beside it
//! (<https://github.com/onnx/onnx/blob/main/docs/ExternalData.md>), as PyTorch's exporter writes them by default.

use std::ops::Range;

use tract_onnx::pb::{GraphProto, TensorProto};
use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;

use super::bytes::{self, Bytes};
use super::graph::{broken, element_size};

/// The most names of missing files that are told.
const MOST_NAMES: usize = 4;

/// Finds the bytes of initializers that stand in other files: small ones are put into the message, of large ones the place
/// goes to `left_out`.
///
/// # Errors
/// Which files are missing, or that a tensor lies outside of its file.
pub fn resolve(
    file: &impl Bytes,
    graph: &mut GraphProto,
    left_out: &mut Vec<Option<Range<usize>>>,
) -> Result<(), ModelError> {
    left_out.resize(graph.initializer.len(), None);
    let mut missing = Vec::new();
    for (tensor, place) in graph.initializer.iter_mut().zip(left_out) {
        if tensor.external_data.is_empty() && tensor.data_location.is_none_or(|place| place == 0) {
            continue;
        }
        let name = name(tensor)?;
        let Some(beside) = file.beside(&name) else {
            if !missing.contains(&name) && missing.len() < MOST_NAMES {
                missing.push(name);
            }
            continue;
        };
        let range = range(tensor, beside)?;
        tensor.external_data.clear();
        tensor.data_location = None;
        if range.len() >= bytes::LARGE {
            *place = Some(range);
        } else {
            tensor.raw_data = bytes::bytes(file, range);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let files = missing.iter().map(|name| tidy(name)).collect();
    Err(ModelError::ExternalData { files })
}

/// The name of the file that holds a tensor: one beside the model, of no other folder.
fn name(tensor: &TensorProto) -> Result<String, ModelError> {
    let location = entry(tensor, "location").unwrap_or_default();
    let name = location.strip_prefix("./").unwrap_or(location);
    if name.is_empty() || name == ".." || name.contains(['/', '\\', ':', '\0']) {
        return Err(broken(&format!("weights in {location}, which is no file beside it")));
    }
    Ok(name.to_owned())
}

/// Where its bytes lie.
fn range(tensor: &TensorProto, beside: Range<usize>) -> Result<Range<usize>, ModelError> {
    let number =
        |key: &str| entry(tensor, key).map(|value| value.parse::<usize>().map_err(|_| outside(tensor)));
    let offset = number("offset").transpose()?.unwrap_or(0);
    let length = match number("length").transpose()? {
        Some(length) => length,
        None => size(tensor).ok_or_else(|| outside(tensor))?,
    };
    let start = beside.start.checked_add(offset);
    let end = start.and_then(|start| start.checked_add(length)).filter(|end| *end <= beside.end);
    start.zip(end).map(|(start, end)| start..end).ok_or_else(|| outside(tensor))
}

/// The bytes that its dimensions ask for.
fn size(tensor: &TensorProto) -> Option<usize> {
    let element = element_size(tensor.data_type)? as usize;
    tensor.dims.iter().try_fold(element, |size: usize, dim| size.checked_mul(usize::try_from(*dim).ok()?))
}

fn outside(tensor: &TensorProto) -> ModelError {
    broken(&format!("the weights of {} lie outside of their file", tensor.name))
}

fn entry<'a>(tensor: &'a TensorProto, key: &str) -> Option<&'a str> {
    tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}
