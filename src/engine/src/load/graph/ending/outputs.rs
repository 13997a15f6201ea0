//! Of several outputs, which is the answer: by what they are called, by their form, and by which is made of which.

use std::collections::HashSet;

use tract_onnx::pb::{
    GraphProto, ValueInfoProto, tensor_shape_proto::dimension::Value::DimValue, type_proto,
};
use vggscope_core::nn::meaning::Meaning;

use super::{Ending, Lookup, of};

/// The most outputs that are compared with each other.
const MOST_OUTPUTS: usize = 16;

/// The end of the output that is the answer.
pub fn answer<'a>(graph: &'a GraphProto, lookup: &Lookup<'a>) -> Option<Ending<'a>> {
    let names: Vec<&str> = graph.output.iter().map(|output| output.name.as_str()).collect();
    let below =
        if (2..=MOST_OUTPUTS).contains(&names.len()) { below_heads(&names, lookup) } else { HashSet::new() };
    let ends = graph.output.iter().map(|output| (output, of(&output.name, lookup)));
    // What is called an answer, a list before maps, what nothing else is made of, then probabilities before scores.
    let end = ends.min_by_key(|(output, end)| {
        let is_function = matches!(end.meaning, Meaning::Softmax | Meaning::Sigmoids);
        (
            rank_of_name(&output.name),
            is_map(output, lookup),
            below.contains(output.name.as_str()),
            end.meaning == Meaning::Embedding,
            !is_function,
        )
    });
    end.map(|(_, end)| end)
}

/// The outputs that others are made of, by a layer with weights: an index of the largest score is no answer above it.
fn below_heads<'a>(names: &[&'a str], lookup: &Lookup<'a>) -> HashSet<&'a str> {
    let mut below = HashSet::new();
    for name in names {
        let (mut left, mut seen) = (vec![(*name, false)], HashSet::new());
        while let Some((tensor, through)) = left.pop() {
            if !seen.insert((tensor, through)) {
                continue;
            }
            if through && let Some(other) = names.iter().find(|other| **other == tensor) {
                below.insert(*other);
            }
            let Some(maker) = lookup.makers.get(tensor) else { continue };
            let through = through || matches!(maker.op_type.as_str(), "Gemm" | "MatMul" | "Conv");
            left.extend(maker.input.iter().map(|input| (input.as_str(), through)));
        }
    }
    below
}

/// Whether an output is made of maps, as the file declares it, or as the node says that makes it.
fn is_map(output: &ValueInfoProto, lookup: &Lookup) -> bool {
    let value = output.r#type.as_ref().and_then(|kind| kind.value.as_ref());
    if let Some(type_proto::Value::TensorType(tensor)) = value
        && let Some(shape) = &tensor.shape
        && !shape.dim.is_empty()
    {
        let is_one = |dim: &tract_onnx::pb::tensor_shape_proto::Dimension| dim.value == Some(DimValue(1));
        return shape.dim.iter().filter(|dim| !is_one(dim)).count() > 2
            || shape.dim.len() > 3 && shape.dim[2..].iter().any(|dim| !is_one(dim));
    }
    let maker = lookup.makers.get(output.name.as_str());
    maker.is_some_and(|maker| {
        matches!(maker.op_type.as_str(), "Conv" | "ConvTranspose" | "MaxPool" | "Resize")
    })
}

/// Words in the names of outputs that are no answer, and of those that are.
const OTHERS: [&str; 11] =
    ["anchor", "aux", "box", "embed", "feat", "hidden", "landmark", "mask", "obj", "regress", "seg"];
const ANSWERS: [&str; 8] = ["class", "cls", "label", "logit", "pred", "prob", "score", "softmax"];

/// How likely an output of this name is the answer among others: 0 if it says so, 2 if it says that it is something else.
fn rank_of_name(name: &str) -> u8 {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if has(&OTHERS) => 2,
        () if has(&ANSWERS) => 0,
        () => 1,
    }
}
