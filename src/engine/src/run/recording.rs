//! What a run leaves: all that questions about it are answered from.

use std::sync::Arc;

use vggscope_core::image::{NetworkInput, Photo, Preset};

use super::activations::Activations;

/// What a run leaves. A clone shares its activations.
#[derive(Clone)]
pub struct Recording {
    /// The photo.
    pub photo: Arc<Photo>,
    /// What the network was fed of it.
    pub input: NetworkInput,
    /// How that was made numbers.
    pub preset: Preset,
    /// The values of all layers that are done.
    pub activations: Activations,
    /// The probabilities of the classes; empty before the run is over.
    pub probabilities: Vec<f32>,
    /// Milliseconds since some time in the past.
    pub clock: fn() -> f64,
}
