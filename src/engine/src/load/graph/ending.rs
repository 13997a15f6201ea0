//! How a graph ends: the function that makes probabilities of raw numbers, named or spelt out.

use tract_onnx::pb::NodeProto;
use vggscope_core::nn::meaning::Meaning;

use super::{Lookup, int};

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
            // The exponential of its logarithm.
            "Exp" if is_made_by(before, "LogSoftmax", lookup) => name = before,
            // Over the batch each is one.
            "Softmax" if int(maker, "axis") == Some(0) => break,
            "Softmax" | "LogSoftmax" => return Ending { logits: before, meaning: Meaning::Softmax },
            "Sigmoid" => return Ending { logits: before, meaning: Meaning::Sigmoids },
            "Div" => {
                if let Some(logits) = spelt_out(maker, lookup) {
                    return Ending { logits, meaning: Meaning::Softmax };
                }
                let is_length = maker.input.get(1).is_some_and(|length| is_norm(length, lookup));
                if is_length {
                    return Ending { logits: output, meaning: Meaning::Embedding };
                }
                break;
            }
            // Lengths of one: vectors that are compared.
            "LpNormalization" => return Ending { logits: output, meaning: Meaning::Embedding },
            "BatchNormalization" if is_of_embedding(maker, lookup) => {
                return Ending { logits: output, meaning: Meaning::Embedding };
            }
            "Reshape" | "Flatten" | "Squeeze" | "Identity" | "Dropout" | "Cast" | "FakeQuantize" => {
                name = before
            }
            _ => break,
        }
    }
    let meaning =
        if is_probability(output, lookup, DEEPEST) { Meaning::Probabilities } else { Meaning::Scores };
    Ending { logits: output, meaning }
}

/// Whether a batch norm is of as many numbers as embeddings have: 64, 128, 256 and so on, which are no usual numbers of classes.
fn is_of_embedding(norm: &NodeProto, lookup: &Lookup) -> bool {
    let count = norm.input.get(1).map_or(0, |scale| lookup.volume(scale));
    count >= 64 && count.is_power_of_two()
}

/// Words in the names of outputs that are no answer, and of those that are.
const OTHERS: [&str; 11] =
    ["anchor", "aux", "box", "embed", "feat", "hidden", "landmark", "mask", "obj", "regress", "seg"];
const ANSWERS: [&str; 8] = ["class", "cls", "label", "logit", "pred", "prob", "score", "softmax"];

/// How likely an output of this name is the answer among others: 0 if it says so, 2 if it says that it is something else.
pub fn rank_of_name(name: &str) -> u8 {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if has(&OTHERS) => 2,
        () if has(&ANSWERS) => 0,
        () => 1,
    }
}

/// The most nodes that are followed from the end of a graph to what makes probabilities.
const DEEPEST: usize = 24;

fn is_made_by(name: &str, operator: &str, lookup: &Lookup) -> bool {
    lookup.makers.get(name).is_some_and(|maker| maker.op_type == operator)
}

/// Whether a tensor is made of probabilities alone. What is then no probability, such as percent, is seen by its numbers.
fn is_probability(name: &str, lookup: &Lookup, left: usize) -> bool {
    let (Some(maker), Some(left)) = (lookup.makers.get(name), left.checked_sub(1)) else { return false };
    let input = |place: usize| maker.input.get(place).map(String::as_str);
    let is = |name: &str| is_probability(name, lookup, left);
    match maker.op_type.as_str() {
        "Softmax" | "Sigmoid" | "HardSigmoid" => true,
        "Cast" | "Clip" | "Dropout" | "Expand" | "FakeQuantize" | "Flatten" | "Gather" | "Identity"
        | "AveragePool" | "GlobalAveragePool" | "GlobalMaxPool" | "MaxPool" | "Neg" | "ReduceMax"
        | "ReduceMean" | "ReduceMin" | "Reshape" | "Round" | "Slice" | "Split" | "Squeeze" | "Tile"
        | "Transpose" | "Unsqueeze" => input(0).is_some_and(is),
        "Concat" | "Max" | "Mean" | "Min" => maker.input.iter().all(|name| is(name)),
        // Parts of a sum, or one over more than one.
        "Div"
            if input(1).is_some_and(|sum| {
                is_made_by(sum, "ReduceSum", lookup)
                    && lookup.makers[sum].input.first().map(String::as_str) == input(0)
            }) =>
        {
            true
        }
        "Div" if input(1).is_some_and(|below| is_one_and_exponential(below, lookup)) => {
            input(0).is_some_and(|above| lookup.constant(above))
        }
        "Reciprocal" => input(0).is_some_and(|below| is_one_and_exponential(below, lookup)),
        "Add" | "Div" | "Mul" | "Sub" => {
            let (constants, others): (Vec<&String>, Vec<_>) =
                maker.input.iter().partition(|name| lookup.constant(name));
            constants.len() < 2 && others.into_iter().all(|name| is(name))
        }
        _ => false,
    }
}

/// Whether a tensor is an exponential and a constant, as below a sigmoid that is spelt out.
fn is_one_and_exponential(name: &str, lookup: &Lookup) -> bool {
    let maker = lookup.makers.get(name).filter(|maker| maker.op_type == "Add");
    maker.is_some_and(|maker| {
        maker.input.iter().any(|name| is_made_by(name, "Exp", lookup))
            && maker.input.iter().any(|name| lookup.constant(name))
    })
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
