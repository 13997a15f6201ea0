//! The engine inside a browser's worker, once per variant: the same numbers as onnxruntime's.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "what does not hold in a test fails it")]

use serde_json::Value;
use vggscope_engine::{Activations, Network, Pass, PassStep};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// The largest difference allowed, over the largest value of the layer.
const TOLERANCE: f64 = 1e-3;

/// Runs a net on the scripts' input; the number of layers whose every sample was compared.
fn check(model: &[u8], expected: &str) -> usize {
    let expected: Value = serde_json::from_str(expected).unwrap();
    let shape: Vec<usize> = expected["input_shape"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dim| dim.as_u64().unwrap() as usize)
        .collect();
    let network = Network::read(model, [shape[2], shape[3]]).unwrap();
    let term = |i: u64| ((i * 2_654_435_761) % (1 << 32)) as f64 / f64::from(1u32 << 31) - 1.0;
    let input = (0..shape.iter().product::<usize>() as u64).map(|i| term(i) as f32).collect();

    let mut run = Pass::new(&network, input).unwrap();
    let mut compared = 0;
    loop {
        let (layer, values) = match run.step().unwrap() {
            PassStep::Layer(layer, values) => (layer, values),
            PassStep::Intermediate(..) => continue,
            PassStep::Done(_) => break,
        };
        let name = &network.tensors[usize::from(layer.0)];
        let tensors = expected["tensors"].as_array().unwrap();
        let Some(tensor) = tensors.iter().find(|tensor| tensor["name"] == name.as_str()) else { continue };
        let most = tensor["max"].as_f64().unwrap().abs().max(tensor["min"].as_f64().unwrap().abs());
        let values = values.as_plain_ram().unwrap();
        let values = values.as_slice::<f32>().unwrap();
        for sample in tensor["samples"].as_array().unwrap() {
            let found = f64::from(values[sample[0].as_u64().unwrap() as usize]);
            let wanted = sample[1].as_f64().unwrap();
            assert!((found - wanted).abs() <= TOLERANCE * most, "{name}: {found} for {wanted}");
        }
        compared += 1;
    }
    compared
}

macro_rules! net {
    ($name:literal) => {
        (
            include_bytes!(concat!("../../../tests/golden/nets/", $name, ".onnx")).as_slice(),
            include_str!(concat!("../../../tests/golden/nets/", $name, ".json")),
        )
    };
}

#[wasm_bindgen_test]
fn a_vgg_as_pytorch_exports_it() {
    let (model, expected) = net!("vgg16bn-torchscript");
    assert!(check(model, expected) >= 16);
}

#[wasm_bindgen_test]
fn a_residual_network() {
    let (model, expected) = net!("resnet-torchscript");
    assert!(check(model, expected) >= 14);
}

#[wasm_bindgen_test]
fn grouped_convolutions_and_response_normalisation() {
    let (model, expected) = net!("alexnet-old");
    assert!(check(model, expected) >= 8);
}

#[wasm_bindgen_test]
fn fifty_runs_take_no_more_memory_than_a_few() {
    let (model, _) = net!("vgg16bn-torchscript");
    let network = Network::read(model, [64, 64]).unwrap();
    let input = network.model.architecture.input();
    let pages = |runs: usize| {
        for _ in 0..runs {
            let mut kept = Activations::default();
            let mut run = Pass::new(&network, vec![0.5; input.units()]).unwrap();
            loop {
                match run.step().unwrap() {
                    PassStep::Layer(layer, values) => {
                        kept.keep_layer(layer, network.shape(layer).unwrap(), values);
                        kept.thumbnails(layer).unwrap();
                    }
                    PassStep::Intermediate(id, values) => network.keep_intermediate(&mut kept, id, values),
                    PassStep::Done(_) => break,
                }
            }
        }
        core::arch::wasm32::memory_size(0)
    };
    let before = pages(3);
    assert_eq!(pages(50), before);
}
