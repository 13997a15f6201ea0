//! The kernels of a convolution, as pictures and figures.

use serde::{Deserialize, Serialize};

use super::breakdown::Origin;
use crate::nn::LayerId;
use crate::render::stats::ChannelStats;
use crate::render::{self, ColourMap, Range, Sheet, Tile};
use crate::shared::Shared;

/// Which kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The convolution.
    pub layer: LayerId,
    /// Which of its kernels.
    pub side: Side,
}

/// The kernels, drawn; `None` where the layer has no such kernels.
pub type Answer = Option<Picture>;

/// Kernels, drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// What is known of them.
    pub kernels: Kernels,
    /// What the layer reads.
    pub from: Origin,
    /// Their picture.
    pub tile: Shared<Tile>,
}

/// Which kernels are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// All kernels of a layer that reads colours: each as a patch of colour.
    Colours {
        /// Whether the first channel that it reads is blue.
        bgr: bool,
    },
    /// The slices of the kernel that makes this channel, one for each channel that is read.
    Into(u16),
    /// The slices of all kernels for this channel that is read, one for each channel that is made.
    From(u16),
}

/// What is known of the kernels that are looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kernels {
    /// Where each stands in the picture.
    pub sheet: Sheet,
    /// The channel that each slice stands for, in the order of the picture.
    pub channels: Shared<Vec<u16>>,
    /// How strong each is, in the same order: the mean size of what it adds on this photo where slices of one kernel are
    /// looked at, else its norm.
    pub strength: Vec<f32>,
    /// Weights in all.
    pub count: u64,
    /// Their figures.
    pub weights: ChannelStats,
    /// Their standard deviation.
    pub deviation: f32,
}

/// The square root of the sum of squares.
pub fn norm(weights: &[f32]) -> f32 {
    weights.iter().map(|weight| f64::from(*weight).powi(2)).sum::<f64>().sqrt() as f32
}

/// Kernels of three channels as patches of colour: grey is 0, and the largest weight of each reaches the end of its
/// channel. `kernels` holds three planes of the sheet's cells each.
pub fn colours(sheet: Sheet, kernels: &[f32], bgr: bool) -> Tile {
    let (width, height) = (sheet.width(), sheet.height());
    let mut rgba = vec![0u8; width * height * 4];
    let plane = sheet.cell_width * sheet.cell_height;
    for (place, kernel) in kernels.chunks_exact(3 * plane).enumerate() {
        let most = kernel.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
        let (left, top) = sheet.corner(place);
        for at in 0..plane {
            let pixel = ((top + at / sheet.cell_width) * width + left + at % sheet.cell_width) * 4;
            for channel in 0..3 {
                let weight = kernel[channel * plane + at];
                let to = if bgr { 2 - channel } else { channel };
                rgba[pixel + to] = (127.5 + 127.5 * weight / most).round() as u8;
            }
            rgba[pixel + 3] = 255;
        }
    }
    Tile { width, height, rgba }
}

/// Slices with signs, on one scale, in the order given.
pub fn signed(sheet: Sheet, slices: &[f32], most: f32) -> Tile {
    let stats = vec![ChannelStats { min: -most, max: most, mean: 0.0, sparsity: 0.0 }; sheet.count];
    let order: Vec<u16> = (0..sheet.count as u16).collect();
    let range = Range { low: -most, high: most };
    render::sheet(sheet, slices, &stats, &order, ColourMap::Diverging, Some(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        assert_eq!(norm(&[3.0, -4.0]), 5.0);
    }

    #[test]
    fn a_red_kernel_is_red_either_way() {
        let sheet = Sheet { columns: 1, count: 1, cell_width: 1, cell_height: 1, gap: 1 };
        assert_eq!(colours(sheet, &[0.5, 0.0, -0.5], false).rgba, [255, 128, 0, 255]);
        assert_eq!(colours(sheet, &[-0.5, 0.0, 0.5], true).rgba, [255, 128, 0, 255]);
    }
}
