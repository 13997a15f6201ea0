//! What can be asked about a run, and what the answers are.

pub mod attribution;
pub mod breakdown;
pub mod kernels;
