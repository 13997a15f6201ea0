//! Runs a convolutional network read from ONNX on a photo, layer by layer, and keeps what every layer computed.
//!
//! [`Network`] reads a file, [`Run`] steps through one pass, [`Activations`] holds what it found and cuts pictures
//! out of it. All of it is the same natively and in a browser's worker, which is the one module that knows of the
//! browser.

mod activations;
#[cfg(target_arch = "wasm32")]
mod bench;
mod cam;
mod explain;
mod fast;
mod file;
mod gradient;
mod graph;
mod kernels;
mod lanes;
mod network;
mod panels;
#[cfg(test)]
mod plain;
mod preset;
mod product;
mod recipe;
mod run;
mod share;
mod weights;
mod why;
mod winograd;
#[cfg(target_arch = "wasm32")]
mod worker;

pub use activations::Activations;
pub use cam::Cam;
pub use file::Bytes;
pub use gradient::{Backward, DeadEnd, Gradient};
pub use network::{Network, Operators, SIDE};
pub use run::{Run, Step};
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
pub use wasm_bindgen_rayon::init_thread_pool;
pub use why::Sweep;

/// The classes of ImageNet, for models of a thousand classes that name none.
const IMAGENET: &str = include_str!("../../../models/imagenet-classes.tsv");
