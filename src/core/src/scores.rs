//! From raw scores to an answer.

/// Softmax: each score's exponential over the sum of all; the same for any constant added to all scores.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f64> = logits.iter().map(|logit| f64::from(logit - most).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|value| (value / sum) as f32).collect()
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
    fn softmax_of_huge_scores() {
        let probabilities = softmax(&[1000.0, 1000.0, 0.0]);
        assert_eq!(probabilities, [0.5, 0.5, 0.0]);
        // e / (1 + e)
        assert!((softmax(&[0.0, 1.0])[1] - 0.731_058_6).abs() < 1e-6);
        assert!(softmax(&[]).is_empty());
    }

    #[test]
    fn ranking_is_by_score() {
        assert_eq!(ranking(&[0.5, 2.0, -1.0, 2.0]), [1, 3, 0, 2]);
    }
}
