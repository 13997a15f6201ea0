//! Behind a map that was resized: a ratio of two small numbers makes as many kinds of units as it repeats after; any other
//! ratio makes each unit a kind of its own.

use super::{KINDS, Reach, Span, gcd};

impl Reach {
    /// Of the units of a map that is made of one of so many units, `seen` by each of them; those below 0 and beyond the end
    /// stand for the edges, which are repeated.
    pub fn resized(&self, length: usize, seen: &[Span]) -> Option<Reach> {
        let (from, to) = (i64::try_from(length).ok()?, i64::try_from(seen.len()).ok()?);
        let common = gcd(from, to);
        let (up, down) = (from.checked_div(common)?, to.checked_div(common)?);
        let period = usize::try_from(down).ok()?;
        let moved = |span: &Span| span.start() + up..=span.end() + up;
        let repeats = seen.iter().zip(&seen[period.min(seen.len())..]).all(|(one, next)| moved(one) == *next);
        // What is seen only once repeats in no way that is known.
        if repeats && common > 1 && !self.uneven {
            return self.over(up, down, |unit| {
                let span = seen.get(unit.rem_euclid(down) as usize)?;
                let before = unit.div_euclid(down).checked_mul(up)?;
                Some(span.start().checked_add(before)?..=span.end().checked_add(before)?)
            });
        }
        (seen.len() <= KINDS).then_some(())?;
        let inside = |unit: &i64| (*unit).clamp(0, from - 1);
        let kind = |span: &Span| self.span(&(inside(span.start())..=inside(span.end())));
        let kinds = seen.iter().map(kind).collect::<Option<_>>()?;
        Some(Reach { kinds, shift: (self.stride() * length as f64).round() as i64, uneven: true })
    }

    /// Of units that all see what unit 0 does.
    pub fn everywhere(&self) -> Reach {
        Reach { kinds: self.kinds[..1].to_vec(), shift: 0, uneven: false }
    }

    /// The union of two branches of which one at least has as many kinds as units.
    pub(super) fn union_uneven(&self, other: &Reach) -> Option<Reach> {
        let count = [self, other].iter().filter(|reach| reach.uneven).map(|reach| reach.kinds.len()).max()?;
        let kinds = (0..count).map(|unit| self.both(other, unit)).collect::<Option<_>>()?;
        // The stride of a branch that repeats is exact.
        let exact = if self.uneven { other } else { self };
        Some(Reach { kinds, shift: (exact.stride() * count as f64).round() as i64, uneven: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptive_field::Slide;

    fn halved() -> Reach {
        Reach::pixel().through(Slide { kernel: 3, stride: 2, dilation: 1, padding: 1 }).unwrap()
    }

    /// Twice as large by repeating: units 2u and 2u + 1 see what u saw.
    #[test]
    fn repeated_units() {
        let seen: Vec<Span> = (0..16).map(|unit| unit / 2..=unit / 2).collect();
        let reach = halved().resized(8, &seen).unwrap();
        assert_eq!([0, 1, 2, 15].map(|unit| reach.pixels(unit)), [-1..=1, -1..=1, 1..=3, 13..=15]);
        assert_eq!((reach.stride(), reach.size()), (1.0, 3));
        assert!(reach.union(&Reach::pixel()).is_ok());
    }

    /// From corner to corner, 4 units become 7: every second lies halfway between two.
    #[test]
    fn corner_to_corner() {
        let seen: Vec<Span> = (0..7i64).map(|unit| unit / 2..=(unit + 1) / 2).collect();
        let reach = halved().resized(4, &seen).unwrap();
        let pixels: Vec<Span> = (0..7).map(|unit| reach.pixels(unit)).collect();
        assert_eq!(pixels, [-1..=1, -1..=3, 1..=3, 1..=5, 3..=5, 3..=7, 5..=7]);
        // Beside the photo's own pixels, each unit sees its own too.
        let both = reach.union(&Reach::pixel()).unwrap();
        assert_eq!((both.pixels(6), both.stride()), (5..=7, 1.0));
        // A convolution over that.
        let next = both.through(Slide { kernel: 3, stride: 1, dilation: 1, padding: 1 }).unwrap();
        assert_eq!((next.pixels(1), next.pixels(5)), (-1..=3, 3..=7));
    }
}
