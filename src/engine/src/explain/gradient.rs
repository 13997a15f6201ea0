//! How much a unit or a class depends on each value of the layers below: its gradient, passed back through their
//! computations, a layer at a time.

mod transposed;

use std::collections::BTreeMap;
use std::ops::Range;

use vggscope_core::explain::breakdown::Unit;
use vggscope_core::explain::spread::deviation;
use vggscope_core::nn::{LayerId, Shape, Window};

use crate::load::computation::{Floats, Matrix, Operation};
use crate::{Activations, Network};

/// Columns that share a row of weights while it is at hand.
const BLOCK: usize = 16;

/// The gradient of one number with respect to the layers that were reached so far.
pub struct Backward {
    /// The layer of the number.
    from: LayerId,
    waiting: BTreeMap<LayerId, Gradient>,
}

/// How far the way back to a layer is.
pub enum Way {
    /// So many layers of so many are behind it.
    Progress(u32, u32),
    /// The gradient of that layer is complete.
    Reached,
    /// It does not lead there.
    DeadEnd,
}

/// The gradient with respect to a layer, zero but for a part of its rows and columns.
#[derive(Clone, Debug)]
pub struct Gradient {
    shape: Shape,
    rows: Range<usize>,
    columns: Range<usize>,
    /// Row by row, all channels of a place beside each other.
    values: Vec<f32>,
}

/// The way back ends at a layer of which it is not known how its values are computed, or how they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadEnd;

impl Backward {
    /// Of a unit, before its activation function, so that silent units have one too.
    pub fn of_unit(network: &Network, kept: &Activations, unit: Unit) -> Option<Backward> {
        let computation = network.computations.get(usize::from(unit.layer.0))?.as_ref()?;
        let mut gradient = one(network.shape(unit.layer)?, unit.channel, unit.place)?;
        for link in computation.links.iter().rev().filter(|link| !link.is_activation()) {
            gradient.each(|channel, _, value| Some(value * link.factor(channel))).ok()?;
        }
        let mut backward = Backward { from: unit.layer, waiting: BTreeMap::new() };
        backward.through(network, kept, unit.layer, &gradient).ok()?;
        Some(backward)
    }

    /// Of the score of a class.
    pub fn of_class(network: &Network, class: usize) -> Option<Backward> {
        let layer = network.answer?;
        let gradient = one(network.shape(layer)?, u16::try_from(class).ok()?, [0, 0])?;
        Some(Backward { from: layer, waiting: BTreeMap::from([(layer, gradient)]) })
    }

    /// The layer whose gradient is complete: none that reads it is left. `None` where the whole way back is gone.
    pub fn at(&self) -> Option<LayerId> {
        self.waiting.last_key_value().map(|(layer, _)| *layer)
    }

    /// The gradient with respect to that layer.
    pub fn gradient(&self) -> Option<&Gradient> {
        self.waiting.last_key_value().map(|(_, gradient)| gradient)
    }

    /// A step on the way back to a layer. Where one branch is a dead end, what comes by the others is only a part of the
    /// gradient, and no way.
    pub fn follow(&mut self, network: &Network, kept: &Activations, to: LayerId) -> Way {
        match self.at() {
            Some(at) if at == to => Way::Reached,
            Some(at) if at > to && self.step(network, kept).is_ok() => {
                let behind = |at: LayerId| self.from.0.saturating_sub(at.0).into();
                Way::Progress(behind(self.at().unwrap_or(LayerId(0))), behind(to))
            }
            _ => Way::DeadEnd,
        }
    }

    /// Passes the gradient of that layer on to what it reads.
    ///
    /// # Errors
    /// Where there is no way further back.
    pub fn step(&mut self, network: &Network, kept: &Activations) -> Result<(), DeadEnd> {
        let Some((layer, mut gradient)) = self.waiting.pop_last() else { return Ok(()) };
        let computation =
            network.computations.get(usize::from(layer.0)).and_then(Option::as_ref).ok_or(DeadEnd)?;
        let values = kept.values(layer).ok_or(DeadEnd)?;
        for link in computation.links.iter().rev() {
            gradient.each(|channel, at, value| Some(value * link.slope(channel, values[at])?))?;
        }
        self.through(network, kept, layer, &gradient)
    }

    /// Passes a gradient, with respect to what the terms of a layer make, on to what it reads.
    fn through(
        &mut self,
        network: &Network,
        kept: &Activations,
        layer: LayerId,
        gradient: &Gradient,
    ) -> Result<(), DeadEnd> {
        let computation =
            network.computations.get(usize::from(layer.0)).and_then(Option::as_ref).ok_or(DeadEnd)?;
        for from in &computation.reads {
            let shape = network.shape(*from).ok_or(DeadEnd)?;
            let below = match &computation.operation {
                Operation::Convolution { window, kernels, groups, .. } => {
                    gradient.through_convolution(window, kernels, *groups, shape)
                }
                Operation::Transposed { window, kernels, groups, .. } => {
                    gradient.through_transposed(window, kernels, *groups, shape)
                }
                Operation::Dense { matrix, .. } => gradient.through_dense(matrix, shape),
                Operation::MaxPool(window) => {
                    gradient.through_max(window, kept.values(*from).ok_or(DeadEnd)?, shape)
                }
                Operation::AveragePool(window, padded) => gradient.through_average(window, *padded, shape),
                Operation::GlobalAveragePool => gradient.spread(shape),
                Operation::Sum => gradient.clone(),
            };
            match self.waiting.remove(from) {
                Some(other) => self.waiting.insert(*from, other.plus(&below)),
                None => self.waiting.insert(*from, below),
            };
        }
        Ok(())
    }
}

/// The gradient of a unit with respect to its own layer.
fn one(shape: Shape, channel: u16, [row, column]: [usize; 2]) -> Option<Gradient> {
    let channel = usize::from(channel);
    (channel < shape.channels && row < shape.height && column < shape.width).then_some(())?;
    let mut gradient = Gradient::zero(shape, row..row + 1, column..column + 1);
    gradient.values[channel] = 1.0;
    Some(gradient)
}

impl Gradient {
    fn zero(shape: Shape, rows: Range<usize>, columns: Range<usize>) -> Gradient {
        let values = vec![0.0; rows.len() * columns.len() * shape.channels];
        Gradient { shape, rows, columns, values }
    }

    /// Its value at a place, all channels.
    pub fn place(&self, row: usize, column: usize) -> &[f32] {
        if !self.rows.contains(&row) || !self.columns.contains(&column) {
            return &[];
        }
        let start = self.index(row, column);
        &self.values[start..start + self.shape.channels]
    }

    /// The standard deviation of it over all of the layer.
    pub fn deviation(&self) -> f32 {
        let zeros = self.shape.units() - self.values.len();
        deviation(self.values.iter().copied().chain(std::iter::repeat_n(0.0, zeros))) as f32
    }

    /// The size of it at each place: the sum of the sizes of all channels, row by row over the whole layer.
    pub fn sizes(&self) -> Vec<f32> {
        let mut sizes = vec![0f32; self.shape.plane()];
        for [row, column] in self.places() {
            sizes[row * self.shape.width + column] =
                self.place(row, column).iter().map(|value| value.abs()).sum();
        }
        sizes
    }

    /// For each channel, the sum over its map of gradient times value.
    pub fn times(&self, values: &[f32]) -> Vec<f32> {
        let mut sums = vec![0f64; self.shape.channels];
        for [row, column] in self.places() {
            for (channel, value) in self.place(row, column).iter().enumerate() {
                let at = channel * self.shape.plane() + row * self.shape.width + column;
                sums[channel] += f64::from(*value) * f64::from(values[at]);
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }

    fn index(&self, row: usize, column: usize) -> usize {
        ((row - self.rows.start) * self.columns.len() + column - self.columns.start) * self.shape.channels
    }

    fn place_mut(&mut self, row: usize, column: usize) -> &mut [f32] {
        let start = self.index(row, column);
        &mut self.values[start..start + self.shape.channels]
    }

    /// The places within its bounds, row by row.
    pub fn places(&self) -> impl Iterator<Item = [usize; 2]> + use<> {
        let columns = self.columns.clone();
        self.rows.clone().flat_map(move |row| columns.clone().map(move |column| [row, column]))
    }

    /// Changes each value by its channel and its place among the layer's values, plane by plane.
    fn each(&mut self, change: impl Fn(usize, usize, f32) -> Option<f32>) -> Result<(), DeadEnd> {
        let (plane, width) = (self.shape.plane(), self.shape.width);
        for [row, column] in self.places() {
            for (channel, value) in self.place_mut(row, column).iter_mut().enumerate() {
                if *value != 0.0 {
                    *value =
                        change(channel, channel * plane + row * width + column, *value).ok_or(DeadEnd)?;
                }
            }
        }
        Ok(())
    }

    fn plus(self, other: &Gradient) -> Gradient {
        let union = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        let (rows, columns) = (union(&self.rows, &other.rows), union(&self.columns, &other.columns));
        let mut sum = Gradient::zero(self.shape, rows, columns);
        for part in [&self, other] {
            for [row, column] in part.places() {
                add(sum.place_mut(row, column), 1.0, part.place(row, column));
            }
        }
        sum
    }

    fn through_convolution(
        &self,
        window: &Window,
        kernels: &Floats,
        groups: usize,
        shape: Shape,
    ) -> Gradient {
        let &[outputs, inputs, ..] = kernels.shape() else { return Gradient::zero(shape, 0..0, 0..0) };
        let [rows, columns] = self.covered(window, shape);
        let mut below = Gradient::zero(shape, rows, columns);
        let [height, width] = window.kernel;
        let taps = height * width;
        let mut weights = vec![0f32; outputs * inputs];
        for tap in 0..taps {
            for (at, kernel) in kernels.get().chunks_exact(taps).enumerate() {
                weights[at] = kernel[tap];
            }
            let [down, across] = [tap / width, tap % width];
            for row in below.rows.clone() {
                let Some(above) = above(window, 0, down, row).filter(|above| self.rows.contains(above))
                else {
                    continue;
                };
                // The columns below that the tap touches, with those above that it belongs to.
                let pairs: Vec<(usize, usize)> = below
                    .columns
                    .clone()
                    .filter_map(|column| Some((column, self::above(window, 1, across, column)?)))
                    .filter(|(_, above)| self.columns.contains(above))
                    .collect();
                for block in pairs.chunks(BLOCK) {
                    for (output, weights) in weights.chunks_exact(inputs).enumerate() {
                        let first = output / (outputs / groups) * inputs;
                        for (column, over) in block {
                            let value = self.place(above, *over)[output];
                            if value != 0.0 {
                                add(
                                    &mut below.place_mut(row, *column)[first..first + inputs],
                                    value,
                                    weights,
                                );
                            }
                        }
                    }
                }
            }
        }
        below
    }

    fn through_dense(&self, matrix: &Matrix, shape: Shape) -> Gradient {
        let mut features = vec![0f32; matrix.features];
        let outputs = self.values.iter().enumerate().filter(|(_, value)| **value != 0.0);
        for (output, value) in outputs {
            if matrix.row_is_output {
                let start = output * matrix.features;
                add(&mut features, *value, &matrix.values.get()[start..start + matrix.features]);
            } else {
                let weights = (0..matrix.features).map(|feature| matrix.weight(output, feature));
                features.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * weight);
            }
        }
        // From planes to places.
        let mut below = Gradient::zero(shape, 0..shape.height, 0..shape.width);
        for (at, value) in features.into_iter().enumerate() {
            let (channel, place) = (at / shape.plane(), at % shape.plane());
            below.values[place * shape.channels + channel] = value;
        }
        below
    }

    fn through_max(&self, window: &Window, values: &[f32], shape: Shape) -> Gradient {
        let [rows, columns] = self.covered(window, shape);
        let mut below = Gradient::zero(shape, rows, columns);
        for [row, column] in self.places() {
            let inside = inside(window, [row, column], shape);
            for (channel, value) in
                self.place(row, column).iter().enumerate().filter(|(_, value)| **value != 0.0)
            {
                let map = &values[channel * shape.plane()..];
                let largest = |a: &&[usize; 2], b: &&[usize; 2]| {
                    map[a[0] * shape.width + a[1]].total_cmp(&map[b[0] * shape.width + b[1]])
                };
                // The first of equals, which the last of them reversed is.
                if let Some([row, column]) = inside.iter().rev().max_by(largest) {
                    below.place_mut(*row, *column)[channel] += value;
                }
            }
        }
        below
    }

    fn through_average(&self, window: &Window, padded: bool, shape: Shape) -> Gradient {
        let [rows, columns] = self.covered(window, shape);
        let mut below = Gradient::zero(shape, rows, columns);
        for [row, column] in self.places() {
            let inside = inside(window, [row, column], shape);
            let count = if padded { window.kernel[0] * window.kernel[1] } else { inside.len() };
            for [y, x] in inside {
                add(below.place_mut(y, x), 1.0 / count as f32, self.place(row, column));
            }
        }
        below
    }

    fn spread(&self, shape: Shape) -> Gradient {
        let mut below = Gradient::zero(shape, 0..shape.height, 0..shape.width);
        for [row, column] in below.places() {
            add(below.place_mut(row, column), 1.0 / shape.plane() as f32, &self.values);
        }
        below
    }

    /// The rows and columns of a layer below that the windows of its own cover.
    fn covered(&self, window: &Window, shape: Shape) -> [Range<usize>; 2] {
        let span = |axis: usize, own: &Range<usize>, side: usize| {
            let [stride, padding] = [window.stride[axis], window.padding[axis]];
            let extent = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
            let start = (own.start * stride).saturating_sub(padding).min(side);
            let end = (own.end.saturating_sub(1) * stride + extent).saturating_sub(padding).min(side);
            start..end.max(start)
        };
        [span(0, &self.rows, shape.height), span(1, &self.columns, shape.width)]
    }
}

/// The unit above whose window has this tap at that place below, along an axis.
fn above(window: &Window, axis: usize, tap: usize, below: usize) -> Option<usize> {
    let moved = (below + window.padding[axis]).checked_sub(tap * window.dilation[axis])?;
    moved.is_multiple_of(window.stride[axis]).then_some(moved / window.stride[axis])
}

/// The places below that a window covers, row by row; the padding left out.
fn inside(window: &Window, place: [usize; 2], shape: Shape) -> Vec<[usize; 2]> {
    let along = |axis: usize, side: usize| {
        (0..window.kernel[axis])
            .filter_map(|tap| {
                let at = place[axis] * window.stride[axis] + tap * window.dilation[axis];
                at.checked_sub(window.padding[axis]).filter(|at| *at < side)
            })
            .collect::<Vec<_>>()
    };
    let columns = along(1, shape.width);
    along(0, shape.height)
        .into_iter()
        .flat_map(|row| columns.iter().map(move |column| [row, *column]))
        .collect()
}

fn add(sum: &mut [f32], factor: f32, terms: &[f32]) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += factor * term);
}
