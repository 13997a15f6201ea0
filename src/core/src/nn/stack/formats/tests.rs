//! Every form against what it was written from, and against stacks as people have them.

mod changes;
mod code;
mod prints;
mod summaries;

use super::*;
use crate::nn::Window;
use crate::nn::stack::{End, StackLayer, StackLayerKind};
use crate::pages::calculator::Preset;
use proptest::prelude::*;

#[test]
fn every_form_is_read_back() {
    for preset in Preset::ALL {
        let stack = preset.stack();
        for form in Form::ALL {
            let text = form.write(&stack, 64).unwrap();
            assert_eq!(import(&text).map(|read| read.stack).as_ref(), Ok(&stack), "{text}");
        }
    }
    let odd: Stack = "33x9;3x1,1,1x0,2x1;t4,2,1;a3x2,1,0;t3,2,1+1;t3,2,0x1-1;m3,2,1,ceil;m2,2,0+1x0;2,1,1-1"
        .parse()
        .unwrap();
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
    // What torch.nn.MaxPool2d refuses to pad.
    let wide: Stack = "9x9;m2,2,2".parse().unwrap();
    let code = Form::PyTorch.write(&wide, 64).unwrap();
    assert!(code.contains("nn.ConstantPad2d((2, 2, 2, 2), float('-inf')),"), "{code}");
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
        ("C08-ceil-mode", Ok("224x224;7,2,0;m3,2,0,ceil;3,1,1;m3,2,0,ceil;m3,2,0,ceil")),
        ("C09-output-padding", Ok("16x16;3,2,1;t3,2,1+1")),
        ("C10-dcgan-generator", Ok("1x1;t4,1,0;t4,2,1;t4,2,1")),
        ("C11-dcgan-discriminator", Ok("64x64;4,2,1;4,2,1;4,2,1;4,1,0")),
        ("C12-patchgan-padding", Ok("256x256;4,2,1;4,2,1;4,2,1;4,1,1;4,1,1")),
        ("C14-none-stride", Ok("224x224;3,1,1;m3,3,1")),
        ("C15-pad-upsample", Err(("ReflectionPad2d", ParseErrorKind::Form))),
        ("C16-zeropad", Ok("224x224;3,2,0+1")),
        ("C22-fomoro-url", Ok("224x224;3,1,1;2,2,0;3,1,1")),
        ("C26-input-channels-comma", Ok("224x224;3,1,1")),
        ("C29-md-spaces", Ok("9x9;3,2,0;m2,2,0")),
        ("C31-csv-quoted", Ok("9x9;3,2,0")),
        ("C32-conv1d", Err(("Conv1d", ParseErrorKind::Form))),
        ("C33-two-sequentials", Ok("224x224;3,1,1;m2,2,0 up to AdaptiveAvgPool2d")),
        ("C34-expr", Ok("224x224;3,1,1;3,1,1")),
        ("C36-pad-mode", Ok("224x224;3,1,1;m2,2,0,ceil")),
        ("C39-torchscan-1d", Ok("100x1;3x1,1,0;3x1,1,0,2;3x1,1,0,3;3x1,1,0;3x1,1,0,2;3x1,1,0,3")),
        ("C17-class", Ok("224x224;5,1,0;m2,2,0;5,1,0;m2,2,0 up to Flatten")),
        ("C40-keras-same-7", Ok("384x384;7,2,2+1;2,2,0;7,2,2+1;2,2,0")),
    ] {
        let path = format!("{}/../../tests/cases/stacks/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let read = import(&std::fs::read_to_string(path).unwrap());
        let said = read.map(|Imported { stack, up_to, .. }| match up_to {
            Some(end) => format!("{stack} up to {end}"),
            None => stack.to_string(),
        });
        let said = said.as_deref().map_err(|error| (error.text.as_str(), error.kind));
        assert_eq!(said, expected, "{name}");
    }
    // As Chinese input methods type it, a layer a line, and with channels.
    for text in ["9x9；3，2，0；m2，2，0", "９x９;3,2,0;m2,2,0", "9x9\n3,2,0\nm2,2,0\n", "9x9x3;3,2,0;m2,2,0"]
    {
        assert_eq!(import(text).unwrap().stack.to_string(), "9x9;3,2,0;m2,2,0", "{text}");
    }
    assert!(import("nn.Conv2d(3, 8, 3, paddin=1)").is_err_and(|error| error.text == "paddin=1"));
}

/// A layer that can be computed over 99 units.
fn any_layer() -> impl Strategy<Value = StackLayer> {
    let pairs = prop::array::uniform4(prop::array::uniform2(1usize..4));
    (0usize..4, pairs, prop::array::uniform2(-1isize..3), any::<bool>()).prop_map(
        |(kind, pairs, more, ceil)| {
            let kind = StackLayerKind::ALL[kind];
            let [kernel, stride, dilation, padding] = pairs;
            let transposed = kind == StackLayerKind::Transposed;
            // A transposed convolution needs a kernel of its stride, and an average pool has no dilation.
            let stride = if transposed { [0, 1].map(|axis| stride[axis].min(kernel[axis])) } else { stride };
            let dilation = if transposed || kind == StackLayerKind::AveragePool { [1, 1] } else { dilation };
            let more =
                if transposed { [0, 1].map(|axis| more[axis].min(stride[axis] as isize - 1)) } else { more };
            let end = if ceil && kind.pools() { End::Ceil } else { End::More(more) };
            StackLayer { kind, window: Window { kernel, stride, dilation, padding }, end }
        },
    )
}

/// What texts are made of, to be put together in any order.
const PARTS: [&str; 45] = [
    "nn.Conv2d(",
    "nn.MaxPool2d(",
    "nn.ConvTranspose2d(",
    "nn.ZeroPad2d(",
    "Conv2D(",
    "ZeroPadding2D(",
    "Input(",
    "F.relu(",
    "self.a",
    "self.a = ",
    "(",
    ")",
    ")",
    ",",
    ", ",
    "3",
    "-1",
    "99999999999999999999",
    "9223372036854775807",
    "x",
    "return ",
    "def forward(self, x):\n",
    "\n",
    "padding=",
    "'same'",
    "ceil_mode=True",
    "output_padding=",
    "|",
    ";",
    ".",
    "é",
    "SAME",
    "| kernel | stride | padding |\n",
    "t2,2,0+",
    "for _ in range(",
    "):\n  ",
    "[",
    "]",
    " * 2",
    "*x",
    "if x:\n ",
    "else:\n ",
    "x = True\n",
    "x = nn.Sequential(",
    "(se): SELayer(",
];

proptest! {
    #[test]
    fn no_text_breaks_the_readers(parts in proptest::collection::vec(0usize..PARTS.len(), 0..24)) {
        let text: String = parts.into_iter().map(|part| PARTS[part]).collect();
        let _ = import(&text).map(|read| read.stack.rows());
    }

    #[test]
    fn any_stack_is_read_back(layers in proptest::collection::vec(any_layer(), 0..3)) {
        let stack = Stack { input: [99, 98], layers };
        for form in Form::ALL {
            let text = form.write(&stack, 8).unwrap();
            let read = import(&text).map(|read| read.stack);
            prop_assert_eq!(read.as_ref(), Ok(&stack), "{}", text);
        }
    }
}

/// What a text is read as, or what of it is refused.
fn said(text: &str) -> Result<String, (String, ParseErrorKind)> {
    let read = import(text).map_err(|error| (error.text, error.kind))?;
    Ok(match read.up_to {
        Some(end) => format!("{} up to {end}", read.stack),
        None => read.stack.to_string(),
    })
}

fn refusal(text: &str) -> (String, ParseErrorKind) {
    said(text).unwrap_err()
}

#[test]
fn tables_of_others() {
    for (table, expected) in [
        (
            "| Name | Kernel Size | Stride | Padding |\n|---|---|---|---|\n| conv1 | 11x11 | 4 | 2 |\n| pool1 | 3 | 2 | 0 |",
            "224x224;11,4,2;m3,2,0",
        ),
        (
            "Type,Filter size,Strides,Padding,Filters\nConv2D,3,2,same,64\nAvgPool2D,2,2,valid,\n",
            "224x224;3,2,0+1;a2,2,0",
        ),
        ("| Type | Kernel | Stride | Pad Left | Pad Right |\n| Conv | 4 | 1 | 1 | 2 |", "224x224;4,1,1+1"),
        (
            "| Type | Kernel | Stride | Padding | Dilation factor | Notes |\n|---|---|---|---|---|---|\n| Group conv | 3*3 | 1 | 2 | 2 | --- |",
            "224x224;3,1,2,2",
        ),
        (
            "type,kernel,stride,padding\nconv,\"3,5\",\"1,1\",\"1,2\"\nmean pooling,\"2,2\",\"2,2\",\"0,0\"",
            "224x224;3x5,1,1x2;a2,2,0",
        ),
        ("3,224,224;3,1,1", "224x224;3,1,1"),
        ("640,480,3;3,1,1", "640x480;3,1,1"),
        ("48,64,3;7,2,3", "48x64;7,2,3"),
        ("3,1,1;7,2,3", "224x224;3,1,1;7,2,3"),
    ] {
        assert_eq!(said(table).unwrap(), expected, "{table}");
    }
    for (table, part, kind) in [
        (
            "| Type | Kernel | Stride | Pad Top | Padding |\n| Conv | 4 | 1 | 1 | 2 |",
            "pad top",
            ParseErrorKind::Argument,
        ),
        (
            "| Type | Kernel | Filters |\n| Conv | 4 | 16 |",
            "| Type | Kernel | Filters |",
            ParseErrorKind::Summary,
        ),
        (
            "| Type | Kernel | Stride | Padding |\n| Conv1D | 4 | 1 | 0 |",
            "| Conv1D | 4 | 1 | 0 |",
            ParseErrorKind::Form,
        ),
        (
            "| Type | Kernel | Stride | Padding | Repeat |\n| Conv | 3 | 1 | 1 | 2 |",
            "repeat",
            ParseErrorKind::Argument,
        ),
        (
            "| Type | Kernel | Stride | Padding |\n| Up-conv | 2 | 2 | 0 |",
            "| Up-conv | 2 | 2 | 0 |",
            ParseErrorKind::Form,
        ),
        ("| Type | Kernel | Stride | Padding |\n| Conv | 4 | 1 |", "| Conv | 4 | 1 |", ParseErrorKind::Count),
        (
            "| Type | Kernel | Stride | Padding |\n| Conv | 4 | – | 1 |",
            "| Conv | 4 | – | 1 |",
            ParseErrorKind::Number,
        ),
    ] {
        assert_eq!(refusal(table), (part.to_owned(), kind), "{table}");
    }
}

/// Figures of other calculators, and forms that spreadsheets write.
#[test]
fn further_cases() {
    let fields = |text: &str| -> Vec<i64> {
        let rows = import(text).unwrap().stack.rows().unwrap();
        rows.iter().map(|row| row.reach[0].size()).collect()
    };
    // C37, C39.
    assert_eq!(fields("224x224;3,1,1;3,1,1;3,1,1;3,1,8,8"), [3, 5, 7, 23]);
    assert_eq!(
        fields("100x1;3x1,1,0;3x1,1,0,2;3x1,1,0,3;3x1,1,0;3x1,1,0,2;3x1,1,0,3"),
        [3, 7, 13, 15, 19, 25]
    );
    // C25, C30.
    assert_eq!(said("224x224x3").unwrap(), "224x224");
    let semicolons =
        "layer;kind;kernel;stride;padding;dilation;output\n0;input;;;;;9\n1;convolution;3;2;0;1;4\n";
    assert_eq!(said(semicolons).unwrap(), "9x9;3,2,0");
}
