//! Which parts of a photo speak for a class: the ways to ask, and the map that each of them makes.

use serde::{Deserialize, Serialize};

use super::{Answer, Kind, Question, cam, grad_cam, occlusion};
use crate::shared::Shared;

/// A way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Class activation map.
    Cam,
    /// Grad-CAM.
    GradCam,
    /// Occlusion.
    Occlusion,
}

impl Method {
    /// Every way, as the page offers them.
    pub const ALL: [Method; 3] = [Method::Cam, Method::GradCam, Method::Occlusion];

    /// The question that asks it of a class.
    pub fn question(self, class: usize) -> Question {
        match self {
            Method::Cam => cam::Question { class }.into(),
            Method::GradCam => grad_cam::Question { class }.into(),
            Method::Occlusion => occlusion::Question { class }.into(),
        }
    }

    /// The kind of that question.
    pub fn kind(self) -> Kind {
        self.question(0).kind()
    }
}

/// Which places speak for a class, and which against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionMap {
    /// Width in places.
    pub width: usize,
    /// Places in all.
    pub of: usize,
    /// Row by row, as far as they are known.
    pub values: Vec<f32>,
    /// What is added to the mean of a class activation map to make the score.
    pub bias: f32,
}

impl Answer {
    /// The map of a class, if this is an answer to any of the ways; inside, `None` where no such map can be made.
    pub fn attribution(&self) -> Option<&Shared<Option<AttributionMap>>> {
        match self {
            Answer::Cam(map) | Answer::GradCam(map) | Answer::Occlusion(map) => Some(map),
            _ => None,
        }
    }
}
