//! Gradient × input: for each pixel, the gradient of a class's score times the normalised input, summed over its channels
//! (Shrikumar, Greenside, Shcherbina, Kundaje 2016, arXiv:1605.01713; the gradient alone is the saliency map of Simonyan,
//! Vedaldi and Zisserman 2013, arXiv:1312.6034). Its sum over a part of the photo is how fast the score grows when the
//! contrast of that part does.

use serde::{Deserialize, Serialize};

use super::attribution::AttributionMap;

/// Of which class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The class.
    pub class: usize,
}

/// The map, in units of the score; `None` where the way back from the scores to the input is not known.
pub type Answer = Option<AttributionMap>;
