//! How numbers are quantised: in steps of a scale, from one code to another.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{AttributeProto, TensorProto};

use crate::load::message;
use crate::load::normalise::numbers::{codes, floats};

/// Scales and zero points, one for all numbers or one for each place along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    pub scales: Vec<f32>,
    pub zeros: Vec<i32>,
    /// The first and last code.
    range: (i32, i32),
    axis: i64,
}

impl Steps {
    /// Those of a scale and a zero point; without one it is zero, and codes are bytes unless a type is named.
    pub fn of(
        scale: &TensorProto,
        zero: Option<&TensorProto>,
        axis: i64,
        kind: Option<i32>,
    ) -> Option<Steps> {
        let scales = scales(scale)?;
        let kind = zero.map(|zero| zero.data_type).or(kind).unwrap_or(DataType::Uint8 as i32);
        let range = match DataType::try_from(kind).ok()? {
            DataType::Uint8 => (0, 255),
            DataType::Int8 => (-128, 127),
            DataType::Uint16 => (0, 65_535),
            DataType::Int16 => (-32_768, 32_767),
            _ => return None,
        };
        let zeros = match zero {
            Some(zero) => codes(zero)?,
            None => vec![0],
        };
        let zeros = if zeros.len() == 1 { vec![zeros[0]; scales.len()] } else { zeros };
        let axis = if scales.len() == 1 { 0 } else { axis };
        (zeros.len() == scales.len()).then_some(Steps { scales, zeros, range, axis })
    }

    /// The scale, if it is one for all numbers.
    pub fn single(&self) -> Option<&f32> {
        self.scales.first().filter(|_| self.scales.len() == 1)
    }

    /// The attributes of a node that rounds so: scales, and the least and the largest multiple of them.
    pub fn attributes(&self) -> Vec<AttributeProto> {
        let ends = |end: i32| self.zeros.iter().map(|zero| i64::from(end - zero)).collect();
        vec![
            message::floats("scales", self.scales.clone()),
            message::ints("low", ends(self.range.0)),
            message::ints("high", ends(self.range.1)),
            message::int("axis", self.axis),
        ]
    }
}

/// The numbers of a tensor of floats; none where there are none.
pub fn scales(tensor: &TensorProto) -> Option<Vec<f32>> {
    floats(tensor).filter(|scales| !scales.is_empty())
}
