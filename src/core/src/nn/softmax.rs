//! From raw scores to an answer.

/// Softmax: each score's exponential over the sum of all; the same for any constant added to all scores.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f64> = logits.iter().map(|logit| f64::from(logit - most).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|value| (value / sum) as f32).collect()
}

/// The softmax of some classes as a fraction: over the sum of all exponentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Fraction {
    /// The largest score, which is taken off each: this changes no share, and no exponential is too large.
    pub most: f32,
    /// The classes and their exponentials.
    pub terms: Vec<(usize, f64)>,
    /// The exponentials of all other classes together.
    pub rest: f64,
}

impl Fraction {
    /// Of these classes, among all that have scores.
    pub fn of(logits: &[f32], classes: &[usize]) -> Fraction {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponential = |logit: f32| f64::from(logit - most).exp();
        let terms = classes.iter().map(|class| (*class, exponential(logits[*class]))).collect();
        let others = logits.iter().enumerate().filter(|(class, _)| !classes.contains(class));
        Fraction { most, terms, rest: others.map(|(_, logit)| exponential(*logit)).sum() }
    }

    /// What all exponentials add up to.
    pub fn total(&self) -> f64 {
        self.terms.iter().map(|(_, term)| term).sum::<f64>() + self.rest
    }
}

/// The class of the highest score; of several that are equal, the first.
pub fn likeliest(scores: &[f32]) -> usize {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter().position(|score| *score == most).unwrap_or_default()
}

/// Classes by score, the highest first.
pub fn ranking(logits: &[f32]) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..logits.len()).collect();
    classes.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_likeliest() {
        assert_eq!(likeliest(&[0.1, 0.7, 0.2, 0.7]), 1);
        assert_eq!(likeliest(&[f32::NAN]), 0);
    }

    #[test]
    fn softmax_of_huge_scores() {
        let probabilities = softmax(&[1000.0, 1000.0, 0.0]);
        assert_eq!(probabilities, [0.5, 0.5, 0.0]);
        // e / (1 + e)
        assert!((softmax(&[0.0, 1.0])[1] - 0.731_058_6).abs() < 1e-6);
        assert!(softmax(&[]).is_empty());
    }

    #[test]
    fn the_fraction_is_the_softmax() {
        let logits = [3.0, -1.0, 2.5, 0.0];
        let fraction = Fraction::of(&logits, &[2, 0]);
        let shares = softmax(&logits);
        for (class, term) in &fraction.terms {
            assert!((term / fraction.total() - f64::from(shares[*class])).abs() < 1e-7);
        }
        let rest = f64::from(shares[1] + shares[3]);
        assert!((fraction.rest / fraction.total() - rest).abs() < 1e-7);
    }

    #[test]
    fn ranking_is_by_score() {
        assert_eq!(ranking(&[0.5, 2.0, -1.0, 2.0]), [1, 3, 0, 2]);
    }
}
