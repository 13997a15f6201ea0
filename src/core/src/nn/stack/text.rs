//! A stack as a short text, for addresses and for copying: `9x9;3,2,0;m2,2,0` is an input of 9 by 9, a convolution
//! of kernel 3, stride 2 and no padding, and a maximum pool of 2 by 2 with stride 2.
//!
//! A layer is kernel, stride, padding and, where it is not 1, dilation; `m` and `a` before it make it a pool, `t` a
//! transposed convolution; `3x1` gives rows and columns apart. Padding `0+1` has one more at the end (of a transposed
//! convolution, one more of output); `ceil` behind a pool rounds its size up, as PyTorch's ceil_mode. Read as well is the
//! form kernel,stride,dilation,SAME or VALID of another widely used calculator.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{End, Stack, StackLayer, StackLayerKind};
use crate::nn::Window;

/// Why a text is no stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseError {
    /// The part that is wrong, counted from 0; the input is the first.
    pub part: usize,
    /// The part itself.
    pub text: String,
    /// What is wrong with it.
    pub kind: ParseErrorKind,
}

/// What is wrong with a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Padding of its own that cannot be told as that of the layer behind it.
    Padding,
    /// A layer that works on something else than the output of the one before it.
    Branch,
    /// Code that takes modules out of what it made, replaces them, or repeats them by no stated number.
    Edit,
    /// Where another network begins in the same text.
    Second,
    /// A summary whose kernel, stride and padding are not stated and do not follow from what is.
    Summary,
}

/// The most layers that are read.
const MOST: usize = 10_000;
/// The input where a text names none.
const INPUT: [usize; 2] = [224, 224];

impl FromStr for Stack {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Stack, ParseError> {
        let mut stack = Stack { input: INPUT, layers: Vec::new() };
        // That of the map that the next layer slides over.
        let mut size = stack.input;
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        for (part, text) in parts.enumerate() {
            let fail = |kind| ParseError { part, text: text.chars().take(40).collect(), kind };
            if part > MOST {
                return Err(fail(ParseErrorKind::TooMany));
            }
            if part == 0
                && let Some(sides) = with_channels(text)
            {
                (stack.input, size) = (sides, sides);
            } else if part == 0 && !text.contains(',') {
                stack.input = pair(text).map_err(fail)?;
                size = stack.input;
            } else {
                let layer = step(text, size).map_err(fail)?;
                size = layer.size(size);
                stack.layers.push(layer);
            }
        }
        Ok(stack)
    }
}

/// Rows and columns of an input that is given with its channels: `224x224x3`, or `224,224,3`, which would be a kernel of 224
/// pixels else; or with the channels first.
fn with_channels(text: &str) -> Option<[usize; 2]> {
    let parts: Vec<&str> = text.split(['x', 'X', '×', ',']).map(str::trim).collect();
    let &[one, two, three] = parts.as_slice() else { return None };
    let [Ok(one), Ok(two), Ok(three)] = [one, two, three].map(str::parse::<usize>) else { return None };
    let is_channels = |number: usize| matches!(number, 1 | 3 | 4);
    let is_image = |sides: [usize; 2]| {
        let [rows, columns] = sides;
        rows == columns && rows >= 16 || rows >= 32 && columns >= 32
    };
    // With channels first, a kernel would have a stride and a padding beyond itself.
    if is_channels(one) && is_image([two, three]) {
        return Some([two, three]);
    }
    (is_channels(three) && (!text.contains(',') || is_image([one, two]))).then_some([one, two])
}

fn step(text: &str, size: [usize; 2]) -> Result<StackLayer, ParseErrorKind> {
    let (kind, numbers) = match text.split_at_checked(1) {
        Some(("m" | "M", rest)) => (StackLayerKind::MaxPool, rest),
        Some(("a" | "A", rest)) => (StackLayerKind::AveragePool, rest),
        Some(("t" | "T", rest)) => (StackLayerKind::Transposed, rest),
        _ => (StackLayerKind::Convolution, text),
    };
    let mut fields: Vec<&str> = numbers.split(',').map(str::trim).collect();
    let ceil = fields.pop_if(|last| last.eq_ignore_ascii_case("ceil")).is_some();
    let layer =
        |kernel, stride, padding, dilation| StackLayer::read(kind, [kernel, stride, padding, dilation], ceil);
    match *fields {
        [kernel, stride, dilation, mode] if mode.eq_ignore_ascii_case("VALID") => {
            layer(kernel, stride, "0", dilation)
        }
        [kernel, stride, dilation, mode] if mode.eq_ignore_ascii_case("SAME") && !ceil => {
            Ok(StackLayer::same(kind, layer(kernel, stride, "0", dilation)?.window, size))
        }
        [kernel, stride, padding] => layer(kernel, stride, padding, "1"),
        [kernel, stride, padding, dilation] => layer(kernel, stride, padding, dilation),
        _ => Err(ParseErrorKind::Count),
    }
}

impl StackLayer {
    /// A layer from the texts of its kernel, stride, padding and dilation.
    pub(super) fn read(
        kind: StackLayerKind,
        [kernel, stride, padding, dilation]: [&str; 4],
        ceil: bool,
    ) -> Result<StackLayer, ParseErrorKind> {
        let (padding, more) = pads(padding)?;
        let window =
            Window { kernel: pair(kernel)?, stride: pair(stride)?, dilation: pair(dilation)?, padding };
        let layer = StackLayer { kind, window, end: End::More(more) };
        if ceil {
            let plain = kind.pools() && more == [0, 0];
            return if plain {
                Ok(StackLayer { end: End::Ceil, ..layer })
            } else {
                Err(ParseErrorKind::Argument)
            };
        }
        let whole = |axis: usize| padding[axis].checked_add_signed(more[axis]).is_some();
        let is_padding = kind == StackLayerKind::Transposed || whole(0) && whole(1);
        if is_padding { Ok(layer) } else { Err(ParseErrorKind::Number) }
    }

    /// Its padding as a text: `1`, or `0+1` with one more at the end.
    pub fn padding(&self) -> String {
        let one = |axis: usize| match (self.window.padding[axis], self.more()[axis]) {
            (start, 0) => start.to_string(),
            (start, more) => format!("{start}{more:+}"),
        };
        let [rows, columns] = [one(0), one(1)];
        if rows == columns { rows } else { format!("{rows}x{columns}") }
    }

    /// The size of its output over a map of this size, which stays what it is where that is at fault.
    pub(super) fn size(&self, below: [usize; 2]) -> [usize; 2] {
        let along = |axis: usize| self.over(below[axis], axis).map_or(below[axis], |(length, _)| length);
        [along(0), along(1)]
    }
}

/// Padding from a text, and how much more of it is at the end.
fn pads(text: &str) -> Result<([usize; 2], [isize; 2]), ParseErrorKind> {
    let one = |text: &str| {
        let text = &text.replace(' ', "");
        let (start, more) = text.split_at(text.find(['+', '-']).unwrap_or(text.len()));
        let more = if more.is_empty() { Ok(0) } else { more.parse() };
        Ok((start.parse().map_err(|_| ParseErrorKind::Number)?, more.map_err(|_| ParseErrorKind::Number)?))
    };
    let (rows, columns) = text.split_once(['x', 'X', '×']).unwrap_or((text, text));
    let ((above, below), (left, right)) = (one(rows)?, one(columns)?);
    Ok(([above, left], [below, right]))
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
        for layer in &self.layers {
            let mark = match layer.kind {
                StackLayerKind::Convolution => "",
                StackLayerKind::MaxPool => "m",
                StackLayerKind::AveragePool => "a",
                StackLayerKind::Transposed => "t",
            };
            let Window { kernel, stride, dilation, .. } = layer.window;
            write!(f, ";{mark}{},{},{}", Both(kernel), Both(stride), layer.padding())?;
            if dilation != [1, 1] {
                write!(f, ",{}", Both(dilation))?;
            }
            if layer.end == End::Ceil {
                f.write_str(",ceil")?;
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
        let ends: Stack = "9x9; 3,2,0 + 1;3,2,1X0+1;m3,2,0,Ceil;m2,2,0,2,ceil;t3,2,0-1".parse().unwrap();
        assert_eq!(ends.to_string(), "9x9;3,2,0+1;3,2,1x0+1;m3,2,0,ceil;m2,2,0,2,ceil;t3,2,0-1");
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
        for text in ["9x9;3,2,-1", "9x9;3,2,+1", "9x9;3,2,1+", "9x9;3,2,1-2", "9x9;3,2,1+-1"] {
            assert_eq!(error(text).kind, ParseErrorKind::Number, "{text}");
        }
        for text in ["9x9;3,2,0,ceil", "9x9;t3,2,0,ceil", "9x9;m3,2,0+1,ceil"] {
            assert_eq!(error(text).kind, ParseErrorKind::Argument, "{text}");
        }
        assert_eq!(error("nine").kind, ParseErrorKind::Number);
        assert_eq!(error("9x9;é,1,1").kind, ParseErrorKind::Number);
        assert_eq!(error(&"1,1,0;".repeat(10_002)).kind, ParseErrorKind::TooMany);
    }

    fn any_layer() -> impl Strategy<Value = StackLayer> {
        let numbers = prop::array::uniform8(0usize..99);
        (0usize..4, numbers, prop::array::uniform2(0isize..9), any::<bool>()).prop_map(
            |(kind, n, more, ceil)| {
                let kind = StackLayerKind::ALL[kind];
                let window = Window {
                    kernel: [n[0], n[1]],
                    stride: [n[2], n[3]],
                    dilation: [n[4], n[5]],
                    padding: [n[6], n[7]],
                };
                // As much less at the end as there is.
                let more = [0, 1].map(|axis| {
                    if more[axis] > 6 { -(window.padding[axis].min(9) as isize) } else { more[axis] }
                });
                let end = if ceil && kind.pools() { End::Ceil } else { End::More(more) };
                StackLayer { kind, window, end }
            },
        )
    }

    proptest! {
        #[test]
        fn round_trips(
            input in (0usize..999, 0usize..999),
            layers in proptest::collection::vec(any_layer(), 0..9),
        ) {
            let stack = Stack { input: [input.0, input.1], layers };
            prop_assert_eq!(stack.to_string().parse::<Stack>().unwrap(), stack);
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,60}") {
            let _ = text.parse::<Stack>();
        }
    }
}
