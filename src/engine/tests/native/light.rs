//! The engine against ONNX's own expected outputs: nine well-known networks with weights of one value each.

use std::sync::Mutex;

use tract_onnx::prelude::Framework;
use vggscope_core::nn::softmax::softmax;
use vggscope_engine::{Network, SIDE};

use crate::common::{count, golden, run};

/// One network at a time: some take hundreds of megabytes.
static ONE: Mutex<()> = Mutex::new(());

/// A tensor in a file of its own. The runtime reads only whole models, so it is wrapped to be the one initializer
/// (field 5) of the graph (field 7) of a model.
fn expected(model: &str) -> Vec<f32> {
    let field = |number: u8, bytes: &[u8]| {
        let length = u16::try_from(bytes.len()).unwrap();
        let length = [(length & 127) as u8 | 128, (length >> 7) as u8];
        [&[number << 3 | 2], &length[..], bytes].concat()
    };
    let bytes = field(7, &field(5, &golden(&format!("light/light_{model}_output_0.pb"))));
    let proto = tract_onnx::onnx().proto_model_for_read(&mut bytes.as_slice()).unwrap();
    let raw = &proto.graph.unwrap().initializer[0].raw_data;
    raw.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

/// How an answer is compared.
enum Answer {
    /// Value by value, after the softmax that the file ends in.
    Softmax,
    /// Value by value; the file ends in no softmax.
    Scores,
    /// The scores among themselves, and with the size of the largest. They are to be equal, but so large that the
    /// last bit of one of them, which depends on the order of a sum, turns their softmax into zeros and ones.
    Equal(f32),
}

/// Checks the number of convolutions, pools, dense layers and sums, and the answer with ONNX's tolerance.
fn check(model: &str, layers: [usize; 4], answer: Answer, relative: f32) {
    let _one = ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let network = Network::read(golden(&format!("light/light_{model}.onnx")), [SIDE, SIDE]).unwrap();
    assert_eq!(count(&network), layers, "{model}");

    let n = network.model.architecture.input().units();
    let (_, scores) = run(&network, (0..n).map(|i| (i as f64 / n as f64) as f32).collect()).unwrap();
    let expected = expected(model);
    assert_eq!(scores.len(), expected.len(), "{model}");
    let (found, wanted) = match answer {
        Answer::Softmax => (softmax(&scores), expected),
        Answer::Scores => (scores, expected),
        Answer::Equal(largest) => {
            assert!(expected.iter().all(|p| *p == 1.0 / expected.len() as f32), "{model}");
            assert!((scores[0] / largest - 1.0).abs() < 0.05, "{model}: {} for {largest}", scores[0]);
            let wanted = vec![scores[0]; scores.len()];
            (scores, wanted)
        }
    };
    for (index, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        let most = 1e-7 + relative * wanted.abs();
        assert!((found - wanted).abs() <= most, "{model}, class {index}: {found} for {wanted}");
    }
}

#[test]
fn alexnet() {
    check("bvlc_alexnet", [5, 3, 3, 0], Answer::Equal(3.6e12), 1e-4);
}

#[test]
fn zfnet() {
    check("zfnet512", [5, 3, 3, 0], Answer::Equal(4.1e12), 1e-4);
}

#[test]
fn vgg19() {
    check("vgg19", [16, 5, 3, 0], Answer::Equal(3.7e31), 1e-4);
}

#[test]
fn inception_v1() {
    check("inception_v1", [57, 14, 1, 0], Answer::Equal(1.2e21), 1e-4);
}

#[test]
fn inception_v2() {
    check("inception_v2", [69, 13, 1, 0], Answer::Softmax, 1e-3);
}

#[test]
fn resnet50() {
    check("resnet50", [53, 2, 1, 16], Answer::Equal(1.3e19), 1e-4);
}

#[test]
fn squeezenet() {
    check("squeezenet", [26, 4, 0, 0], Answer::Equal(9.5e9), 1e-4);
}

#[test]
fn densenet121() {
    check("densenet121", [121, 5, 0, 0], Answer::Scores, 2e-3);
}

#[test]
fn shufflenet() {
    check("shufflenet", [49, 5, 1, 13], Answer::Softmax, 1e-3);
}
