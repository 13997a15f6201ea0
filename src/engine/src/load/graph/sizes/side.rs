//! The side that a network was trained at whose file leaves it open, though its dense layers take maps of one size.

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};

use super::{Change, Lookup};
use crate::load::graph::{Input, int, window};

/// Sides in use, the usual ones first; 32 and 28 are those of CIFAR and MNIST.
const USUAL: [usize; 19] =
    [224, 32, 28, 64, 48, 96, 128, 112, 160, 192, 227, 256, 288, 299, 300, 320, 384, 448, 512];

/// The first of the usual sides, or else the first of all, whose maps have as many rows where they are flattened as the dense layer
/// behind reads.
pub fn trained(graph: &GraphProto, input: &Input, changes: &[Change]) -> Option<usize> {
    let flat = changes.iter().find_map(|change| match change {
        Change::Flatten { output, .. } => Some(output),
        _ => None,
    })?;
    let wanted = changes.iter().find_map(|change| match change {
        Change::Product { side, .. } => Some(*side),
        _ => None,
    })?;
    let lookup = Lookup::of(graph);
    let sides: Vec<usize> = USUAL.into_iter().chain(8..=512).collect();
    let mut rows = HashMap::from([(input.name.as_str(), sides.clone())]);
    for node in graph.node.iter().filter(|node| !lookup.is_constant(node)) {
        let Some(before) = node.input.iter().find_map(|name| rows.get(name.as_str())) else { continue };
        if node.output.contains(flat) {
            return before.iter().position(|rows| *rows == wanted).map(|place| sides[place]);
        }
        let made: Vec<usize> = before.iter().map(|rows| through(node, &lookup, *rows).unwrap_or(0)).collect();
        rows.extend(node.output.iter().map(|name| (name.as_str(), made.clone())));
    }
    None
}

/// So many rows behind a node; what it does to columns it does to rows.
fn through(node: &NodeProto, lookup: &Lookup, rows: usize) -> Option<usize> {
    let weights = || lookup.dims(node.input.get(1)?);
    match node.op_type.as_str() {
        "Conv" | "MaxPool" | "AveragePool" => {
            let weights = if node.op_type == "Conv" { weights() } else { None };
            let bare = window::of(node, weights.as_ref().and_then(|dims| dims.get(2..)))?;
            let sliding = bare.over("");
            let slide = sliding.resolve(Some([rows; 2])).along(0);
            if sliding.same.is_some() {
                return Some(rows.div_ceil(slide.stride.max(1)));
            }
            let pads = node.attribute.iter().find(|one| one.name == "pads").map(|one| &one.ints[..]);
            let after = usize::try_from(pads.and_then(|pads| pads.get(2).copied()).unwrap_or(0)).ok()?;
            let left = (rows + slide.padding + after).checked_sub(slide.extent()?)?;
            let stride = slide.stride.max(1);
            Some(1 + if int(node, "ceil_mode") == Some(1) { left.div_ceil(stride) } else { left / stride })
        }
        "Pad" => {
            let pads = lookup.longs(node.input.get(1)?)?;
            let (before, after) = (*pads.get(2)?, *pads.get(2 + pads.len() / 2)?);
            rows.checked_add_signed(isize::try_from(before.checked_add(after)?).ok()?)
        }
        "ConvTranspose" | "Resize" | "Slice" | "DepthToSpace" | "SpaceToDepth" => None,
        _ => Some(rows),
    }
}
