//! A stack as a short text, for addresses and for copying: `9x9;3,2,0;m2,2,0` is an input of 9 by 9, a convolution
//! of kernel 3, stride 2 and no padding, and a maximum pool of 2 by 2 with stride 2.
//!
//! A layer is kernel, stride, padding and, where it is not 1, dilation; `m` and `a` before it make it a pool, `t` a
//! transposed convolution; `3x1` gives rows and columns apart. Read as well is the form kernel,stride,dilation,SAME or VALID of another widely used
//! calculator.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::{Stack, StackLayer, StackLayerKind};
use crate::nn::Window;

/// Why a text is no stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The part that is wrong, counted from 0; the input is the first.
    pub part: usize,
    /// The part itself.
    pub text: String,
    /// What is wrong with it.
    pub kind: ParseErrorKind,
}

/// What is wrong with a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// Something else than a whole number.
    Number,
    /// Not three or four numbers.
    Count,
    /// More layers than anybody has use for.
    TooMany,
    /// A form that is not read, or a text in which no layer was found.
    Form,
    /// An argument that is not understood, or that asks for what is not computed here.
    Argument,
}

/// The most layers that are read.
const MOST: usize = 10_000;
/// The input where a text names none.
const INPUT: [usize; 2] = [224, 224];

impl FromStr for Stack {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Stack, ParseError> {
        let mut stack = Stack { input: INPUT, layers: Vec::new() };
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        for (part, text) in parts.enumerate() {
            let fail = |kind| ParseError { part, text: text.chars().take(40).collect(), kind };
            if part > MOST {
                return Err(fail(ParseErrorKind::TooMany));
            }
            if part == 0
                && let Some(sides) = with_channels(text)
            {
                stack.input = sides;
            } else if part == 0 && !text.contains(',') {
                stack.input = pair(text).map_err(fail)?;
            } else {
                stack.layers.push(step(text).map_err(fail)?);
            }
        }
        Ok(stack)
    }
}

/// Rows and columns of an input that is given with its channels: `224x224x3`, or `224,224,3`, which would be a kernel of 224
/// pixels else.
fn with_channels(text: &str) -> Option<[usize; 2]> {
    let parts: Vec<&str> = text.split(['x', 'X', '×', ',']).map(str::trim).collect();
    let &[rows, columns, channels] = parts.as_slice() else { return None };
    let numbers = [rows, columns, channels].map(str::parse::<usize>);
    let [Ok(rows), Ok(columns), Ok(channels)] = numbers else { return None };
    let is_image = !text.contains(',') || rows == columns && rows >= 16;
    (is_image && matches!(channels, 1 | 3 | 4)).then_some([rows, columns])
}

fn step(text: &str) -> Result<StackLayer, ParseErrorKind> {
    let (kind, numbers) = match text.split_at_checked(1) {
        Some(("m" | "M", rest)) => (StackLayerKind::MaxPool, rest),
        Some(("a" | "A", rest)) => (StackLayerKind::AveragePool, rest),
        Some(("t" | "T", rest)) => (StackLayerKind::Transposed, rest),
        _ => (StackLayerKind::Convolution, text),
    };
    let fields: Vec<&str> = numbers.split(',').map(str::trim).collect();
    let window = match *fields {
        [kernel, stride, dilation, mode] if mode.eq_ignore_ascii_case("VALID") => Window {
            kernel: pair(kernel)?,
            stride: pair(stride)?,
            dilation: pair(dilation)?,
            padding: [0, 0],
        },
        [kernel, stride, dilation, mode] if mode.eq_ignore_ascii_case("SAME") => {
            let (kernel, dilation) = (pair(kernel)?, pair(dilation)?);
            let half = |axis: usize| kernel[axis].saturating_sub(1).saturating_mul(dilation[axis]) / 2;
            Window { kernel, stride: pair(stride)?, dilation, padding: [half(0), half(1)] }
        }
        [kernel, stride, padding] => {
            Window { kernel: pair(kernel)?, stride: pair(stride)?, dilation: [1, 1], padding: pair(padding)? }
        }
        [kernel, stride, padding, dilation] => Window {
            kernel: pair(kernel)?,
            stride: pair(stride)?,
            dilation: pair(dilation)?,
            padding: pair(padding)?,
        },
        _ => return Err(ParseErrorKind::Count),
    };
    Ok(StackLayer { kind, window })
}

/// Rows and columns from a text: `3` for both, or `3x1`.
///
/// # Errors
/// Where it is something else.
pub fn pair(text: &str) -> Result<[usize; 2], ParseErrorKind> {
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| ParseErrorKind::Number);
    match text.split_once(['x', 'X', '×']) {
        Some((rows, columns)) => Ok([number(rows)?, number(columns)?]),
        None => number(text).map(|both| [both, both]),
    }
}

impl Display for Stack {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.input[0], self.input[1])?;
        for StackLayer { kind, window } in &self.layers {
            let mark = match kind {
                StackLayerKind::Convolution => "",
                StackLayerKind::MaxPool => "m",
                StackLayerKind::AveragePool => "a",
                StackLayerKind::Transposed => "t",
            };
            let Window { kernel, stride, padding, dilation } = *window;
            write!(f, ";{mark}{},{},{}", Both(kernel), Both(stride), Both(padding))?;
            if dilation != [1, 1] {
                write!(f, ",{}", Both(dilation))?;
            }
        }
        Ok(())
    }
}

/// Rows and columns, written as one number where they are equal.
pub struct Both(pub [usize; 2]);

impl Display for Both {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            [rows, columns] if rows == columns => write!(f, "{rows}"),
            [rows, columns] => write!(f, "{rows}x{columns}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts() {
        let stack: Stack = " 9 x 9; 3,2,0 ;m2,2,0;3x1,1,1x0,2".parse().unwrap();
        assert_eq!(stack.to_string(), "9x9;3,2,0;m2,2,0;3x1,1,1x0,2");
        assert_eq!("3,1,1".parse::<Stack>().unwrap().input, [224, 224]);
        assert_eq!("".parse::<Stack>().unwrap().layers.len(), 0);
    }

    #[test]
    fn the_other_form() {
        let stack: Stack = "3,1,1,SAME;3,2,2,VALID".parse().unwrap();
        assert_eq!(stack.to_string(), "224x224;3,1,1;3,2,0,2");
    }

    #[test]
    fn what_is_no_stack() {
        let error = |text: &str| text.parse::<Stack>().unwrap_err();
        assert_eq!(error("9x9;3,2"), ParseError { part: 1, text: "3,2".into(), kind: ParseErrorKind::Count });
        assert_eq!(error("9x9;3,2,-1").kind, ParseErrorKind::Number);
        assert_eq!(error("nine").kind, ParseErrorKind::Number);
        assert_eq!(error("9x9;é,1,1").kind, ParseErrorKind::Number);
        assert_eq!(error(&"1,1,0;".repeat(10_002)).kind, ParseErrorKind::TooMany);
    }

    proptest! {
        #[test]
        fn round_trips(
            input in (0usize..999, 0usize..999),
            steps in proptest::collection::vec(
                (0usize..4, prop::array::uniform8(0usize..99)), 0..9),
        ) {
            let step = |(kind, n): (usize, [usize; 8])| StackLayer {
                kind: StackLayerKind::ALL[kind],
                window: Window {
                    kernel: [n[0], n[1]],
                    stride: [n[2], n[3]],
                    dilation: [n[4], n[5]],
                    padding: [n[6], n[7]],
                },
            };
            let stack = Stack { input: [input.0, input.1], layers: steps.into_iter().map(step).collect() };
            prop_assert_eq!(stack.to_string().parse::<Stack>().unwrap(), stack);
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,60}") {
            let _ = text.parse::<Stack>();
        }
    }
}
