//! What a person points at, and what it stands for at the other end of the network: a unit's pixels, a pixel's units.

use std::ops::RangeInclusive;

use crate::nn::{Position, Shape};
use crate::receptive_field::{ReceptiveField, Span};

/// What a person points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A unit of the open map.
    Unit(Position),
    /// A pixel of what the network is fed.
    Pixel(Position),
}

/// What is pointed at, and what is pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaze {
    /// Under the pointer.
    pub pointed: Option<Spot>,
    /// Stays when the pointer leaves; the pointer says nothing until it is freed.
    pub pinned: Option<Spot>,
}

impl Gaze {
    /// What everything on the page shows.
    pub fn spot(self) -> Option<Spot> {
        self.pinned.or(self.pointed)
    }

    /// The same, looking at another layer: its units are others, the photo's pixels stay.
    pub(crate) fn on_another_layer(self) -> Gaze {
        let pixel = |spot: &Spot| matches!(spot, Spot::Pixel(_));
        Gaze { pointed: self.pointed.filter(pixel), pinned: self.pinned.filter(pixel) }
    }
}

/// What lights up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A unit, and the rows and columns of pixels that it sees; those below 0 and beyond the end lie in the padding.
    Field {
        /// The unit.
        unit: Position,
        /// Rows and columns.
        pixels: [Span; 2],
    },
    /// A pixel, and the rows and columns of units that see it; empty where none does.
    Units {
        /// The pixel.
        pixel: Position,
        /// Rows and columns.
        units: [RangeInclusive<usize>; 2],
    },
}

/// What lights up for a spot, on a layer of this shape and sight over an input of that shape; `None` where there is no
/// such unit or pixel, or where it is not known what the layer sees.
pub fn seen(spot: Spot, sight: &ReceptiveField, shape: Shape, input: Shape) -> Option<Seen> {
    let [rows, columns] = sight.reach.as_ref()?;
    let inside = |[row, column]: Position, of: Shape| row < of.height && column < of.width;
    match spot {
        Spot::Unit(unit) if inside(unit, shape) => {
            Some(Seen::Field { unit, pixels: [rows.pixels(unit[0]), columns.pixels(unit[1])] })
        }
        Spot::Pixel(pixel) if inside(pixel, input) => {
            let units = [rows.units(pixel[0], shape.height), columns.units(pixel[1], shape.width)];
            Some(Seen::Units { pixel, units })
        }
        _ => None,
    }
}

/// The share of a field that lies in the padding.
pub fn padded([rows, columns]: &[Span; 2], input: Shape) -> f64 {
    let (full, kept) = [(rows, input.height), (columns, input.width)].into_iter().fold(
        (1.0, 1.0),
        |(full, kept), (span, side)| {
            let whole = (span.end() - span.start() + 1) as f64;
            let part = ((*span.end()).min(side as i64 - 1) - (*span.start()).max(0) + 1).max(0) as f64;
            (full * whole, kept * part)
        },
    );
    1.0 - kept / full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::stack::Stack;

    const INPUT: Shape = Shape { channels: 3, height: 8, width: 8 };

    fn layer(stack: &str) -> (ReceptiveField, Shape) {
        let stack: Stack = stack.parse().unwrap();
        let rows = stack.rows().unwrap();
        let last = rows.last().unwrap();
        let shape = Shape { channels: 4, height: last.size[0], width: last.size[1] };
        (ReceptiveField { reach: Some(last.reach.clone()), misfit: None }, shape)
    }

    #[test]
    fn both_ways_agree() {
        let (sight, shape) = layer("8x8;3,1,1;m2,2,0;3,1,1");
        for at in 0..64 {
            let pixel = [at / 8, at % 8];
            let Some(Seen::Units { units: [rows, columns], .. }) =
                seen(Spot::Pixel(pixel), &sight, shape, INPUT)
            else {
                panic!("no units");
            };
            for unit in (0..16).map(|at| [at / 4, at % 4]) {
                let Some(Seen::Field { pixels: [down, across], .. }) =
                    seen(Spot::Unit(unit), &sight, shape, INPUT)
                else {
                    panic!("no field");
                };
                let sees = down.contains(&(pixel[0] as i64)) && across.contains(&(pixel[1] as i64));
                assert_eq!(sees, rows.contains(&unit[0]) && columns.contains(&unit[1]), "{unit:?} {pixel:?}");
            }
        }
    }

    #[test]
    fn padding_is_counted() {
        let (sight, shape) = layer("8x8;3,1,1");
        let field = |unit| match seen(Spot::Unit(unit), &sight, shape, INPUT) {
            Some(Seen::Field { pixels, .. }) => padded(&pixels, INPUT),
            other => panic!("{other:?}"),
        };
        assert_eq!(field([3, 3]), 0.0);
        // A corner's window has 4 of its 9 pixels on the picture.
        assert!((field([0, 7]) - 5.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_there_is_not_seen() {
        let (sight, shape) = layer("8x8;m2,2,0");
        assert_eq!(seen(Spot::Unit([4, 0]), &sight, shape, INPUT), None);
        assert_eq!(seen(Spot::Pixel([0, 8]), &sight, shape, INPUT), None);
        assert_eq!(seen(Spot::Unit([0, 0]), &ReceptiveField::default(), shape, INPUT), None);
    }

    #[test]
    fn a_pin_stays() {
        let (unit, pixel) = (Spot::Unit([1, 2]), Spot::Pixel([3, 4]));
        let gaze = Gaze { pointed: Some(unit), pinned: Some(pixel) };
        assert_eq!(gaze.spot(), Some(pixel));
        assert_eq!(gaze.on_another_layer(), Gaze { pointed: None, pinned: Some(pixel) });
    }
}
