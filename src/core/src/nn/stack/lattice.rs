//! Which units of other layers a unit is made of, and which it goes into: the lattice of a stack.

use super::{Stack, StackLayer, StackLayerKind};
use crate::receptive_field::Span;

impl StackLayer {
    /// The units of the map below that these units of its output are made of, along an axis (0 for rows); those in the
    /// padding have numbers below 0 or beyond the map. `None` where the numbers are too large.
    pub fn below(&self, units: &Span, axis: usize) -> Option<Span> {
        let slide = self.window.along(axis);
        if self.kind == StackLayerKind::Transposed { slide.covering(units) } else { slide.covered(units) }
    }

    /// The units of its output that these units of the map below go into.
    pub fn above(&self, units: &Span, axis: usize) -> Option<Span> {
        let slide = self.window.along(axis);
        if self.kind == StackLayerKind::Transposed { slide.covered(units) } else { slide.covering(units) }
    }
}

impl Stack {
    /// For each map below map `map`, the input first, the units that unit `unit` of it is made of; map 0 is the input,
    /// map i the output of layer i, along one axis (0 for rows).
    pub fn ancestors(&self, map: usize, unit: usize, axis: usize) -> Vec<Span> {
        let below = self.layers.iter().take(map).rev();
        let mut spans: Vec<Span> = followed(unit, below.map(|step| |span: &Span| step.below(span, axis)));
        spans.reverse();
        spans
    }

    /// For each map above map `map`, nearest first, the units that unit `unit` of it goes into.
    pub fn descendants(&self, map: usize, unit: usize, axis: usize) -> Vec<Span> {
        followed(unit, self.layers.iter().skip(map).map(|step| |span: &Span| step.above(span, axis)))
    }
}

/// A unit followed from map to map, as far as the numbers can be computed with.
fn followed<F: Fn(&Span) -> Option<Span>>(unit: usize, steps: impl Iterator<Item = F>) -> Vec<Span> {
    let mut span = unit as i64..=unit as i64;
    steps
        .map_while(|step| {
            span = step(&span)?;
            Some(span.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example() {
        let stack: Stack = "9x9;3,2,0;m2,2,0".parse().unwrap();
        assert_eq!(stack.ancestors(2, 0, 0), [0..=4, 0..=1]);
        assert_eq!(stack.ancestors(2, 1, 0), [4..=8, 2..=3]);
        // Pixel 4 is seen by units 1 and 2 of the convolution, so by both of the pool.
        assert_eq!(stack.descendants(0, 4, 0), [1..=2, 0..=1]);
        assert_eq!(stack.ancestors(0, 3, 0), []);
    }

    proptest! {
        #[test]
        fn a_unit_descends_from_its_ancestors(
            steps in proptest::collection::vec((1usize..5, 1usize..3, 0usize..2, any::<bool>()), 1..5),
            pixel in 0usize..20,
            unit in 0usize..20,
        ) {
            let text: String = steps
                .iter()
                .map(|(k, s, p, transposed)| format!(";{}{k},{},{p}", if *transposed { "t" } else { "" }, s.min(k)))
                .collect();
            let stack: Stack = format!("40x40{text}").parse().unwrap();
            let top = stack.layers.len();
            let seen = stack.ancestors(top, unit, 0)[0].contains(&(pixel as i64));
            let goes = stack.descendants(0, pixel, 0)[top - 1].contains(&(unit as i64));
            prop_assert_eq!(seen, goes);
        }
    }
}
