//! The engine against onnxruntime: every layer of real exports of every kind that the page takes.

use std::sync::Arc;

use serde_json::Value;
use tract_onnx::prelude::Tensor;
use vggscope_core::image::{Layout, NetworkInput, Preset, normalise};
use vggscope_core::model::{LabelsFrom, PresetFrom};
use vggscope_core::nn::LayerId;
use vggscope_engine::{Network, SIDE};

use crate::common::{count, file, golden, run, sequence};

/// The largest difference allowed, over the largest value of the layer.
const TOLERANCE: f64 = 1e-3;

fn json(path: &str) -> Value {
    serde_json::from_slice(&golden(path)).unwrap()
}

fn size(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|dim| dim.as_u64().unwrap() as usize).collect()
}

/// Compares each tensor that is a layer; how many are.
fn compare(model: &str, network: &Network, expected: &Value, layers: &[(LayerId, Arc<Tensor>)]) -> usize {
    let mut compared = 0;
    for tensor in expected["tensors"].as_array().unwrap() {
        let name = tensor["name"].as_str().unwrap();
        let named = |layer: &LayerId| network.tensors[usize::from(layer.0)] == name;
        let Some((_, values)) = layers.iter().find(|(layer, _)| named(layer)) else { continue };
        assert_eq!(values.shape(), size(&tensor["shape"]), "{model} {name}");
        let values = values.as_plain_ram().unwrap();
        let values = values.as_slice::<f32>().unwrap();
        let most = tensor["max"].as_f64().unwrap().abs().max(tensor["min"].as_f64().unwrap().abs());
        let near = |found: f64, wanted: &Value, what: &str| {
            let wanted = wanted.as_f64().unwrap();
            assert!(
                (found - wanted).abs() <= TOLERANCE * most,
                "{model} {name} {what}: {found} for {wanted}, most {most}"
            );
        };
        for sample in tensor["samples"].as_array().unwrap() {
            near(f64::from(values[sample[0].as_u64().unwrap() as usize]), &sample[1], "sample");
        }
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
        near(mean, &tensor["mean"], "mean");
        near(f64::from(values.iter().copied().fold(f32::MIN, f32::max)), &tensor["max"], "max");
        near(f64::from(values.iter().copied().fold(f32::MAX, f32::min)), &tensor["min"], "min");
        compared += 1;
    }
    compared
}

/// Convolutions, pools, dense layers and sums that the page must show.
fn check(model: &str, convolutions: usize, pools: usize, dense: usize, sums: usize) {
    let expected = json(&format!("nets/{model}.json"));
    let shape = size(&expected["input_shape"]);
    let nhwc = shape[3] == 3;
    let open = if nhwc { [shape[1], shape[2]] } else { [shape[2], shape[3]] };
    let network = Network::read(golden(&format!("nets/{model}.onnx")), open).unwrap();
    assert_eq!(network.layout, if nhwc { Layout::Nhwc } else { Layout::Nchw }, "{model}");
    assert_eq!(count(&network), [convolutions, pools, dense, sums], "{model}");

    let (layers, logits) = run(&network, sequence(shape.iter().product())).unwrap();
    assert_eq!(
        layers.len(),
        network.model.architecture.layers.len() - 1,
        "{model}: every layer is reported once"
    );
    assert_eq!(logits.len(), network.model.architecture.classes, "{model}");
    let compared = compare(model, &network, &expected, &layers);
    assert!(compared >= convolutions + dense, "{model}: only {compared} layers compared");
}

#[test]
fn pytorch_both_exporters() {
    check("vgg11-torchscript", 8, 6, 3, 0);
    check("vgg16bn-torchscript", 13, 6, 3, 0);
    check("vgg13-dynamo", 10, 6, 3, 0);
    check("vgg19bn-dynamo", 16, 6, 3, 0);
}

#[test]
fn keras_by_tf2onnx() {
    check("vgg16-keras-tf2onnx", 13, 5, 3, 0);
}

#[test]
fn other_plain_networks() {
    check("resnet-torchscript", 13, 2, 1, 5);
    check("alexnet-old", 5, 3, 3, 0);
    check("squeezenet-old", 17, 4, 0, 0);
    check("dynamic-size", 3, 3, 1, 0);
}

#[test]
fn the_default_model_on_a_photo() {
    let network = Network::read(golden("../../models/vgg16.onnx"), [SIDE, SIDE]).unwrap();
    let model = &network.model;
    assert_eq!((model.preset, model.preset_from), (Preset::Caffe, PresetFrom::File));
    assert_eq!((model.labels.len(), model.labels_from), (1000, LabelsFrom::Model));
    assert_eq!(model.architecture.layers.len(), 1 + 13 + 5 + 1 + 1);
    // Convolutions of VGG-16 have 14,714,688 parameters; the head is 512 weights and a bias a class.
    assert_eq!(model.architecture.parameters(), 14_714_688 + 513_000);
    // Of 15.470 GMAC, what the paper's three dense layers take is not in this network.
    assert_eq!(model.architecture.macs(), 15_470_264_320 - 123_633_664 + 512_000);

    let image = image::open(file("tests/golden/cat-224.png")).unwrap().to_rgb8();
    let pixels = NetworkInput { width: 224, height: 224, rgb: image.into_raw() };
    let (layers, logits) = run(&network, normalise(&pixels, Preset::Caffe, Layout::Nchw, 3)).unwrap();
    let expected = json("vgg16.json");
    assert_eq!(compare("vgg16", &network, &expected, &layers), 13 + 5 + 1 + 1);
    let top = &expected["top5"][0];
    let best = (0..1000).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
    assert_eq!(Some(best as u64), top[0].as_u64());
}
