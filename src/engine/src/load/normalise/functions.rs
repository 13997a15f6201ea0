//! Functions of a file put in line: a node that calls one becomes the nodes of its body
//! (<https://github.com/onnx/onnx/blob/main/docs/IR.md#functions>).

use std::collections::HashMap;

use tract_onnx::pb::{AttributeProto, FunctionProto, ModelProto, NodeProto};
use vggscope_core::error::ModelError;

use crate::load::graph::{MOST_NODES, broken};

/// How deep functions may call each other.
const DEEPEST: usize = 16;

type Functions = HashMap<(String, String), FunctionProto>;

/// Puts all functions of a message in line.
///
/// # Errors
/// Where functions call each other without end, or make more nodes than a network has.
pub fn inline(proto: &mut ModelProto) -> Result<(), ModelError> {
    let functions: Functions = std::mem::take(&mut proto.functions)
        .into_iter()
        .map(|function| {
            let (domain, name) = (function.domain.clone(), function.name.clone());
            ((domain.unwrap_or_default(), name.unwrap_or_default()), function)
        })
        .collect();
    let Some(graph) = proto.graph.as_mut().filter(|_| !functions.is_empty()) else { return Ok(()) };
    let mut nodes = Vec::new();
    let mut calls = 0;
    for node in std::mem::take(&mut graph.node) {
        put(node, &functions, DEEPEST, &mut calls, &mut nodes)?;
    }
    graph.node = nodes;
    // A domain that is named nowhere else would be refused.
    Ok(())
}

/// Puts a node, or the body of the function that it calls, behind these nodes.
fn put(
    node: NodeProto,
    functions: &Functions,
    depth: usize,
    calls: &mut usize,
    to: &mut Vec<NodeProto>,
) -> Result<(), ModelError> {
    let Some(function) = functions.get(&(node.domain.clone(), node.op_type.clone())) else {
        if to.len() == MOST_NODES {
            return Err(broken("functions of too many nodes"));
        }
        to.push(node);
        return Ok(());
    };
    let depth = depth.checked_sub(1).ok_or_else(|| broken("functions that call each other"))?;
    *calls += 1;
    if *calls > MOST_NODES {
        return Err(broken("functions of too many nodes"));
    }
    // Names of the body become the caller's, or ones that no other call has.
    let mut names: HashMap<&str, String> = HashMap::new();
    let empty = String::new();
    let given = node.input.iter().chain(std::iter::repeat(&empty));
    names.extend(function.input.iter().map(String::as_str).zip(given.cloned()));
    names.extend(function.output.iter().map(String::as_str).zip(node.output.iter().cloned()));
    let call = *calls;
    for inner in &function.node {
        let mut rename = |name: &String| match names.get(name.as_str()) {
            _ if name.is_empty() => String::new(),
            Some(outer) => outer.clone(),
            None => format!("{name} (call {call})"),
        };
        let attribute = inner.attribute.iter().filter_map(|one| argument(one, &node.attribute)).collect();
        let name = if function.node.len() == 1 {
            node.name.clone()
        } else {
            format!("{} {}", node.name, inner.name)
        };
        let body = NodeProto {
            input: inner.input.iter().map(&mut rename).collect(),
            output: inner.output.iter().map(&mut rename).collect(),
            name: name.trim().to_owned(),
            attribute,
            ..inner.clone()
        };
        put(body, functions, depth, calls, to)?;
    }
    Ok(())
}

/// An attribute of a body: its own, or the one of the call that it refers to.
fn argument(own: &AttributeProto, given: &[AttributeProto]) -> Option<AttributeProto> {
    if own.ref_attr_name.is_empty() {
        return Some(own.clone());
    }
    let found = given.iter().find(|one| one.name == own.ref_attr_name)?;
    Some(AttributeProto { name: own.name.clone(), ..found.clone() })
}
