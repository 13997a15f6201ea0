//! Which parts of a photo speak for a class: the ways to ask, and the map that each of them makes.

use serde::{Deserialize, Serialize};

use super::{Answer, Kind, Question};
use crate::shared::Shared;

/// Makes the enum of all ways, from the questions that ask them of a class.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident: $file:ident, signed: $signed:literal;)*) => {
        /// A way to ask. Each is a question of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Method {
            $($(#[$doc])* $name,)*
        }

        impl Method {
            /// Every way, as the page offers them.
            pub const ALL: &[Method] = &[$(Method::$name,)*];

            /// The question that asks it of a class.
            pub fn question(self, class: usize) -> Question {
                match self {
                    $(Method::$name => super::$file::Question { class }.into(),)*
                }
            }

            /// The kind of that question.
            pub fn kind(self) -> Kind {
                match self {
                    $(Method::$name => Kind::$name,)*
                }
            }

            /// Whether its map has values below zero, which speak against the class.
            pub fn is_signed(self) -> bool {
                match self {
                    $(Method::$name => $signed,)*
                }
            }
        }

        impl Answer {
            /// The map of a class, if this is an answer to any of the ways; inside, `None` where no such map can be made.
            pub fn attribution(&self) -> Option<&Shared<Option<AttributionMap>>> {
                match self {
                    $(Answer::$name(map) => Some(map),)*
                    _ => None,
                }
            }
        }
    };
}

methods! {
    /// Class activation map.
    Cam: cam, signed: true;
    /// Grad-CAM.
    GradCam: grad_cam, signed: false;
    /// Gradient × input.
    GradientInput: gradient_input, signed: true;
    /// Occlusion.
    Occlusion: occlusion, signed: true;
}

/// Which places speak for a class, and which against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionMap {
    /// Width in places.
    pub width: usize,
    /// Places in all.
    pub of: usize,
    /// Row by row, as far as they are known.
    #[serde(with = "super::floats")]
    pub values: Vec<f32>,
    /// What is added to the mean of a class activation map to make the score.
    pub bias: f32,
}
