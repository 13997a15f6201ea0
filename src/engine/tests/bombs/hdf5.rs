//! HDF5 files, sound and unsound, written byte by byte: superblock 2 and object headers of version 2.

/// A file that is written from its begin to its end; the root's address is said at last.
pub struct File(Vec<u8>);

/// Where the root's address stands.
const ROOT: usize = 36;

impl File {
    /// One with a superblock.
    pub fn new() -> File {
        let addresses = [0, u64::MAX, 0, 0].iter().flat_map(|address: &u64| address.to_le_bytes());
        let head = b"\x89HDF\r\n\x1a\n\x02\x08\x08\0".iter().copied();
        File(head.chain(addresses).chain([0; 4]).collect())
    }

    /// Where the next thing will stand.
    pub fn here(&self) -> u64 {
        self.0.len() as u64
    }

    /// Writes bytes; where they begin.
    pub fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = self.here();
        self.0.extend(bytes);
        at
    }

    /// Writes an object of these messages; its address.
    pub fn object(&mut self, messages: &[Vec<u8>]) -> u64 {
        let body = messages.concat();
        self.put(&[b"OHDR\x02\x03", &(body.len() as u64).to_le_bytes()[..], &body, &[0; 4]].concat())
    }

    /// The file whose root is there.
    pub fn done(mut self, root: u64) -> Vec<u8> {
        self.0[ROOT..ROOT + 8].copy_from_slice(&root.to_le_bytes());
        self.0
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &(body.len() as u16).to_le_bytes()[..], &[0], body].concat()
}

/// A link to an object.
pub fn link(name: &[u8], to: u64) -> Vec<u8> {
    message(6, &[&[1, 1], &(name.len() as u16).to_le_bytes()[..], name, &to.to_le_bytes()].concat())
}

/// A group whose links stand in a tree, and their names in a heap.
pub fn table(tree: u64, heap: u64) -> Vec<u8> {
    message(0x11, &[tree.to_le_bytes(), heap.to_le_bytes()].concat())
}

/// More messages of an object, which stand elsewhere.
pub fn more(at: u64, length: u64) -> Vec<u8> {
    message(0x10, &[at.to_le_bytes(), length.to_le_bytes()].concat())
}

/// A dataset of 32-bit floats: its dimensions, and its layout in bytes.
pub fn dataset(dims: &[u64], layout: &[u8]) -> [Vec<u8>; 3] {
    let dims: Vec<u8> = [2, dims.len() as u8, 0, 1]
        .into_iter()
        .chain(dims.iter().flat_map(|dim| dim.to_le_bytes()))
        .collect();
    let float = [&[0x11, 0x20, 31, 0, 4, 0, 0, 0], &[0; 12][..]].concat();
    [message(1, &dims), message(3, &float), message(8, layout)]
}

/// The layout of numbers that stand in one piece.
pub fn contiguous(at: u64, bytes: u64) -> Vec<u8> {
    [&[3, 1], &at.to_le_bytes()[..], &bytes.to_le_bytes()].concat()
}

/// A local heap with these names.
pub fn heap(file: &mut File, names: &[u8]) -> u64 {
    let at = file.here() + 32;
    let sizes =
        [names.len() as u64, u64::MAX, at].iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>();
    file.put(&[b"HEAP\0\0\0\0", &sizes[..], names].concat())
}

/// A node of links, by the places of their names in the heap and their addresses.
pub fn node(file: &mut File, links: &[(u64, u64)]) -> u64 {
    let entries =
        links.iter().flat_map(|(name, to)| [&name.to_le_bytes()[..], &to.to_le_bytes(), &[0; 24]].concat());
    let entries: Vec<u8> = entries.collect();
    file.put(&[b"SNOD\x01\0", &(links.len() as u16).to_le_bytes()[..], &entries].concat())
}

/// A tree of these nodes.
pub fn tree(file: &mut File, children: &[u64]) -> u64 {
    let children_bytes = children.iter().flat_map(|child| [child.to_le_bytes(), [0; 8]].concat());
    let bytes = [
        b"TREE\0\0",
        &(children.len() as u16).to_le_bytes()[..],
        &[0; 24],
        &children_bytes.collect::<Vec<_>>(),
    ]
    .concat();
    file.put(&bytes)
}
