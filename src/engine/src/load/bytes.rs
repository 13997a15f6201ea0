//! A model file that stays where it is: what is large in it is copied once, to where it will be used.
//!
//! ONNX is one message of Protocol Buffers (<https://protobuf.dev/programming-guides/encoding/>). Decoding it whole would
//! hold the file, the message and the tensors at once; here the message is decoded without the bytes of its large weights.

use std::ops::Range;

/// Bytes that may be elsewhere: a file, and perhaps others that it names.
pub trait Bytes {
    /// How many there are.
    fn count(&self) -> usize;

    /// Copies those from a place on; all must be there.
    fn copy(&self, from: usize, to: &mut [u8]);

    /// Where the file itself ends, before others that stand behind it.
    fn end(&self) -> usize {
        self.count()
    }

    /// Where a file that stands beside it lies, by its name.
    fn beside(&self, _name: &str) -> Option<Range<usize>> {
        None
    }
}

/// A file with those that stand beside it, one behind the other.
pub struct Files<T> {
    file: T,
    beside: Vec<(String, T)>,
}

impl<T: Bytes> Files<T> {
    /// A file, and others by their names.
    pub fn new(file: T, beside: Vec<(String, T)>) -> Files<T> {
        Files { file, beside }
    }

    /// All of them, each with the place where it begins.
    fn places(&self) -> impl Iterator<Item = (usize, &str, &T)> {
        let files =
            std::iter::once(("", &self.file)).chain(self.beside.iter().map(|(name, file)| (&**name, file)));
        files.scan(0, |at, (name, file)| {
            let start = *at;
            *at += file.count();
            Some((start, name, file))
        })
    }
}

impl<T: Bytes> Bytes for &Files<T> {
    fn count(&self) -> usize {
        (**self).count()
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        (**self).copy(from, to);
    }

    fn end(&self) -> usize {
        (**self).end()
    }

    fn beside(&self, name: &str) -> Option<Range<usize>> {
        (**self).beside(name)
    }
}

impl<T: Bytes> Bytes for Files<T> {
    fn count(&self) -> usize {
        self.places().map(|(_, _, file)| file.count()).sum()
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        // No part that is read reaches from one file into the next.
        if let Some((start, _, file)) = self.places().filter(|(start, ..)| *start <= from).last() {
            file.copy(from - start, to);
        }
    }

    fn end(&self) -> usize {
        self.file.count()
    }

    fn beside(&self, name: &str) -> Option<Range<usize>> {
        let found = self.places().skip(1).find(|(_, other, _)| *other == name);
        found.map(|(start, _, file)| start..start + file.count())
    }
}

impl<T: AsRef<[u8]>> Bytes for T {
    fn count(&self) -> usize {
        self.as_ref().len()
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        to.copy_from_slice(&self.as_ref()[from..from + to.len()]);
    }
}

/// A file without the bytes of its large weights.
pub struct Split {
    /// The message without them.
    pub rest: Vec<u8>,
    /// For each initializer of the graph, where its bytes stand, if they were left out.
    pub left_out: Vec<Option<Range<usize>>>,
}

/// Weights of fewer bytes are kept in the message.
pub const LARGE: usize = 1 << 16;

/// A message of more fields is not split: to remember them all would take more than the message does.
const MOST_FIELDS: usize = 1 << 17;

/// Numbers of fields, from onnx.proto.
const MODEL_GRAPH: u64 = 7;
const GRAPH_INITIALIZER: u64 = 5;
const TENSOR_RAW_DATA: u64 = 9;

/// Splits a file. One that is no sound message is not split, so that whoever decodes it says what is wrong.
pub fn split(file: &(impl Bytes + ?Sized)) -> Split {
    split_model(file).unwrap_or_else(|| Split { rest: bytes(file, 0..file.end()), left_out: Vec::new() })
}

/// The bytes of a place.
pub fn bytes(file: &(impl Bytes + ?Sized), place: Range<usize>) -> Vec<u8> {
    let mut bytes = vec![0; place.len()];
    file.copy(place.start, &mut bytes);
    bytes
}

/// Whether a file begins with these bytes, and goes on after them.
pub fn begins(file: &(impl Bytes + ?Sized), with: &[u8]) -> bool {
    file.end() > with.len() && bytes(file, 0..with.len()) == with
}

fn split_model(file: &(impl Bytes + ?Sized)) -> Option<Split> {
    let mut split = Split { rest: Vec::new(), left_out: Vec::new() };
    let mut graphs = 0;
    for field in fields(file, 0..file.end())? {
        if field.number != MODEL_GRAPH {
            split.rest.extend(bytes(file, field.whole));
            continue;
        }
        graphs += 1;
        let mut graph = Vec::new();
        for field in fields(file, field.value?)? {
            if field.number != GRAPH_INITIALIZER {
                graph.extend(bytes(file, field.whole));
                continue;
            }
            let (tensor, left_out) = split_tensor(file, field.value?)?;
            write(GRAPH_INITIALIZER, &tensor, &mut graph);
            split.left_out.push(left_out);
        }
        write(MODEL_GRAPH, &graph, &mut split.rest);
    }
    // Several would be merged, and the initializers be others.
    (graphs == 1).then_some(split)
}

fn split_tensor(
    file: &(impl Bytes + ?Sized),
    tensor: Range<usize>,
) -> Option<(Vec<u8>, Option<Range<usize>>)> {
    let (mut rest, mut left_out) = (Vec::new(), None);
    for field in fields(file, tensor)? {
        let large = field.value.filter(|value| field.number == TENSOR_RAW_DATA && value.len() >= LARGE);
        match large {
            Some(_) if left_out.is_some() => return None,
            Some(value) => left_out = Some(value),
            None => rest.extend(bytes(file, field.whole)),
        }
    }
    Some((rest, left_out))
}

/// A field of a message.
pub struct Field {
    /// Its number.
    pub number: u64,
    /// Where it stands, with its number.
    pub whole: Range<usize>,
    /// What stands in it, where its length does.
    pub value: Option<Range<usize>>,
}

impl Field {
    /// The whole numbers in it: one, or several of which the length is given. `None` where it holds something else.
    pub fn numbers(&self, file: &(impl Bytes + ?Sized)) -> Option<Vec<u64>> {
        let mut numbers = Vec::new();
        let mut at = self.whole.start;
        let key = varint(file, &mut at, self.whole.end)?;
        if key & 7 == 2 {
            varint(file, &mut at, self.whole.end)?;
        } else if key & 7 != 0 {
            return None;
        }
        while at < self.whole.end {
            (numbers.len() < MOST_FIELDS).then_some(())?;
            numbers.push(varint(file, &mut at, self.whole.end)?);
        }
        Some(numbers)
    }
}

impl Field {
    /// The 32-bit float in it. `None` where it holds something else.
    pub fn float(&self, file: &(impl Bytes + ?Sized)) -> Option<f32> {
        let mut at = self.whole.start;
        let key = varint(file, &mut at, self.whole.end)?;
        let bytes: [u8; 4] = bytes(file, at..self.whole.end).try_into().ok()?;
        (key & 7 == 5).then(|| f32::from_le_bytes(bytes))
    }
}

/// The fields of a message; `None` where it is none.
pub fn fields(file: &(impl Bytes + ?Sized), message: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut at = message.start;
    while at < message.end {
        let start = at;
        let key = varint(file, &mut at, message.end)?;
        let mut value = None;
        let length = match key & 7 {
            0 => {
                varint(file, &mut at, message.end)?;
                0
            }
            1 => 8,
            2 => {
                let length = usize::try_from(varint(file, &mut at, message.end)?).ok()?;
                value = Some(at..at.checked_add(length)?);
                length
            }
            5 => 4,
            _ => return None,
        };
        at = at.checked_add(length).filter(|end| *end <= message.end)?;
        (fields.len() < MOST_FIELDS).then_some(())?;
        fields.push(Field { number: key >> 3, whole: start..at, value });
    }
    Some(fields)
}

/// A number of seven bits a byte, the lowest first.
fn varint(file: &(impl Bytes + ?Sized), at: &mut usize, end: usize) -> Option<u64> {
    /// What 64 bits take at the most.
    const LONGEST: usize = 10;
    let mut window = [0; LONGEST];
    let window = &mut window[..LONGEST.min(end - *at)];
    file.copy(*at, window);
    let length = window.iter().position(|byte| byte & 0x80 == 0)? + 1;
    *at += length;
    window[..length]
        .iter()
        .rev()
        .try_fold(0u64, |number, byte| (number >> 57 == 0).then_some(number << 7 | u64::from(byte & 0x7f)))
}

/// Writes a field whose length stands in it.
fn write(number: u64, value: &[u8], to: &mut Vec<u8>) {
    to.extend(header(number, value.len()));
    to.extend(value);
}

/// What stands before the bytes of a field: its number, and how many there are.
pub fn header(number: u64, length: usize) -> Vec<u8> {
    let mut header = Vec::new();
    for mut rest in [number << 3 | 2, length as u64] {
        while rest >= 0x80 {
            header.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        header.push(rest as u8);
    }
    header
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use prost::Message;
    use tract_onnx::pb::{GraphProto, ModelProto, TensorProto};

    use super::*;

    /// A file with weights of so many bytes.
    fn file(sizes: &[usize]) -> (ModelProto, Vec<u8>) {
        let tensor = |(at, size): (usize, &usize)| TensorProto {
            name: format!("w{at}"),
            dims: vec![*size as i64],
            raw_data: vec![at as u8 + 1; *size],
            ..TensorProto::default()
        };
        let initializer = sizes.iter().enumerate().map(tensor).collect();
        let graph = Some(GraphProto { name: "g".to_owned(), initializer, ..GraphProto::default() });
        let model = ModelProto { graph, producer_name: "p".to_owned(), ..ModelProto::default() };
        let written = model.encode_to_vec();
        (model, written)
    }

    #[test]
    fn large_weights_are_left_out_and_found_again() {
        let (model, written) = file(&[10, LARGE, LARGE - 1, 3 * LARGE]);
        let split = split(&written);
        assert!(split.rest.len() < 2 * LARGE);
        let mut read = ModelProto::decode(split.rest.as_slice()).unwrap();
        let left_out: Vec<bool> = split.left_out.iter().map(Option::is_some).collect();
        assert_eq!(left_out, [false, true, false, true]);
        for (tensor, place) in read.graph.as_mut().unwrap().initializer.iter_mut().zip(split.left_out) {
            if let Some(place) = place {
                tensor.raw_data = bytes(&written, place);
            }
        }
        assert_eq!(read, model);
    }

    proptest! {
        #[test]
        fn bent_files_are_not_split_or_decoded_alike(at in 0usize..400, byte in any::<u8>(), cut in 0usize..400) {
            let (_, mut written) = file(&[10, 20, 30]);
            written.truncate(written.len().saturating_sub(cut));
            if let Some(place) = written.get_mut(at) {
                *place = byte;
            }
            let split = split(&written);
            let (one, other) = (ModelProto::decode(written.as_slice()), ModelProto::decode(split.rest.as_slice()));
            prop_assert_eq!(one.ok(), other.ok());
        }
    }
}
