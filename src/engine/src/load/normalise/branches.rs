//! If, where what it asks is known: the branch that is taken, put in line. PyTorch writes `squeeze` so, since it does nothing to an
//! axis that is not of one; behind a global pool the axis is.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::numbers::{codes, longs};

/// How many branches are put in line, those within others too.
const MOST: usize = 64;
/// How many nodes lead to what is asked.
const DEEPEST: usize = 16;

/// Puts all branches in line that are known to be taken.
pub fn inline(graph: &mut GraphProto) {
    for _ in 0..MOST {
        let Some((place, taken)) = first(graph) else { break };
        let node = graph.node.remove(place);
        let (nodes, tensors) = body(&node, taken);
        graph.node.splice(place..place, nodes);
        graph.initializer.extend(tensors);
        without_question(graph);
    }
}

/// The first such node, and the branch that it takes.
fn first(graph: &GraphProto) -> Option<(usize, GraphProto)> {
    graph.node.iter().position(|node| node.op_type == "If").and_then(|place| {
        let node = &graph.node[place];
        let known = Values::of(graph).ints(node.input.first()?, DEEPEST)?;
        let branch = if *known.first()? == 0 { "else_branch" } else { "then_branch" };
        let branch = node.attribute.iter().find(|one| one.name == branch)?.g.clone()?;
        (branch.output.len() == node.output.len()).then_some((place, branch))
    })
}

/// The nodes and weights of a branch, its outputs named as those of the node.
fn body(node: &NodeProto, branch: GraphProto) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let made: HashSet<&String> = branch.node.iter().flat_map(|node| &node.output).collect();
    let own = made.iter().copied().chain(branch.initializer.iter().map(|tensor| &tensor.name));
    // Names of a branch may be those of the other one, too.
    let suffix = node.output.first().map_or("", String::as_str);
    let mut names: HashMap<String, String> =
        own.map(|name| (name.clone(), format!("{name} ({suffix})"))).collect();
    let (mut passed, mut named) = (Vec::new(), HashSet::new());
    for (inner, outer) in branch.output.iter().zip(&node.output) {
        // One that is named twice, or comes from outside, is passed on.
        if made.contains(&inner.name) && named.insert(&inner.name) {
            names.insert(inner.name.clone(), outer.clone());
        } else {
            passed.push((inner.name.clone(), outer.clone()));
        }
    }
    let rename = |name: &String| names.get(name).filter(|_| !name.is_empty()).unwrap_or(name).clone();
    let mut nodes: Vec<NodeProto> = branch
        .node
        .iter()
        .map(|inner| {
            let mut node = inner.clone();
            node.output = node.output.iter().map(&rename).collect();
            rename_read(&mut node, &names);
            node
        })
        .collect();
    nodes.extend(passed.iter().map(|(inner, outer)| NodeProto {
        op_type: "Identity".to_owned(),
        input: vec![rename(inner)],
        output: vec![outer.clone()],
        ..NodeProto::default()
    }));
    let tensors = branch.initializer.iter();
    (nodes, tensors.map(|tensor| TensorProto { name: rename(&tensor.name), ..tensor.clone() }).collect())
}

/// Gives what a node reads its new names, within its own branches too, but for what these make themselves.
fn rename_read(node: &mut NodeProto, names: &HashMap<String, String>) {
    let rename = |name: &mut String| {
        if let Some(new) = names.get(name).filter(|_| !name.is_empty()) {
            name.clone_from(new);
        }
    };
    node.input.iter_mut().for_each(rename);
    for branch in node.attribute.iter_mut().filter_map(|one| one.g.as_mut()) {
        let mut names = names.clone();
        for own in branch.node.iter().flat_map(|node| &node.output) {
            names.remove(own);
        }
        for own in &branch.initializer {
            names.remove(&own.name);
        }
        branch.node.iter_mut().for_each(|node| rename_read(node, &names));
        for output in &mut branch.output {
            if let Some(new) = names.get(&output.name) {
                output.name.clone_from(new);
            }
        }
    }
}

/// Counts who reads what in a graph, within branches too.
fn count_read(graph: &GraphProto, readers: &mut HashMap<String, usize>) {
    let outputs = graph.output.iter().map(|output| &output.name);
    for name in graph.node.iter().flat_map(|node| &node.input).chain(outputs) {
        *readers.entry(name.clone()).or_default() += 1;
    }
    let branches = graph.node.iter().flat_map(|node| &node.attribute).filter_map(|one| one.g.as_ref());
    branches.for_each(|branch| count_read(branch, readers));
}

/// Leaves out what only worked out what was asked.
fn without_question(graph: &mut GraphProto) {
    let mut readers: HashMap<String, usize> = HashMap::new();
    count_read(graph, &mut readers);
    // Last first: each is read by none but those after it.
    let mut idle = Vec::with_capacity(graph.node.len());
    for node in graph.node.iter().rev() {
        let asks = matches!(
            node.op_type.as_str(),
            "Equal" | "Not" | "Gather" | "Shape" | "Cast" | "Squeeze" | "Unsqueeze"
        );
        let is_idle =
            asks && node.output.iter().all(|output| readers.get(output).is_none_or(|count| *count == 0));
        if is_idle {
            for name in &node.input {
                readers.entry(name.clone()).and_modify(|count| *count -= 1);
            }
        }
        idle.push(is_idle);
    }
    graph.node.retain(|_| idle.pop() != Some(true));
}

/// What is known of a graph's whole numbers before there are shapes.
struct Values<'a> {
    constants: HashMap<&'a str, &'a TensorProto>,
    makers: HashMap<&'a str, &'a NodeProto>,
}

impl<'a> Values<'a> {
    fn of(graph: &'a GraphProto) -> Values<'a> {
        let makers: HashMap<&str, &NodeProto> = graph
            .node
            .iter()
            .flat_map(|node| node.output.iter().map(move |name| (name.as_str(), node)))
            .collect();
        let written = graph.node.iter().filter(|node| node.op_type == "Constant").filter_map(|node| {
            let tensor = node.attribute.iter().find(|one| one.r#type == AttributeType::Tensor as i32)?;
            Some((node.output.first()?.as_str(), tensor.t.as_ref()?))
        });
        let named = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor));
        Values { constants: named.chain(written).collect(), makers }
    }

    fn ints(&self, name: &str, depth: usize) -> Option<Vec<i64>> {
        let depth = depth.checked_sub(1)?;
        if let Some(tensor) = self.constants.get(name) {
            let bools = tensor.data_type == DataType::Bool as i32;
            return match bools {
                true if tensor.raw_data.is_empty() => {
                    Some(tensor.int32_data.iter().map(|one| (*one).into()).collect())
                }
                true => Some(tensor.raw_data.iter().map(|one| (*one).into()).collect()),
                false => longs(tensor).or_else(|| Some(codes(tensor)?.into_iter().map(i64::from).collect())),
            };
        }
        let maker = self.makers.get(name)?;
        let input = |place: usize| self.ints(maker.input.get(place)?, depth);
        match maker.op_type.as_str() {
            "Cast" | "Identity" | "Squeeze" | "Unsqueeze" => input(0),
            "Not" => Some(input(0)?.into_iter().map(|one| i64::from(one == 0)).collect()),
            "Equal" => match (&input(0)?[..], &input(1)?[..]) {
                ([one], [other]) => Some(vec![i64::from(one == other)]),
                _ => None,
            },
            "Gather" => {
                let shape =
                    self.makers.get(maker.input.first()?.as_str()).filter(|node| node.op_type == "Shape")?;
                let of = shape.input.first()?;
                input(1)?.into_iter().map(|axis| self.side(of, axis, depth)).collect()
            }
            _ => None,
        }
    }

    /// The length of an axis of a tensor, where the operators that made it tell.
    fn side(&self, name: &str, axis: i64, depth: usize) -> Option<i64> {
        let depth = depth.checked_sub(1)?;
        let maker = self.makers.get(name)?;
        let attribute = |name: &str| maker.attribute.iter().find(|one| one.name == name);
        let before = || maker.input.first().map(String::as_str);
        match maker.op_type.as_str() {
            "GlobalAveragePool" | "GlobalMaxPool" => matches!(axis, 2 | 3 | -1 | -2).then_some(1),
            "ReduceMean" | "ReduceMax" | "ReduceSum" => {
                let keeps = attribute("keepdims").is_none_or(|one| one.i != 0);
                (keeps && attribute("axes")?.ints.contains(&axis)).then_some(1)
            }
            "Squeeze" => {
                let mut gone = match attribute("axes") {
                    Some(axes) => axes.ints.clone(),
                    None => self.ints(maker.input.get(1)?, depth)?,
                };
                gone.sort_unstable();
                // Those that are counted from the end depend on how many there are.
                (axis >= 0 && *gone.first()? >= 0).then_some(())?;
                let place =
                    gone.iter().fold(axis, |place, gone| if *gone <= place { place + 1 } else { place });
                self.side(before()?, place, depth)
            }
            "Identity" | "Relu" => self.side(before()?, axis, depth),
            _ => None,
        }
    }
}
