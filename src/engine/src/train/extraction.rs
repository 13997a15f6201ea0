//! A photo's way to its features: one pass of the frozen network for each crop.

use vggscope_core::error::{Error, TrainingError};
use vggscope_core::image::{self, Fit, NetworkInput, Photo, Preset};
use vggscope_core::nn::Shape;
use vggscope_core::render::Tile;
use vggscope_core::training::Extracted;
use vggscope_core::vgg::initialise::key;

use super::features::Features;
use crate::{Network, Pass, PassStep};

/// The features of a photo under way.
pub struct Extraction {
    photo: Photo,
    number: u32,
    content: u64,
    fit: Fit,
    preset: Preset,
    pooled: bool,
    /// Random crops besides the one in the middle.
    crops: u8,
    crop: u8,
    pass: Option<Pass>,
    found: Option<Extracted>,
}

/// Pixels of a thumbnail's side.
const THUMBNAIL: usize = 64;
/// Lengths that training rescales the shorter side to (Simonyan and Zisserman 2014, section 3.1), for an input of this side.
const SCALES: [u64; 2] = [256, 512];
const SIDE: usize = 224;

impl Extraction {
    /// Of a photo with this number.
    pub fn new(photo: Photo, number: u32, fit: Fit, preset: Preset, pooled: bool, crops: u8) -> Extraction {
        let content = content(&photo);
        let (pass, found) = (None, None);
        Extraction { photo, number, content, fit, preset, pooled, crops, crop: 0, pass, found }
    }

    /// Computes a layer further. What is known of the photo once all of its crops are done.
    ///
    /// # Errors
    /// Where the network cannot be run, or has no maps, or there is no room.
    pub fn step(&mut self, network: &Network, features: &mut Features) -> Result<Option<Extracted>, Error> {
        let (layer, maps) = network.head_maps().ok_or(Error::Training(TrainingError::NoMaps))?;
        let shape = network.model.architecture.input();
        let Some(pass) = &mut self.pass else {
            let input = self.input(shape);
            if self.crop == 0 {
                let Extraction { content, .. } = *self;
                self.found = Some(Extracted {
                    content,
                    thumbnail: small(&input).into(),
                    probabilities: Vec::new().into(),
                });
            }
            let tensor = image::normalise(&input, self.preset, network.layout, shape.channels);
            self.pass = Some(Pass::new(network, tensor)?);
            return Ok(None);
        };
        let done = match pass.step()? {
            PassStep::Layer(id, values) if id == layer => {
                let place = [self.number, u32::from(self.crop)];
                features.keep(place, self.pooled, maps, &values).map_err(Error::Training)?;
                // What random crops are taken for does not matter.
                self.crop > 0
            }
            PassStep::Layer(..) | PassStep::Intermediate(..) => false,
            PassStep::Done(scores) => {
                if let Some(found) = &mut self.found {
                    found.probabilities = network.model.meaning.probabilities(&scores).into();
                }
                true
            }
        };
        if !done {
            return Ok(None);
        }
        self.pass = None;
        if self.crop == self.crops {
            return Ok(self.found.take());
        }
        self.crop += 1;
        Ok(None)
    }

    /// The network's input of the crop whose turn it is: the one in the middle, or a random one, mirrored or not, drawn by what the
    /// photo holds.
    fn input(&self, shape: Shape) -> NetworkInput {
        if self.crop == 0 {
            return image::network_input(&self.photo, self.fit, shape);
        }
        let draw = |sequence: u64| key(self.content, u64::from(self.crop) << 2 | sequence);
        let scale = SCALES[0] + draw(0) % (SCALES[1] - SCALES[0] + 1);
        let scale = scale * shape.width.min(shape.height) as u64 / SIDE as u64;
        let [left, top] = [1, 2].map(|sequence| (draw(sequence) % 1001) as u16);
        let fit = Fit::Crop { scale: scale as u16, left, top };
        let mut input = image::network_input(&self.photo, fit, shape);
        if draw(3) & 1 == 1 {
            for row in input.rgb.chunks_exact_mut(input.width * 3) {
                row.reverse();
                // The colours of each pixel stand as before.
                row.chunks_exact_mut(3).for_each(<[u8]>::reverse);
            }
        }
        input
    }
}

/// A number for the pixels of a photo (FNV-1a over its size and words of eight bytes).
fn content(photo: &Photo) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const FACTOR: u64 = 0x0000_0100_0000_01b3;
    let (pixels, rest) = photo.rgba().as_chunks::<8>();
    let sizes = [photo.width() as u64, photo.height() as u64];
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    let words = sizes.into_iter().chain(pixels.iter().map(|word| u64::from_le_bytes(*word))).chain([last]);
    words.fold(START, |hash, word| (hash ^ word).wrapping_mul(FACTOR).rotate_left(23))
}

fn small(input: &NetworkInput) -> Tile {
    let rgba = |rgb: &[u8]| rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect::<Vec<u8>>();
    let shape = Shape { channels: 3, height: THUMBNAIL, width: THUMBNAIL };
    let photo = Photo::new(input.width, input.height, rgba(&input.rgb));
    let rgb = photo.map(|photo| image::network_input(&photo, Fit::Squeeze, shape).rgb).unwrap_or_default();
    Tile { width: THUMBNAIL, height: THUMBNAIL, rgba: rgba(&rgb) }
}
