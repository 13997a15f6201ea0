//! What lessons say, in one language: made of Markdown when the page is built, and fetched when they are opened.

use serde::{Deserialize, Serialize};

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// What one is able to do after it.
    pub goal: String,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a lesson: one idea.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its title.
    pub title: String,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Paragraphs, as HTML of our own.
    Text(String),
    /// A piece to play with or a question, as [`super::Piece`] reads it.
    Piece(String),
}
