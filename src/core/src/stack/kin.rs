//! Which units of other layers a unit is made of, and which it goes into: the lattice of a stack.

use std::ops::RangeInclusive;

use super::Stack;
use crate::field::Slide;

/// Units of one map, none where the range is empty; those in the padding have numbers below 0 or beyond the map.
pub type Span = RangeInclusive<i64>;

impl Stack {
    /// For each map below map `map`, the input first, the units that unit `unit` of it is made of; map 0 is the input,
    /// map i the output of layer i, along one axis (0 for rows).
    pub fn ancestors(&self, map: usize, unit: usize, axis: usize) -> Vec<Span> {
        let (mut low, mut high) = (unit as i64, unit as i64);
        let mut spans = Vec::with_capacity(map);
        for step in self.steps.iter().take(map).rev() {
            let (stride, extent, padding) = numbers(Slide::of(&step.window, axis));
            low = low.saturating_mul(stride).saturating_sub(padding);
            high = high.saturating_mul(stride).saturating_sub(padding).saturating_add(extent - 1);
            spans.push(low..=high);
        }
        spans.reverse();
        spans
    }

    /// For each map above map `map`, nearest first, the units that unit `unit` of it goes into.
    pub fn descendants(&self, map: usize, unit: usize, axis: usize) -> Vec<Span> {
        let (mut low, mut high) = (unit as i64, unit as i64);
        let mut spans = Vec::new();
        for step in self.steps.iter().skip(map) {
            let (stride, extent, padding) = numbers(Slide::of(&step.window, axis));
            // v·stride − padding ≤ high and v·stride − padding + extent − 1 ≥ low.
            low = -(extent - 1 - padding - low).div_euclid(stride);
            high = (high + padding).div_euclid(stride);
            spans.push(low..=high);
        }
        spans
    }
}

fn numbers(slide: Slide) -> (i64, i64, i64) {
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    (whole(slide.stride).max(1), whole(slide.extent().unwrap_or(usize::MAX)).max(1), whole(slide.padding))
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
            steps in proptest::collection::vec((1usize..5, 1usize..3, 0usize..3), 1..5), pixel in 0usize..20, unit in 0usize..20,
        ) {
            let text: String = steps.iter().map(|(k, s, p)| format!(";{k},{},{p}", s.min(k))).collect();
            let stack: Stack = format!("40x40{text}").parse().unwrap();
            let top = stack.steps.len();
            let seen = stack.ancestors(top, unit, 0)[0].contains(&(pixel as i64));
            let goes = stack.descendants(0, pixel, 0)[top - 1].contains(&(unit as i64));
            prop_assert_eq!(seen, goes);
        }
    }
}
