//! How weights follow a gradient, as `torch.optim` has it.

use vggscope_core::training::Optimiser;

use super::mlp::{Dense, Mlp};

/// What an optimiser remembers between two steps.
pub struct Descent {
    by: Optimiser,
    rate: f32,
    decay: f32,
    steps: i32,
    /// Of SGD the velocity, of Adam the mean of gradients.
    first: Vec<Dense>,
    /// Of Adam, the mean of their squares.
    second: Vec<Dense>,
}

/// Of SGD.
const MOMENTUM: f32 = 0.9;
/// Of Adam: how much of the means is kept, and what keeps the divisor from 0.
const BETAS: [f32; 2] = [0.9, 0.999];
const EPSILON: f32 = 1e-8;

impl Descent {
    /// An optimiser of these weights.
    pub fn new(by: Optimiser, rate: f32, decay: f32, of: &Mlp) -> Descent {
        let zeros: Vec<Dense> = of.0.iter().map(Dense::zeros_like).collect();
        let second = if by == Optimiser::Adam { zeros.clone() } else { Vec::new() };
        Descent { by, rate, decay, steps: 0, first: zeros, second }
    }

    /// Takes a step.
    pub fn step(&mut self, weights: &mut Mlp, mut gradient: Vec<Dense>) {
        self.steps += 1;
        for (gradient, weights) in gradient.iter_mut().zip(&weights.0) {
            gradient.zip(weights, |gradient, weight| *gradient += self.decay * weight);
        }
        match self.by {
            Optimiser::Sgd => {
                // The first step has the gradient itself for its velocity.
                let kept = if self.steps == 1 { 0.0 } else { MOMENTUM };
                for ((weights, velocity), gradient) in
                    weights.0.iter_mut().zip(&mut self.first).zip(&gradient)
                {
                    velocity.zip(gradient, |velocity, gradient| *velocity = kept * *velocity + gradient);
                    weights.zip(velocity, |weight, velocity| *weight -= self.rate * velocity);
                }
            }
            Optimiser::Adam => {
                let [first, second] = BETAS.map(|beta| 1.0 - beta.powi(self.steps));
                let means = self.first.iter_mut().zip(&mut self.second);
                for ((weights, (mean, square)), gradient) in weights.0.iter_mut().zip(means).zip(&gradient) {
                    mean.zip(gradient, |mean, gradient| *mean += (1.0 - BETAS[0]) * (gradient - *mean));
                    square.zip(gradient, |square, gradient| {
                        *square = BETAS[1] * *square + (1.0 - BETAS[1]) * gradient * gradient;
                    });
                    let mut step = mean.clone();
                    step.zip(square, |step, square| {
                        *step = self.rate / first * *step / ((square / second).sqrt() + EPSILON);
                    });
                    weights.zip(&step, |weight, step| *weight -= step);
                }
            }
        }
    }
}
