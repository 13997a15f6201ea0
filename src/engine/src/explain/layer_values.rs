//! The values of a whole layer, as they were kept.

use vggscope_core::explain::layer_values::{Answer, Question};

use super::{Compute, Work};
use crate::Network;
use crate::run::recording::Recording;

impl Compute for Question {
    fn compute(self, _: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let values = recording.activations.values(self.layer)?.to_vec();
        Some(Work::Done(Answer { values }))
    }
}
