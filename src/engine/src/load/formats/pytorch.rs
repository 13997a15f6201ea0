//! State dicts of PyTorch, in both forms of `torch.save`: a zip archive since 1.6, a stream of pickles before
//! (<https://github.com/pytorch/pytorch/blob/main/torch/serialization.py>). torchvision's VGG files are of the older form.

use std::collections::HashMap;
use std::ops::Range;

use vggscope_core::error::ModelError;

use super::pickle::{self, Number, Pickle, Storage, Value};
use super::reader::Reader;
use super::zip::Archive;
use super::{Entry, Format, Source, StateDict};
use crate::load::bytes::{Bytes, begins, bytes};
use crate::load::view::View;

/// The zip archive.
pub struct Zip;

/// The stream of pickles.
pub struct Stream;

/// The longest pickle that a state dict needs, in bytes.
const LONGEST_PICKLE: u64 = 1 << 24;
/// What the stream begins with, as a pickle of protocol 2: the number 0x1950a86a20f9469cfc6c.
const MAGIC: [u8; 15] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, b'.'];
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
        begins(file, &MAGIC)
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let mut reader = Reader::new(file, MAGIC.len(), file.end())?;
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
fn sizes(pickle: &Pickle) -> HashMap<String, Number> {
    pickle.storages().map(|storage| (storage.key.to_string(), storage.number)).collect()
}

/// The tensors of a saved object: a dictionary of them, or one within a checkpoint.
fn state_dict(
    pickle: &Pickle,
    place: impl Fn(&Storage) -> Result<Option<Range<usize>>, ModelError>,
) -> Result<StateDict, ModelError> {
    let mut entries = Vec::new();
    for (name, tensor) in tensors(pickle, &pickle.root, DEEPEST).unwrap_or_default() {
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
        if !view.is_within(place.end) {
            return Err(ModelError::Truncated);
        }
        entries.push(Entry { name: name.to_owned(), view });
    }
    Ok(StateDict { source: Source::PyTorch, entries })
}

/// Names and tensors of the dictionary that holds the most of them.
fn tensors<'a>(
    pickle: &'a Pickle,
    value: &'a Value,
    depth: usize,
) -> Option<Vec<(&'a str, &'a pickle::Tensor)>> {
    let Value::Dict(dict) = value else { return None };
    let own: Vec<_> = pickle
        .pairs(*dict)
        .filter_map(|(name, value)| match value {
            Value::Tensor(tensor) => Some((name.text()?, &**tensor)),
            _ => None,
        })
        .collect();
    let depth = depth.checked_sub(1)?;
    let nested = pickle.pairs(*dict).filter_map(|(_, value)| tensors(pickle, value, depth));
    nested.chain([own]).max_by_key(Vec::len)
}
