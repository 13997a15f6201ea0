//! Which parts of a photo speak for a class: by gradient, and by hiding a part at a time.

use vggscope_core::error::Error;
use vggscope_core::explain::attribution::{GRID, hidden};
use vggscope_core::image::{self, Fed, Preset};
use vggscope_core::nn::softmax::softmax;
use vggscope_core::nn::{LayerId, Op, Shape};

use crate::explain::gradient::Backward;
use crate::{Activations, Network, Pass, PassStep};

impl Network {
    /// The last layer of maps that a gradient map is drawn over: a convolution or a residual sum.
    pub fn last_maps(&self) -> Option<LayerId> {
        let net = &self.model.net;
        let maps = |id: &LayerId| {
            net.layer(*id).is_some_and(|layer| {
                matches!(layer.op, Op::Convolution(_) | Op::Sum) && layer.shape.plane() > 1
            })
        };
        net.ids().rev().find(maps)
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
        while backward.at()? > layer {
            backward.step(self, kept).ok()?;
        }
        (backward.at() == Some(layer)).then_some(backward)
    }
}

/// A grey square on its way over a photo.
pub struct Sweep {
    fed: Fed,
    preset: Preset,
    class: usize,
    /// The class's probability with nothing hidden.
    before: f32,
    /// What it loses at each place so far, row by row.
    pub lost: Vec<f32>,
    run: Option<Pass>,
}

impl Sweep {
    /// A sweep over what the network was fed, for a class of this probability.
    pub fn new(fed: Fed, preset: Preset, class: usize, before: f32) -> Sweep {
        Sweep { fed, preset, class, before, lost: Vec::new(), run: None }
    }

    /// How many places there are.
    pub const PLACES: usize = GRID * GRID;

    /// Works a layer further.
    ///
    /// # Errors
    /// Where the runtime fails.
    pub fn step(&mut self, network: &Network) -> Result<(), Error> {
        if self.lost.len() == Sweep::PLACES {
            return Ok(());
        }
        if self.run.is_none() {
            let hidden = self.hide(self.lost.len());
            let channels = network.model.net.input().channels;
            let tensor = image::normalise(&hidden, self.preset, network.layout, channels);
            self.run = Some(Pass::new(network, tensor)?);
        }
        if let Some(run) = &mut self.run
            && let PassStep::Done(logits) = run.step()?
        {
            let now = softmax(&logits).get(self.class).copied().unwrap_or_default();
            self.lost.push(self.before - now);
            self.run = None;
        }
        Ok(())
    }

    /// The photo with a square over this place.
    fn hide(&self, place: usize) -> Fed {
        let mut fed = self.fed.clone();
        let ((top, bottom), (left, right)) =
            (hidden(place / GRID, fed.height), hidden(place % GRID, fed.width));
        for row in top..bottom {
            for pixel in
                fed.rgb[(row * fed.width + left) * 3..(row * fed.width + right) * 3].chunks_exact_mut(3)
            {
                pixel.copy_from_slice(&image::GREY);
            }
        }
        fed
    }
}
