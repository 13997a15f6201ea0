//! What a person may drop that is no ordinary image network: refused with the right reason, or taken with care.

use std::time::{Duration, Instant};

use vggscope_core::error::{ModelError, NotCnn};
use vggscope_core::image::Preset;
use vggscope_core::model::{LabelsFrom, PresetFrom};
use vggscope_engine::{Network, SIDE};

use crate::common::every::every_operator;
use crate::common::proto::Value;
use crate::common::{count, golden, proto, run};

/// The most characters of a name that is shown, the mark of a cut included.
const LONGEST: usize = 121;

fn read(name: &str) -> Result<Network, ModelError> {
    Network::read(golden(&format!("bad/{name}.onnx")), [SIDE, SIDE])
}

fn refused(name: &str) -> ModelError {
    match read(name) {
        Ok(network) => panic!("{name} was taken: {:?}", network.model.architecture),
        Err(error) => error,
    }
}

/// A file that is to be taken: its pass ends with a score for each class.
fn taken(name: &str) -> Network {
    let network = read(name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let (layers, scores) = run(&network, vec![0.5; network.model.architecture.input().units()]).unwrap();
    assert_eq!(
        (layers.len() + 1, scores.len()),
        (network.model.architecture.layers.len(), network.model.architecture.classes)
    );
    network
}

#[test]
fn no_model_at_all() {
    assert_eq!(refused("empty"), ModelError::Empty);
    for name in ["text", "truncated"] {
        let error = refused(name);
        assert!(matches!(error, ModelError::NotOnnx | ModelError::Broken { .. }), "{name}: {error:?}");
    }
}

#[test]
fn no_convolutional_network_on_an_image() {
    assert_eq!(refused("transformer"), ModelError::NotCnn(NotCnn::Attention));
    assert_eq!(refused("bert"), ModelError::NotCnn(NotCnn::Attention));
    assert_eq!(refused("mlp"), ModelError::NotCnn(NotCnn::NoConvolution));
    assert_eq!(
        refused("two-inputs"),
        ModelError::NotCnn(NotCnn::Inputs { names: vec!["image".into(), "mask".into()] })
    );
}

#[test]
fn operators_that_the_engine_lacks() {
    let unsupported = |operator: &str| ModelError::Unsupported { operator: operator.to_owned() };
    assert_eq!(refused("unsupported"), unsupported("com.example.FrobnicateV2"));
    assert_eq!(refused("unsupported-std"), unsupported("Optional"));
}

#[test]
fn weights_that_are_not_there() {
    let lacks = refused("external-data");
    assert!(matches!(&lacks, ModelError::ExternalData { files } if files.len() == 1), "{lacks:?}");
    let error = refused("wrong-dims");
    assert!(matches!(error, ModelError::Broken { .. }), "{error:?}");
}

#[test]
fn a_tensor_too_large_to_make() {
    let started = Instant::now();
    assert_eq!(refused("bomb"), ModelError::TooBig { units: 200_000 * 200_000 });
    assert!(started.elapsed() < Duration::from_millis(500), "it was not made first");
}

#[test]
fn one_channel() {
    let net = taken("gray").model.architecture;
    assert_eq!((net.input().channels, net.classes), (1, 10));
}

#[test]
fn names_are_data() {
    let html = taken("html-names").model;
    assert_eq!(html.architecture.input().channels, 3);
    assert!(
        html.architecture.layers.iter().all(|layer| layer.name.starts_with("<img src=x onerror=alert(1)>"))
    );
    assert!(html.labels.iter().all(|label| label.en.starts_with("<img src=x onerror=alert(1)>")));

    let long = taken("long-names").model;
    let names =
        long.architecture.layers.iter().map(|layer| &layer.name).chain(long.labels.iter().map(|l| &l.en));
    let lengths: Vec<usize> =
        names.chain([&long.architecture.name]).map(|name| name.chars().count()).collect();
    assert!(lengths.iter().all(|length| *length == LONGEST), "{lengths:?}");
}

#[test]
fn what_a_file_says_of_itself() {
    let model = taken("labels-in-metadata").model;
    assert_eq!((model.preset, model.preset_from), (Preset::Unit, PresetFrom::File));
    let labels: Vec<&str> = model.labels.iter().map(|label| label.en.as_str()).collect();
    assert_eq!(
        (labels.as_slice(), model.labels_from),
        (&["circle", "square", "triangle"][..], LabelsFrom::Model)
    );
}

/// Cut after any byte, a file is refused, but where only metadata is lost: there it is the same network.
#[test]
fn cut_anywhere() {
    let whole = golden("bad/labels-in-metadata.onnx");
    let net = Network::read(&whole, [SIDE, SIDE]).unwrap().model.architecture;
    let taken: Vec<usize> = (0..whole.len())
        .filter(|length| match Network::read(&whole[..*length], [SIDE, SIDE]) {
            Ok(network) => {
                assert_eq!(network.model.architecture, net, "cut after {length} bytes");
                true
            }
            Err(_) => false,
        })
        .collect();
    assert!(taken.iter().all(|length| *length > whole.len() - 150), "{taken:?} of {}", whole.len());
}

#[test]
fn every_operator_in_one() {
    let network = Network::read(proto::write(&every_operator()), [SIDE, SIDE]).unwrap();
    assert_eq!(count(&network), [2, 3, 2, 2]);
    let (_, scores) = run(&network, vec![0.5; network.model.architecture.input().units()]).unwrap();
    assert_eq!(scores.len(), 5);
}

/// Exporters name nodes as they please, or all alike.
#[test]
fn nodes_of_one_name() {
    let mut nodes = vec![
        proto::node("Conv", "x w", "a", &[]),
        proto::node("Conv", "a v", "b", &[]),
        proto::node("Add", "a b", "c", &[]),
        proto::node("GlobalAveragePool", "c", "y", &[]),
    ];
    for node in &mut nodes {
        let Value::Message(fields) = &mut node.value else { unreachable!("a node is a message") };
        fields.push(proto::text(3, "same"));
    }
    let weights = vec![proto::floats("w", &[4, 3, 1, 1]), proto::floats("v", &[4, 4, 1, 1])];
    let network =
        Network::read(proto::write(&proto::model(17, &[1, 3, 8, 8], nodes, weights)), [8, 8]).unwrap();
    assert_eq!(count(&network), [2, 1, 0, 1]);
    assert_eq!(run(&network, vec![1.0; 192]).unwrap().0.len(), 4);
}

/// Layers of half precision are handed out as 32-bit floats.
#[test]
fn half_precision() {
    let one = 0x3c00_u16.to_le_bytes();
    let nodes = vec![
        proto::node("Cast", "x", "h", &[("to", proto::Attribute::Int(10))]),
        proto::node("Conv", "h w", "a", &[]),
        proto::node("GlobalAveragePool", "a", "y", &[]),
    ];
    let weights = vec![proto::tensor("w", &[4, 3, 1, 1], 10, one.repeat(12))];
    let network =
        Network::read(proto::write(&proto::model(17, &[1, 3, 8, 8], nodes, weights)), [8, 8]).unwrap();
    let (layers, scores) = run(&network, vec![0.5; 192]).unwrap();
    assert_eq!(scores, [1.5; 4]);
    let values = layers[0].1.as_plain_ram().unwrap();
    assert_eq!(values.as_slice::<f32>().unwrap(), [1.5; 256]);
}

/// Arithmetic of sizes is no layer, and an answer that does not depend on the photo is an answer all the same.
#[test]
fn arithmetic_of_sizes() {
    let nodes = vec![
        proto::node("Conv", "x w", "a", &[]),
        proto::node("Conv", "x w", "b", &[]),
        proto::node("Shape", "a", "s", &[]),
        proto::node("Shape", "b", "t", &[]),
        proto::node("Add", "s t", "u", &[]),
        proto::node("Cast", "u", "v", &[("to", proto::Attribute::Int(1))]),
        proto::node("Reshape", "v r", "y", &[]),
    ];
    let weights = vec![proto::floats("w", &[4, 3, 1, 1]), proto::ints("r", &[1, 4])];
    let network =
        Network::read(proto::write(&proto::model(17, &[1, 3, 8, 8], nodes, weights)), [8, 8]).unwrap();
    assert_eq!(count(&network), [2, 0, 0, 0]);
    let (layers, scores) = run(&network, vec![0.5; 192]).unwrap();
    assert_eq!((layers.len(), scores), (2, vec![2.0, 8.0, 16.0, 16.0]));
}
