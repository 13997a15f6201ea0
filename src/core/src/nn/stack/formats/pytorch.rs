//! A stack as a torch.nn.Sequential, written and read.

use super::refused;
use crate::nn::Window;
use crate::nn::stack::{ParseError, ParseErrorKind, Stack, StackLayer, StackLayerKind, pair};

/// Modules that change no unit's place, so that a stack can leave them out.
const PLACELESS: [&str; 19] = [
    "Sequential",
    "ReLU",
    "ReLU6",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "GELU",
    "SiLU",
    "Hardswish",
    "Sigmoid",
    "Tanh",
    "Identity",
    "Dropout",
    "Dropout2d",
    "BatchNorm2d",
    "InstanceNorm2d",
    "GroupNorm",
    "LocalResponseNorm",
    "Softmax",
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

/// The stack of such code.
pub fn read(code: &str) -> Result<Stack, ParseError> {
    let mut stack = Stack { input: [224, 224], layers: Vec::new() };
    let comment = code.lines().find_map(|line| line.trim().strip_prefix("# input "));
    if let Some(size) = comment {
        stack.input = pair(size).map_err(|kind| refused(0, size, kind))?;
    }
    let opens = code.char_indices().filter(|(_, letter)| *letter == '(');
    for (at, _) in opens {
        let before = &code[..at];
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        // A tuple, or a module without consequence here.
        if name.is_empty() || PLACELESS.contains(&name) {
            continue;
        }
        let part = stack.layers.len();
        let kind = StackLayerKind::ALL.into_iter().find(|kind| module(*kind) == name);
        let kind = kind.ok_or(refused(part, name, ParseErrorKind::Form))?;
        let window = enclosed(&code[at + 1..]).and_then(|arguments| window(kind, &arguments));
        stack
            .layers
            .push(StackLayer { kind, window: window.ok_or(refused(part, name, ParseErrorKind::Number))? });
    }
    Ok(stack)
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

/// The window that a module's arguments describe.
fn window(kind: StackLayerKind, arguments: &[String]) -> Option<Window> {
    let names: &[&str] = match kind {
        StackLayerKind::Convolution => {
            &["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation"]
        }
        StackLayerKind::Transposed => &["in_channels", "out_channels", "kernel_size", "stride", "padding"],
        StackLayerKind::MaxPool => &["kernel_size", "stride", "padding", "dilation"],
        StackLayerKind::AveragePool => &["kernel_size", "stride", "padding"],
    };
    let argument = |name: &str| {
        let named = arguments.iter().filter_map(|argument| argument.split_once('='));
        let by_name = named.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name);
        let place = names.iter().position(|one| *one == name);
        let by_place = place.and_then(|at| arguments.get(at)).filter(|argument| !argument.contains('='));
        by_name.map(|(_, value)| value).or(by_place.map(|value| value.trim()))
    };
    let kernel = numbers(argument("kernel_size")?)?;
    let or = |name: &str, usual: [usize; 2]| argument(name).map_or(Some(usual), numbers);
    let pool = matches!(kind, StackLayerKind::MaxPool | StackLayerKind::AveragePool);
    let stride = or("stride", if pool { kernel } else { [1, 1] })?;
    let dilation = or("dilation", [1, 1])?;
    let padding = match argument("padding").map(|text| text.trim_matches(['"', '\''])) {
        Some("same") => {
            let half = |axis: usize| kernel[axis].saturating_sub(1).saturating_mul(dilation[axis]) / 2;
            [half(0), half(1)]
        }
        None | Some("valid") => [0, 0],
        Some(text) => numbers(text)?,
    };
    Some(Window { kernel, stride, dilation, padding })
}

/// One number for both axes, or two in brackets.
fn numbers(text: &str) -> Option<[usize; 2]> {
    let bare = text.trim_matches(['(', ')', '[', ']', ' ']);
    match bare.split_once(',') {
        Some((rows, columns)) => Some([rows.trim().parse().ok()?, columns.trim().parse().ok()?]),
        None => pair(bare).ok(),
    }
}
