//! Untrained networks: their activations spread from layer to layer as PyTorch's do.

use serde_json::Value;
use vggscope_core::image::{Layout, NetworkInput, Preset, normalise};
use vggscope_core::nn::Op;
use vggscope_core::vgg::build::Build;
use vggscope_engine::{Initialised, Network, SIDE};

use super::common::{file, golden, settled};
use super::spread::deviation;

/// How many networks are built by each rule.
const SEEDS: u32 = 8;
/// How many PyTorch built.
const THEIRS: f64 = 40.0;

fn photo() -> Vec<f32> {
    let image = image::open(file("tests/golden/cat-224.png")).unwrap().to_rgb8();
    let pixels = NetworkInput { width: 224, height: 224, rgb: image.into_raw() };
    normalise(&pixels, Preset::Torchvision, Layout::Nchw, 3)
}

#[test]
fn spread_as_pytorchs() {
    let expected: Value = serde_json::from_slice(&golden("initialise.json")).unwrap();
    let (net, photo) = (expected["net"].as_str().unwrap(), photo());
    for (rule, found) in expected["rules"].as_object().unwrap() {
        let numbers = |name: &str| -> Vec<f64> {
            found[name].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let (means, deviations) = (numbers("mean"), numbers("deviation"));
        let mut sums = vec![0.0; means.len()];
        for seed in 0..SEEDS {
            let text = format!("{net}/{rule}/{seed}/{}/{}", expected["classes"], expected["hidden"]);
            let network = Network::read(Initialised::of(&text.parse().unwrap()), [SIDE; 2]).unwrap();
            let (kept, _) = settled(&network, photo.clone());
            let layers = network.model.architecture.ids().zip(&network.model.architecture.layers);
            let weighted = layers.filter(|(_, layer)| matches!(layer.op, Op::Convolution(_) | Op::Dense));
            let spreads: Vec<f64> =
                weighted.map(|(id, _)| deviation(kept.values(id).unwrap()).ln()).collect();
            assert_eq!(spreads.len(), sums.len());
            sums.iter_mut().zip(&spreads).for_each(|(sum, spread)| *sum += spread);
        }
        for (layer, sum) in sums.iter().enumerate() {
            let off = sum / f64::from(SEEDS) - means[layer];
            // Of the mean of theirs and the mean of ours.
            let error = deviations[layer] * (1.0 / f64::from(SEEDS) + 1.0 / THEIRS).sqrt();
            assert!(off.abs() < 4.0 * error, "{rule}, layer {layer}: {off} of {error}");
        }
    }
}

/// The same text is the same network; another seed is another, and zeros leave nothing.
#[test]
fn seeds() {
    let scores = |text: &str| {
        let build: Build = text.parse().unwrap();
        let network = Network::read(Initialised::of(&build), [SIDE; 2]).unwrap();
        settled(&network, photo()).1
    };
    let one = scores("4,M,4,M,4,M,4,M,4,M/kaiming/1/3/8");
    assert_eq!(one, scores("4,M,4,M,4,M,4,M,4,M/kaiming/1/3/8"));
    assert_ne!(one, scores("4,M,4,M,4,M,4,M,4,M/kaiming/2/3/8"));
    assert_eq!(scores("4,M,4,M,4,M,4,M,4,M/zeros/1/3/8"), [0.0; 3]);
    // A batch norm that is not trained yet divides by √(1 + ε), which ReLUs and layers without biases pass on; there are
    // five.
    let normed = scores("4,M,4,M,4,M,4,M,4,M/kaiming/1/3/8/bn");
    for (plain, normed) in one.iter().zip(&normed) {
        assert!((plain / (1.0 + 1e-5f32).powf(2.5) / normed - 1.0).abs() < 1e-5, "{normed} for {plain}");
    }
}
