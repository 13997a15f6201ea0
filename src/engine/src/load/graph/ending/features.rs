//! Outputs that are no scores but what a layer with scores would read, or a vector that others are compared with.

use tract_onnx::pb::NodeProto;

use super::{Lookup, is_made_by};

/// What features are called.
const NAMES: [&str; 6] = ["embedding", "embeddings", "feat", "feats", "feature", "features"];
/// The most nodes that are followed back.
const LONGEST: usize = 24;

/// Whether an output is called features.
pub fn is_called_so(name: &str) -> bool {
    NAMES.contains(&name.to_lowercase().as_str())
}

/// Whether an output is maps as one list, or their means, that no layer has made for its classes: such are 1x1 convolutions, with
/// at most a rectifier behind. Where it can be either, it is none.
pub fn are_pooled(output: &str, lookup: &Lookup) -> bool {
    let (mut name, mut is_list, mut is_pooled) = (output, false, false);
    let (mut is_rectified, mut is_activated) = (false, false);
    for _ in 0..LONGEST {
        let Some(maker) = lookup.makers.get(name) else { return false };
        let Some(first) = maker.input.first() else { return false };
        let constants = maker.input.iter().filter(|name| lookup.constant(name)).count();
        match maker.op_type.as_str() {
            "Flatten" | "Reshape" | "Squeeze" => is_list = true,
            "GlobalAveragePool" | "GlobalMaxPool" | "AveragePool" | "ReduceMean" | "ReduceMax" => {
                is_pooled = true
            }
            "MaxPool" | "BatchNormalization" | "Cast" | "Dropout" | "FakeQuantize" | "Identity"
            | "Transpose" => {}
            "Relu" => is_rectified = true,
            "Clip" | "Elu" | "HardSwish" | "LeakyRelu" | "Mish" | "PRelu" | "Selu" => is_activated = true,
            "Conv" if is_list || is_pooled => {
                return is_activated || is_rectified && !is_one_by_one(maker, lookup);
            }
            "Add" | "Mul" if constants == 1 => {
                let Some(own) = maker.input.iter().find(|name| !lookup.constant(name)) else { return false };
                name = own;
                continue;
            }
            // A sum with what skipped layers, behind a rectifier.
            "Add" | "Sum" => return (is_list || is_pooled) && (is_rectified || is_activated),
            // Parts side by side, and functions that are spelt out.
            "Concat" | "Mul" => return is_pooled,
            _ => return false,
        }
        name = first;
    }
    false
}

fn is_one_by_one(convolution: &NodeProto, lookup: &Lookup) -> bool {
    let dims = convolution.input.get(1).and_then(|kernel| lookup.dims(kernel));
    dims.is_none_or(|dims| dims.iter().skip(2).all(|side| *side == 1))
}

/// Whether a division, or a product, is of a vector and its length.
pub fn has_length_of_one(node: &NodeProto, lookup: &Lookup) -> bool {
    match (node.op_type.as_str(), &node.input[..]) {
        ("Div", [_, length]) => is_length(length, false, lookup),
        ("Mul", [one, other]) => is_length(one, true, lookup) || is_length(other, true, lookup),
        _ => false,
    }
}

/// Whether a tensor is the length of a vector, kept from zero, or one over it.
fn is_length(name: &str, is_inverse: bool, lookup: &Lookup) -> bool {
    let (mut name, mut is_inverse, mut is_root) = (name, is_inverse, false);
    for _ in 0..LONGEST {
        let Some(maker) = lookup.makers.get(name) else { return false };
        let own = maker.input.iter().find(|name| !lookup.constant(name));
        let Some(own) = own else { return false };
        let exponent = |wanted: f32| maker.input.get(1).is_some_and(|name| lookup.is_all(name, wanted));
        match maker.op_type.as_str() {
            "ReduceL2" => return !is_inverse,
            "ReduceSumSquare" => return is_root && !is_inverse,
            "ReduceSum" => return is_root && !is_inverse && is_square(own, lookup),
            "Sqrt" if !is_root => is_root = true,
            "Pow" if !is_root && exponent(0.5) => is_root = true,
            "Pow" if !is_root && exponent(-0.5) => (is_root, is_inverse) = (true, !is_inverse),
            "Reciprocal" => is_inverse = !is_inverse,
            "Div" if maker.input.first().is_some_and(|one| lookup.is_all(one, 1.0)) => {
                is_inverse = !is_inverse
            }
            "Add" | "Cast" | "Clip" | "Expand" | "Identity" | "Max" | "Unsqueeze" => {}
            _ => return false,
        }
        name = own;
    }
    false
}

/// Whether a tensor is another times itself.
fn is_square(name: &str, lookup: &Lookup) -> bool {
    let Some(maker) = lookup.makers.get(name) else { return false };
    match (maker.op_type.as_str(), &maker.input[..]) {
        ("Mul", [one, other]) => one == other,
        ("Pow", [_, exponent]) => lookup.is_all(exponent, 2.0),
        ("Abs", [inner]) => is_made_by(inner, &["Pow", "Mul"], lookup) && is_square(inner, lookup),
        _ => false,
    }
}
