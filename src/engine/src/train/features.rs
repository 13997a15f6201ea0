//! What photos leave of themselves at the last maps of a network: all that a head is trained on, a thousandth of their pixels.

use std::collections::HashMap;

use tract_onnx::prelude::{Tensor, f16};
use vggscope_core::error::TrainingError;
use vggscope_core::nn::{LayerId, Shape};

use crate::Network;

/// The most bytes that are kept.
const MOST_BYTES: u64 = 1 << 30;

/// The features of photos.
#[derive(Default)]
pub struct Features {
    /// Of a photo and a crop of it.
    kept: HashMap<(u32, u8), Kept>,
    bytes: u64,
}

/// Of one crop.
enum Kept {
    /// The mean of each map.
    Means(Vec<f32>),
    /// Every unit of them, channel by channel.
    Maps(Vec<f16>),
}

impl Features {
    /// Keeps the means of the maps of a photo and a crop of it, where a head reads those, or else all of their units.
    ///
    /// # Errors
    /// Where there is no room for more.
    pub fn keep(
        &mut self,
        [photo, crop]: [u32; 2],
        pooled: bool,
        shape: Shape,
        maps: &Tensor,
    ) -> Result<(), TrainingError> {
        let values = maps.as_plain_ram().and_then(|view| view.as_slice::<f32>().ok()).unwrap_or_default();
        let plane = shape.plane().max(1);
        let (kept, bytes) = if pooled {
            let mean = |map: &[f32]| map.iter().sum::<f32>() / plane as f32;
            let means: Vec<f32> = values.chunks_exact(plane).map(mean).collect();
            let bytes = size_of_val(means.as_slice());
            (Kept::Means(means), bytes)
        } else {
            let maps: Vec<f16> = values.iter().map(|value| f16::from_f32(*value)).collect();
            let bytes = size_of_val(maps.as_slice());
            (Kept::Maps(maps), bytes)
        };
        let bytes = self.bytes + bytes as u64;
        if bytes > MOST_BYTES {
            return Err(TrainingError::Memory(bytes));
        }
        self.bytes = bytes;
        self.kept.insert((photo, crop as u8), kept);
        Ok(())
    }

    /// Copies those of a photo and a crop of it; nothing where they are not kept, or are of another length.
    pub fn copy(&self, [photo, crop]: [u32; 2], to: &mut [f32]) -> Option<()> {
        match self.kept.get(&(photo, crop as u8))? {
            Kept::Means(means) if means.len() == to.len() => to.copy_from_slice(means),
            Kept::Maps(maps) if maps.len() == to.len() => {
                to.iter_mut().zip(maps).for_each(|(to, value)| *to = value.to_f32());
            }
            _ => return None,
        }
        Some(())
    }

    /// How many numbers a crop has; nothing where it is not kept.
    pub fn length(&self, [photo, crop]: [u32; 2]) -> Option<usize> {
        Some(match self.kept.get(&(photo, crop as u8))? {
            Kept::Means(means) => means.len(),
            Kept::Maps(maps) => maps.len(),
        })
    }
}

impl Network {
    /// The maps that a head is put on: the last ones that have rows and columns.
    pub fn head_maps(&self) -> Option<(LayerId, Shape)> {
        // At another size dense layers have maps too, unless they read means.
        let input = self.model.architecture.input();
        let own = [input.height, input.width] == self.model.sizes.own;
        (own || self.linear.is_some()).then_some(())?;
        let layers = self.model.architecture.ids().skip(1);
        let maps = layers.filter_map(|id| Some((id, self.shape(id)?))).filter(|(_, shape)| shape.plane() > 1);
        maps.last()
    }
}
