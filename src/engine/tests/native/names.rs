//! Names that people's scripts give the weights of one VGG: the same scores, or the tensor that is missing or of no VGG.

use serde_json::{Map, Value, json};
use vggscope_core::error::ModelError;
use vggscope_core::image::Preset;
use vggscope_core::nn::meaning::Meaning;
use vggscope_core::vgg::configuration::SIDE;
use vggscope_engine::Network;

use crate::common::{count, golden, run, sequence};

/// The tensors of a safetensors file: names, types, shapes and bytes.
type Tensors = Vec<(String, String, Vec<usize>, Vec<u8>)>;

fn tensors(file: &str) -> Tensors {
    let file = golden(&format!("weights/{file}"));
    let end = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let header: Map<String, Value> = serde_json::from_slice(&file[8..end]).unwrap();
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let mut tensors: Vec<(usize, _)> = header
        .into_iter()
        .filter(|(name, _)| name != "__metadata__")
        .map(|(name, about)| {
            let [from, to] = [0, 1].map(|at| number(&about["data_offsets"][at]));
            let shape = about["shape"].as_array().unwrap().iter().map(number).collect();
            let dtype = about["dtype"].as_str().unwrap().to_owned();
            (from, (name, dtype, shape, file[end + from..end + to].to_vec()))
        })
        .collect();
    tensors.sort_by_key(|(from, _)| *from);
    tensors.into_iter().map(|(_, tensor)| tensor).collect()
}

fn written(tensors: &Tensors) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let from = data.len();
        data.extend(bytes);
        let about = json!({ "dtype": dtype, "shape": shape, "data_offsets": [from, data.len()] });
        header.insert(name.clone(), about);
    }
    let header = serde_json::to_vec(&header).unwrap();
    [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat()
}

fn renamed(name: impl Fn(&str) -> Option<String>) -> Tensors {
    let all = tensors("vgg16-half.safetensors").into_iter();
    all.filter_map(|(old, dtype, shape, bytes)| Some((name(&old)?, dtype, shape, bytes))).collect()
}

fn read(tensors: &Tensors) -> Result<Network, ModelError> {
    Network::read(written(tensors), [SIDE, SIDE])
}

/// What a tensor is called instead.
type Name = dyn Fn(&str) -> String;

/// Zeros of a name and a shape.
fn zeros(name: &str, shape: &[usize]) -> (String, String, Vec<usize>, Vec<u8>) {
    (name.to_owned(), "F16".to_owned(), shape.to_vec(), vec![0; 2 * shape.iter().product::<usize>()])
}

/// Layers, indices of torchvision's VGG-16 in order and what they are called elsewhere.
fn swap(name: &str, places: &[(&str, &str)]) -> String {
    let (layer, kind) = name.rsplit_once('.').unwrap();
    let new = places.iter().find(|(old, _)| *old == layer).map_or(layer, |(_, new)| new);
    format!("{new}.{kind}")
}

const OF_CAFFE: [(&str, &str); 16] = [
    ("features.0", "conv1_1"),
    ("features.2", "conv1_2"),
    ("features.5", "conv2_1"),
    ("features.7", "conv2_2"),
    ("features.10", "conv3_1"),
    ("features.12", "conv3_2"),
    ("features.14", "conv3_3"),
    ("features.17", "conv4_1"),
    ("features.19", "conv4_2"),
    ("features.21", "conv4_3"),
    ("features.24", "conv5_1"),
    ("features.26", "conv5_2"),
    ("features.28", "conv5_3"),
    ("classifier.0", "fc6"),
    ("classifier.3", "fc7"),
    ("classifier.6", "fc8"),
];

#[test]
fn the_same_network() {
    let scores =
        |network: &Network| run(network, sequence(network.model.architecture.input().units())).unwrap().1;
    let expected = scores(&read(&renamed(|name| Some(name.to_owned()))).unwrap());
    let of_sequence = |name: &str| {
        let (module, rest) = name.split_once('.').unwrap();
        let (index, kind) = rest.split_once('.').unwrap();
        let before = if module == "features" { 0 } else { 32 };
        format!("{}.{kind}", index.parse::<usize>().unwrap() + before)
    };
    let names: [(&str, &Name, Preset); 9] = [
        ("parallel", &|name| name.replace("features.", "features.module."), Preset::Torchvision),
        ("compiled", &|name| format!("module._orig_mod.vgg.{name}"), Preset::Torchvision),
        ("caffe", &|name| swap(name, &OF_CAFFE), Preset::Caffe),
        (
            "caffe in modules",
            &|name| format!("{}.{}", name.split_once('.').unwrap().0, swap(name, &OF_CAFFE)),
            Preset::Caffe,
        ),
        (
            "in each other",
            &|name| swap(name, &[("classifier.3", "classifier.6.0"), ("classifier.6", "classifier.6.3")]),
            Preset::Torchvision,
        ),
        (
            "named",
            &|name| {
                swap(
                    name,
                    &[
                        ("classifier.0", "classifier.hidden"),
                        ("classifier.3", "classifier.fc"),
                        ("classifier.6", "classifier.a"),
                    ],
                )
            },
            Preset::Torchvision,
        ),
        (
            "beside",
            &|name| {
                swap(name, &[("classifier.0", "fc1"), ("classifier.3", "fc2"), ("classifier.6", "output")])
            },
            Preset::Torchvision,
        ),
        ("one sequence", &of_sequence, Preset::Torchvision),
        ("a backbone", &|name| name.replace("features.", "backbone."), Preset::Torchvision),
    ];
    for (case, name, preset) in names {
        let network =
            read(&renamed(|old| Some(name(old)))).unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!((count(&network), network.model.preset), ([13, 5, 3, 0], preset), "{case}");
        assert_eq!(scores(&network), expected, "{case}");
    }
}

/// Without its classifier, as `features.state_dict()` has it.
#[test]
fn convolutions_alone() {
    for prefix in ["", "vgg.", "features."] {
        let features = renamed(|name| name.strip_prefix("features.").map(|rest| format!("{prefix}{rest}")));
        assert_eq!(count(&read(&features).unwrap()), [13, 5, 0, 0], "{prefix}");
    }
    // Few convolutions may be of any network, and many without a pool between them of one that removes noise.
    let few = ["features.0.", "features.2.", "features.5.", "features.7."];
    let few =
        renamed(|name| few.iter().any(|own| name.starts_with(own)).then(|| name.replace("features", "net")));
    let row = |at: usize| zeros(&format!("{}.weight", 2 * at), &[4, if at == 0 { 3 } else { 4 }, 3, 3]);
    for other in [few, (0..10).map(row).collect()] {
        assert!(matches!(read(&other), Err(ModelError::NotVgg { .. })));
    }
}

/// timm's network without a head ends with the features that a head would read.
#[test]
fn without_a_head() {
    let mut whole = tensors("vgg16-timm.safetensors");
    whole.retain(|(name, ..)| !name.starts_with("head."));
    let network = read(&whole).unwrap();
    assert_eq!((count(&network), network.model.meaning), ([13, 5, 2, 0], Meaning::Embedding));
    let (_, features) = run(&network, sequence(network.model.architecture.input().units())).unwrap();
    assert!(features.iter().all(|feature| *feature >= 0.0) && features.contains(&0.0), "{features:?}");
}

#[test]
fn what_is_missing_or_foreign() {
    let missing = |tensor: &str| ModelError::MissingTensor { tensor: tensor.to_owned() };
    let foreign = |tensor: &str| ModelError::ForeignTensor { tensor: tensor.to_owned() };
    let without = |gone: &str| renamed(|name| (name != gone).then(|| name.to_owned()));
    for gone in ["features.0.weight", "features.2.weight", "features.2.bias", "classifier.3.weight"] {
        assert_eq!(read(&without(gone)).err(), Some(missing(gone)));
    }
    let cut = renamed(|name| (!name.starts_with("classifier.3")).then(|| name.to_owned()));
    assert_eq!(read(&cut).err(), Some(missing("classifier.3.weight")));
    let whole = || renamed(|name| Some(name.to_owned()));
    for (name, shape) in [
        ("extra.weight", &[3, 3][..]),
        ("fc.weight", &[3, 10]),
        ("classifier.1.running_mean", &[12]),
        ("features.1.weight", &[2]),
    ] {
        let mut tensors = whole();
        tensors.push(zeros(name, shape));
        assert_eq!(read(&tensors).err(), Some(foreign(name)));
    }
    let mut norms = tensors("vgg16-half.safetensors");
    for kind in ["weight", "bias", "running_mean", "running_var"] {
        norms.push(zeros(&format!("features.1.{kind}"), &[2]));
    }
    assert_eq!(read(&norms).err(), Some(missing("features.3.weight")));
    norms.retain(|(name, ..)| name != "features.1.running_mean");
    assert_eq!(read(&norms).err(), Some(missing("features.1.running_mean")));
    for (name, shape, expected, found) in [
        ("classifier.3.weight", &[12, 11][..], "12×12", "12×11"),
        ("classifier.6.weight", &[10, 11], "10×12", "10×11"),
        ("classifier.6.bias", &[11], "10", "11"),
        ("features.2.weight", &[2, 2, 3], "2×2×3×3", "2×2×3"),
    ] {
        let mut tensors = without(name);
        tensors.push(zeros(name, shape));
        let wrong = ModelError::WrongShape {
            tensor: name.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        assert_eq!(read(&tensors).err(), Some(wrong));
    }
    let mut bytes = whole();
    let (_, dtype, _, values) = &mut bytes[0];
    *dtype = "F8_E4M3".to_owned();
    values.truncate(values.len() / 2);
    assert_eq!(read(&bytes).err(), Some(ModelError::NumberType { name: "F8_E4M3".to_owned() }));
}
