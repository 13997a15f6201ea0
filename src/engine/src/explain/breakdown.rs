//! How the value of a unit came to be, from the weights and the kept activations.

use vggscope_core::explain::breakdown::{
    Answer, Breakdown, Feature, Origin, Patches, Pooled, Question, Slice, TailOp, TailStep, Terms, Unit,
    strongest,
};
use vggscope_core::nn::{LayerId, Window};
use vggscope_core::receptive_field;
use vggscope_core::render::{self, ColourMap, Tile};
use vggscope_core::shared::Shared;

use super::{Compute, Work};
use crate::load::computation::{Computation, Floats, Matrix, Operation};
use crate::run::recording::Recording;
use crate::{Activations, Network};

/// How many terms are given one by one.
const TOP: usize = 4;
/// The same of a dense layer, whose terms are two numbers each.
const FEATURES: usize = 12;
/// The most pixels of a side of a map beside the terms.
const MAP_SIDE: usize = 112;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let kept = &recording.activations;
        let breakdown = network.explain(kept, self.unit);
        let terms = breakdown.as_ref().map(|breakdown| &breakdown.terms);
        let maps = terms.map(|terms| network.term_maps(kept, terms, self.unit, self.colours));
        let maps = maps.unwrap_or_default().into_iter().map(Shared::new).collect();
        Some(Work::Done(Answer { breakdown, maps }))
    }
}

impl Network {
    /// How the value of a unit came to be; none of a layer that has no computation, or where there is no such unit.
    pub fn explain(&self, kept: &Activations, unit: Unit) -> Option<Breakdown> {
        let computation = self.computations.get(usize::from(unit.layer.0))?.as_ref()?;
        let shape = self.shape(unit.layer)?;
        let ([row, column], channel) = (unit.place, usize::from(unit.channel));
        (row < shape.height && column < shape.width).then_some(())?;
        let value = kept.plane(unit.layer, unit.channel)?[row * shape.width + column];
        let (terms, sum, bias) = self.terms(computation, kept, unit)?;

        let mut steps = Vec::new();
        let mut result = sum;
        if let Some(bias) = bias {
            result += f64::from(bias);
            steps.push(TailStep { kind: TailOp::Add(bias), result });
        }
        for link in &computation.links {
            result = link.apply(result, channel);
            steps.push(TailStep { kind: link.kind(channel), result });
        }
        Some(Breakdown { terms, made: sum, steps, value })
    }

    /// The maps that terms are of, in their order, as pictures of one size; none where the terms are of single values.
    fn term_maps(&self, kept: &Activations, terms: &Terms, unit: Unit, colours: ColourMap) -> Vec<Tile> {
        let computation = self.computations.get(usize::from(unit.layer.0)).and_then(Option::as_ref);
        let Some(from) = computation.and_then(|computation| computation.reads.first()) else {
            return Vec::new();
        };
        let Some(shape) = self.shape(*from).filter(|shape| shape.plane() > 1) else { return Vec::new() };
        let channels = match terms {
            Terms::Convolution { top, .. } => top.iter().map(|slice| slice.channel).collect(),
            Terms::Pool { .. } | Terms::Mean { .. } => vec![unit.channel],
            Terms::Dense { .. } | Terms::Sum(_) => Vec::new(),
        };
        let maps = channels.into_iter().filter_map(|channel| kept.plane(*from, channel));
        maps.map(|map| render::small(map, shape.width, MAP_SIDE, colours)).collect()
    }

    /// The terms, what they make, and the bias that is added.
    fn terms(
        &self,
        computation: &Computation,
        kept: &Activations,
        unit: Unit,
    ) -> Option<(Terms, f64, Option<f32>)> {
        let from = *computation.reads.first()?;
        let reading = Reading { network: self, kept, from, unit };
        let channel = usize::from(unit.channel);
        let bias = |bias: &Option<Floats>| bias.as_ref().map(|bias| bias.get()[channel]);
        Some(match &computation.operation {
            Operation::Convolution { window, kernels, bias: added, groups } => {
                let (terms, sum) = reading.convolution(window, kernels, *groups)?;
                (terms, sum, bias(added))
            }
            Operation::Transposed { window, kernels, bias: added, groups } => {
                let (terms, sum) = reading.transposed(window, kernels, *groups)?;
                (terms, sum, bias(added))
            }
            Operation::Dense { matrix, bias: added } => {
                let (terms, sum) = reading.dense(matrix)?;
                (terms, sum, bias(added))
            }
            Operation::MaxPool(window) => {
                let (window, patch) = reading.patch(window)?;
                let largest = |a: &(usize, f32), b: &(usize, f32)| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0));
                let here = patch.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?)));
                let (winner, value) = here.max_by(largest)?;
                let pooled = Pooled::Max(winner);
                (Terms::Pool { from: self.origin(from), window, patch, pooled }, f64::from(value), None)
            }
            Operation::AveragePool(window, padded) => {
                let (window, patch) = reading.patch(window)?;
                let count = if *padded { patch.len() } else { patch.iter().flatten().count() };
                let sum: f64 = patch.iter().flatten().map(|value| f64::from(*value)).sum();
                let pooled = Pooled::Average(count);
                let terms = Terms::Pool { from: self.origin(from), window, patch, pooled };
                (terms, sum / count.max(1) as f64, None)
            }
            Operation::GlobalAveragePool => {
                let map = kept.plane(from, unit.channel)?;
                let sum: f64 = map.iter().map(|value| f64::from(*value)).sum();
                let terms = Terms::Mean { from: self.origin(from), count: map.len(), sum };
                (terms, sum / map.len() as f64, None)
            }
            Operation::Sum => {
                let at = unit.place[0] * self.shape(unit.layer)?.width + unit.place[1];
                let value = |layer: &LayerId| {
                    Some((self.origin(*layer), *kept.plane(*layer, unit.channel)?.get(at)?))
                };
                let terms: Vec<_> = computation.reads.iter().map(value).collect::<Option<_>>()?;
                let sum = terms.iter().map(|(_, value)| f64::from(*value)).sum();
                (Terms::Sum(terms), sum, None)
            }
        })
    }

    pub(crate) fn origin(&self, id: LayerId) -> Origin {
        match self.intermediates.get(usize::from(id.0).wrapping_sub(self.model.architecture.layers.len())) {
            Some(one) => Origin::Tensor(vggscope_core::nn::labels::tidy(&one.name)),
            None => Origin::Layer(id),
        }
    }
}

/// What one unit reads.
struct Reading<'a> {
    network: &'a Network,
    kept: &'a Activations,
    from: LayerId,
    unit: Unit,
}

impl Reading<'_> {
    /// Where the unit's window lies.
    fn patches(&self, window: &Window) -> Option<Patches> {
        let shape = self.kept.shape(self.from)?;
        let first = [0, 1]
            .map(|axis| (self.unit.place[axis] * window.stride[axis]) as i64 - window.padding[axis] as i64);
        let size = [shape.height, shape.width];
        Some(Patches { kernel: window.kernel, first, dilation: window.dilation, size })
    }

    /// The values of the unit's own channel under its window.
    fn patch(&self, window: &Window) -> Option<(Patches, Vec<Option<f32>>)> {
        let window = self.patches(window)?;
        Some((window, under(self.kept.plane(self.from, self.unit.channel)?, window)))
    }

    fn convolution(&self, window: &Window, kernels: &Floats, groups: usize) -> Option<(Terms, f64)> {
        let window = self.patches(window)?;
        let &[outputs, inputs, rows, columns] = kernels.shape() else { return None };
        let channel = usize::from(self.unit.channel);
        let kernel = kernels.get().chunks_exact(inputs * rows * columns).nth(channel)?;
        let before = channel / (outputs / groups) * inputs;
        let slices = kernel.chunks_exact(rows * columns).enumerate();
        self.products(window, slices.map(|(at, kernel)| (before + at, kernel.to_vec())))
    }

    /// Of a unit of a transposed convolution: the taps whose windows cover it, over the units below that they belong to.
    fn transposed(&self, window: &Window, kernels: &Floats, groups: usize) -> Option<(Terms, f64)> {
        let shape = self.kept.shape(self.from)?;
        let covering = [0, 1].map(|axis| covering(window, axis, self.unit.place[axis]));
        let [(first_row, rows), (first_column, columns)] = covering;
        let patches = Patches {
            kernel: [rows.len(), columns.len()],
            first: [first_row, first_column],
            // Where taps are apart, units below are, too: of those that fall on one unit, each is so many from the next.
            dilation: [0, 1].map(|axis| {
                let (stride, dilation) = (window.stride[axis], window.dilation[axis]);
                dilation / (receptive_field::gcd(stride as i64, dilation as i64).max(1) as usize)
            }),
            size: [shape.height, shape.width],
        };
        let &[inputs, outputs, height, width] = kernels.shape() else { return None };
        let (channel, each) = (usize::from(self.unit.channel), inputs / groups);
        let (group, output) = (channel / outputs, channel % outputs);
        let slices = (group * each..(group + 1) * each).map(|input| {
            let kernel = &kernels.get()[(input * outputs + output) * height * width..][..height * width];
            let taps = rows.iter().flat_map(|row| columns.iter().map(move |column| row * width + column));
            (input, taps.map(|tap| kernel[tap]).collect())
        });
        self.products(patches, slices)
    }

    /// Of channels with the kernels that they are multiplied with.
    fn products(
        &self,
        window: Patches,
        kernels: impl Iterator<Item = (usize, Vec<f32>)>,
    ) -> Option<(Terms, f64)> {
        let slices = kernels.map(|(channel, kernel)| {
            let channel = channel as u16;
            let patch = under(self.kept.plane(self.from, channel)?, window);
            let products = patch.iter().zip(&kernel);
            let sum = products
                .map(|(value, weight)| f64::from(value.unwrap_or_default()) * f64::from(*weight))
                .sum();
            Some(Slice { channel, patch, kernel, sum })
        });
        let slices: Vec<Slice> = slices.collect::<Option<_>>()?;
        let sums: Vec<f64> = slices.iter().map(|slice| slice.sum).collect();
        let (top, rest) = strongest(&sums, TOP);
        let top = top.into_iter().map(|at| slices[at].clone()).collect();
        let from = self.network.origin(self.from);
        Some((Terms::Convolution { from, window, top, rest }, sums.iter().sum()))
    }

    fn dense(&self, matrix: &Matrix) -> Option<(Terms, f64)> {
        let (shape, values) = (self.kept.shape(self.from)?, self.kept.values(self.from)?);
        let output = usize::from(self.unit.channel);
        let weights: Vec<f32> = (0..values.len()).map(|feature| matrix.weight(output, feature)).collect();
        let products: Vec<f64> = values
            .iter()
            .zip(&weights)
            .map(|(value, weight)| f64::from(*value) * f64::from(*weight))
            .collect();
        let (top, rest) = strongest(&products, FEATURES);
        let feature = |at: usize| {
            let (channel, place) = (at / shape.plane(), at % shape.plane());
            let place = [place / shape.width, place % shape.width];
            Feature { channel: channel as u16, place, value: values[at], weight: weights[at] }
        };
        let top = top.into_iter().map(feature).collect();
        Some((Terms::Dense { from: self.network.origin(self.from), top, rest }, products.iter().sum()))
    }
}

/// The taps of a transposed convolution, along an axis, whose windows cover a unit, in the order of the units below that they
/// belong to; and the first of those.
fn covering(window: &Window, axis: usize, unit: usize) -> (i64, Vec<usize>) {
    let [stride, dilation] = [window.stride[axis], window.dilation[axis]];
    let moved = unit + window.padding[axis];
    // Unit i below goes to i·stride − padding + tap·dilation.
    let belongs = |tap: &usize| (moved as i64 - (tap * dilation) as i64).rem_euclid(stride as i64) == 0;
    let taps: Vec<usize> = (0..window.kernel[axis]).rev().filter(belongs).collect();
    let first =
        taps.first().map_or(0, |tap| (moved as i64 - (tap * dilation) as i64).div_euclid(stride as i64));
    (first, taps)
}

/// The values of a map under a window.
fn under(map: &[f32], window: Patches) -> Vec<Option<f32>> {
    let value = |place: Option<[usize; 2]>| place.map(|[row, column]| map[row * window.size[1] + column]);
    window.places().map(value).collect()
}
