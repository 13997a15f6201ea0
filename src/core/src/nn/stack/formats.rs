//! A stack in forms that other programs and people read: Markdown, CSV, PyTorch; and stacks read back from them.

mod pytorch;
mod table;

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

/// The stack of a text in any of the forms.
///
/// # Errors
/// What in the text is no layer.
pub fn import(text: &str) -> Result<Stack, ParseError> {
    if text.contains("2d(") {
        return pytorch::read(text);
    }
    if text.trim().contains('\n') || text.contains('|') {
        return table::read(text);
    }
    text.parse()
}

/// Says of a part of a text, counted from 0, that it is not read.
fn refused(part: usize, text: &str, kind: ParseErrorKind) -> ParseError {
    ParseError { part, text: text.trim().chars().take(40).collect(), kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::calculator::Preset;

    #[test]
    fn every_form_is_read_back() {
        for preset in Preset::ALL {
            let stack = preset.stack();
            for form in Form::ALL {
                let text = form.write(&stack, 64).unwrap();
                assert_eq!(import(&text).as_ref(), Ok(&stack), "{text}");
            }
        }
        let odd: Stack = "33x9;3x1,1,1x0,2x1;t4,2,1;a3x2,1,0".parse().unwrap();
        for form in Form::ALL {
            let text = form.write(&odd, 8).unwrap();
            assert_eq!(import(&text).as_ref(), Ok(&odd), "{text}");
        }
    }

    #[test]
    fn as_people_read_it() {
        let stack: Stack = "9x9;3,2,0;m2,2,0".parse().unwrap();
        let markdown = Form::Markdown.write(&stack, 1).unwrap();
        assert!(markdown.contains("| 2 | max pool | 2 | 2 | 0 | 1 | 2 | 5 | 4 | 0 | 2 |"), "{markdown}");
        let csv = Form::Csv.write(&stack, 1).unwrap();
        assert!(csv.contains("1,convolution,3,2,0,1,4,3,2,0,1\r\n"), "{csv}");
        let code = Form::PyTorch.write(&stack, 64).unwrap();
        assert!(
            code.contains("nn.Conv2d(3, 64, kernel_size=3, stride=2),\n    nn.ReLU(inplace=True),"),
            "{code}"
        );
        assert!(code.contains("nn.MaxPool2d(kernel_size=2, stride=2),"), "{code}");
    }

    #[test]
    fn code_as_others_write_it() {
        let code =
            "features = torch.nn.Sequential(Conv2d(3, 64, (3, 3), padding=(1, 1)), BatchNorm2d(64), ReLU(),
            nn.MaxPool2d(2), nn.Conv2d(64, 128, 3, 1, 'same', dilation=2, bias=False))";
        assert_eq!(import(code).unwrap().to_string(), "224x224;3,1,1;m2,2,0;3,1,2,2");
        let refused = import("nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(7))").unwrap_err();
        assert_eq!((refused.text.as_str(), refused.kind), ("AdaptiveAvgPool2d", ParseErrorKind::Form));
        assert!(import("nn.Conv2d(3").is_err());
        assert!(import("# a title\n\nand no table").is_err());
    }
}
