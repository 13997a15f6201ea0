//! How much each pixel counts for a unit: the gradient of the unit, before its activation function, with respect to the
//! network's input (Luo et al., NIPS 2016).

use serde::{Deserialize, Serialize};

use super::breakdown::Unit;

/// Of which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The unit.
    pub unit: Unit,
}

/// How much each pixel counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The sum over channels of the gradient's size, row by row over the network's input; `None` where the way back to it
    /// is not known.
    pub gradient: Option<Vec<f32>>,
}
