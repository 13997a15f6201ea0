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

/// A stack that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The stack.
    pub stack: Stack,
    /// The module up to which code was read, since what follows works on vectors; none where all of it was.
    pub up_to: Option<String>,
}

/// The stack of a text in any of the forms, however its marks and digits were typed.
///
/// # Errors
/// What in the text is no layer.
pub fn import(text: &str) -> Result<Imported, ParseError> {
    let text = &half_width(text);
    let whole = |stack| Imported { stack, up_to: None };
    if text.contains("2d(") || text.contains("Sequential(") {
        return pytorch::read(text);
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
        return Ok(whole(stack));
    }
    if text.trim().contains('\n') || text.contains('|') {
        return table::read(text).map(whole);
    }
    text.parse().map(whole)
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
                assert_eq!(import(&text).map(|read| read.stack).as_ref(), Ok(&stack), "{text}");
            }
        }
        let odd: Stack = "33x9;3x1,1,1x0,2x1;t4,2,1;a3x2,1,0".parse().unwrap();
        for form in Form::ALL {
            let text = form.write(&odd, 8).unwrap();
            assert_eq!(import(&text).map(|read| read.stack).as_ref(), Ok(&odd), "{text}");
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
        assert_eq!(import(code).unwrap().stack.to_string(), "224x224;3,1,1;m2,2,0;3,1,2,2");
        let read = import("nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(7))").unwrap();
        assert_eq!((read.stack.layers.len(), read.up_to.as_deref()), (1, Some("AdaptiveAvgPool2d")));
        let refused = import("nn.Sequential(nn.Conv2d(3, 8, 3), nn.Upsample(2))").unwrap_err();
        assert_eq!((refused.text.as_str(), refused.kind), ("Upsample", ParseErrorKind::Form));
        assert!(import("nn.Conv2d(3").is_err());
        assert!(import("# a title\n\nand no table").is_err());
    }

    /// Stacks as people have them (tests/cases/stacks), with what they are, or what of them is refused.
    #[test]
    fn stacks_of_other_people() {
        for (name, expected) in [
            ("C01-torchdoc-ordereddict", Ok("224x224;5,1,0;5,1,0")),
            ("C02-d2l-lenet", Ok("224x224;5,1,2;a2,2,0;5,1,0;a2,2,0 up to Flatten")),
            ("C03-d2l-lazy", Ok("224x224;5,1,2;m2,2,0;5,1,0")),
            ("C04-print-vgg", Ok("224x224;3,1,1;3,1,1;m2,2,0 up to AdaptiveAvgPool2d")),
            ("C05-print-features", Ok("224x224;11,4,2;m3,2,0;5,1,2;m3,2,0")),
            ("C06-commented-layer", Ok("224x224;3,1,1;m2,2,0;3,1,1")),
            ("C08-ceil-mode", Err(("ceil_mode=True", ParseErrorKind::Argument))),
            ("C09-output-padding", Err(("output_padding=1", ParseErrorKind::Argument))),
            ("C10-dcgan-generator", Ok("1x1;t4,1,0;t4,2,1;t4,2,1")),
            ("C11-dcgan-discriminator", Ok("64x64;4,2,1;4,2,1;4,2,1;4,1,0")),
            ("C12-patchgan-padding", Ok("256x256;4,2,1;4,2,1;4,2,1;4,1,1;4,1,1")),
            ("C14-none-stride", Ok("224x224;3,1,1;m3,3,1")),
            ("C15-pad-upsample", Err(("ReflectionPad2d", ParseErrorKind::Form))),
            ("C16-zeropad", Err(("ZeroPad2d", ParseErrorKind::Form))),
            ("C22-fomoro-url", Ok("224x224;3,1,1;2,2,0;3,1,1")),
            ("C26-input-channels-comma", Ok("224x224;3,1,1")),
            ("C29-md-spaces", Ok("9x9;3,2,0;m2,2,0")),
            ("C31-csv-quoted", Ok("9x9;3,2,0")),
            ("C32-conv1d", Err(("Conv1d", ParseErrorKind::Form))),
            ("C33-two-sequentials", Ok("224x224;3,1,1;m2,2,0 up to AdaptiveAvgPool2d")),
            ("C34-expr", Ok("224x224;3,1,1;3,1,1")),
            ("C36-pad-mode", Err(("ceil_mode=True", ParseErrorKind::Argument))),
            ("C39-torchscan-1d", Ok("100x1;3x1,1,0;3x1,1,0,2;3x1,1,0,3;3x1,1,0;3x1,1,0,2;3x1,1,0,3")),
        ] {
            let path = format!("{}/../../tests/cases/stacks/{name}.txt", env!("CARGO_MANIFEST_DIR"));
            let read = import(&std::fs::read_to_string(path).unwrap());
            let said = read.map(|Imported { stack, up_to }| match up_to {
                Some(end) => format!("{stack} up to {end}"),
                None => stack.to_string(),
            });
            let said = said.as_deref().map_err(|error| (error.text.as_str(), error.kind));
            assert_eq!(said, expected, "{name}");
        }
        // As Chinese input methods type it, a layer a line, and with channels.
        for text in
            ["9x9；3，2，0；m2，2，0", "９x９;3,2,0;m2,2,0", "9x9\n3,2,0\nm2,2,0\n", "9x9x3;3,2,0;m2,2,0"]
        {
            assert_eq!(import(text).unwrap().stack.to_string(), "9x9;3,2,0;m2,2,0", "{text}");
        }
        assert!(import("nn.Conv2d(3, 8, 3, paddin=1)").is_err_and(|error| error.text == "paddin=1"));
    }
}
