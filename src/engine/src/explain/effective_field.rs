//! How much each pixel counts for a unit: its gradient, followed back to the input a layer at a time.

use vggscope_core::error::Error;
use vggscope_core::explain::effective_field::{Answer, Question};
use vggscope_core::nn::LayerId;

use super::gradient::{Backward, Way};
use super::{Compute, Step, Task, Work};
use crate::Network;
use crate::run::recording::Recording;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        Some(match Backward::of_unit(network, &recording.activations, self.unit) {
            Some(backward) => Work::Task(Box::new(Following(backward))),
            None => Work::Done(Answer { gradient: None }),
        })
    }
}

/// A unit of a layer is followed back to the photo.
struct Following(Backward);

impl Task<Answer> for Following {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let Following(backward) = self;
        Ok(match backward.follow(network, &recording.activations, LayerId(0)) {
            Way::Progress(done, of) => Step::Progress { done, of, partial: None },
            Way::Reached => {
                Step::Done(Answer { gradient: backward.gradient().map(|gradient| gradient.sizes()) })
            }
            Way::DeadEnd => Step::Done(Answer { gradient: None }),
        })
    }
}
