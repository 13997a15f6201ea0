//! The values of one map.

use serde::{Deserialize, Serialize};

use crate::nn::LayerId;

/// Which map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The layer.
    pub layer: LayerId,
    /// The channel.
    pub channel: u16,
}

/// Its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Row by row.
    #[serde(with = "super::floats")]
    pub values: Vec<f32>,
}
