//! Fields through what makes maps larger.

use super::{Seen, Walk};
use crate::load::graph::{GraphOp, Spread, graph_layer};
use crate::ops::onnx::resize::{Sampling, resized};

impl Walk<'_> {
    /// Through a transposed convolution over the input at this place, which has these dimensions.
    pub fn transposed(&self, from: usize, first: &Seen, dims: &[usize]) -> Seen {
        let spread = self.spread(from);
        first.map(|along| match (along.axis, spread) {
            (Some(axis @ (2 | 3)), Some(spread)) => along.map(|reach| {
                let slide = spread.window.along(axis - 2);
                // Otherwise some units would see nothing, or fields with holes.
                let is_whole = slide.kernel >= slide.stride && (slide.dilation == 1 || slide.stride == 1);
                is_whole.then(|| reach.through_transposed(slide))?
            }),
            (Some(2 | 3), None) => along.unknown(),
            _ => along.whole(dims),
        })
    }

    /// Through a Resize of a tensor of these dimensions.
    pub fn resized(&self, first: &Seen, dims: &[usize]) -> Option<Seen> {
        let sampling = Sampling::read(self.node).ok()?;
        let by = self.node.input.get(1).and_then(|name| self.inferred.known.get(name));
        let axes = by.and_then(|by| resized(self.node, dims, by).ok());
        Some(first.map(|along| match (along.axis, &axes) {
            (Some(_), None) => along.unknown(),
            (Some(axis), Some(axes)) => match axes.iter().find(|one| one.axis == axis) {
                Some(one) => along.map(|reach| reach.resized(one.from, &sampling.seen(one))),
                None => along.clone(),
            },
            (None, _) => along.clone(),
        }))
    }

    /// The window of a transposed convolution over the input at this place.
    fn spread(&self, place: usize) -> Option<Spread> {
        let size = self.inferred.size(&self.node.input[place])?;
        match graph_layer(self.node, self.lookup)?.0 {
            GraphOp::Transposed(node, kernel, _) => Spread::of(&node, kernel, size),
            _ => None,
        }
    }
}
