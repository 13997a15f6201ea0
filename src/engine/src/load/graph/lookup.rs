//! Tensors of a graph by name, and what is known of constants before anything is computed.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::{int, product};
use crate::load::normalise::numbers::{floats, longs};

/// Tensors of a graph by name.
pub struct Lookup<'a> {
    /// Those of the file.
    pub initializers: HashMap<&'a str, &'a TensorProto>,
    /// The node that makes a tensor.
    pub makers: HashMap<&'a str, &'a NodeProto>,
    /// The nodes that read a tensor.
    pub users: HashMap<&'a str, Vec<&'a NodeProto>>,
    constants: HashSet<&'a str>,
    /// The dimensions of constants that are made of others.
    made: HashMap<&'a str, Vec<u64>>,
    /// Their whole numbers, where they are few.
    numbers: HashMap<&'a str, Vec<i64>>,
    outputs: HashSet<&'a str>,
}

/// More whole numbers than a shape that is put together has.
const FEW: usize = 64;

impl<'a> Lookup<'a> {
    /// Of this graph, whose nodes are in order.
    pub fn of(graph: &'a GraphProto) -> Lookup<'a> {
        let initializers: HashMap<_, _> = graph.initializer.iter().map(|t| (t.name.as_str(), t)).collect();
        let mut constants: HashSet<&str> = initializers.keys().copied().collect();
        let (mut makers, mut users) = (HashMap::new(), HashMap::<&str, Vec<&NodeProto>>::new());
        for node in &graph.node {
            let mut inputs = node.input.iter().filter(|name| !name.is_empty());
            // Sizes are known before there is a photo.
            if node.op_type == "Shape" || inputs.all(|name| constants.contains(name.as_str())) {
                constants.extend(node.output.iter().map(String::as_str));
            }
            for name in &node.input {
                users.entry(name).or_default().push(node);
            }
            makers.extend(node.output.iter().map(|name| (name.as_str(), node)));
        }
        let outputs = graph.output.iter().map(|output| output.name.as_str()).collect();
        let (made, numbers) = (HashMap::new(), HashMap::new());
        let mut lookup = Lookup { initializers, makers, users, constants, made, numbers, outputs };
        for node in &graph.node {
            let Some(output) =
                node.output.first().filter(|_| node.input.iter().all(|name| lookup.constant(name)))
            else {
                continue;
            };
            if let Some(dims) = lookup.dims_made(node) {
                lookup.made.insert(output, dims);
            }
            if let Some(numbers) = lookup.longs_made(node).filter(|numbers| numbers.len() <= FEW) {
                lookup.numbers.insert(output, numbers);
            }
        }
        lookup
    }

    /// Whether a tensor does not depend on the photo's values.
    pub fn constant(&self, name: &str) -> bool {
        name.is_empty() || self.constants.contains(name)
    }

    /// Whether nothing that a node makes depends on them.
    pub fn is_constant(&self, node: &NodeProto) -> bool {
        node.output.iter().all(|name| self.constant(name))
    }

    /// The only node that uses a tensor, unless the tensor is an output of the graph.
    pub fn only_user(&self, name: &str) -> Option<&'a NodeProto> {
        match self.users.get(name)?.as_slice() {
            [user] if !self.outputs.contains(name) => Some(user),
            _ => None,
        }
    }

    /// The dimensions of a constant tensor, of the file or made of such.
    pub fn dims(&self, name: &str) -> Option<Vec<u64>> {
        match self.initializers.get(name) {
            Some(tensor) => unsigned(&tensor.dims),
            None => self.made.get(name).cloned(),
        }
    }

    /// Those of what a node makes of constants.
    fn dims_made(&self, maker: &NodeProto) -> Option<Vec<u64>> {
        let input = |place: usize| self.dims(maker.input.get(place)?);
        match maker.op_type.as_str() {
            "Shape" => Some(vec![input(0)?.len() as u64]),
            "Constant" => unsigned(&maker.attribute.iter().find_map(|a| a.t.as_ref())?.dims),
            "ConstantOfShape" => unsigned(&self.longs(maker.input.first()?)?),
            "Transpose" => {
                let mut dims = input(0)?;
                match maker.attribute.iter().find(|a| a.name == "perm") {
                    None => dims.reverse(),
                    Some(perm) => {
                        let dim = |axis: &i64| dims.get(usize::try_from(*axis).ok()?).copied();
                        dims = perm.ints.iter().map(dim).collect::<Option<_>>()?;
                    }
                }
                Some(dims)
            }
            "Reshape" => reshaped(&input(0)?, &self.longs(maker.input.get(1)?)?),
            "Expand" => broadcast(&input(0)?, &unsigned(&self.longs(maker.input.get(1)?)?)?),
            "Add" | "Sub" | "Mul" | "Div" => broadcast(&input(0)?, &input(1)?),
            "MatMul" => match (&input(0)?[..], &input(1)?[..]) {
                ([_], [_]) => Some(Vec::new()),
                ([rows, _], [_]) => Some(vec![*rows]),
                ([_], [_, columns]) => Some(vec![*columns]),
                ([rows, _], [_, columns]) => Some(vec![*rows, *columns]),
                _ => None,
            },
            "ReduceMean" | "ReduceSum" | "ReduceProd" | "ReduceL2" => {
                let named = maker.attribute.iter().find(|a| a.name == "axes").map(|a| a.ints.clone());
                let axes = named.or_else(|| self.longs(maker.input.get(1)?));
                let dims = input(0)?;
                let rank = dims.len() as i64;
                let is_reduced = |axis: i64| {
                    axes.as_ref().is_none_or(|axes| axes.contains(&axis) || axes.contains(&(axis - rank)))
                };
                let keeps = int(maker, "keepdims") != Some(0);
                let left = (0..rank).zip(dims).filter(|(axis, _)| keeps || !is_reduced(*axis));
                Some(left.map(|(axis, dim)| if is_reduced(axis) { 1 } else { dim }).collect())
            }
            "DequantizeLinear"
            | "FakeQuantize"
            | "Cast"
            | "Identity"
            | "BatchNormalization"
            | "InstanceNormalization"
            | "Sqrt"
            | "Pow"
            | "Clip"
            | "Abs"
            | "Neg"
            | "Reciprocal" => input(0),
            _ => None,
        }
    }

    /// The whole numbers of a constant of the file, or made of such.
    pub fn longs(&self, name: &str) -> Option<Vec<i64>> {
        match self.written(name) {
            Some(tensor) => longs(tensor),
            None => self.numbers.get(name).cloned(),
        }
    }

    /// Those of what a node makes of constants, in the ways in which shapes are put together.
    fn longs_made(&self, maker: &NodeProto) -> Option<Vec<i64>> {
        let input = |place: usize| self.longs(maker.input.get(place)?);
        let attribute = |name: &str| maker.attribute.iter().find(|one| one.name == name);
        match maker.op_type.as_str() {
            "Constant" => match (attribute("value_ints"), attribute("value_int")) {
                (Some(list), _) => Some(list.ints.clone()),
                (None, one) => Some(vec![one?.i]),
            },
            "Shape" => self.dims(maker.input.first()?)?.iter().map(|dim| i64::try_from(*dim).ok()).collect(),
            "Unsqueeze" | "Squeeze" | "Identity" | "Cast" => input(0),
            "Concat" => {
                let parts: Vec<Vec<i64>> = (0..maker.input.len()).map(input).collect::<Option<_>>()?;
                Some(parts.concat())
            }
            "Gather" => {
                let (from, places) = (input(0)?, input(1)?);
                let at = |place: &i64| {
                    from.get(
                        usize::try_from(if *place < 0 { place + from.len() as i64 } else { *place }).ok()?,
                    )
                    .copied()
                };
                places.iter().map(at).collect()
            }
            _ => None,
        }
    }

    /// The numbers of a constant of the file.
    pub fn floats(&self, name: &str) -> Option<Vec<f32>> {
        floats(self.written(name)?)
    }

    /// Whether all numbers of a constant of the file are this one.
    pub fn is_all(&self, name: &str, wanted: f32) -> bool {
        // Those of a large one stand in the file, and none of them here.
        let all = |numbers: Vec<f32>| !numbers.is_empty() && numbers.iter().all(|number| *number == wanted);
        self.floats(name).is_some_and(all)
    }

    /// A constant that the file spells out.
    fn written(&self, name: &str) -> Option<&'a TensorProto> {
        match self.initializers.get(name) {
            Some(tensor) => Some(tensor),
            None => {
                let maker = self.makers.get(name).filter(|maker| maker.op_type == "Constant")?;
                maker.attribute.iter().find_map(|attribute| attribute.t.as_ref())
            }
        }
    }

    /// The number of values of a constant tensor, seen through what keeps that; 0 where it is not known. A number that
    /// no file holds is cut, so that as many as there are can be added up: such a file is refused later.
    pub fn volume(&self, name: &str) -> u64 {
        let mut name = name;
        loop {
            if let Some(dims) = self.dims(name) {
                return product(&dims).min(1 << 40);
            }
            match self.makers.get(name) {
                Some(maker) if matches!(maker.op_type.as_str(), "Unsqueeze" | "Squeeze" | "Reshape") => {
                    let Some(input) = maker.input.first() else { return 0 };
                    name = input;
                }
                _ => return 0,
            }
        }
    }
}

/// Dimensions behind a Reshape, of which one may follow from the others.
fn reshaped(from: &[u64], to: &[i64]) -> Option<Vec<u64>> {
    let own = |(axis, dim): (usize, &i64)| match *dim {
        0 => from.get(axis).copied(),
        -1 => Some(1),
        dim => u64::try_from(dim).ok(),
    };
    let mut dims: Vec<u64> = to.iter().enumerate().map(own).collect::<Option<_>>()?;
    if let Some(open) = to.iter().position(|dim| *dim == -1) {
        dims[open] = product(from).checked_div(product(&dims))?;
    }
    Some(dims)
}

/// Dimensions that two tensors have together, compared from the last one on.
fn broadcast(one: &[u64], other: &[u64]) -> Option<Vec<u64>> {
    let rank = one.len().max(other.len());
    let at = |dims: &[u64], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(1, |own| dims[own]);
    let pairs = (0..rank).map(|axis| (at(one, axis), at(other, axis)));
    pairs.map(|(a, b)| (a == b || a == 1 || b == 1).then_some(if a == 1 { b } else { a })).collect()
}

fn unsigned(dims: &[i64]) -> Option<Vec<u64>> {
    dims.iter().map(|dim| u64::try_from(*dim).ok()).collect()
}
