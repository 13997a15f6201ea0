//! How the value of one unit came to be: the numbers that went into it, step by step.

use serde::{Deserialize, Serialize};

use crate::nn::{LayerId, Position};
use crate::render::{ColourMap, Tile};
use crate::shared::Shared;

/// Which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The unit.
    pub unit: Unit,
    /// The colours of the maps beside its terms.
    pub colours: ColourMap,
}

/// How its value came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The arithmetic; `None` of a layer whose arithmetic is more than a page can show.
    pub breakdown: Option<Breakdown>,
    /// The maps that its terms are of, in their order; none where the terms are of single values.
    pub maps: Vec<Shared<Tile>>,
}

/// One unit of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its layer.
    pub layer: LayerId,
    /// Its channel.
    pub channel: u16,
    /// Its row and column.
    pub place: Position,
}

/// How the value of a unit came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Breakdown {
    /// What it is computed from.
    pub terms: Terms,
    /// What the terms make, before anything else is done to it.
    pub made: f64,
    /// What is done to that, in order.
    pub steps: Vec<TailStep>,
    /// What the engine computed.
    pub value: f32,
}

impl Breakdown {
    /// The value as these steps make it.
    pub fn result(&self) -> f64 {
        self.steps.last().map_or(self.made, |step| step.result)
    }

    /// How far the engine's value is from that.
    pub fn difference(&self) -> f64 {
        self.result() - f64::from(self.value)
    }
}

/// Where a layer finds what it reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// In a layer.
    Layer(LayerId),
    /// In a tensor of the file that is no layer.
    Tensor(String),
}

/// What a value is computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Terms {
    /// A convolution: patches of the maps that it reads, each times a slice of the kernel.
    Convolution {
        /// Where the maps are.
        from: Origin,
        /// The patches, row by row as the kernel has it.
        window: Patches,
        /// The channels that add most, by size; the largest first.
        top: Vec<Slice>,
        /// All other channels.
        rest: Rest,
    },
    /// A dense layer: features, each times a weight.
    Dense {
        /// Where the features are.
        from: Origin,
        /// The features that add most, by size; the largest first.
        top: Vec<Feature>,
        /// All other features.
        rest: Rest,
    },
    /// A pool: the values under its window.
    Pool {
        /// Where the map is.
        from: Origin,
        /// The patch.
        window: Patches,
        /// Its values; none in the padding.
        patch: Vec<Option<f32>>,
        /// What becomes of them.
        pooled: Pooled,
    },
    /// A pool over a whole map.
    Mean {
        /// Where the map is.
        from: Origin,
        /// Values of the map.
        count: usize,
        /// Their sum.
        sum: f64,
    },
    /// A sum of maps.
    Sum(Vec<(Origin, f32)>),
}

/// What a pool makes of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pooled {
    /// The largest value, which stands at this place of the patch.
    Max(usize),
    /// The sum over this number of values.
    Average(usize),
}

/// Where a window lies on the maps below, as rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patches {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// First row and column; below 0 lies the padding.
    pub first: [i64; 2],
    /// Distance between neighbouring taps.
    pub dilation: [usize; 2],
    /// Rows and columns of the maps.
    pub size: [usize; 2],
}

impl Patches {
    /// The place of each tap on the maps, in the order of the kernel; none in the padding.
    pub fn places(self) -> impl Iterator<Item = Option<Position>> {
        let at = move |axis: usize, tap: usize| {
            let place = self.first[axis] + (tap * self.dilation[axis]) as i64;
            usize::try_from(place).ok().filter(|place| *place < self.size[axis])
        };
        let [rows, columns] = self.kernel;
        (0..rows * columns).map(move |tap| Some([at(0, tap / columns)?, at(1, tap % columns)?]))
    }
}

/// One channel under the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The channel of the maps that are read.
    pub channel: u16,
    /// The values under the window; none in the padding.
    pub patch: Vec<Option<f32>>,
    /// The kernel's weights for them.
    pub kernel: Vec<f32>,
    /// The sum of their products.
    pub sum: f64,
}

/// One feature of a dense layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The channel of the maps that are read.
    pub channel: u16,
    /// Its row and column there.
    pub place: Position,
    /// Its value.
    pub value: f32,
    /// The weight of it.
    pub weight: f32,
}

/// Terms that are not shown one by one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rest {
    /// How many.
    pub count: usize,
    /// Their sum.
    pub sum: f64,
}

/// What is done to a value, and what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TailStep {
    /// What is done.
    pub kind: TailOp,
    /// The value after it.
    pub result: f64,
}

/// What is done to a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TailOp {
    /// A number is added.
    Add(f32),
    /// It is multiplied by a number.
    Multiply(f32),
    /// Batch normalisation: scale · (x − mean) / √(variance + epsilon) + shift (Ioffe and Szegedy 2015, algorithm 2).
    Norm {
        /// Learnt factor.
        scale: f32,
        /// Learnt summand.
        shift: f32,
        /// Mean over the training data.
        mean: f32,
        /// Variance over the training data.
        variance: f32,
        /// What keeps the root from zero.
        epsilon: f32,
    },
    /// It is rounded to a multiple of a scale, as quantised numbers are.
    Round {
        /// The distance between two multiples.
        scale: f32,
        /// The least.
        low: f32,
        /// The largest.
        high: f32,
    },
    /// An activation function, as ONNX calls it.
    Activation(String),
}

/// The places of the `most` largest terms by size, the largest first, and what the others add up to.
pub fn strongest(terms: &[f64], most: usize) -> (Vec<usize>, Rest) {
    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_by(|a, b| terms[*b].abs().total_cmp(&terms[*a].abs()));
    let others = order.split_off(most.min(order.len()));
    let rest = Rest { count: others.len(), sum: others.iter().map(|at| terms[*at]).sum() };
    (order, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_by_size() {
        let (top, rest) = strongest(&[1.0, -5.0, 0.5, 2.0], 2);
        assert_eq!(top, [1, 3]);
        assert_eq!(rest, Rest { count: 2, sum: 1.5 });
        assert_eq!(strongest(&[1.0], 4), (vec![0], Rest { count: 0, sum: 0.0 }));
        assert_eq!(strongest(&[], 4).0, [0; 0]);
    }

    #[test]
    fn windows_over_the_edge() {
        let window = Patches { kernel: [2, 3], first: [-1, 1], dilation: [1, 2], size: [4, 4] };
        let places: Vec<_> = window.places().collect();
        assert_eq!(places, [None, None, None, Some([0, 1]), Some([0, 3]), None]);
    }
}
