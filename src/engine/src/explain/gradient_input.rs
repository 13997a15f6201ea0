//! Gradient × input: the score of a class, followed back to the input a layer at a time.

use vggscope_core::error::Error;
use vggscope_core::explain::attribution::AttributionMap;
use vggscope_core::explain::gradient_input::{Answer, Question};
use vggscope_core::nn::LayerId;

use super::gradient::{Backward, Way};
use super::{Compute, Step, Task, Work};
use crate::run::recording::Recording;
use crate::{Activations, Network};

/// The network's input.
const INPUT: LayerId = LayerId(0);

impl Compute for Question {
    fn compute(self, network: &Network, _: &Recording) -> Option<Work<Answer>> {
        Some(match Backward::of_class(network, self.class) {
            Some(backward) => Work::Task(Box::new(Following(backward))),
            None => Work::Done(None),
        })
    }
}

/// The score of a class is followed back from its layer.
struct Following(Backward);

impl Task<Answer> for Following {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let (Following(backward), kept) = (self, &recording.activations);
        Ok(match backward.follow(network, kept, INPUT) {
            Way::Progress(done, of) => Step::Progress { done, of, partial: None },
            Way::Reached => Step::Done(map(backward, kept)),
            Way::DeadEnd => Step::Done(None),
        })
    }
}

/// The sum of gradient times value over the channels of each pixel; that of a gradient that has reached the input.
fn map(backward: &Backward, kept: &Activations) -> Answer {
    let (gradient, shape, values) = (backward.gradient()?, kept.shape(INPUT)?, kept.values(INPUT)?);
    let mut map = vec![0f32; shape.plane()];
    for [row, column] in gradient.places() {
        let pixel = row * shape.width + column;
        let channels = values.chunks_exact(shape.plane()).zip(gradient.place(row, column));
        map[pixel] = channels.map(|(plane, gradient)| plane[pixel] * gradient).sum();
    }
    Some(AttributionMap { width: shape.width, of: map.len(), values: map, bias: 0.0 })
}
