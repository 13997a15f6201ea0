//! Caffe's models (`caffe.proto`, <https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto>), of which the VGG
//! group's own weights are: a message of Protocol Buffers whose layers hold their blobs.

use std::ops::Range;

use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;

use super::{Format, Lrn, MOST_AXES, Source, StateDict};
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
    pub const OLD_TYPE: u64 = 5;
    pub const OLD_LRN: u64 = 18;
    pub const TYPE: u64 = 2;
    pub const LRN: u64 = 118;
    pub const OLD_BLOB: u64 = 6;
    pub const NAME: u64 = 1;
    pub const BLOB: u64 = 7;
    pub const LEGACY_DIMS: Range<u64> = 1..5;
    pub const DATA: u64 = 5;
    pub const SHAPE: u64 = 7;
    pub const DIM: u64 = 1;

    use std::ops::Range;
}

/// Layers of the older version that a VGG has, by their numbers there.
const OLD_TYPES: [(u64, &str); 20] = [
    (1, "Accuracy"),
    (4, "Convolution"),
    (5, "Data"),
    (6, "Dropout"),
    (8, "Flatten"),
    (9, "HDF5Data"),
    (12, "ImageData"),
    (14, "InnerProduct"),
    (15, LRN),
    (16, "MultinomialLogisticLoss"),
    (17, POOLING),
    (18, RELU),
    (20, "Softmax"),
    (21, "SoftmaxWithLoss"),
    (22, "Split"),
    (24, "WindowData"),
    (29, "MemoryData"),
    (30, "ArgMax"),
    (32, "DummyData"),
    (36, "Silence"),
];
/// The same, of the newer version alone.
const NEW_TYPE: &str = "Input";
const LRN: &str = "LRN";
const POOLING: &str = "Pooling";
const RELU: &str = "ReLU";

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
        // The layer that had weights last, and the type of what stood behind it last.
        let (mut last, mut behind) = (String::new(), "");
        for layer in fields(file, 0..file.end()).ok_or_else(damaged)? {
            let is_old = layer.number == number::OLD_LAYER;
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
            match kind(file, &layer, is_old)? {
                // The paper's stands between a rectifier and a pool; the rectifiers of a file may be left out.
                Some(LRN) if last.is_empty() || !matches!(behind, "" | RELU) => return Err(no_vgg(LRN)),
                Some(LRN) => {
                    weights.lrns.push((last.clone(), lrn(file, &layer, is_old)?));
                    behind = LRN;
                }
                Some(RELU) if behind == LRN => return Err(no_vgg("LRN before a rectifier")),
                Some(kind @ (POOLING | RELU)) => behind = kind,
                _ => {}
            }
            let blobs = layer.iter().filter(|field| field.number == blob);
            for (at, blob) in blobs.enumerate() {
                let view = view(file, blob.value.clone().ok_or_else(damaged)?)?;
                let kind = if at == 0 { "weight" } else { "bias" };
                weights.add(&format!("{named}.{kind}"), view)?;
                (last, behind) = (named.clone(), "");
            }
        }
        Ok(weights)
    }
}

fn damaged() -> ModelError {
    ModelError::Damaged { format: "Caffe".to_owned() }
}

/// A layer that no VGG has would be left out of the network without a word.
fn no_vgg(kind: &str) -> ModelError {
    ModelError::NotVgg { found: tidy(&format!("a layer of the type {kind}")) }
}

/// The type of a layer, where it says one.
///
/// # Errors
/// Where it is of none that a VGG has.
fn kind(file: &dyn Bytes, layer: &[Field], is_old: bool) -> Result<Option<&'static str>, ModelError> {
    let number = if is_old { number::OLD_TYPE } else { number::TYPE };
    let Some(field) = layer.iter().find(|field| field.number == number) else { return Ok(None) };
    let (found, said) = if is_old {
        let said = field.numbers(file).and_then(|numbers| numbers.first().copied()).ok_or_else(damaged)?;
        (OLD_TYPES.iter().find(|(number, _)| *number == said).map(|(_, name)| *name), said.to_string())
    } else {
        let place = field.value.clone().filter(|place| place.len() <= LONGEST_NAME).ok_or_else(damaged)?;
        let said = String::from_utf8_lossy(&bytes(file, place)).into_owned();
        let names = OLD_TYPES.iter().map(|(_, name)| *name).chain([NEW_TYPE]);
        (names.into_iter().find(|name| *name == said), said)
    };
    found.map(Some).ok_or_else(|| no_vgg(&said))
}

/// A local response normalisation, with what `caffe.proto` says of what it leaves out.
fn lrn(file: &dyn Bytes, layer: &[Field], is_old: bool) -> Result<Lrn, ModelError> {
    const SIZE: u64 = 1;
    const ALPHA: u64 = 2;
    const BETA: u64 = 3;
    const REGION: u64 = 4;
    const BIAS: u64 = 5;
    let number = if is_old { number::OLD_LRN } else { number::LRN };
    let given = layer.iter().find(|field| field.number == number).and_then(|field| field.value.clone());
    let given = fields(file, given.unwrap_or_default()).ok_or_else(damaged)?;
    let field = |number| given.iter().find(|field| field.number == number);
    let whole = |number| field(number)?.numbers(file)?.first().copied();
    let float = |number, otherwise: f32| field(number).map_or(Some(otherwise), |field| field.float(file));
    if whole(REGION).is_some_and(|region| region != 0) {
        return Err(no_vgg("LRN within a channel"));
    }
    let size = u32::try_from(whole(SIZE).unwrap_or(5)).ok().filter(|size| (1..=1 << 12).contains(size));
    let lrn = || {
        Some(Lrn {
            size: size?,
            alpha: float(ALPHA, 1.0)?,
            beta: float(BETA, 0.75)?,
            bias: float(BIAS, 1.0)?,
        })
    };
    lrn().ok_or_else(damaged)
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
