//! Numbers to colours: colour maps, the range that a colour map spans, and the contact sheet of a layer's maps.

use serde::{Deserialize, Serialize};

pub mod places;
pub mod stats;

use crate::nn::Shape;
use crate::render::stats::ChannelStats;

/// Pixels ready for a canvas: rows of RGBA bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Rows of RGBA bytes.
    #[serde(with = "serde_bytes")]
    pub rgba: Vec<u8>,
}

/// Which colour stands for which value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColourMap {
    /// Perceptually uniform, blue to yellow.
    #[default]
    Viridis,
    /// Perceptually uniform, black to cream.
    Magma,
    /// Perceptually uniform and the same to colour-blind eyes.
    Cividis,
    /// Black to white.
    Grey,
    /// Two hues that meet at zero: negative blue, positive red.
    Diverging,
}

impl ColourMap {
    /// Every map, as the page offers them.
    pub const ALL: [ColourMap; 5] =
        [ColourMap::Viridis, ColourMap::Magma, ColourMap::Cividis, ColourMap::Grey, ColourMap::Diverging];

    /// The colour at `t`, from 0 for the low end of the range to 1 for its high end.
    pub fn colour(self, t: f64) -> [u8; 3] {
        let colour = match self {
            ColourMap::Viridis => colorous::VIRIDIS.eval_continuous(t),
            ColourMap::Magma => colorous::MAGMA.eval_continuous(t),
            ColourMap::Cividis => colorous::CIVIDIS.eval_continuous(t),
            ColourMap::Grey => return [(t * 255.0).round() as u8; 3],
            ColourMap::Diverging => colorous::RED_BLUE.eval_continuous(1.0 - t),
        };
        colour.as_array()
    }

    /// The colour of a value within a range.
    pub fn tint(self, value: f32, range: Range) -> [u8; 3] {
        self.colour(f64::from(range.place(value)))
    }

    /// The range that spans the values of these maps: symmetric about zero where the colours are.
    pub fn range<'a>(self, stats: impl IntoIterator<Item = &'a ChannelStats>) -> Range {
        let (low, high) = stats
            .into_iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), s| (low.min(s.min), high.max(s.max)));
        if low > high {
            return Range { low: 0.0, high: 0.0 };
        }
        let most = low.abs().max(high.abs());
        if self == ColourMap::Diverging { Range { low: -most, high: most } } else { Range { low, high } }
    }

    fn ramp(self) -> [[u8; 3]; 256] {
        std::array::from_fn(|at| self.colour(at as f64 / 255.0))
    }
}

/// Which maps share one range of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Each map spans all colours: its shape shows.
    #[default]
    Map,
    /// All maps of the layer share one range: their strength shows.
    Layer,
    /// All maps of the network share theirs.
    Network,
}

impl Scale {
    /// Every scale, as the page offers them.
    pub const ALL: [Scale; 3] = [Scale::Map, Scale::Layer, Scale::Network];

    /// The scale of maps of so many units: one unit has no range of its own.
    pub fn over(self, plane: usize) -> Scale {
        if plane == 1 && self == Scale::Map { Scale::Layer } else { self }
    }
}

/// The values at the two ends of a colour map.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Value of the first colour.
    pub low: f32,
    /// Value of the last colour.
    pub high: f32,
}

impl Range {
    /// Where a value lies, 0 to 1; a range of one value lies at its low end.
    fn place(self, value: f32) -> f32 {
        let span = self.high - self.low;
        if span > 0.0 && value.is_finite() { ((value - self.low) / span).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// A layer's maps on one canvas, row by row: each a cell of one pixel a unit, gaps between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Cells in a row.
    pub columns: usize,
    /// Number of cells.
    pub count: usize,
    /// Columns of one map.
    pub cell_width: usize,
    /// Rows of one map.
    pub cell_height: usize,
    /// Pixels between cells.
    pub gap: usize,
}

impl Sheet {
    /// The sheet of all maps of a layer, about `aspect` times as wide as high, its last row as full as can be.
    pub fn new(shape: Shape, aspect: f64) -> Sheet {
        let gap = if shape.plane() == 1 { 0 } else { (shape.width / 16).max(1) };
        let (w, h) = ((shape.width + gap) as f64, (shape.height + gap) as f64);
        let count = shape.channels.max(1);
        let ideal = (count as f64 * aspect * h / w).sqrt();
        let most = ((ideal * 1.25).floor() as usize).clamp(1, count);
        let least = ((ideal * 0.8).ceil() as usize).clamp(1, most);
        let empty = |columns: usize| count.next_multiple_of(columns) - count;
        let off = |columns: usize| (columns as f64 - ideal).abs();
        let columns = (least..=most)
            .min_by(|a, b| empty(*a).cmp(&empty(*b)).then(off(*a).total_cmp(&off(*b))))
            .unwrap_or(most);
        let (cell_width, cell_height) = (shape.width, shape.height);
        Sheet { columns, count: shape.channels, cell_width, cell_height, gap }
    }

    /// Cells in a column.
    pub fn rows(self) -> usize {
        self.count.div_ceil(self.columns)
    }

    /// Width in pixels.
    pub fn width(self) -> usize {
        self.columns * (self.cell_width + self.gap) - self.gap
    }

    /// Height in pixels.
    pub fn height(self) -> usize {
        self.rows() * (self.cell_height + self.gap) - self.gap
    }

    /// The top left pixel of the cell at this place of the order.
    pub fn corner(self, place: usize) -> (usize, usize) {
        let (row, column) = (place / self.columns, place % self.columns);
        (column * (self.cell_width + self.gap), row * (self.cell_height + self.gap))
    }

    /// The place of the cell under a point given as shares of width and height; gaps belong to the cell before.
    pub fn place(self, across: f64, down: f64) -> Option<usize> {
        if !(0.0..1.0).contains(&across) || !(0.0..1.0).contains(&down) {
            return None;
        }
        let column = (across * self.width() as f64) as usize / (self.cell_width + self.gap);
        let row = (down * self.height() as f64) as usize / (self.cell_height + self.gap);
        let place = row * self.columns + column;
        (place < self.count).then_some(place)
    }
}

/// Draws a layer's maps in this order; `values` are all maps, plane by plane.
pub fn sheet(
    sheet: Sheet,
    values: &[f32],
    stats: &[ChannelStats],
    order: &[u16],
    map: ColourMap,
    shared: Option<Range>,
) -> Tile {
    let (width, height) = (sheet.width(), sheet.height());
    let mut rgba = vec![0u8; width * height * 4];
    let ramp = map.ramp();
    let plane = sheet.cell_width * sheet.cell_height;
    for (place, &channel) in order.iter().enumerate() {
        let channel = usize::from(channel);
        let range = shared.unwrap_or_else(|| map.range([&stats[channel]]));
        let (left, top) = sheet.corner(place);
        let cell = &values[channel * plane..(channel + 1) * plane];
        for (row, line) in cell.chunks_exact(sheet.cell_width).enumerate() {
            let start = ((top + row) * width + left) * 4;
            paint_line(line, range, &ramp, &mut rgba[start..start + line.len() * 4]);
        }
    }
    Tile { width, height, rgba }
}

/// Draws one map, one pixel a unit.
pub fn plane(values: &[f32], width: usize, range: Range, map: ColourMap) -> Tile {
    let mut rgba = vec![0u8; values.len() * 4];
    paint_line(values, range, &map.ramp(), &mut rgba);
    Tile { width, height: values.len() / width.max(1), rgba }
}

/// Averages a map down to at most `most` units a side, whole units only, so that a thumbnail shows all of it.
pub fn shrink(values: &[f32], width: usize, most: usize) -> (Vec<f32>, usize) {
    let height = values.len() / width.max(1);
    let by = width.max(height).div_ceil(most).max(1);
    if by == 1 {
        return (values.to_vec(), width);
    }
    let (columns, rows) = (width.div_ceil(by), height.div_ceil(by));
    let mut out = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (mut sum, mut count) = (0f32, 0f32);
            for y in row * by..((row + 1) * by).min(height) {
                for value in &values[y * width + column * by..y * width + ((column + 1) * by).min(width)] {
                    sum += value;
                    count += 1.0;
                }
            }
            out.push(sum / count);
        }
    }
    (out, columns)
}

/// A map as a picture of at most `most` units a side, over its own range.
pub fn small(values: &[f32], width: usize, most: usize, map: ColourMap) -> Tile {
    let (values, columns) = shrink(values, width, most);
    plane(&values, columns, map.range([&ChannelStats::of(&values)]), map)
}

/// The colours from low to high, in a row.
pub fn legend(map: ColourMap) -> Tile {
    let ramp: Vec<f32> = (0..256).map(|step| step as f32).collect();
    plane(&ramp, ramp.len(), Range { low: 0.0, high: 255.0 }, map)
}

fn paint_line(values: &[f32], range: Range, ramp: &[[u8; 3]; 256], out: &mut [u8]) {
    for (value, pixel) in values.iter().zip(out.chunks_exact_mut(4)) {
        let [r, g, b] = ramp[(range.place(*value) * 255.0 + 0.5) as usize];
        pixel.copy_from_slice(&[r, g, b, 255]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_of_the_maps() {
        assert_eq!(ColourMap::Grey.colour(0.0), [0, 0, 0]);
        assert_eq!(ColourMap::Grey.colour(1.0), [255, 255, 255]);
        // matplotlib's published viridis starts at 68 1 84 and ends at 253 231 37.
        assert_eq!(ColourMap::Viridis.colour(0.0), [68, 1, 84]);
        assert_eq!(ColourMap::Viridis.colour(1.0), [253, 231, 37]);
        let [r, _, b] = ColourMap::Diverging.colour(1.0);
        assert!(r > b, "positive is red");
    }

    #[test]
    fn diverging_is_centred_on_zero() {
        let stats = [ChannelStats { min: -1.0, max: 3.0, mean: 0.0, sparsity: 0.0 }];
        assert_eq!(ColourMap::Diverging.range(&stats), Range { low: -3.0, high: 3.0 });
        assert_eq!(ColourMap::Viridis.range(&stats), Range { low: -1.0, high: 3.0 });
    }

    #[test]
    fn rows_are_full_where_they_can_be() {
        let columns = |channels| Sheet::new(Shape { channels, height: 14, width: 14 }, 1.5).columns;
        assert_eq!([64, 128, 256, 512].map(columns), [8, 16, 16, 32]);
        assert_eq!(columns(1), 1);
    }

    #[test]
    fn per_map_and_per_layer() {
        let values = [0.0, 1.0, 0.0, 4.0];
        let stats = [ChannelStats::of(&values[..2]), ChannelStats::of(&values[2..])];
        let shape = Shape { channels: 2, height: 1, width: 2 };
        let geometry = Sheet::new(shape, 2.0);
        let bright = |shared, place: usize| {
            let tile = sheet(geometry, &values, &stats, &[0, 1], ColourMap::Grey, shared);
            let (x, y) = geometry.corner(place);
            tile.rgba[(y * tile.width + x + 1) * 4]
        };
        let layer = Some(ColourMap::Grey.range(&stats));
        assert_eq!(bright(None, 0), 255);
        assert_eq!(bright(layer, 0), 64);
        assert_eq!(bright(layer, 1), 255);
    }

    #[test]
    fn no_value_breaks_the_paint() {
        let tile =
            plane(&[f32::NAN, f32::INFINITY, 1.0, 1.0], 2, Range { low: 1.0, high: 1.0 }, ColourMap::Grey);
        assert_eq!((tile.width, tile.height), (2, 2));
        assert!(tile.rgba.chunks(4).all(|p| p == [0, 0, 0, 255]));
    }

    #[test]
    fn shrinking_keeps_the_mean() {
        let values: Vec<f32> = (0..64).map(|v| v as f32).collect();
        let (small, width) = shrink(&values, 8, 4);
        assert_eq!((small.len(), width), (16, 4));
        assert_eq!(small.iter().sum::<f32>() / 16.0, 31.5);
    }

    proptest! {
        #[test]
        fn cells_do_not_overlap_and_answer_the_pointer(
            channels in 1usize..600, height in 1usize..40, width in 1usize..40, aspect in 0.3f64..3.0,
        ) {
            let sheet = Sheet::new(Shape { channels, height, width }, aspect);
            prop_assert!(sheet.columns * sheet.rows() >= channels);
            for place in [0, channels / 2, channels - 1] {
                let (x, y) = sheet.corner(place);
                prop_assert!(x + width <= sheet.width() && y + height <= sheet.height());
                let across = (x as f64 + width as f64 / 2.0) / sheet.width() as f64;
                let down = (y as f64 + height as f64 / 2.0) / sheet.height() as f64;
                prop_assert_eq!(sheet.place(across, down), Some(place));
            }
        }
    }
}
