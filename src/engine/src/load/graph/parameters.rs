//! How many numbers a network has learnt: each tensor once, however often it is used, and counted as PyTorch counts (of a batch
//! norm scale and shift, not the statistics).

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto};

use super::Lookup;

/// The learnt numbers of each of so many layers. `owners` says to which layer a node belongs, by its first output; what belongs
/// to none counts for the next layer that follows.
pub fn count(graph: &GraphProto, lookup: &Lookup, owners: &HashMap<&str, usize>, layers: usize) -> Vec<u64> {
    let mut counts = vec![0u64; layers];
    let mut counted = HashSet::new();
    let (mut waiting, mut latest) = (0, None);
    for node in graph.node.iter().filter(|node| !lookup.is_constant(node)) {
        let learnt: u64 = learnt(node, lookup, latest.is_some())
            .flat_map(|name| roots(name, lookup))
            .filter(|name| counted.insert(*name))
            .map(|name| lookup.volume(name))
            .sum();
        match node.output.first().and_then(|output| owners.get(output.as_str())) {
            Some(layer) => {
                counts[*layer] += learnt + std::mem::take(&mut waiting);
                latest = Some(*layer);
            }
            None => waiting += learnt,
        }
    }
    if let Some(count) = latest.and_then(|latest| counts.get_mut(latest)) {
        *count += waiting;
    }
    counts
}

/// The constants of a node that training would change. Before any layer, what is added or multiplied is preprocessing.
fn learnt<'a>(
    node: &'a NodeProto,
    lookup: &'a Lookup,
    after_layer: bool,
) -> impl Iterator<Item = &'a String> {
    let places = match node.op_type.as_str() {
        // Caffe normalises and scales in two steps: what is learnt stands in the second.
        "BatchNormalization" if is_scaled(node, lookup) => 0..0,
        "Conv" | "ConvTranspose" | "Gemm" | "MatMul" => 0..usize::MAX,
        // One that learns nothing has ones and zeros, as GroupNorm has within.
        "InstanceNormalization" if is_plain(node, lookup) => 0..0,
        "BatchNormalization" | "LayerNormalization" | "InstanceNormalization" => 1..3,
        "PRelu" => 1..2,
        "Add" | "Sub" | "Mul" | "Div" if after_layer => 0..2,
        _ => 0..0,
    };
    let arithmetic = matches!(node.op_type.as_str(), "Add" | "Sub" | "Mul" | "Div");
    let inputs = node.input.iter().enumerate().filter(move |(place, _)| places.contains(place));
    let inputs = inputs.map(|(_, name)| name).filter(|name| !name.is_empty() && lookup.constant(name));
    // A single number that all maps are multiplied with is part of a function.
    inputs.filter(move |name| !arithmetic || lookup.volume(name) > 1)
}

/// Whether the scale of a norm is 1 and its shift 0 everywhere.
fn is_plain(node: &NodeProto, lookup: &Lookup) -> bool {
    let is_all = |place: usize, wanted| node.input.get(place).is_some_and(|name| lookup.is_all(name, wanted));
    is_all(1, 1.0) && is_all(2, 0.0)
}

/// Whether what a node makes is multiplied with a constant for each channel, and by nothing else.
fn is_scaled(node: &NodeProto, lookup: &Lookup) -> bool {
    let user = node.output.first().and_then(|output| lookup.only_user(output));
    user.is_some_and(|user| {
        let mut others = user.input.iter().filter(|name| lookup.constant(name));
        user.op_type == "Mul" && others.any(|name| lookup.volume(name) > 1)
    })
}

/// The tensors that a constant is made of: of a kernel that is worked out, as where it is given a length or a spread, those that
/// training changes.
fn roots<'a>(name: &'a str, lookup: &Lookup<'a>) -> Vec<&'a str> {
    let (mut found, mut seen, mut left) = (Vec::new(), HashSet::new(), vec![name]);
    while let Some(name) = left.pop() {
        let Some(maker) = lookup.makers.get(name) else {
            found.push(name);
            continue;
        };
        let from = match maker.op_type.as_str() {
            "Constant" | "ConstantOfShape" => {
                found.push(name);
                continue;
            }
            "Add" | "Sub" | "Mul" | "Div" => 2,
            "BatchNormalization" | "InstanceNormalization" => 3,
            _ => 1,
        };
        let inputs = maker.input.iter().take(from).enumerate();
        // What all is divided by, say, was not learnt, nor a scale of ones or a shift of zeros.
        let inputs = inputs.filter(|(place, name)| {
            let nothing = if *place == 1 { 1.0 } else { 0.0 };
            from == 1 || lookup.volume(name) > 1 && !lookup.is_all(name, nothing)
        });
        left.extend(inputs.map(|(_, name)| name.as_str()).filter(|name| seen.insert(*name)));
    }
    found
}
