//! What a run costs, and how its layers are computed.

use serde::{Deserialize, Serialize};

use crate::nn::LayerId;
use crate::session::Session;

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

/// What a run that is done took, in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// Each layer after the input.
    pub layers: Vec<LayerTiming>,
    /// The photo, from its file to pixels.
    pub decoded: f64,
    /// From pixels to the tensor that the network is fed.
    pub fed: f64,
    /// Figures, small pictures and messages of all layers.
    pub reported: f64,
    /// From pixels to scores.
    pub whole: f64,
    /// The maps of the open layer drawn, where they are.
    pub drawn: Option<f64>,
}

/// What a layer took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerTiming {
    /// The layer.
    pub layer: LayerId,
    /// What computed it.
    pub algorithm: Algorithm,
    /// Its multiply-accumulate operations.
    pub macs: u64,
    /// Milliseconds.
    pub ms: f64,
    /// Share of the time of all layers.
    pub share: f32,
}

impl Timing {
    /// Of the run on screen, if it is done.
    pub fn of(session: &Session) -> Option<Timing> {
        let (model, run) = (session.model.as_ref()?, session.run.as_ref()?);
        let whole = run.outcome()?.ms;
        let took = |layer: LayerId| run.finished(layer).map_or(0.0, |finished| finished.done.ms);
        let net = &model.about.net;
        let computed: f64 = net.ids().skip(1).map(took).sum();
        let layers = net.ids().zip(&net.layers).zip(&model.about.algorithms).skip(1);
        let layers = layers.map(|((layer, about), algorithm)| {
            let ms = took(layer);
            let share = if computed > 0.0 { (ms / computed) as f32 } else { 0.0 };
            LayerTiming { layer, algorithm: *algorithm, macs: about.macs, ms, share }
        });
        let fed = took(LayerId(0));
        Some(Timing {
            layers: layers.collect(),
            decoded: session.photo.as_ref().map_or(0.0, |photo| photo.ms),
            fed,
            reported: (whole - computed - fed).max(0.0),
            whole,
            drawn: session.sheet.as_ref().filter(|sheet| sheet.job == run.job).map(|sheet| sheet.ms),
        })
    }

    /// What all layers took.
    pub fn computed(&self) -> f64 {
        self.layers.iter().map(|layer| layer.ms).sum()
    }

    /// Multiply-accumulate operations of all layers.
    pub fn macs(&self) -> u64 {
        self.layers.iter().map(|layer| layer.macs).sum()
    }
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
