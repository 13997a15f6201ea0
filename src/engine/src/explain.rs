//! How questions about a run are answered, from its activations and the network's weights.

pub mod attribution;
pub mod breakdown;
pub mod cam;
pub mod gradient;
pub mod kernels;
