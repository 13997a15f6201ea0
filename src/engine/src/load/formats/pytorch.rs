//! State dicts of PyTorch, in both forms of `torch.save`: a zip archive since 1.6, a stream of pickles before
//! (<https://github.com/pytorch/pytorch/blob/main/torch/serialization.py>). torchvision's VGG files are of the older form.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use vggscope_core::error::ModelError;
use vggscope_core::model::PICKLES;

use super::pickle::{self, Number, Pickle, Storage, Value};
use super::reader::Reader;
use super::zip::Archive;
use super::{Format, Source, StateDict};
use crate::load::bytes::{Bytes, begins, bytes};
use crate::load::view::View;

/// The zip archive.
pub struct Zip;

/// The stream of pickles.
pub struct Stream;

/// The longest pickle that a state dict needs, in bytes.
const LONGEST_PICKLE: u64 = 1 << 24;
/// The most storages of a stream.
const MOST_STORAGES: usize = 1 << 16;
/// How deep in a checkpoint its state dict may lie.
const DEEPEST: usize = 4;

impl Format for Zip {
    fn matches(&self, file: &dyn Bytes) -> bool {
        // Keras' archives were asked for before; of all others this says what is wrong.
        Archive::matches(file)
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let archive = Archive::open(file)?;
        let name = archive.find("data.pkl").ok_or(ModelError::NoWeights)?;
        let place = archive.get(name)?.ok_or_else(damaged)?;
        let folder = name.strip_suffix("data.pkl").unwrap_or_default();
        let order = archive.get(&format!("{folder}byteorder"))?.filter(|place| place.len() < 16);
        if order.is_some_and(|place| bytes(file, place) != b"little") {
            return Err(damaged());
        }
        if place.len() as u64 > LONGEST_PICKLE {
            return Err(damaged());
        }
        let pickle = pickle::read(&mut Reader::new(file, place.start, place.end)?)?;
        state_dict(&pickle, |storage| archive.get(&format!("{folder}data/{}", storage.key)))
    }
}

impl Format for Stream {
    fn matches(&self, file: &dyn Bytes) -> bool {
        begins(file, PICKLES)
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let mut reader = Reader::new(file, PICKLES.len(), file.end())?;
        // The version of the protocol, what the machine was, then the object, then the keys of all storages.
        pickle::read(&mut reader)?;
        pickle::read(&mut reader)?;
        let object = pickle::read(&mut reader)?;
        let keys = pickle::read(&mut reader)?;
        let Value::List(list) = keys.root else { return Err(damaged()) };
        let (list, sizes) = (keys.items(list), sizes(&object));
        if list.len() > MOST_STORAGES {
            return Err(damaged());
        }
        let mut places = HashMap::new();
        for key in list {
            let key = key.text().ok_or(damaged())?;
            // Which kind its numbers are only a tensor of it says.
            let number = *sizes.get(key).ok_or(damaged())?;
            let count = usize::try_from(u64::from_le_bytes(reader.array()?)).map_err(|_| damaged())?;
            let start = reader.place();
            reader.skip(count.checked_mul(number.size()).ok_or(damaged())?)?;
            places.insert(key.to_owned(), start..reader.place());
        }
        state_dict(&object, |storage| Ok(places.get(&*storage.key).cloned()))
    }
}

fn damaged() -> ModelError {
    ModelError::Damaged { format: "PyTorch".to_owned() }
}

/// The kind of numbers of every storage that some tensor is of.
fn sizes(pickle: &Pickle) -> HashMap<&str, Number> {
    pickle.storages().map(|storage| (&*storage.key, storage.number)).collect()
}

/// The tensors of a saved object: a dictionary of them, or one within a checkpoint.
fn state_dict(
    pickle: &Pickle,
    place: impl Fn(&Storage) -> Result<Option<Range<usize>>, ModelError>,
) -> Result<StateDict, ModelError> {
    let mut weights = StateDict::new(Source::PyTorch);
    for (name, tensor) in tensors(pickle) {
        // Counters of batches and the like.
        let Number::Float(element) = tensor.storage.number else { continue };
        let place = place(&tensor.storage)?.ok_or(ModelError::Truncated)?;
        let offset = tensor.offset.checked_mul(element.size()).and_then(|way| place.start.checked_add(way));
        let view = View {
            element,
            offset: offset.ok_or(damaged())?,
            dims: tensor.dims.clone(),
            strides: tensor.strides.clone(),
        };
        if !view.ends_within(place.end) {
            return Err(ModelError::Truncated);
        }
        if !view.is_within(place.end) {
            return Err(damaged());
        }
        weights.add(name, view)?;
    }
    Ok(weights)
}

/// Names and tensors of the dictionary that holds the most of them: of the object itself, or of one in it.
fn tensors(pickle: &Pickle) -> Vec<(&str, &pickle::Tensor)> {
    // A dictionary may be in many others, or in itself.
    let (mut seen, mut most) = (HashSet::new(), Vec::new());
    let mut waiting = VecDeque::from([(&pickle.root, DEEPEST)]);
    while let Some((value, depth)) = waiting.pop_front() {
        let Value::Dict(dict) = value else { continue };
        if depth == 0 || !seen.insert(*dict) {
            continue;
        }
        let mut own = Vec::new();
        for (name, value) in pickle.pairs(*dict) {
            match (name.text(), value) {
                (Some(name), Value::Tensor(tensor)) => own.push((name, &**tensor)),
                (_, value @ Value::Dict(_)) => waiting.push_back((value, depth - 1)),
                _ => {}
            }
        }
        if own.len() > most.len() {
            most = own;
        }
    }
    most
}
