//! Grad-CAM: the last maps, weighted by the gradient of a class's score.

use vggscope_core::explain::attribution::AttributionMap;
use vggscope_core::explain::grad_cam::{Answer, Question};
use vggscope_core::nn::{LayerId, Op, Shape};

use super::gradient::{Backward, Way};
use super::{Compute, Work};
use crate::run::recording::Recording;
use crate::{Activations, Network};

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let map = network.grad_cam(&recording.activations, self.class).map(|(shape, values)| {
            AttributionMap { width: shape.width, of: values.len(), values, bias: 0.0 }
        });
        Some(Work::Done(map))
    }
}

impl Network {
    /// The last layer of maps that a gradient map is drawn over: a convolution or a residual sum.
    pub fn last_maps(&self) -> Option<LayerId> {
        let architecture = &self.model.architecture;
        let maps = |id: &LayerId| {
            architecture.layer(*id).is_some_and(|layer| {
                matches!(layer.op, Op::Convolution(_) | Op::Sum) && layer.shape.plane() > 1
            })
        };
        architecture.ids().rev().find(maps)
    }

    /// The gradient map of a class over the last maps, row by row, with its shape; `None` where no gradient reaches them.
    pub fn grad_cam(&self, kept: &Activations, class: usize) -> Option<(Shape, Vec<f32>)> {
        let layer = self.last_maps()?;
        let backward = self.back_to(kept, class, layer)?;
        let (shape, values) = (self.shape(layer)?, kept.values(layer)?);
        let gradient = backward.gradient()?;
        let mut weights = vec![0f32; shape.channels];
        for [row, column] in gradient.places() {
            let all = weights.iter_mut().zip(gradient.place(row, column));
            all.for_each(|(sum, value)| *sum += value / shape.plane() as f32);
        }
        let mut map = vec![0f32; shape.plane()];
        for (plane, weight) in values.chunks_exact(shape.plane()).zip(&weights) {
            map.iter_mut().zip(plane).for_each(|(sum, value)| *sum += weight * value);
        }
        map.iter_mut().for_each(|value| *value = value.max(0.0));
        Some((Shape { channels: 1, ..shape }, map))
    }

    /// The gradient of a class's score, as far back as a layer.
    fn back_to(&self, kept: &Activations, class: usize, layer: LayerId) -> Option<Backward> {
        let mut backward = Backward::of_class(self, class)?;
        loop {
            match backward.follow(self, kept, layer) {
                Way::Progress(..) => {}
                Way::Reached => return Some(backward),
                Way::DeadEnd => return None,
            }
        }
    }
}
