//! Files of weights, each against the scores that its own library finds: PyTorch, Keras and OpenCV.

use serde_json::Value;
use vggscope_core::error::ModelError;
use vggscope_core::image::Preset;
use vggscope_core::model::PresetFrom;
use vggscope_core::nn::meaning::Meaning;
use vggscope_core::vgg::configuration::SIDE;
use vggscope_engine::Network;

use crate::common::{count, golden, run, sequence};

/// Every file of the folder, with its convolutions, pools and dense layers, and the preset that goes with its source.
const FILES: [(&str, [usize; 3], Preset); 19] = [
    ("vgg-32-expanded.pth", [5, 3, 3], Preset::Torchvision),
    ("vgg-32.pth", [5, 3, 3], Preset::Torchvision),
    ("vgg11-stream.pth", [8, 5, 3], Preset::Torchvision),
    ("vgg13bn-zip.pth", [10, 5, 3], Preset::Torchvision),
    ("vgg16-checkpoint.pt", [13, 5, 3], Preset::Torchvision),
    ("vgg16-half.safetensors", [13, 5, 3], Preset::Torchvision),
    ("vgg16-timm.safetensors", [13, 5, 3], Preset::Torchvision),
    ("vgg16.h5", [13, 5, 3], Preset::Caffe),
    ("vgg16.weights.h5", [13, 5, 3], Preset::Caffe),
    ("vgg16-unnamed.weights.h5", [13, 5, 3], Preset::Caffe),
    ("vgg16.keras", [13, 5, 3], Preset::Caffe),
    ("keras-sigmoid.h5", [5, 5, 2], Preset::Caffe),
    ("keras-sigmoid.keras", [5, 5, 2], Preset::Caffe),
    ("keras-means.h5", [5, 6, 2], Preset::Caffe),
    ("keras-means.keras", [5, 6, 2], Preset::Caffe),
    ("vgg16.caffemodel", [13, 5, 3], Preset::Caffe),
    ("vgg16-new.caffemodel", [13, 5, 3], Preset::Caffe),
    ("vgg11-lrn.caffemodel", [8, 5, 3], Preset::Caffe),
    ("vgg11-lrn-new.caffemodel", [8, 5, 3], Preset::Caffe),
];

/// The side of its photos.
fn side(name: &str) -> usize {
    match name {
        _ if name.starts_with("vgg-32") => 32,
        _ if name.starts_with("keras-sigmoid") => 70,
        _ if name.starts_with("keras-means") => 64,
        _ => SIDE,
    }
}

fn bytes(name: &str) -> Vec<u8> {
    golden(&format!("weights/{name}"))
}

#[test]
fn the_scores_of_their_own_libraries() {
    let expected: Value = serde_json::from_slice(&bytes("scores.json")).unwrap();
    assert_eq!(expected.as_object().unwrap().len(), FILES.len(), "a file that nobody looks at");
    for (name, [convolutions, pools, dense], preset) in FILES {
        let network =
            Network::read(bytes(name), [SIDE, SIDE]).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(count(&network), [convolutions, pools, dense, 0], "{name}");
        assert_eq!(
            (network.model.preset, network.model.preset_from),
            (preset, PresetFrom::Exporter),
            "{name}"
        );
        let input = network.model.architecture.input();
        assert_eq!([input.height, input.width], [side(name); 2], "{name}");
        let (_, logits) = run(&network, sequence(input.units())).unwrap();
        let expected: Vec<f64> =
            expected[name].as_array().unwrap().iter().map(|score| score.as_f64().unwrap()).collect();
        assert_eq!(logits.len(), expected.len(), "{name}");
        let most = expected.iter().fold(0.0f64, |most, score| most.max(score.abs()));
        for (found, wanted) in logits.iter().zip(&expected) {
            assert!((f64::from(*found) - wanted).abs() <= 1e-4 * most, "{name}: {logits:?} for {expected:?}");
        }
    }
}

/// What only the outline of a whole model says.
#[test]
fn what_models_of_keras_end_with() {
    for (name, meaning) in [
        ("keras-sigmoid.h5", Meaning::Sigmoids),
        ("keras-sigmoid.keras", Meaning::Sigmoids),
        ("keras-means.h5", Meaning::Softmax),
        ("keras-means.keras", Meaning::Softmax),
        ("vgg16.h5", Meaning::Scores),
    ] {
        assert_eq!(Network::read(bytes(name), [SIDE, SIDE]).unwrap().model.meaning, meaning, "{name}");
    }
    // A function that is not rebuilt is none that is left out.
    let mut other = bytes("keras-means.keras");
    let at = other.windows(6).position(|word| word == b"\"tanh\"").unwrap();
    other[at..at + 6].copy_from_slice(b"\"mish\"");
    let found = "a layer with the function mish".to_owned();
    assert_eq!(Network::read(other, [SIDE, SIDE]).err(), Some(ModelError::NotVgg { found }));
}

/// Cut anywhere, a file is refused in words, as one that is cut short or one that nobody knows.
#[test]
fn cut_at_every_byte() {
    for (name, ..) in FILES {
        let whole = bytes(name);
        // All of the outline, and then the numbers in strides.
        let lengths =
            (0..whole.len().min(4096)).chain((4096..whole.len()).step_by(997)).chain([whole.len() - 1]);
        for length in lengths {
            let read = Network::read(&whole[..length], [SIDE, SIDE]);
            // A Caffe message that ends between two dense layers is a sound one, of a network without the last.
            if let Ok(network) = &read
                && name.ends_with(".caffemodel")
                && (1..3).contains(&count(network)[2])
            {
                continue;
            }
            let Err(error) = read else { panic!("{name}: {length} of {} bytes are taken", whole.len()) };
            assert!(
                !matches!(&error, ModelError::Broken { detail } if detail.is_empty()),
                "{name} {length}: a panic"
            );
        }
    }
}

/// What a person may take for the weights of a VGG, and what a stranger may have made.
#[test]
fn what_is_no_vgg() {
    let asks = |asks: &str| ModelError::Pickle { asks: asks.to_owned() };
    let shape = |tensor: &str, expected: &str, found: &str| ModelError::WrongShape {
        tensor: tensor.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let damaged = |format: &str| ModelError::Damaged { format: format.to_owned() };
    let no_vgg = |found: &str| ModelError::NotVgg { found: found.to_owned() };
    for (name, why) in [
        ("module.pth", asks("torch.nn.modules.container.Sequential")),
        ("torchscript.pt", asks("__torch__.torch.nn.modules.container.Sequential")),
        ("command.pth", asks("posix.system")),
        ("resnet.pth", no_vgg("conv1.weight 4×3×7×7 … layer1.0.conv1.weight 4×4×3×3 (2)")),
        ("alexnet.pth", shape("features.0.weight", "4×3×3×3", "4×3×11×11")),
        ("no-floats.pth", ModelError::NoWeights),
        ("classifier.pth", shape("classifier.0.weight", "16×7×7 = 784", "700")),
        ("bias.pth", shape("features.3.bias", "4", "5")),
        ("gap.pth", no_vgg("features.0.weight 2×3×3×3 … features.5.bias 4 (4)")),
        ("compressed.pth", ModelError::Compressed),
        ("twice.pth", damaged("zip")),
        ("nested.pth", ModelError::NoWeights),
        ("itself.pth", ModelError::NoWeights),
        ("beyond.pth", ModelError::Truncated),
        ("absurd.pth", ModelError::Truncated),
        ("same.pth", damaged("PyTorch")),
        ("float8.pth", ModelError::NumberType { name: "float8_e4m3fn".to_owned() }),
    ] {
        let error = Network::read(bytes(&format!("bad/{name}")), [SIDE, SIDE]).err();
        assert_eq!(error, Some(why), "{name}");
    }
}

/// A layer that no VGG has, or that stands where none has one, is not left out without a word.
#[test]
fn layers_of_other_networks() {
    let whole = bytes("vgg11-lrn-new.caffemodel");
    let at = whole.windows(3).position(|three| three == b"LRN").unwrap();
    let refused = |word: &[u8; 3]| {
        let mut other = whole.clone();
        other[at..at + 3].copy_from_slice(word);
        Network::read(other, [SIDE, SIDE]).err()
    };
    assert_eq!(refused(b"MVN"), Some(ModelError::NotVgg { found: "a layer of the type MVN".to_owned() }));
    // Both versions of the format hold the same numbers.
    let network = Network::read(whole.clone(), [SIDE, SIDE]).unwrap();
    let other = Network::read(bytes("vgg11-lrn.caffemodel"), [SIDE, SIDE]).unwrap();
    let input = sequence(network.model.architecture.input().units());
    assert_eq!(run(&network, input.clone()).unwrap().1, run(&other, input.clone()).unwrap().1);
    // With alpha 0 and k 2 (field 5), which OpenCV does not read, the norm divides by 2 to the power of beta.
    let mut divided = whole.clone();
    for (field, value) in [(2u8, 0.0f32), (5, 2.0)] {
        let place = (at..whole.len()).find(|place| whole[*place] == field << 3 | 5).unwrap();
        divided[place + 1..place + 5].copy_from_slice(&value.to_le_bytes());
    }
    let (layers, _) = run(&Network::read(divided, [SIDE, SIDE]).unwrap(), input).unwrap();
    let most = |place: usize| {
        let values = layers[place].1.as_plain_ram().unwrap();
        values.as_slice::<f32>().unwrap().iter().copied().fold(0.0f32, f32::max)
    };
    // The convolution with its rectifier, and the pool behind the norm.
    assert!((most(1) - most(0) * 2f32.powf(-0.75)).abs() <= 1e-5 * most(0), "{} of {}", most(1), most(0));
}
