//! What is asked about a run, and what was answered: a slot for each kind of question.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::Error;
use crate::explain::{Answer, Ask, Kind, Question};
use crate::shared::Shared;
use crate::wire::{Request, RunId};

/// How a question stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// It was asked; so many steps of so many are done, where it takes its time.
    Running {
        /// Steps that were done.
        done: u32,
        /// Steps in all; 0 as long as nothing was heard.
        of: u32,
    },
    /// The person stopped it.
    Stopped,
    /// It cannot be answered.
    Failed(Error),
    /// It is answered.
    Done,
}

/// One kind of question: what was asked last, and what was answered last, which stays on screen until there is more.
#[derive(Clone, Debug)]
pub struct Slot {
    asked: Question,
    phase: Phase,
    answer: Option<(Question, Answer)>,
}

impl Slot {
    /// Takes an answer.
    pub(in crate::session) fn answer(&mut self, answer: Answer) {
        self.answer = Some((self.asked, answer));
        self.phase = Phase::Done;
    }

    /// Takes news of a question that takes its time, and the answer as far as it is known.
    pub(in crate::session) fn progress(&mut self, done: u32, of: u32, partial: Option<Answer>) {
        self.phase = Phase::Running { done, of };
        if let Some(partial) = partial {
            self.answer = Some((self.asked, partial));
        }
    }

    /// Takes the news that there will be no answer.
    pub(in crate::session) fn fail(&mut self, error: Error) {
        self.phase = Phase::Failed(error);
    }

    /// Goes back to an earlier question that was answered; whether there is one.
    fn go_back(&mut self) -> bool {
        match &self.answer {
            Some((answered, _)) if *answered != self.asked => {
                (self.asked, self.phase) = (*answered, Phase::Done);
                true
            }
            _ => false,
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    fn answers(&self, question: &Question) -> bool {
        self.answer.as_ref().is_some_and(|(answered, _)| answered == question)
    }
}

/// What the worker is to be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::session) enum Order {
    /// Answer this.
    Ask(Question),
    /// Answer this no further.
    Stop(Question),
}

impl Order {
    /// The order as a request about a run.
    pub fn request(self, run: RunId) -> Request {
        match self {
            Order::Ask(question) => Request::Ask { run, question },
            Order::Stop(question) => Request::Stop { run, question },
        }
    }
}

/// All slots of a run.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    slots: BTreeMap<Kind, Slot>,
}

impl Answers {
    /// The last answer to a question of a kind, and the question. It may still be under way, or no longer be asked.
    pub fn last<Q: Ask>(&self) -> Option<(&Q, &Shared<Q::Answer>)> {
        let (question, answer) = self.slots.get(&Q::KIND)?.answer.as_ref()?;
        Some((Q::read(question)?, Q::found(answer)?))
    }

    /// The answer to a question, as far as there is one.
    pub fn to<Q: Ask>(&self, question: Q) -> Option<&Shared<Q::Answer>> {
        Q::found(self.answer_to(&question.into())?)
    }

    /// The answer to a question of any kind.
    pub fn answer_to(&self, question: &Question) -> Option<&Answer> {
        let (answered, answer) = self.slots.get(&question.kind())?.answer.as_ref()?;
        (answered == question).then_some(answer)
    }

    /// How a kind of question stands; `None` where none is asked.
    pub fn phase(&self, kind: Kind) -> Option<&Phase> {
        self.slots.get(&kind).map(|slot| &slot.phase)
    }

    /// The slot of a question that is under way. Answers to any other are stale.
    pub(in crate::session) fn under_way(&mut self, question: &Question) -> Option<&mut Slot> {
        self.slots.get_mut(&question.kind()).filter(|slot| slot.asked == *question && slot.is_running())
    }

    /// Whether all of these are answered, stopped or failed: none has to be asked.
    pub(in crate::session) fn have(&self, questions: &[Question], suspects: &Suspects) -> bool {
        questions.iter().all(|question| {
            let slot = self.slots.get(&question.kind());
            slot.is_some_and(|slot| slot.answers(question) || slot.asked == *question)
                || suspects.refused(question).is_some()
        })
    }

    /// Brings what is asked in line with what is wanted now, one question of a kind at most.
    pub(in crate::session) fn want(&mut self, wanted: &[Question], suspects: &Suspects) -> Vec<Order> {
        let mut orders = Vec::new();
        let of_kind = |kind: Kind| wanted.iter().find(|question| question.kind() == kind);
        self.slots.retain(|kind, slot| {
            if of_kind(*kind) == Some(&slot.asked) || slot.phase == Phase::Done {
                return true;
            }
            if slot.is_running() {
                orders.push(Order::Stop(slot.asked));
            }
            // What was stopped or failed is asked again once it is wanted again; an earlier answer stays.
            slot.go_back()
        });
        for question in wanted {
            let refused = suspects.refused(question);
            let phase = match refused {
                Some(error) => Phase::Failed(error.clone()),
                None => Phase::Running { done: 0, of: 0 },
            };
            let slot = self.slots.entry(question.kind());
            let asked = *question;
            match slot {
                Entry::Occupied(slot) if slot.get().asked == asked => continue,
                Entry::Occupied(mut slot) => (slot.get_mut().asked, slot.get_mut().phase) = (asked, phase),
                Entry::Vacant(slot) => {
                    slot.insert(Slot { asked, phase, answer: None });
                }
            }
            if refused.is_none() {
                orders.push(Order::Ask(asked));
            }
        }
        orders
    }

    /// Stops a kind of question; what to tell the worker, if it is under way.
    pub(in crate::session) fn stop(&mut self, kind: Kind) -> Option<Question> {
        let slot = self.slots.get_mut(&kind).filter(|slot| slot.is_running())?;
        slot.phase = Phase::Stopped;
        Some(slot.asked)
    }

    /// Forgets a kind of question, so that it is asked anew if it is wanted.
    pub(in crate::session) fn forget(&mut self, kind: Kind) {
        self.slots.remove(&kind);
    }

    /// What is left once the engine is gone: what was answered stays, what was asked is asked again once it can be. If it
    /// died of this, each question that was under way is a suspect.
    pub(in crate::session) fn lose_engine(&mut self, died: Option<&Error>, suspects: &mut Suspects) {
        self.slots.retain(|_, slot| {
            let Phase::Running { of, .. } = slot.phase else { return true };
            if let Some(error) = died
                && suspects.add(slot.asked, of > 0, error)
            {
                slot.phase = Phase::Failed(error.clone());
                return true;
            }
            slot.go_back()
        });
    }
}

/// Questions that were under way when an engine died, and have not been answered since. What had begun to take its time, or
/// was under way twice, is not asked again unasked, with the error that is shown instead.
#[derive(Clone, Debug, Default)]
pub struct Suspects(Vec<(Question, Option<Error>)>);

impl Suspects {
    /// Takes a question that was under way; whether it is not to be asked again.
    fn add(&mut self, question: Question, had_begun: bool, error: &Error) -> bool {
        let seen = self.0.iter().any(|(one, _)| *one == question);
        self.0.retain(|(one, _)| *one != question);
        let refused = seen || had_begun;
        self.0.push((question, refused.then(|| error.clone())));
        refused
    }

    /// What is shown in place of an answer, if the question is not to be asked again.
    fn refused(&self, question: &Question) -> Option<&Error> {
        self.0.iter().find(|(one, _)| one == question)?.1.as_ref()
    }

    /// A question was answered.
    pub(in crate::session) fn clear(&mut self, question: &Question) {
        self.0.retain(|(one, _)| one != question);
    }

    /// The person wants a kind of question asked again.
    pub(in crate::session) fn forgive(&mut self, kind: Kind) {
        self.0.retain(|(one, _)| one.kind() != kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{cam, feature_map, occlusion};
    use crate::nn::LayerId;

    const NONE: Suspects = Suspects(Vec::new());

    fn map(channel: u16) -> feature_map::Question {
        feature_map::Question { layer: LayerId(1), channel }
    }

    fn values(value: f32) -> Answer {
        feature_map::Question::answer(feature_map::Answer { values: vec![value] })
    }

    #[test]
    fn only_the_difference_is_said() {
        let mut answers = Answers::default();
        let [one, two] = [0, 1].map(|channel| Question::from(map(channel)));
        assert_eq!(answers.want(&[one], &NONE), [Order::Ask(one)]);
        assert_eq!(answers.want(&[one], &NONE), []);
        assert_eq!(answers.want(&[two], &NONE), [Order::Stop(one), Order::Ask(two)]);
        assert!(answers.under_way(&one).is_none(), "its answer would be stale");
        answers.under_way(&two).unwrap().answer(values(2.0));
        assert_eq!(answers.want(&[], &NONE), [], "what is answered needs no stop");
        assert_eq!(answers.want(&[two], &NONE), [], "and is still here");
        assert_eq!(answers.to(map(1)).unwrap().values, [2.0]);
        assert!(answers.to(map(0)).is_none());
    }

    #[test]
    fn the_last_answer_stays_until_there_is_another() {
        let mut answers = Answers::default();
        let [one, two, three] = [0, 1, 2].map(|channel| Question::from(map(channel)));
        answers.want(&[one], &NONE);
        answers.under_way(&one).unwrap().answer(values(1.0));
        answers.want(&[two], &NONE);
        assert_eq!(answers.last::<feature_map::Question>().unwrap().0, &map(0));
        assert_eq!(answers.want(&[three], &NONE), [Order::Stop(two), Order::Ask(three)]);
        assert_eq!(answers.want(&[one], &NONE), [Order::Stop(three)], "its answer is still here");
    }

    #[test]
    fn what_was_stopped_stays_so_until_it_is_wanted_again() {
        let mut answers = Answers::default();
        let question = Question::from(occlusion::Question { class: 2 });
        answers.want(&[question], &NONE);
        answers.under_way(&question).unwrap().progress(1, 9, None);
        assert_eq!(answers.stop(Kind::Occlusion), Some(question));
        assert!(answers.under_way(&question).is_none(), "late news is stale");
        assert_eq!(answers.stop(Kind::Occlusion), None);
        assert_eq!(answers.want(&[question], &NONE), []);
        assert_eq!(answers.want(&[cam::Question { class: 2 }.into()], &NONE).len(), 1);
        assert_eq!(answers.want(&[question], &NONE)[1..], [Order::Ask(question)]);
        answers.under_way(&question).unwrap().fail(Error::Run { detail: String::new() });
        assert_eq!(answers.want(&[question], &NONE), []);
        answers.forget(Kind::Occlusion);
        assert_eq!(answers.want(&[question], &NONE), [Order::Ask(question)]);
    }

    #[test]
    fn what_may_have_killed_the_engine_is_not_asked_again_by_itself() {
        let mut answers = Answers::default();
        let (quick, long) = (Question::from(map(0)), Question::from(occlusion::Question { class: 2 }));
        answers.want(&[quick, long], &NONE);
        answers.under_way(&long).unwrap().progress(1, 9, None);
        let (error, mut suspects) = (Error::Run { detail: String::new() }, Suspects::default());
        answers.lose_engine(Some(&error), &mut suspects);
        assert!(!answers.have(&[quick], &suspects) && answers.have(&[long], &suspects));
        let mut again = Answers::default();
        assert_eq!(again.want(&[quick, long], &suspects), [Order::Ask(quick)]);
        assert_eq!(again.phase(Kind::Occlusion), Some(&Phase::Failed(error.clone())));
        again.lose_engine(Some(&error), &mut suspects);
        assert!(again.have(&[quick, long], &suspects), "one of them has killed two");
        suspects.forgive(Kind::Occlusion);
        suspects.clear(&quick);
        assert_eq!(Answers::default().want(&[quick, long], &suspects), [Order::Ask(quick), Order::Ask(long)]);
    }
}
