//! Small files that ask for gigabytes or for hours: refused before any of it is spent, or done within limits.

#![allow(clippy::unwrap_used, reason = "what does not hold in a test fails it")]

mod common;
#[path = "bombs/hdf5.rs"]
mod hdf5;
#[path = "bombs/hostile.rs"]
mod hostile;
#[path = "common/memory.rs"]
mod memory;
#[path = "bombs/pickle.rs"]
mod pickle;
#[path = "bombs/weights.rs"]
mod weights;
#[path = "bombs/zip.rs"]
mod zip;

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use vggscope_core::error::ModelError;
use vggscope_engine::Network;

use common::proto::Attribute::{Int, Ints, Tensor};
use common::proto::{Field, floats, ints, message, model, node, number, tensor, write};
use common::{count, run};
use memory::CASE;

/// The most time that refusing a file may take.
const LONGEST: Duration = Duration::from_secs(1);

/// A network of a convolution to the tensor `c`, then these nodes, then a global pool of the tensor `d`.
fn network(nodes: Vec<Field>, weights: Vec<Vec<Field>>) -> Vec<u8> {
    let mut all = vec![node("Conv", "x w", "c", &[])];
    all.extend(nodes);
    all.push(node("GlobalAveragePool", "d", "y", &[]));
    let mut tensors = vec![floats("w", &[4, 3, 1, 1])];
    tensors.extend(weights);
    write(&model(13, &[1, 3, 16, 16], all, tensors))
}

/// Weights that are made as the file is read, of the dimensions in the tensor `shape`.
fn made(shape: &str, output: &str) -> Field {
    node("ConstantOfShape", shape, output, &[("value", Tensor(floats("", &[1])))])
}

/// A chain of nodes from the tensor `c` to `d`; `link` makes one from the name of one tensor to that of the next.
fn chain(length: usize, link: impl Fn(&str, &str) -> Field) -> Vec<Field> {
    let names: Vec<String> =
        (0..length).map(|i| if i == 0 { "c".to_owned() } else { format!("c{i}") }).collect();
    let next = names.iter().skip(1).map(String::as_str).chain(["d"]);
    names.iter().zip(next).map(|(from, to)| link(from, to)).collect()
}

/// These nodes, and what makes the last tensor of them, a constant, part of the answer.
fn needed(mut nodes: Vec<Field>, constant: &str) -> Vec<Field> {
    nodes.push(node("ReduceMax", constant, "most", &[("keepdims", Int(0))]));
    nodes.push(node("Add", "c most", "d", &[]));
    nodes
}

fn refused(case: usize, what: &str, bytes: &[u8]) -> ModelError {
    CASE.store(case, Relaxed);
    let started = Instant::now();
    let error = Network::read(bytes, [16, 16]).err().unwrap_or_else(|| panic!("{what} was taken"));
    assert!(started.elapsed() < LONGEST, "{what} took {:?}", started.elapsed());
    error
}

#[test]
fn too_big_to_hold() {
    let row = floats("a", &[99_999, 1]);
    let column = floats("b", &[1, 99_999]);
    let sum = needed(vec![node("Add", "a b", "s", &[])], "s");
    let weights = vec![made("k", "v"), node("Conv", "c v", "d", &[])];
    let padded = vec![node("Pad", "c k", "d", &[])];
    let larger = chain(12, |from, to| node("Upsample", &format!("{from} by"), to, &[]));
    let sizes = |sides| {
        network(vec![node("Resize", "c none none k", "d", &[])], vec![ints("k", sides), floats("none", &[0])])
    };
    let spread = |kernel, strides| {
        let spread = node("ConvTranspose", "c v", "d", &[("strides", Ints(strides))]);
        network(vec![made("k", "v"), spread], vec![ints("k", kernel)])
    };
    let scales = [1f32, 1.0, 4.0, 4.0].iter().flat_map(|scale| scale.to_le_bytes()).collect();
    let cases = [
        ("maps enlarged again and again", network(larger, vec![tensor("by", &[4], 1, scales)])),
        ("maps resized to a million columns", sizes(&[1, 4, 16_000, 16_000])),
        ("channels out of nothing", sizes(&[1, 16_000, 4000, 16])),
        ("windows far apart", spread(&[4, 4, 2, 2], &[4096, 4096])),
        ("all products of a transposed convolution", spread(&[4, 100, 140, 140], &[1, 1])),
        ("a row plus a column", network(sum, vec![row, column])),
        ("weights out of nothing", network(weights, vec![ints("k", &[60_000, 4, 4000, 4000])])),
        (
            "a small map in a wide frame",
            network(padded, vec![ints("k", &[0, 2, 4096, 4096, 0, 2, 4096, 4096])]),
        ),
    ];
    memory::watched(move || {
        for (case, (what, bytes)) in cases.iter().enumerate() {
            let error = refused(case, what, bytes);
            assert!(matches!(error, ModelError::TooBig { .. }), "{what}: {error:?}");
        }
    });
}

#[test]
fn too_much_to_do() {
    let double =
        |i: usize| node("Concat", &format!("a{i} a{i}"), &format!("a{}", i + 1), &[("axis", Int(0))]);
    let doubled = needed((0..40).map(double).collect(), "a40");
    let multiply = |i: usize| node("MatMul", &format!("a{i} b"), &format!("a{}", i + 1), &[]);
    let mut products = vec![made("k", "a0"), made("k", "b")];
    products.extend((0..100).map(multiply));
    let slow = vec![made("k", "v"), node("Pad", "c p", "e", &[]), node("Conv", "e v", "d", &[])];
    let sides = [ints("k", &[4, 4, 60, 60]), ints("p", &[0, 0, 2000, 2000, 0, 0, 2000, 2000])];
    let pool = |pads: &[i64]| {
        vec![node("AveragePool", "c", "d", &[("kernel_shape", Ints(&[100, 100])), ("pads", Ints(pads))])]
    };
    let channels =
        vec![made("k", "v"), node("Conv", "c v", "e", &[]), node("LRN", "e", "d", &[("size", Int(65_535))])];
    let twice = vec![node("Transpose", "c", "d", &[("perm", Ints(&[0, 0, 2, 3]))])];
    let order: Vec<i64> = (0..300_000).collect();
    let order = vec![node("Transpose", "c", "d", &[("perm", Ints(&order))])];
    let large = ("kernel_shape", Ints(&[4096, 4096]));
    let double = vec![node("MaxPool", "c", "d", &[large, ("kernel_shape", Ints(&[4096, 4096]))])];
    let far = vec![node("Gather", "c k", "d", &[("axis", Int(2))])];
    let axes = chain(20, |from, to| node("Unsqueeze", &format!("{from} k"), to, &[]));
    let nodes = chain(20_000, |from, to| node("Relu", from, to, &[]));
    let nowhere = |sides: &[i64]| {
        network(vec![node("Resize", "c none none k", "d", &[])], vec![ints("k", sides), floats("none", &[0])])
    };
    let cut = |name, value: &[i64]| {
        let spread = node("ConvTranspose", "c v", "d", &[("strides", Ints(&[2, 2])), (name, Ints(value))]);
        network(vec![made("k", "v"), spread], vec![ints("k", &[4, 4, 2, 2])])
    };
    let cases = [
        ("a list doubled forty times", network(doubled, vec![floats("a0", &[1000])])),
        ("maps of no rows", nowhere(&[1, 4, 0, 16])),
        ("maps of less than no rows", nowhere(&[1, 4, -3, 16])),
        ("a side beyond all measure", nowhere(&[1, 4, 1 << 40, 1])),
        ("sizes of two axes", nowhere(&[16, 16])),
        ("all of a map cut off", cut("pads", &[40, 40, 40, 40])),
        ("more than the windows reach", cut("output_shape", &[4000, 4000])),
        ("a cut of three numbers", cut("output_padding", &[1, 1, 1])),
        ("products of constants", network(needed(products, "a100"), vec![ints("k", &[500, 500])])),
        ("a large kernel on large maps", network(slow, sides.into())),
        ("a kernel that padding cuts in many ways", network(pool(&[99; 4]), vec![])),
        ("a kernel larger than its maps", network(pool(&[0; 4]), vec![])),
        ("a norm across many channels", network(channels, vec![ints("k", &[20_000, 4, 1, 1])])),
        ("an order that names an axis twice", network(twice, vec![])),
        ("an order of many axes", network(order, vec![])),
        ("two kernels for one pool", network(double, vec![])),
        ("an index out of range", network(far, vec![ints("k", &[1 << 40])])),
        ("axes without end", network(axes, vec![ints("k", &[0])])),
        ("nodes without end", network(nodes, vec![])),
    ];
    memory::watched(move || {
        for (case, (what, bytes)) in cases.iter().enumerate() {
            let error = refused(case, what, bytes);
            let is_said = matches!(
                error,
                ModelError::Broken { .. } | ModelError::Limit { .. } | ModelError::TooSlow { .. }
            );
            assert!(is_said, "{what}: {error:?}");
        }
    });
}

/// Nothing of ours may go deeper with every node, since a worker's stack is small.
#[test]
fn long_but_sound() {
    let identities = (0..3000).map(|i| node("Identity", &format!("v{i}"), &format!("v{}", i + 1), &[]));
    let mut weights: Vec<Field> = identities.collect();
    weights.push(node("Conv", "c v3000", "d", &[]));
    let cases = [
        ("weights at the end of a chain", network(weights, vec![floats("v0", &[4, 4, 1, 1])]), 2),
        (
            "a chain of convolutions",
            network(
                chain(300, |from, to| node("Conv", &format!("{from} w4"), to, &[])),
                vec![floats("w4", &[4, 4, 1, 1])],
            ),
            301,
        ),
    ];
    memory::watched(move || {
        for (case, (what, bytes, convolutions)) in cases.iter().enumerate() {
            CASE.store(case, Relaxed);
            let network = Network::read(bytes, [16, 16]).unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert_eq!(count(&network)[0], *convolutions, "{what}");
            run(&network, vec![0.5; network.model.architecture.input().units()]).unwrap();
        }
    });
}

#[test]
fn messages_within_messages() {
    let deeper = |graph, _| vec![message(1, vec![message(5, vec![message(6, graph)])])];
    let bytes = write(&[message(7, (0..100).fold(vec![number(1, 1)], deeper))]);
    memory::watched(move || assert_eq!(refused(0, "messages within messages", &bytes), ModelError::NotOnnx));
}
