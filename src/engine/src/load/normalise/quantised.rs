//! Networks of whole numbers as ones of floats that are rounded in the same places: what QuantizeLinear makes is kept as the
//! numbers that it stands for, so that DequantizeLinear has nothing left to do, and what works on quantised numbers works on
//! those (<https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html>). Weights are made floats later.

mod dynamic;
mod linear;
mod steps;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};
use vggscope_core::error::ModelError;

use dynamic::Dynamic;
use steps::Steps;

use super::numbers::written;
use crate::load::message;

/// The domain of the operators that round: none of ONNX's.
pub const DOMAIN: &str = "vggscope";

/// The most scales that all nodes which round may have: a file says them once and names them for each.
const MOST_SCALES: usize = 1 << 20;

/// Rewrites all nodes of a graph. Those that are of a form which is not known stay as they are, to be refused.
///
/// # Errors
/// Where a quantised number goes into something that does not only pass it on.
pub fn to_floats(graph: &mut GraphProto) -> Result<(), ModelError> {
    if !graph.node.iter().any(|node| node.op_type.contains("uantize") || is_of_integers(&node.op_type)) {
        return Ok(());
    }
    let tensors = std::mem::take(&mut graph.initializer);
    let nodes = std::mem::take(&mut graph.node);
    let mut rewrite = Rewrite::of(&tensors, &nodes);
    for node in &nodes {
        rewrite.node(node)?;
    }
    rewrite.dynamic.finished(&rewrite.made)?;
    let Rewrite { made, added, .. } = rewrite;
    graph.node = made;
    graph.initializer = tensors;
    graph.initializer.extend(added);
    Ok(())
}

fn is_of_integers(operator: &str) -> bool {
    operator.starts_with("QLinear") || matches!(operator, "QGemm" | "ConvInteger" | "MatMulInteger")
}

/// A graph on its way.
struct Rewrite<'a> {
    constants: HashMap<&'a str, &'a TensorProto>,
    /// Of tensors that hold quantised numbers, how these were rounded.
    steps: HashMap<String, Rc<Steps>>,
    /// How many scales may still be written into nodes.
    left: usize,
    dynamic: Dynamic,
    /// Tensors that floats have been made of.
    dequantized: HashSet<String>,
    made: Vec<NodeProto>,
    added: Vec<TensorProto>,
}

impl<'a> Rewrite<'a> {
    fn of(tensors: &'a [TensorProto], nodes: &'a [NodeProto]) -> Rewrite<'a> {
        Rewrite {
            constants: tensors
                .iter()
                .map(|tensor| (tensor.name.as_str(), tensor))
                .chain(written(nodes))
                .collect(),
            steps: HashMap::new(),
            left: MOST_SCALES,
            dynamic: Dynamic::default(),
            dequantized: HashSet::new(),
            made: Vec::new(),
            added: Vec::new(),
        }
    }

    fn node(&mut self, node: &NodeProto) -> Result<(), ModelError> {
        let rewritten = match node.op_type.as_str() {
            "QuantizeLinear" => self.quantize(node),
            "DequantizeLinear" => self.dequantize(node),
            operator if is_of_integers(operator) && operator.starts_with('Q') => self.linear(node),
            _ => self.dynamic(node),
        };
        if rewritten.is_none() {
            self.pass(node)?;
            self.made.push(node.clone());
        }
        Ok(())
    }

    /// Quantised numbers that are only moved, or compared, stay what they are.
    fn pass(&mut self, node: &NodeProto) -> Result<(), ModelError> {
        let Some(steps) = node.input.iter().find_map(|name| self.steps.get(name)).cloned() else {
            return Ok(());
        };
        let is_nearest = || node.attribute.iter().all(|one| one.name != "mode" || one.s == b"nearest");
        match node.op_type.as_str() {
            "DepthToSpace" | "Dropout" | "Expand" | "Flatten" | "Gather" | "Identity" | "MaxPool"
            | "Reshape" | "Slice" | "SpaceToDepth" | "Split" | "Squeeze" | "Transpose" | "Unsqueeze" => {}
            "Concat" if node.input.iter().all(|name| self.steps.get(name) == Some(&steps)) => {}
            "Resize" if is_nearest() => {}
            "Shape" => return Ok(()),
            other => return Err(ModelError::Unsupported { operator: format!("{other} (8 bits)") }),
        }
        self.steps.extend(node.output.iter().map(|name| (name.clone(), steps.clone())));
        Ok(())
    }

    fn quantize(&mut self, node: &NodeProto) -> Option<()> {
        let [from, to] = [node.input.first()?, node.output.first()?];
        let axis = node.attribute.iter().find(|one| one.name == "axis").map_or(1, |one| one.i);
        let kind = node.attribute.iter().find(|one| one.name == "output_dtype").map(|one| one.i as i32);
        let steps = self.steps_of(node, 1, axis, kind)?;
        (is_unblocked(node) && !self.steps.contains_key(from)).then_some(())?;
        self.round(from, to, steps, &node.name)
    }

    fn dequantize(&mut self, node: &NodeProto) -> Option<()> {
        let [from, to] = [node.input.first()?, node.output.first()?];
        if self.constants.contains_key(from.as_str()) || !is_unblocked(node) {
            return None;
        }
        let axis = node.attribute.iter().find(|one| one.name == "axis").map_or(1, |one| one.i);
        let real = self.real(node, 0, axis)?;
        self.made.push(message::node("Identity", &[&real], to));
        Some(())
    }

    /// The numbers that the quantised input at this place stands for; scale and zero point are the next ones.
    fn real(&mut self, node: &NodeProto, place: usize, axis: i64) -> Option<String> {
        let from = node.input.get(place)?;
        if self.constants.contains_key(from.as_str()) {
            let inputs = &node.input[place..];
            return Some(self.dequantized(&inputs[..inputs.len().min(3)], axis));
        }
        if let Some(steps) = self.steps.get(from) {
            let same = **steps == self.steps_of(node, place + 1, axis, None)?;
            return same.then(|| from.clone());
        }
        // A photo of bytes.
        let steps = self.steps_of(node, place + 1, axis, None)?;
        let (scale, zero) = (*steps.single()?, *steps.zeros.first()?);
        let real = dequantized(&node.input[place..]);
        let less = format!("{real} less");
        if self.dequantized.insert(real.clone()) {
            let (zero, scale) = (self.number(&less, zero as f32), self.number(&real, scale));
            self.made.push(message::node("Sub", &[from, &zero], &less));
            self.made.push(message::node("Mul", &[&less, &scale], &real));
        }
        Some(real)
    }

    /// A constant made floats: its codes, scale and zero point.
    fn dequantized(&mut self, inputs: &[String], axis: i64) -> String {
        let name = dequantized(inputs);
        if self.dequantized.insert(name.clone()) {
            let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
            let mut node = message::node("DequantizeLinear", &inputs, &name);
            node.attribute = vec![message::int("axis", axis)];
            self.made.push(node);
        }
        name
    }

    /// What is rounded, as a tensor of this name.
    fn round(&mut self, from: &str, to: &str, steps: Steps, name: &str) -> Option<()> {
        self.left = self.left.checked_sub(steps.zeros.len())?;
        let mut node = message::node("FakeQuantize", &[from], to);
        (node.domain, node.name, node.attribute) = (DOMAIN.to_owned(), name.to_owned(), steps.attributes());
        self.made.push(node);
        self.steps.insert(to.to_owned(), Rc::new(steps));
        Some(())
    }

    /// The name of a constant of one number that belongs to a tensor.
    fn number(&mut self, of: &str, value: f32) -> String {
        self.floats(&format!("{of} by"), vec![value], vec![])
    }

    fn floats(&mut self, name: &str, values: Vec<f32>, dims: Vec<i64>) -> String {
        self.added.push(TensorProto {
            name: name.to_owned(),
            dims,
            data_type: DataType::Float as i32,
            float_data: values,
            ..TensorProto::default()
        });
        name.to_owned()
    }

    /// How numbers are rounded, from the scale at this place and the zero point behind it.
    fn steps_of(&self, node: &NodeProto, place: usize, axis: i64, kind: Option<i32>) -> Option<Steps> {
        let named = |place: usize| node.input.get(place).filter(|name| !name.is_empty());
        let constant = |name: &String| self.constants.get(name.as_str()).copied();
        let zero = match named(place + 1) {
            Some(name) => Some(constant(name)?),
            None => None,
        };
        Steps::of(constant(named(place)?)?, zero, axis, kind)
    }
}

/// What floats are called that are made of codes, a scale and a zero point.
fn dequantized(inputs: &[String]) -> String {
    format!("{} dequantized", inputs[..inputs.len().min(3)].join(" "))
}

/// Whether a scale is for all of an axis, not for a few numbers of it.
fn is_unblocked(node: &NodeProto) -> bool {
    node.attribute.iter().all(|one| one.name != "block_size" || one.i == 0)
}
