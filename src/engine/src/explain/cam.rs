//! Class activation maps: which places of the last maps speak for a class.

use vggscope_core::explain::attribution::AttributionMap;
use vggscope_core::explain::cam::{Answer, Question};
use vggscope_core::nn::{LayerId, Shape};

use super::{Compute, Work};
use crate::load::computation::{Constants, Floats, Matrix};
use crate::load::graph::Head;
use crate::run::recording::Recording;
use crate::{Activations, Network};

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let map = network.cam(&recording.activations, self.class).map(|cam| AttributionMap {
            width: cam.shape.width,
            of: cam.values.len(),
            values: cam.values,
            bias: cam.bias,
        });
        Some(Work::Done(map))
    }
}

/// A head whose scores are a linear function of the means of maps.
pub struct Linear {
    /// The layer of the maps.
    pub layer: LayerId,
    /// From means to scores; none where the means are the scores.
    matrix: Option<Matrix>,
    bias: Vec<f32>,
}

/// The map of one class.
pub struct Cam {
    /// Rows and columns, one channel.
    pub shape: Shape,
    /// Row by row: their mean and the bias are the class's score.
    pub values: Vec<f32>,
    /// The bias.
    pub bias: f32,
}

impl Linear {
    /// The head of a graph, its tensors worked out by the runtime; `None` where they are not what a head needs.
    pub fn read(
        head: &Head,
        layer: LayerId,
        channels: usize,
        classes: usize,
        constants: &Constants,
    ) -> Option<Linear> {
        let matrix = match &head.weights {
            Some(weights) => {
                let values = Floats::of(constants, &weights.tensor)?;
                Some(Matrix::new(values, [classes, channels], weights.row_is_class)?)
            }
            None => (channels == classes).then_some(None)?,
        };
        let bias = match &head.bias {
            Some(name) => Floats::of(constants, name)?.get().to_vec(),
            None => vec![0.0; classes],
        };
        (bias.len() == classes).then_some(Linear { layer, matrix, bias })
    }

    /// The map of a class, from what a run left.
    pub fn map(&self, kept: &Activations, class: usize) -> Option<Cam> {
        let bias = *self.bias.get(class)?;
        let (shape, maps) = (kept.shape(self.layer)?, kept.values(self.layer)?);
        let one = Shape { channels: 1, ..shape };
        let Some(matrix) = &self.matrix else {
            let values = kept.plane(self.layer, u16::try_from(class).ok()?)?.to_vec();
            return Some(Cam { shape: one, values, bias });
        };
        let mut values = vec![0f32; shape.plane()];
        for (channel, map) in maps.chunks_exact(shape.plane()).enumerate() {
            let weight = matrix.weight(class, channel);
            values.iter_mut().zip(map).for_each(|(sum, unit)| *sum += weight * unit);
        }
        Some(Cam { shape: one, values, bias })
    }
}
