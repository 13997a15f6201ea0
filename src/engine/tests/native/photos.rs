//! The default model on the sample photos: what a person sees first must be right.

use vggscope_core::error::PhotoError;
use vggscope_core::image::{Fit, network_input, normalise};
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
        let photo = crate::picture::open(&golden(&format!("../../www/photos/{name}"))).unwrap();
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
    let open = |name: &str| crate::picture::open(&golden(&format!("photos/{name}")));
    let (plain, turned) = (open("plain.jpg").unwrap(), open("exif6.jpg").unwrap());
    assert_eq!((turned.width(), turned.height()), (plain.width(), plain.height()));
    let input = vggscope_core::nn::Shape { channels: 3, height: 50, width: 75 };
    let [plain, turned] = [plain, turned].map(|photo| network_input(&photo, Fit::Squeeze, input).rgb);
    let apart: u64 = plain.iter().zip(&turned).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(apart < 3 * plain.len() as u64, "{apart} levels over {} values", plain.len());
    assert_eq!(open("empty.jpg").err(), Some(PhotoError::Empty));
    assert_eq!(open("truncated.jpg").err(), Some(PhotoError::Truncated));
}
