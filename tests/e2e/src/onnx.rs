//! Networks for visits, written here rather than exported: the paper's configurations at their full size, with weights of
//! eight bits that were never trained.

use prost::Message;
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto,
    TypeProto, ValueInfoProto, attribute_proto::AttributeType, tensor_proto::DataType,
    tensor_shape_proto::Dimension, tensor_shape_proto::dimension::Value::DimValue, type_proto,
};
use vggscope_core::vgg::configuration::{CLASSIFIER, Configuration, Entry, SIDE};

/// The operator set in which weights of eight bits have a scale a channel.
const OPSET: i64 = 17;

/// A configuration of the paper as an ONNX file, with its three dense layers or without.
pub fn vgg(configuration: Configuration, classifier: bool) -> Vec<u8> {
    let mut graph = Graph { last: "photo".to_owned(), ..Graph::default() };
    let (mut channels, mut side) = (3, SIDE);
    for (at, entry) in configuration.entries.iter().enumerate() {
        let name = format!("layer{at}");
        match *entry {
            Entry::Conv3(outputs) | Entry::Conv1(outputs) => {
                let kernel = if matches!(entry, Entry::Conv3(_)) { 3 } else { 1 };
                let weights = graph.weights(&name, &[outputs, channels, kernel, kernel]);
                let pads = ints("pads", [(kernel as i64 - 1) / 2; 4]);
                graph.node("Conv", &name, &[weights], vec![pads]);
                graph.node("Relu", &format!("{name}_relu"), &[], vec![]);
                channels = outputs;
            }
            Entry::Lrn => {
                let size = AttributeProto { i: 5, r#type: AttributeType::Int as i32, ..named("size") };
                graph.node("LRN", &name, &[], vec![size]);
            }
            Entry::Pool => {
                let window = vec![ints("kernel_shape", [2; 2]), ints("strides", [2; 2])];
                graph.node("MaxPool", &name, &[], window);
                side /= 2;
            }
        }
    }
    if classifier {
        graph.node("Flatten", "flat", &[], vec![]);
        let mut features = channels * side * side;
        for (at, outputs) in CLASSIFIER.into_iter().enumerate() {
            let name = format!("dense{at}");
            let weights = graph.weights(&name, &[outputs, features]);
            let turned = AttributeProto { i: 1, r#type: AttributeType::Int as i32, ..named("transB") };
            graph.node("Gemm", &name, &[weights], vec![turned]);
            if at + 1 < CLASSIFIER.len() {
                graph.node("Relu", &format!("{name}_relu"), &[], vec![]);
            }
            features = outputs;
        }
    }
    graph.file(configuration.name)
}

#[derive(Default)]
struct Graph {
    nodes: Vec<NodeProto>,
    tensors: Vec<TensorProto>,
    /// The tensor that the last node made.
    last: String,
}

impl Graph {
    /// A node that reads the last one's tensor and others.
    fn node(&mut self, kind: &str, name: &str, others: &[String], attribute: Vec<AttributeProto>) {
        let input = [std::mem::take(&mut self.last)].into_iter().chain(others.iter().cloned()).collect();
        self.last = name.to_owned();
        let output = vec![name.to_owned()];
        let (op_type, name) = (kind.to_owned(), name.to_owned());
        self.nodes.push(NodeProto { input, output, name, op_type, attribute, ..NodeProto::default() });
    }

    /// Weights of eight bits with a scale for each output, such that activations neither die nor explode (He et al. 2015);
    /// the tensor that they stand for.
    fn weights(&mut self, name: &str, shape: &[usize]) -> String {
        let (outputs, count) = (shape[0], shape.iter().product::<usize>());
        let deviation = (2.0 / (count / outputs) as f64).sqrt();
        // Evenly spread bytes have a deviation of 74.
        let scale = (deviation / 74.0) as f32;
        let mut state = 0x9e37_79b9_u32 ^ count as u32;
        let byte = |_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state >> 16) as u8
        };
        let names = ["int8", "scale", "zero"].map(|part| format!("{name}.{part}"));
        let scales = vec![scale.to_le_bytes(); outputs].concat();
        let data = [(0..count).map(byte).collect(), scales, vec![0; outputs]];
        let kinds = [DataType::Int8, DataType::Float, DataType::Int8];
        let shapes = [shape, &[outputs], &[outputs]];
        for (((name, raw_data), kind), shape) in names.iter().zip(data).zip(kinds).zip(shapes) {
            let dims = shape.iter().map(|side| *side as i64).collect();
            let (name, data_type) = (name.clone(), kind as i32);
            self.tensors.push(TensorProto { name, data_type, dims, raw_data, ..TensorProto::default() });
        }
        let axis = AttributeProto { i: 0, r#type: AttributeType::Int as i32, ..named("axis") };
        let made = format!("{name}.weight");
        self.nodes.push(NodeProto {
            input: names.to_vec(),
            output: vec![made.clone()],
            name: made.clone(),
            op_type: "DequantizeLinear".to_owned(),
            attribute: vec![axis],
            ..NodeProto::default()
        });
        made
    }

    fn file(self, name: &str) -> Vec<u8> {
        let dim = |side: usize| Dimension { value: Some(DimValue(side as i64)), ..Dimension::default() };
        let shape = TensorShapeProto { dim: [1, 3, SIDE, SIDE].map(dim).to_vec() };
        let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape: Some(shape) };
        let value = Some(type_proto::Value::TensorType(tensor));
        let photo = ValueInfoProto {
            name: "photo".to_owned(),
            r#type: Some(TypeProto { value, ..TypeProto::default() }),
            ..ValueInfoProto::default()
        };
        let graph = GraphProto {
            name: name.to_owned(),
            node: self.nodes,
            initializer: self.tensors,
            input: vec![photo],
            output: vec![ValueInfoProto { name: self.last, ..ValueInfoProto::default() }],
            ..GraphProto::default()
        };
        let opset = OperatorSetIdProto { version: OPSET, ..OperatorSetIdProto::default() };
        let model = ModelProto {
            ir_version: 8,
            opset_import: vec![opset],
            graph: Some(graph),
            ..ModelProto::default()
        };
        model.encode_to_vec()
    }
}

fn named(name: &str) -> AttributeProto {
    AttributeProto { name: name.to_owned(), ..AttributeProto::default() }
}

fn ints<const N: usize>(name: &str, values: [i64; N]) -> AttributeProto {
    AttributeProto { ints: values.to_vec(), r#type: AttributeType::Ints as i32, ..named(name) }
}
