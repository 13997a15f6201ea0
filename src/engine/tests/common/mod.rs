//! What several tests share: where golden files stand, and a pass from begin to end.
#![allow(dead_code, reason = "the programs of tests use a part each")]

pub mod every;
pub mod proto;

use std::path::PathBuf;
use std::sync::Arc;

use tract_onnx::prelude::Tensor;
use vggscope_core::error::Error;
use vggscope_core::image::Layout;
use vggscope_core::nn::{LayerId, Op};
use vggscope_engine::{Activations, Network, Pass, PassStep};

/// A file of the repository, by its path from the root.
pub fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The bytes of a golden file.
pub fn golden(path: &str) -> Vec<u8> {
    let path = file("tests/golden").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The input that the scripts feed: a fixed sequence from −1 to 1.
pub fn sequence(length: usize) -> Vec<f32> {
    let term = |i: u64| ((i * 2_654_435_761) % (1 << 32)) as f64 / f64::from(1u32 << 31) - 1.0;
    (0..length as u64).map(|i| term(i) as f32).collect()
}

/// A layer and its values.
pub type Done = (LayerId, Arc<Tensor>);

/// Runs a network to the end; its layers with their values, and the scores.
pub fn run(network: &Network, tensor: Vec<f32>) -> Result<(Vec<Done>, Vec<f32>), Error> {
    let mut run = Pass::new(network, tensor)?;
    let mut layers = Vec::new();
    loop {
        match run.step()? {
            PassStep::Layer(layer, values) => layers.push((layer, values)),
            PassStep::Intermediate(..) => {}
            PassStep::Done(logits) => return Ok((layers, logits)),
        }
    }
}

/// Runs a network to the end; all that it keeps, and the scores.
pub fn settled(network: &Network, tensor: Vec<f32>) -> (Activations, Vec<f32>) {
    let (mut kept, net) = (Activations::default(), &network.model.architecture);
    let (channels, plane) = (net.input().channels, net.input().plane());
    let planes = match network.layout {
        Layout::Nchw => tensor.clone(),
        Layout::Nhwc => (0..tensor.len()).map(|at| tensor[at % plane * channels + at / plane]).collect(),
    };
    kept.keep_input(net.input(), planes);
    let mut run = Pass::new(network, tensor).unwrap();
    loop {
        match run.step().unwrap() {
            PassStep::Layer(layer, values) => kept.keep_layer(layer, net.layer(layer).unwrap().shape, values),
            PassStep::Intermediate(id, values) => network.keep_intermediate(&mut kept, id, values),
            PassStep::Done(logits) => return (kept, logits),
        }
    }
}

/// Numbers from −2 to 2 without a pattern that a network could see.
pub fn noise(network: &Network) -> Vec<f32> {
    (0..network.model.architecture.input().units())
        .map(|at| ((at * 7919) % 251) as f32 / 60.0 - 2.0)
        .collect()
}

/// Convolutions, pools, dense layers and sums of a network.
pub fn count(network: &Network) -> [usize; 4] {
    let count =
        |wanted: fn(&Op) -> bool| network.model.architecture.layers.iter().filter(|l| wanted(&l.op)).count();
    [
        count(|op| matches!(op, Op::Convolution(_))),
        count(|op| matches!(op, Op::MaxPool(_) | Op::AveragePool(_) | Op::GlobalAveragePool)),
        count(|op| matches!(op, Op::Dense)),
        count(|op| matches!(op, Op::Sum)),
    ]
}
