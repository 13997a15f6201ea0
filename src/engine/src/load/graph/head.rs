//! Whether a network's scores are a linear function of the means of its last maps: then each class has a map of its
//! own whose mean, with the bias, is its score (Zhou et al., "Learning Deep Features for Discriminative Localization",
//! CVPR 2016, section 2).

use tract_onnx::pb::{GraphProto, NodeProto};

use super::{Lookup, float, int};

/// How scores come from maps.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The tensor of the maps whose means are taken.
    pub maps: String,
    /// The matrix from means to scores; none where the means are the scores.
    pub weights: Option<Weights>,
    /// The tensor that is added.
    pub bias: Option<String>,
}

/// A matrix of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Its tensor.
    pub tensor: String,
    /// Whether a row is a class; else a column is.
    pub row_is_class: bool,
}

/// The head of a graph with these scores, if it is of this form.
pub fn head(graph: &GraphProto, logits: &str) -> Option<Head> {
    let lookup = Lookup::of(graph);
    let (mut name, mut weights, mut bias) = (logits, None, None);
    loop {
        let maker = *lookup.makers.get(name)?;
        let first = maker.input.first()?;
        let second = maker.input.get(1).map(String::as_str);
        match (maker.op_type.as_str(), second) {
            ("Reshape" | "Flatten" | "Squeeze" | "Identity" | "Dropout", _) => name = first,
            ("Add", Some(second)) if weights.is_none() && bias.is_none() => {
                let (data, added) =
                    if lookup.constant(second) { (first.as_str(), second) } else { (second, first.as_str()) };
                if !lookup.constant(added) {
                    return None;
                }
                (name, bias) = (data, Some(added.to_owned()));
            }
            ("Gemm", Some(second))
                if weights.is_none() && lookup.constant(second) && is_plain_gemm(maker) =>
            {
                weights = Some(Weights {
                    tensor: second.to_owned(),
                    row_is_class: int(maker, "transB") == Some(1),
                });
                if let Some(added) = maker.input.get(2).filter(|name| !name.is_empty()) {
                    if bias.is_some() {
                        return None;
                    }
                    bias = Some(added.clone());
                }
                name = first;
            }
            ("MatMul", Some(second)) if weights.is_none() && lookup.constant(second) => {
                weights = Some(Weights { tensor: second.to_owned(), row_is_class: false });
                name = first;
            }
            ("GlobalAveragePool", _) => return Some(Head { maps: first.clone(), weights, bias }),
            ("ReduceMean", _) if over_maps(maker) => {
                return Some(Head { maps: first.clone(), weights, bias });
            }
            _ => return None,
        }
    }
}

/// Whether a matrix product is scaled by nothing and takes its input as it is.
pub(super) fn is_plain_gemm(node: &NodeProto) -> bool {
    let one = |name: &str| float(node, name).is_none_or(|factor| factor == 1.0);
    one("alpha") && one("beta") && int(node, "transA").unwrap_or(0) == 0
}

fn over_maps(node: &NodeProto) -> bool {
    let axes = node.attribute.iter().find(|a| a.name == "axes").map(|a| a.ints.as_slice());
    matches!(axes, Some([2, 3] | [-2, -1] | [-1, -2] | [3, 2]))
}
