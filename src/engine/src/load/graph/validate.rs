//! Whether the inputs of a node are such as its operator works on: the runtime trusts ranks, axes and indices more
//! than it should those of a stranger's file.

use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;
use vggscope_core::error::{ModelError, NotCnn};

use super::check::{LARGEST_WINDOW, MOST_AXES};
use super::{broken, int, product};

/// What is known of a tensor before anything runs.
pub struct Known {
    /// Its dimensions.
    pub dims: Vec<u64>,
    /// Its values, where they are a few whole numbers and do not depend on the photo.
    ints: Option<Vec<i64>>,
    /// What its values are, where the runtime has found it.
    kind: Option<DatumType>,
}

impl Known {
    /// Reads what the runtime has found.
    ///
    /// # Errors
    /// Where it has found no size.
    pub fn of(node: &NodeProto, fact: &InferenceFact) -> Result<Known, ModelError> {
        let dims = fact.shape.concretize();
        let dims = dims.and_then(|dims| dims.iter().map(|dim| Some(dim.to_usize().ok()? as u64)).collect());
        let dims = dims.ok_or_else(|| broken(&format!("{}: a size that is not known", node.op_type)))?;
        let value = fact.value.concretize().filter(|value| value.len() <= usize::from(u16::MAX));
        let ints = value.and_then(|value| {
            let value = value.cast_to::<i64>().ok()?;
            Some(value.as_plain_ram()?.as_slice::<i64>().ok()?.to_vec())
        });
        Ok(Known { dims, ints, kind: fact.datum_type.concretize() })
    }
}

/// Makes sure that a node can be given to the runtime.
///
/// # Errors
/// What does not fit.
pub fn validate(node: &NodeProto, inputs: &[Known]) -> Result<(), ModelError> {
    let dims: Vec<&[u64]> = inputs.iter().map(|input| input.dims.as_slice()).collect();
    let wrong = |what: &str| broken(&format!("{}: {what} of {dims:?}", node.op_type));
    let Some(&input) = dims.first() else { return Ok(()) };
    match node.op_type.as_str() {
        "Conv" if input.len() == 3 && dims[1].len() == 3 => {
            let window = ["kernel_shape", "strides", "dilations", "pads"];
            let numbers = |name: &str| lengths(node, name).count();
            if window.iter().any(|name| !matches!((*name, numbers(name)), (_, 0 | 1) | ("pads", 2))) {
                return Err(wrong("a window"));
            }
            return slides(node, &dims[1][2..], input).map_err(|what| wrong(&what));
        }
        "Conv" | "ConvTranspose" if input.len() != 4 || dims[1].len() != 4 => {
            return Err(ModelError::NotCnn(NotCnn::NoConvolution));
        }
        "Conv" if lengths(node, "strides").count() == 1 || lengths(node, "pads").count() == 2 => {
            return Err(wrong("a window"));
        }
        "ConvTranspose"
            if lengths(node, "kernel_shape").zip(&dims[1][2..]).any(|(said, side)| said != *side) =>
        {
            return Err(wrong("a kernel"));
        }
        "MatMul" if dims.iter().any(|dims| dims.is_empty()) => return Err(wrong("matrices")),
        "Gemm" if dims[..2].iter().any(|dims| dims.len() != 2) => return Err(wrong("matrices")),
        // The runtime multiplies them without asking whether that can be.
        "Reshape"
            if inputs[1].ints.as_ref().is_some_and(|sides| sides_product(sides) > u64::from(u32::MAX)) =>
        {
            return Err(wrong("a size"));
        }
        "BatchNormalization" if input.len() < 2 => return Err(wrong("channels")),
        "MaxPool" | "AveragePool" | "GlobalAveragePool" | "GlobalMaxPool" | "LRN" | "Resize"
            if input.len() != 4 =>
        {
            return Err(wrong("maps"));
        }
        "InstanceNormalization" if input.len() < 3 || dims[1..].iter().any(|dims| *dims != [input[1]]) => {
            return Err(wrong("channels"));
        }
        // Scale and shift are of the axes from the one that is named on.
        "LayerNormalization" => {
            let axis = int(node, "axis").unwrap_or(-1).rem_euclid(input.len().max(1) as i64) as usize;
            if dims[1..].iter().any(|dims| !dims.is_empty() && *dims != &input[axis.min(input.len())..]) {
                return Err(wrong("channels"));
            }
        }
        "DepthToSpace" | "SpaceToDepth" => {
            let block =
                int(node, "blocksize").and_then(|block| u64::try_from(block).ok()).filter(|block| *block > 0);
            let fits = |block: u64, input: &[u64]| match (node.op_type.as_str(), input) {
                ("DepthToSpace", &[_, channels, _, _]) => {
                    channels.is_multiple_of(block.saturating_mul(block))
                }
                (_, &[_, _, rows, columns]) => rows.is_multiple_of(block) && columns.is_multiple_of(block),
                _ => false,
            };
            if !block.is_some_and(|block| fits(block, input)) {
                return Err(wrong("blocks"));
            }
        }
        // The runtime raises no whole number to such a power, and nothing to a truth value.
        "Pow"
            if inputs[1].kind == Some(DatumType::Bool)
                || inputs[0].kind.is_some_and(|kind| kind.is_integer())
                    && !within(inputs.get(1), &(0..=63)) =>
        {
            return Err(wrong("a power"));
        }
        "Slice"
            if input_at(node, inputs, 4)
                .and_then(|steps| steps.ints.as_ref())
                .is_some_and(|steps| steps.contains(&0)) =>
        {
            return Err(wrong("a step of 0"));
        }
        // What would cut instead of pad, the runtime takes for a huge number.
        "Pad" if !within(inputs.get(1), &(0..=LARGEST_WINDOW)) => {
            return Err(ModelError::Unsupported { operator: node.op_type.clone() });
        }
        _ => {}
    }
    let (axes, range) = axes(node, inputs);
    if let Some(axis) = axes.iter().find(|axis| !range.contains(axis)) {
        return Err(wrong(&format!("axis {axis}")));
    }
    // A negative axis may name the same as another one; the runtime would take both away.
    let mut places: Vec<i64> = axes.iter().map(|axis| axis.rem_euclid(range.end.max(1))).collect();
    places.sort_unstable();
    if places.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(wrong(&format!("axes {axes:?}")));
    }
    if node.op_type == "Pad"
        && let Some(pads) = inputs.get(1).and_then(|pads| pads.ints.as_ref())
        && pads.len() != 2 * if axes.is_empty() { input.len() } else { axes.len() }
    {
        return Err(wrong(&format!("{} pads", pads.len())));
    }
    if node.op_type == "Split" {
        let said = node.attribute.iter().find(|attribute| attribute.name == "split");
        let sizes = said.map(|said| &said.ints).or(inputs.get(1).and_then(|sizes| sizes.ints.as_ref()));
        let axis = axes.first().map_or(0, |axis| axis.rem_euclid(range.end.max(1)));
        let length = input.get(axis as usize).map_or(0, |length| *length as i128);
        let fits = |sizes: &Vec<i64>| {
            let whole: i128 = sizes.iter().map(|size| i128::from(*size)).sum();
            sizes.len() == node.output.len() && sizes.iter().all(|size| *size >= 0) && whole == length
        };
        if sizes.is_some_and(|sizes| !fits(sizes)) {
            return Err(wrong("parts"));
        }
    }
    if node.op_type == "Gather" {
        // By indices that the photo makes, anything may be asked for.
        if inputs[1].ints.is_none() {
            return Err(ModelError::Unsupported { operator: node.op_type.clone() });
        }
        let axis = axes.first().map_or(0, |axis| axis.rem_euclid(input.len().max(1) as i64));
        let length = input.get(axis as usize).map_or(0, |length| *length as i64);
        if !within(inputs.get(1), &(-length..=length - 1)) {
            return Err(wrong("an index out of range"));
        }
    }
    match kernel(node, inputs) {
        Some(kernel) => slides(node, &kernel, input).map_err(|what| wrong(&what)),
        None => Ok(()),
    }
}

/// What is known of an input, of which those before may have been left out.
fn input_at<'a>(node: &NodeProto, inputs: &'a [Known], place: usize) -> Option<&'a Known> {
    node.input.get(place).filter(|name| !name.is_empty())?;
    inputs.get(node.input[..place].iter().filter(|name| !name.is_empty()).count())
}

fn sides_product(sides: &[i64]) -> u64 {
    product(&sides.iter().map(|side| side.unsigned_abs().max(1)).collect::<Vec<_>>())
}

/// Whether the values of a tensor, as far as they are known, lie within a range.
fn within(known: Option<&Known>, range: &std::ops::RangeInclusive<i64>) -> bool {
    let values = known.and_then(|known| known.ints.as_ref());
    values.is_none_or(|values| values.iter().all(|value| range.contains(value)))
}

/// The axes that a node names, as attribute or as input, and the range that they may come from.
fn axes(node: &NodeProto, inputs: &[Known]) -> (Vec<i64>, std::ops::Range<i64>) {
    let place = match node.op_type.as_str() {
        "Squeeze" | "Unsqueeze" | "ReduceL2" | "ReduceMax" | "ReduceMean" | "ReduceMin" | "ReduceSum" => 1,
        "Pad" | "Slice" => 3,
        _ => usize::MAX,
    };
    let mut axes = input_at(node, inputs, place).and_then(|known| known.ints.clone()).unwrap_or_default();
    for attribute in &node.attribute {
        match attribute.name.as_str() {
            "axis" => axes.push(attribute.i),
            "axes" => axes.extend(&attribute.ints),
            _ => {}
        }
    }
    let rank = inputs.first().map_or(0, |input| input.dims.len()) as i64;
    let range = match node.op_type.as_str() {
        // Intermediate the last axis and its end there is a place to cut, too.
        "Flatten" => {
            if axes.is_empty() {
                axes.push(1);
            }
            -rank..rank + 1
        }
        "Unsqueeze" => {
            let after = rank + axes.len() as i64;
            -after..after
        }
        // A single scale has no axis, whatever the attribute says.
        "DequantizeLinear" => -(MOST_AXES as i64)..MOST_AXES as i64 + 1,
        _ => -rank..rank,
    };
    (axes, range)
}

/// Whether a kernel fits into maps at least once.
fn slides(node: &NodeProto, kernel: &[u64], input: &[u64]) -> Result<(), String> {
    let said: Vec<u64> = lengths(node, "kernel_shape").collect();
    if !said.is_empty() && said != kernel {
        return Err(format!("a kernel of {said:?}"));
    }
    let same = node.attribute.iter().any(|a| a.name == "auto_pad" && a.s.starts_with(b"SAME"));
    let dilations: Vec<u64> = lengths(node, "dilations").collect();
    let pads: Vec<u64> = lengths(node, "pads").collect();
    let pad = |place: usize| pads.get(place).copied().unwrap_or(0);
    for (axis, side) in kernel.iter().enumerate() {
        let dilation = dilations.get(axis).copied().unwrap_or(1);
        let reach = ((*side).max(1) - 1).saturating_mul(dilation) + 1;
        // Otherwise the runtime would look at what is beside the maps in memory.
        if !same && reach > input[2 + axis] + pad(axis) + pad(axis + kernel.len()) {
            return Err(format!("a kernel that reaches {reach}"));
        }
    }
    Ok(())
}

/// Rows and columns of the kernel of a node that has one.
pub fn kernel(node: &NodeProto, inputs: &[Known]) -> Option<[u64; 2]> {
    let sides = match node.op_type.as_str() {
        "Conv" => inputs[1].dims[2..].to_vec(),
        "MaxPool" | "AveragePool" => lengths(node, "kernel_shape").collect(),
        _ => return None,
    };
    sides.try_into().ok()
}

/// The numbers of an attribute that have been checked to be no less than zero.
pub fn lengths<'a>(node: &'a NodeProto, name: &'a str) -> impl Iterator<Item = u64> + 'a {
    let attributes = node.attribute.iter().filter(move |attribute| attribute.name == name);
    attributes.flat_map(|attribute| attribute.ints.iter().map(|value| *value as u64))
}
