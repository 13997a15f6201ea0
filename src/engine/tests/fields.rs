//! Receptive fields read off graphs, against published ones.

#![allow(clippy::unwrap_used, reason = "what does not hold in a test fails it")]

mod common;

use vggscope_core::field::Misfit;
use vggscope_core::net::Op;
use vggscope_engine::{Network, SIDE};

use common::golden;

fn network(path: &str) -> Network {
    Network::read(&golden(path), [SIDE, SIDE]).unwrap()
}

/// Size and effective stride along the rows of every layer that slides.
fn fields(network: &Network) -> Vec<(i64, i64)> {
    let sliding = |op: &Op| matches!(op, Op::Convolution(_) | Op::MaxPool(_));
    let layers = network.model.net.layers.iter().zip(&network.model.sights);
    layers
        .filter(|(layer, _)| sliding(&layer.op))
        .map(|(_, sight)| {
            sight.reach.as_ref().map_or((0, 0), |[rows, _]| (rows.size(), rows.stride() as i64))
        })
        .collect()
}

fn largest(path: &str) -> (i64, i64) {
    let network = network(path);
    assert_eq!(network.model.sights.len(), network.model.net.layers.len());
    fields(&network).into_iter().max().unwrap()
}

#[test]
fn the_default_model() {
    let network = network("../../models/vgg16.onnx");
    let sizes: Vec<i64> = fields(&network).iter().map(|(size, _)| *size).collect();
    assert_eq!(sizes, [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]);
    // The head pools all 7x7 units: the photo, and 90 pixels of padding before it.
    let head = network.model.sights.last().unwrap().reach.clone().unwrap();
    assert_eq!(head[0].pixels(0), -90..=313);
}

/// The table of google-research/receptive_field; the files with branches are of the same architectures.
#[test]
fn published_networks() {
    assert_eq!(largest("light/light_vgg19.onnx"), (268, 32));
    assert_eq!(largest("light/light_bvlc_alexnet.onnx"), (195, 32));
    // Its stride is in the first block of a stage, not in the last as in the table: 427, as torchvision's.
    assert_eq!(largest("light/light_resnet50.onnx"), (427, 32));
    assert_eq!(largest("light/light_inception_v2.onnx"), (699, 32));
}

/// A pool of SAME padding over an even map sees one pixel more to the right than to the left, and the convolutions
/// beside it do not.
#[test]
fn branches_that_are_not_aligned() {
    let misfits = |path: &str| network(path).model.sights.iter().filter_map(|sight| sight.misfit).count();
    assert_eq!(misfits("../../models/vgg16.onnx"), 0);
    let resnet = network("light/light_resnet50.onnx");
    let centres = |sight: &Misfit| matches!(sight, Misfit::Centre(a, b) if a != b);
    assert!(resnet.model.sights.iter().filter_map(|sight| sight.misfit.as_ref()).all(centres));
}
