//! What a network is made of: layers in the order of its graph, with their shapes, parameters and arithmetic.

use serde::{Deserialize, Serialize};

use crate::receptive_field::Slide;

/// A place on a map: its row and its column.
pub type Position = [usize; 2];

/// The place of a layer in [`Architecture::layers`]; 0 is the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LayerId(pub u16);

/// The size of an activation in units: channels, then rows, then columns (a vector is 1x1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Number of feature maps.
    pub channels: usize,
    /// Rows of one map.
    pub height: usize,
    /// Columns of one map.
    pub width: usize,
}

impl Shape {
    /// Units in one feature map.
    pub fn plane(self) -> usize {
        self.height * self.width
    }

    /// Units in all feature maps.
    pub fn units(self) -> usize {
        self.channels * self.plane()
    }
}

/// The sliding window of a convolution or a pool, as `[rows, columns]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between neighbouring windows.
    pub stride: [usize; 2],
    /// Distance between neighbouring taps of the kernel; 1 where the kernel is not dilated.
    pub dilation: [usize; 2],
    /// Padding before the first row and column.
    pub padding: [usize; 2],
}

impl Window {
    /// The window along an axis: 0 for rows, 1 for columns.
    pub fn along(&self, axis: usize) -> Slide {
        Slide {
            kernel: self.kernel[axis],
            stride: self.stride[axis],
            dilation: self.dilation[axis],
            padding: self.padding[axis],
        }
    }
}

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// The photo as the network is fed it.
    Input,
    /// A convolution.
    Convolution(Window),
    /// A transposed convolution: its windows lie in its output, and its padding is cut off there.
    Transposed(Window),
    /// A pool that keeps the largest value of each window.
    MaxPool(Window),
    /// A pool that averages each window.
    AveragePool(Window),
    /// A pool that averages each whole map.
    GlobalAveragePool,
    /// A fully connected layer.
    Dense,
    /// The sum in which a residual block ends.
    Sum,
    /// Maps of another size, made of the values between units.
    Resize(Interpolation),
}

/// What is taken for the value between units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Interpolation {
    /// That of one of them.
    Nearest,
    /// By distance, of the two along each axis.
    Linear,
    /// Of four along each axis, by a cubic.
    Cubic,
}

/// One layer that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Name from the model file: data, never markup, and shortened to a length that a page can show.
    pub name: String,
    /// What it computes.
    pub op: Op,
    /// Name of the activation function that is applied before the values are shown, as in ONNX.
    pub activation: Option<String>,
    /// Shape of its output.
    pub shape: Shape,
    /// Learnt numbers: weights and biases.
    pub parameters: u64,
    /// Multiply-accumulate operations for one image; 0 where there are no weights.
    pub macs: u64,
}

impl Layer {
    /// The part of the name that tells this layer from others: exporters write paths that end in the operator.
    pub fn short_name(&self) -> &str {
        const OPERATORS: [&str; 12] = [
            "conv",
            "convtranspose",
            "resize",
            "upsample",
            "gemm",
            "matmul",
            "maxpool",
            "averagepool",
            "globalaveragepool",
            "add",
            "biasadd",
            "convolution",
        ];
        let plain = |part: &&str| {
            let word = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_lowercase();
            !part.is_empty() && !OPERATORS.contains(&word.as_str())
        };
        // Without a slash the name is no path, and may well be "conv1".
        if !self.name.contains('/') {
            return &self.name;
        }
        self.name.rsplit('/').find(plain).unwrap_or(&self.name)
    }
}

/// Layers that are not shown: what they make is neither maps nor a vector of one photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unshown {
    /// How many.
    pub layers: usize,
    /// Learnt numbers.
    pub parameters: u64,
    /// Multiply-accumulate operations for one image.
    pub macs: u64,
}

/// A network read from a model file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// Name from the model file.
    pub name: String,
    /// Layers in graph order; the first is the input.
    pub layers: Vec<Layer>,
    /// Those that are not shown.
    pub unshown: Unshown,
    /// Number of classes in its answer.
    pub classes: usize,
}

impl Architecture {
    /// Whether a layer takes part in a scale over the whole network: what is fed, and what is no maps, have other units.
    pub fn shares_scale(at: usize, shape: Shape) -> bool {
        at > 0 && shape.plane() > 1
    }

    /// Shape of the tensor that the network is fed.
    pub fn input(&self) -> Shape {
        self.layers[0].shape
    }

    /// Multiply-accumulate operations of one forward pass.
    pub fn macs(&self) -> u64 {
        self.layers.iter().map(|layer| layer.macs).sum::<u64>().saturating_add(self.unshown.macs)
    }

    /// Learnt numbers of all layers.
    pub fn parameters(&self) -> u64 {
        self.layers.iter().map(|layer| layer.parameters).sum::<u64>() + self.unshown.parameters
    }

    /// The layer with this id, if the network has it.
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.layers.get(usize::from(id.0))
    }

    /// All ids, input first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = LayerId> + use<> {
        (0..self.layers.len() as u16).map(LayerId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_exporter() {
        let short = |name: &str| {
            let shape = Shape { channels: 1, height: 1, width: 1 };
            let layer =
                Layer { name: name.into(), op: Op::Dense, activation: None, shape, parameters: 0, macs: 0 };
            layer.short_name().to_owned()
        };
        assert_eq!(short("/features/features.0/Conv"), "features.0");
        assert_eq!(short("vgg16_1/block1_conv1_1/convolution"), "block1_conv1_1");
        assert_eq!(short("conv1_1"), "conv1_1");
        assert_eq!(short("conv"), "conv");
        assert_eq!(short("/Conv"), "/Conv");
        assert_eq!(short(""), "");
    }
}
