//! Occlusion: a grey square hides a part of the photo at a time; the map is what the class's probability loses (Zeiler and
//! Fergus, ECCV 2014, section 4.2).

use serde::{Deserialize, Serialize};

use super::attribution::AttributionMap;

/// Of which class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The class.
    pub class: usize,
}

/// The map of what is lost, as far as the square has come. It is never `None`: every network can be run again.
pub type Answer = Option<AttributionMap>;

/// Squares along each side of an occlusion map.
pub const GRID: usize = 14;
/// How many steps of the grid a square is wide.
const WIDE: f64 = 3.0;

/// The rows or columns that the square at this place of the grid hides, of a side this long: the first, and the one
/// after the last.
pub fn hidden(place: usize, side: usize) -> (usize, usize) {
    let step = side as f64 / GRID as f64;
    let middle = (place as f64 + 0.5) * step;
    let (first, last) = (middle - WIDE / 2.0 * step, middle + WIDE / 2.0 * step);
    (first.round().max(0.0) as usize, (last.round() as usize).min(side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_of_48_pixels_every_16() {
        assert_eq!(hidden(0, 224), (0, 32));
        assert_eq!(hidden(1, 224), (0, 48));
        assert_eq!(hidden(7, 224), (96, 144));
        assert_eq!(hidden(13, 224), (192, 224));
        // Every pixel is hidden by some square.
        for side in [14, 32, 97, 224] {
            assert!((0..side).all(|at| (0..GRID).any(|place| {
                let (first, end) = hidden(place, side);
                (first..end).contains(&at)
            })));
        }
    }
}
