//! Where a person is in the lessons, and what they have learnt.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

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
}
