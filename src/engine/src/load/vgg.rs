//! A VGG rebuilt from the names and shapes of its weights: which convolutions there are, where pools stand between them, with
//! batch norm or without, with its classifier or without.

use std::collections::{BTreeMap, HashMap};

use tract_onnx::pb::{self, attribute_proto::AttributeType, tensor_proto::DataType};
use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;
use vggscope_core::vgg::configuration::{CONFIGURATIONS, Entry as Listed};

use super::formats::{Entry, Source, StateDict};
use super::view::View;

/// A convolution, and what belongs to it.
struct Convolution {
    name: String,
    /// Output, input, row, column.
    kernel: Named,
    bias: Option<Named>,
    /// Scale, shift, mean and variance.
    norm: Option<[Named; 4]>,
    /// Where it stands, as far as its name says.
    place: Place,
}

/// Where a convolution stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At this index of a `Sequential`, which counts rectifiers and pools too.
    Index(usize),
    /// In this block; each ends with a pool.
    Block(usize),
    Unknown,
}

/// A dense layer.
struct Dense {
    name: String,
    matrix: Named,
    bias: Option<Named>,
    /// Whether its rows are outputs; they are inputs else.
    by_output: bool,
}

#[derive(Clone)]
struct Named {
    name: String,
    view: View,
}

/// The side of the map that VGG's classifier reads.
const CLASSIFIER_SIDE: usize = 7;
/// The longest list that is read: more layers than any VGG has.
const MOST_LAYERS: usize = 256;
/// What PyTorch and Keras add to the variance.
const PYTORCH_EPSILON: f32 = 1e-5;

/// The network of these weights as a message, and where the weights stand in the file.
///
/// # Errors
/// What of them is no VGG's.
pub fn rebuild(weights: StateDict) -> Result<(pb::ModelProto, HashMap<String, View>), ModelError> {
    let StateDict { source, entries } = weights;
    if entries.is_empty() {
        return Err(ModelError::NoWeights);
    }
    let found = found(&entries);
    let no_vgg = || ModelError::NotVgg { found: found.clone() };
    if entries.len() > 8 * MOST_LAYERS {
        return Err(no_vgg());
    }
    let (convolutions, dense) = match source {
        Source::PyTorch => pytorch(entries),
        Source::Keras => keras(entries),
        Source::Caffe => caffe(entries),
    }
    .ok_or_else(no_vgg)?;
    if convolutions.is_empty() || convolutions.len() + dense.len() > MOST_LAYERS {
        return Err(no_vgg());
    }
    // A message may end between any two layers; Caffe's hold the whole network.
    if source == Source::Caffe && dense.is_empty() {
        return Err(ModelError::Truncated);
    }
    check_shapes(&convolutions)?;
    let pools = pools(&convolutions).ok_or_else(no_vgg)?;
    let network = Network { source, convolutions, pools, dense };
    network.build()
}

/// What stands in a file, in few words: the first and the last weight, and how many there are.
fn found(entries: &[Entry]) -> String {
    let one = |entry: &Entry| {
        let dims: Vec<String> = entry.view.dims.iter().map(usize::to_string).collect();
        format!("{} {}", tidy(&entry.name), dims.join("×"))
    };
    match entries {
        [] => String::new(),
        [only] => one(only),
        [first, .., last] => format!("{} … {} ({})", one(first), one(last), entries.len()),
    }
}

/// Weights of torchvision's names, or timm's, whatever stands before them.
fn pytorch(entries: Vec<Entry>) -> Option<(Vec<Convolution>, Vec<Dense>)> {
    let first = entries.iter().find_map(|entry| entry.name.strip_suffix("features.0.weight"));
    let prefix = first?.to_owned();
    let mut features: BTreeMap<usize, HashMap<String, Named>> = BTreeMap::new();
    // By the number that their order has, then by name.
    let mut rest: BTreeMap<(usize, String), HashMap<String, Named>> = BTreeMap::new();
    for Entry { name, view } in entries {
        let own = name.strip_prefix(&prefix)?.to_owned();
        let (layer, kind) = own.rsplit_once('.')?;
        let named = Named { name, view };
        if let Some(index) = layer.strip_prefix("features.") {
            features.entry(index.parse().ok()?).or_default().insert(kind.to_owned(), named);
            continue;
        }
        let number = match layer {
            "classifier" | "head" | "head.fc" | "fc" => usize::MAX,
            "pre_logits.fc1" => 0,
            "pre_logits.fc2" => 1,
            _ => layer.strip_prefix("classifier.")?.parse().ok()?,
        };
        rest.entry((number, layer.to_owned())).or_default().insert(kind.to_owned(), named);
    }
    let mut convolutions: Vec<Convolution> = Vec::new();
    for (index, mut parts) in features {
        let weight = parts.remove("weight")?;
        match weight.view.dims.len() {
            4 => convolutions.push(Convolution {
                name: String::new(),
                kernel: weight,
                bias: parts.remove("bias"),
                norm: None,
                place: Place::Index(index),
            }),
            // A batch norm, of the convolution right before it.
            1 => {
                let last = convolutions.last_mut().filter(|last| last.place == Place::Index(index - 1))?;
                last.norm = Some([
                    weight,
                    parts.remove("bias")?,
                    parts.remove("running_mean")?,
                    parts.remove("running_var")?,
                ]);
            }
            _ => return None,
        }
        if !parts.is_empty() {
            return None;
        }
    }
    let dense = rest.into_iter().map(|((_, name), mut parts)| {
        let matrix = flat(parts.remove("weight")?)?;
        let bias = parts.remove("bias");
        parts.is_empty().then_some(Dense { name, matrix, bias, by_output: true })
    });
    Some((convolutions, dense.collect::<Option<_>>()?))
}

/// The weights of a dense layer: a matrix, or a kernel that covers its whole input.
fn flat(weight: Named) -> Option<Named> {
    let dims = &weight.view.dims;
    let matrix = match dims[..] {
        [_, _] => return Some(weight),
        // Caffe's older files have four dimensions for all.
        [1, 1, out, size] => vec![out, size],
        [out, channels, rows, columns] => vec![out, channels.checked_mul(rows)?.checked_mul(columns)?],
        _ => return None,
    };
    Some(Named { view: weight.view.reshaped(matrix)?, name: weight.name })
}

/// Weights of Keras' applications, or of layers that Keras has named.
fn keras(entries: Vec<Entry>) -> Option<(Vec<Convolution>, Vec<Dense>)> {
    let mut layers: BTreeMap<Vec<Part>, Vec<Named>> = BTreeMap::new();
    for Entry { name, view } in entries {
        let (layer, _) = name.rsplit_once('/')?;
        // Keras 3 has the variables of a layer in a group of their own.
        let layer = layer.strip_suffix("/vars").unwrap_or(layer);
        layers.entry(natural(layer)).or_default().push(Named { view, name });
    }
    let (mut convolutions, mut dense) = (Vec::new(), Vec::new());
    for variables in layers.into_values() {
        let (mut kernel, mut bias) = (None, None);
        for variable in variables {
            let slot = if variable.view.dims.len() == 1 { &mut bias } else { &mut kernel };
            if slot.replace(variable).is_some() {
                return None;
            }
        }
        let kernel = kernel?;
        let name = layer_name(&kernel.name);
        match kernel.view.dims.len() {
            4 => convolutions.push(Convolution {
                place: block(&name),
                kernel: Named { view: kernel.view.permuted(&[3, 2, 0, 1]), name: kernel.name },
                name,
                bias,
                norm: None,
            }),
            2 => dense.push(Dense { name, matrix: kernel, bias, by_output: false }),
            _ => return None,
        }
    }
    Some((convolutions, dense))
}

/// Weights of the VGG group's own names.
fn caffe(entries: Vec<Entry>) -> Option<(Vec<Convolution>, Vec<Dense>)> {
    let (mut convolutions, mut dense): (Vec<Convolution>, Vec<Dense>) = (Vec::new(), Vec::new());
    for Entry { name, view } in entries {
        let (layer, kind) = name.rsplit_once('.')?;
        let (layer, is_bias) = (layer.to_owned(), kind == "bias");
        let named = Named { name, view };
        if is_bias {
            let count = named.view.count()?;
            let bias = Named { view: named.view.reshaped(vec![count])?, name: named.name };
            match (dense.last_mut(), convolutions.last_mut()) {
                (Some(last), _) if last.name == layer => last.bias = Some(bias),
                (_, Some(last)) if last.name == layer => last.bias = Some(bias),
                _ => return None,
            }
        } else if layer.starts_with("fc") || named.view.dims.len() == 2 {
            dense.push(Dense { name: layer, matrix: flat(named)?, bias: None, by_output: true });
        } else {
            let place = block(&layer);
            convolutions.push(Convolution { name: layer, kernel: named, bias: None, norm: None, place });
        }
    }
    Some((convolutions, dense))
}

/// A part of a name: numbers are compared as numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Letters(String),
}

fn natural(name: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|letter: char| letter.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(match part.parse() {
            Ok(number) if digits => Part::Number(number),
            _ => Part::Letters(part.to_owned()),
        });
        rest = after;
    }
    parts
}

/// The name of a layer in the path of its kernel.
fn layer_name(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "vars" | "layers" | "model_weights"));
    let mut parts = parts.rev().skip(1);
    parts.next().unwrap_or_default().to_owned()
}

/// The block in a name such as `block1_conv2` or `conv1_2`.
fn block(name: &str) -> Place {
    let rest = name.strip_prefix("block").or_else(|| name.strip_prefix("conv"));
    let number = rest.and_then(|rest| rest.split_once('_')).and_then(|(number, _)| number.parse().ok());
    number.map_or(Place::Unknown, Place::Block)
}

/// Kernels must follow from each other, and be such as need no stride that a file does not hold.
fn check_shapes(convolutions: &[Convolution]) -> Result<(), ModelError> {
    let mut channels = None;
    for convolution in convolutions {
        let dims = &convolution.kernel.view.dims;
        let expected = |out: usize, below: usize, side: usize| format!("{out}×{below}×{side}×{side}");
        let wrong = |expected: String| {
            let found: Vec<String> = dims.iter().map(usize::to_string).collect();
            ModelError::WrongShape {
                tensor: tidy(&convolution.kernel.name),
                expected,
                found: found.join("×"),
            }
        };
        let &[out, below, rows, columns] = &dims[..] else { return Err(wrong("4".to_owned())) };
        let known = channels.unwrap_or(if below == 1 { 1 } else { 3 });
        if below != known || rows != columns || !matches!(rows, 1 | 3) || out == 0 {
            return Err(wrong(expected(out, known, if rows == 1 { 1 } else { 3 })));
        }
        let mut vectors = convolution.bias.iter().chain(convolution.norm.iter().flatten());
        if let Some(vector) = vectors.find(|vector| vector.view.dims != [out]) {
            let found: Vec<String> = vector.view.dims.iter().map(usize::to_string).collect();
            return Err(ModelError::WrongShape {
                tensor: tidy(&vector.name),
                expected: out.to_string(),
                found: found.join("×"),
            });
        }
        channels = Some(out);
    }
    Ok(())
}

/// For each convolution, whether a pool stands behind it; none where the names leave room for something else.
fn pools(convolutions: &[Convolution]) -> Option<Vec<bool>> {
    let mut pools = Vec::new();
    for (convolution, next) in convolutions.iter().zip(convolutions.iter().skip(1)) {
        pools.push(match (convolution.place, next.place) {
            (Place::Index(own), Place::Index(next)) => {
                // The convolution, perhaps a batch norm, and a rectifier.
                let taken = if convolution.norm.is_some() { 3 } else { 2 };
                match next.checked_sub(own + taken)? {
                    0 => false,
                    1 => true,
                    _ => return None,
                }
            }
            (Place::Block(own), Place::Block(next)) if next == own || next == own + 1 => next != own,
            _ => return pools_by_channels(convolutions),
        });
    }
    // Every VGG ends with one.
    pools.push(true);
    Some(pools)
}

/// The same where names say nothing: as in the paper's configuration whose channels these are, or a part of them.
fn pools_by_channels(convolutions: &[Convolution]) -> Option<Vec<bool>> {
    let kernel = |convolution: &Convolution| {
        let dims = &convolution.kernel.view.dims;
        (dims[0], dims[2])
    };
    let own: Vec<(usize, usize)> = convolutions.iter().map(kernel).collect();
    CONFIGURATIONS.into_iter().find_map(|configuration| {
        let (mut kernels, mut pools) = (Vec::new(), Vec::new());
        for entry in configuration.entries {
            match entry {
                Listed::Conv3(channels) => kernels.push((*channels, 3)),
                Listed::Conv1(channels) => kernels.push((*channels, 1)),
                Listed::Lrn => return None,
                Listed::Pool => *pools.last_mut()? = true,
            }
            if !matches!(entry, Listed::Pool) {
                pools.push(false);
            }
        }
        let (first, of_first) = (own.first()?.0, kernels.first()?.0);
        let fits = own.len() == kernels.len()
            && own.iter().zip(&kernels).all(|(own, listed)| {
                own.1 == listed.1 && own.0.checked_mul(of_first) == listed.0.checked_mul(first)
            });
        fits.then_some(pools)
    })
}

struct Network {
    source: Source,
    convolutions: Vec<Convolution>,
    pools: Vec<bool>,
    dense: Vec<Dense>,
}

impl Network {
    /// The side of the map that the classifier reads.
    fn map_side(&self) -> Result<usize, ModelError> {
        let Some(first) = self.dense.first() else { return Ok(CLASSIFIER_SIDE) };
        let channels = self.channels();
        let dims = &first.matrix.view.dims;
        let inputs = dims[usize::from(first.by_output)];
        let side = (inputs / channels).isqrt();
        if side == 0 || side * side * channels != inputs {
            let side = CLASSIFIER_SIDE;
            let expected = format!("{channels}×{side}×{side} = {}", channels * side * side);
            let (tensor, found) = (tidy(&first.matrix.name), inputs.to_string());
            return Err(ModelError::WrongShape { tensor, expected, found });
        }
        Ok(side)
    }

    /// The channels of the last maps.
    fn channels(&self) -> usize {
        self.convolutions.last().map_or(1, |last| last.kernel.view.dims[0])
    }

    fn build(self) -> Result<(pb::ModelProto, HashMap<String, View>), ModelError> {
        let map_side = self.map_side()?;
        let pools = self.pools.iter().filter(|pool| **pool).count() as u32;
        let side = 2usize.checked_pow(pools).and_then(|way| way.checked_mul(map_side));
        let side = side.filter(|side| *side <= 4096).ok_or(ModelError::NotVgg { found: String::new() })?;
        let mut graph = Graph::new(self.name(), [1, self.convolutions[0].kernel.view.dims[1], side, side]);
        let (mut block, mut number) = (1, 0);
        for (convolution, pool) in self.convolutions.iter().zip(&self.pools) {
            number += 1;
            graph.convolution(convolution, &format!("conv{block}_{number}"));
            if *pool {
                graph.pool(&format!("pool{block}"));
                (block, number) = (block + 1, 0);
            }
        }
        if !self.dense.is_empty() {
            graph.node("Flatten", "flatten", &[], vec![]);
        }
        let mut units = None;
        for (at, dense) in self.dense.iter().enumerate() {
            let maps = (at == 0).then_some([self.channels(), map_side, map_side]);
            graph.dense(dense, maps, &mut units, self.source)?;
            if at + 1 < self.dense.len() {
                graph.node("Relu", &format!("{}.relu", dense.name), &[], vec![]);
            }
        }
        Ok(graph.finish(self.source))
    }

    /// The configuration's name where the channels are one's, or else what there is.
    fn name(&self) -> String {
        let norm = if self.convolutions.iter().any(|one| one.norm.is_some()) { " BN" } else { "" };
        let mut own = Vec::new();
        for (convolution, pool) in self.convolutions.iter().zip(&self.pools) {
            let dims = &convolution.kernel.view.dims;
            own.push(if dims[2] == 1 { Listed::Conv1(dims[0]) } else { Listed::Conv3(dims[0]) });
            if *pool {
                own.push(Listed::Pool);
            }
        }
        let listed = CONFIGURATIONS.iter().find(|configuration| configuration.entries == own);
        match listed {
            Some(configuration) => format!("{}{norm}", configuration.name),
            None => format!("VGG ({}){norm}", self.convolutions.len() + self.dense.len()),
        }
    }
}

/// A graph under construction: each node reads what the one before it makes.
struct Graph {
    proto: pb::GraphProto,
    large: HashMap<String, View>,
    last: String,
}

impl Graph {
    fn new(name: String, dims: [usize; 4]) -> Graph {
        use pb::tensor_shape_proto::{Dimension, dimension::Value::DimValue};
        let dim = |dim: usize| Dimension { value: Some(DimValue(dim as i64)), ..Dimension::default() };
        let shape = pb::TensorShapeProto { dim: dims.map(dim).to_vec() };
        let tensor = pb::type_proto::Tensor { elem_type: DataType::Float as i32, shape: Some(shape) };
        let value = Some(pb::type_proto::Value::TensorType(tensor));
        let input = pb::ValueInfoProto {
            name: "input".to_owned(),
            r#type: Some(pb::TypeProto { value, ..pb::TypeProto::default() }),
            ..pb::ValueInfoProto::default()
        };
        let proto = pb::GraphProto { name, input: vec![input], ..pb::GraphProto::default() };
        Graph { proto, large: HashMap::new(), last: "input".to_owned() }
    }

    fn node(&mut self, operator: &str, name: &str, weights: &[&Named], attribute: Vec<pb::AttributeProto>) {
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

    fn convolution(&mut self, convolution: &Convolution, name: &str) {
        let side = convolution.kernel.view.dims[2];
        let padding = (side / 2) as i64;
        let weights: Vec<&Named> = [&convolution.kernel].into_iter().chain(&convolution.bias).collect();
        self.node(
            "Conv",
            name,
            &weights,
            vec![ints("kernel_shape", &[side as i64; 2]), ints("pads", &[padding; 4])],
        );
        if let Some(norm) = &convolution.norm {
            let epsilon = float("epsilon", PYTORCH_EPSILON);
            self.node("BatchNormalization", &format!("{name}.norm"), &norm.each_ref(), vec![epsilon]);
        }
        self.node("Relu", &format!("{name}.relu"), &[], vec![]);
    }

    fn pool(&mut self, name: &str) {
        self.node("MaxPool", name, &[], vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])]);
    }

    /// A dense layer on so many units, or on maps.
    fn dense(
        &mut self,
        dense: &Dense,
        maps: Option<[usize; 3]>,
        units: &mut Option<usize>,
        source: Source,
    ) -> Result<(), ModelError> {
        let mut matrix = dense.matrix.clone();
        let (inputs, outputs) = match (&matrix.view.dims[..], dense.by_output) {
            (&[outputs, inputs], true) | (&[inputs, outputs], false) => (inputs, outputs),
            _ => (0, 0),
        };
        let wrong = |named: &Named, expected: usize| ModelError::WrongShape {
            tensor: tidy(&named.name),
            expected: expected.to_string(),
            found: named.view.dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×"),
        };
        if let Some(units) = *units
            && units != inputs
        {
            return Err(wrong(&matrix, units));
        }
        if let Some(bias) = dense.bias.as_ref().filter(|bias| bias.view.dims != [outputs]) {
            return Err(wrong(bias, outputs));
        }
        *units = Some(outputs);
        // Keras flattens maps with channels last, and a tensor here has them first: its rows go to other places.
        if let Some([channels, rows, columns]) = maps.filter(|_| source == Source::Keras) {
            let by_place = matrix.view.reshaped(vec![rows, columns, channels, outputs]);
            matrix.view = by_place.ok_or_else(|| wrong(&dense.matrix, inputs))?.permuted(&[2, 0, 1, 3]);
        }
        let weights: Vec<&Named> = [&matrix].into_iter().chain(&dense.bias).collect();
        self.node("Gemm", &dense.name, &weights, vec![int("transB", dense.by_output.into())]);
        if let Some(tensor) = self.proto.initializer.iter_mut().find(|tensor| tensor.name == matrix.name) {
            let dims = if dense.by_output { [outputs, inputs] } else { [inputs, outputs] };
            tensor.dims = dims.map(|dim| dim as i64).to_vec();
        }
        Ok(())
    }

    fn finish(mut self, source: Source) -> (pb::ModelProto, HashMap<String, View>) {
        let output = pb::ValueInfoProto { name: self.last, ..pb::ValueInfoProto::default() };
        self.proto.output.push(output);
        let opset = pb::OperatorSetIdProto { domain: String::new(), version: 13 };
        let proto = pb::ModelProto {
            ir_version: 7,
            producer_name: source.name().to_owned(),
            opset_import: vec![opset],
            graph: Some(self.proto),
            ..pb::ModelProto::default()
        };
        (proto, self.large)
    }
}

fn attribute(name: &str, kind: AttributeType) -> pb::AttributeProto {
    pb::AttributeProto { name: name.to_owned(), r#type: kind as i32, ..pb::AttributeProto::default() }
}

fn int(name: &str, value: i64) -> pb::AttributeProto {
    pb::AttributeProto { i: value, ..attribute(name, AttributeType::Int) }
}

fn ints(name: &str, values: &[i64]) -> pb::AttributeProto {
    pb::AttributeProto { ints: values.to_vec(), ..attribute(name, AttributeType::Ints) }
}

fn float(name: &str, value: f32) -> pb::AttributeProto {
    pb::AttributeProto { f: value, ..attribute(name, AttributeType::Float) }
}
