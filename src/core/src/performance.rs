//! What a run costs, and how its layers are computed.

use serde::{Deserialize, Serialize};

/// What computes a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// The runtime's own operators.
    Runtime,
    /// Winograd's minimal filtering F(4x4, 3x3): tiles of 4x4 outputs (Lavin and Gray 2016, section 4.3).
    Winograd,
    /// A product of matrices: the kernels times the patches of the input.
    Product,
    /// The largest of four neighbours.
    Pool,
    /// A product of a matrix and a vector.
    Dense,
}

impl Algorithm {
    /// How many of so many multiplications are really done: Winograd's tiles take 36 where the definition takes 144.
    pub fn multiplications(self, macs: u64) -> u64 {
        if self == Algorithm::Winograd { macs / 4 } else { macs }
    }
}

/// Multiply-accumulate operations a second, in units of 10⁹, where there are any and the time is not too short to tell.
pub fn rate(macs: u64, ms: f64) -> Option<f64> {
    (macs > 0 && ms > 0.0).then(|| macs as f64 / ms / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_work_over_time() {
        // 15.3 billion in 0.3 s.
        assert!((rate(15_300_000_000, 300.0).unwrap() - 51.0).abs() < 1e-9);
        assert_eq!((rate(0, 3.0), rate(5, 0.0)), (None, None));
    }
}
