//! Quantisation by the range of the numbers at hand: DynamicQuantizeLinear, then a product of whole numbers, which is made a
//! float and multiplied by both scales. Together they are the operator on rounded numbers.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::NodeProto;
use tract_onnx::pb::tensor_proto::DataType;
use vggscope_core::error::ModelError;

use super::{DOMAIN, Rewrite};
use crate::load::message;

/// What has been seen of such products.
#[derive(Default)]
pub struct Dynamic {
    /// Scales, by the quantised tensor; and all of them.
    scales: HashMap<String, String>,
    /// Zero points, by the quantised tensor.
    zeros: HashMap<String, String>,
    of_tensors: HashSet<String>,
    /// Products of whole numbers, with the quantised tensor.
    products: HashMap<String, (NodeProto, String)>,
    /// Products of a scale of a tensor and one of weights.
    factors: HashMap<String, (String, String)>,
    /// What is no longer made.
    gone: HashSet<String>,
}

impl Dynamic {
    /// Whether all that is left out is needed by nothing that is left.
    ///
    /// # Errors
    /// Where it is.
    pub fn finished(&self, made: &[NodeProto]) -> Result<(), ModelError> {
        let is_missed = made.iter().flat_map(|node| &node.input).any(|name| self.gone.contains(name));
        match is_missed {
            true => Err(ModelError::Unsupported { operator: "DynamicQuantizeLinear".to_owned() }),
            false => Ok(()),
        }
    }
}

impl Rewrite<'_> {
    /// Rewrites a node that takes part in such a product.
    pub fn dynamic(&mut self, node: &NodeProto) -> Option<()> {
        let (first, to) = (node.input.first()?, node.output.first()?);
        match node.op_type.as_str() {
            "DynamicQuantizeLinear" => {
                let [_, scale, zero] = &node.output[..] else { return None };
                self.rounded(first, to);
                self.dynamic.scales.insert(to.clone(), scale.clone());
                self.dynamic.zeros.insert(to.clone(), zero.clone());
                self.dynamic.of_tensors.insert(scale.clone());
                self.dynamic.gone.extend([scale.clone(), zero.clone()]);
            }
            "ConvInteger" | "MatMulInteger" => {
                self.dynamic.scales.contains_key(first).then_some(())?;
                (self.dynamic.zeros.get(first) == node.input.get(2)).then_some(())?;
                self.constants.contains_key(node.input.get(1)?.as_str()).then_some(())?;
                self.dynamic.products.insert(to.clone(), (node.clone(), first.clone()));
                self.dynamic.gone.insert(to.clone());
            }
            "Cast" => {
                let is_float = |node: &NodeProto| {
                    node.attribute
                        .iter()
                        .any(|one| one.name == "to" && one.i == i64::from(DataType::Float as i32))
                };
                let product = self.dynamic.products.get(first).filter(|_| is_float(node))?.clone();
                self.dynamic.products.insert(to.clone(), product);
                self.dynamic.gone.insert(to.clone());
            }
            "Mul" => self.multiplied(node)?,
            "DynamicQuantizeMatMul" => {
                let rounded = format!("{to} rounded");
                let real = self.rounded_weights(&node.input, [1, 2, 3], 1)?;
                self.rounded(first, &rounded);
                let bias = node.input.get(4).filter(|name| !name.is_empty());
                let product = if bias.is_some() { format!("{to} product") } else { to.clone() };
                let product_node = message::node("MatMul", &[&rounded, &real], &product);
                self.made.push(NodeProto { name: node.name.clone(), ..product_node });
                if let Some(bias) = bias {
                    self.made.push(message::node("Add", &[&product, bias], to));
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Both scales multiplied, or a product with that.
    fn multiplied(&mut self, node: &NodeProto) -> Option<()> {
        let (one, other, to) = (node.input.first()?, node.input.get(1)?, node.output.first()?);
        for (one, other) in [(one, other), (other, one)] {
            if self.dynamic.of_tensors.contains(one) && self.constants.contains_key(other.as_str()) {
                self.dynamic.factors.insert(to.clone(), (one.clone(), other.clone()));
                self.dynamic.gone.insert(to.clone());
                return Some(());
            }
            let (Some((product, rounded)), Some((scale, weights))) =
                (self.dynamic.products.get(one).cloned(), self.dynamic.factors.get(other).cloned())
            else {
                continue;
            };
            (self.dynamic.scales.get(&rounded) == Some(&scale)).then_some(())?;
            let (name, axis) = if product.op_type == "ConvInteger" { ("Conv", 0) } else { ("MatMul", 1) };
            let mut inputs = product.input.clone();
            inputs.resize(4, String::new());
            inputs.push(weights);
            let real = self.rounded_weights(&inputs, [1, 4, 3], axis)?;
            self.made.push(NodeProto {
                name: product.name.clone(),
                attribute: product.attribute.clone(),
                ..message::node(name, &[&rounded, &real], to)
            });
            return Some(());
        }
        None
    }

    /// Numbers rounded by their own range.
    fn rounded(&mut self, from: &str, to: &str) {
        let node = message::node("DynamicFakeQuantize", &[from], to);
        self.made.push(NodeProto { domain: DOMAIN.to_owned(), ..node });
    }

    /// Weights as floats; where the codes, their scale and their zero point stand. One scale, or one for each place along an axis.
    fn rounded_weights(
        &mut self,
        inputs: &[String],
        [codes, scale, zero]: [usize; 3],
        axis: i64,
    ) -> Option<String> {
        let dims = |place: usize| Some(&self.constants.get(inputs.get(place)?.as_str())?.dims);
        let count: i64 = dims(scale)?.iter().product();
        (count == 1 || dims(scale)?.len() == 1 && dims(codes)?.get(axis as usize) == Some(&count))
            .then_some(())?;
        let mut parts = vec![inputs[codes].clone(), inputs[scale].clone()];
        parts.extend(inputs.get(zero).filter(|name| !name.is_empty()).cloned());
        Some(self.dequantized(&parts, axis))
    }
}
