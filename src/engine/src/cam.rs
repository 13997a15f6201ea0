//! Class activation maps: which places of the last maps speak for a class.

use std::sync::Arc;

use tract_onnx::prelude::*;
use vggscope_core::net::{LayerId, Shape};

use crate::Activations;
use crate::graph::Head;

/// A head whose scores are a linear function of the means of maps.
pub(crate) struct Linear {
    /// The layer of the maps.
    pub layer: LayerId,
    weights: Option<Matrix>,
    bias: Vec<f32>,
}

struct Matrix {
    values: Arc<Tensor>,
    row_is_class: bool,
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
        model: &TypedModel,
    ) -> Option<Linear> {
        let weights = match &head.weights {
            Some(weights) => {
                let values = constant(model, &weights.tensor)?;
                let sides = if weights.row_is_class { [classes, channels] } else { [channels, classes] };
                (values.shape() == sides).then_some(())?;
                Some(Matrix { values, row_is_class: weights.row_is_class })
            }
            None => {
                (channels == classes).then_some(())?;
                None
            }
        };
        let bias = match &head.bias {
            Some(name) => constant(model, name)?.try_as_plain_ram().ok()?.as_slice::<f32>().ok()?.to_vec(),
            None => vec![0.0; classes],
        };
        (bias.len() == classes).then_some(Linear { layer, weights, bias })
    }

    /// The map of a class, from what a run left.
    pub fn map(&self, kept: &Activations, class: usize) -> Option<Cam> {
        let bias = *self.bias.get(class)?;
        let (shape, maps) = (kept.shape(self.layer)?, kept.values(self.layer)?);
        let one = Shape { channels: 1, ..shape };
        let Some(weights) = &self.weights else {
            let values = kept.plane(self.layer, u16::try_from(class).ok()?)?.to_vec();
            return Some(Cam { shape: one, values, bias });
        };
        let all = weights.values.try_as_plain_ram().ok()?.as_slice::<f32>().ok()?;
        let weight = |channel: usize| {
            if weights.row_is_class {
                all[class * shape.channels + channel]
            } else {
                all[channel * self.bias.len() + class]
            }
        };
        let mut values = vec![0f32; shape.plane()];
        for (channel, map) in maps.chunks_exact(shape.plane()).enumerate() {
            let weight = weight(channel);
            values.iter_mut().zip(map).for_each(|(sum, unit)| *sum += weight * unit);
        }
        Some(Cam { shape: one, values, bias })
    }
}

/// The value of a tensor that depends on no input, as 32-bit floats. The runtime has worked it out already, and has put
/// a number behind its name where it made the node.
fn constant(model: &TypedModel, name: &str) -> Option<Arc<Tensor>> {
    let numbered = format!("{name}.0");
    let node = model.nodes.iter().find(|node| node.name == name || node.name == numbered)?;
    let value = node.outputs.first()?.fact.konst.as_ref()?;
    Some(value.cast_to::<f32>().ok()?.into_owned().into_arc_tensor())
}
