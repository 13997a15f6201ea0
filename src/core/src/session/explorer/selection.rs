//! What a person has selected: a layer, a channel, a unit or a pixel, a class; and what a unit or pixel stands for at the
//! other end of the network: a unit's pixels, a pixel's units.

use std::ops::RangeInclusive;

use crate::explain::attribution::Method;
use crate::nn::{LayerId, Position, Shape};
use crate::pages::route::Link;
use crate::receptive_field::{ReceptiveField, Span};

/// What a person points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A unit of the open map.
    Unit(Position),
    /// A pixel of the network's input.
    Pixel(Position),
}

impl Target {
    /// Whether it means something on every layer.
    fn is_pixel(&self) -> bool {
        matches!(self, Target::Pixel(_))
    }
}

/// What is pointed at, and what is pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Under the pointer.
    pub pointed: Option<Target>,
    /// Stays when the pointer leaves; the pointer says nothing until it is freed.
    pub pinned: Option<Target>,
}

impl Cursor {
    /// What everything on the page shows.
    pub fn target(self) -> Option<Target> {
        self.pinned.or(self.pointed)
    }

    /// The same on another layer: its units are others, the photo's pixels stay.
    fn on_another_layer(self) -> Cursor {
        let pixel = Target::is_pixel;
        Cursor { pointed: self.pointed.filter(pixel), pinned: self.pinned.filter(pixel) }
    }
}

/// What a person has selected on the explorer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The open layer.
    pub layer: Option<LayerId>,
    /// The open channel of it.
    pub channel: Option<u16>,
    /// A unit of it, or a pixel.
    pub cursor: Cursor,
    /// The channel that is read whose slices of all kernels are shown; none for those of the open channel's kernel.
    pub kernels_of: Option<u16>,
    /// The class whose attribution is shown.
    pub class: Option<usize>,
    /// How the person wants it attributed; none for the best way there is.
    pub method: Option<Method>,
    /// Whether it is shown how much each pixel counts for the pinned unit.
    pub effective_field: bool,
}

impl Selection {
    /// An address that opens it again; none before a layer is open.
    pub fn link(&self) -> Option<Link> {
        let unit = match self.cursor.pinned {
            Some(Target::Unit(unit)) if self.channel.is_some() => Some(unit),
            _ => None,
        };
        Some(Link { layer: self.layer?, channel: self.channel, unit })
    }

    /// Opens a layer; of a channel that it has not, none is open.
    pub(in crate::session) fn open(&mut self, layer: LayerId, channels: usize) {
        self.layer = Some(layer);
        self.channel = self.channel.filter(|channel| usize::from(*channel) < channels);
        self.kernels_of = None;
        self.cursor = self.cursor.on_another_layer();
    }
}

/// What is lit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lit {
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

/// What is lit for a target, on a layer of this shape and receptive field over an input of that shape; `None` where there is no
/// such unit or pixel, or where it is not known what the layer sees.
pub fn lit(target: Target, field: &ReceptiveField, shape: Shape, input: Shape) -> Option<Lit> {
    let [rows, columns] = field.reach.as_ref()?;
    let inside = |[row, column]: Position, of: Shape| row < of.height && column < of.width;
    match target {
        Target::Unit(unit) if inside(unit, shape) => {
            let pixels = field.pixels(unit, [input.height, input.width])?;
            Some(Lit::Field { unit, pixels })
        }
        Target::Pixel(pixel) if inside(pixel, input) => {
            let units = [rows.units(pixel[0], shape.height), columns.units(pixel[1], shape.width)];
            Some(Lit::Units { pixel, units })
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
        (ReceptiveField { reach: Some(last.reach.clone()), ..ReceptiveField::default() }, shape)
    }

    #[test]
    fn both_ways_agree() {
        let (field, shape) = layer("8x8;3,1,1;m2,2,0;3,1,1");
        for at in 0..64 {
            let pixel = [at / 8, at % 8];
            let Some(Lit::Units { units: [rows, columns], .. }) =
                lit(Target::Pixel(pixel), &field, shape, INPUT)
            else {
                panic!("no units");
            };
            for unit in (0..16).map(|at| [at / 4, at % 4]) {
                let Some(Lit::Field { pixels: [down, across], .. }) =
                    lit(Target::Unit(unit), &field, shape, INPUT)
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
        let (field, shape) = layer("8x8;3,1,1");
        let field = |unit| match lit(Target::Unit(unit), &field, shape, INPUT) {
            Some(Lit::Field { pixels, .. }) => padded(&pixels, INPUT),
            other => panic!("{other:?}"),
        };
        assert_eq!(field([3, 3]), 0.0);
        // A corner's window has 4 of its 9 pixels on the picture.
        assert!((field([0, 7]) - 5.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_there_is_not_seen() {
        let (field, shape) = layer("8x8;m2,2,0");
        assert_eq!(lit(Target::Unit([4, 0]), &field, shape, INPUT), None);
        assert_eq!(lit(Target::Pixel([0, 8]), &field, shape, INPUT), None);
        assert_eq!(lit(Target::Unit([0, 0]), &ReceptiveField::default(), shape, INPUT), None);
    }

    #[test]
    fn a_pin_stays() {
        let (unit, pixel) = (Target::Unit([1, 2]), Target::Pixel([3, 4]));
        let cursor = Cursor { pointed: Some(unit), pinned: Some(pixel) };
        assert_eq!(cursor.target(), Some(pixel));
        assert_eq!(cursor.on_another_layer(), Cursor { pointed: None, pinned: Some(pixel) });
    }
}
