//! Networks from real use (`tests/cases`): what is said of each against onnxruntime, or why it is refused.

use std::collections::BTreeMap;

use serde_json::Value;
use vggscope_core::error::ModelError;
use vggscope_core::image::Preset;
use vggscope_core::model::{Algorithm, OtherSizes, PresetFrom};
use vggscope_core::nn::Op;
use vggscope_core::nn::labels;
use vggscope_core::nn::meaning::Meaning;
use vggscope_engine::{Bytes, Files, Network, Operators, Size};

use crate::common::{file, golden, run, sequence};

/// The side where a network leaves it open, as `expect.py` has it.
const OPEN: [usize; 2] = [64, 64];

fn expected() -> BTreeMap<String, Value> {
    serde_json::from_slice(&std::fs::read(file("tests/cases/expected.json")).unwrap()).unwrap()
}

/// The file of a case, with the files beside it whose names begin with its own.
fn bytes(case: &str) -> impl Bytes {
    let read = |name: &str| std::fs::read(file("tests/cases/models").join(name)).unwrap();
    let folder = std::fs::read_dir(file("tests/cases/models")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let own = format!("{case}.onnx");
    let beside = names.filter(|name| *name != own && name.starts_with(&own)).map(|name| {
        let bytes = read(&name);
        (name, bytes)
    });
    Files::new(read(&own), beside.collect())
}

/// The input of `expect.py`: a photo of bytes is fed as bytes.
fn input(network: &Network, about: &Value) -> Vec<f32> {
    let fed = sequence(network.model.architecture.input().units());
    if about["bytes"] == true { fed.iter().map(|value| (value.abs() * 255.0).trunc()).collect() } else { fed }
}

/// What is wrong with the scores; nothing where some output of onnxruntime's is these scores, or what the network makes of them.
fn scores(network: &Network, about: &Value) -> Option<String> {
    let (_, logits) = match run(network, input(network, about)) {
        Ok(done) => done,
        Err(error) => return Some(format!("{error:?}")),
    };
    // An answer that is a map has no scores; its layers are compared by their fields.
    if logits.is_empty() {
        return None;
    }
    // What lies between two of the 255 steps of a rounded number may fall to either, and does so by the order in which products
    // are added up; the network carries that on.
    let tolerance = match (about["half"] == true, about["rounded"] == true) {
        (_, true) => 2.0 / 255.0,
        (true, _) => 1e-2,
        _ => 1e-3,
    };
    let fits = |values: &[f32]| {
        about["outputs"].as_object().unwrap().values().any(|output| {
            let dims = output["shape"].as_array().unwrap().iter();
            let volume: u64 = dims.map(|dim| dim.as_u64().unwrap()).product();
            let sample = |sample: &Value| (sample[0].as_u64().unwrap() as usize, sample[1].as_f64().unwrap());
            let samples: Vec<(usize, f64)> =
                output["samples"].as_array().unwrap().iter().map(sample).collect();
            let most = samples.iter().fold(1e-6, |most: f64, (_, value)| most.max(value.abs()));
            volume == values.len() as u64
                && samples
                    .iter()
                    .all(|(at, value)| (f64::from(values[*at]) - value).abs() <= tolerance * most)
        })
    };
    let probabilities = network.model.meaning.probabilities(&logits);
    let logarithms: Vec<f32> = probabilities.iter().map(|share| share.ln()).collect();
    let fitting = [&logits, &probabilities, &logarithms].iter().any(|values| fits(values));
    (!fitting).then(|| format!("scores {:?} for {}", &logits[..logits.len().min(4)], about["outputs"]))
}

/// Layers whose field is not known, or not the one that impulses find.
fn fields(network: &Network, about: &Value) -> Vec<String> {
    let model = &network.model;
    let input = model.architecture.input();
    let mut wrong = Vec::new();
    let fields = model.architecture.layers.iter().zip(&model.receptive_fields);
    for ((layer, field), tensor) in fields.zip(&network.tensors) {
        let Some(found) = about["fields"].get(tensor) else { continue };
        let shape = layer.shape;
        let size = found["shape"].as_array().unwrap().iter().map(|dim| dim.as_u64().unwrap() as usize);
        // Of tensors with channels last the script looks at another unit; they may look the same.
        let cube = shape.channels == shape.height && shape.height == shape.width;
        if cube || !size.eq([shape.channels, shape.height, shape.width]) {
            continue;
        }
        let middle = [shape.height / 2, shape.width / 2];
        let Some(pixels) = field.pixels(middle, [input.height, input.width]) else {
            wrong.push(format!("{} unknown", layer.name));
            continue;
        };
        let sides = [("rows", input.height), ("columns", input.width)];
        for (pixels, (axis, length)) in pixels.iter().zip(sides) {
            let all = [0, length as i64 - 1];
            let said = [(*pixels.start()).max(all[0]), (*pixels.end()).min(all[1])];
            let seen = [found[axis][0].as_i64().unwrap(), found[axis][1].as_i64().unwrap()];
            // Through a gate every unit depends on all of the photo; what is said is the field of the path beside it.
            if said != seen && !(field.gated && seen == all) {
                wrong.push(format!("{} {axis} {said:?} for {seen:?}", layer.name));
            }
        }
    }
    wrong
}

/// Each network is refused for the reason in `refused.json`, or its scores and the fields of all of its layers are those that
/// onnxruntime finds. What onnxruntime itself refuses is only looked at for being taken.
#[test]
fn every_network() {
    let refused = std::fs::read_to_string(file("tests/cases/refused.json")).unwrap();
    let refused: BTreeMap<String, String> = serde_json::from_str(&refused).unwrap();
    let mut wrong = Vec::new();
    for (case, about) in expected() {
        match (Network::read(bytes(&case), OPEN), refused.get(&case)) {
            (Err(error), Some(why)) if format!("{error:?}") == *why => {}
            (Err(error), _) => wrong.push(format!("{case}: refused, {error:?}")),
            (Ok(_), Some(_)) => wrong.push(format!("{case}: taken")),
            (Ok(_), None) if about["refused"].is_string() => {}
            (Ok(network), None) => {
                wrong.extend(scores(&network, &about).map(|what| format!("{case}: {what}")));
                wrong.extend(fields(&network, &about).iter().map(|what| format!("{case}: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A function of one tensor that is spelt out is no layer.
#[test]
fn sums_that_are_none() {
    let model = Network::read(bytes("Z-gelu-spelt"), OPEN).unwrap().model;
    let layers: Vec<Op> = model.architecture.layers.iter().map(|layer| layer.op).collect();
    assert!(!layers.contains(&Op::Sum), "{layers:?}");
}

/// Dense layers of one size behind an input that the file leaves open: 8x8 maps, a quarter of the input's side.
#[test]
fn the_size_of_dense_layers() {
    for open in [OPEN, [224, 224]] {
        let sizes = Network::read(bytes("Z-open-dense"), open).unwrap().model.sizes;
        assert_eq!((sizes.own, sizes.others), ([32, 32], OtherSizes::Dense));
    }
}

/// Whether another size of input can be chosen, and is refused for the right reason where that turns out to be none.
#[test]
fn other_sizes() {
    let at = |case: &str, size| Network::with(bytes(case), Size::Chosen(size), Operators::Ours);
    for case in ["Z-transform-input", "Z-focus", "Z-group-norm"] {
        let sizes = Network::read(bytes(case), OPEN).unwrap().model.sizes;
        assert_eq!(sizes.others, OtherSizes::Any, "{case}");
        let network = at(case, [48, 40]).unwrap();
        let input = network.model.architecture.input();
        assert_eq!((input.height, input.width), (48, 40), "{case}");
        assert!(run(&network, sequence(input.units())).is_ok(), "{case}");
    }
    let refused = at("Z-written-size", [64, 64]).err();
    assert_eq!(refused, Some(ModelError::Size { own: [32, 32], least: None, most: 1024 }));
}

/// What the numbers are that a network ends with.
#[test]
fn what_an_output_means() {
    for (case, meaning, classes) in [
        // Keras' cat or dog, and a radiologist's eighteen findings.
        ("M01", Meaning::Sigmoids, 1),
        ("Z-norm-last-10", Meaning::Scores, 10),
        ("Z-norm-last-128", Meaning::Embedding, 128),
        ("Z-top-k", Meaning::Softmax, 10),
        ("M65", Meaning::Sigmoids, 18),
        // A face's vector, and two that are brought to a length of one.
        ("M05", Meaning::Embedding, 64),
        ("N13-l2norm", Meaning::Embedding, 16),
        ("N13b-lpnorm", Meaning::Embedding, 16),
        // Softmax spelt out in two ways, named, and beside the likeliest class.
        ("N04-spelt", Meaning::Softmax, 10),
        ("N04-tf", Meaning::Softmax, 10),
        ("M19b", Meaning::Softmax, 3),
        ("M17", Meaning::Softmax, 1001),
        ("M03a", Meaning::Scores, 10),
        // What goes on behind the function that made probabilities, and a sigmoid that is spelt out.
        ("Z-softmax-clip", Meaning::Probabilities, 5),
        ("Z-softmax-mean", Meaning::Probabilities, 5),
        ("Z-sigmoid-both", Meaning::Probabilities, 2),
        ("Z-sigmoid-spelt", Meaning::Probabilities, 1),
        ("Z-parts", Meaning::Probabilities, 5),
        ("Z-exp-log-softmax", Meaning::Softmax, 5),
        // Of several outputs that which is called so.
        ("Z-outputs-objectness", Meaning::Scores, 10),
        ("Z-outputs-boxes", Meaning::Softmax, 10),
        ("Z-outputs-features", Meaning::Scores, 10),
        ("Z-outputs-hidden", Meaning::Scores, 10),
        ("Z-outputs-maps", Meaning::Scores, 10),
        // Features, whose maps no 1x1 convolution has made for classes.
        ("Z-features", Meaning::Embedding, 10),
        ("Z-features-sum", Meaning::Embedding, 10),
        ("Z-features-flat", Meaning::Embedding, 640),
        ("Z-maps-of-classes", Meaning::Scores, 10),
        ("Z-maps-of-any", Meaning::Scores, 10),
        ("Z-length-root", Meaning::Embedding, 6),
        ("Z-length-inverse", Meaning::Embedding, 6),
        // Sigmoids of another scale, and logarithms of them.
        ("Z-sigmoid-percent", Meaning::Number, 1),
        ("Z-sigmoid-rating", Meaning::Number, 1),
        ("Z-softmax-percent", Meaning::Probabilities, 5),
        ("Z-log-sigmoid", Meaning::Sigmoids, 5),
        ("Z-log-sigmoid-softplus", Meaning::Sigmoids, 5),
    ] {
        let model = Network::read(bytes(case), OPEN).unwrap().model;
        assert_eq!((model.meaning, model.architecture.classes), (meaning, classes), "{case}");
    }
    // Names in the file's own metadata, and ImageNet's behind a background class.
    let named = |case: &str| Network::read(bytes(case), OPEN).unwrap().model.labels;
    assert_eq!(
        named("M19b").iter().map(|label| label.en.as_str()).collect::<Vec<_>>(),
        ["arm", "fort", "tree"]
    );
    let names = named("N05-1001");
    assert_eq!((names[0].en.as_str(), names[1].zh.as_deref()), ("background", Some("丁鱥")));
}

/// Lists of class names as people have them; whoever made them numbered the names.
#[test]
fn lists_of_class_names() {
    for name in ["background.txt", "crlf-bom.txt", "dict.txt", "index.json", "synset.txt", "teachable.txt"] {
        let text = std::fs::read_to_string(file("tests/cases/labels").join(name)).unwrap();
        let names = labels::parse(&text);
        let skipped = usize::from(name == "background.txt");
        assert!(names.len() > 5, "{name}");
        for (class, label) in names.iter().skip(skipped).enumerate() {
            assert!(label.en.starts_with(&format!("class {class}")), "{name}: {label:?} at {class}");
        }
    }
}

/// As torchvision and torchinfo count: a tensor that two convolutions share once, the slopes of PReLU, and of DenseNet the
/// batch norms before convolutions.
#[test]
fn learnt_numbers() {
    let parameters = |network: Network| network.model.architecture.parameters();
    for (case, count) in [
        ("M36", 2938),
        ("X01-prelu", 404_264),
        // A kernel that is worked out counts as what it is made of; its norm by a power iteration, or a spread, is not learnt.
        ("Z-weight-norm", 861),
        ("Z-spectral-norm", 853),
        ("Z-weight-spread", 853),
        ("Z-weight-batch-norm", 853),
        ("Z-weight-norm-wide", 21_125),
        ("Z-spectral-norm-made", 853),
        // Of layers too that are not shown, or whose values are one list.
        ("Z-tokens", 4365),
        ("Z-squeezed", 269),
    ] {
        assert_eq!(parameters(Network::read(bytes(case), OPEN).unwrap()), count, "{case}");
    }
    let densenet = Network::read(golden("light/light_densenet121.onnx"), [224, 224]).unwrap();
    assert_eq!(parameters(densenet), 7_978_856);
}

/// Rounding changes nothing of what a network is: its layers, what ends them, what they have learnt and multiply, by what they are
/// computed. The numbers are those of the network before it was quantised, by hand.
#[test]
fn quantised_networks() {
    for case in ["Z-qdq", "Z-qlinear", "Z-qlinear-channels", "Z-dynamic"] {
        let model = Network::read(bytes(case), OPEN).unwrap().model;
        let net = &model.architecture;
        let (operators, activations): (Vec<_>, Vec<_>) = net.layers[1..]
            .iter()
            .map(|layer| {
                let operator = match layer.op {
                    Op::Convolution(_) => "conv",
                    Op::MaxPool(_) => "max",
                    Op::AveragePool(_) => "mean",
                    Op::GlobalAveragePool => "global",
                    Op::Sum => "sum",
                    _ => "dense",
                };
                (operator, layer.activation.as_deref().unwrap_or(""))
            })
            .unzip();
        assert_eq!(operators.join(" "), "conv max conv sum conv conv mean global dense", "{case}");
        assert_eq!(activations, ["Relu", "", "", "Relu", "Relu", "LeakyRelu", "", "", ""], "{case}");
        assert_eq!((net.parameters(), net.macs()), (3014, 221_344), "{case}");
        assert!(
            [1, 2, 3, 5].iter().all(|at| model.algorithms[*at] != Algorithm::Runtime),
            "{case}: {:?}",
            model.algorithms
        );
    }
}

/// How photos are wanted, where the graph, its exporter or the number of its classes tells.
#[test]
fn how_photos_are_wanted() {
    let blue_first = |preset: Preset| Preset::Own(preset.preprocessing().with_blue_first());
    for (case, preset, from) in [
        // Rescaling inside, bytes that are cast, and a mean and a deviation inside.
        ("M15", Preset::Raw, PresetFrom::Graph),
        ("M61", Preset::Raw, PresetFrom::Graph),
        ("M44", Preset::Raw, PresetFrom::Graph),
        ("M05", Preset::Raw, PresetFrom::Graph),
        ("M17", Preset::Centred, PresetFrom::Background),
        ("M19b", Preset::Unit, PresetFrom::Exporter),
        ("M14", Preset::Signed, PresetFrom::Exporter),
        ("M01", Preset::Unit, PresetFrom::Common),
        ("M03a", Preset::Torchvision, PresetFrom::Common),
        // A cast of floats says nothing of bytes.
        ("Z-cast", Preset::Torchvision, PresetFrom::Common),
        // Means that rise are those of blue, green and red, unless the graph itself has turned the channels.
        ("Z-blue-first", blue_first(Preset::Raw), PresetFrom::Graph),
        ("Z-blue-first-unit", blue_first(Preset::Raw), PresetFrom::Graph),
        ("Z-turned", Preset::Raw, PresetFrom::Graph),
        ("Z-bytes-scaled", Preset::Raw, PresetFrom::Graph),
        ("Z-resized-first", Preset::Raw, PresetFrom::Graph),
        ("Z-first-slice", Preset::Raw, PresetFrom::Graph),
        ("Z-first-slice-last", Preset::Raw, PresetFrom::Graph),
        ("Z-first-split", Preset::Raw, PresetFrom::Graph),
        ("Z-first-split-unit", Preset::Unit, PresetFrom::Graph),
        // Back to zero to one, or from there to another range.
        ("Z-first-half", Preset::Signed, PresetFrom::Graph),
        ("Z-first-half-first", Preset::Signed, PresetFrom::Graph),
        ("Z-first-twice", Preset::Unit, PresetFrom::Graph),
        ("Z-first-bytes", Preset::Unit, PresetFrom::Graph),
        ("Z-first-perceptual", Preset::Signed, PresetFrom::Graph),
        ("Z-first-undone", Preset::Torchvision, PresetFrom::Graph),
        // Means that rise by so little say nothing.
        ("Z-first-house-numbers", Preset::Unit, PresetFrom::Graph),
        ("Z-first-norm", Preset::Raw, PresetFrom::Graph),
        ("Z-first-norm-unit", Preset::Unit, PresetFrom::Graph),
        ("Z-first-norm-learnt", Preset::Torchvision, PresetFrom::Common),
        ("Z-first-depthwise", Preset::Raw, PresetFrom::Graph),
        ("Z-first-turning", Preset::Unit, PresetFrom::Graph),
        ("Z-first-learnt", Preset::Torchvision, PresetFrom::Common),
        ("Z-first-clip", Preset::Raw, PresetFrom::Graph),
        ("Z-first-image", Preset::Raw, PresetFrom::Graph),
    ] {
        let model = Network::read(bytes(case), OPEN).unwrap().model;
        assert_eq!((model.preset, model.preset_from), (preset, from), "{case}");
    }
}
