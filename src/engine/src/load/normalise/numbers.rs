//! The numbers of a tensor of the message.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{NodeProto, TensorProto};

/// The tensors that nodes write out, by their names.
pub fn written(nodes: &[NodeProto]) -> impl Iterator<Item = (&str, &TensorProto)> {
    nodes.iter().filter(|node| node.op_type == "Constant").filter_map(|node| {
        let tensor = node.attribute.iter().find_map(|attribute| attribute.t.as_ref())?;
        Some((node.output.first()?.as_str(), tensor))
    })
}

/// The whole numbers of a tensor of 64-bit or 32-bit ones.
pub fn longs(tensor: &TensorProto) -> Option<Vec<i64>> {
    let raw = &tensor.raw_data;
    match DataType::try_from(tensor.data_type).ok()? {
        DataType::Int64 if raw.is_empty() => Some(tensor.int64_data.clone()),
        DataType::Int32 if raw.is_empty() => Some(tensor.int32_data.iter().copied().map(i64::from).collect()),
        DataType::Int64 => chunks(raw, i64::from_le_bytes),
        DataType::Int32 => chunks(raw, |bytes| i64::from(i32::from_le_bytes(bytes))),
        _ => None,
    }
}

/// The whole numbers of a tensor of those of up to 32 bits.
pub fn codes(tensor: &TensorProto) -> Option<Vec<i32>> {
    let raw = &tensor.raw_data;
    let pairs = || raw.as_chunks::<2>().0.iter();
    let fours = raw.as_chunks::<4>().0.iter();
    Some(match DataType::try_from(tensor.data_type).ok()? {
        DataType::Int8 | DataType::Uint8 | DataType::Int16 | DataType::Uint16 | DataType::Int32
            if raw.is_empty() =>
        {
            tensor.int32_data.clone()
        }
        DataType::Int8 => raw.iter().map(|byte| i32::from(*byte as i8)).collect(),
        DataType::Uint8 => raw.iter().map(|byte| i32::from(*byte)).collect(),
        DataType::Int16 => pairs().map(|bytes| i32::from(i16::from_le_bytes(*bytes))).collect(),
        DataType::Uint16 => pairs().map(|bytes| i32::from(u16::from_le_bytes(*bytes))).collect(),
        DataType::Int32 => fours.map(|bytes| i32::from_le_bytes(*bytes)).collect(),
        _ => return None,
    })
}

/// The numbers of a tensor of 32-bit floats.
pub fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    (tensor.data_type == DataType::Float as i32).then_some(())?;
    if tensor.raw_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    chunks(&tensor.raw_data, f32::from_le_bytes)
}

/// Numbers of so many bytes each; none where some are left over.
fn chunks<const N: usize, T>(raw: &[u8], number: fn([u8; N]) -> T) -> Option<Vec<T>> {
    let (numbers, rest) = raw.as_chunks::<N>();
    rest.is_empty().then(|| numbers.iter().map(|bytes| number(*bytes)).collect())
}
