//! How a graph ends: the function that makes probabilities of raw numbers, named or spelt out.

use tract_onnx::pb::NodeProto;
use vggscope_core::nn::meaning::Meaning;

use super::Lookup;

/// The end of a graph.
pub struct Ending<'a> {
    /// The tensor of raw numbers.
    pub logits: &'a str,
    /// What they are. Of one number it is not known yet that it is one.
    pub meaning: Meaning,
}

/// The end that an output is.
pub fn of<'a>(output: &'a str, lookup: &Lookup<'a>) -> Ending<'a> {
    let mut name = output;
    while let Some(maker) = lookup.makers.get(name)
        && let Some(before) = maker.input.first()
    {
        match maker.op_type.as_str() {
            "Softmax" | "LogSoftmax" => return Ending { logits: before, meaning: Meaning::Softmax },
            "Sigmoid" => return Ending { logits: before, meaning: Meaning::Sigmoids },
            "Div" => {
                if let Some(logits) = spelt_out(maker, lookup) {
                    return Ending { logits, meaning: Meaning::Softmax };
                }
                let is_length = maker.input.get(1).is_some_and(|length| is_norm(length, lookup));
                let meaning = if is_length { Meaning::Embedding } else { Meaning::Scores };
                return Ending { logits: output, meaning };
            }
            // Lengths of one, or numbers of one spread: vectors that are compared.
            "LpNormalization" | "BatchNormalization" => {
                return Ending { logits: output, meaning: Meaning::Embedding };
            }
            "Reshape" | "Flatten" | "Squeeze" | "Identity" | "Dropout" | "Cast" | "FakeQuantize" => {
                name = before
            }
            _ => break,
        }
    }
    Ending { logits: output, meaning: Meaning::Scores }
}

/// The raw numbers of a softmax that is spelt out: exponentials over their sum, of the numbers less their largest.
fn spelt_out<'a>(division: &'a NodeProto, lookup: &Lookup<'a>) -> Option<&'a str> {
    let [above, below] = &division.input[..] else { return None };
    let exponential = lookup.makers.get(above.as_str()).filter(|maker| maker.op_type == "Exp")?;
    let sum = lookup.makers.get(below.as_str()).filter(|maker| maker.op_type == "ReduceSum")?;
    (sum.input.first() == Some(above)).then_some(())?;
    let raw = exponential.input.first()?;
    match lookup.makers.get(raw.as_str()) {
        Some(less) if less.op_type == "Sub" => {
            let (numbers, most) = (less.input.first()?, less.input.get(1)?);
            let is_most = lookup.makers.get(most.as_str()).is_some_and(|maker| maker.op_type == "ReduceMax");
            Some(if is_most { numbers } else { raw })
        }
        _ => Some(raw),
    }
}

/// Whether a tensor is the length of a vector, kept from zero.
fn is_norm(name: &str, lookup: &Lookup) -> bool {
    let mut name = name;
    while let Some(maker) = lookup.makers.get(name) {
        match maker.op_type.as_str() {
            "ReduceL2" => return true,
            "Clip" | "Expand" | "Add" | "Max" => match maker.input.first() {
                Some(before) => name = before,
                None => return false,
            },
            _ => return false,
        }
    }
    false
}
