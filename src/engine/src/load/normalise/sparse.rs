//! Sparse initializers as dense ones.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, SparseTensorProto, TensorProto};
use vggscope_core::error::ModelError;

use super::numbers::{floats, longs};
use crate::load::graph::broken;

/// The most numbers of all of them: the weights of the largest network that is taken.
const MOST: usize = 1 << 28;

/// Writes out the sparse initializers of a graph.
///
/// # Errors
/// Where one is no tensor of floats, or contradicts itself.
pub fn fill(graph: &mut GraphProto) -> Result<(), ModelError> {
    let mut total = 0usize;
    for sparse in std::mem::take(&mut graph.sparse_initializer) {
        let dense = dense(&sparse, &mut total).ok_or_else(|| broken("a sparse tensor that is none"))?;
        graph.initializer.push(dense);
    }
    Ok(())
}

fn dense(sparse: &SparseTensorProto, total: &mut usize) -> Option<TensorProto> {
    let (values, indices) = (sparse.values.as_ref()?, sparse.indices.as_ref()?);
    let sizes: Vec<usize> =
        sparse.dims.iter().map(|dim| usize::try_from(*dim).ok()).collect::<Option<_>>()?;
    let count = sizes.iter().try_fold(1usize, |count, size| count.checked_mul(*size))?;
    *total = total.checked_add(count).filter(|total| *total <= MOST)?;
    let numbers = floats(values)?;
    let places = longs(indices)?;
    let mut dense = vec![0.0f32; count];
    match indices.dims.len() {
        // A place in the flattened tensor for each number.
        1 if places.len() == numbers.len() => {
            for (place, number) in places.iter().zip(&numbers) {
                *dense.get_mut(usize::try_from(*place).ok()?)? = *number;
            }
        }
        // A row of indices for each number.
        2 if !sizes.is_empty() && places.len() == numbers.len().checked_mul(sizes.len())? => {
            for (row, number) in places.chunks_exact(sizes.len()).zip(&numbers) {
                let mut place = 0usize;
                for (index, size) in row.iter().zip(&sizes) {
                    let index = usize::try_from(*index).ok().filter(|index| index < size)?;
                    place = place.checked_mul(*size)?.checked_add(index)?;
                }
                *dense.get_mut(place)? = *number;
            }
        }
        _ => return None,
    }
    Some(TensorProto {
        name: values.name.clone(),
        dims: sparse.dims.clone(),
        data_type: DataType::Float as i32,
        raw_data: dense.iter().flat_map(|number| number.to_le_bytes()).collect(),
        ..TensorProto::default()
    })
}
