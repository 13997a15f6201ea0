//! How much each pixel counts for a unit: its gradient, followed back to the input a layer at a time.

use vggscope_core::error::Error;
use vggscope_core::explain::effective_field::{Answer, Question};
use vggscope_core::nn::LayerId;

use super::gradient::Backward;
use super::{Compute, Step, Task, Work};
use crate::Network;
use crate::run::recording::Recording;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        Some(match Backward::of_unit(network, &recording.activations, self.unit) {
            Some(backward) => Work::Task(Box::new(Following { layer: self.unit.layer, backward })),
            None => Work::Done(Answer { gradient: None }),
        })
    }
}

/// A unit of a layer is followed back to the photo.
struct Following {
    layer: LayerId,
    backward: Backward,
}

impl Task<Answer> for Following {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let Following { layer, backward } = self;
        let at = backward.at();
        if at.is_some_and(|at| at > LayerId(0)) && backward.step(network, &recording.activations).is_ok() {
            let done = layer.0.saturating_sub(backward.at().map_or(0, |at| at.0));
            return Ok(Step::Progress { done: done.into(), of: layer.0.into(), partial: None });
        }
        let reached = backward.gradient().filter(|_| at == Some(LayerId(0)));
        Ok(Step::Done(Answer { gradient: reached.map(|gradient| gradient.sizes()) }))
    }
}
