//! Caffe's models (`caffe.proto`, <https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto>), of which the VGG
//! group's own weights are: a message of Protocol Buffers whose layers hold their blobs.

use std::ops::Range;

use vggscope_core::error::ModelError;

use super::{Format, MOST_AXES, Source, StateDict};
use crate::load::bytes::{Bytes, Field, bytes, fields};
use crate::load::view::{Element, View};

/// The format.
pub struct Caffe;

/// The longest name of a layer, in bytes.
const LONGEST_NAME: usize = 1 << 12;

/// Numbers of fields: of the net, of its layers in both versions, and of a blob.
mod number {
    pub const OLD_LAYER: u64 = 2;
    pub const LAYER: u64 = 100;
    pub const OLD_NAME: u64 = 4;
    pub const OLD_BLOB: u64 = 6;
    pub const NAME: u64 = 1;
    pub const BLOB: u64 = 7;
    pub const LEGACY_DIMS: Range<u64> = 1..5;
    pub const DATA: u64 = 5;
    pub const SHAPE: u64 = 7;
    pub const DIM: u64 = 1;

    use std::ops::Range;
}

impl Format for Caffe {
    fn matches(&self, file: &dyn Bytes) -> bool {
        // ONNX has neither of these at its top.
        let has_layers = |field: &Field| {
            matches!(field.number, number::OLD_LAYER | number::LAYER) && field.value.is_some()
        };
        fields(file, 0..file.end()).is_some_and(|fields| {
            fields.first().is_some_and(|first| first.number == number::NAME && first.value.is_some())
                && fields.iter().any(has_layers)
        })
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let mut weights = StateDict::new(Source::Caffe);
        for layer in fields(file, 0..file.end()).ok_or_else(damaged)? {
            let (name, blob) = match layer.number {
                number::OLD_LAYER => (number::OLD_NAME, number::OLD_BLOB),
                number::LAYER => (number::NAME, number::BLOB),
                _ => continue,
            };
            let layer = fields(file, layer.value.ok_or_else(damaged)?).ok_or_else(damaged)?;
            let named = layer.iter().find(|field| field.number == name).and_then(|field| field.value.clone());
            let named = match named {
                Some(place) if place.len() > LONGEST_NAME => return Err(damaged()),
                Some(place) => String::from_utf8_lossy(&bytes(file, place)).into_owned(),
                None => String::new(),
            };
            let blobs = layer.iter().filter(|field| field.number == blob);
            for (at, blob) in blobs.enumerate() {
                let view = view(file, blob.value.clone().ok_or_else(damaged)?)?;
                let kind = if at == 0 { "weight" } else { "bias" };
                weights.add(&format!("{named}.{kind}"), view)?;
            }
        }
        Ok(weights)
    }
}

fn damaged() -> ModelError {
    ModelError::Damaged { format: "Caffe".to_owned() }
}

/// The numbers of a blob.
fn view(file: &dyn Bytes, blob: Range<usize>) -> Result<View, ModelError> {
    let blob = fields(file, blob).ok_or_else(damaged)?;
    let mut data = blob.iter().filter(|field| field.number == number::DATA);
    // Packed, as every release has written them: one behind the other.
    let (Some(place), None) = (data.next().and_then(|field| field.value.clone()), data.next()) else {
        return Err(damaged());
    };
    let mut dims = Vec::new();
    let shape = blob.iter().find(|field| field.number == number::SHAPE);
    if let Some(shape) = shape.and_then(|field| field.value.clone()) {
        for field in fields(file, shape).ok_or_else(damaged)? {
            if field.number == number::DIM && dims.len() <= MOST_AXES {
                dims.extend(field.numbers(file).ok_or_else(damaged)?);
            }
        }
    } else {
        for number in number::LEGACY_DIMS {
            let field = blob.iter().find(|field| field.number == number);
            let value = field.map_or(Some(vec![1]), |field| field.numbers(file)).ok_or_else(damaged)?;
            dims.extend(value);
        }
    }
    let dims: Vec<usize> =
        dims.into_iter().map(usize::try_from).collect::<Result<_, _>>().map_err(|_| damaged())?;
    let view = View::contiguous(Element::F32, place.start, dims);
    let size = view.count().and_then(|count| count.checked_mul(Element::F32.size()));
    if size != Some(place.len()) { Err(damaged()) } else { Ok(view) }
}
