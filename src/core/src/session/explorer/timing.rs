//! What a run took, layer by layer.

use crate::explain::contact_sheet;
use crate::model::{Algorithm, Model};
use crate::nn::LayerId;

use super::Run;

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
    /// From pixels to the network's input.
    pub input: f64,
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
    /// Of a run of a model, if it is done; decoding its photo took so many milliseconds.
    pub fn of(model: &Model, run: &Run, decoded: f64) -> Option<Timing> {
        let whole = run.outcome()?.ms;
        let took = |layer: LayerId| run.finished(layer).map_or(0.0, |done| done.ms);
        let architecture = &model.architecture;
        let computed: f64 = architecture.ids().skip(1).map(took).sum();
        let layers = architecture.ids().zip(&architecture.layers).zip(&model.algorithms).skip(1);
        let layers = layers.map(|((layer, about), algorithm)| {
            let ms = took(layer);
            let share = if computed > 0.0 { (ms / computed) as f32 } else { 0.0 };
            LayerTiming { layer, algorithm: *algorithm, macs: about.macs, ms, share }
        });
        let input = took(LayerId(0));
        Some(Timing {
            layers: layers.collect(),
            decoded,
            input,
            reported: (whole - computed - input).max(0.0),
            whole,
            drawn: run.answers.last::<contact_sheet::Question>().map(|(_, sheet)| sheet.ms),
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
