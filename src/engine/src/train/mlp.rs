//! Dense layers with a ReLU between two, and the gradients of their loss.

use tract_onnx::prelude::tract_ndarray::{Array1, Array2, ArrayView2, Axis, Zip};
use vggscope_core::nn::softmax::{likeliest, softmax};
use vggscope_core::training::DenseLayer;
use vggscope_core::vgg::initialise::{Initialisation, key};

/// Dense layers, first to last.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp(pub Vec<Dense>);

/// A layer, or a number for each of its weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// A row for each unit, a column for each input.
    pub weight: Array2<f32>,
    /// A number for each unit.
    pub bias: Array1<f32>,
}

/// What a batch says of the weights.
pub struct Gradient {
    /// The gradient of the mean cross-entropy.
    pub layers: Vec<Dense>,
    /// The cross-entropy of the batch, in nats: the sum over its photos.
    pub loss: f64,
    /// How many were right.
    pub right: usize,
}

/// The share of units that are left out in training, as VGG does (Simonyan and Zisserman 2014, section 3.1).
const DROPOUT: f32 = 0.5;

impl Mlp {
    /// Layers of these widths, from the inputs to the classes, with weights drawn as the lesson does (Glorot and Bengio 2010).
    pub fn new(widths: &[usize], seed: u64) -> Mlp {
        let layers = widths.windows(2).enumerate().map(|(place, sides)| {
            let &[from, to] = sides else { return Dense::zeros(0, 0) };
            let draws = Initialisation::Xavier.dense([from, to]).draws(key(seed, place as u64));
            let weight =
                Array2::from_shape_fn((to, from), |(row, column)| draws.at((row * from + column) as u64));
            Dense { weight, bias: Array1::zeros(to) }
        });
        Mlp(layers.collect())
    }

    /// Layers with these weights; none where a layer has not the numbers that it says.
    pub fn of(layers: &[DenseLayer]) -> Option<Mlp> {
        let dense = |layer: &DenseLayer| {
            let weight = Array2::from_shape_vec((layer.units, layer.inputs()), layer.weights.clone()).ok()?;
            Some(Dense { weight, bias: Array1::from(layer.bias.clone()) })
        };
        layers.iter().map(dense).collect::<Option<_>>().map(Mlp)
    }

    /// The scores of a batch: a row for each photo.
    pub fn scores(&self, batch: ArrayView2<f32>) -> Array2<f32> {
        let mut values = batch.to_owned();
        for (place, layer) in self.0.iter().enumerate() {
            if place > 0 {
                values.mapv_inplace(|value| value.max(0.0));
            }
            values = layer.of(values.view());
        }
        values
    }

    /// The gradient of a batch of these classes. Behind each ReLU half of the units are left out, drawn by `dropout`; none where it
    /// is not given.
    pub fn gradient(&self, batch: ArrayView2<f32>, classes: &[u16], dropout: Option<u64>) -> Gradient {
        // What each layer reads, and what became of each unit's value on the way there.
        let (mut reads, mut passed) = (vec![batch.to_owned()], Vec::new());
        let mut scores = Array2::zeros((0, 0));
        for (place, layer) in self.0.iter().enumerate() {
            scores = layer.of(reads[place].view());
            if place + 1 < self.0.len() {
                let mut factors = scores.mapv(|value| f32::from(value > 0.0));
                if let Some(seed) = dropout {
                    leave_out(&mut factors, key(seed, place as u64));
                }
                reads.push(&scores * &factors);
                passed.push(factors);
            }
        }
        let count = classes.len().max(1) as f32;
        let (loss, right) = measure(&scores, classes);
        // Of the cross-entropy behind a softmax: probabilities, less 1 at the class.
        let mut back = probabilities(scores);
        for (mut row, class) in back.outer_iter_mut().zip(classes) {
            if let Some(own) = row.get_mut(usize::from(*class)) {
                *own -= 1.0;
            }
            row /= count;
        }
        let mut layers = Vec::with_capacity(self.0.len());
        for (place, layer) in self.0.iter().enumerate().rev() {
            layers.push(Dense { weight: back.t().dot(&reads[place]), bias: back.sum_axis(Axis(0)) });
            if place > 0 {
                back = back.dot(&layer.weight) * &passed[place - 1];
            }
        }
        layers.reverse();
        Gradient { layers, loss, right }
    }

    /// The layers with inputs that were moved and scaled before: as they read them unscaled.
    pub fn unscaled(mut self, scale: &[f32], shift: &[f32]) -> Vec<DenseLayer> {
        if let Some(Dense { weight, bias }) = self.0.first_mut() {
            for (mut row, bias) in weight.outer_iter_mut().zip(bias) {
                for ((weight, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
                    *weight *= scale;
                    *bias -= *weight * shift;
                }
            }
        }
        let layer = |Dense { weight, bias }: Dense| DenseLayer {
            units: bias.len(),
            weights: weight.iter().copied().collect(),
            bias: bias.to_vec(),
        };
        self.0.into_iter().map(layer).collect()
    }
}

impl Dense {
    fn zeros(units: usize, inputs: usize) -> Dense {
        Dense { weight: Array2::zeros((units, inputs)), bias: Array1::zeros(units) }
    }

    /// The same, of nothing but zeros.
    pub fn zeros_like(&self) -> Dense {
        let (units, inputs) = self.weight.dim();
        Dense::zeros(units, inputs)
    }

    fn of(&self, batch: ArrayView2<f32>) -> Array2<f32> {
        batch.dot(&self.weight.t()) + &self.bias
    }

    /// Weights and biases with those of others.
    pub fn zip(&mut self, gradient: &Dense, mut change: impl FnMut(&mut f32, f32)) {
        Zip::from(&mut self.weight).and(&gradient.weight).for_each(|own, other| change(own, *other));
        Zip::from(&mut self.bias).and(&gradient.bias).for_each(|own, other| change(own, *other));
    }
}

/// The cross-entropy of scores in nats, summed over the photos, and how many are right.
pub fn measure(scores: &Array2<f32>, classes: &[u16]) -> (f64, usize) {
    let (mut loss, mut right) = (0.0, 0);
    for (row, class) in scores.outer_iter().zip(classes) {
        let class = usize::from(*class);
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = row.iter().map(|score| f64::from(score - most).exp()).sum();
        let own = row.get(class).copied().unwrap_or(f32::NEG_INFINITY);
        loss += sum.ln() - f64::from(own - most);
        right += usize::from(likeliest(&row.to_vec()) == class);
    }
    (loss, right)
}

/// The softmax of each row.
pub fn probabilities(mut scores: Array2<f32>) -> Array2<f32> {
    for mut row in scores.outer_iter_mut() {
        let shares = softmax(&row.to_vec());
        row.assign(&Array1::from(shares));
    }
    scores
}

/// Zeros for units that are left out; the others make up for them.
fn leave_out(factors: &mut Array2<f32>, seed: u64) {
    for (place, factor) in factors.iter_mut().enumerate() {
        // The upper half of the bits is as good as the lower one, and a bit decides for one half.
        *factor *= if key(seed, place as u64) >> 63 == 0 { 0.0 } else { 1.0 / (1.0 - DROPOUT) };
    }
}
