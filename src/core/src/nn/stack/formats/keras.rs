//! A stack from Keras code: a `Sequential`, layers that are added, or a plain chain of calls.

use super::Imported;
use super::code::{Arguments, Wrong, bare, calls, enclosed, last_word, list, without_comments};
use super::loops::written_out;
use super::names::unread;
use super::reader::Reader;
use crate::nn::Window;
use crate::nn::stack::{ParseError, ParseErrorKind, StackLayer, StackLayerKind};

/// What holds layers.
const CONTAINERS: [&str; 2] = ["Sequential", "add"];

/// Layers and calls that change no unit's place.
pub const PLACELESS: [&str; 13] = [
    "LeakyReLU",
    "PReLU",
    "ELU",
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "Normalization",
    "Rescaling",
    "GaussianNoise",
    "Model",
    "compile",
    "build",
    "summary",
];

/// Those that leave each value's sign.
pub const NEUTRAL: [&str; 4] = ["Dropout", "SpatialDropout2D", "GaussianDropout", "Identity"];

/// Activations whose values are not below 0.
const RECTIFIERS: [&str; 4] = ["relu", "relu6", "sigmoid", "softmax"];

/// Where maps end.
pub const ENDS: [&str; 7] = [
    "Flatten",
    "Dense",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "Reshape",
];

/// What may make maps of vectors again.
const BACK: &str = "Reshape";

/// Whether a shape in brackets has the three sides of maps.
fn is_of_maps(inside: &str) -> bool {
    let sides = inside.strip_prefix('(').and_then(enclosed).unwrap_or_default();
    bare(&sides.join(",")).trim_end_matches(',').split(',').count() == 3
}

/// The stack of such code, up to the first layer that works on vectors, which is named.
pub fn read(code: &str) -> Result<Imported, ParseError> {
    let mut reader = Reader::new([224, 224]);
    let code = &written_out(&without_comments(code))?;
    // The variable that holds the last layer's output, where layers are called on variables.
    let mut output = None;
    if let Some(name) = unread(code, &ENDS) {
        return Err(reader.refuse((name, ParseErrorKind::Form)));
    }
    // With a list it adds tensors up.
    let holds = |name: &str, [_, inside]: [&str; 2]| {
        CONTAINERS.contains(&name) && !(name == "add" && inside.trim_start().starts_with('['))
    };
    calls(code, &holds, &mut |name, arguments, [before, after]| {
        if name == "add" {
            return Err(reader.refuse((format!("add({})", arguments.join(",")), ParseErrorKind::Branch)));
        }
        let target =
            before.rsplit('\n').next().and_then(|line| line.split_once('=')).map(|(name, _)| name.trim());
        if let Some(called) = after.trim_start().strip_prefix('(') {
            let on = called.split(')').next().unwrap_or_default().trim();
            if output.is_some_and(|output| output != on) || on.contains(['(', '[', ',']) {
                return Err(reader.refuse((format!("{name}(…)({on})"), ParseErrorKind::Branch)));
            }
            output = target;
        } else if name == "Input" {
            output = target;
        }
        if ENDS.contains(&name) && !reader.stack.layers.is_empty() {
            if code[before.len()..].split(BACK).skip(1).any(is_of_maps) {
                return Err(reader.refuse((BACK.to_owned(), ParseErrorKind::Form)));
            }
            return reader.ends(name).map(|()| false);
        }
        one(&mut reader, name, arguments).map(|()| true)
    })?;
    reader.finish()
}

/// Reads a layer.
fn one(reader: &mut Reader, name: &str, arguments: &[String]) -> Result<(), ParseError> {
    // Any layer may say it that comes first.
    let is_input = matches!(name, "Input" | "InputLayer");
    if is_input || arguments.iter().any(|argument| argument.contains("input_shape")) {
        let size = input(arguments).map_err(|wrong| reader.refuse(wrong))?;
        if reader.stack.layers.is_empty() {
            size.into_iter().for_each(|size| reader.input(size));
        } else if is_input || size.is_some_and(|size| size != reader.stack.input) {
            return Err(reader.refuse((name.to_owned(), ParseErrorKind::Second)));
        }
    }
    let rectifies = match name {
        _ if NEUTRAL.contains(&name) => None,
        _ if PLACELESS.contains(&name) => Some(false),
        "Softmax" => Some(true),
        "ReLU" => Some(!arguments.iter().any(|argument| argument.contains("slope"))),
        "Activation" => Some(arguments.first().is_some_and(|of| rectifies(of))),
        _ if is_input => return Ok(()),
        "ZeroPadding2D" => {
            let sides = pads(arguments).map_err(|wrong| reader.refuse(wrong))?;
            return reader.pad(name, sides, true);
        }
        _ => {
            let (layer, rectifies) =
                layer(name, arguments, reader.size()).map_err(|wrong| reader.refuse(wrong))?;
            reader.layer(layer)?;
            rectifies
        }
    };
    reader.pointwise(rectifies)
}

/// The layer of this name over a map of this size, and whether its activation leaves values below 0; `None` without one.
fn layer(name: &str, arguments: &[String], size: [usize; 2]) -> Result<(StackLayer, Option<bool>), Wrong> {
    let filters = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"];
    let (kind, names) = match name {
        "Conv2D" | "SeparableConv2D" => (StackLayerKind::Convolution, &filters[..]),
        "DepthwiseConv2D" => (StackLayerKind::Convolution, &filters[1..4]),
        // Versions differ in what stands fifth.
        "Conv2DTranspose" => (StackLayerKind::Transposed, &filters[..4]),
        "MaxPooling2D" | "MaxPool2D" => (StackLayerKind::MaxPool, &POOL[..]),
        "AveragePooling2D" | "AvgPool2D" => (StackLayerKind::AveragePool, &POOL[..]),
        _ => return Err((name.to_owned(), ParseErrorKind::Form)),
    };
    let given = Arguments::of(arguments, names, &|name| is_other(kind, name))?;
    if given.get("data_format").is_some_and(|format| format != "channels_last") {
        return Err(given.refuse("data_format"));
    }
    if given.get("output_padding").is_some() {
        return Err(given.refuse("output_padding"));
    }
    let (kernel, stride) = if kind.pools() {
        let kernel = given.pair("pool_size", Some([2, 2]))?;
        (kernel, given.pair("strides", Some(kernel))?)
    } else {
        (given.pair("kernel_size", None)?, given.pair("strides", Some([1, 1]))?)
    };
    let window =
        Window { kernel, stride, dilation: given.pair("dilation_rate", Some([1, 1]))?, padding: [0, 0] };
    let layer = match given.get("padding").map(str::to_lowercase).as_deref() {
        Some("same") => StackLayer::same(kind, window, size),
        Some("valid") | None => StackLayer::new(kind, window),
        Some(_) => return Err(given.refuse("padding")),
    };
    Ok((layer, given.get("activation").map(rectifies)))
}

/// Arguments of any layer, which change no size of it.
const OF_ANY: [&str; 5] = ["name", "dtype", "trainable", "input_shape", "batch_input_shape"];
const POOL: [&str; 4] = ["pool_size", "strides", "padding", "data_format"];

/// Whether an argument changes no size, or is looked at by its name alone.
fn is_other(kind: StackLayerKind, name: &str) -> bool {
    let weights = ["_initializer", "_regularizer", "_constraint"].iter().any(|end| name.ends_with(end));
    let any = OF_ANY.contains(&name);
    let convolution =
        ["use_bias", "activation", "groups", "depth_multiplier", "dilation_rate", "data_format"];
    any || !kind.pools() && (weights || convolution.contains(&name))
        || kind == StackLayerKind::Transposed && name == "output_padding"
}

fn rectifies(activation: &str) -> bool {
    RECTIFIERS.contains(&last_word(&bare(activation)))
}

/// The input's size from a shape that names it, if that is not left open.
fn input(arguments: &[String]) -> Result<Option<[usize; 2]>, Wrong> {
    let given = Arguments::of(arguments, &["shape"], &|_| true)?;
    let with_batch = given.get("batch_shape").or(given.get("batch_input_shape"));
    let shape = with_batch.or(given.get("input_shape")).or(given.get("shape"));
    let Some(shape) = shape else { return Ok(None) };
    let sides = list(&shape.replace("None", "0")).unwrap_or_default();
    match sides.get(usize::from(with_batch.is_some())..) {
        Some([0, _, ..] | [_, 0, ..]) => Ok(None),
        Some([rows, columns, ..]) => Ok(Some([rows, columns].map(|side| side.unsigned_abs()))),
        _ => Err((shape.to_owned(), ParseErrorKind::Number)),
    }
}

/// Padding above and below, left and right: one number, rows and columns, or each side.
fn pads(arguments: &[String]) -> Result<[[isize; 2]; 2], Wrong> {
    let given = Arguments::of(arguments, &["padding", "data_format"], &|name| OF_ANY.contains(&name))?;
    if given.get("data_format").is_some_and(|format| format != "channels_last") {
        return Err(given.refuse("data_format"));
    }
    let text = given.get("padding").unwrap_or("1");
    match list(text).as_deref() {
        Some([all]) => Ok([[*all; 2]; 2]),
        Some([rows, columns]) => Ok([[*rows; 2], [*columns; 2]]),
        Some([top, bottom, left, right]) => Ok([[*top, *bottom], [*left, *right]]),
        _ => Err((format!("padding={text}"), ParseErrorKind::Number)),
    }
}
