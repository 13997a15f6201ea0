//! The values of a whole layer, as they are exported.

use serde::{Deserialize, Serialize};

use crate::nn::LayerId;

/// Which layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The layer.
    pub layer: LayerId,
}

/// Its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Plane by plane, each row by row.
    #[serde(with = "super::floats")]
    pub values: Vec<f32>,
}
