//! Files that a stranger has bent: reading one and running it ends in a result or an error, in little time and
//! memory, whatever was done to it.

#![allow(clippy::unwrap_used, reason = "what does not hold in a test fails it")]

mod common;
#[path = "common/memory.rs"]
mod memory;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use vggscope_engine::Network;

use common::every::every_operator;
use common::proto::{Field, Kind, Value, find, parse, size, write};
use common::{golden, run};
use memory::CASE;

/// How many files are bent; an environment variable of this name asks for more.
const CASES: (&str, usize) = ("VGGSCOPE_CASES", 10_000);
/// The most time that one case may take.
const LONGEST: Duration = Duration::from_secs(5);
/// The most units of a network that is not only read but run.
const MOST_UNITS: usize = 20_000_000;

/// Where the runtime panicked, with how many cases did and the first of them.
static PANICS: Mutex<BTreeMap<String, (usize, usize)>> = Mutex::new(BTreeMap::new());

/// SplitMix64: the same cases every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// Bends bytes without regard to what they mean.
fn bend_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    let start = random.below(bytes.len());
    let end = (start + 1 + random.below(64)).min(bytes.len());
    match random.below(5) {
        0 => bytes[start] ^= 1 << random.below(8),
        1 => bytes[start..end].iter_mut().for_each(|byte| *byte = random.next() as u8),
        2 => {
            let value = random.of(&[0, 0x7f, 0x80, 0xff]);
            bytes[start..end].fill(value);
        }
        3 => drop(bytes.drain(start..end)),
        _ => {
            let slice = bytes[start..end].to_vec();
            bytes.splice(start..start, slice);
        }
    }
}

/// Numbers at which something may give.
const NUMBERS: [i64; 17] =
    [-1, -2, i64::MIN, i64::MAX, 0, 1, 2, 3, 4, 5, 7, 16, 255, 4096, 100_000, 1 << 31, 1 << 40];

/// Words that mean something somewhere.
const WORDS: [&str; 24] = [
    "",
    "Add",
    "AveragePool",
    "Cast",
    "Concat",
    "Constant",
    "ConstantOfShape",
    "Conv",
    "Flatten",
    "Gather",
    "Gemm",
    "MatMul",
    "MaxPool",
    "Pad",
    "ReduceMean",
    "Relu",
    "Reshape",
    "Shape",
    "Slice",
    "Softmax",
    "Split",
    "Transpose",
    "axis",
    "SAME_UPPER",
];

/// Bends one field and leaves the file whole.
fn bend_field(fields: &mut Vec<Field>, random: &mut Random) {
    let all = size(fields);
    let other = {
        let (message, place) = find(fields, random.below(all));
        message[place].value.clone()
    };
    let (message, place) = find(fields, random.below(all));
    let field = &mut message[place];
    match (random.below(8), &mut field.value, other) {
        (0, ..) => drop(message.remove(place)),
        (1, ..) => {
            let copy = field.clone();
            message.insert(place, copy);
        }
        (2, ..) => {
            let with = random.below(message.len());
            message.swap(place, with);
        }
        (3 | 4, Value::Bytes(bytes), Value::Bytes(other)) => *bytes = other,
        (_, Value::Number(number), _) => *number = random.of(&NUMBERS) as u64,
        (5, Value::Bytes(bytes), _) => *bytes = random.of(&WORDS).as_bytes().to_vec(),
        (_, Value::Bytes(bytes) | Value::Fixed(bytes), _) if !bytes.is_empty() => {
            let at = random.below(bytes.len());
            bytes[at] ^= random.next() as u8;
        }
        _ => {}
    }
}

/// A file to bend, as bytes and as fields.
type Whole = (Vec<u8>, Vec<Field>);

/// One case: a file bent in the way of this number.
fn case(small: &[Whole], large: &[Whole], number: usize) -> Vec<u8> {
    let mut random = Random(number as u64);
    let files = if random.below(50) == 0 { large } else { small };
    let (bytes, fields) = &files[number % files.len()];
    let times = 1 + random.below(3);
    if random.below(4) == 0 {
        let mut bytes = bytes.clone();
        (0..times).for_each(|_| bend_bytes(&mut bytes, &mut random));
        bytes
    } else {
        let mut fields = fields.clone();
        (0..times).for_each(|_| bend_field(&mut fields, &mut random));
        write(&fields)
    }
}

/// The same of a file of weights, of which nobody knows the fields.
fn weights_case(files: &[Vec<u8>], number: usize) -> Vec<u8> {
    let mut random = Random(number as u64);
    let mut bytes = files[number % files.len()].clone();
    for _ in 0..1 + random.below(3) {
        // The outlines stand at both ends, and the numbers between them.
        let part = random.below(3);
        let outline = bytes.len().min(4096);
        match part {
            0 => bend_bytes(&mut bytes, &mut random),
            1 => {
                let mut tail = bytes.split_off(outline);
                bend_bytes(&mut bytes, &mut random);
                bytes.append(&mut tail);
            }
            _ => {
                let mut tail = bytes.split_off(bytes.len() - outline);
                bend_bytes(&mut tail, &mut random);
                bytes.append(&mut tail);
            }
        }
    }
    bytes
}

/// What became of a case, in a word.
fn outcome(bytes: &[u8]) -> String {
    let word = |debug: String| debug.split([' ', '(']).next().unwrap_or_default().to_owned();
    match Network::read(bytes, [48, 64]) {
        Err(error) => word(format!("{error:?}")),
        Ok(network) => {
            let net = &network.model.architecture;
            if net.layers.iter().map(|layer| layer.shape.units()).sum::<usize>() > MOST_UNITS {
                return "read".to_owned();
            }
            match run(&network, vec![0.5; net.input().units()]) {
                Ok((layers, _)) => {
                    assert_eq!(
                        layers.len() + 1,
                        net.layers.len(),
                        "case {}: every layer is reported once",
                        CASE.load(Relaxed)
                    );
                    "run".to_owned()
                }
                Err(error) => word(format!("{error:?}")),
            }
        }
    }
}

fn whole(bytes: Vec<u8>) -> Whole {
    let fields = parse(&bytes, Kind::Model);
    assert_eq!(write(&fields), bytes, "a file is written as it was read");
    (bytes, fields)
}

fn bend_all(cases: usize) -> BTreeMap<String, usize> {
    let every = || whole(write(&every_operator()));
    let names = ["bad/gray", "bad/labels-in-metadata", "nets/dynamic-size", "nets/squeezenet-old"];
    let files =
        |names: &[&str]| names.iter().map(|n| whole(golden(&format!("{n}.onnx")))).collect::<Vec<_>>();
    let mut small = files(&names);
    small.extend([every(), every(), every()]);
    let large = files(&["nets/resnet-torchscript", "nets/alexnet-old", "nets/vgg13-dynamo"]);

    let mut outcomes = BTreeMap::new();
    for number in 0..cases {
        CASE.store(number, Relaxed);
        let bytes = case(&small, &large, number);
        let started = Instant::now();
        *outcomes.entry(outcome(&bytes)).or_default() += 1;
        assert!(started.elapsed() < LONGEST, "case {number} took {:?}", started.elapsed());
    }
    outcomes
}

/// The most memory that a file of weights may take to be refused, beyond the file.
const MOST_REFUSING: usize = 64 << 20;

fn bend_weights(cases: usize) -> BTreeMap<String, usize> {
    let folder = common::file("tests/golden/weights");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files: Vec<Vec<u8>> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end != "json"))
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let mut outcomes = BTreeMap::new();
    for number in 0..cases {
        CASE.store(number, Relaxed);
        let bytes = weights_case(&files, number);
        let started = Instant::now();
        let (error, memory) = memory::highest(|| Network::read(&bytes[..], [48, 64]).err());
        assert!(started.elapsed() < LONGEST, "weights {number} took {:?}", started.elapsed());
        if let Some(error) = error {
            assert!(memory <= MOST_REFUSING, "weights {number} took {memory} bytes: {error:?}");
            let word = format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned();
            *outcomes.entry(word).or_default() += 1;
        } else {
            *outcomes.entry("read".to_owned()).or_default() += 1;
        }
    }
    outcomes
}

/// A panic inside the runtime is an error natively, but takes the worker down in a browser, so there must be few.
#[test]
fn bent_files() {
    let cases = std::env::var(CASES.0).ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES.1);
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().filter(|place| place.file() != file!());
        let Some(place) = place else { return loud(info) };
        let mut panics = PANICS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let case = CASE.load(Relaxed);
        panics.entry(place.to_string()).or_insert((0, case)).0 += 1;
    }));
    memory::watched(move || {
        println!("{:?}", bend_all(cases));
        // Reading one takes ten times as long as a small graph.
        println!("{:?}", bend_weights(cases / 10));
    });
    let panics = PANICS.lock().unwrap();
    println!("{panics:#?}");
    let all: usize = panics.values().map(|(times, _)| times).sum();
    assert!(all * 1000 <= cases, "{all} panics, here and first in case: {panics:#?}");
}
