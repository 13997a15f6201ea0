//! A stack in forms that other programs and people read: Markdown, CSV, PyTorch; and stacks read back from them, from Keras
//! code and from summaries.

mod class;
mod code;
mod edits;
mod flags;
mod gates;
mod keras;
mod loops;
mod names;
mod pytorch;
mod reader;
mod summary;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{ParseError, ParseErrorKind, Stack, StackError};

/// A form in which a stack can be copied and pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The short text of the page's address.
    Text,
    /// A table in Markdown, with what is computed of each layer.
    Markdown,
    /// The same as comma-separated values (RFC 4180).
    Csv,
    /// A torch.nn.Sequential.
    PyTorch,
}

impl Form {
    /// Every form, as the page offers them.
    pub const ALL: [Form; 4] = [Form::Text, Form::Markdown, Form::Csv, Form::PyTorch];

    /// The stack in this form; convolutions of PyTorch's form lead from 3 channels to so many, and on.
    ///
    /// # Errors
    /// The layer at fault, where the form shows what is computed.
    pub fn write(self, stack: &Stack, channels: u64) -> Result<String, StackError> {
        Ok(match self {
            Form::Text => stack.to_string(),
            Form::Markdown => table::markdown(stack, &stack.rows()?),
            Form::Csv => table::csv(stack, &stack.rows()?),
            Form::PyTorch => pytorch::write(stack, channels),
        })
    }
}

/// A stack that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The stack.
    pub stack: Stack,
    /// The module up to which the text was read, since what follows works on vectors; none where all of it was.
    pub up_to: Option<String>,
    /// Where its layers are known from.
    pub basis: Basis,
    /// Classes that were passed over, since they keep the size of their map: gates, and those of a summary that are unknown and
    /// have no parameters.
    pub passed: Vec<String>,
}

/// Where layers are known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// The text states them.
    Stated,
    /// They are modules of a class, taken as they are listed, since the text does not show how it calls them.
    Listed,
    /// Kernels, strides and padding were worked out from sizes and numbers of parameters.
    Deduced,
}

impl Imported {
    /// A stack that is all of a text, which states it.
    fn whole(stack: Stack) -> Imported {
        Imported { stack, up_to: None, basis: Basis::Stated, passed: Vec::new() }
    }
}

/// The stack of a text in any of the forms, however its marks and digits were typed.
///
/// # Errors
/// What in the text is no layer.
pub fn import(text: &str) -> Result<Imported, ParseError> {
    let text = &half_width(text);
    if text.contains("2D(") && !text.contains("2d(") {
        // Paddle writes PyTorch's modules and arguments with another capital.
        return if ["nn.Conv2D(", "paddle"].iter().any(|word| text.contains(word)) {
            pytorch::read(&text.replace("Conv2DTranspose(", "ConvTranspose2d(").replace("2D(", "2d("))
        } else {
            keras::read(text)
        };
    }
    if text.contains("def forward") {
        return class::read(text);
    }
    if text.contains("2d(") || text.contains("Sequential(") {
        return pytorch::read(text);
    }
    if text.contains("Layer (type")
        || text.contains("Output Shape") && !text.to_lowercase().contains("stride")
    {
        return summary::read(text);
    }
    // An address of this page, or of another calculator, with the stack behind its mark.
    let text = match text.trim().split_once('#') {
        Some((address, rest)) if address.contains("://") => rest.trim_start_matches("/field/"),
        _ => text,
    };
    // A layer a line.
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1
        && let Ok(stack) = lines.join(";").parse()
    {
        return Ok(Imported::whole(stack));
    }
    if text.trim().contains('\n') || text.contains('|') {
        return table::read(text).map(Imported::whole);
    }
    text.parse().map(Imported::whole)
}

/// Full-width marks and digits, as Chinese input methods type them, as the usual ones.
fn half_width(text: &str) -> String {
    /// From one row of Unicode to the other.
    const WAY: u32 = 0xfee0;
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - WAY).unwrap_or(letter),
        '\u{3000}' => ' ',
        '、' => ',',
        other => other,
    };
    text.chars().map(narrow).collect()
}

/// Says of a part of a text, counted from 0, that it is not read.
fn refused(part: usize, text: &str, kind: ParseErrorKind) -> ParseError {
    ParseError { part, text: text.trim().chars().take(40).collect(), kind }
}
