//! Weights of eight bits, made floats before the runtime sees them: it would do so several times over while it reads.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

use super::int;
use crate::load::normalise::numbers;

/// Puts the floats in the place of every DequantizeLinear of a constant of eight bits: (x − zero point) · scale, for
/// each place along an axis or for all. What is written in another way than exporters do is left to the runtime.
pub fn weights(graph: &mut GraphProto) {
    let tensors: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|t| (t.name.as_str(), t)).collect();
    // Few codes may be made floats many times.
    let codes: usize = graph.initializer.iter().map(|tensor| tensor.raw_data.len()).sum();
    let mut left = MOST_VALUES.min(2 * codes);
    let made: Vec<Option<TensorProto>> =
        graph.node.iter().map(|node| floats(node, &tensors, &mut left)).collect();
    let mut done = made.iter();
    let mut spent: HashSet<String> = HashSet::new();
    graph.node.retain(|node| {
        let folded = done.next().is_some_and(Option::is_some);
        if folded {
            spent.extend(node.input.iter().cloned());
        }
        !folded
    });
    graph.initializer.extend(made.into_iter().flatten());
    // What nobody else reads goes; an input of the graph would be missed.
    let read =
        graph.node.iter().flat_map(|node| &node.input).chain(graph.input.iter().map(|input| &input.name));
    let read: HashSet<&String> = read.collect();
    graph.initializer.retain(|tensor| !spent.contains(&tensor.name) || read.contains(&tensor.name));
}

/// The most values that are made in all: more than that is for the runtime's checks to refuse.
const MOST_VALUES: usize = 1 << 28;

fn floats(node: &NodeProto, tensors: &HashMap<&str, &TensorProto>, left: &mut usize) -> Option<TensorProto> {
    (node.op_type == "DequantizeLinear" && int(node, "block_size").unwrap_or(0) == 0).then_some(())?;
    let input = |place: usize| node.input.get(place).filter(|name| !name.is_empty());
    let (codes, scale) = (tensors.get(input(0)?.as_str())?, tensors.get(input(1)?.as_str())?);
    let scales = numbers::floats(scale)?;
    let values = numbers::codes(codes)?;
    let zeros = match input(2) {
        Some(name) => numbers::codes(tensors.get(name.as_str())?)?,
        None => vec![0],
    };
    let zeros = if zeros.len() == 1 { vec![zeros[0]; scales.len()] } else { zeros };
    let dims: Vec<usize> = codes.dims.iter().map(|dim| usize::try_from(*dim).ok()).collect::<Option<_>>()?;
    let count = dims.iter().try_fold(1usize, |count, dim| count.checked_mul(*dim))?;
    (values.len() == count && !scales.is_empty() && zeros.len() == scales.len()).then_some(())?;
    // How many values in a row have one scale.
    let run = if scales.len() == 1 {
        count.max(1)
    } else {
        let axis = int(node, "axis").unwrap_or(1);
        let axis = usize::try_from(if axis < 0 { axis + dims.len() as i64 } else { axis }).ok()?;
        (dims.get(axis) == Some(&scales.len())).then_some(())?;
        dims[axis + 1..].iter().product::<usize>().max(1)
    };
    *left = left.checked_sub(count)?;
    let mut raw_data = Vec::with_capacity(count * 4);
    for (at, values) in values.chunks(run).enumerate() {
        let (scale, zero) = (scales[at % scales.len()], zeros[at % scales.len()]);
        for value in values {
            raw_data.extend_from_slice(&(value.wrapping_sub(zero) as f32 * scale).to_le_bytes());
        }
    }
    Some(TensorProto {
        name: node.output.first()?.clone(),
        dims: codes.dims.clone(),
        data_type: DataType::Float as i32,
        raw_data,
        ..TensorProto::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tract_onnx::pb::AttributeProto;

    fn tensor(name: &str, dims: &[i64], kind: DataType, raw_data: Vec<u8>) -> TensorProto {
        let name = name.to_owned();
        TensorProto { name, dims: dims.to_vec(), data_type: kind as i32, raw_data, ..TensorProto::default() }
    }

    #[test]
    fn eight_bits_become_floats() {
        let node = |operator: &str, inputs: &[&str], output: &str| NodeProto {
            op_type: operator.to_owned(),
            input: inputs.iter().map(|name| (*name).to_owned()).collect(),
            output: vec![output.to_owned()],
            attribute: vec![AttributeProto { name: "axis".to_owned(), i: 0, ..AttributeProto::default() }],
            ..NodeProto::default()
        };
        let scales = [0.5f32, 2.0].iter().flat_map(|scale| scale.to_le_bytes()).collect();
        let mut graph = GraphProto {
            node: vec![node("DequantizeLinear", &["w", "s", "z"], "f"), node("Conv", &["x", "f"], "y")],
            initializer: vec![
                tensor("w", &[2, 2], DataType::Int8, vec![1, 255, 3, 128]),
                tensor("s", &[2], DataType::Float, scales),
                tensor("z", &[2], DataType::Int8, vec![0, 1]),
            ],
            ..GraphProto::default()
        };
        weights(&mut graph);
        assert_eq!(graph.node.len(), 1);
        let [made] = &graph.initializer[..] else { panic!("{} tensors", graph.initializer.len()) };
        let values: Vec<f32> =
            made.raw_data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        assert_eq!((made.name.as_str(), values), ("f", vec![0.5, -0.5, 4.0, -258.0]));
    }

    #[test]
    fn what_does_not_fit_is_left_alone() {
        let node = NodeProto {
            op_type: "DequantizeLinear".to_owned(),
            input: vec!["w".to_owned(), "s".to_owned()],
            output: vec!["f".to_owned()],
            ..NodeProto::default()
        };
        let scale = 1f32.to_le_bytes();
        for (dims, scales) in [
            (vec![3], scale.to_vec()),
            (vec![-1], scale.to_vec()),
            (vec![2], vec![]),
            (vec![2], [scale; 3].concat()),
        ] {
            let count = scales.len() as i64 / 4;
            let mut graph = GraphProto {
                node: vec![node.clone()],
                initializer: vec![
                    tensor("w", &dims, DataType::Int8, vec![1, 2]),
                    tensor("s", &[count], DataType::Float, scales),
                ],
                ..GraphProto::default()
            };
            weights(&mut graph);
            assert_eq!((graph.node.len(), graph.initializer.len()), (1, 2), "{dims:?}");
        }
    }
}
