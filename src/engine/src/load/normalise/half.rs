//! Networks of 16-bit floats and photos of bytes as networks of 32-bit floats: the operators are those of the runtime that are
//! fast, and what the runtime gets wrong with other types cannot matter.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{AttributeProto, GraphProto, TensorProto, ValueInfoProto};
use tract_onnx::prelude::f16;

const HALF: i32 = DataType::Float16 as i32;
const BRAIN: i32 = DataType::Bfloat16 as i32;
const BYTE: i32 = DataType::Uint8 as i32;
const FLOAT: i32 = DataType::Float as i32;

/// Makes a graph one of 32-bit floats.
pub fn widen(graph: &mut GraphProto) {
    graph.initializer.iter_mut().for_each(tensor);
    for node in &mut graph.node {
        for attribute in &mut node.attribute {
            if let Some(tensor) = &mut attribute.t {
                self::tensor(tensor);
            }
            cast(&node.op_type, attribute);
        }
    }
    keep_floats(graph);
    for input in &mut graph.input {
        if let Some(Value::TensorType(tensor)) = input.r#type.as_mut().and_then(|kind| kind.value.as_mut())
            && matches!(tensor.elem_type, HALF | BRAIN | BYTE)
        {
            tensor.elem_type = FLOAT;
        }
    }
    for output in &mut graph.output {
        if let Some(Value::TensorType(tensor)) = output.r#type.as_mut().and_then(|kind| kind.value.as_mut())
            && matches!(tensor.elem_type, HALF | BRAIN)
        {
            tensor.elem_type = FLOAT;
        }
    }
}

/// Conversions of an input of floats do nothing; what is left of them tells that photos come as bytes.
fn keep_floats(graph: &mut GraphProto) {
    let is_float = |input: &&ValueInfoProto| {
        let value = input.r#type.as_ref().and_then(|kind| kind.value.as_ref());
        matches!(value, Some(Value::TensorType(tensor)) if matches!(tensor.elem_type, FLOAT | HALF | BRAIN))
    };
    let floats: Vec<String> = graph.input.iter().filter(is_float).map(|input| input.name.clone()).collect();
    for node in graph.node.iter_mut().filter(|node| node.op_type == "Cast") {
        let to_float = node.attribute.iter().any(|one| one.name == "to" && one.i == i64::from(FLOAT));
        if to_float && node.input.first().is_some_and(|name| floats.contains(name)) {
            node.op_type = "Identity".to_owned();
            node.attribute.clear();
        }
    }
}

/// A conversion to 16 bits becomes one to 32.
fn cast(operator: &str, attribute: &mut AttributeProto) {
    let names_type = matches!((operator, attribute.name.as_str()), ("Cast", "to") | ("EyeLike", "dtype"));
    if names_type && [HALF, BRAIN].map(i64::from).contains(&attribute.i) {
        attribute.i = i64::from(FLOAT);
    }
}

/// The numbers of a tensor of 16 bits that stand in the message. Those of a large one are widened on their way from the file.
fn tensor(tensor: &mut TensorProto) {
    let widened = |bits: u16| match tensor.data_type {
        HALF => f16::from_bits(bits).to_f32(),
        // The upper half of a 32-bit one.
        _ => f32::from_bits(u32::from(bits) << 16),
    };
    if !matches!(tensor.data_type, HALF | BRAIN) {
        return;
    }
    if !tensor.raw_data.is_empty() {
        // An odd byte is left, so that the tensor is found to be of another size.
        let (pairs, rest) = tensor.raw_data.as_chunks::<2>();
        let numbers = pairs.iter().flat_map(|pair| widened(u16::from_le_bytes(*pair)).to_le_bytes());
        tensor.raw_data = numbers.chain(rest.iter().copied()).collect();
        tensor.data_type = FLOAT;
    } else if !tensor.int32_data.is_empty() {
        tensor.float_data = tensor.int32_data.iter().map(|bits| widened(*bits as u16)).collect();
        tensor.int32_data.clear();
        tensor.data_type = FLOAT;
    }
}
