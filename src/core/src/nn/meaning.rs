//! What the numbers are that a network ends with.

use serde::{Deserialize, Serialize};

use super::softmax::softmax;

/// What the numbers are, as far as the graph tells. Raw numbers are those before the function that ends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Meaning {
    /// Scores of classes, one of which is right. The graph ends with them; probabilities are their softmax.
    #[default]
    Scores,
    /// The same, and the graph ends with their softmax.
    Softmax,
    /// Logits that are each a probability by itself: the graph ends with their sigmoid.
    Sigmoids,
    /// Probabilities as they are: the graph goes on behind the function that made them.
    Probabilities,
    /// One number that is no probability.
    Number,
    /// A vector in which distances mean something, and no single number does.
    Embedding,
}

impl Meaning {
    /// The probabilities of raw numbers; none where these are none.
    pub fn probabilities(self, raw: &[f32]) -> Vec<f32> {
        match self {
            Meaning::Scores | Meaning::Softmax => softmax(raw),
            Meaning::Sigmoids => {
                raw.iter().map(|logit| (1.0 / (1.0 + f64::from(-logit).exp())) as f32).collect()
            }
            // What was scaled since is none.
            Meaning::Probabilities if raw.iter().all(|number| (0.0..=1.0).contains(number)) => raw.to_vec(),
            Meaning::Probabilities | Meaning::Number | Meaning::Embedding => Vec::new(),
        }
    }

    /// Whether probabilities are shares of one.
    pub fn is_softmax(self) -> bool {
        matches!(self, Meaning::Scores | Meaning::Softmax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities() {
        assert_eq!(Meaning::Softmax.probabilities(&[1.0, 1.0]), [0.5, 0.5]);
        // ln 3: three to one.
        let sigmoid = Meaning::Sigmoids.probabilities(&[3.0f32.ln(), 0.0]);
        assert!((sigmoid[0] - 0.75).abs() < 1e-6 && sigmoid[1] == 0.5, "{sigmoid:?}");
        assert!(Meaning::Number.probabilities(&[0.3]).is_empty());
        assert_eq!(Meaning::Probabilities.probabilities(&[0.3, 1.0]), [0.3, 1.0]);
        assert!(Meaning::Probabilities.probabilities(&[30.0, 70.0]).is_empty());
    }
}
