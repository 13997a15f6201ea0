//! How much of its receptive field a unit really uses.
//!
//! The theoretical field says which pixels can change a unit; the gradient says how much a small change of each would.
//! Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", NIPS 2016: it falls
//! off from the centre like a bell, so that the effective field is a good deal smaller.

use super::Span;

/// How gradient grows with a box around the centre of the field.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// For each distance from the centre, in whole pixels from 0: the share of all gradient within it, down and across.
    pub shares: Vec<f64>,
}

impl Growth {
    /// Of gradient on an input of this width, row by row, around the centre of a field.
    pub fn of(gradient: &[f32], width: usize, field: &[Span; 2]) -> Growth {
        // Twice the centre, since fields of even length have it between two pixels.
        let [down, across] = [0, 1].map(|axis: usize| field[axis].start() + field[axis].end());
        let furthest = field.iter().map(|span| (span.end() - span.start() + 1) / 2).max().unwrap_or(0);
        let mut rings = vec![0f64; furthest as usize + 1];
        let last = rings.len() - 1;
        for (at, value) in gradient.iter().enumerate() {
            let (row, column) = ((at / width) as i64, (at % width) as i64);
            let distance = (2 * row - down).abs().max((2 * column - across).abs());
            rings[((distance + 1) / 2).min(last as i64) as usize] += f64::from(value.abs());
        }
        let total: f64 = rings.iter().sum();
        let mut sum = 0.0;
        let share = |ring: &f64| {
            sum += ring;
            if total > 0.0 { sum / total } else { 0.0 }
        };
        Growth { shares: rings.iter().map(share).collect() }
    }

    /// The side, in pixels, of the smallest box around the centre that holds this share.
    pub fn side(&self, share: f64) -> usize {
        let distance =
            self.shares.iter().position(|within| *within >= share).unwrap_or(self.shares.len() - 1);
        2 * distance + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_in_the_middle() {
        let mut gradient = [0.0; 25];
        gradient[12] = 2.0;
        let growth = Growth::of(&gradient, 5, &[0..=4, 0..=4]);
        assert_eq!(growth.side(0.5), 1);
        assert_eq!(growth.shares.last(), Some(&1.0));
    }

    #[test]
    fn even_everywhere() {
        let growth = Growth::of(&[1.0; 25], 5, &[0..=4, 0..=4]);
        assert_eq!(growth.shares, [1.0 / 25.0, 9.0 / 25.0, 1.0]);
        assert_eq!((growth.side(0.36), growth.side(0.95)), (3, 5));
        assert_eq!(Growth::of(&[0.0; 25], 5, &[0..=4, 0..=4]).shares, [0.0; 3]);
    }
}
