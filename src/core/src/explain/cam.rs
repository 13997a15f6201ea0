//! Class activation map: the last maps, weighted as the head weighs their means (Zhou et al., CVPR 2016). Exact, of
//! pooled heads only: the mean of the map and the bias are the class's score.

use serde::{Deserialize, Serialize};

use super::attribution::AttributionMap;

/// Of which class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The class.
    pub class: usize,
}

/// The map, and what is added to its mean; `None` where the network has no such head.
pub type Answer = Option<AttributionMap>;
