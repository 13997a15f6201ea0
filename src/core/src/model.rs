//! What is known of a model file once the engine has read it.

pub mod script;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::image::Preset;
use crate::nn::labels::Label;
use crate::nn::meaning::Meaning;
use crate::nn::stack::{Row, Stack, StackLayer, StackLayerKind};
use crate::nn::{Architecture, LayerId, Op, Shape};
use crate::receptive_field::ReceptiveField;

/// What the names of model files end with: ONNX, and weights of a VGG.
pub const EXTENSIONS: [&str; 9] =
    [".onnx", ".pth", ".pt", ".bin", ".safetensors", ".h5", ".hdf5", ".keras", ".caffemodel"];

/// What a zip archive begins with, such as PyTorch and Keras write.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// What an HDF5 file begins with.
pub const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
/// What PyTorch's older stream begins with, as a pickle of protocol 2: the number 0x1950a86a20f9469cfc6c.
pub const PICKLES: &[u8] =
    &[0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, b'.'];

/// Whether a file begins as models do: ONNX with its version, Caffe with its name, safetensors with the length of an object.
pub fn begins(head: &[u8]) -> bool {
    let is_message = match head {
        // Behind the version, a field that the standard has.
        [8, 1..=15, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42, ..] => true,
        [10, length, rest @ ..] if (1..0x80).contains(length) => {
            let (name, rest) = rest.split_at(rest.len().min((*length).into()));
            // Behind the name, its input or its layers.
            name.iter().all(u8::is_ascii_graphic)
                && matches!(rest, [0x12 | 0x1a | 0x20 | 0x42, ..] | [0xa2, 6, ..])
        }
        [_, _, _, _, 0, 0, 0, 0, b'{', ..] => true,
        _ => false,
    };
    is_message || [ZIP, HDF5, PICKLES].iter().any(|magic| head.starts_with(magic))
}

/// A kind of file that a network can be saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaveAs {
    /// ONNX, its weights of this precision.
    Onnx(Precision),
    /// The weights alone, under the names that torchvision has for them.
    Safetensors,
}

/// How many digits of weights are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    /// 32-bit floats.
    Float32,
    /// 16-bit floats.
    Float16,
    /// 8-bit numbers with a scale for each output channel of a convolution; 16-bit floats in dense layers.
    Int8,
}

/// What is known of a model once it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The network.
    pub architecture: Architecture,
    /// What the units of each of its layers see of the input, branches included.
    pub receptive_fields: Vec<ReceptiveField>,
    /// The sizes of input that it can be given.
    pub sizes: Sizes,
    /// What computes each of its layers.
    pub algorithms: Vec<Algorithm>,
    /// What the numbers are that it ends with.
    pub meaning: Meaning,
    /// The layer of maps of whose means its scores are a linear function, so that each class has a map of its own.
    pub cam: Option<LayerId>,
    /// How it wants its photos.
    pub preset: Preset,
    /// Where that comes from.
    pub preset_from: PresetFrom,
    /// Names of its classes; empty where they are not known.
    pub labels: Vec<Label>,
    /// Where the names come from.
    pub labels_from: LabelsFrom,
}

impl Model {
    /// The network as a stack, up to its first layer that takes a map whole; `None` where it is none: where a layer
    /// sees something else than the windows of the layers before it, as behind a branch.
    pub fn stack(&self) -> Option<Stack> {
        let input = self.architecture.input();
        let mut stack = Stack { input: [input.height, input.width], layers: Vec::new() };
        let mut sliding = Vec::new();
        for (layer, field) in self.architecture.layers.iter().zip(&self.receptive_fields).skip(1) {
            let (kind, window) = match layer.op {
                Op::Convolution(window) => (StackLayerKind::Convolution, window),
                Op::Transposed(window) => (StackLayerKind::Transposed, window),
                Op::MaxPool(window) => (StackLayerKind::MaxPool, window),
                Op::AveragePool(window) => (StackLayerKind::AveragePool, window),
                Op::GlobalAveragePool | Op::Dense => break,
                Op::Input | Op::Sum | Op::Resize(_) => return None,
            };
            stack.layers.push(StackLayer::new(kind, window));
            sliding.push((layer.shape, field));
        }
        let rows = stack.rows().ok()?;
        let same = |row: &Row, (shape, field): &(Shape, &ReceptiveField)| {
            row.size == [shape.height, shape.width]
                && !field.gated
                && field.reach.as_ref() == Some(&row.reach)
        };
        rows.iter().zip(&sliding).all(|(row, layer)| same(row, layer)).then_some(stack)
    }
}

/// The sizes of input that a network can be given, as rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// The file's own.
    pub own: [usize; 2],
    /// Which others.
    pub others: OtherSizes,
}

/// Which sizes of input a network can be given besides its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherSizes {
    /// None: something in it depends on the size.
    None,
    /// Any: nothing in it depends on the size.
    Any,
    /// Any that is no smaller, its dense layers read as convolutions whose maps of scores are averaged (Simonyan and
    /// Zisserman, section 3.2).
    Dense,
}

impl Sizes {
    /// The shortest and the longest side that can be chosen, in pixels.
    pub const SIDES: RangeInclusive<usize> = 32..=1024;

    /// Why a network cannot be given an input of another size than it allows.
    pub fn refusal(&self) -> ModelError {
        let least = match self.others {
            OtherSizes::None => None,
            OtherSizes::Any => Some([*Sizes::SIDES.start(); 2]),
            OtherSizes::Dense => Some(self.own),
        };
        ModelError::Size { own: self.own, least, most: *Sizes::SIDES.end() }
    }

    /// Whether a network can be given an input of this size.
    pub fn allow(&self, size: [usize; 2]) -> bool {
        let sides = size.iter().zip(&self.own);
        match self.others {
            _ if size == self.own => true,
            OtherSizes::None => false,
            OtherSizes::Any => size.iter().all(|side| Sizes::SIDES.contains(side)),
            OtherSizes::Dense => {
                sides.into_iter().all(|(side, own)| (*own..=*Sizes::SIDES.end()).contains(side))
            }
        }
    }
}

/// Where it is known from how a model wants its photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PresetFrom {
    /// The file says it.
    File,
    /// Guessed from how the graph begins.
    Graph,
    /// Guessed from the program that wrote the file.
    Exporter,
    /// Guessed from the number of classes, which has a background among them.
    Background,
    /// Guessed from nothing but what is common.
    Common,
}

/// Where names of classes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelsFrom {
    /// The model's own file.
    Model,
    /// ImageNet's list, since the number of classes is its number.
    ImageNet,
    /// A file that the person gave.
    File,
    /// Nowhere: classes have numbers only.
    Nowhere,
}

/// What computes a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// The runtime's own operators.
    Runtime,
    /// Winograd's minimal filtering F(4x4, 3x3): tiles of 4x4 outputs (Lavin and Gray 2016, section 4.3).
    Winograd,
    /// Im2col: a product of matrices, the kernels times the patches of the input.
    Im2col,
    /// The largest of four neighbours.
    Pool,
    /// A product of a matrix and a vector.
    Dense,
}

impl Algorithm {
    /// How many of so many multiplications are really done: Winograd's tiles take 36 where the definition takes 144.
    pub fn multiplications(self, macs: u64) -> u64 {
        if self == Algorithm::Winograd { macs / 4 } else { macs }
    }
}
