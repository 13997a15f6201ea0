//! Texts that only look like summaries.

use super::*;

/// What summaries are made of, to be put together in any order.
const PARTS: [&str; 46] = [
    "Layer (type) Output Shape Param #\n",
    "Layer (type:depth-idx)  Kernel Shape  Input Shape  Output Shape  Param #\n",
    "┃ Layer (type) ┃ Output Shape ┃ Param # ┃ Connected to ┃\n",
    "Conv2d-1",
    "├─Conv2d: 1-1",
    "│    └─ConvTranspose2d: 2-1",
    "ConvTranspose2d-2",
    "MaxPool2d-3",
    "AvgPool2d-3",
    "ZeroPad2d-4",
    "ReLU-4",
    "Flatten-5",
    "Linear-6",
    "conv2d (Conv2D)",
    "conv2d_transpose (Conv2DTranspose)",
    "d (DepthwiseConv2D)",
    "s (SeparableConv2D)",
    "p (MaxPooling2D)",
    "z (ZeroPadding2D",
    "i (InputLayer)",
    "g (Global…",
    "[-1, 8, 32, 32]",
    "[1, 8, 16, 16]",
    "[-1, 8, 1, 1]",
    "[-1, 0, 5, 5]",
    "[-1, 9223372036854775807, 9223372036854775807, 9223372036854775807]",
    "[-1, 1, 9223372036854775807, 1]",
    "[9223372036854775807, 9223372036854775807]",
    "[3, 3]",
    "(None, 32, 32, 8)",
    "(None, 16, 16, 8)",
    "(None, 99999999999999999999, 1, 3)",
    "(None, None, 8)",
    "[(",
    "18446744073709551615",
    "18,446,744,065,119,617,025",
    "224",
    "584",
    "0",
    "--",
    "é…",
    "│",
    "[0][0]",
    "  ",
    "\n",
    "Input size (MB): 1e300\n",
];

proptest! {
    #[test]
    fn no_text_breaks_the_reader(head in 0usize..3, parts in proptest::collection::vec(3usize..PARTS.len(), 0..40)) {
        let parts: Vec<&str> = parts.into_iter().map(|part| PARTS[part]).collect();
        for between in ["", " ", "  "] {
            let _ = import(&format!("{}{}", PARTS[head], parts.join(between))).map(|read| read.stack.rows());
        }
    }

    /// Rows that are whole, with any numbers.
    #[test]
    fn no_numbers_break_the_reader(
        rows in proptest::collection::vec((0usize..8, prop::array::uniform7(any_side()), any::<u64>()), 1..6),
        megabytes in any::<f64>(),
    ) {
        let mut text = "Layer (type) Kernel Shape Input Shape Output Shape Param #\n".to_owned();
        for (class, [a, b, c, d, e, k, l], params) in rows {
            let class = ["Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "ZeroPad2d", "ReLU", "Flatten", "Linear"][class];
            text += &format!("{class} [{k}, {l}] [1, {a}, {b}, {c}] [1, {a}, {d}, {e}] {params}\n");
            text += &format!("{class} -- -- [1, {b}, {d}, {e}] {}\n", a.wrapping_mul(b).wrapping_mul(k).wrapping_mul(k));
        }
        text += &format!("Total params: 1\nInput size (MB): {megabytes}\n");
        let _ = import(&text).map(|read| read.stack.rows());
        let _ = import(&text.replace("Input Shape", "Mult-Adds").replace("Kernel Shape", "Trainable"));
        let _ = import(&text.replace("Kernel Shape Input Shape ", "").replace("Conv2d", "c (Conv2D)").replace('[', "(None, "));
    }
}

/// Small sides, and the largest.
fn any_side() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0u64..40, 1 => Just(u64::MAX), 1 => Just(i64::MAX as u64), 1 => any::<u64>()]
}

#[test]
fn thousands_of_rows() {
    let row = "├─Conv2d: 1-1  [9223372036854775807, 9223372036854775807]  [1, 8, 32, 32]  --\n";
    let head = "Layer (type:depth-idx)  Kernel Shape  Output Shape  Param #\n";
    assert!(import(&format!("{head}{}", row.repeat(20_000))).is_err());
    let layers = "  Conv2d-1  [-1, 8, 32, 32]  584\n".repeat(20_000);
    let text = format!("Layer (type)  Output Shape  Param #\nBatchNorm2d-0  [-1, 8, 32, 32]  16\n{layers}");
    assert_eq!(import(&text).unwrap().stack.layers.len(), 20_000);
    let deep: String =
        (0..2_000).map(|depth| format!("{}└─A -- [1, 8, 4, 4] --\n", "│    ".repeat(depth))).collect();
    assert!(import(&format!("{head}{deep}")).is_err());
}
