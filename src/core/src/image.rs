//! From a decoded photo to the tensor that a network is fed: crop, resize, normalise.
//!
//! Ours rather than the browser's, so that the same pixels give the same tensor everywhere.

mod jpeg;
mod limits;
mod preset;
mod resize;

use serde::{Deserialize, Serialize};

use crate::nn::Shape;

pub use jpeg::{END_MARK, JpegEnd, jpeg_end};
pub use limits::{admit, admit_size, is_picture, undecodable};
pub use preset::{Preprocessing, Preset};

/// A decoded photo: rows of RGBA bytes, upright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Photo {
    /// The photo of these pixels, or `None` where their number does not fit the size or there are none.
    pub fn new(width: usize, height: usize, rgba: Vec<u8>) -> Option<Photo> {
        let bytes = width.checked_mul(height)?.checked_mul(4)?;
        (bytes > 0 && bytes == rgba.len()).then_some(Photo { width, height, rgba })
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Its pixels: rows of RGBA bytes.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }
}

/// How a photo of any shape becomes the network's rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fit {
    /// The middle 224/256 of the largest centred rectangle, as ImageNet classifiers are tested.
    #[default]
    Centre,
    /// The whole photo, its aspect ratio given up.
    Squeeze,
    /// The whole photo, its aspect ratio kept, with bars.
    Letterbox,
    /// A crop as VGG was trained on (Simonyan and Zisserman, section 3.1): the photo's shorter side brought to `scale`
    /// pixels, a rectangle of the network's size taken from it at these shares of the room there is.
    Crop {
        /// S; at least the network's side.
        scale: u16,
        /// From the left, in thousandths.
        left: u16,
        /// From the top, in thousandths.
        top: u16,
    },
}

impl Fit {
    /// Every choice, as the page offers them.
    pub const ALL: [Fit; 3] = [Fit::Centre, Fit::Squeeze, Fit::Letterbox];
}

/// Where the values of one pixel's channels stand in a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// Channel by channel, as PyTorch exports.
    Nchw,
    /// Pixel by pixel, as Keras exports.
    Nhwc,
}

/// A rectangle in pixels of the photo; its edges may lie between pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Exactly what a network is fed, as pixels: rows of RGB bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkInput {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Rows of RGB bytes.
    pub rgb: Vec<u8>,
}

/// The mean colour of ImageNet's photos, which presets take to about zero: of a letterbox's bars, and of what hides a part.
pub const GREY: [u8; 3] = [124, 116, 104];

/// The side of the crop over the shorter side of the photo.
const CENTRE: f64 = 224.0 / 256.0;

/// The part of a photo that `fit` takes, in pixels of the photo, for a network of this input shape.
pub fn crop(photo: &Photo, fit: Fit, input: Shape) -> Rect {
    let (width, height) = (photo.width as f64, photo.height as f64);
    match fit {
        Fit::Squeeze | Fit::Letterbox => Rect { x: 0.0, y: 0.0, width, height },
        Fit::Crop { scale, left, top } => {
            let side = width.min(height) / f64::from(scale.max(1));
            let (w, h) = ((input.width as f64 * side).min(width), (input.height as f64 * side).min(height));
            let place = |room: f64, share: u16| room * f64::from(share.min(1000)) / 1000.0;
            Rect { x: place(width - w, left), y: place(height - h, top), width: w, height: h }
        }
        Fit::Centre => {
            let scale = (width / input.width as f64).min(height / input.height as f64) * CENTRE;
            let (w, h) = (input.width as f64 * scale, input.height as f64 * scale);
            Rect { x: (width - w) / 2.0, y: (height - h) / 2.0, width: w, height: h }
        }
    }
}

/// Where the part that was taken lands, in whole pixels of the network's input.
fn landed(part: Rect, fit: Fit, input: Shape) -> Rect {
    let (width, height) = (input.width as f64, input.height as f64);
    if fit != Fit::Letterbox {
        return Rect { x: 0.0, y: 0.0, width, height };
    }
    let scale = (width / part.width).min(height / part.height);
    let side = |length: f64, most: f64| (length * scale + 0.5).floor().clamp(1.0, most);
    let (w, h) = (side(part.width, width), side(part.height, height));
    Rect { x: ((width - w) / 2.0).floor(), y: ((height - h) / 2.0).floor(), width: w, height: h }
}

/// Where a whole photo of this width and height lies, in pixels of the network's input, if `part` of it was taken: what
/// was not taken lies outside the input.
pub fn placement([width, height]: [usize; 2], part: Rect, fit: Fit, input: Shape) -> Rect {
    let place = landed(part, fit, input);
    let (across, down) = (place.width / part.width, place.height / part.height);
    Rect {
        x: place.x - part.x * across,
        y: place.y - part.y * down,
        width: width as f64 * across,
        height: height as f64 * down,
    }
}

/// Crops and resizes (bicubic, antialiased) a photo to the network's rectangle; transparency lies on white.
pub fn network_input(photo: &Photo, fit: Fit, input: Shape) -> NetworkInput {
    let part = crop(photo, fit, input);
    let place = landed(part, fit, input);
    let rgb = over_white(&photo.rgba);
    let source = NetworkInput { width: photo.width, height: photo.height, rgb };
    if fit != Fit::Letterbox {
        return resize::bicubic(&source, part, input.width, input.height);
    }
    let inner = resize::bicubic(&source, part, place.width as usize, place.height as usize);
    let mut pixels = NetworkInput {
        width: input.width,
        height: input.height,
        rgb: GREY.into_iter().cycle().take(input.plane() * 3).collect(),
    };
    let (left, top) = (place.x as usize, place.y as usize);
    for (row, line) in inner.rgb.chunks_exact(inner.width * 3).enumerate() {
        let start = ((top + row) * pixels.width + left) * 3;
        pixels.rgb[start..start + line.len()].copy_from_slice(line);
    }
    pixels
}

/// The tensor of these pixels, for a network of 3 channels or, by luma (ITU-R BT.601), of 1.
pub fn normalise(pixels: &NetworkInput, preset: Preset, layout: Layout, channels: usize) -> Vec<f32> {
    let plane = pixels.width * pixels.height;
    let mut tensor = vec![0f32; plane * channels];
    let preprocessing = preset.preprocessing();
    for (at, pixel) in pixels.rgb.chunks_exact(3).enumerate() {
        let rgb = [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])];
        for channel in 0..channels {
            let value =
                if channels == 1 { preprocessing.grey(rgb) } else { preprocessing.colour(rgb, channel) };
            let index = match layout {
                Layout::Nchw => channel * plane + at,
                Layout::Nhwc => at * channels + channel,
            };
            tensor[index] = value;
        }
    }
    tensor
}

fn over_white(rgba: &[u8]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        let alpha = u16::from(pixel[3]);
        let over = |value: u8| ((u16::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        rgb.extend_from_slice(&[over(pixel[0]), over(pixel[1]), over(pixel[2])]);
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: Shape = Shape { channels: 3, height: 224, width: 224 };

    fn golden(name: &str) -> image::RgbImage {
        let path = format!("{}/../../tests/golden/crops/{name}", env!("CARGO_MANIFEST_DIR"));
        image::open(&path).unwrap_or_else(|error| panic!("{path}: {error}")).to_rgb8()
    }

    fn photo(image: &image::RgbImage) -> Photo {
        let rgba = image.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        Photo::new(image.width() as usize, image.height() as usize, rgba).unwrap()
    }

    /// Of a picture that is far taller than wide Pillow does the columns first, so that each of the two roundings
    /// may fall the other way.
    #[test]
    fn the_same_pixels_as_pillow() {
        for (source, most) in [("source", 0), ("small", 0), ("tall", 2)] {
            let photo = photo(&golden(&format!("{source}.png")));
            for (fit, name) in
                [(Fit::Centre, "centre"), (Fit::Squeeze, "squeeze"), (Fit::Letterbox, "letterbox")]
            {
                let ours = network_input(&photo, fit, INPUT).rgb;
                let theirs = golden(&format!("{source}-{name}.png")).into_raw();
                assert_eq!(ours.len(), theirs.len());
                let furthest = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(furthest <= most, "{source} {name}: {furthest} levels apart");
            }
        }
    }

    #[test]
    fn one_pixel_and_extreme_shapes() {
        for (width, height) in [(1, 1), (1, 500), (500, 1), (3, 2)] {
            let photo = Photo::new(width, height, vec![200; width * height * 4]).unwrap();
            for fit in Fit::ALL {
                assert_eq!(network_input(&photo, fit, INPUT).rgb.len(), 224 * 224 * 3);
            }
        }
        assert!(Photo::new(0, 5, vec![]).is_none());
        assert!(Photo::new(usize::MAX, 5, vec![1]).is_none());
    }

    #[test]
    fn crops_of_training() {
        let photo = Photo::new(640, 512, vec![200; 640 * 512 * 4]).unwrap();
        let at = |scale, left, top| crop(&photo, Fit::Crop { scale, left, top }, INPUT);
        // At S = 256 every pixel of the crop is 2 of the photo.
        assert_eq!(at(256, 0, 1000), Rect { x: 0.0, y: 64.0, width: 448.0, height: 448.0 });
        assert_eq!(at(512, 500, 0), Rect { x: 208.0, y: 0.0, width: 224.0, height: 224.0 });
        assert_eq!(at(100, 0, 0).height, 512.0);
    }

    #[test]
    fn a_photo_is_laid_where_its_crop_is_fed() {
        let photo = Photo::new(640, 512, vec![200; 640 * 512 * 4]).unwrap();
        let at = |fit| placement([640, 512], crop(&photo, fit, INPUT), fit, INPUT);
        // The crop is 448 pixels, so one of the input is 2 of the photo.
        assert_eq!(at(Fit::Centre), Rect { x: -48.0, y: -16.0, width: 320.0, height: 256.0 });
        assert_eq!(at(Fit::Squeeze), Rect { x: 0.0, y: 0.0, width: 224.0, height: 224.0 });
        let Rect { x, y, width, height } = at(Fit::Letterbox);
        assert_eq!((x, width), (0.0, 224.0));
        // 224 · 512/640 = 179.2 rows, rounded, in the middle.
        assert!((y - 22.0).abs() < 1e-9 && (height - 179.0).abs() < 1e-9, "{y} {height}");
    }

    #[test]
    fn transparency_lies_on_white() {
        assert_eq!(over_white(&[10, 20, 30, 0, 10, 20, 30, 255]), [255, 255, 255, 10, 20, 30]);
    }

    #[test]
    fn presets_and_layouts() {
        let pixels = NetworkInput { width: 2, height: 1, rgb: vec![255, 0, 51, 0, 0, 0] };
        assert_eq!(normalise(&pixels, Preset::Unit, Layout::Nchw, 3), [1.0, 0.0, 0.0, 0.0, 0.2, 0.0]);
        assert_eq!(normalise(&pixels, Preset::Unit, Layout::Nhwc, 3), [1.0, 0.0, 0.2, 0.0, 0.0, 0.0]);
        assert_eq!(normalise(&pixels, Preset::Signed, Layout::Nchw, 3)[0], 1.0);
        let caffe = normalise(&pixels, Preset::Caffe, Layout::Nchw, 3);
        assert_eq!([caffe[0], caffe[2], caffe[4]], [51.0 - 103.939, -116.779, 255.0 - 123.68]);
        let torch = normalise(&pixels, Preset::Torchvision, Layout::Nchw, 3);
        assert!((torch[0] - (1.0 - 0.485) / 0.229).abs() < 1e-6);
        assert!((normalise(&pixels, Preset::Unit, Layout::Nchw, 1)[0] - (0.299 + 0.114 * 0.2)).abs() < 1e-6);
        assert_eq!(Preset::of_word(" Caffe"), Some(Preset::Caffe));
    }
}
