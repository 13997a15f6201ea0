//! The default model on the sample photos: what a person sees first must be right.

use serde_json::Value;
use vggscope_core::error::{PhotoError, PictureFormat};
use vggscope_core::image::{Fit, Photo, network_input, normalise};
use vggscope_core::nn::Shape;
use vggscope_core::nn::softmax::ranking;
use vggscope_engine::{Network, SIDE};

use crate::common::{file, golden, run};

#[test]
fn every_sample_is_recognised() {
    let network = Network::read(golden("../../models/vgg16.onnx"), [SIDE, SIDE]).unwrap();
    let input = network.model.architecture.input();
    let table = std::fs::read_to_string(file("www/photos/photos.tsv")).unwrap();
    let mut names = table.lines().next().unwrap().split('\t');
    assert_eq!((names.next(), names.next()), (Some("file"), Some("class_index")));
    let mut samples = 0;
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (name, class) = (cells.next().unwrap(), cells.next().unwrap().parse::<usize>().unwrap());
        let photo = crate::picture::open(&golden(&format!("../../www/photos/{name}"))).unwrap().0;
        let pixels = network_input(&photo, Fit::Centre, input);
        let tensor = normalise(&pixels, network.model.preset, network.layout, input.channels);
        let (_, logits) = run(&network, tensor).unwrap();
        let top = &ranking(&logits)[..5];
        assert_eq!(top[0], class, "{name}: found {top:?}");
        samples += 1;
    }
    assert!(samples >= 5);
}

/// The right way up, a photo is the one that it was made from, but for a codec's rounding.
#[test]
fn photos_are_turned_upright() {
    let open = |name: &str| crate::picture::open(&golden(&format!("photos/{name}"))).map(|(photo, _)| photo);
    let (plain, turned) = (open("plain.jpg").unwrap(), open("exif6.jpg").unwrap());
    assert_eq!((turned.width(), turned.height()), (plain.width(), plain.height()));
    let input = Shape { channels: 3, height: 50, width: 75 };
    let [plain, turned] = [plain, turned].map(|photo| network_input(&photo, Fit::Squeeze, input).rgb);
    let apart: u64 = plain.iter().zip(&turned).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(apart < 3 * plain.len() as u64, "{apart} levels over {} values", plain.len());
    assert_eq!(open("empty.jpg").err(), Some(PhotoError::Empty));
    assert_eq!(open("truncated.jpg").err(), Some(PhotoError::Truncated));
}

/// How far the mean colours of the parts of a photo are from those that Pillow finds, of 255.
fn apart(photo: &Photo, expected: &Value) -> f64 {
    let (width, height) = (photo.width(), photo.height());
    let numbers =
        |value: &Value| value.as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!(numbers(&expected["size"]), [width as f64, height as f64]);
    // Squeezed to its own size, a photo is its own pixels, on white.
    let rgb = network_input(photo, Fit::Squeeze, Shape { channels: 3, height, width }).rgb;
    let mut most = 0.0f64;
    for (at, part) in expected["parts"].as_array().unwrap().iter().enumerate() {
        // As numpy splits: what is left over goes to the first parts.
        let from = |at: usize, length: usize| at * (length / 4) + at.min(length % 4);
        let (row, column) = (at / 4, at % 4);
        let mut sum = [0.0; 3];
        let (rows, columns) =
            (from(row, height)..from(row + 1, height), from(column, width)..from(column + 1, width));
        for y in rows.clone() {
            for pixel in rgb[(y * width + columns.start) * 3..(y * width + columns.end) * 3].chunks_exact(3) {
                sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f64::from(*value));
            }
        }
        let count = (rows.len() * columns.len()) as f64;
        most = sum
            .iter()
            .zip(numbers(part))
            .fold(most, |most, (sum, mean)| most.max((sum / count - mean).abs()));
    }
    most
}

/// Photos as people have had trouble with, against Pillow: turned and mirrored by EXIF, in CMYK and YCCK, without an end mark.
#[test]
fn the_same_colours_as_pillow() {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(file("tests/cases/photos.json")).unwrap()).unwrap();
    let mut seen = 0;
    for (name, about) in expected.as_object().unwrap() {
        if name == "truncated-thumb.jpg" {
            continue;
        }
        let (photo, incomplete) = open_case(name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(apart(&photo, about) < 3.0, "{name}: {} of 255 apart", apart(&photo, about));
        assert_eq!(incomplete, name.starts_with("noeoi"), "{name}");
        seen += 1;
    }
    assert!(seen >= 18, "only {seen}");
}

fn open_case(name: &str) -> Result<(Photo, bool), PhotoError> {
    crate::picture::open(&std::fs::read(file("tests/cases/photos").join(name)).unwrap())
}

#[test]
fn photos_that_are_refused() {
    // The end mark of its thumbnail is not its own.
    assert_eq!(open_case("truncated-thumb.jpg").err(), Some(PhotoError::Truncated));
    assert_eq!(open_case("heic.heic").err(), Some(PhotoError::Format(PictureFormat::Heic)));
}
