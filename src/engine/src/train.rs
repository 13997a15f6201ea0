//! How a head is trained on the maps of a frozen network: what photos leave of themselves ([`Features`]), dense layers with their
//! gradients ([`Mlp`]), optimisers, the training itself ([`Training`]), and
//! all of it step by step ([`trainer`]).

mod extraction;
mod features;
mod fit;
mod mlp;
mod optimiser;
pub mod trainer;

pub use extraction::Extraction;
pub use features::Features;
pub use fit::{Progress, Training};
pub use mlp::Mlp;
pub use optimiser::Descent;
