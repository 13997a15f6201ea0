//! How weights begin before any training: distributions, and numbers drawn from them.
//!
//! Each number is drawn by its place alone, so that any part of a tensor can be made without the rest: half a gigabyte of
//! weights needs no copy of itself.

use std::f32::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::receptive_field::gcd;

/// A rule that gives every weight its distribution; biases begin at 0, and a batch norm as the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initialisation {
    /// Xavier uniform, as the lesson's code has it: within ±√(6 / (fan_in + fan_out)), so that a layer without an activation
    /// function neither widens nor narrows what passes it, forwards or backwards (Glorot and Bengio 2010, equation 16).
    Xavier,
    /// As torchvision: convolutions normal with variance 2 / fan_out, so that gradients keep their spread through ReLUs
    /// (He et al. 2015, equation 14); dense layers normal with a standard deviation of 0.01.
    Kaiming,
    /// Normal with a standard deviation of 0.01, as the paper begins its shallowest network (section 3.1).
    Normal,
    /// Orthogonal, times √2 for the ReLU: a layer keeps the length of what it is given (Saxe, McClelland and Ganguli 2013). Rows of
    /// a cosine transform, drawn at random and with random signs, where PyTorch factorises a random matrix.
    Orthogonal,
    /// Nothing but zeros, from which no gradient leads away.
    Zeros,
}

impl Initialisation {
    /// All of them.
    pub const ALL: [Initialisation; 5] = [
        Initialisation::Xavier,
        Initialisation::Kaiming,
        Initialisation::Normal,
        Initialisation::Orthogonal,
        Initialisation::Zeros,
    ];

    /// Its word in texts and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Initialisation::Xavier => "xavier",
            Initialisation::Kaiming => "kaiming",
            Initialisation::Normal => "normal",
            Initialisation::Orthogonal => "orthogonal",
            Initialisation::Zeros => "zeros",
        }
    }

    /// What the weights of a convolution are drawn from: `area` numbers a kernel, from so many channels to so many.
    pub fn convolution(self, area: usize, [from, to]: [usize; 2]) -> Distribution {
        match self {
            Initialisation::Xavier => xavier(from * area, to * area),
            Initialisation::Kaiming => Distribution::Normal((2.0 / (to * area) as f32).sqrt()),
            other => other.dense([from * area, to]),
        }
    }

    /// What the weights of a dense layer are drawn from.
    pub fn dense(self, [from, to]: [usize; 2]) -> Distribution {
        match self {
            Initialisation::Xavier => xavier(from, to),
            Initialisation::Kaiming | Initialisation::Normal => Distribution::Normal(0.01),
            Initialisation::Orthogonal => Distribution::Orthogonal { rows: to, columns: from },
            Initialisation::Zeros => Distribution::Constant(0.0),
        }
    }
}

fn xavier(fan_in: usize, fan_out: usize) -> Distribution {
    Distribution::Uniform((6.0 / (fan_in + fan_out) as f32).sqrt())
}

impl Distribution {
    /// Its variance.
    pub fn variance(self) -> f64 {
        match self {
            Distribution::Constant(_) => 0.0,
            Distribution::Uniform(bound) => f64::from(bound).powi(2) / 3.0,
            Distribution::Normal(deviation) => f64::from(deviation).powi(2),
            // The squares of each row, or of each column of a higher matrix, add up to the gain's.
            Distribution::Orthogonal { rows, columns } => f64::from(GAIN).powi(2) / rows.max(columns) as f64,
        }
    }
}

/// By what an orthogonal matrix is multiplied: torch.nn.init.calculate_gain("relu").
const GAIN: f32 = std::f32::consts::SQRT_2;

/// What numbers are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// One number.
    Constant(f32),
    /// Evenly between minus this and this.
    Uniform(f32),
    /// Normal about 0, with this standard deviation.
    Normal(f32),
    /// A random orthogonal matrix, row by row: of its rows, or of its columns where these are fewer, any two are at right angles.
    Orthogonal {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
}

/// A sequence of numbers that are drawn.
pub struct Draws {
    from: Distribution,
    key: u64,
    /// Of a cosine transform, how its rows are ordered: a factor and a summand.
    order: [u64; 2],
}

impl Distribution {
    /// The sequence of a key.
    pub fn draws(self, key: u64) -> Draws {
        let order = match self {
            Distribution::Orthogonal { rows, columns } => {
                let length = rows.max(columns) as u64;
                // A factor that shares none with the length visits every row once.
                let factors = (0..).map(|at| bits(key, at) % length);
                let factor = factors.take(1 << 16).find(|factor| gcd(*factor as i64, length as i64) == 1);
                [factor.unwrap_or(1), bits(!key, 0) % length]
            }
            _ => [0; 2],
        };
        Draws { from: self, key, order }
    }
}

impl Draws {
    /// The number at a place.
    pub fn at(&self, place: u64) -> f32 {
        match self.from {
            Distribution::Constant(number) => number,
            Distribution::Uniform(bound) => (2.0 * unit(bits(self.key, place) >> 32) - 1.0) * bound,
            Distribution::Normal(deviation) => {
                // Box and Muller make two numbers of two: neighbours share them.
                let bits = bits(self.key, place / 2);
                let (radius, angle) = ((-2.0 * unit(bits >> 32).ln()).sqrt(), TAU * unit(bits & 0xffff_ffff));
                deviation * radius * if place.is_multiple_of(2) { angle.cos() } else { angle.sin() }
            }
            Distribution::Orthogonal { rows, columns } => {
                let (row, column) = (place / columns as u64, place % columns as u64);
                let (short, long) = if rows <= columns { (row, column) } else { (column, row) };
                GAIN * self.cosine(short, long, rows.max(columns) as u64)
            }
        }
    }

    /// A number of an orthogonal matrix of `length` rows and columns: the cosine transform (DCT-II), its rows in a random order
    /// and its columns with random signs.
    fn cosine(&self, row: u64, column: u64, length: u64) -> f32 {
        let [factor, summand] = self.order;
        let frequency = (row * factor + summand) % length;
        let sign = if bits(!self.key, column + 1) & 1 == 0 { 1.0 } else { -1.0 };
        if frequency == 0 {
            return sign / (length as f32).sqrt();
        }
        // What is left of whole turns, so that many of them cost no digits.
        let turns = (2 * column + 1) * frequency % (4 * length);
        sign * (2.0 / length as f32).sqrt() * (TAU * (turns as f32 / (4 * length) as f32)).cos()
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
                (0..COUNT).map(|place| f64::from(distribution.draws(key(7, 3)).at(place))).collect();
            let moment = |power: i32| draws.iter().map(|draw| draw.powi(power)).sum::<f64>() / COUNT as f64;
            assert!(moment(1).abs() < 4.0 * (variance / COUNT as f64).sqrt(), "{distribution:?}");
            assert!((moment(2) / variance - 1.0).abs() < 0.02, "{distribution:?}: {}", moment(2));
            assert!((moment(4) / moment(2).powi(2) - kurtosis).abs() < 0.06, "{distribution:?}");
            // Neighbours have nothing to do with each other.
            let together = draws.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / COUNT as f64;
            assert!(together.abs() < 4.0 * variance / (COUNT as f64).sqrt(), "{distribution:?}");
        }
        assert_eq!(Distribution::Constant(1.0).draws(1).at(2), 1.0);
        assert_ne!(
            Distribution::Normal(1.0).draws(key(1, 0)).at(0),
            Distribution::Normal(1.0).draws(key(2, 0)).at(0)
        );
    }

    /// Rows, or columns where these are fewer, have the length of the gain, and any two are at right angles.
    #[test]
    fn orthogonal() {
        for [rows, columns] in [[5, 27], [27, 5], [16, 16], [1, 9], [64, 27]] {
            let draws = Distribution::Orthogonal { rows, columns }.draws(key(3, 1));
            let number = |row: usize, column: usize| f64::from(draws.at((row * columns + column) as u64));
            let (short, long) = (rows.min(columns), rows.max(columns));
            let at = |short: usize, long: usize| {
                if rows <= columns { number(short, long) } else { number(long, short) }
            };
            for a in 0..short {
                for b in 0..=a {
                    let product: f64 = (0..long).map(|place| at(a, place) * at(b, place)).sum();
                    let expected = if a == b { 2.0 } else { 0.0 };
                    assert!((product - expected).abs() < 1e-5, "{rows}x{columns}: {a} and {b}: {product}");
                }
            }
        }
    }

    /// torch.nn.init's own formulas, for a convolution of 3x3 from 64 channels to 128, and a dense layer from 512 to 10.
    #[test]
    fn distributions() {
        let close = |made: Distribution, expected: Distribution| {
            let numbers = |distribution| match distribution {
                Distribution::Constant(a) | Distribution::Uniform(a) | Distribution::Normal(a) => a,
                Distribution::Orthogonal { .. } => 0.0,
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
