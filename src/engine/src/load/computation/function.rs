//! Activation functions with their numbers: what they make of a value, and their slope.

use super::{Constants, Each, Floats};
use crate::load::graph;

/// An activation function with its parameters.
pub(crate) enum Function {
    /// x, or so many times x below zero; the rectifier's slope is 0.
    Leaky(Each),
    /// Cut at both ends.
    Clip(f32, f32),
    /// γ·x, and γ·α·(eˣ − 1) below zero.
    Selu {
        alpha: f32,
        gamma: f32,
    },
    Sigmoid,
    /// α·x + β, between 0 and 1.
    HardSigmoid(f32, f32),
    HardSwish,
    Tanh,
    Softplus,
}

impl Function {
    pub fn read(
        activation: &graph::Activation,
        each: impl Fn(&String) -> Option<Each>,
        constants: &Constants,
    ) -> Option<(&'static str, Function)> {
        use graph::Activation;
        let end = |name: &Option<String>, otherwise: f32| match name {
            None => Some(otherwise),
            Some(name) => Floats::of(constants, name)?.get().first().copied(),
        };
        Some(match activation {
            Activation::Relu => ("Relu", Function::Leaky(Each(vec![0.0]))),
            Activation::LeakyRelu(slope) => ("LeakyRelu", Function::Leaky(Each(vec![*slope]))),
            Activation::PRelu(slopes) => ("PRelu", Function::Leaky(each(slopes)?)),
            Activation::Clip(low, high) => {
                ("Clip", Function::Clip(end(low, f32::MIN)?, end(high, f32::MAX)?))
            }
            Activation::ClipBetween(low, high) => ("Clip", Function::Clip(*low, *high)),
            Activation::Elu(alpha) => ("Elu", Function::Selu { alpha: *alpha, gamma: 1.0 }),
            Activation::Selu(alpha, gamma) => ("Selu", Function::Selu { alpha: *alpha, gamma: *gamma }),
            Activation::Sigmoid => ("Sigmoid", Function::Sigmoid),
            Activation::HardSigmoid(alpha, beta) => ("HardSigmoid", Function::HardSigmoid(*alpha, *beta)),
            Activation::HardSwish => ("HardSwish", Function::HardSwish),
            Activation::Tanh => ("Tanh", Function::Tanh),
            Activation::Softplus => ("Softplus", Function::Softplus),
        })
    }

    /// The slope where the function has this value, which is all that a layer keeps; where numbers are rounded behind the
    /// function, that of the rounded one.
    pub fn slope(&self, channel: usize, y: f32) -> Option<f32> {
        Some(match self {
            Function::Leaky(slope) if slope.at(channel) < 0.0 => return None,
            Function::Leaky(_) if y > 0.0 => 1.0,
            Function::Leaky(slope) => slope.at(channel),
            Function::Clip(low, high) => f32::from(u8::from(y > *low && y < *high)),
            Function::Selu { gamma, .. } if y > 0.0 => *gamma,
            Function::Selu { alpha, gamma } => y + alpha * gamma,
            Function::Sigmoid => y * (1.0 - y),
            Function::HardSigmoid(alpha, _) => {
                if y > 0.0 && y < 1.0 {
                    *alpha
                } else {
                    0.0
                }
            }
            // It falls before it rises.
            Function::HardSwish => return None,
            Function::Tanh => 1.0 - y * y,
            Function::Softplus => 1.0 - (-y).exp(),
        })
    }

    pub fn apply(&self, x: f64, channel: usize) -> f64 {
        match self {
            // Plus zero, since a rectified value is no negative zero.
            Function::Leaky(slope) if x < 0.0 => x * f64::from(slope.at(channel)) + 0.0,
            Function::Leaky(_) => x,
            Function::Clip(low, high) => x.max(f64::from(*low)).min(f64::from(*high)),
            Function::Selu { alpha, gamma } => {
                f64::from(*gamma) * if x < 0.0 { f64::from(*alpha) * x.exp_m1() } else { x }
            }
            Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Function::HardSigmoid(alpha, beta) => (f64::from(*alpha) * x + f64::from(*beta)).clamp(0.0, 1.0),
            Function::HardSwish => x * (x / 6.0 + 0.5).clamp(0.0, 1.0),
            Function::Tanh => x.tanh(),
            Function::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        }
    }
}
