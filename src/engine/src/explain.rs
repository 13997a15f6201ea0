//! How questions about a run are answered, from its recording and the network's weights: a file for each kind.

mod breakdown;
pub mod cam;
pub mod contact_sheet;
mod effective_field;
mod evaluation;
mod feature_map;
mod grad_cam;
pub mod gradient;
mod gradient_input;
mod kernels;
mod layer_values;
pub mod occlusion;
mod spread;
pub mod tasks;

use vggscope_core::error::Error;
use vggscope_core::explain::{Answer, Ask, Question};

use crate::Network;
use crate::run::recording::Recording;

/// How a kind of question is answered.
trait Compute: Ask {
    /// The answer, or a task that leads to it; `None` where the run has left nothing to answer it from.
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Self::Answer>>;
}

/// An answer, at once or later.
pub enum Work<A> {
    /// The answer.
    Done(A),
    /// What takes its time.
    Task(Box<dyn Task<A>>),
}

/// A computation that takes its time, done step by step.
pub trait Task<A> {
    /// Does some milliseconds' work.
    ///
    /// # Errors
    /// Why there will be no answer.
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<A>, Error>;
}

/// What a step has brought.
pub enum Step<A> {
    /// So much of so much is done.
    Progress {
        /// Steps that were done.
        done: u32,
        /// Steps in all.
        of: u32,
        /// The answer as far as it is known, if there is more of it than before.
        partial: Option<A>,
    },
    /// The answer.
    Done(A),
}

/// Answers a question; `None` where the run has left nothing to answer it from.
pub fn answer(question: Question, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
    match question {
        Question::ContactSheet(question) => begin(question, network, recording),
        Question::FeatureMap(question) => begin(question, network, recording),
        Question::LayerValues(question) => begin(question, network, recording),
        Question::Breakdown(question) => begin(question, network, recording),
        Question::Kernels(question) => begin(question, network, recording),
        Question::EffectiveField(question) => begin(question, network, recording),
        Question::Cam(question) => begin(question, network, recording),
        Question::GradCam(question) => begin(question, network, recording),
        Question::GradientInput(question) => begin(question, network, recording),
        Question::Occlusion(question) => begin(question, network, recording),
        Question::Evaluation(question) => begin(question, network, recording),
        Question::Spread(question) => begin(question, network, recording),
    }
}

fn begin<Q: Compute>(question: Q, network: &Network, recording: &Recording) -> Option<Work<Answer>>
where
    Q::Answer: 'static,
{
    /// A task whose answers are of no particular kind any more.
    struct Erased<A>(Box<dyn Task<A>>, fn(A) -> Answer);

    impl<A> Task<Answer> for Erased<A> {
        fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
            Ok(match self.0.step(network, recording)? {
                Step::Progress { done, of, partial } => {
                    Step::Progress { done, of, partial: partial.map(self.1) }
                }
                Step::Done(answer) => Step::Done((self.1)(answer)),
            })
        }
    }

    Some(match question.compute(network, recording)? {
        Work::Done(answer) => Work::Done(Q::answer(answer)),
        Work::Task(task) => Work::Task(Box::new(Erased(task, Q::answer))),
    })
}
