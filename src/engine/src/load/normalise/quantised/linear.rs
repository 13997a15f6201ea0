//! Operators on quantised numbers, ONNX's and those that onnxruntime's quantiser writes: the operator on what the numbers stand
//! for, rounded.

use tract_onnx::pb::{AttributeProto, NodeProto};

use super::Rewrite;
use super::steps::scales;
use crate::load::message;

impl Rewrite<'_> {
    /// Rewrites a node whose inputs are each followed by scale and zero point.
    pub fn linear(&mut self, node: &NodeProto) -> Option<()> {
        // Places of inputs, of the added constant, and of the scale of what is made.
        let (operator, inputs, bias, made): (_, Vec<usize>, _, _) = match node.op_type.as_str() {
            "QLinearConv" => ("Conv", vec![0, 3], Some(8), 6),
            "QLinearMatMul" => ("MatMul", vec![0, 3], None, 6),
            "QGemm" => ("Gemm", vec![0, 3], Some(6), 7),
            "QLinearAdd" => ("Add", vec![0, 3], None, 6),
            "QLinearMul" => ("Mul", vec![0, 3], None, 6),
            "QLinearGlobalAveragePool" => ("GlobalAveragePool", vec![0], None, 3),
            "QLinearAveragePool" => ("AveragePool", vec![0], None, 3),
            "QLinearLeakyRelu" => ("LeakyRelu", vec![0], None, 3),
            "QLinearSigmoid" => ("Sigmoid", vec![0], None, 3),
            "QLinearSoftmax" => ("Softmax", vec![0], None, 3),
            "QLinearConcat" => ("Concat", (2..node.input.len()).step_by(3).collect(), None, 0),
            _ => return None,
        };
        let number = |name: &str| node.attribute.iter().find(|one| one.name == name).map(|one| one.i);
        (number("channels_last").unwrap_or(0) == 0).then_some(())?;
        // Before operator set 13, Softmax was one over all axes from the one that is named on.
        (operator != "Softmax" || number("opset").is_some_and(|set| set >= 13)).then_some(())?;
        // Kernels have a scale for each output channel.
        let by_row = operator == "Conv" || number("transB") == Some(1);
        let axis = if by_row { 0 } else { 1 };
        let mut real = Vec::new();
        for place in &inputs {
            real.push(self.real(node, *place, axis)?);
        }
        if let Some(bias) = bias.and_then(|place| node.input.get(place)).filter(|name| !name.is_empty()) {
            real.push(self.bias(node, bias)?);
        }
        let rounds = node.input.get(made).is_some_and(|name| !name.is_empty());
        let steps = if rounds { Some(self.steps_of(node, made, 0, None)?) } else { None };
        let to = node.output.first()?;
        let exact = if rounds { format!("{to} exact") } else { to.clone() };
        let attribute = |one: &&AttributeProto| !matches!(one.name.as_str(), "channels_last" | "opset");
        let real: Vec<&str> = real.iter().map(String::as_str).collect();
        self.made.push(NodeProto {
            name: node.name.clone(),
            attribute: node.attribute.iter().filter(attribute).cloned().collect(),
            ..message::node(operator, &real, &exact)
        });
        if let Some(steps) = steps {
            self.round(&exact, to, steps, "")?;
        }
        Some(())
    }

    /// What is added, in steps of the product of both scales.
    fn bias(&mut self, node: &NodeProto, bias: &str) -> Option<String> {
        let scale = |place: usize| scales(self.constants.get(node.input.get(place)?.as_str())?);
        let factor = node.attribute.iter().find(|one| one.name == "alpha").map_or(1.0, |one| one.f);
        let (by, each) = (*scale(1)?.first()?, scale(4)?);
        let each: Vec<f32> = each.iter().map(|each| each * by * factor).collect();
        let dims = if each.len() == 1 { vec![] } else { vec![each.len() as i64] };
        // One tensor may be added in several places.
        let to = format!("{} bias", node.output.first()?);
        let scale = self.floats(&format!("{to} scale"), each, dims);
        let mut made = message::node("DequantizeLinear", &[bias, &scale], &to);
        made.attribute = vec![message::int("axis", 0)];
        self.made.push(made);
        Some(to)
    }
}
