//! The first stage: the file's message, judged. What the runtime would trust is checked here, before it sees any of it.

use std::collections::HashMap;
use std::ops::Range;

use prost::Message;
use tract_onnx::pb;
use vggscope_core::error::ModelError;

use super::bytes::{self, Bytes, Split};
use super::graph::{self, dequantize};
use super::view::View;
use super::{external, formats, metadata, normalise, vgg, weights};

/// A message that can be read on, with its large weights still in the file.
pub struct Checked {
    /// The message.
    pub proto: pb::ModelProto,
    /// Where large weights stand in the file, by their names.
    pub large: HashMap<String, View>,
}

impl Checked {
    /// Decodes and judges a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(file: &impl Bytes) -> Result<Checked, ModelError> {
        match formats::read(file) {
            Some(weights) => {
                let mut weights = weights?;
                let about = std::mem::take(&mut weights.about);
                let (mut proto, views) = vgg::rebuild(weights)?;
                metadata::take(&mut proto, about);
                Checked::rebuilt(file, proto, views)
            }
            None => Checked::onnx(file),
        }
    }

    /// A message whose weights all stand elsewhere in the file; the small ones are put into it.
    fn rebuilt(
        file: &impl Bytes,
        mut proto: pb::ModelProto,
        mut large: HashMap<String, View>,
    ) -> Result<Checked, ModelError> {
        let graph = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        let size = |view: &View| view.count().unwrap_or_default().saturating_mul(size_of::<f32>());
        for tensor in &mut graph.initializer {
            if let Some(view) = large.remove(&tensor.name) {
                if size(&view) >= bytes::LARGE {
                    large.insert(tensor.name.clone(), view);
                    continue;
                }
                let mut numbers = vec![0.0; view.count().unwrap_or_default()];
                view.copy(file, &mut numbers)?;
                tensor.raw_data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            }
        }
        let elsewhere: Vec<usize> =
            graph.initializer.iter().map(|tensor| large.get(&tensor.name).map_or(0, size)).collect();
        graph::check(&proto, elsewhere)?;
        Ok(Checked { proto, large })
    }

    fn onnx(file: &impl Bytes) -> Result<Checked, ModelError> {
        let Split { rest, mut left_out } = bytes::split(file);
        let mut proto = pb::ModelProto::decode(rest.as_slice()).map_err(|_| ModelError::NotOnnx)?;
        drop(rest);
        if let Some(graph) = &mut proto.graph {
            external::resolve(file, graph, &mut left_out)?;
        }
        normalise::normalise(&mut proto, &mut left_out)?;
        graph::check(&proto, left_out.iter().map(|place| place.as_ref().map_or(0, Range::len)))?;
        let graph = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        let large = weights::large(file, left_out, graph);
        dequantize::weights(graph);
        Ok(Checked { proto, large })
    }
}
