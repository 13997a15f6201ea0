//! The values of one map, as they were kept.

use vggscope_core::explain::feature_map::{Answer, Question};

use super::{Compute, Work};
use crate::Network;
use crate::run::recording::Recording;

impl Compute for Question {
    fn compute(self, _: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let values = recording.activations.plane(self.layer, self.channel)?.to_vec();
        Some(Work::Done(Answer { values }))
    }
}
