//! The assignment that a learner works on.

use crate::error::{Error, ModelError};
use crate::nn::labels;
use crate::pages::assignment::{Answers, Assignment, Item};
use crate::pages::lesson::Verdict;
use crate::shared::Shared;

use super::{Effect, Mark, Session};

/// An assignment, and what was answered so far.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// What is to be done.
    pub assignment: Shared<Assignment>,
    /// What was answered.
    pub answers: Shared<Answers>,
    /// When it was opened first, in milliseconds since 1970; not known before the browser has said so.
    opened: Option<f64>,
    /// Whether its model was asked for, or it needs none of its own.
    has_model: bool,
}

/// A moment, as the browser's clock has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub ms: f64,
    /// The same as RFC 3339 has it.
    pub text: String,
}

/// What happens to an assignment.
#[derive(Clone, Debug, PartialEq)]
pub enum Assign {
    /// What was answered when the page was last open, and when the assignment was opened first.
    Restored {
        /// The answers.
        answers: Answers,
        /// Milliseconds since 1970.
        opened: f64,
    },
    /// The learner wants to be called this.
    Name(String),
    /// A question of the assignment, counted from 1, is answered.
    Answer(usize, String, Moment),
    /// A question of a lesson is answered.
    Tried(Mark, String, Verdict, Moment),
    /// The learner wants the file to hand in.
    HandIn,
    /// The learner is done with it.
    Leave,
}

impl Session {
    /// Opens an assignment: its photo is opened, and what was answered before is asked for.
    pub(super) fn open_assignment(&mut self, assignment: Assignment, effects: &mut Vec<Effect>) {
        if self.assigned.as_ref().is_some_and(|assigned| *assigned.assignment == assignment) {
            return;
        }
        effects.extend(assignment.photo.clone().map(|photo| Effect::OpenSample(photo, self.prefs.lang)));
        effects.push(Effect::RestoreAnswers(assignment.address()));
        self.assigned = Some(Assigned {
            has_model: assignment.model.is_none(),
            assignment: assignment.into(),
            answers: Shared::default(),
            opened: None,
        });
        self.choose_assigned(effects);
    }

    /// Chooses the assignment's model, once what the server has is known.
    pub(super) fn choose_assigned(&mut self, effects: &mut Vec<Effect>) {
        let (Some(catalog), Some(assigned)) = (&self.inputs.catalog, &mut self.assigned) else { return };
        if std::mem::replace(&mut assigned.has_model, true) {
            return;
        }
        let Some(name) = assigned.assignment.model.clone() else { return };
        match catalog.iter().position(|entry| entry.file == name) {
            Some(place) => self.choose(Some(place), effects),
            None => self.complain(Error::Model { name: labels::tidy(&name), why: ModelError::NotInCatalog }),
        }
    }

    pub(super) fn assign(&mut self, event: Assign, effects: &mut Vec<Effect>) {
        let Some(assigned) = &mut self.assigned else { return };
        let opened = assigned.opened;
        let seconds = |moment: &Moment| opened.map_or(0.0, |opened| (moment.ms - opened).max(0.0) / 1000.0);
        match event {
            Assign::Restored { answers, opened } => {
                assigned.opened = Some(opened);
                assigned.answers = answers.into();
                return;
            }
            Assign::Name(name) => assigned.answers.change().name = name,
            Assign::Answer(question, answer, moment) => {
                let seconds = seconds(&moment);
                assigned.answers.change().take(Item::Question(question), answer, None, seconds, moment.text);
            }
            Assign::Tried(mark, answer, verdict, moment) => {
                let Mark { lesson, step, question: Some(question) } = mark else { return };
                if !assigned.assignment.steps.contains(&(lesson, step)) {
                    return;
                }
                let (seconds, right) = (seconds(&moment), Some(verdict == Verdict::Right));
                let item = Item::Lesson(lesson, step, question);
                assigned.answers.change().take(item, answer, right, seconds, moment.text);
            }
            Assign::HandIn => {
                let table = assigned.answers.csv(&assigned.assignment);
                // Spreadsheets tell UTF-8 by this mark.
                let bytes = format!("\u{feff}{table}").into_bytes();
                effects.push(Effect::SaveBytes { name: "answers.csv".into(), media: "text/csv", bytes });
                return;
            }
            Assign::Leave => {
                self.assigned = None;
                return;
            }
        }
        // Until the browser has looked up what was answered before, nothing is there to be added to.
        if let Some(opened) = opened {
            let (of, answers) = (assigned.assignment.address(), assigned.answers.clone());
            effects.push(Effect::SaveAnswers { of, answers, opened });
        }
    }
}
