//! What onnxruntime's optimiser has fused, taken apart: a convolution or a matrix product with its sum and its activation function.

use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto};

use crate::load::message::float;

/// Takes all such nodes of a graph apart. One with an activation function that is not known stays as it is.
pub fn split(graph: &mut GraphProto) {
    if graph.node.iter().any(|node| node.domain == "com.microsoft") {
        let nodes = std::mem::take(&mut graph.node);
        graph.node = nodes.into_iter().flat_map(|node| parts(&node).unwrap_or_else(|| vec![node])).collect();
    }
}

fn parts(node: &NodeProto) -> Option<Vec<NodeProto>> {
    let operator = match (node.domain.as_str(), node.op_type.as_str()) {
        ("com.microsoft", "FusedConv") => "Conv",
        ("com.microsoft", "FusedGemm") => "Gemm",
        _ => return None,
    };
    let to = node.output.first()?;
    let attribute = |name: &str| node.attribute.iter().find(|one| one.name == name);
    let number = |at: usize, name: &str| {
        attribute("activation_params")
            .and_then(|one| one.floats.get(at).copied())
            .or_else(|| attribute(name).map(|one| one.f))
    };
    let given = [("alpha", number(0, "activation_alpha")), ("beta", number(1, "activation_beta"))];
    let parameters = |count: usize| -> Vec<AttributeProto> {
        given.iter().take(count).filter_map(|(name, value)| Some(float(name, (*value)?))).collect()
    };
    let name = String::from_utf8_lossy(&attribute("activation")?.s).into_owned();
    let parameters = match name.as_str() {
        "Relu" | "Sigmoid" | "Tanh" => parameters(0),
        "LeakyRelu" => parameters(1),
        "HardSigmoid" => parameters(2),
        _ => return None,
    };
    let part = |operator: &str, inputs: &[String], output: &str, attribute: Vec<AttributeProto>| NodeProto {
        op_type: operator.to_owned(),
        input: inputs.to_vec(),
        output: vec![output.to_owned()],
        attribute,
        ..NodeProto::default()
    };
    let product = format!("{to} product");
    let kept = node.attribute.iter().filter(|one| !one.name.starts_with("activation")).cloned().collect();
    let inputs = &node.input[..node.input.len().min(3)];
    let first = NodeProto { name: node.name.clone(), ..part(operator, inputs, &product, kept) };
    let mut parts = vec![first];
    let mut last = product;
    if let Some(added) = node.input.get(3).filter(|name| !name.is_empty()) {
        let sum = format!("{to} sum");
        parts.push(part("Add", &[last, added.clone()], &sum, Vec::new()));
        last = sum;
    }
    parts.push(part(&name, &[last], to, parameters));
    Some(parts)
}
