//! Evaluation at test time as VGG's paper does it: dense over the whole photo at several scales (Simonyan and Zisserman,
//! section 3.2), over many crops (section 4.3, after GoogLeNet), or both.

use serde::{Deserialize, Serialize};

use crate::image::{Fit, NetworkInput, Rect};
use crate::model::Sizes;
use crate::render::{self, ColourMap, Range, Tile};

/// By which protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Over crops too, besides dense.
    pub crops: bool,
}

/// What each protocol says, as far as they are done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// In the order in which they are done.
    pub rows: Vec<Row>,
}

/// A way to evaluate a network on a photo. Scales are lengths of the photo's shorter side, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// The network convolved over the whole photo, and over its mirror image, at a scale.
    Dense(usize),
    /// 50 crops at a scale: 5×5 places, and their mirror images.
    Crops(usize),
    /// The mean over all scales of dense evaluation.
    AllDense,
    /// The mean over all scales of crops.
    AllCrops,
    /// The mean of both.
    Both,
}

/// What a protocol says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The protocol.
    pub protocol: Protocol,
    /// Means of the probabilities of the classes.
    #[serde(with = "super::floats")]
    pub probabilities: Vec<f32>,
    /// How many passes they are the mean of.
    pub passes: u32,
    /// Time that it took, in milliseconds.
    pub ms: f64,
    /// Where the scores come from, of dense evaluation.
    pub maps: Option<ScoreMaps>,
}

/// What each place of the map of scores says, of a photo that is not mirrored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreMaps {
    /// Rows and columns of the network's input.
    pub input: [usize; 2],
    /// Rows and columns of the map.
    pub places: [usize; 2],
    /// The part of the input that its places stand on: a stride for each, about the centre of what it sees.
    pub over: Rect,
    /// The probability of some classes at each place, row by row: the likeliest of this row and of the run.
    pub classes: Vec<(usize, Vec<f32>)>,
}

impl ScoreMaps {
    /// The probabilities of a class, if they are there.
    pub fn of(&self, class: usize) -> Option<&[f32]> {
        self.classes.iter().find(|(one, _)| *one == class).map(|(_, values)| values.as_slice())
    }

    /// The probabilities of a class in colours, to be laid over the input: where they say little, and where no place stands, it
    /// shows through.
    pub fn over_photo(&self, values: &[f32]) -> Tile {
        let ([height, width], [rows, columns]) = (self.input, self.places);
        let Rect { x, y, width: across, height: down } = self.over;
        let place = |at: usize, from: f64, length: f64, count: usize| {
            let place = ((at as f64 + 0.5 - from) / length * count as f64).floor();
            (place >= 0.0 && place < count as f64).then_some(place as usize)
        };
        let inks = render::plane(values, columns.max(1), Range { low: 0.0, high: 1.0 }, SCORES);
        let mut rgba = vec![0; height * width * 4];
        for (at, pixel) in rgba.chunks_exact_mut(4).enumerate() {
            let row = place(at / width, y, down, rows);
            if let (Some(row), Some(column)) = (row, place(at % width, x, across, columns)) {
                let unit = row * columns + column;
                let ink = inks.rgba.get(unit * 4..unit * 4 + 3).zip(values.get(unit));
                if let Some((ink, value)) = ink {
                    pixel[..3].copy_from_slice(ink);
                    pixel[3] = (value.clamp(0.0, 1.0).sqrt() * 220.0) as u8;
                }
            }
        }
        Tile { width, height, rgba }
    }
}

/// The colours of probabilities over a photo.
pub const SCORES: ColourMap = ColourMap::Magma;

/// Places of crops along each side.
pub const GRID: usize = 5;
/// Crops at a scale.
pub const CROPS: usize = 2 * GRID * GRID;

/// The scales for a network whose input has this shorter side: 256, 384 and 512 for one of 224, as in the paper's section
/// 4.2, and in these proportions for any other.
pub fn scales(side: usize) -> [usize; 3] {
    [8, 12, 16].map(|eighths| (side * eighths + 3) / 7)
}

/// Rows and columns of a photo of this width and height at a scale; of one that is longer than a network is read for, its
/// middle.
pub fn whole([width, height]: [usize; 2], scale: usize) -> [usize; 2] {
    let shorter = width.min(height).max(1);
    let side = |length: usize| ((length * scale * 2 + shorter) / (2 * shorter)).min(*Sizes::SIDES.end());
    [side(height), side(width)]
}

/// How the whole photo becomes that.
pub fn whole_fit(scale: usize) -> Fit {
    crop(scale, [500, 500])
}

/// How a crop of so many is taken at a scale, row by row.
pub fn crop_fit(scale: usize, at: usize) -> Fit {
    let share = |place: usize| (place % GRID * 1000 / (GRID - 1)) as u16;
    crop(scale, [share(at), share(at / GRID)])
}

fn crop(scale: usize, [left, top]: [u16; 2]) -> Fit {
    Fit::Crop { scale: u16::try_from(scale).unwrap_or(u16::MAX), left, top }
}

/// The mirror image: left is right.
pub fn mirrored(input: &NetworkInput) -> NetworkInput {
    let mut mirrored = input.clone();
    for row in mirrored.rgb.chunks_exact_mut(input.width * 3) {
        row.reverse();
        row.chunks_exact_mut(3).for_each(<[u8]>::reverse);
    }
    mirrored
}

/// The mean of what several protocols say.
pub fn mean(protocol: Protocol, rows: &[&Row]) -> Row {
    let classes = rows.first().map_or(0, |row| row.probabilities.len());
    let share = |class: usize| {
        let sum: f64 =
            rows.iter().filter_map(|row| row.probabilities.get(class)).map(|one| f64::from(*one)).sum();
        (sum / rows.len() as f64) as f32
    };
    Row {
        protocol,
        probabilities: (0..classes).map(share).collect(),
        passes: rows.iter().map(|row| row.passes).sum(),
        ms: rows.iter().map(|row| row.ms).sum(),
        maps: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_of_the_paper() {
        assert_eq!(scales(224), [256, 384, 512]);
        assert_eq!(scales(32), [37, 55, 73]);
    }

    #[test]
    fn a_photo_keeps_its_ratio() {
        assert_eq!(whole([640, 480], 384), [384, 512]);
        assert_eq!(whole([480, 640], 256), [341, 256]);
        assert_eq!(whole([5000, 500], 512), [512, 1024]);
        assert_eq!(whole([1, 1], 256), [256, 256]);
    }

    #[test]
    fn crops_reach_the_borders() {
        let at = |place| match crop_fit(256, place) {
            Fit::Crop { scale: 256, left, top } => [left, top],
            _ => panic!("no crop"),
        };
        assert_eq!([at(0), at(1), at(4), at(24)], [[0, 0], [250, 0], [1000, 0], [1000, 1000]]);
    }

    #[test]
    fn places_stand_on_what_they_see() {
        let over = Rect { x: 1.0, y: 0.0, width: 2.0, height: 2.0 };
        let maps = ScoreMaps { input: [2, 4], places: [1, 2], over, classes: vec![(7, vec![1.0, 0.25])] };
        let tile = maps.over_photo(maps.of(7).unwrap());
        let alpha: Vec<u8> = tile.rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
        assert_eq!(alpha, [0, 220, 110, 0, 0, 220, 110, 0]);
    }

    #[test]
    fn left_is_right() {
        let input = NetworkInput { width: 2, height: 2, rgb: (0..12).collect() };
        assert_eq!(mirrored(&input).rgb, [3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8]);
        assert_eq!(mirrored(&mirrored(&input)), input);
    }
}
