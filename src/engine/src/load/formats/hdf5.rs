//! HDF5 as far as h5py writes it for Keras (<https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html>, superblocks 0 to 3): groups
//! as symbol tables or compact links, and datasets of floats that stand in the file in one piece.

mod attribute;

use std::collections::HashSet;
use std::ops::Range;

use vggscope_core::error::ModelError;
use vggscope_core::model::HDF5;

use super::reader::Reader;
use crate::load::bytes::Bytes;
use crate::load::view::{Element, View};

/// A dataset.
pub struct Dataset {
    /// The names of the groups that it is in, and its own, with slashes between them.
    pub path: String,
    /// Its numbers.
    pub view: View,
}

/// How deep groups may be in each other.
const DEEPEST: usize = 16;
/// The most groups and datasets of a file.
const MOST_OBJECTS: usize = 1 << 16;
/// The most parts of an object's header.
const MOST_PARTS: usize = 64;
/// The most bytes of all names of a group, and of the paths of all datasets.
const MOST_NAMES: usize = 1 << 20;
/// The most dimensions of a dataset.
const MOST_AXES: u8 = 8;
/// The address of what is not there.
const NOWHERE: u64 = u64::MAX;

/// All datasets of floats of a file that stands in a part of another, and where the text stands that the whole file has under
/// this name.
///
/// # Errors
/// Where it is cut short, contradicts itself or is written in a way that is not read here.
pub fn read(
    file: &dyn Bytes,
    part: Range<usize>,
    text: &'static str,
) -> Result<(Vec<Dataset>, Option<Range<usize>>), ModelError> {
    let seen = HashSet::new();
    let mut walk = Walk { file, part, attribute: Some(text), seen, found: Vec::new(), links: 0, paths: 0 };
    let root = walk.root()?;
    let text = walk.header(root)?.text;
    walk.attribute = None;
    walk.object(root, "", DEEPEST)?;
    Ok((walk.found, text))
}

fn damaged() -> ModelError {
    ModelError::Damaged { format: "HDF5".to_owned() }
}

struct Walk<'a> {
    file: &'a dyn Bytes,
    part: Range<usize>,
    /// The name of the attribute whose text is asked for, while the whole file's are read.
    attribute: Option<&'static str>,
    /// Objects that were looked at: a file can have a group in itself.
    seen: HashSet<u64>,
    found: Vec<Dataset>,
    /// How many links were followed.
    links: usize,
    /// The bytes of all paths.
    paths: usize,
}

/// What an object's header says.
#[derive(Default)]
struct Header {
    dims: Option<Vec<usize>>,
    element: Option<Element>,
    /// Where the numbers of a dataset begin, and how many bytes they take.
    place: Option<(u64, u64)>,
    /// Whether its numbers stand in several pieces.
    is_chunked: bool,
    /// B-tree and heap of a group.
    table: Option<(u64, u64)>,
    links: Links,
    /// Where the text of the attribute that is asked for stands.
    text: Option<Range<usize>>,
    /// Whether it was looked for: a file can have very many of the name.
    is_found: bool,
    /// Whether its links stand in a way that is not read.
    is_dense: bool,
}

/// Names and addresses of a group's objects.
#[derive(Default)]
struct Links {
    links: Vec<(String, u64)>,
    /// The bytes of all names, of which several may be the same bytes of the file.
    names: usize,
}

impl Links {
    fn add(&mut self, name: &[u8], address: u64) -> Result<(), ModelError> {
        self.names += name.len();
        if self.names > MOST_NAMES || self.links.len() == MOST_OBJECTS {
            return Err(damaged());
        }
        self.links.push((String::from_utf8_lossy(name).into_owned(), address));
        Ok(())
    }
}

impl<'a> Walk<'a> {
    fn at(&self, address: u64) -> Result<Reader<'a>, ModelError> {
        let from = usize::try_from(address).ok().and_then(|address| self.part.start.checked_add(address));
        Reader::new(self.file, from.ok_or(ModelError::Truncated)?, self.part.end)
    }

    /// The address of the root group's header.
    fn root(&self) -> Result<u64, ModelError> {
        let mut reader = self.at(0)?;
        if reader.take(HDF5.len())? != HDF5 {
            return Err(damaged());
        }
        let version = reader.byte()?;
        // Sizes of addresses and lengths.
        let sizes = match version {
            0 | 1 => {
                reader.skip(4)?;
                reader.array::<2>()?
            }
            2 | 3 => reader.array::<2>()?,
            _ => return Err(damaged()),
        };
        if sizes != [8, 8] {
            return Err(damaged());
        }
        match version {
            // Base, free space, end of file, driver; then the name of the root's entry.
            0 => reader.skip(1 + 2 + 2 + 4 + 4 * 8 + 8)?,
            1 => reader.skip(1 + 2 + 2 + 4 + 4 + 4 * 8 + 8)?,
            // Flags, base, extension, end of file.
            _ => reader.skip(1 + 3 * 8)?,
        }
        Ok(u64::from_le_bytes(reader.array()?))
    }

    fn object(&mut self, address: u64, path: &str, depth: usize) -> Result<(), ModelError> {
        if !self.seen.insert(address) {
            return Ok(());
        }
        if self.seen.len() > MOST_OBJECTS || depth == 0 {
            return Err(damaged());
        }
        let header = self.header(address)?;
        if header.is_dense {
            return Err(damaged());
        }
        let mut links = header.links;
        if let Some((tree, heap)) = header.table {
            let names = self.heap(heap)?;
            self.tree(tree, &names, &mut links, DEEPEST)?;
        }
        self.links += links.links.len();
        if self.links > MOST_OBJECTS {
            return Err(damaged());
        }
        for (name, address) in links.links {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            self.object(address, &path, depth - 1)?;
        }
        // Text, integers and empty datasets are no weights.
        let (Some(dims), Some(element)) = (header.dims, header.element) else { return Ok(()) };
        if header.is_chunked {
            return Err(ModelError::Compressed);
        }
        let Some((offset, bytes)) = header.place.filter(|(offset, _)| *offset != NOWHERE) else {
            return Ok(());
        };
        let offset = usize::try_from(offset).ok().and_then(|offset| self.part.start.checked_add(offset));
        let view = View::contiguous(element, offset.ok_or(ModelError::Truncated)?, dims);
        if !view.is_within(self.part.end) {
            return Err(ModelError::Truncated);
        }
        let size = view.count().and_then(|count| count.checked_mul(element.size()));
        if size.map(|size| size as u64) != Some(bytes) {
            return Err(damaged());
        }
        self.paths += path.len();
        if self.paths > MOST_NAMES {
            return Err(damaged());
        }
        self.found.push(Dataset { path: path.to_owned(), view });
        Ok(())
    }

    /// What the messages of an object's header say.
    fn header(&self, address: u64) -> Result<Header, ModelError> {
        let mut reader = self.at(address)?;
        let mut header = Header::default();
        let mut parts = Vec::new();
        let second = reader.array::<4>()?;
        let (is_new, has_order) = if &second == b"OHDR" {
            let [version, flags] = reader.array()?;
            if version != 2 {
                return Err(damaged());
            }
            let times = if flags & 0x20 != 0 { 16 } else { 0 };
            let phases = if flags & 0x10 != 0 { 4 } else { 0 };
            reader.skip(times + phases)?;
            let length = little(&reader.take(1 << (flags & 3))?);
            parts.push((reader.place() as u64 - self.part.start as u64, length));
            (true, flags & 4 != 0)
        } else {
            if second[0] != 1 {
                return Err(damaged());
            }
            reader.skip(4)?;
            let length = u32::from_le_bytes(reader.array()?);
            reader.skip(4)?;
            parts.push((reader.place() as u64 - self.part.start as u64, length.into()));
            (false, false)
        };
        let mut at = 0;
        while let Some(&(from, length)) = parts.get(at) {
            at += 1;
            if parts.len() > MOST_PARTS {
                return Err(damaged());
            }
            let mut reader = self.at(from)?;
            let mut left = length;
            if is_new && at > 1 {
                // "OCHK" before the messages, a checksum behind them.
                reader.skip(4)?;
                left = left.checked_sub(8).ok_or_else(damaged)?;
            }
            // What is left over at the end of a part is shorter than a message.
            let head = if is_new { 4 + if has_order { 2 } else { 0 } } else { 8 };
            while left >= head {
                let (kind, size, flags) = if is_new {
                    let kind = u16::from(reader.byte()?);
                    let size = u64::from(u16::from_le_bytes(reader.array()?));
                    let flags = reader.byte()?;
                    reader.skip(if has_order { 2 } else { 0 })?;
                    (kind, size, flags)
                } else {
                    let kind = u16::from_le_bytes(reader.array()?);
                    let size = u64::from(u16::from_le_bytes(reader.array()?));
                    let flags = reader.byte()?;
                    reader.skip(3)?;
                    (kind, size, flags)
                };
                left = left.checked_sub(head + size).ok_or_else(damaged)?;
                let (start, size) = (reader.place(), size as usize);
                reader.skip(size)?;
                // A message that is shared stands elsewhere; those of types that files name are not read.
                if flags & 2 != 0 {
                    continue;
                }
                let message = Reader::new(self.file, start, start + size)?;
                self.message(kind, message, &mut header, &mut parts)?;
            }
        }
        Ok(header)
    }

    fn message(
        &self,
        kind: u16,
        mut reader: Reader,
        header: &mut Header,
        parts: &mut Vec<(u64, u64)>,
    ) -> Result<(), ModelError> {
        match kind {
            // Dataspace.
            0x01 => {
                let [version, rank, _] = reader.array()?;
                reader.skip(if version == 1 { 5 } else { 1 })?;
                if rank > MOST_AXES {
                    return Err(damaged());
                }
                let dims = (0..rank).map(|_| {
                    let dim = u64::from_le_bytes(reader.array()?);
                    usize::try_from(dim).map_err(|_| damaged())
                });
                header.dims = Some(dims.collect::<Result<_, ModelError>>()?);
            }
            // Links of which some stand in a heap of their own.
            0x02 => {
                let [_, flags] = reader.array()?;
                reader.skip(if flags & 1 != 0 { 8 } else { 0 })?;
                header.is_dense = u64::from_le_bytes(reader.array()?) != NOWHERE;
            }
            // Datatype: little-endian floats.
            0x03 => {
                let [class, order, _, _] = reader.array()?;
                let size = u32::from_le_bytes(reader.array()?);
                header.element = match (class & 0x0f, order & 1, size) {
                    (1, 0, 2) => Some(Element::F16),
                    (1, 0, 4) => Some(Element::F32),
                    (1, 0, 8) => Some(Element::F64),
                    _ => None,
                };
            }
            0x06 => link(&mut reader, &mut header.links)?,
            // Data layout.
            0x08 => {
                let [version, class] = reader.array()?;
                match (version, class) {
                    (3 | 4, 0) => {
                        let size = u16::from_le_bytes(reader.array()?);
                        let place = reader.place() - self.part.start;
                        header.place = Some((place as u64, size.into()));
                    }
                    (3 | 4, 1) => {
                        let place = u64::from_le_bytes(reader.array()?);
                        header.place = Some((place, u64::from_le_bytes(reader.array()?)));
                    }
                    (3 | 4, _) => header.is_chunked = true,
                    _ => return Err(damaged()),
                }
            }
            // Attribute. One that cannot be read is as good as none.
            0x0c => {
                if let Some(name) = self.attribute.filter(|_| !header.is_found)
                    && let Ok(Some(text)) = self.text(reader, name, &mut header.is_found)
                {
                    header.text = Some(text);
                }
            }
            // Continuation.
            0x10 => {
                let from = u64::from_le_bytes(reader.array()?);
                parts.push((from, u64::from_le_bytes(reader.array()?)));
            }
            // Symbol table.
            0x11 => {
                let tree = u64::from_le_bytes(reader.array()?);
                header.table = Some((tree, u64::from_le_bytes(reader.array()?)));
            }
            _ => {}
        }
        Ok(())
    }

    /// The names of a group, one behind the other.
    fn heap(&self, address: u64) -> Result<Vec<u8>, ModelError> {
        let mut reader = self.at(address)?;
        if reader.array()? != *b"HEAP" {
            return Err(damaged());
        }
        reader.skip(4)?;
        let size = u64::from_le_bytes(reader.array()?);
        reader.skip(8)?;
        let place = u64::from_le_bytes(reader.array()?);
        if size > MOST_NAMES as u64 {
            return Err(damaged());
        }
        self.at(place)?.take(size as usize)
    }

    /// The links below a node of a group's B-tree.
    fn tree(
        &mut self,
        address: u64,
        names: &[u8],
        links: &mut Links,
        depth: usize,
    ) -> Result<(), ModelError> {
        if depth == 0 {
            return Err(damaged());
        }
        let mut reader = self.at(address)?;
        match &reader.array()? {
            b"TREE" => {
                if reader.byte()? != 0 {
                    return Err(damaged());
                }
                reader.skip(1)?;
                let children = u16::from_le_bytes(reader.array()?);
                // Siblings, and the first key.
                reader.skip(3 * 8)?;
                for _ in 0..children {
                    let child = u64::from_le_bytes(reader.array()?);
                    reader.skip(8)?;
                    // No node is below two others.
                    if !self.seen.insert(child) {
                        return Err(damaged());
                    }
                    self.tree(child, names, links, depth - 1)?;
                }
            }
            b"SNOD" => {
                reader.skip(2)?;
                for _ in 0..u16::from_le_bytes(reader.array()?) {
                    let name = u64::from_le_bytes(reader.array()?);
                    let address = u64::from_le_bytes(reader.array()?);
                    reader.skip(4 + 4 + 16)?;
                    let name =
                        usize::try_from(name).ok().and_then(|from| names.get(from..)).ok_or_else(damaged)?;
                    let length = name.iter().position(|byte| *byte == 0).ok_or_else(damaged)?;
                    links.add(&name[..length], address)?;
                }
            }
            _ => return Err(damaged()),
        }
        Ok(())
    }
}

/// Takes a link in an object's header, but for one that leads elsewhere than to an object of the file.
fn link(reader: &mut Reader, links: &mut Links) -> Result<(), ModelError> {
    let [version, flags] = reader.array()?;
    if version != 1 {
        return Err(damaged());
    }
    let kind = if flags & 8 != 0 { reader.byte()? } else { 0 };
    reader.skip(if flags & 4 != 0 { 8 } else { 0 })?;
    reader.skip(if flags & 0x10 != 0 { 1 } else { 0 })?;
    let length = little(&reader.take(1 << (flags & 3))?);
    if length > MOST_NAMES as u64 {
        return Err(damaged());
    }
    let name = reader.take(length as usize)?;
    if kind != 0 {
        return Ok(());
    }
    links.add(&name, u64::from_le_bytes(reader.array()?))
}

/// A number of up to eight bytes.
fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
