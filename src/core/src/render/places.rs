//! Where a map responds, for those who do not see it.

use crate::nn::Position;

/// Where the positive values of a map are.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// Units of the map.
    pub units: usize,
    /// Units of a positive value.
    pub responding: usize,
    /// The largest positive value, and its first unit.
    pub strongest: Option<(f32, Position)>,
    /// The ninths of the map that hold half of the sum of its positive values, the fullest first: row and column of each, from
    /// 0 to 2, and its share. None where the map is too small to have ninths.
    pub ninths: Vec<([usize; 2], f32)>,
}

/// The share of the whole that the listed ninths hold.
const HALF: f64 = 0.5;

impl Places {
    /// Of a map of `width` columns; what is no number does not respond.
    pub fn of(values: &[f32], width: usize) -> Places {
        let height = values.len().checked_div(width).unwrap_or(0);
        let mut sums = [[0.0f64; 3]; 3];
        let (mut responding, mut strongest) = (0, None);
        for (at, &value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let unit = [at / width, at % width];
            responding += 1;
            if strongest.is_none_or(|(most, _)| value > most) {
                strongest = Some((value, unit));
            }
            sums[unit[0] * 3 / height.max(1)][unit[1] * 3 / width] += f64::from(value);
        }
        let ninths = if height < 3 || width < 3 { Vec::new() } else { fullest(&sums) };
        Places { units: values.len(), responding, strongest, ninths }
    }
}

fn fullest(sums: &[[f64; 3]; 3]) -> Vec<([usize; 2], f32)> {
    let total: f64 = sums.iter().flatten().sum();
    if total <= 0.0 || !total.is_finite() {
        return Vec::new();
    }
    let mut all: Vec<_> = (0..9).map(|at| ([at / 3, at % 3], sums[at / 3][at % 3] / total)).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut held = 0.0;
    let part = all.into_iter().take_while(|(_, share)| {
        let wanted = held < HALF;
        held += share;
        wanted
    });
    part.map(|(place, share)| (place, share as f32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_corner() {
        let mut values = vec![0.0; 36];
        values[0] = 1.0;
        values[7] = 3.0;
        values[35] = -9.0;
        let places = Places::of(&values, 6);
        assert_eq!((places.units, places.responding), (36, 2));
        assert_eq!(places.strongest, Some((3.0, [1, 1])));
        assert_eq!(places.ninths, [([0, 0], 1.0)]);
    }

    #[test]
    fn evenly() {
        let places = Places::of(&[1.0; 81], 9);
        assert_eq!(places.ninths.len(), 5);
        assert!(places.ninths.iter().all(|(_, share)| (share - 1.0 / 9.0).abs() < 1e-6));
    }

    #[test]
    fn nothing_and_little() {
        assert_eq!(Places::of(&[], 0).strongest, None);
        assert_eq!(Places::of(&[0.0, f32::NAN, -1.0, 0.0], 2).responding, 0);
        assert_eq!(Places::of(&[2.0], 1).ninths, []);
        assert_eq!(Places::of(&[f32::INFINITY; 9], 3).ninths, []);
    }
}
