//! The kernels of a convolution: pictures of them, figures, and which of the channels that it reads feed a channel most.

use vggscope_core::explain::kernels::{self, Answer, Kernels, Picture, Question, Side};
use vggscope_core::explain::spread::deviation;
use vggscope_core::nn::{LayerId, Shape, Window};
use vggscope_core::render::Sheet;
use vggscope_core::render::stats::ChannelStats;

use super::{Compute, Work};
use crate::load::computation::Operation;
use crate::run::recording::Recording;
use crate::{Activations, Network};

/// Width over height of a picture of kernels.
const ASPECT: f64 = 2.0;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        Some(Work::Done(network.kernels(&recording.activations, self.layer, self.side)))
    }
}

impl Network {
    /// The kernels of a convolution, from one side; `None` where the layer is none, or has no such side.
    pub fn kernels(&self, kept: &Activations, layer: LayerId, side: Side) -> Option<Picture> {
        let computation = self.computations.get(usize::from(layer.0))?.as_ref()?;
        let Operation::Convolution { window, kernels: all, groups, .. } = &computation.operation else {
            return None;
        };
        let &[outputs, inputs, height, width] = all.shape() else { return None };
        let (weights, plane) = (all.get(), height * width);
        let slice = |output: usize, input: usize| {
            let start = (output * inputs + input) * plane;
            &weights[start..start + plane]
        };
        let each = outputs / groups;
        let shape = |channels: usize| Shape { channels, height, width };
        let (channels, strength, pixels) = match side {
            Side::Colours { .. } => {
                (inputs == 3 && *groups == 1).then_some(())?;
                let norms = weights.chunks_exact(3 * plane).map(kernels::norm).collect();
                ((0..outputs as u16).collect(), norms, weights.to_vec())
            }
            Side::Into(channel) => {
                let output = usize::from(channel);
                (output < outputs).then_some(())?;
                let first = output / each * inputs;
                let from = *computation.reads.first()?;
                let own = self.shape(layer)?;
                let given: Vec<f32> = (0..inputs)
                    .map(|input| {
                        let map = kept.plane(from, (first + input) as u16)?;
                        Some(mean(window, slice(output, input), map, self.shape(from)?, own))
                    })
                    .collect::<Option<_>>()?;
                let mut order: Vec<usize> = (0..inputs).collect();
                order.sort_by(|a, b| given[*b].abs().total_cmp(&given[*a].abs()));
                let pixels = order.iter().flat_map(|input| slice(output, *input)).copied().collect();
                let strength = order.iter().map(|input| given[*input]).collect();
                (order.iter().map(|input| (first + input) as u16).collect(), strength, pixels)
            }
            Side::From(channel) => {
                let (group, input) = (usize::from(channel) / inputs, usize::from(channel) % inputs);
                (group < *groups).then_some(())?;
                let mut order: Vec<usize> = (group * each..(group + 1) * each).collect();
                let norm = |output: usize| kernels::norm(slice(output, input));
                order.sort_by(|a, b| norm(*b).total_cmp(&norm(*a)));
                let pixels = order.iter().flat_map(|output| slice(*output, input)).copied().collect();
                let strength = order.iter().map(|output| norm(*output)).collect();
                (order.iter().map(|output| *output as u16).collect(), strength, pixels)
            }
        };
        let channels: Vec<u16> = channels;
        let pixels: Vec<f32> = pixels;
        let sheet = Sheet::new(shape(channels.len()), ASPECT);
        let tile = match side {
            Side::Colours { bgr } => kernels::colours(sheet, &pixels, bgr),
            _ => {
                let most = pixels.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
                kernels::signed(sheet, &pixels, most)
            }
        };
        let kernels = Kernels {
            sheet,
            channels: channels.into(),
            strength,
            count: pixels.len() as u64,
            weights: ChannelStats::of(&pixels),
            deviation: deviation(pixels.iter().copied()) as f32,
        };
        Some(Picture { kernels, from: self.origin(*computation.reads.first()?), tile: tile.into() })
    }
}

/// The mean over all places of what a slice of a kernel makes of the map that it reads.
fn mean(window: &Window, slice: &[f32], map: &[f32], below: Shape, own: Shape) -> f32 {
    let mut sum = 0f64;
    for (tap, weight) in slice.iter().enumerate() {
        let [down, across] = [tap / window.kernel[1], tap % window.kernel[1]];
        let at = |axis: usize, tap: usize, unit: usize, side: usize| {
            let place = unit * window.stride[axis] + tap * window.dilation[axis];
            place.checked_sub(window.padding[axis]).filter(|place| *place < side)
        };
        let mut under = 0f64;
        for row in (0..own.height).filter_map(|unit| at(0, down, unit, below.height)) {
            let line = &map[row * below.width..(row + 1) * below.width];
            let values = (0..own.width).filter_map(|unit| at(1, across, unit, below.width));
            under += f64::from(values.map(|column| line[column]).sum::<f32>());
        }
        sum += f64::from(*weight) * under;
    }
    (sum / own.plane() as f64) as f32
}
