//! How weights begin before any training: distributions, and numbers drawn from them.
//!
//! Each number is drawn by its place alone, so that any part of a tensor can be made without the rest: half a gigabyte of
//! weights needs no copy of itself.

use std::f32::consts::TAU;

/// A rule that gives every weight its distribution; biases begin at 0, and a batch norm as the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialisation {
    /// Xavier uniform, as the lesson's code has it: within ±√(6 / (fan_in + fan_out)), so that a layer without an activation
    /// function neither widens nor narrows what passes it, forwards or backwards (Glorot and Bengio 2010, equation 16).
    Xavier,
    /// As torchvision: convolutions normal with variance 2 / fan_out, so that gradients keep their spread through ReLUs
    /// (He et al. 2015, equation 14); dense layers normal with a standard deviation of 0.01.
    Kaiming,
    /// Normal with a standard deviation of 0.01, as the paper begins its shallowest network (section 3.1).
    Normal,
    /// Nothing but zeros, from which no gradient leads away.
    Zeros,
}

impl Initialisation {
    /// All of them.
    pub const ALL: [Initialisation; 4] =
        [Initialisation::Xavier, Initialisation::Kaiming, Initialisation::Normal, Initialisation::Zeros];

    /// Its word in texts and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Initialisation::Xavier => "xavier",
            Initialisation::Kaiming => "kaiming",
            Initialisation::Normal => "normal",
            Initialisation::Zeros => "zeros",
        }
    }

    /// What the weights of a convolution are drawn from: `area` numbers a kernel, from so many channels to so many.
    pub fn convolution(self, area: usize, [from, to]: [usize; 2]) -> Distribution {
        match self {
            Initialisation::Xavier => xavier(from * area, to * area),
            Initialisation::Kaiming => Distribution::Normal((2.0 / (to * area) as f32).sqrt()),
            other => other.dense([from, to]),
        }
    }

    /// What the weights of a dense layer are drawn from.
    pub fn dense(self, [from, to]: [usize; 2]) -> Distribution {
        match self {
            Initialisation::Xavier => xavier(from, to),
            Initialisation::Kaiming | Initialisation::Normal => Distribution::Normal(0.01),
            Initialisation::Zeros => Distribution::Constant(0.0),
        }
    }
}

fn xavier(fan_in: usize, fan_out: usize) -> Distribution {
    Distribution::Uniform((6.0 / (fan_in + fan_out) as f32).sqrt())
}

/// What numbers are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// One number.
    Constant(f32),
    /// Evenly between minus this and this.
    Uniform(f32),
    /// Normal about 0, with this standard deviation.
    Normal(f32),
}

impl Distribution {
    /// The number at a place of the sequence of a key.
    pub fn at(self, key: u64, place: u64) -> f32 {
        match self {
            Distribution::Constant(number) => number,
            Distribution::Uniform(bound) => (2.0 * unit(bits(key, place) >> 32) - 1.0) * bound,
            Distribution::Normal(deviation) => {
                // Box and Muller make two numbers of two: neighbours share them.
                let bits = bits(key, place / 2);
                let (radius, angle) = ((-2.0 * unit(bits >> 32).ln()).sqrt(), TAU * unit(bits & 0xffff_ffff));
                deviation * radius * if place.is_multiple_of(2) { angle.cos() } else { angle.sin() }
            }
        }
    }
}

/// The key of one of several sequences of a seed.
pub fn key(seed: u64, sequence: u64) -> u64 {
    bits(bits(0, seed), sequence)
}

/// 64 bits by their place: the output function of SplitMix64 (Steele, Lea and Flood 2014) over its counter.
fn bits(key: u64, place: u64) -> u64 {
    let counter = place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = key.wrapping_add(counter);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// 32 bits as a number above 0 and below 1.
fn unit(bits: u64) -> f32 {
    // As many bits as the fraction of a float holds, and half a step.
    ((bits >> 9) as f32 + 0.5) / (1u32 << 23) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of SplitMix64 from the seed 1234567, as published with xoshiro.
    #[test]
    fn the_generator() {
        let first: Vec<u64> = (0..5).map(|place| bits(1_234_567, place)).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(first, published);
    }

    /// Mean, variance and kurtosis of many draws, which are 0, b²/3 and 1.8, or 0, σ² and 3.
    #[test]
    fn moments() {
        const COUNT: u64 = 200_000;
        for (distribution, variance, kurtosis) in
            [(Distribution::Uniform(0.3), 0.03, 1.8), (Distribution::Normal(0.01), 1e-4, 3.0)]
        {
            let draws: Vec<f64> =
                (0..COUNT).map(|place| f64::from(distribution.at(key(7, 3), place))).collect();
            let moment = |power: i32| draws.iter().map(|draw| draw.powi(power)).sum::<f64>() / COUNT as f64;
            assert!(moment(1).abs() < 4.0 * (variance / COUNT as f64).sqrt(), "{distribution:?}");
            assert!((moment(2) / variance - 1.0).abs() < 0.02, "{distribution:?}: {}", moment(2));
            assert!((moment(4) / moment(2).powi(2) - kurtosis).abs() < 0.06, "{distribution:?}");
            // Neighbours have nothing to do with each other.
            let together = draws.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / COUNT as f64;
            assert!(together.abs() < 4.0 * variance / (COUNT as f64).sqrt(), "{distribution:?}");
        }
        assert_eq!(Distribution::Constant(1.0).at(1, 2), 1.0);
        assert_ne!(Distribution::Normal(1.0).at(key(1, 0), 0), Distribution::Normal(1.0).at(key(2, 0), 0));
    }

    /// torch.nn.init's own formulas, for a convolution of 3x3 from 64 channels to 128, and a dense layer from 512 to 10.
    #[test]
    fn distributions() {
        let close = |made: Distribution, expected: Distribution| {
            let numbers = |distribution| match distribution {
                Distribution::Constant(a) | Distribution::Uniform(a) | Distribution::Normal(a) => a,
            };
            assert_eq!(std::mem::discriminant(&made), std::mem::discriminant(&expected));
            assert!((numbers(made) - numbers(expected)).abs() < 1e-6, "{made:?}");
        };
        let convolution = |rule: Initialisation| rule.convolution(9, [64, 128]);
        close(convolution(Initialisation::Xavier), Distribution::Uniform(0.058_925_57));
        close(convolution(Initialisation::Kaiming), Distribution::Normal(0.041_666_67));
        close(convolution(Initialisation::Normal), Distribution::Normal(0.01));
        close(convolution(Initialisation::Zeros), Distribution::Constant(0.0));
        close(Initialisation::Xavier.dense([512, 10]), Distribution::Uniform(0.107_211_25));
        close(Initialisation::Kaiming.dense([512, 10]), Distribution::Normal(0.01));
    }
}
