//! Questions that take longer than a message may: worked off a step at a time, between which newer requests are heard.

use std::collections::VecDeque;

use vggscope_core::explain::{Answer, Question};
use vggscope_core::wire::{Reply, RunId};

use super::{Step, Task};
use crate::Network;
use crate::run::recording::Recording;

/// The tasks under way, which take turns.
#[derive(Default)]
pub struct Tasks(VecDeque<Asked>);

/// A task, and the question that it answers.
pub struct Asked {
    /// The run that the question is about.
    pub run: RunId,
    question: Question,
    task: Box<dyn Task<Answer>>,
    /// The progress that was told last.
    told: Option<u32>,
}

impl Tasks {
    /// Begins a task.
    pub fn add(&mut self, run: RunId, question: Question, task: Box<dyn Task<Answer>>) {
        self.0.push_back(Asked { run, question, task, told: None });
    }

    /// Ends the task of a question.
    pub fn stop(&mut self, run: RunId, question: &Question) {
        self.0.retain(|asked| asked.run != run || asked.question != *question);
    }

    /// The task whose turn it is.
    pub fn take_turn(&mut self) -> Option<Asked> {
        self.0.pop_front()
    }

    /// Puts a task back that has had its turn.
    pub fn put_back(&mut self, asked: Asked) {
        self.0.push_back(asked);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Asked {
    /// Works a step further: what there is to tell, and whether it goes on.
    pub fn step(&mut self, network: &Network, recording: &Recording) -> (Option<Reply>, bool) {
        let Asked { run, question, task, told } = self;
        let (run, question) = (*run, *question);
        match task.step(network, recording) {
            // Many steps may bring no more than one more layer.
            Ok(Step::Progress { done, .. }) if *told == Some(done) => (None, true),
            Ok(Step::Progress { done, of, partial }) => {
                *told = Some(done);
                (Some(Reply::Progress { run, question, done, of, partial }), true)
            }
            Ok(Step::Done(answer)) => (Some(Reply::Answer { run, question, answer }), false),
            Err(error) => (Some(Reply::Failed { run, question, error }), false),
        }
    }
}
