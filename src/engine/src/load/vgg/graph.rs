//! The message of a rebuilt network: each node reads what the one before it makes.

use std::collections::HashMap;

use tract_onnx::pb::{self, tensor_proto::DataType};
use vggscope_core::error::ModelError;
use vggscope_core::image::Preset;
use vggscope_core::nn::labels::tidy;

use super::{Convolution, Dense, Named};
use crate::load::formats::{Lrn, Source};
use crate::load::message::{float, int, ints, value};
use crate::load::metadata;
use crate::load::view::View;

/// What PyTorch adds to the variance.
const PYTORCH_EPSILON: f32 = 1e-5;

/// A graph under construction: each node reads what the one before it makes.
pub struct Graph {
    proto: pb::GraphProto,
    large: HashMap<String, View>,
    last: String,
}

impl Graph {
    pub fn new(name: String, dims: [usize; 4]) -> Graph {
        let input = value("input", &dims);
        let proto = pb::GraphProto { name, input: vec![input], ..pb::GraphProto::default() };
        Graph { proto, large: HashMap::new(), last: "input".to_owned() }
    }

    pub fn node(
        &mut self,
        operator: &str,
        name: &str,
        weights: &[&Named],
        attribute: Vec<pb::AttributeProto>,
    ) {
        let mut input = vec![self.last.clone()];
        for weight in weights {
            input.push(weight.name.clone());
            let tensor = pb::TensorProto {
                name: weight.name.clone(),
                dims: weight.view.dims.iter().map(|dim| *dim as i64).collect(),
                data_type: DataType::Float as i32,
                ..pb::TensorProto::default()
            };
            self.proto.initializer.push(tensor);
            self.large.insert(weight.name.clone(), weight.view.clone());
        }
        // Tensors have names that no weight has.
        self.last = format!("{name} {operator}");
        self.proto.node.push(pb::NodeProto {
            op_type: operator.to_owned(),
            name: name.to_owned(),
            input,
            output: vec![self.last.clone()],
            attribute,
            ..pb::NodeProto::default()
        });
    }

    pub fn convolution(&mut self, convolution: &Convolution, name: &str) {
        let side = convolution.kernel.view.dims[2];
        let padding = (side / 2) as i64;
        let weights: Vec<&Named> = [&convolution.kernel].into_iter().chain(&convolution.bias).collect();
        self.node(
            "Conv",
            name,
            &weights,
            vec![ints("kernel_shape", vec![side as i64; 2]), ints("pads", vec![padding; 4])],
        );
        if let Some(norm) = &convolution.norm {
            let epsilon = float("epsilon", PYTORCH_EPSILON);
            self.node("BatchNormalization", &format!("{name}.norm"), &norm.each_ref(), vec![epsilon]);
        }
        self.node("Relu", &format!("{name}.relu"), &[], vec![]);
        if let Some(Lrn { size, alpha, beta, bias }) = convolution.lrn {
            let numbers = [float("alpha", alpha), float("beta", beta), float("bias", bias)];
            let attributes = [int("size", i64::from(size))].into_iter().chain(numbers).collect();
            self.node("LRN", &format!("{name}.lrn"), &[], attributes);
        }
    }

    pub fn pool(&mut self, name: &str) {
        self.node("MaxPool", name, &[], vec![ints("kernel_shape", vec![2; 2]), ints("strides", vec![2; 2])]);
    }

    /// A dense layer on so many units, or on maps.
    pub fn dense(
        &mut self,
        dense: &Dense,
        maps: Option<[usize; 3]>,
        units: &mut Option<usize>,
        source: Source,
    ) -> Result<(), ModelError> {
        let mut matrix = dense.matrix.clone();
        let (outputs, inputs) = match &matrix.view.dims[..] {
            &[outputs, inputs] => (outputs, inputs),
            _ => (0, 0),
        };
        let wrong = |named: &Named, expected: String| ModelError::WrongShape {
            tensor: tidy(&named.name),
            expected,
            found: named.view.dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×"),
        };
        if let Some(units) = *units
            && units != inputs
        {
            return Err(wrong(&matrix, format!("{outputs}×{units}")));
        }
        if let Some(bias) = dense.bias.as_ref().filter(|bias| bias.view.dims != [outputs]) {
            return Err(wrong(bias, outputs.to_string()));
        }
        *units = Some(outputs);
        // Keras flattens maps with channels last, and a tensor here has them first: its inputs go to other places.
        if let Some([channels, rows, columns]) = maps.filter(|_| source == Source::Keras) {
            let by_place = matrix.view.split(1, &[rows, columns, channels]);
            matrix.view =
                by_place.ok_or_else(|| wrong(&dense.matrix, inputs.to_string()))?.permuted(&[0, 3, 1, 2]);
        }
        let weights: Vec<&Named> = [&matrix].into_iter().chain(&dense.bias).collect();
        self.node("Gemm", &dense.name, &weights, vec![int("transB", 1)]);
        if let Some(tensor) = self.proto.initializer.iter_mut().find(|tensor| tensor.name == matrix.name) {
            tensor.dims = vec![outputs as i64, inputs as i64];
        }
        Ok(())
    }

    /// The message, whose output is called features where it is no answer.
    pub fn finish(
        mut self,
        source: Source,
        is_of_features: bool,
        preset: Option<Preset>,
    ) -> (pb::ModelProto, HashMap<String, View>) {
        if is_of_features && let Some(last) = self.proto.node.last_mut() {
            last.output = vec!["features".to_owned()];
            self.last = "features".to_owned();
        }
        let output = pb::ValueInfoProto { name: self.last, ..pb::ValueInfoProto::default() };
        self.proto.output.push(output);
        let opset = pb::OperatorSetIdProto { domain: String::new(), version: 13 };
        let said = preset.map(|preset| pb::StringStringEntryProto {
            key: metadata::PRESET.to_owned(),
            value: preset.word().to_owned(),
        });
        let proto = pb::ModelProto {
            ir_version: 7,
            metadata_props: said.into_iter().collect(),
            producer_name: source.name().to_owned(),
            opset_import: vec![opset],
            graph: Some(self.proto),
            ..pb::ModelProto::default()
        };
        (proto, self.large)
    }
}
