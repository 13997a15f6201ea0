//! Untrained networks: their activations spread from layer to layer as PyTorch's do.

use serde_json::Value;
use vggscope_core::explain::{Ask, spread};
use vggscope_core::image::{Layout, NetworkInput, Photo, Preset, normalise};
use vggscope_core::nn::{Layer, Op};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::initialise::Initialisation;
use vggscope_engine::{Initialised, Network, Recording, SIDE, Step, Work, answer};

use super::common::{file, golden, settled};

/// How many networks are built by each rule.
const SEEDS: u32 = 8;
/// How many PyTorch built.
const THEIRS: f64 = 40.0;

fn photo() -> Vec<f32> {
    let image = image::open(file("tests/golden/cat-224.png")).unwrap().to_rgb8();
    let pixels = NetworkInput { width: 224, height: 224, rgb: image.into_raw() };
    normalise(&pixels, Preset::Torchvision, Layout::Nchw, 3)
}

/// A run over the photo.
fn recorded(network: &Network) -> Recording {
    let image = image::open(file("tests/golden/cat-224.png")).unwrap().to_rgb8();
    let input = NetworkInput { width: 224, height: 224, rgb: image.into_raw() };
    let preset = Preset::Torchvision;
    let (activations, logits) = settled(network, normalise(&input, preset, Layout::Nchw, 3));
    let photo = Photo::new(1, 1, vec![0; 4]).unwrap().into();
    let probabilities = network.model.meaning.probabilities(&logits);
    Recording { photo, input, preset, activations, probabilities, clock: || 0.0 }
}

/// What the engine says of a network, and of others like it.
fn compared(network: &Network, seed: u64) -> spread::Answer {
    let recording = recorded(network);
    let Some(Work::Task(mut task)) = answer(spread::Question { seed }.into(), network, &recording) else {
        panic!("no task")
    };
    let (mut last, mut partial) = (0, 0);
    loop {
        match task.step(network, &recording).unwrap() {
            Step::Progress { done, of, partial: found } => {
                assert!(done >= last && done <= of, "{done} of {of} after {last}");
                (last, partial) = (done, partial + u32::from(found.is_some()));
            }
            Step::Done(found) => {
                assert_eq!(partial as usize, 1 + Initialisation::ALL.len());
                return (**spread::Question::found(&found).unwrap()).clone();
            }
        }
    }
}

/// Standard deviations of activations and gradients of a network with weights, as PyTorch finds them.
#[test]
fn of_the_network_in_use() {
    let expected: Value = serde_json::from_slice(&golden("initialise.json")).unwrap();
    let network = Network::read(golden("weights/vgg11-stream.pth"), [SIDE; 2]).unwrap();
    let compared = compared(&network, 1);
    let own = &compared.networks[0];
    assert_eq!(own.rule, None);
    let list = |name: &str| -> Vec<f64> {
        expected["stored"][name].as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect()
    };
    let close = |found: f32, wanted: f64| (f64::from(found) / wanted - 1.0).abs() < 1e-3;
    let (activations, gradients) = (list("activations"), list("gradients"));
    assert_eq!(own.layers.len(), activations.len());
    for (at, (layer, wanted)) in own.layers.iter().zip(&activations).enumerate() {
        assert!(close(layer.deviation, *wanted), "layer {at}: {} for {wanted}", layer.deviation);
    }
    for (at, (layer, wanted)) in own.layers.iter().zip(&gradients).enumerate() {
        assert!(close(layer.gradient.unwrap(), *wanted), "gradient {at}: {:?} for {wanted}", layer.gradient);
    }
    // Nothing comes through zeros.
    let zeros = compared.networks.iter().find(|one| one.rule == Some(Initialisation::Zeros)).unwrap();
    assert!(zeros.layers.iter().all(|layer| layer.deviation == 0.0 && layer.silent == 1.0));
}

/// Gradients of untrained networks, whose weights the question draws itself.
#[test]
fn gradients_as_pytorchs() {
    let expected: Value = serde_json::from_slice(&golden("initialise.json")).unwrap();
    let text = format!(
        "{}/zeros/0/{}/{}",
        expected["net"].as_str().unwrap(),
        expected["classes"],
        expected["hidden"]
    );
    let network = Network::read(Initialised::of(&text.parse().unwrap()), [SIDE; 2]).unwrap();
    let all: Vec<spread::Answer> = (0..SEEDS).map(|seed| compared(&network, seed.into())).collect();
    for (rule, found) in expected["rules"].as_object().unwrap() {
        let numbers = |name: &str| -> Vec<f64> {
            found[name].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let (means, deviations) = (numbers("gradient_mean"), numbers("gradient_deviation"));
        for (layer, mean) in means.iter().enumerate() {
            let logarithm = |answer: &spread::Answer| {
                let is_of_rule = |one: &&spread::Spreads| one.rule.is_some_and(|own| own.word() == rule);
                let own = answer.networks.iter().find(is_of_rule).unwrap();
                f64::from(own.layers[layer].gradient.unwrap()).ln()
            };
            let off = all.iter().map(logarithm).sum::<f64>() / f64::from(SEEDS) - mean;
            let error = deviations[layer] * (1.0 / f64::from(SEEDS) + 1.0 / THEIRS).sqrt();
            assert!(off.abs() < 4.0 * error, "{rule}, layer {layer}: {off} of {error}");
        }
    }
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
            let spreads: Vec<f64> = weighted
                .map(|(id, _)| spread::deviation(kept.values(id).unwrap().iter().copied()).ln())
                .collect();
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

/// The layers of a network that is built are those of its description: of the paper's C and A-LRN, with a head on means, of another
/// side, and with batch norms, which stand within the convolutions.
#[test]
fn layers_as_described() {
    for text in [
        "4,M,4,LRN,M,conv1-4,M/xavier/1/3/8",
        "4,M,8,M,8/kaiming/2/5/0/64",
        "4,M,4,M/orthogonal/3/2/4/96/bn",
        "8,8/normal/1/2/3/32",
    ] {
        let build: Build = text.parse().unwrap();
        let network = Network::read(Initialised::of(&build), [SIDE; 2]).unwrap();
        let (found, described) = (&network.model.architecture, build.architecture());
        let about = |layer: &Layer| (layer.op, layer.shape, layer.parameters, layer.macs);
        let list = |layers: &[Layer]| layers.iter().map(about).collect::<Vec<_>>();
        assert_eq!(list(&found.layers), list(&described.layers), "{text}");
        assert_eq!(found.classes, described.classes, "{text}");
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
