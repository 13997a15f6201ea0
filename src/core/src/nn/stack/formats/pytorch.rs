//! A stack as a torch.nn.Sequential, written and read.

use std::collections::HashMap;

use super::{Imported, refused};
use crate::nn::Window;
use crate::nn::stack::{ParseError, ParseErrorKind, Stack, StackLayer, StackLayerKind, pair};

/// Modules that change no unit's place, so that a stack can leave them out.
const PLACELESS: [&str; 26] = [
    "ReLU",
    "ReLU6",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "CELU",
    "SELU",
    "GELU",
    "SiLU",
    "Mish",
    "Hardswish",
    "Sigmoid",
    "Tanh",
    "Softplus",
    "Identity",
    "Dropout",
    "Dropout2d",
    "AlphaDropout",
    "BatchNorm2d",
    "LazyBatchNorm2d",
    "SyncBatchNorm",
    "InstanceNorm2d",
    "GroupNorm",
    "LocalResponseNorm",
    "Softmax",
    "LogSoftmax",
];

/// What holds modules.
const CONTAINERS: [&str; 4] = ["Sequential", "OrderedDict", "ModuleList", "ModuleDict"];

/// Where maps end: what follows works on vectors.
const ENDS: [&str; 7] = [
    "Flatten",
    "Linear",
    "LazyLinear",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "GlobalAvgPool2d",
    "Unflatten",
];

/// The code of a stack whose first convolution takes 3 channels and all others so many.
pub fn write(stack: &Stack, channels: u64) -> String {
    let mut code = format!("# input {}x{}\nnn.Sequential(\n", stack.input[0], stack.input[1]);
    let mut from = 3;
    for StackLayer { kind, window } in &stack.layers {
        let convolution = matches!(kind, StackLayerKind::Convolution | StackLayerKind::Transposed);
        let mut arguments =
            if convolution { vec![from.to_string(), channels.to_string()] } else { Vec::new() };
        arguments.push(format!("kernel_size={}", tuple(window.kernel)));
        // PyTorch's pools take their kernel for their stride, its convolutions 1.
        if !convolution || window.stride != [1, 1] {
            arguments.push(format!("stride={}", tuple(window.stride)));
        }
        if window.padding != [0, 0] {
            arguments.push(format!("padding={}", tuple(window.padding)));
        }
        if window.dilation != [1, 1] {
            arguments.push(format!("dilation={}", tuple(window.dilation)));
        }
        code += &format!("    nn.{}({}),\n", module(*kind), arguments.join(", "));
        if convolution {
            code += "    nn.ReLU(inplace=True),\n";
            from = channels;
        }
    }
    code + ")\n"
}

/// The stack of such code, up to the first module that works on vectors, which is named; or of a model as PyTorch prints it.
pub fn read(code: &str) -> Result<Imported, ParseError> {
    let mut stack = Stack { input: [224, 224], layers: Vec::new() };
    let comment = code.lines().find_map(|line| line.trim().strip_prefix("# input "));
    if let Some(size) = comment {
        stack.input = pair(size).map_err(|kind| refused(0, size, kind))?;
    }
    let code = &without_comments(code);
    let mut from = 0;
    while let Some(at) = code[from..].find('(').map(|way| from + way) {
        from = at + 1;
        let before = &code[..at];
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        // A tuple, or what only holds others.
        let holds = |name: &str| CONTAINERS.contains(&name) || is_printed(&code[from..]);
        if name.is_empty() || holds(name) || name.chars().all(|letter| letter.is_ascii_digit()) {
            continue;
        }
        let part = stack.layers.len();
        let arguments = enclosed(&code[from..]).ok_or(refused(part, name, ParseErrorKind::Number))?;
        if ENDS.contains(&name) && part > 0 {
            return Ok(Imported { stack, up_to: Some(name.to_owned()) });
        }
        if !PLACELESS.contains(&name) {
            let (lazy, bare) = name.strip_prefix("Lazy").map_or((false, name), |bare| (true, bare));
            let kind = StackLayerKind::ALL.into_iter().find(|kind| module(*kind) == bare);
            let kind = kind.ok_or(refused(part, name, ParseErrorKind::Form))?;
            let window = window(kind, lazy, &arguments).map_err(|(text, why)| refused(part, &text, why))?;
            stack.layers.push(StackLayer { kind, window });
        }
        // What stands in its brackets is read.
        from += arguments.iter().map(|argument| argument.len() + 1).sum::<usize>();
    }
    Ok(Imported { stack, up_to: None })
}

/// Whether brackets hold modules as PyTorch prints them: each after its name in brackets.
fn is_printed(inside: &str) -> bool {
    let name = inside.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    name.is_some_and(|(_, after)| after.trim_start().starts_with(':'))
}

/// Code without what stands behind a #.
fn without_comments(code: &str) -> String {
    let bare = |line: &str| line.split('#').next().unwrap_or_default().to_owned();
    code.lines().map(bare).collect::<Vec<_>>().join("\n")
}

fn module(kind: StackLayerKind) -> &'static str {
    match kind {
        StackLayerKind::Convolution => "Conv2d",
        StackLayerKind::MaxPool => "MaxPool2d",
        StackLayerKind::AveragePool => "AvgPool2d",
        StackLayerKind::Transposed => "ConvTranspose2d",
    }
}

fn tuple([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
}

/// The arguments up to the bracket that closes them; commas inside brackets part none.
fn enclosed(code: &str) -> Option<Vec<String>> {
    let (mut depth, mut arguments) = (0, vec![String::new()]);
    for letter in code.chars() {
        match letter {
            ')' if depth == 0 => return Some(arguments),
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        arguments.last_mut()?.push(letter);
    }
    None
}

/// The window that a module's arguments describe, or the argument that is not understood. A lazy module has no number of
/// channels that it reads.
fn window(
    kind: StackLayerKind,
    lazy: bool,
    arguments: &[String],
) -> Result<Window, (String, ParseErrorKind)> {
    let names: &[&str] = match kind {
        StackLayerKind::Convolution => &[
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "dilation",
            "groups",
            "bias",
            "padding_mode",
            "device",
            "dtype",
        ],
        StackLayerKind::Transposed => &[
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "output_padding",
            "groups",
            "bias",
            "dilation",
            "padding_mode",
            "device",
            "dtype",
        ],
        StackLayerKind::MaxPool => {
            &["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]
        }
        StackLayerKind::AveragePool => {
            &["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"]
        }
    };
    let names = &names[usize::from(lazy)..];
    let mut given: HashMap<&str, &str> = HashMap::new();
    for (place, argument) in arguments.iter().map(|argument| argument.trim()).enumerate() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None if argument.is_empty() => continue,
            None => (names.get(place).copied().unwrap_or_default(), argument),
        };
        if !names.contains(&name) {
            return Err((argument.to_owned(), ParseErrorKind::Argument));
        }
        given.insert(name, value);
    }
    let argument = |name: &str| given.get(name).copied().filter(|value| *value != "None");
    let read = |name: &str, usual: Option<[usize; 2]>| match argument(name) {
        Some(text) => numbers(text).ok_or_else(|| (format!("{name}={text}"), ParseErrorKind::Number)),
        None => usual.ok_or_else(|| (name.to_owned(), ParseErrorKind::Number)),
    };
    // What the calculator does not compute is said, not left out.
    if argument("ceil_mode") == Some("True") {
        return Err(("ceil_mode=True".to_owned(), ParseErrorKind::Argument));
    }
    if let Some(text) = argument("output_padding").filter(|text| numbers(text) != Some([0, 0])) {
        return Err((format!("output_padding={text}"), ParseErrorKind::Argument));
    }
    let kernel = read("kernel_size", None)?;
    let pool = matches!(kind, StackLayerKind::MaxPool | StackLayerKind::AveragePool);
    let stride = read("stride", Some(if pool { kernel } else { [1, 1] }))?;
    let dilation = read("dilation", Some([1, 1]))?;
    let padding = match argument("padding").map(|text| text.trim_matches(['"', '\''])) {
        Some("same") => {
            let half = |axis: usize| kernel[axis].saturating_sub(1).saturating_mul(dilation[axis]) / 2;
            [half(0), half(1)]
        }
        Some("valid") => [0, 0],
        _ => read("padding", Some([0, 0]))?,
    };
    Ok(Window { kernel, stride, dilation, padding })
}

/// One number for both axes, or two in brackets.
fn numbers(text: &str) -> Option<[usize; 2]> {
    let bare = text.trim().trim_matches(['(', ')', '[', ']', ' ']);
    match bare.split_once(',') {
        Some((rows, columns)) if !columns.trim().is_empty() => Some([whole(rows)?, whole(columns)?]),
        Some((both, _)) => whole(both).map(|both| [both, both]),
        None => whole(bare).map(|both| [both, both]),
    }
}

/// A whole number, perhaps as the product or quotient of others: `3 // 2`.
fn whole(text: &str) -> Option<usize> {
    let text = text.trim();
    if let Some((above, below)) = text.rsplit_once("//") {
        return whole(above)?.checked_div(whole(below)?);
    }
    if let Some((one, other)) = text.rsplit_once('*') {
        return whole(one)?.checked_mul(whole(other)?);
    }
    if let Some((one, other)) = text.rsplit_once(['+', '-']) {
        let (a, b) = (whole(one)?, whole(other)?);
        return if text[one.len()..].starts_with('+') { a.checked_add(b) } else { a.checked_sub(b) };
    }
    text.parse().ok()
}
