//! Back through a transposed convolution.

use vggscope_core::nn::{Shape, Window};

use super::{Gradient, inside};
use crate::load::computation::Floats;

impl Gradient {
    /// What a unit below gives to each unit that its window covers, it takes back from there.
    pub(super) fn through_transposed(
        &self,
        window: &Window,
        kernels: &Floats,
        groups: usize,
        shape: Shape,
    ) -> Gradient {
        let &[inputs, outputs, height, width] = kernels.shape() else {
            return Gradient::zero(shape, 0..0, 0..0);
        };
        let mut below = Gradient::zero(shape, 0..shape.height, 0..shape.width);
        for [row, column] in below.places() {
            for above in inside(window, [row, column], self.shape) {
                let values = self.place(above[0], above[1]);
                if values.iter().all(|value| *value == 0.0) {
                    continue;
                }
                let tap = |axis: usize, place: usize| {
                    (above[axis] + window.padding[axis] - place * window.stride[axis]) / window.dilation[axis]
                };
                let tap = tap(0, row) * width + tap(1, column);
                for (input, sum) in below.place_mut(row, column).iter_mut().enumerate() {
                    let values = &values[input / (inputs / groups) * outputs..][..outputs];
                    let weights = kernels.get()[input * outputs * height * width + tap..].iter();
                    let products = values.iter().zip(weights.step_by(height * width));
                    *sum += products.map(|(value, weight)| value * weight).sum::<f32>();
                }
            }
        }
        below
    }
}
