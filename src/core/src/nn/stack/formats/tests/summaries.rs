//! Summaries as torchinfo and torchsummary print them (tests/summaries), and as Keras does.

mod hostile;

use super::*;

/// What is read of a summary, or the row that is refused.
fn summary(text: &str) -> Result<String, (String, ParseErrorKind)> {
    let said = said(text);
    assert!(said.is_err() || import(text).unwrap().basis == Basis::Deduced, "{text}");
    said
}

#[test]
fn networks_of_pytorch() {
    let mut read = 0;
    for part in include_str!("summaries/summaries.txt").split("#### ").skip(1) {
        let (head, text) = part.split_once('\n').unwrap();
        let [name, form, stack] = head.split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
        let row = |row: &str, kind| Err((row.to_owned(), kind));
        let kernels = form == "columns";
        let expected = match (name, form) {
            ("vgg11", _) => Ok(format!("{stack} up to AdaptiveAvgPool2d")),
            ("lenet", _) => Ok(format!("{stack} up to Flatten")),
            ("alexnet", "columns") => Ok(format!("{stack} up to AdaptiveAvgPool2d")),
            // Pools of 2 lead to the same sizes.
            ("alexnet", _) => Ok(format!("{} up to AdaptiveAvgPool2d", stack.replace("m3", "m2"))),
            ("strided", _) => Ok(stack.to_owned()),
            ("depthwise", _) if kernels => Ok(stack.to_owned()),
            ("depthwise", "torchinfo") => row("Conv2d: 1-2", ParseErrorKind::Summary),
            ("depthwise", _) => row("Conv2d-2", ParseErrorKind::Summary),
            ("residual", _) if kernels => row("Conv2d (shortcut): 1-3", ParseErrorKind::Branch),
            ("residual", "torchinfo") => row("Conv2d: 1-3", ParseErrorKind::Summary),
            ("residual", _) => row("Conv2d-3", ParseErrorKind::Summary),
            ("functional", _) if kernels => row("Conv2d (conv2): 1-2", ParseErrorKind::Branch),
            // Sizes alone look like a stride of 2, but the dense layer takes fewer numbers than there are.
            ("functional", "torchinfo") => row("Linear: 1-3", ParseErrorKind::Branch),
            ("functional", _) => row("Linear-3", ParseErrorKind::Branch),
            ("blocks", "torchsummary") => row("Block-2", ParseErrorKind::Form),
            ("blocks", _) => {
                row(if kernels { "Block (0): 1-1" } else { "Block: 1-1" }, ParseErrorKind::Branch)
            }
            _ => panic!("{head}"),
        };
        assert_eq!(summary(text), expected, "{head}");
        read += usize::from(expected.is_ok());
    }
    assert_eq!(read, 13);
}

/// Rows of torchsummary; sizes with the channels first.
fn rows(rows: &[(&str, &[usize], &str)]) -> String {
    let mut text = "        Layer (type)               Output Shape         Param #\n======\n".to_owned();
    for (at, (name, size, params)) in rows.iter().enumerate() {
        let size = size.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        text +=
            &format!("{:>20}  {:>25} {params:>15}\n", format!("{name}-{}", at + 1), format!("[-1, {size}]"));
    }
    text
}

#[test]
fn what_pytorch_leaves_open() {
    for (layers, expected) in [
        (&[("Conv2d", &[8, 32, 32][..], "224"), ("MaxPool2d", &[8, 16, 16], "0")][..], "32x32;3,1,1;m2,2,0"),
        (&[("Conv2d", &[8, 30, 30], "224"), ("MaxPool2d", &[8, 15, 15], "0")], "32x32;3,1,0;m2,2,0"),
        // Only 3 with 2 fits, as in Inception.
        (&[("Conv2d", &[8, 112, 112], "1184"), ("MaxPool2d", &[8, 55, 55], "0")], "224x224;7,2,3;m3,2,0"),
        (&[("Conv2d", &[16, 14, 14], "12304")], "224x224;16,16,0"),
        (&[("BatchNorm2d", &[5, 40, 24], "10"), ("Conv2d", &[8, 20, 12], "368")], "40x24;3,2,1"),
        (&[("Conv2d", &[8, 64, 64], "224"), ("MaxPool2d", &[8, 32, 64], "0")], "64x64;3,1,1;m2x1,2x1,0"),
    ] {
        assert_eq!(summary(&rows(layers)).unwrap(), expected);
    }
    let conv = ("Conv2d", &[8, 32, 32][..], "224");
    for (layers, row, kind) in [
        // A pool over one unit, one that rounds up, one that changes channels.
        (&[conv, ("MaxPool2d", &[8, 32, 32], "0")][..], "MaxPool2d-2", ParseErrorKind::Summary),
        (
            &[conv, ("Conv2d", &[8, 15, 15], "584"), ("MaxPool2d", &[8, 8, 8], "0")],
            "MaxPool2d-3",
            ParseErrorKind::Summary,
        ),
        (&[conv, ("MaxPool2d", &[4, 16, 16], "0")], "MaxPool2d-2", ParseErrorKind::Branch),
        // Groups, another branch, strides that differ, none that fits, pools that are called as functions.
        (&[conv, ("Conv2d", &[8, 32, 32], "296")], "Conv2d-2", ParseErrorKind::Summary),
        (&[conv, ("ReLU", &[8, 16, 16], "0")], "ReLU-2", ParseErrorKind::Branch),
        (&[conv, ("Conv2d", &[8, 16, 32], "584")], "Conv2d-2", ParseErrorKind::Summary),
        (&[conv, ("Conv2d", &[8, 64, 64], "584")], "Conv2d-2", ParseErrorKind::Summary),
        (&[conv, ("Linear", &[10], "20490")], "Linear-2", ParseErrorKind::Branch),
        (&[conv, ("Flatten", &[2048], "0")], "Flatten-2", ParseErrorKind::Branch),
        // Unknown classes.
        (&[conv, ("WSConv2d", &[8, 32, 32], "584")], "WSConv2d-2", ParseErrorKind::Form),
        (&[conv, ("Upsample", &[8, 64, 64], "0")], "Upsample-2", ParseErrorKind::Form),
        (&[("Swish", &[8, 32, 32], "0"), conv], "Swish-1", ParseErrorKind::Form),
        (&[("Flatten", &[784], "0")], "Flatten-1", ParseErrorKind::Form),
        // A first layer over 5 channels, one of 7 over 1 or of 4 over 3, one that is no convolution.
        (&[("Conv2d", &[8, 32, 32], "368")], "Conv2d-1", ParseErrorKind::Summary),
        (&[("Conv2d", &[8, 32, 32], "392")], "Conv2d-1", ParseErrorKind::Summary),
        (&[("MaxPool2d", &[8, 32, 32], "0")], "MaxPool2d-1", ParseErrorKind::Summary),
    ] {
        assert_eq!(summary(&rows(layers)), Err((row.to_owned(), kind)), "{layers:?}");
    }
    let swish = rows(&[conv, ("Swish", &[8, 32, 32], "0"), ("Swish", &[8, 32, 32], "0")]);
    assert_eq!(import(&swish).unwrap().passed, ["Swish"]);
    // 64 by 64 pixels of 3 channels, which tells both of what the first layer may be.
    let footer = rows(&[("Conv2d", &[8, 32, 32], "392")]) + "Total params: 392\nInput size (MB): 0.05\n";
    assert_eq!(summary(&footer).unwrap(), "64x64;4,2,1");
    assert_eq!(summary(&footer.replace("0.05", "9.99")).unwrap_err().1, ParseErrorKind::Summary);
}

#[test]
fn trees_of_torchinfo() {
    let head = "Layer (type:depth-idx)    Kernel Shape   Output Shape   Param #\n======\n";
    let text = |rows: &str| format!("{head}{rows}");
    // With weights, frozen ones, cells that fill their columns, channels before the kernel.
    let details = "Net                        --             [1, 8, 16, 16] --
├─Conv2d: 1-1              [3, 8, 3, 3]   [1, 8, 32, 32] (224)
│    └─weight              [3, 8, 3, 3]                  ├─216
│    └─bias                [8]                           └─8
├─MaxPool2d: 1-2           2              [1, 8, 16, 16] --
======
Total params: 224";
    assert_eq!(summary(&text(details)).unwrap(), "32x32;3,1,1;m2,2,0");
    for (rows, row, kind) in [
        ("Net -- [1, 10] 1,000", "Net", ParseErrorKind::Form),
        // Weights of its own may be used by functions.
        ("Net -- [1, 10] 1,000\n├─ReLU: 1-1 -- [1, 8, 4, 4] --", "Net", ParseErrorKind::Summary),
        ("├─Sequential: 1-1 -- [1, 8, 16, 16] 5,000", "Sequential: 1-1", ParseErrorKind::Form),
        ("├─Conv2d: 1-1", "├─Conv2d: 1-1", ParseErrorKind::Form),
        ("├─Conv2d: 1-1 -- [1, 8, 16, 16] (recursive)", "Conv2d: 1-1", ParseErrorKind::Summary),
        // Its kernel is stated, its channels do not fit.
        (
            "├─Conv2d: 1-1 [3, 3] [1, 8, 16, 16] 224\n├─Conv2d: 1-2 [3, 3] [1, 8, 16, 16] 1,160",
            "Conv2d: 1-2",
            ParseErrorKind::Branch,
        ),
    ] {
        let rows = text(rows);
        assert_eq!(summary(&rows), Err((row.to_owned(), kind)), "{rows}");
    }
    let no_sizes = "Layer (type:depth-idx)                   Param #\n├─Conv2d: 1-1      224";
    assert_eq!(summary(no_sizes).unwrap_err().1, ParseErrorKind::Summary);
}

#[test]
fn keras_3() {
    // Without its input, which a Sequential does not list.
    let sequential = "Model: \"sequential\"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d (MaxPooling2D)    │ (None, 13, 13, 32)     │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d_1 (MaxPooling2D)  │ (None, 5, 5, 64)       │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ flatten (Flatten)               │ (None, 1600)           │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (Dense)                   │ (None, 10)             │        16,010 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 34,826 (136.04 KB)";
    assert_eq!(summary(sequential).unwrap(), "28x28;3,1,0;m2,2,0;3,1,0;m2,2,0 up to Flatten");
    // With what is cut off, and cells that go on below.
    let functional = "┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ input_layer         │ (None, 225, 224,  │          0 │ -                 │
│ (InputLayer)        │ 3)                │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ rescaling           │ (None, 225, 224,  │          0 │ input_layer[0][0] │
│ (Rescaling)         │ 3)                │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ zero_padding2d      │ (None, 231, 230,  │          0 │ rescaling[0][0]   │
│ (ZeroPadding2D)     │ 3)                │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ conv2d (Conv2D)     │ (None, 113, 112,  │      9,472 │ zero_padding2d[0… │
│                     │ 64)               │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ batch_normalizatio… │ (None, 113, 112,  │        256 │ conv2d[0][0]      │
│ (BatchNormalizatio… │ 64)               │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ depthwise_conv2d    │ (None, 57, 56,    │        640 │ batch_normalizat… │
│ (DepthwiseConv2D)   │ 64)               │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ separable_conv2d    │ (None, 57, 56,    │      8,896 │ depthwise_conv2d… │
│ (SeparableConv2D)   │ 128)              │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ conv2d_transpose    │ (None, 114, 112,  │     36,896 │ separable_conv2d… │
│ (Conv2DTranspose)   │ 32)               │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ global_average_poo… │ (None, 32)        │          0 │ conv2d_transpose… │
│ (GlobalAveragePool… │                   │            │                   │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘";
    let read = "225x224;7,2,3;3,2,1x0+1;3,1,1;t3,2,0-1 up to global_average_poo…";
    assert_eq!(summary(functional).unwrap(), read);
    let end = "│ add (Add)           │ (None, 113, 112,  │          0 │ conv2d[0][0],     │
│                     │ 64)               │            │ conv2d[0][0]      │\n";
    let (before, _) = functional.split_once("│ depthwise").unwrap();
    for (row, label, kind) in [
        (end, "add (Add)", ParseErrorKind::Branch),
        (
            "│ c (Conv2D) │ (None, 113, 112, 64) │ 4,160 │ conv2d[0][0] │",
            "c (Conv2D)",
            ParseErrorKind::Branch,
        ),
        (
            "│ a (Foo) │ (None, 113, 112, 64) │ 0 │ batch_n… │\n│ │ │ │ conv2d… │",
            "a (Foo)",
            ParseErrorKind::Branch,
        ),
        ("│ i (InputLayer) │ (None, 9) │ 0 │ - │", "i (InputLayer)", ParseErrorKind::Branch),
        (
            "│ v (Functional) │ (None, 7, 7, 512) │ 14,714,688 │ batch_n… │",
            "v (Functional)",
            ParseErrorKind::Form,
        ),
        (
            "│ u (UpSampling2D) │ (None, 226, 224, 64) │ 0 │ batch_n… │",
            "u (UpSampling2D)",
            ParseErrorKind::Form,
        ),
        (
            "│ z (ZeroPadding2D) │ (None, 114, 113, 64) │ 0 │ batch_n… │",
            "z (ZeroPadding2D)",
            ParseErrorKind::Summary,
        ),
        (
            "│ s (SeparableConv2D) │ (None, 113, 112, 64) │ 1,995,… │ batch_n… │",
            "s (SeparableConv2D)",
            ParseErrorKind::Summary,
        ),
        ("│ c (Conv2D) │ ? │ 0 (unbuilt) │ batch_n… │", "c (Conv2D)", ParseErrorKind::Summary),
    ] {
        assert_eq!(summary(&format!("{before}{row}")), Err((label.to_owned(), kind)), "{row}");
    }
}

#[test]
fn keras_2() {
    // Up to TensorFlow 2.5: what is too long is cut off.
    let cut = "_________________________________________________________________
Layer (type)                 Output Shape              Param #   
=================================================================
conv2d (Conv2D)              (None, 14, 14, 16)        160       
_________________________________________________________________
batch_normalization (BatchNo (None, 14, 14, 16)        64        
_________________________________________________________________
max_pooling2d (MaxPooling2D) (None, 7, 7, 16)          0         
_________________________________________________________________
depthwise_conv2d (DepthwiseC (None, 7, 7, 16)          160       
_________________________________________________________________
max_pooling2d_1 (MaxPooling2 (None, 4, 4, 16)          0         
_________________________________________________________________
global_average_pooling2d_1 ( (None, 16)                0         
=================================================================
Total params: 384";
    let read = "28x28;3,2,0+1;m2,2,0;3,1,1;m2,2,0+1 up to global_average_pooling2d_1";
    assert_eq!(summary(cut).unwrap(), read);
    // As texts lose their spaces.
    let bare = cut.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n");
    assert_eq!(summary(&bare.collect::<String>()).unwrap(), read);
    let ambiguous = cut.replace("conv2d (Conv2D) ", "my_own_name (Conv");
    assert_eq!(summary(&ambiguous).unwrap_err().1, ParseErrorKind::Form);
    // Since then, it goes on below.
    let wrapped = "Model: \"model\"
__________________________________________________________________________________________________
 Layer (type)                   Output Shape         Param #     Connected to                     
==================================================================================================
 input_1 (InputLayer)           [(None, 224, 224, 3  0           []                               
                                )]                                                                
                                                                                                  
 conv1_conv (Conv2D)            (None, 112, 112, 64  9472        ['input_1[0][0]']                
                                )                                                                 
                                                                                                  
 max_pooling2d_with_a_name (Ma  (None, 55, 55, 64)   0           ['conv1_conv[0][0]']             
 xPooling2D)                                                                                      
";
    assert_eq!(summary(wrapped).unwrap(), "224x224;7,2,2+1;m3,2,0");
    let add =
        " add (Add)                      (None, 55, 55, 64)   0           ['conv1_conv[0][0]',             
                                                                  'max_pooling2d_with_a_name[0][0]
                                                                 ']                               
";
    let branch = Err(("add (Add)".to_owned(), ParseErrorKind::Branch));
    assert_eq!(summary(&format!("{wrapped}{add}")), branch);
    // As Markdown, and with a batch that is fixed.
    let markdown = "| Layer Type | Output Shape | Params # |\n|:---|---|---|\n| conv2d (Conv2D) | (None, 198, 198, 8) | 224 |
| max_pooling2d (MaxPooling2D) | (None, 99, 99, 8) | 0 |\n| Total params: 224 |";
    assert_eq!(summary(markdown).unwrap(), "200x200;3,1,0;m2,2,0");
    let fixed = " Layer (type)                Output Shape              Param #
 conv2d (Conv2D)             (32, 26, 26, 8)           80
 conv2d_1 (Conv2D)           (32, 24, 24, 3000)        219000";
    assert_eq!(summary(fixed).unwrap(), "28x28;3,1,0;3,1,0");
    // Sizes that are left open.
    let open = cut.replace("(None, 14, 14, 16)", "(None, None, None, 16)");
    assert_eq!(summary(&open), Err(("conv2d (Conv2D)".to_owned(), ParseErrorKind::Summary)));
}

/// A table with the columns of a summary and a stride is a table.
#[test]
fn tables_with_sizes() {
    let table = "| Layer | Kernel | Stride | Padding | Output Shape |\n| conv | 3 | 2 | 1 | 112 |";
    assert_eq!(said(table).unwrap(), "224x224;3,2,1");
    assert_eq!(import(table).unwrap().basis, Basis::Stated);
}
