//! The product of two constant vectors, one number, which the runtime's matrix products lack.

use tract_onnx::pb::{GraphProto, NodeProto};

use crate::load::graph::Lookup;
use crate::load::message;

/// Makes sums of such products: of that is what a kernel is divided by that was given a spectral norm.
pub fn sum(graph: &mut GraphProto) {
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
