//! From the bytes of a file to a network that can be run: what reads, checks, plans and binds. Nothing here runs a photo.

pub mod bytes;
pub mod computation;
pub mod graph;
pub mod network;
mod preset;
mod weights;
