//! One pass over a photo, layer by layer, and the activations that it leaves.

pub mod activations;
pub mod pass;
pub mod recording;
