//! How far activations and gradients spread from layer to layer: of the network in use, and of the same network with weights that
//! were only just drawn, by each rule.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::nn::LayerId;
use crate::vgg::build::Build;
use crate::vgg::initialise::Initialisation;

/// With weights drawn from this seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The seed.
    pub seed: u64,
}

/// Of each network that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The mean of the squares of the numbers that the network is fed.
    pub input: f64,
    /// The network in use first.
    pub networks: Vec<Spreads>,
}

/// Of one network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spreads {
    /// How its weights were drawn; none of the network in use.
    pub rule: Option<Initialisation>,
    /// Of each layer with weights.
    pub layers: Vec<Spread>,
}

/// Of one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Which.
    pub layer: LayerId,
    /// The standard deviation of its values, behind the rectifier.
    pub deviation: f32,
    /// The standard deviation of the gradient of the likeliest class's score with respect to them; none where it could not be
    /// followed.
    pub gradient: Option<f32>,
    /// The share of values that are zero.
    pub silent: f32,
    /// The least and the greatest of the others.
    pub range: [f32; 2],
    /// How many of the others fall into each of equal parts of that.
    pub counts: Vec<u32>,
}

/// How many parts a histogram has.
const PARTS: usize = 32;

impl Spread {
    /// Of these values of a layer.
    pub fn of(layer: LayerId, values: &[f32]) -> Spread {
        let others = || values.iter().copied().filter(|value| *value != 0.0 && value.is_finite());
        let low = others().fold(f32::INFINITY, f32::min);
        let high = others().fold(f32::NEG_INFINITY, f32::max);
        let range = if low <= high { [low, high] } else { [0.0, 0.0] };
        let mut counts = vec![0; PARTS];
        let width = f64::from(range[1]) - f64::from(range[0]);
        for value in others() {
            let share = if width > 0.0 { (f64::from(value) - f64::from(range[0])) / width } else { 0.5 };
            counts[((share * PARTS as f64) as usize).min(PARTS - 1)] += 1;
        }
        let silent = values.iter().filter(|value| **value == 0.0).count();
        Spread {
            layer,
            deviation: deviation(values.iter().copied()) as f32,
            gradient: None,
            silent: silent as f32 / values.len().max(1) as f32,
            range,
            counts,
        }
    }
}

/// The standard deviation of numbers.
pub fn deviation(values: impl Iterator<Item = f32> + Clone) -> f64 {
    let count = values.clone().count().max(1) as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    (values.map(|value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// What theory expects of the standard deviations of the layers of a network that is only just built, for an input of this mean
/// square, without pools and padding. Of zero-mean weights, a layer's sums have the variance fan_in · Var(w) · E\[x²\]; a rectifier
/// halves their mean square (He et al. 2015, equations 7 to 9), and leaves, of normal sums, a variance of ½ − 1/2π times theirs.
pub fn expected(build: &Build, input: f64) -> Vec<f64> {
    let tensors = build.tensors();
    let weights: Vec<_> = tensors.iter().filter(|tensor| tensor.dims.len() > 1).collect();
    let mut square = input;
    let layers = weights.iter().enumerate().map(|(at, tensor)| {
        let fan_in: usize = tensor.dims[1..].iter().product();
        let variance = fan_in as f64 * tensor.from.variance() * square;
        square = variance / 2.0;
        let rectified = if at + 1 < weights.len() { 0.5 - 0.5 / PI } else { 1.0 };
        (variance * rectified).sqrt()
    });
    layers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_values() {
        assert_eq!(deviation([1.0, 3.0].into_iter()), 1.0);
        assert_eq!(deviation([].into_iter()), 0.0);
        let spread = Spread::of(LayerId(3), &[0.0, 0.0, 1.0, 2.0, 3.0, 0.0]);
        assert!((f64::from(spread.deviation) - (14.0f64 / 6.0 - 1.0).sqrt()).abs() < 1e-6);
        assert_eq!((spread.silent, spread.range), (0.5, [1.0, 3.0]));
        assert_eq!((spread.counts[0], spread.counts[16], spread.counts[31]), (1, 1, 1));
        let none = Spread::of(LayerId(1), &[0.0; 4]);
        assert_eq!((none.silent, none.deviation, none.counts.iter().sum::<u32>()), (1.0, 0.0, 0));
    }

    /// Xavier halves the variance where a layer has as many channels as the one before it, Kaiming keeps it.
    #[test]
    fn what_theory_says() {
        let ratio = |rule: &str| {
            let build: Build = format!("64,64,64/{rule}/1/2/8/32").parse().unwrap();
            let expected = expected(&build, 1.0);
            (expected[2] / expected[1]).powi(2)
        };
        assert!((ratio("xavier") - 0.5).abs() < 1e-6);
        assert!((ratio("kaiming") - 1.0).abs() < 1e-6);
        assert!((ratio("orthogonal") - 1.0).abs() < 1e-6);
        // 64 · 9 · 10⁻⁴ / 2.
        assert!((ratio("normal") - 0.0288).abs() < 1e-6);
    }
}
