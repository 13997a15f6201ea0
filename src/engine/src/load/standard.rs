//! The ONNX project's own tests of single operators (`tests/cases/nodes.py`): each has the result that the standard says, or is
//! refused, as `tests/cases/nodes.json` lists.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use prost::Message;
use tract_onnx::pb::{GraphProto, ModelProto, TensorProto};
use tract_onnx::prelude::*;
use vggscope_core::error::ModelError;

use super::formats::zip::Archive;
use super::graph;
use super::normalise::numbers::{floats, longs};
use crate::ops::{onnx, strided};

/// What the ONNX project's runner allows.
const RELATIVE: f32 = 1e-3;
const ABSOLUTE: f32 = 1e-5;

/// Where the size that scales give is no whole number, the standard stretches corners to it, and onnxruntime and PyTorch to the size
/// that there is; as they do, since networks were trained so.
const AS_ONNXRUNTIME: [&str; 2] = [
    "test_resize_downsample_scales_cubic_align_corners",
    "test_resize_downsample_scales_linear_align_corners",
];

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");

/// A case: a graph whose inputs but the first are constants, the first, and the outputs that are wanted.
struct Case {
    proto: ModelProto,
    input: TensorProto,
    outputs: Vec<TensorProto>,
}

impl Case {
    fn read(bytes: &[u8]) -> Case {
        let mut proto = ModelProto::decode(bytes).unwrap();
        let graph = proto.graph.as_mut().unwrap();
        let mut take = |what: &str| -> Vec<TensorProto> {
            let (taken, left) = std::mem::take(&mut graph.initializer)
                .into_iter()
                .partition(|tensor: &TensorProto| tensor.name.starts_with(what));
            graph.initializer = left;
            taken
        };
        let (mut inputs, outputs) = (take("test input "), take("test output "));
        let names: Vec<String> = graph.input.iter().map(|input| input.name.clone()).collect();
        inputs.iter_mut().zip(names).for_each(|(tensor, name)| tensor.name = name);
        let input = inputs.remove(0);
        graph.input.truncate(1);
        graph.initializer.extend(inputs);
        Case { proto, input, outputs }
    }

    /// What the engine makes of it.
    fn run(mut self) -> Result<Vec<TValue>, ModelError> {
        // What these cases have first is no batch of photos, of which one would be run.
        let graph = self.proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        let input = std::mem::take(&mut graph.input[0].r#type);
        super::normalise::normalise(&mut self.proto, &mut Vec::new())?;
        let graph = self.proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        graph.input[0].r#type = input;
        graph::check(&self.proto, [])?;
        let graph = self.proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
        prepare(graph);
        let mut inference = onnx::reader().model_for_proto_model(&self.proto).map_err(graph::failed)?;
        graph::infer(&mut inference, self.proto.graph.as_ref().ok_or(ModelError::NotOnnx)?)?;
        let mut typed = inference.into_typed().map_err(graph::failed)?;
        strided::keep(&mut typed);
        let typed = typed.into_optimized().map_err(graph::failed)?;
        let dims: Vec<usize> = self.input.dims.iter().map(|dim| *dim as usize).collect();
        let input = Tensor::from_shape(&dims, &floats(&self.input).unwrap()).map_err(graph::failed)?;
        let plan = TypedSimplePlan::new(typed).map_err(graph::failed)?;
        Ok(plan.run(tvec![input.into_tvalue()]).map_err(graph::failed)?.into_vec())
    }
}

/// As a network's graph is prepared for the runtime: names that differ, no empty inputs at the end.
fn prepare(graph: &mut GraphProto) {
    for node in &mut graph.node {
        node.name = node.output.first().cloned().unwrap_or_default();
        let given = node.input.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        node.input.truncate(given);
    }
    graph.value_info.clear();
}

/// How a result compares with what is wanted; nothing where they are the same.
fn difference(found: &[TValue], wanted: &[TensorProto]) -> Option<String> {
    for (found, wanted) in found.iter().zip(wanted) {
        let dims: Vec<i64> = found.shape().iter().map(|dim| *dim as i64).collect();
        if dims != wanted.dims {
            return Some(format!("shape {dims:?} for {:?}", wanted.dims));
        }
        let numbers = floats(wanted).or_else(|| Some(longs(wanted)?.iter().map(|one| *one as f32).collect()));
        let Some(numbers) = numbers else { continue };
        let found = found.cast_to::<f32>().unwrap();
        let found = found.as_plain_ram().unwrap();
        for (found, wanted) in found.as_slice::<f32>().unwrap().iter().zip(&numbers) {
            let same = found == wanted
                || found.is_nan() && wanted.is_nan()
                || (found - wanted).abs() <= ABSOLUTE + RELATIVE * wanted.abs();
            if !same {
                return Some(format!("{found} for {wanted}"));
            }
        }
    }
    None
}

/// What becomes of a case, in a word and a reason.
fn outcome(bytes: &[u8]) -> String {
    let case = Case::read(bytes);
    let wanted = case.outputs.clone();
    match catch_unwind(AssertUnwindSafe(|| case.run())) {
        Ok(Ok(found)) => {
            difference(&found, &wanted).map_or("same".to_owned(), |what| format!("differs: {what}"))
        }
        Ok(Err(why)) => format!("refused: {why:?}"),
        Err(_) => "refused: panics".to_owned(),
    }
}

#[test]
fn every_operator_is_as_the_standard_says_or_refused() {
    let bytes = std::fs::read(format!("{CASES}/nodes.zip")).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    let listed = std::fs::read_to_string(format!("{CASES}/nodes.json")).unwrap();
    let listed: BTreeMap<String, String> = serde_json::from_str(&listed).unwrap();
    let mut found = BTreeMap::new();
    for name in archive.names() {
        let place = archive.get(name).unwrap().unwrap();
        found.insert(name.trim_end_matches(".onnx").to_owned(), outcome(&bytes[place]));
    }
    if let Ok(path) = std::env::var("VGGSCOPE_NODES") {
        std::fs::write(path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let differs = found.iter().filter(|(_, what)| what.starts_with("differs")).map(|(name, _)| name.as_str());
    assert_eq!(differs.collect::<Vec<_>>(), AS_ONNXRUNTIME);
    let changed: Vec<_> = found.iter().filter(|(name, what)| listed.get(*name) != Some(what)).collect();
    assert!(changed.is_empty() && found.len() == listed.len(), "{changed:#?}");
}
