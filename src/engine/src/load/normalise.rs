//! A message in the forms that all else reads: what ONNX lets a file say in several ways is said in one. Nothing here trusts the
//! message; what is wrong with it is left as it stands, for whoever judges it.

mod branches;
mod functions;
mod fused;
mod half;
mod kernels;
pub mod numbers;
mod order;
mod outputs;
mod quantised;
mod resize;
mod small;
mod sparse;

use std::ops::Range;

use tract_onnx::pb::ModelProto;
use vggscope_core::error::ModelError;

use super::graph::{MOST_NODES, broken};

pub use quantised::DOMAIN;

/// Brings a message into these forms. `left_out` says of each initializer where its bytes stand, if not in the message.
///
/// # Errors
/// Where that would take more than a network on images needs.
pub fn normalise(proto: &mut ModelProto, left_out: &mut Vec<Option<Range<usize>>>) -> Result<(), ModelError> {
    functions::inline(proto)?;
    let Some(graph) = proto.graph.as_mut() else { return Ok(()) };
    if graph.node.len() > MOST_NODES {
        return Err(broken(&format!("{} nodes", graph.node.len())));
    }
    sparse::fill(graph)?;
    left_out.resize(graph.initializer.len(), None);
    order::sort(graph);
    branches::inline(graph);
    fused::split(graph);
    outputs::without_ranks(graph);
    half::widen(graph);
    small::mend(graph);
    kernels::products(graph);
    kernels::norms(graph);
    resize::unify(graph);
    quantised::to_floats(graph)?;
    Ok(())
}
