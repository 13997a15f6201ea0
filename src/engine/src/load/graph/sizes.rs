//! What of a graph depends on the size of its input: nothing, dense layers on flattened maps, or more.

mod side;

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};
use vggscope_core::image::Layout;

pub use side::trained;

use super::head::is_plain_gemm;
use super::{Input, Lookup, int};

/// What of a graph depends on the size of its input.
#[derive(Clone, Debug, PartialEq)]
pub enum Dependence {
    /// Nothing: there are convolutions and the like, and means over whole maps.
    None,
    /// Dense layers, which are convolutions too.
    Dense(Vec<Change>),
    /// Something else.
    Other,
}

/// What makes a convolution of a dense layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The node that makes this tensor flattens maps, and is to leave them as they are; or to turn those with channels last.
    Flatten {
        /// The tensor.
        output: String,
        /// Whether channels are last.
        last: bool,
    },
    /// The node that makes this tensor is a product with a matrix, and is to be a convolution.
    Product {
        /// The tensor.
        output: String,
        /// The matrix.
        matrix: String,
        /// Whether a row of it is an output; else a column is.
        row_is_output: bool,
        /// Its outputs, and the channels of the maps that it reads.
        channels: [usize; 2],
        /// The side of the kernel.
        side: usize,
        /// Whether the maps were flattened with channels last.
        last: bool,
    },
    /// A constant has a number for each channel, and is to stand so over maps.
    Vector {
        /// The tensor.
        name: String,
    },
}

/// Maps, and where their channels stand.
#[derive(Clone, Copy)]
struct Maps {
    /// How many, where that is known.
    channels: Option<u64>,
    /// Whether channels are last.
    last: bool,
    /// How the graph has them.
    form: Form,
}

/// How a tensor holds maps.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// As they are.
    Maps,
    /// As vectors.
    Flat,
    /// One of them, without an axis of channels.
    Channel,
    /// Groups of channels as vectors, as a group norm has them.
    Groups,
}

/// What of a graph depends on the size of its input, up to its scores.
pub fn dependence(graph: &GraphProto, input: &Input, logits: &str) -> Dependence {
    let square = input.height == input.width;
    let walk = Walk { lookup: Lookup::of(graph), square, maps: HashMap::new(), changes: Vec::new() };
    match walk.to(graph, input, logits) {
        Some(changes) if changes.is_empty() => Dependence::None,
        Some(changes) => Dependence::Dense(changes),
        None => Dependence::Other,
    }
}

struct Walk<'a> {
    lookup: Lookup<'a>,
    /// Whether all maps so far have as many rows as columns: a kernel takes the place of a square of them.
    square: bool,
    /// What is maps, or was before it was flattened.
    maps: HashMap<&'a str, Maps>,
    changes: Vec<Change>,
}

impl<'a> Walk<'a> {
    fn to(mut self, graph: &'a GraphProto, input: &'a Input, logits: &str) -> Option<Vec<Change>> {
        let own = Maps {
            channels: Some(input.channels as u64),
            last: input.layout == Layout::Nhwc,
            form: Form::Maps,
        };
        self.maps.insert(&input.name, own);
        for node in &graph.node {
            // Sizes are asked for anew.
            if self.lookup.is_constant(node) {
                continue;
            }
            let Some(first) = node.input.iter().find_map(|name| self.maps.get(name.as_str()).copied()) else {
                continue;
            };
            // What follows the scores is of their mean.
            if first.form == Form::Flat && node.input.iter().any(|name| name == logits) {
                continue;
            }
            let made = match first.form {
                Form::Maps => self.map(node, first)?,
                Form::Flat => self.flat(node, first)?,
                Form::Channel => self.channel(node, first)?,
                Form::Groups => self.groups(node, first)?,
            };
            if let Some(maps) = made {
                self.maps.extend(node.output.iter().map(|name| (name.as_str(), maps)));
            }
        }
        // Vectors that are the maps themselves, and no product with them, have as many numbers as the maps have places.
        let ends_flat = self.maps.get(logits).is_some_and(|maps| maps.form == Form::Flat);
        let can_be_mean = ends_flat && self.changes.iter().any(is_product);
        (can_be_mean || self.changes.is_empty()).then_some(self.changes)
    }

    /// What a node makes of maps: other maps, or `Some(None)` for what has no places any more.
    fn map(&mut self, node: &'a NodeProto, from: Maps) -> Option<Option<Maps>> {
        let channel_axis =
            |axis: i64| axis == if from.last { 3 } else { 1 } || axis == if from.last { -1 } else { -3 };
        let unknown = Maps { channels: None, ..from };
        self.square &= self.is_alike_both_ways(node);
        Some(match node.op_type.as_str() {
            "Conv" if !from.last => {
                let channels = self.lookup.dims(node.input.get(1)?).and_then(|dims| dims.first().copied());
                Some(Maps { channels, ..from })
            }
            // A size of its own is one that does not follow the input's.
            "ConvTranspose" if self.ints(node, "output_shape").is_some() => return None,
            "ConvTranspose" | "DepthToSpace" | "SpaceToDepth" if !from.last => Some(unknown),
            // Resize is of scales, or of sizes, which may be worked out of those of other maps.
            "Resize" if !from.last => {
                self.lookup.longs(node.input.get(1)?).is_none().then_some(Some(unknown))?
            }
            "MaxPool" | "AveragePool" | "LRN" | "BatchNormalization" | "InstanceNormalization"
                if !from.last =>
            {
                Some(from)
            }
            "GlobalAveragePool" | "GlobalMaxPool" if !from.last => None,
            "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceSum" | "ReduceL2" => {
                let axes = self.axes(node)?;
                let axes: Vec<i64> = axes.iter().map(|axis| axis.rem_euclid(4)).collect();
                let places: [i64; 2] = if from.last { [1, 2] } else { [2, 3] };
                let channels = if from.last { 3 } else { 1 };
                if places.iter().all(|axis| axes.contains(axis)) {
                    None
                } else {
                    (axes == [channels] && int(node, "keepdims") != Some(0)).then_some(())?;
                    Some(Maps { channels: Some(1), ..from })
                }
            }
            "Concat" => {
                channel_axis(int(node, "axis")?).then_some(())?;
                let channels = |name: &String| self.maps.get(name.as_str())?.channels;
                Some(Maps { channels: node.input.iter().map(channels).sum(), ..from })
            }
            "Split" => channel_axis(int(node, "axis").unwrap_or(0)).then_some(Some(unknown))?,
            "Gather" => {
                channel_axis(int(node, "axis").unwrap_or(0)).then_some(())?;
                match self.lookup.dims(node.input.get(1)?)?[..] {
                    [] => Some(Maps { channels: Some(1), form: Form::Channel, ..from }),
                    [count] => Some(Maps { channels: Some(count), ..from }),
                    _ => return None,
                }
            }
            "Slice" => {
                let numbers = |place: usize| self.lookup.longs(node.input.get(place)?);
                let (starts, ends) = (numbers(1)?, numbers(2)?);
                let axes = numbers(3).unwrap_or_else(|| (0..starts.len() as i64).collect());
                let mut parts = axes.iter().zip(starts.iter().zip(&ends));
                // From a row on, to the last or to one counted from it.
                let follows = |(axis, (start, end)): (&i64, (&i64, &i64))| {
                    channel_axis(*axis) || *start >= 0 && (*end < 0 || *end >= i64::from(i32::MAX))
                };
                parts.all(follows).then_some(())?;
                self.square &= axes.iter().all(|axis| channel_axis(*axis));
                Some(unknown)
            }
            "Reshape" if !from.last && self.is_of_groups(node.input.get(1)?) => {
                Some(Maps { form: Form::Groups, ..from })
            }
            "Softmax" | "LogSoftmax" => {
                channel_axis(int(node, "axis").unwrap_or(-1)).then_some(Some(from))?
            }
            "Pad" => Some(unknown),
            "LayerNormalization" if from.last => {
                matches!(int(node, "axis"), None | Some(-1 | 3)).then_some(Some(from))?
            }
            "MatMul" if from.last => {
                let channels = self.lookup.dims(node.input.get(1)?)?;
                (channels.len() == 2).then_some(Some(Maps { channels: channels.last().copied(), ..from }))?
            }
            "Transpose" => match self.ints(node, "perm")? {
                [0, 2, 3, 1] if !from.last => Some(Maps { last: true, ..from }),
                [0, 3, 1, 2] if from.last => Some(Maps { last: false, ..from }),
                _ => return None,
            },
            "Flatten" | "Reshape" | "Squeeze" => {
                self.flattens(node).then_some(())?;
                let output = node.output.first()?.clone();
                self.changes.push(Change::Flatten { output, last: from.last });
                Some(Maps { form: Form::Flat, ..from })
            }
            _ => {
                let by_channel = |name: &&String| self.is_by_channel(name, from);
                node.input.iter().all(|name| by_channel(&name)).then_some(())?;
                (is_pointwise(&node.op_type)).then_some(Some(from))?
            }
        })
    }

    /// What a node makes of one map.
    fn channel(&self, node: &'a NodeProto, from: Maps) -> Option<Option<Maps>> {
        let is_number = |name: &String| !self.lookup.constant(name) || self.lookup.volume(name) == 1;
        match node.op_type.as_str() {
            "Unsqueeze" => {
                let axes = self.axes(node)?;
                let stands =
                    if from.last { axes == [3] || axes == [-1] } else { axes == [1] || axes == [-3] };
                stands.then_some(Some(Maps { form: Form::Maps, ..from }))
            }
            operator if is_pointwise(operator) && node.input.iter().all(is_number) => Some(Some(from)),
            _ => None,
        }
    }

    /// What a node makes of groups of channels: maps again, of the shape that they had.
    fn groups(&self, node: &'a NodeProto, from: Maps) -> Option<Option<Maps>> {
        match node.op_type.as_str() {
            "InstanceNormalization" => Some(Some(from)),
            "Reshape" => {
                let shape = self.lookup.makers.get(node.input.get(1)?.as_str())?;
                let before = self.maps.get(shape.input.first()?.as_str())?;
                let is_shape = shape.op_type == "Shape" && before.form == Form::Maps;
                is_shape.then_some(Some(*before))
            }
            _ => None,
        }
    }

    /// Whether a shape is that of groups of channels: the batch, so many groups, all the rest.
    fn is_of_groups(&self, shape: &str) -> bool {
        self.lookup.longs(shape).is_some_and(|shape| matches!(shape[..], [0 | 1, groups, -1] if groups > 0))
    }

    /// Whether a node treats rows as it does columns.
    fn is_alike_both_ways(&self, node: &NodeProto) -> bool {
        let halves = |numbers: &[i64]| match *numbers {
            [rows, columns] => rows == columns,
            [top, left, bottom, right] => top == left && bottom == right,
            _ => true,
        };
        let named = ["kernel_shape", "strides", "dilations", "pads", "output_padding"];
        let is_window = named.iter().all(|name| self.ints(node, name).is_none_or(halves));
        is_window
            && match node.op_type.as_str() {
                "Conv" | "ConvTranspose" => node
                    .input
                    .get(1)
                    .and_then(|weights| self.lookup.dims(weights))
                    .is_some_and(|dims| matches!(dims[..], [_, _, rows, columns] if rows == columns)),
                "Pad" => node.input.get(1).and_then(|pads| self.lookup.longs(pads)).is_some_and(|pads| {
                    matches!(pads[..], [_, _, top, left, _, _, bottom, right] if top == left && bottom == right)
                        || matches!(pads[..], [_, top, left, _, _, bottom, right, _] if top == left && bottom == right)
                }),
                "Resize" => false,
                _ => true,
            }
    }

    /// Whether a node makes vectors of maps: of everything behind the batch.
    fn flattens(&self, node: &NodeProto) -> bool {
        match node.op_type.as_str() {
            "Flatten" => int(node, "axis").unwrap_or(1) == 1,
            "Reshape" => node.input.get(1).is_some_and(|shape| self.is_of_vectors(shape)),
            _ => self.axes(node).is_some_and(|axes| axes == [2, 3] || axes == [-2, -1]),
        }
    }

    /// Whether a shape is that of a vector for each image of the batch; the batch may be read off the maps.
    fn is_of_vectors(&self, shape: &str) -> bool {
        let mut name = shape;
        while let Some(cast) = self.lookup.makers.get(name).filter(|maker| maker.op_type == "Cast") {
            let Some(input) = cast.input.first() else { return false };
            name = input;
        }
        match self.lookup.makers.get(name) {
            Some(joined) if joined.op_type == "Concat" => match &joined.input[..] {
                [_, length] => {
                    self.lookup.longs(length).is_some_and(|length| matches!(length[..], [to] if to != 0))
                }
                _ => false,
            },
            _ => self.lookup.longs(name).is_some_and(|shape| matches!(shape[..], [-1..=1, to] if to != 0)),
        }
    }

    /// What a node makes of vectors that were maps.
    fn flat(&mut self, node: &'a NodeProto, from: Maps) -> Option<Option<Maps>> {
        let [first, second] = [0, 1].map(|at| node.input.get(at).map_or("", String::as_str));
        Some(Some(match node.op_type.as_str() {
            "Gemm" | "MatMul" => {
                let own = if node.op_type == "Gemm" { is_plain_gemm(node) } else { true };
                let is_read =
                    own && self.maps.contains_key(first) && self.lookup.initializers.contains_key(second);
                // A matrix that another node reads too stays as it is.
                (is_read && self.lookup.users.get(second)?.len() == 1).then_some(())?;
                let row_is_output = node.op_type == "Gemm" && int(node, "transB").unwrap_or(0) != 0;
                let &[rows, columns] = &self.lookup.dims(second)?[..] else { return None };
                let (outputs, inputs) = if row_is_output { (rows, columns) } else { (columns, rows) };
                let channels = from.channels.filter(|channels| *channels > 0)?;
                let side = (inputs / channels).isqrt();
                (side > 0 && side.checked_mul(side)?.checked_mul(channels)? == inputs).then_some(())?;
                (side == 1 || self.square).then_some(())?;
                if let Some(bias) = node.input.get(2).filter(|name| !name.is_empty()) {
                    (self.lookup.dims(bias)? == [outputs]).then_some(())?;
                }
                self.changes.push(Change::Product {
                    output: node.output.first()?.clone(),
                    matrix: second.to_owned(),
                    row_is_output,
                    channels: [usize::try_from(outputs).ok()?, usize::try_from(channels).ok()?],
                    side: usize::try_from(side).ok()?,
                    last: from.last,
                });
                Maps { channels: Some(outputs), last: false, form: Form::Flat }
            }
            // Of channels, and not of each place of each.
            "BatchNormalization" => {
                let scales = self.lookup.dims(node.input.get(1)?)?;
                (scales == [from.channels?] && self.changes.iter().any(is_product)).then_some(from)?
            }
            "Dropout" => from,
            "Add" | "Sub" | "Mul" | "Div" => {
                let other = if self.maps.contains_key(first) { second } else { first };
                match self.lookup.dims(other)?[..] {
                    [] | [1] | [1, 1] => from,
                    [count] | [1, count] => {
                        let alone = self.lookup.users.get(other)?.len() == 1;
                        (Some(count) == from.channels && alone).then_some(())?;
                        self.lookup.initializers.contains_key(other).then_some(())?;
                        self.changes.push(Change::Vector { name: other.to_owned() });
                        from
                    }
                    _ => return None,
                }
            }
            operator if node.input.len() == 1 && is_pointwise(operator) => from,
            _ => return None,
        }))
    }

    /// Whether an input of a node is maps of the same kind, or has at most one number for each channel.
    fn is_by_channel(&self, name: &str, maps: Maps) -> bool {
        if name.is_empty() || !self.lookup.constant(name) {
            return self
                .maps
                .get(name)
                .is_none_or(|other| other.last == maps.last && other.form == Form::Maps);
        }
        let Some(dims) = self.lookup.dims(name) else { return false };
        let places = if maps.last { dims.len().saturating_sub(1) } else { dims.len() };
        let channels_first = dims.len().saturating_sub(3);
        dims.iter().enumerate().all(|(at, dim)| {
            *dim == 1 || if maps.last { at == places } else { at == channels_first && dims.len() >= 3 }
        })
    }

    /// The axes of a node, of its attribute or its second input.
    fn axes(&self, node: &'a NodeProto) -> Option<Vec<i64>> {
        match self.ints(node, "axes") {
            Some(axes) => Some(axes.to_vec()),
            None => self.lookup.longs(node.input.get(1)?),
        }
    }

    fn ints(&self, node: &'a NodeProto, name: &str) -> Option<&'a [i64]> {
        Some(&node.attribute.iter().find(|one| one.name == name)?.ints)
    }
}

fn is_product(change: &Change) -> bool {
    matches!(change, Change::Product { .. })
}

/// Whether an operator works on each place by itself.
pub fn is_pointwise(operator: &str) -> bool {
    matches!(
        operator,
        "Abs"
            | "Add"
            | "Cast"
            | "Ceil"
            | "Clip"
            | "Div"
            | "Dropout"
            | "Elu"
            | "Erf"
            | "Exp"
            | "FakeQuantize"
            | "Floor"
            | "Gelu"
            | "HardSigmoid"
            | "HardSwish"
            | "Identity"
            | "LeakyRelu"
            | "Log"
            | "Max"
            | "Min"
            | "Mish"
            | "Mul"
            | "Neg"
            | "PRelu"
            | "Pow"
            | "Reciprocal"
            | "Relu"
            | "Round"
            | "Selu"
            | "Sigmoid"
            | "Softplus"
            | "Softsign"
            | "Sqrt"
            | "Sub"
            | "Sum"
            | "Tanh"
    )
}
