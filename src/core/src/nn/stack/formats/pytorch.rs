//! A stack as a torch.nn.Sequential, written and read.

use super::code::{Arguments, Wrong, bare, calls, is_printed, kept, list, without_comments};
use super::gates::is_gate;
use super::loops::{repeated, written_out};
use super::names::unread;
use super::reader::Reader;
use super::{Basis, Imported};
use crate::nn::Window;
use crate::nn::stack::{End, ParseError, ParseErrorKind, Stack, StackLayer, StackLayerKind, pair};

/// Modules that change no unit's place, so that a stack can leave them out.
pub const PLACELESS: [&str; 19] = [
    "LeakyReLU",
    "PReLU",
    "ELU",
    "CELU",
    "SELU",
    "GELU",
    "SiLU",
    "Mish",
    "Hardswish",
    "Tanh",
    "Softplus",
    "AlphaDropout",
    "BatchNorm2d",
    "LazyBatchNorm2d",
    "SyncBatchNorm",
    "InstanceNorm2d",
    "GroupNorm",
    "LocalResponseNorm",
    "LogSoftmax",
];

/// Those of them whose values are not below 0, and those that leave each value's sign.
pub const RECTIFIERS: [&str; 4] = ["ReLU", "ReLU6", "Sigmoid", "Softmax"];
pub const NEUTRAL: [&str; 3] = ["Identity", "Dropout", "Dropout2d"];

/// What holds modules.
const CONTAINERS: [&str; 6] = ["Sequential", "OrderedDict", "ModuleList", "ModuleDict", "append", "extend"];

/// Where maps end: what follows works on vectors.
pub const ENDS: [&str; 6] =
    ["Flatten", "Linear", "LazyLinear", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "GlobalAvgPool2d"];

/// What makes maps of vectors again.
const BACK: &str = "Unflatten";

/// Whether modules that are kept under this name work beside others.
fn is_beside(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(&*name, "downsample" | "shortcut")
        || ["branch", "skip", "parallel"].iter().any(|word| name.contains(word))
}

/// The code of a stack whose first convolution takes 3 channels and all others so many.
pub fn write(stack: &Stack, channels: u64) -> String {
    let mut code = format!("# input {}x{}\nnn.Sequential(\n", stack.input[0], stack.input[1]);
    let mut from = 3;
    for layer in &stack.layers {
        let (StackLayer { kind, window, end }, more) = (*layer, layer.more());
        let (convolution, transposed) = (!kind.pools(), kind == StackLayerKind::Transposed);
        let mut arguments =
            if convolution { vec![from.to_string(), channels.to_string()] } else { Vec::new() };
        arguments.push(format!("kernel_size={}", tuple(window.kernel)));
        // PyTorch's pools take their kernel for their stride, its convolutions 1.
        if !convolution || window.stride != [1, 1] {
            arguments.push(format!("stride={}", tuple(window.stride)));
        }
        // Its layers pad both ends alike, its pools by half of their kernel at most.
        let wide = kind.pools()
            && end != End::Ceil
            && [0, 1].iter().any(|axis| window.padding[*axis] > window.kernel[*axis] / 2);
        let apart = !transposed && more != [0, 0] || wide;
        if apart {
            let [top, left] = window.padding;
            let [bottom, right] = [0, 1].map(|axis| window.padding[axis].saturating_add_signed(more[axis]));
            let sides = format!("({left}, {right}, {top}, {bottom})");
            code += &match kind {
                StackLayerKind::MaxPool => format!("    nn.ConstantPad2d({sides}, float('-inf')),\n"),
                _ => format!("    nn.ZeroPad2d({sides}),\n"),
            };
        } else if window.padding != [0, 0] {
            arguments.push(format!("padding={}", tuple(window.padding)));
        }
        if transposed && more.iter().any(|more| *more > 0) {
            let more = more.map(|more| usize::try_from(more).unwrap_or(0));
            arguments.push(format!("output_padding={}", tuple(more)));
        }
        if window.dilation != [1, 1] {
            arguments.push(format!("dilation={}", tuple(window.dilation)));
        }
        if end == End::Ceil {
            arguments.push("ceil_mode=True".to_owned());
        }
        code += &format!("    nn.{}({}),\n", module(kind), arguments.join(", "));
        if transposed && more.iter().any(|more| *more < 0) {
            let [bottom, right] = more.map(|more| more.min(0));
            code += &format!("    nn.ZeroPad2d((0, {right}, 0, {bottom})),\n");
        }
        if convolution {
            code += "    nn.ReLU(inplace=True),\n";
            from = channels;
        }
    }
    code + ")\n"
}

/// The stack of such code, up to the first module that works on vectors, which is named; or of a model as PyTorch prints it.
pub fn read(code: &str) -> Result<Imported, ParseError> {
    let mut reader = Reader::new([224, 224]);
    let comment = code.lines().find_map(|line| line.trim().strip_prefix("# input "));
    // Other comments begin so as well.
    if let Some(Ok(size)) = comment.map(pair) {
        reader.input(size);
    }
    let code = &written_out(&repeated(&without_comments(code)))?;
    if let Some(name) = unread(code, &ENDS) {
        return Err(reader.refuse((name, ParseErrorKind::Form)));
    }
    // What the last convolution makes, where it is known.
    let mut channels = None;
    let (mut passed, mut basis) = (Vec::new(), Basis::Stated);
    let holds = |name: &str, [before, inside]: [&str; 2]| {
        let is_apart = is_gate(name, kept(before), inside) || kept(before).is_some_and(is_beside);
        !is_apart && (CONTAINERS.contains(&name) || is_printed(inside))
    };
    calls(code, &holds, &mut |name, arguments, [before, after]| {
        let kept = kept(before);
        if let Some(kept) = kept.filter(|kept| is_beside(kept)) {
            return Err(reader.refuse((kept.to_owned(), ParseErrorKind::Branch)));
        }
        if ENDS.contains(&name) && !reader.stack.layers.is_empty() {
            if after.contains(BACK) {
                return Err(reader.refuse((BACK.to_owned(), ParseErrorKind::Form)));
            }
            return reader.ends(name).map(|()| false);
        }
        if is_gate(name, kept, &(arguments.join(",") + ")")) {
            passed.push(name.to_owned());
            reader.pointwise(None)?;
        } else if NEUTRAL.contains(&name) {
            reader.pointwise(None)?;
        } else if RECTIFIERS.contains(&name) || PLACELESS.contains(&name) {
            reader.pointwise(Some(RECTIFIERS.contains(&name)))?;
        } else if let "ZeroPad2d" | "ConstantPad2d" = name {
            let (sides, zeros) = pads(name, arguments).map_err(|wrong| reader.refuse(wrong))?;
            reader.pad(name, sides, zeros)?;
        } else {
            let (lazy, bare) = name.strip_prefix("Lazy").map_or((false, name), |bare| (true, bare));
            let kind = StackLayerKind::ALL.into_iter().find(|kind| module(*kind) == bare);
            let kind = kind.ok_or_else(|| reader.refuse((name.to_owned(), ParseErrorKind::Form)))?;
            let layer = layer(kind, lazy, arguments, reader.size()).map_err(|wrong| reader.refuse(wrong))?;
            if !kind.pools() {
                let [from, to] = ends(lazy, arguments);
                // It reads another map than the one before it makes.
                if from.zip(channels).is_some_and(|(from, channels)| from != channels) {
                    let text = format!("{name}({}", arguments.join(","));
                    return Err(reader.refuse((text, ParseErrorKind::Branch)));
                }
                channels = to;
            }
            basis = if kept.is_some() { Basis::Listed } else { basis };
            reader.layer(layer)?;
        }
        Ok(true)
    })?;
    passed.dedup();
    reader.finish().map(|read| Imported { passed, basis, ..read })
}

/// The channels that a convolution reads and makes, where they are numbers.
fn ends(lazy: bool, arguments: &[String]) -> [Option<usize>; 2] {
    let named = |name: &str| {
        let given = arguments.iter().filter_map(|argument| argument.split_once('='));
        given.into_iter().find(|(own, _)| own.trim() == name).map(|(_, value)| value.trim())
    };
    let placed =
        |place: usize| arguments.get(place).map(|text| text.trim()).filter(|text| !text.contains('='));
    let from = if lazy { None } else { placed(0).or(named("in_channels")) };
    let to = placed(usize::from(!lazy)).or(named("out_channels"));
    [from, to].map(|text| text.and_then(|text| text.parse().ok()))
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

/// The layer that a module's arguments describe over a map of this size, or the argument that is not understood. A lazy
/// module has no number of channels that it reads.
fn layer(
    kind: StackLayerKind,
    lazy: bool,
    arguments: &[String],
    size: [usize; 2],
) -> Result<StackLayer, Wrong> {
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
    let given = Arguments::of(arguments, &names[usize::from(lazy)..], &|_| false)?;
    let kernel = given.pair("kernel_size", None)?;
    let stride = given.pair("stride", Some(if kind.pools() { kernel } else { [1, 1] }))?;
    let dilation = given.pair("dilation", Some([1, 1]))?;
    let mut window = Window { kernel, stride, dilation, padding: [0, 0] };
    match given.get("padding") {
        // PyTorch has it for a stride of 1 alone.
        Some("same") if stride == [1, 1] => return Ok(StackLayer::same(kind, window, size)),
        Some("same") => return Err(given.refuse("padding")),
        Some("valid") => {}
        _ => window.padding = given.pair("padding", Some([0, 0]))?,
    }
    let output = given.pair("output_padding", Some([0, 0]))?;
    let more = output.map(isize::try_from);
    let [Ok(rows), Ok(columns)] = more else { return Err(given.refuse("output_padding")) };
    let end = match given.get("ceil_mode") {
        Some("True") => End::Ceil,
        Some("False") | None => End::More([rows, columns]),
        _ => return Err(given.refuse("ceil_mode")),
    };
    Ok(StackLayer { kind, window, end })
}

/// Padding above and below, left and right, and whether it is of zeros: of one number, or of left, right, top and bottom.
fn pads(name: &str, arguments: &[String]) -> Result<([[isize; 2]; 2], bool), Wrong> {
    let given = Arguments::of(arguments, &["padding", "value"], &|_| false)?;
    let text = given.get("padding").unwrap_or_default();
    let sides = match list(text).as_deref() {
        Some([all]) => [[*all; 2]; 2],
        Some([left, right, top, bottom]) => [[*top, *bottom], [*left, *right]],
        _ => return Err((format!("padding={text}"), ParseErrorKind::Number)),
    };
    let value = bare(given.get("value").unwrap_or_default());
    match (name, value.as_str()) {
        ("ZeroPad2d", "") | ("ConstantPad2d", "0" | "0." | "0.0") => Ok((sides, true)),
        ("ConstantPad2d", "float-inf" | "-floatinf" | "-math.inf" | "-torch.inf" | "-np.inf") => {
            Ok((sides, false))
        }
        _ => Err(given.refuse("value")),
    }
}
