//! How a graph ends: the function that makes probabilities of raw numbers, named or spelt out.

mod features;
mod outputs;
mod range;

use tract_onnx::pb::NodeProto;
use vggscope_core::nn::meaning::Meaning;

use super::{Lookup, int};
pub use outputs::answer;

/// The end of a graph.
pub struct Ending<'a> {
    /// The tensor of raw numbers.
    pub logits: &'a str,
    /// What they are. Of one number it is not known yet that it is one.
    pub meaning: Meaning,
}

/// The end that an output is.
pub fn of<'a>(output: &'a str, lookup: &Lookup<'a>) -> Ending<'a> {
    let embedding = || Ending { logits: output, meaning: Meaning::Embedding };
    let mut name = output;
    while let Some(maker) = lookup.makers.get(name)
        && let Some(before) = maker.input.first()
    {
        match maker.op_type.as_str() {
            // The exponential of its logarithm.
            "Exp" if is_made_by(before, &["LogSoftmax"], lookup) => name = before,
            // Logarithms of probabilities.
            "Log" if is_made_by(before, &["Sigmoid", "Softmax"], lookup) => name = before,
            "Neg" if let Some(logits) = log_sigmoid(before, lookup) => {
                return Ending { logits, meaning: Meaning::Sigmoids };
            }
            // Over the batch each is one.
            "Softmax" if int(maker, "axis") == Some(0) => break,
            "Softmax" | "LogSoftmax" => return Ending { logits: before, meaning: Meaning::Softmax },
            "Sigmoid" => return Ending { logits: before, meaning: Meaning::Sigmoids },
            "Div" if let Some(logits) = spelt_out(maker, lookup) => {
                return Ending { logits, meaning: Meaning::Softmax };
            }
            // Lengths of one: vectors that are compared.
            "LpNormalization" => return embedding(),
            "Div" | "Mul" if features::has_length_of_one(maker, lookup) => return embedding(),
            "BatchNormalization" if is_of_embedding(maker, lookup) => return embedding(),
            "Reshape" | "Flatten" | "Squeeze" | "Identity" | "Dropout" | "Cast" | "FakeQuantize" => {
                name = before
            }
            _ => break,
        }
    }
    if features::is_called_so(output) || features::are_pooled(output, lookup) {
        return embedding();
    }
    let meaning = match range::of(output, lookup) {
        Some(range) if range.is_of_probabilities() => Meaning::Probabilities,
        Some(_) => Meaning::Number,
        None => Meaning::Scores,
    };
    Ending { logits: output, meaning }
}

/// What a sigmoid is of whose logarithm is written as −softplus(−x).
fn log_sigmoid<'a>(name: &str, lookup: &Lookup<'a>) -> Option<&'a str> {
    let softplus = lookup.makers.get(name).filter(|maker| maker.op_type == "Softplus")?;
    let turned = lookup.makers.get(softplus.input.first()?.as_str())?;
    (turned.op_type == "Neg").then(|| turned.input.first().map(String::as_str))?
}

fn is_made_by(name: &str, operators: &[&str], lookup: &Lookup) -> bool {
    lookup.makers.get(name).is_some_and(|maker| operators.contains(&maker.op_type.as_str()))
}

/// Whether a batch norm is of as many numbers as embeddings have: 64, 128, 256 and so on, which are no usual numbers of classes.
fn is_of_embedding(norm: &NodeProto, lookup: &Lookup) -> bool {
    let count = norm.input.get(1).map_or(0, |scale| lookup.volume(scale));
    count >= 64 && count.is_power_of_two()
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
