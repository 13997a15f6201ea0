//! The first stage: the file's message, judged. What the runtime would trust is checked here, before it sees any of it.

use std::collections::HashMap;
use std::ops::Range;

use prost::Message;
use tract_onnx::pb;
use vggscope_core::error::ModelError;

use super::bytes::{self, Bytes, Split};
use super::graph::{self, dequantize};
use super::weights;

/// A message that can be read on, with its large weights still in the file.
pub struct Checked {
    /// The message.
    pub proto: pb::ModelProto,
    /// Where the bytes of large weights stand in the file, by their names.
    pub large: HashMap<String, Range<usize>>,
}

impl Checked {
    /// Decodes and judges a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(file: &impl Bytes) -> Result<Checked, ModelError> {
        let Split { rest, left_out } = bytes::split(file);
        let mut proto = pb::ModelProto::decode(rest.as_slice()).map_err(|_| ModelError::NotOnnx)?;
        drop(rest);
        graph::check(&proto, left_out.iter().map(|place| place.as_ref().map_or(0, Range::len)))?;
        let graph = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        let large = weights::large(file, left_out, graph);
        dequantize::weights(graph);
        Ok(Checked { proto, large })
    }
}
