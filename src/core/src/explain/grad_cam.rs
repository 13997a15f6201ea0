//! Grad-CAM: the last maps, each weighted by the mean of the score's gradient over it, and what speaks against left out
//! (Selvaraju et al., ICCV 2017, equations 1 and 2).

use serde::{Deserialize, Serialize};

use super::attribution::AttributionMap;

/// Of which class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The class.
    pub class: usize,
}

/// The map; `None` where the way back from the scores to the last maps is not known.
pub type Answer = Option<AttributionMap>;
