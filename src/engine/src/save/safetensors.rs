//! The weights of a plain VGG as a safetensors file, under the names that torchvision has for them.

use serde_json::json;
use vggscope_core::error::ModelError;
use vggscope_core::nn::Op;
use vggscope_core::vgg::build::{Build, Tensor};

use super::{Sink, unwritable};
use crate::Network;
use crate::load::computation::{Computation, Floats, Operation, Pointwise};
use crate::load::formats::BUILD;
use crate::load::metadata::{About, entries};

/// What PyTorch adds to a variance.
const EPSILON: f32 = 1e-5;

/// Writes the weights of a network.
///
/// # Errors
/// Where it is no plain VGG, or a layer of it is computed in another way.
pub fn write(network: &Network, about: &About, sink: Sink) -> Result<(), ModelError> {
    let (build, tensors) = state_dict(network)?;
    let (mut names, mut at) = (serde_json::Map::new(), 0);
    for (tensor, values) in &tensors {
        let end = at + size_of_val(values.get());
        let about = json!({ "dtype": "F32", "shape": tensor.dims, "data_offsets": [at, end] });
        names.insert(tensor.name.clone(), about);
        at = end;
    }
    let mut metadata = serde_json::Map::new();
    metadata.insert("format".to_owned(), "pt".into());
    metadata.insert(BUILD.to_owned(), build.to_string().into());
    metadata.extend(entries(about).into_iter().map(|(key, value)| (key, value.into())));
    names.insert("__metadata__".to_owned(), metadata.into());
    let json = serde_json::Value::Object(names).to_string();
    sink(&(json.len() as u64).to_le_bytes());
    sink(json.as_bytes());
    for (_, values) in &tensors {
        for numbers in values.get().chunks(1 << 16) {
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            sink(&bytes);
        }
    }
    Ok(())
}

/// What a network is as one that can be built, and the tensors of its state dict with their numbers.
///
/// # Errors
/// Where it is no plain VGG, or a layer of it is computed in another way.
pub fn state_dict(network: &Network) -> Result<(Build, Vec<(Tensor, Numbers)>), ModelError> {
    let build = Build::like(&network.model.architecture).ok_or_else(|| unwritable("no plain VGG"))?;
    let tensors = build.tensors();
    let values = values(network).filter(|values| values.len() == tensors.len());
    let values = values.ok_or_else(|| unwritable("layers that are computed in another way"))?;
    let all: Vec<_> = tensors.into_iter().zip(values).collect();
    match all.iter().find(|(tensor, values)| tensor.count() != values.get().len() as u64) {
        Some((tensor, _)) => Err(unwritable(&tensor.name)),
        None => Ok((build, all)),
    }
}

/// A tensor's numbers, in PyTorch's order.
pub enum Numbers {
    /// As the network has them.
    Kept(Floats),
    /// Put into that order.
    Made(Vec<f32>),
}

impl Numbers {
    /// All of them.
    pub fn get(&self) -> &[f32] {
        match self {
            Numbers::Kept(floats) => floats.get(),
            Numbers::Made(numbers) => numbers,
        }
    }
}

/// The numbers of every tensor, in the order of a state dict.
fn values(network: &Network) -> Option<Vec<Numbers>> {
    let mut values = Vec::new();
    let layers = network.model.architecture.layers.iter().zip(&network.computations);
    for (layer, computation) in layers.filter(|(layer, _)| matches!(layer.op, Op::Convolution(_) | Op::Dense))
    {
        let Computation { operation, links, .. } = computation.as_ref()?;
        let units = layer.shape.channels;
        let (weights, bias) = match operation {
            Operation::Convolution { kernels, bias, groups: 1, .. } => (Numbers::Kept(kernels.clone()), bias),
            Operation::Dense { matrix, bias } if matrix.row_is_output => {
                (Numbers::Kept(matrix.values.clone()), bias)
            }
            Operation::Dense { matrix, bias } => {
                let places =
                    (0..matrix.outputs).flat_map(|output| (0..matrix.features).map(move |at| (output, at)));
                (
                    Numbers::Made(places.map(|(output, feature)| matrix.weight(output, feature)).collect()),
                    bias,
                )
            }
            _ => return None,
        };
        values.push(weights);
        values.push(bias.clone().map_or_else(|| Numbers::Made(vec![0.0; units]), Numbers::Kept));
        for link in links {
            match link {
                Pointwise::Norm { scale, shift, mean, variance, epsilon } => {
                    let all = |each: &dyn Fn(usize) -> f32| Numbers::Made((0..units).map(each).collect());
                    values.push(all(&|at| scale.at(at)));
                    values.push(all(&|at| shift.at(at)));
                    values.push(all(&|at| mean.at(at)));
                    values.push(all(&|at| variance.at(at) + epsilon - EPSILON));
                }
                // A bias that stands in a node of its own.
                Pointwise::Add(each) => {
                    let last = values.last_mut()?;
                    let sums = last.get().iter().enumerate().map(|(at, bias)| bias + each.at(at)).collect();
                    *last = Numbers::Made(sums);
                }
                relu if relu.is_rectifier() => {}
                _ => return None,
            }
        }
    }
    Some(values)
}
