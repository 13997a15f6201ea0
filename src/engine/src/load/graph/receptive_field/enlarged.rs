//! Fields through what makes maps larger.

use super::{Seen, Walk};
use crate::load::graph::{GraphOp, Spread, graph_layer};
use crate::ops::onnx::resize::{Sampling, resized};

impl Walk<'_> {
    /// Through a transposed convolution over the input at this place.
    pub fn transposed(&self, from: usize, first: &Seen) -> Seen {
        let spread = self.spread(from);
        first.map(|along| {
            let along = along.without(1);
            match (along.axis(), spread) {
                (Some(axis @ (2 | 3)), Some(spread)) => along.map(|reach| {
                    let slide = spread.window.along(axis - 2);
                    // Otherwise some units would see nothing, or fields with holes.
                    let is_whole = slide.kernel >= slide.stride && (slide.dilation == 1 || slide.stride == 1);
                    is_whole.then(|| reach.through_transposed(slide))?
                }),
                _ if along.axes.is_empty() => along,
                _ => along.unknown(),
            }
        })
    }

    /// Through a Resize of a tensor of these dimensions.
    pub fn resized(&self, first: &Seen, dims: &[usize]) -> Option<Seen> {
        let sampling = Sampling::read(self.node).ok()?;
        let by = self.node.input.get(1).and_then(|name| self.inferred.known.get(name));
        let axes = by.and_then(|by| resized(self.node, dims, by).ok());
        Some(first.map(|along| {
            let Some(axes) = &axes else { return along.unknown() };
            let mut own = axes.iter().filter(|one| along.has(one.axis));
            match own.next() {
                Some(one) if along.axes.len() == 1 => {
                    along.map(|reach| reach.resized(one.from, &sampling.seen(one)))
                }
                Some(_) => along.unknown(),
                None => along.clone(),
            }
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
