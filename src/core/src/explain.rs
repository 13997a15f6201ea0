//! What can be asked about a run, and what the answers are: a file for each kind of question, with the two types
//! `Question` (what, of which layer, unit or class, with which settings) and `Answer`.
//!
//! The engine's room of the same name computes answers, the interface's shows them, and
//! [`crate::session::explorer::pending`] says which question is asked when.

pub mod attribution;
pub mod breakdown;
pub mod cam;
pub mod contact_sheet;
pub mod effective_field;
pub mod evaluation;
pub mod feature_map;
mod floats;
pub mod grad_cam;
pub mod gradient_input;
pub mod kernels;
pub mod layer_values;
pub mod occlusion;
pub mod spread;

use serde::{Deserialize, Serialize};

use crate::shared::Shared;

/// Makes the enums of all questions, answers and kinds, and ties a question to the type of its answer.
macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident: $file:ident,)*) => {
        /// Something that is asked about a run.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Question {
            $($(#[$doc])* $name($file::Question),)*
        }

        /// What the engine says to a question.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Answer {
            $($(#[$doc])* $name(Shared<$file::Answer>),)*
        }

        /// What a question is about. Of one kind, one question is asked of a run at a time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Question {
            /// What it is about.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Question::$name(_) => Kind::$name,)*
                }
            }
        }

        $(
            impl From<$file::Question> for Question {
                fn from(question: $file::Question) -> Question {
                    Question::$name(question)
                }
            }

            impl Ask for $file::Question {
                type Answer = $file::Answer;
                const KIND: Kind = Kind::$name;

                fn read(question: &Question) -> Option<&Self> {
                    match question {
                        Question::$name(question) => Some(question),
                        #[allow(unreachable_patterns)]
                        _ => None,
                    }
                }

                fn found(answer: &Answer) -> Option<&Shared<Self::Answer>> {
                    match answer {
                        Answer::$name(answer) => Some(answer),
                        #[allow(unreachable_patterns)]
                        _ => None,
                    }
                }

                fn answer(answer: Self::Answer) -> Answer {
                    Answer::$name(Shared::new(answer))
                }
            }
        )*
    };
}

questions! {
    /// The maps of a layer, drawn on one sheet.
    ContactSheet: contact_sheet,
    /// The values of one map.
    FeatureMap: feature_map,
    /// The values of a whole layer.
    LayerValues: layer_values,
    /// How the value of a unit came to be.
    Breakdown: breakdown,
    /// The kernels of a convolution.
    Kernels: kernels,
    /// How much each pixel counts for a unit.
    EffectiveField: effective_field,
    /// The class activation map of a class.
    Cam: cam,
    /// Grad-CAM of a class.
    GradCam: grad_cam,
    /// Gradient × input of a class.
    GradientInput: gradient_input,
    /// What a class loses where a part of the photo is hidden.
    Occlusion: occlusion,
    /// What the network says by the paper's protocols at test time.
    Evaluation: evaluation,
    /// How far activations and gradients spread, by each rule of initialisation.
    Spread: spread,
}

/// A question of one kind, and the type of its answer.
pub trait Ask: Copy + PartialEq + Into<Question> {
    /// What the engine says to it.
    type Answer;
    /// What it is about.
    const KIND: Kind;

    /// The question, if it is of this kind.
    fn read(question: &Question) -> Option<&Self>;

    /// The answer, if it is to a question of this kind.
    fn found(answer: &Answer) -> Option<&Shared<Self::Answer>>;

    /// An answer to a question of this kind.
    fn answer(answer: Self::Answer) -> Answer;
}
