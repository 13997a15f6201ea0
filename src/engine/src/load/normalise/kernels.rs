//! What kernels are made with that the runtime lacks: the product of two constant vectors, and a batch norm of weights.

use tract_onnx::pb::{GraphProto, NodeProto};

use crate::load::graph::Lookup;
use crate::load::message;

/// The most operators between a tensor of the file and what is made of it.
const DEEPEST: usize = 16;

/// Makes sums of such products: of that is what a kernel is divided by that was given a spectral norm.
pub fn products(graph: &mut GraphProto) {
    let lookup = Lookup::of(graph);
    let is_vector = |name: &String| lookup.dims(name).is_some_and(|dims| dims.len() == 1);
    let is_of_two = |node: &NodeProto| node.op_type == "MatMul" && node.input.iter().all(is_vector);
    let places: Vec<usize> = (0..graph.node.len()).filter(|place| is_of_two(&graph.node[*place])).collect();
    for place in places.into_iter().rev() {
        let product = &mut graph.node[place];
        let Some(output) = product.output.pop() else { continue };
        let products = format!("{output} products");
        product.op_type = "Mul".to_owned();
        product.output = vec![products.clone()];
        let mut sum = message::node("ReduceSum", &[&products], &output);
        sum.attribute = vec![message::int("keepdims", 0)];
        graph.node.insert(place + 1, sum);
    }
}

/// Kernels are given a mean of 0 and a variance of 1 by a batch norm in training mode over a batch of one, which is an instance
/// norm.
pub fn norms(graph: &mut GraphProto) {
    let lookup = Lookup::of(graph);
    let in_training = |node: &NodeProto| {
        node.output.len() > 1 || node.attribute.iter().any(|one| one.name == "training_mode" && one.i == 1)
    };
    // The tensor of the file that a constant is made of, and whether it is made at all.
    let root = |name: &str| {
        let mut root = name;
        for _ in 0..DEEPEST {
            match lookup.makers.get(root).and_then(|maker| maker.input.first()) {
                Some(before) => root = before,
                None => return (root != name).then(|| root.to_owned()),
            }
        }
        None
    };
    // Written out, with the mean and the variance of these weights.
    let in_words = |node: &NodeProto| {
        let [weights, mean, variance] =
            [0, 3, 4].map(|place| node.input.get(place).and_then(|name| root(name)));
        mean.is_some() && mean == variance && (mean == weights || mean.as_ref() == node.input.first())
    };
    let is_of_weights = |node: &NodeProto| {
        let weights = node.input.first().filter(|name| lookup.constant(name));
        // A batch of more would be another norm; of unknown size it is one, as exporters write it.
        weights.is_some_and(|name| lookup.dims(name).is_none_or(|dims| dims.first() == Some(&1)))
    };
    let is_one = |node: &NodeProto| {
        node.op_type == "BatchNormalization" && is_of_weights(node) && (in_training(node) || in_words(node))
    };
    let places: Vec<usize> = (0..graph.node.len()).filter(|place| is_one(&graph.node[*place])).collect();
    for place in places {
        let node = &mut graph.node[place];
        node.op_type = "InstanceNormalization".to_owned();
        node.input.truncate(3);
        node.output.truncate(1);
        node.attribute.retain(|one| one.name == "epsilon");
    }
}
