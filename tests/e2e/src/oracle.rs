//! What the page ought to find: the same network, run natively on the pixels that the page feeds it.

use anyhow::{Result, anyhow};
use image::RgbaImage;
use vggscope_core::image::{Fit, NetworkInput, Photo, Preset, network_input, normalise};
use vggscope_core::model::Model;
use vggscope_core::nn::LayerId;
use vggscope_core::nn::softmax::ranking;
use vggscope_engine::{Activations, Network, Operators, PassStep, SIDE, Size};

/// Reads a model as the page does.
///
/// # Errors
/// It is none.
pub fn network(bytes: &[u8]) -> Result<Network> {
    Network::read(bytes, [SIDE, SIDE]).map_err(|error| anyhow!("{error:?}"))
}

/// Reads a model for an input of these rows and columns.
///
/// # Errors
/// It is none, or none of this size.
pub fn network_at(bytes: &[u8], size: [usize; 2]) -> Result<Network> {
    Network::with(bytes.to_vec(), Size::Chosen(size), Operators::Ours).map_err(|error| anyhow!("{error:?}"))
}

/// What a model is, as the page is told it.
///
/// # Errors
/// It is none.
pub fn model(bytes: &[u8]) -> Result<Model> {
    Ok(network(bytes)?.model)
}

/// One pass over a photo.
pub struct Pass {
    /// Raw scores.
    pub logits: Vec<f32>,
    /// Classes, the likeliest first.
    pub ranking: Vec<usize>,
    /// The values of all layers.
    pub kept: Activations,
}

/// Runs a network on exactly these pixels.
///
/// # Errors
/// It does not run.
pub fn pass(network: &Network, picture: &RgbaImage, preset: Preset) -> Result<Pass> {
    let rgb = picture.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let pixels = NetworkInput { width: picture.width() as usize, height: picture.height() as usize, rgb };
    let architecture = &network.model.architecture;
    let tensor = normalise(&pixels, preset, network.layout, architecture.input().channels);
    let mut run = vggscope_engine::Pass::new(network, tensor).map_err(|error| anyhow!("{error:?}"))?;
    let mut kept = Activations::default();
    loop {
        match run.step().map_err(|error| anyhow!("{error:?}"))? {
            PassStep::Layer(layer, values) => {
                let LayerId(at) = layer;
                kept.keep_layer(layer, architecture.layers[usize::from(at)].shape, values);
            }
            PassStep::Intermediate(id, values) => network.keep_intermediate(&mut kept, id, values),
            PassStep::Done(logits) => return Ok(Pass { ranking: ranking(&logits), logits, kept }),
        }
    }
}

/// What a network of this input is given of a picture, cropped and resized.
pub fn network_input_picture(picture: &RgbaImage, fit: Fit, model: &Model) -> Option<RgbaImage> {
    let (width, height) = picture.dimensions();
    let photo = Photo::new(width as usize, height as usize, picture.as_raw().clone())?;
    let pixels = network_input(&photo, fit, model.architecture.input());
    let rgba = pixels.rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    RgbaImage::from_raw(pixels.width as u32, pixels.height as u32, rgba)
}

/// How far two pictures are apart: the mean and the largest difference of a byte, of 255.
pub fn apart(one: &RgbaImage, other: &RgbaImage) -> (f64, u8) {
    if one.dimensions() != other.dimensions() {
        return (255.0, 255);
    }
    let differences = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| a.abs_diff(*b));
    let (sum, most) = differences.fold((0u64, 0), |(sum, most), one| (sum + u64::from(one), one.max(most)));
    (sum as f64 / one.as_raw().len() as f64, most)
}
