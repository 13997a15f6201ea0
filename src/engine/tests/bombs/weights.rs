//! Files of weights that ask for more than they hold: refused in words, in little time and memory beyond the file.

use vggscope_core::error::ModelError;

use super::hdf5::{File, contiguous, dataset, heap, link, more, node, table, tree};
use super::pickle::{storage, stream, text};
use super::zip::{Member, archive, stored};
use super::{memory, refused};

/// The most memory that refusing a file may take, beyond the file.
const MOST_MEMORY: usize = 64 << 20;

/// What a file is, its bytes, and why it is refused.
type Case = (&'static str, Vec<u8>, ModelError);

/// Looks that files are refused for these reasons, in few words.
fn all_refused(cases: fn() -> Vec<Case>) {
    memory::watched(move || {
        for (case, (what, bytes, why)) in cases().iter().enumerate() {
            let (error, memory) = memory::highest(|| refused(case, what, bytes));
            assert_eq!(error, *why, "{what}");
            assert!(memory <= MOST_MEMORY, "{what} took {memory} bytes");
        }
    });
}

fn damaged(format: &str) -> ModelError {
    ModelError::Damaged { format: format.to_owned() }
}

#[test]
fn archives() {
    all_refused(|| {
        let empty = b"\x80\x02}.";
        let bomb = Member { method: 8, whole: u32::MAX - 1, ..stored("a/data.pkl", &[0; 64]) };
        let beyond = Member { size: 1 << 30, ..stored("a/data.pkl", empty) };
        let twice = [stored("a/data.pkl", empty), Member { at: Some(0), ..stored("b/data.pkl", b"") }];
        let many: Vec<Member> =
            (0..65_535).map(|at| stored(&format!("{at:05}{}", "x".repeat(60)), b"")).collect();
        let long = vec![stored(&"x/".repeat(30_000), b""), stored("a/data.pkl", empty)];
        vec![
            (
                "paths that leave the archive",
                archive(&[stored("../../etc/data.pkl", empty)]),
                ModelError::NoWeights,
            ),
            ("an absolute path", archive(&[stored("/data.pkl", empty)]), ModelError::NoWeights),
            (
                "one name twice",
                archive(&[stored("a/data.pkl", empty), stored("a/data.pkl", empty)]),
                damaged("zip"),
            ),
            ("members over each other", archive(&twice), ModelError::NoWeights),
            ("a member beyond the file", archive(&[beyond]), ModelError::Truncated),
            ("a deflated bomb", archive(&[bomb]), ModelError::Compressed),
            ("members without end", archive(&many), damaged("zip")),
            ("a path without end", archive(&long), damaged("zip")),
            ("no member", archive(&[]), ModelError::NotOnnx),
        ]
    });
}

#[test]
fn pickles() {
    all_refused(|| {
        // One text, remembered at 2, names many tensors; what follows the dictionary sets its items.
        let tensor = |dims: &[u8]| [b"h\x00(h\x01K\x00", dims, dims, b"tR"].concat();
        let name = [&text(&"n".repeat(60_000))[..], b"q\x020"].concat();
        let one = [b"h\x02", &tensor(b"K\x01\x85")[..]].concat();
        let names = [&storage("0")[..], &name, b"}(", &one.repeat(20_000), b"u"].concat();
        // A shape of many dimensions, remembered at 2, is that of many tensors.
        let shape = [b"(", &b"K\x01".repeat(60_000)[..], b"tq\x020"].concat();
        let item = [&text("w")[..], &tensor(b"h\x02")].concat();
        let shapes = [&storage("0")[..], &shape, b"}(", &item.repeat(20_000), b"u"].concat();
        // Each dictionary holds the one before it many times.
        let mut nested = b"}q\x00".to_vec();
        for at in 0..4 {
            let again = [b"N", &[b'h', at][..]].concat().repeat(20_000);
            nested.extend([b"0}(", &again[..], b"u", &[b'q', at + 1]].concat());
        }
        let key = [&storage(&"k".repeat(60_000))[..], b"}"].concat();
        vec![
            ("one name of many tensors", stream(&names, &["0"]), damaged("PyTorch")),
            ("one shape of many tensors", stream(&shapes, &["0"]), damaged("pickle")),
            ("dictionaries in dictionaries", stream(&nested, &[]), ModelError::NoWeights),
            ("a long key", stream(&key, &[]), damaged("pickle")),
            ("values without end", stream(&b"N".repeat(1 << 20), &[]), damaged("pickle")),
            ("marks without end", stream(&b"(".repeat(1 << 20), &[]), damaged("pickle")),
        ]
    });
}

#[test]
fn headers_of_safetensors() {
    all_refused(|| {
        let file =
            |header: &str| [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 4]].concat();
        let tensor = |name: &str, shape: &str| {
            format!(r#""{name}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[0,4]}}"#)
        };
        let many: Vec<String> = (0..15_000).map(|at| tensor(&at.to_string(), "1")).collect();
        let long = vec!["1"; 1 << 21].join(",");
        vec![
            ("weights over each other", file(&format!("{{{}}}", many.join(","))), damaged("safetensors")),
            (
                "a shape without end",
                file(&format!("{{{}}}", tensor("w", &long[..(1 << 20) - 101]))),
                damaged("PyTorch"),
            ),
            (
                "a shape that nothing holds",
                file(&format!("{{{}}}", tensor("w", "9999999999,9999999999"))),
                damaged("safetensors"),
            ),
            ("a header of brackets", file(&format!("{{{}", "[".repeat(1 << 19))), damaged("safetensors")),
            (
                "a header beyond the file",
                [&(1u64 << 19).to_le_bytes()[..], b"{"].concat(),
                ModelError::Truncated,
            ),
        ]
    });
}

#[test]
fn messages_of_caffe() {
    all_refused(|| {
        let field = |number: u8, value: &[u8]| {
            let (mut length, mut bytes) = (value.len(), vec![number << 3 | 2]);
            while length >= 0x80 {
                bytes.push(length as u8 | 0x80);
                length >>= 7;
            }
            bytes.push(length as u8);
            [&bytes, value].concat()
        };
        let blob = field(6, &field(5, &[0; 4]));
        let name = |length: usize| field(4, &vec![b'n'; length]);
        let file = |layer: &[u8]| [field(1, b"net"), field(2, layer)].concat();
        let dims = field(6, &[field(7, &field(1, &[1; 100_000])), field(5, &[0; 4])].concat());
        vec![
            ("a long name", file(&[name(16 << 20), blob.clone()].concat()), damaged("Caffe")),
            ("one name of many weights", file(&[name(4000), blob.repeat(60_000)].concat()), damaged("Caffe")),
            ("a shape without end", file(&[name(4), dims].concat()), damaged("Caffe")),
        ]
    });
}

#[test]
fn groups_of_hdf5() {
    all_refused(|| {
        let mut file = File::new();
        let root = file.here();
        file.object(&[link(b"self", root), link(b"again", root)]);
        let circle = file.done(root);

        let mut file = File::new();
        let names = heap(&mut file, b"\0");
        let own = file.here();
        tree(&mut file, &[own]);
        let root = file.object(&[table(own, names)]);
        let tree_in_itself = file.done(root);

        // Each group holds the one before it, the first as often as one can hold.
        let mut file = File::new();
        let mut inner = file.object(&[]);
        for _ in 0..30 {
            inner = file.object(&[link(b"g", inner)]);
        }
        let deep = file.done(inner);

        let mut file = File::new();
        let at = file.here();
        file.put(&[b"OCHK", &more(at, 28)[..], &[0; 4]].concat());
        let root = file.object(&[more(at, 28)]);
        let endless = file.done(root);

        // All links of a node have the same long name.
        let mut file = File::new();
        let names = heap(&mut file, &[vec![b'n'; (1 << 20) - 1], vec![0]].concat());
        let group = file.object(&[]);
        let leaf = node(&mut file, &vec![(0, group); 60_000]);
        let root = file.object(&[table(leaf, names)]);
        let long_names = file.done(root);

        // Many datasets below groups of long names.
        let mut file = File::new();
        let numbers = file.put(&[0; 4]);
        let sets: Vec<Vec<u8>> = (0..5000u32)
            .map(|at| link(&at.to_le_bytes(), file.object(&dataset(&[1], &contiguous(numbers, 4)))))
            .collect();
        let mut inner = file.object(&sets);
        for _ in 0..14 {
            inner = file.object(&[link(&[b'g'; 60_000], inner)]);
        }
        let long_paths = file.done(inner);

        // The same links, in parts of a header that stand at one place.
        let mut file = File::new();
        let group = file.object(&[]);
        let links = link(b"g", group).repeat(60_000);
        let part = file.put(&[b"OCHK", &links[..], &[0; 4]].concat());
        let root = file.object(&vec![more(part, links.len() as u64 + 8); 60]);
        let same_part = file.done(root);

        vec![
            ("a group in itself", circle, ModelError::NoWeights),
            ("a tree in itself", tree_in_itself, damaged("HDF5")),
            ("groups without end", deep, damaged("HDF5")),
            ("a header that goes on with itself", endless, damaged("HDF5")),
            ("one long name of many links", long_names, damaged("HDF5")),
            ("long paths of many weights", long_paths, damaged("HDF5")),
            ("one part of a header many times", same_part, damaged("HDF5")),
        ]
    });
}

#[test]
fn datasets_of_hdf5() {
    all_refused(|| {
        let of = |dims: &[u64], layout: &[u8]| {
            let mut file = File::new();
            file.put(&[0; 64]);
            let set = file.object(&dataset(dims, layout));
            let root = file.object(&[link(b"w", set)]);
            file.done(root)
        };
        vec![
            (
                "a shape that nothing holds",
                of(&[1 << 40, 1 << 40], &contiguous(48, 64)),
                ModelError::Truncated,
            ),
            (
                "a shape that cannot be counted",
                of(&[u64::MAX, u64::MAX, 3], &contiguous(48, u64::MAX)),
                ModelError::Truncated,
            ),
            ("numbers beyond the file", of(&[1 << 28], &contiguous(48, 1 << 30)), ModelError::Truncated),
            ("numbers at no place", of(&[4], &contiguous(u64::MAX - 8, 16)), ModelError::Truncated),
            ("a size that is another", of(&[4], &contiguous(48, 20)), damaged("HDF5")),
            ("too many dimensions", of(&[1; 200], &contiguous(48, 4)), damaged("HDF5")),
            // Pieces, perhaps packed by filters.
            (
                "numbers in pieces",
                of(&[4], &[3, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0]),
                ModelError::Compressed,
            ),
            ("a layout of nobody", of(&[4], &[9, 1]), damaged("HDF5")),
        ]
    });
}
