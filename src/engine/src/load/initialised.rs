//! A network that is built here, as a file of weights that is made while it is read: a safetensors of which no byte is kept
//! but its header.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use vggscope_core::error::ModelError;
use vggscope_core::vgg::build::{Build, Tensor};
use vggscope_core::vgg::transfer::Transfer;

use super::bytes::Bytes;
use super::formats::BUILD;
use crate::Network;
use crate::save::safetensors::{Numbers, state_dict};

/// Bytes of a number.
const FLOAT: usize = size_of::<f32>();

/// The weights of a network before any training.
pub struct Initialised {
    /// Its length, and the header.
    header: Vec<u8>,
    /// The tensors by where their bytes begin, with the numbers of those that are taken over.
    tensors: BTreeMap<usize, (Tensor, Option<Numbers>)>,
    end: usize,
}

impl Initialised {
    /// The weights of this network.
    pub fn of(build: &Build) -> Initialised {
        Initialised::with(build, HashMap::new())
    }

    /// The same, where some are taken over from another network.
    ///
    /// # Errors
    /// Where that is no plain VGG.
    pub fn begun(build: &Build, from: &Network, transfer: Transfer) -> Result<Initialised, ModelError> {
        let (theirs, tensors) = state_dict(from)?;
        let mut by_name: HashMap<String, Numbers> =
            tensors.into_iter().map(|(tensor, numbers)| (tensor.name, numbers)).collect();
        let loaded = transfer.keys(&theirs, build).loaded.into_iter();
        let taken = loaded.filter_map(|[ours, other]| Some((ours, by_name.remove(&other)?)));
        Ok(Initialised::with(build, taken.collect()))
    }

    fn with(build: &Build, mut taken: HashMap<String, Numbers>) -> Initialised {
        let (mut at, mut places) = (0, Vec::new());
        let mut names = serde_json::Map::new();
        for tensor in build.tensors() {
            // A build has no more than the memory holds.
            let end = at + tensor.count() as usize * FLOAT;
            let about = json!({ "dtype": "F32", "shape": tensor.dims, "data_offsets": [at, end] });
            names.insert(tensor.name.clone(), about);
            places.push((at, tensor));
            at = end;
        }
        // Between numbers in the names there is room for more than one thing.
        names.insert("__metadata__".to_owned(), json!({ BUILD: build.to_string() }));
        let json = serde_json::Value::Object(names).to_string();
        let mut header = (json.len() as u64).to_le_bytes().to_vec();
        header.extend(json.as_bytes());
        let start = header.len();
        let tensors = places.into_iter().map(|(place, tensor)| {
            let numbers = taken.remove(&tensor.name);
            (start + place, (tensor, numbers))
        });
        let tensors = tensors.collect();
        Initialised { header, tensors, end: start + at }
    }
}

impl Bytes for Initialised {
    fn count(&self) -> usize {
        self.end
    }

    fn copy(&self, from: usize, mut to: &mut [u8]) {
        let mut at = from;
        if let Some(header) = self.header.get(at..) {
            let count = header.len().min(to.len());
            let (first, rest) = to.split_at_mut(count);
            first.copy_from_slice(&header[..count]);
            (at, to) = (at + count, rest);
        }
        while !to.is_empty() {
            let Some((start, (tensor, taken))) = self.tensors.range(..=at).next_back() else { return };
            let place = at - start;
            // What is left of the tensor; of its first number perhaps only the end.
            let left = (tensor.count() as usize * FLOAT - place).min(to.len());
            let (these, rest) = to.split_at_mut(left);
            let skip = place % FLOAT;
            let head = if skip == 0 { 0 } else { (FLOAT - skip).min(left) };
            let draws = tensor.from.draws(tensor.key);
            let number = |index: usize| match taken {
                Some(numbers) => numbers.get().get(index).copied().unwrap_or_default().to_le_bytes(),
                None => draws.at(index as u64).to_le_bytes(),
            };
            these[..head].copy_from_slice(&number(place / FLOAT)[skip..skip + head]);
            let first = (place + head) / FLOAT;
            for (index, bytes) in these[head..].chunks_mut(FLOAT).enumerate() {
                bytes.copy_from_slice(&number(first + index)[..bytes.len()]);
            }
            (at, to) = (at + left, rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::bytes::bytes;

    /// The library's own reader finds the tensors, and any part of the file is what the whole has there.
    #[test]
    fn a_file_like_others() {
        let build: Build = "4,M,6/kaiming/5/3/2/bn".parse().unwrap();
        let file = Initialised::of(&build);
        let whole = bytes(&file, 0..file.count());
        let read = safetensors::SafeTensors::deserialize(&whole).unwrap();
        assert_eq!(read.len(), build.tensors().len());
        for tensor in build.tensors() {
            let view = read.tensor(&tensor.name).unwrap();
            assert_eq!(view.shape(), tensor.dims);
            let expected: Vec<u8> = (0..tensor.count())
                .flat_map(|place| tensor.from.draws(tensor.key).at(place).to_le_bytes())
                .collect();
            assert_eq!(view.data(), expected, "{}", tensor.name);
        }
        let start = file.header.len();
        for (from, length) in
            [(0, 9), (start - 3, 30), (start + 1, 2), (start + 2, 900), (whole.len() - 5, 5)]
        {
            assert_eq!(bytes(&file, from..from + length), whole[from..from + length], "{length} from {from}");
        }
    }
}
