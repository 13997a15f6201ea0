//! What a network is fed: one image.

use tract_onnx::pb::{GraphProto, NodeProto};
use vggscope_core::error::{ModelError, NotCnn};
use vggscope_core::image::Layout;
use vggscope_core::nn::labels::tidy;

use super::{Lookup, int};

/// The tensor that a network is fed.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Name of the tensor.
    pub name: String,
    /// Where channels stand.
    pub layout: Layout,
    /// 1 or 3.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Whether the file leaves both open.
    pub open: bool,
}

/// The longest side that is taken.
const LONGEST: i64 = 4096;

impl Input {
    /// That of a graph; where it leaves its size open, `open` gives rows and columns.
    ///
    /// # Errors
    /// Where it is no image.
    pub fn of(graph: &GraphProto, lookup: &Lookup, open: [usize; 2]) -> Result<Input, ModelError> {
        use tract_onnx::pb::tensor_proto::DataType;
        use tract_onnx::pb::tensor_shape_proto::dimension::Value as Dim;
        use tract_onnx::pb::type_proto::Value;

        let wrong = |why| Err(ModelError::NotCnn(why));
        let inputs =
            graph.input.iter().filter(|input| !lookup.initializers.contains_key(input.name.as_str()));
        let inputs: Vec<_> = inputs.collect();
        let &[input] = inputs.as_slice() else {
            return wrong(NotCnn::Inputs {
                names: inputs.iter().take(8).map(|input| tidy(&input.name)).collect(),
            });
        };
        let Some(Value::TensorType(tensor)) = input.r#type.as_ref().and_then(|t| t.value.as_ref()) else {
            return wrong(NotCnn::Input { dims: Vec::new() });
        };
        let dims: Vec<Option<i64>> = tensor
            .shape
            .iter()
            .flat_map(|shape| &shape.dim)
            .map(|dim| match dim.value {
                Some(Dim::DimValue(value)) if value > 0 => Some(value),
                _ => None,
            })
            .collect();
        let rank = |node: &NodeProto| Some(lookup.dims(node.input.get(1)?)?.len());
        let mut convolutions = graph.node.iter().filter(|node| node.op_type == "Conv");
        if dims.len() == 3 && convolutions.any(|node| rank(node) == Some(3)) {
            return wrong(NotCnn::NoConvolution);
        }
        let no_image = || NotCnn::Input { dims: dims.iter().map(|dim| dim.unwrap_or(0) as u64).collect() };
        let &[_, a, b, c] = dims.as_slice() else { return wrong(no_image()) };
        let image = |channels: Option<i64>| matches!(channels, Some(1 | 3));
        let (layout, channels, height, width) = match (image(a), image(c)) {
            (true, _) => (Layout::Nchw, a, b, c),
            (false, true) => (Layout::Nhwc, c, a, b),
            // Channels that are left open are those of the first kernel.
            (false, false) if a.is_none() => (Layout::Nchw, channels_read(graph, lookup, &input.name), b, c),
            (false, false) => (Layout::Nchw, a, b, c),
        };
        match channels {
            Some(1 | 3) => {}
            Some(channels) if tensor.elem_type == DataType::Float as i32 && channels > 0 => {
                return wrong(NotCnn::Channels { channels: channels as u64 });
            }
            _ => return wrong(no_image()),
        }
        if tensor.elem_type != DataType::Float as i32 {
            let kind = DataType::try_from(tensor.elem_type).map_or("unknown", |kind| kind.as_str_name());
            return wrong(NotCnn::Type { name: kind.to_lowercase() });
        }
        if height.max(width) > Some(LONGEST) {
            return wrong(no_image());
        }
        let side = |length: Option<i64>, open| length.map_or(open, |length| length as usize);
        Ok(Input {
            name: input.name.clone(),
            layout,
            channels: side(channels, 3),
            height: side(height, open[0]),
            width: side(width, open[1]),
            open: height.is_none() && width.is_none(),
        })
    }
}

/// The channels that the first convolution of a tensor reads.
fn channels_read(graph: &GraphProto, lookup: &Lookup, tensor: &str) -> Option<i64> {
    let reads =
        |node: &&NodeProto| node.op_type == "Conv" && node.input.first().is_some_and(|name| name == tensor);
    let node = graph.node.iter().find(reads)?;
    let dims = lookup.dims(node.input.get(1)?)?;
    i64::try_from(*dims.get(1)?).ok()?.checked_mul(int(node, "group").unwrap_or(1))
}
