//! A head of one's own in the place of a network's.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{self, TensorProto, tensor_proto::DataType};
use vggscope_core::error::ModelError;
use vggscope_core::training::Head;

use super::checked::Checked;
use super::graph::broken;
use super::message::{int, node, value};
use super::metadata::{self, About};

/// Cuts a graph behind the maps that a head reads, and puts the head there.
///
/// # Errors
/// Where no node makes such maps.
pub fn put(checked: &mut Checked, head: &Head) -> Result<(), ModelError> {
    let Checked { proto, large } = checked;
    let graph = proto.graph.as_mut().ok_or(ModelError::NotOnnx)?;
    keep_makers(graph, &head.maps)?;
    let read: HashSet<&String> = graph.node.iter().flat_map(|node| &node.input).collect();
    graph.initializer.retain(|tensor| read.contains(&tensor.name));
    large.retain(|name, _| read.contains(name));
    graph.value_info.clear();

    let names = graph.node.iter().flat_map(|node| node.output.iter().chain(&node.input)).cloned();
    let mut names = Names(names.collect());
    let mut last = head.maps.clone();
    let mut add = |graph: &mut pb::GraphProto, operator: &str, weights: &[&str], output: String| {
        let inputs: Vec<&str> = [last.as_str()].into_iter().chain(weights.iter().copied()).collect();
        let mut made = node(operator, &inputs, &output);
        made.name.clone_from(&output);
        if operator == "Gemm" {
            made.attribute.push(int("transB", 1));
        }
        graph.node.push(made);
        last = output;
    };
    if head.pooled {
        add(graph, "GlobalAveragePool", &[], names.free("gap"));
    }
    add(graph, "Flatten", &[], names.free("flatten"));
    for (place, layer) in head.layers.iter().enumerate() {
        let is_last = place + 1 == head.layers.len();
        // As torchvision numbers the modules of its classifier: behind a dense layer stand a ReLU and dropout.
        let module = if head.layers.len() == 1 {
            "classifier".to_owned()
        } else {
            format!("classifier.{}", 3 * place)
        };
        let (weight, bias) = (names.free(&format!("{module}.weight")), names.free(&format!("{module}.bias")));
        graph.initializer.push(floats(&weight, &[layer.units, layer.inputs()], &layer.weights));
        graph.initializer.push(floats(&bias, &[layer.units], &layer.bias));
        let output = if is_last { names.free("logits") } else { names.free(&module) };
        add(graph, "Gemm", &[&weight, &bias], output);
        if !is_last {
            add(graph, "Relu", &[], names.free(&format!("classifier.{}", 3 * place + 1)));
        }
    }
    graph.output = vec![value(&last, &[1, head.classes.len()])];
    metadata::say(proto, &About { name: &head.name, preset: head.preset, classes: &head.classes });
    metadata::of_layers(proto);
    Ok(())
}

/// Keeps the nodes that lead to a tensor, and no others.
fn keep_makers(graph: &mut pb::GraphProto, tensor: &str) -> Result<(), ModelError> {
    let makers: HashMap<&str, usize> = graph
        .node
        .iter()
        .enumerate()
        .flat_map(|(place, node)| node.output.iter().map(move |name| (name.as_str(), place)))
        .collect();
    let (mut wanted, mut kept) = (vec![tensor], HashSet::new());
    makers.get(tensor).ok_or_else(|| broken(&format!("no node makes {tensor}")))?;
    while let Some(name) = wanted.pop() {
        if let Some(place) = makers.get(name).filter(|place| kept.insert(**place)) {
            wanted.extend(graph.node[*place].input.iter().map(String::as_str));
        }
    }
    let mut place = 0..;
    graph.node.retain(|_| place.next().is_some_and(|place| kept.contains(&place)));
    Ok(())
}

/// Names of tensors that are taken.
struct Names(HashSet<String>);

impl Names {
    /// A name that no other tensor has.
    fn free(&mut self, name: &str) -> String {
        let numbered = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}_{number}")));
        let mut numbered = numbered;
        let found = numbered.find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(found.clone());
        found
    }
}

/// An initializer.
fn floats(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        dims: dims.iter().map(|dim| *dim as i64).collect(),
        data_type: DataType::Float as i32,
        raw_data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        ..TensorProto::default()
    }
}
