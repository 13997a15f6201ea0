//! Convolutions and dense layers by the names that PyTorch, Keras and Caffe give their weights.

mod pytorch;

use std::collections::BTreeMap;

pub(super) use pytorch::pytorch;

use super::{Convolution, Dense, Named, Place};
use crate::load::formats::{Entry, Source};

/// The layers of a file, and whose names they have.
type Layers = (Vec<Convolution>, Vec<Dense>, Source);

/// The weights of a dense layer: a matrix, or a kernel that covers its whole input.
fn flat(weight: Named) -> Option<Named> {
    let dims = &weight.view.dims;
    let matrix = match dims[..] {
        [_, _] => return Some(weight),
        // Caffe's older files have four dimensions for all.
        [1, 1, out, size] => vec![out, size],
        [out, channels, rows, columns] => vec![out, channels.checked_mul(rows)?.checked_mul(columns)?],
        _ => return None,
    };
    Some(Named { view: weight.view.reshaped(matrix)?, name: weight.name })
}

/// Weights of Keras' applications, or of layers that Keras has named.
pub(super) fn keras(entries: Vec<Entry>) -> Option<Layers> {
    let mut layers: BTreeMap<Vec<Part>, Vec<Named>> = BTreeMap::new();
    for Entry { name, view } in entries {
        let (layer, _) = name.rsplit_once('/')?;
        // Keras 3 has the variables of a layer in a group of their own.
        let layer = layer.strip_suffix("/vars").unwrap_or(layer);
        layers.entry(natural(layer)).or_default().push(Named { view, name });
    }
    let (mut convolutions, mut dense) = (Vec::new(), Vec::new());
    for variables in layers.into_values() {
        let (mut kernel, mut bias) = (None, None);
        for variable in variables {
            let slot = if variable.view.dims.len() == 1 { &mut bias } else { &mut kernel };
            if slot.replace(variable).is_some() {
                return None;
            }
        }
        let kernel = kernel?;
        let name = layer_name(&kernel.name);
        match kernel.view.dims.len() {
            4 => convolutions.push(Convolution {
                lrn: None,
                place: block(&name),
                kernel: Named { view: kernel.view.permuted(&[3, 2, 0, 1]), name: kernel.name },
                name,
                bias,
                norm: None,
            }),
            2 => dense.push(Dense {
                name,
                matrix: Named { view: kernel.view.permuted(&[1, 0]), name: kernel.name },
                bias,
            }),
            _ => return None,
        }
    }
    Some((convolutions, dense, Source::Keras))
}

/// Weights of the VGG group's own names.
pub(super) fn caffe(entries: Vec<Entry>) -> Option<Layers> {
    let (mut convolutions, mut dense): (Vec<Convolution>, Vec<Dense>) = (Vec::new(), Vec::new());
    for Entry { name, view } in entries {
        let (layer, kind) = name.rsplit_once('.')?;
        let (layer, is_bias) = (layer.to_owned(), kind == "bias");
        let named = Named { name, view };
        if is_bias {
            let count = named.view.count()?;
            let bias = Named { view: named.view.reshaped(vec![count])?, name: named.name };
            match (dense.last_mut(), convolutions.last_mut()) {
                (Some(last), _) if last.name == layer => last.bias = Some(bias),
                (_, Some(last)) if last.name == layer => last.bias = Some(bias),
                _ => return None,
            }
        } else if layer.starts_with("fc") || named.view.dims.len() == 2 {
            dense.push(Dense { name: layer, matrix: flat(named)?, bias: None });
        } else {
            let place = block(&layer);
            convolutions.push(Convolution {
                name: layer,
                kernel: named,
                bias: None,
                norm: None,
                lrn: None,
                place,
            });
        }
    }
    Some((convolutions, dense, Source::Caffe))
}

/// A part of a name: numbers are compared as numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Letters(String),
}

fn natural(name: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|letter: char| letter.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(match part.parse() {
            Ok(number) if digits => Part::Number(number),
            _ => Part::Letters(part.to_owned()),
        });
        rest = after;
    }
    parts
}

/// The name of a layer in the path of its kernel.
fn layer_name(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "vars" | "layers" | "model_weights"));
    let mut parts = parts.rev().skip(1);
    parts.next().unwrap_or_default().to_owned()
}

/// The block in a name such as `block1_conv2` or `conv1_2`.
fn block(name: &str) -> Place {
    let rest = name.strip_prefix("block").or_else(|| name.strip_prefix("conv"));
    let number = rest.and_then(|rest| rest.split_once('_')).and_then(|(number, _)| number.parse().ok());
    number.map_or(Place::Unknown, Place::Block)
}
