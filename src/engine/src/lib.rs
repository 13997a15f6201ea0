//! Runs a convolutional network read from ONNX on a photo, layer by layer, and keeps what every layer computed.
//!
//! `load` turns a file into a [`Network`], `ops` are the operators that it is run by, `run` steps through one [`Pass`] and
//! holds what it computed ([`Activations`]), `explain` answers questions about that, `train` trains heads, `save` writes
//! networks to files. All of it is the same natively and in
//! a browser's worker; `worker` is the one room that knows of the browser.

mod explain;
mod load;
mod ops;
mod run;
mod save;
mod train;
#[cfg(target_arch = "wasm32")]
mod worker;

pub use explain::cam::Cam;
pub use explain::contact_sheet::sheet;
pub use explain::gradient::{Backward, DeadEnd, Gradient};
pub use explain::occlusion::Sweep;
pub use explain::tasks::Tasks;
pub use explain::{Step, Task, Work, answer};
pub use load::bytes::{Bytes, Files};
pub use load::initialised::Initialised;
pub use load::metadata::About;
pub use load::network::{Again, Network, Operators, SIDE, Size};
pub use run::activations::Activations;
pub use run::pass::{Pass, PassStep};
pub use run::recording::Recording;
pub use save::onnx::write as write_onnx;
pub use save::safetensors::write as write_safetensors;
pub use train::{Descent, Extraction, Features, Mlp, Progress, Training, trainer::Trainer};
#[cfg(all(target_arch = "wasm32", feature = "threads"))]
pub use wasm_bindgen_rayon::init_thread_pool;

/// The classes of ImageNet, for models of a thousand classes that name none.
const IMAGENET: &str = include_str!("../../../models/imagenet-classes.tsv");
