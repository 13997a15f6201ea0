//! The numbers of a tensor of the message.

use tract_onnx::pb::TensorProto;
use tract_onnx::pb::tensor_proto::DataType;

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
