//! Where a person is in the lessons, and what they have learnt.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Effect, Lang};
use crate::pages::lesson::Lesson;
use crate::shared::Shared;

/// A step that was read, or a question of it that was answered, all counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The lesson.
    pub lesson: usize,
    /// The step.
    pub step: usize,
    /// The question, if it is one.
    pub question: Option<usize>,
}

/// All that a person has learnt.
pub type Progress = BTreeSet<Mark>;

/// The lessons as a person has left them.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// The open step of a lesson, both counted from 1; none where the lessons are listed.
    pub open: Option<(usize, usize)>,
    /// What the person has learnt.
    pub progress: Shared<Progress>,
    /// What they say.
    pub content: Content,
}

/// What the lessons say, once it is fetched.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// In which language, and all lessons.
    pub here: Option<(Lang, Shared<Vec<Lesson>>)>,
    /// The language that was asked for last.
    asked: Option<Lang>,
    /// Whether that could not be had.
    pub failed: bool,
}

impl Content {
    /// All lessons, once they are there.
    pub fn lessons(&self) -> Option<Shared<Vec<Lesson>>> {
        self.here.as_ref().map(|(_, lessons)| lessons.clone())
    }

    /// Has the lessons fetched in this language, unless they are there or on their way.
    pub(super) fn fetch(&mut self, lang: Lang, effects: &mut Vec<Effect>) {
        if self.asked != Some(lang) {
            (self.asked, self.failed) = (Some(lang), false);
            if self.here.as_ref().is_none_or(|(here, _)| *here != lang) {
                effects.push(Effect::FetchLessons(lang));
            }
        }
    }

    /// Takes them, or that they could not be had.
    pub(super) fn take(&mut self, lang: Lang, lessons: Option<Vec<Lesson>>) {
        if self.asked == Some(lang) {
            self.failed = lessons.is_none();
            self.here = lessons.map(|lessons| (lang, lessons.into())).or(self.here.take());
        }
    }

    /// Has them fetched once more.
    pub(super) fn again(&mut self) {
        self.asked = None;
    }
}
