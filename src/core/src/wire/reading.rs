//! What the page has read by a worker of its own: texts in other programs' forms. Few give any, so that whoever opens the page need
//! not fetch what reads them; and a text that takes long holds up nothing.

use serde::{Deserialize, Serialize};

use crate::nn::labels::{self, Label};
use crate::nn::stack::{self, Imported, ParseError};

/// A text to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// A stack in any form.
    Stack(String),
    /// The names of so many classes.
    Labels {
        /// The text.
        text: String,
        /// How many.
        classes: usize,
    },
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Read {
    /// A stack, or what in the text is none.
    Stack(Result<Imported, ParseError>),
    /// The names of so many classes, or how many names there are instead.
    Labels {
        /// The names.
        names: Result<Vec<Label>, usize>,
        /// How many classes.
        classes: usize,
    },
}

impl Reading {
    /// Reads it.
    pub fn read(self) -> Read {
        match self {
            Reading::Stack(text) => Read::Stack(stack::import(&text)),
            Reading::Labels { text, classes } => {
                let names = labels::parse_for(&text, classes).map_err(|names| names.len());
                Read::Labels { names, classes }
            }
        }
    }
}
