//! Texts that stand beside a group: in the attribute itself, or, where their length is open, in a heap of the file.

use std::ops::Range;

use vggscope_core::error::ModelError;

use super::{Walk, damaged};
use crate::load::formats::reader::Reader;

/// The most bytes of an attribute's name that is asked for.
const LONGEST_NAME: u16 = 64;
/// The most objects of a heap.
const MOST_OBJECTS: usize = 1 << 12;
/// Classes of datatypes: texts of one length, and lists of any.
const TEXT: u8 = 3;
const OPEN: u8 = 9;

impl Walk<'_> {
    /// Where the text of an attribute of this name stands in the file; none where it is another's, or no text.
    pub(super) fn text(
        &self,
        mut reader: Reader,
        wanted: &str,
        is_found: &mut bool,
    ) -> Result<Option<Range<usize>>, ModelError> {
        let [version, _] = reader.array()?;
        let mut size = || reader.array().map(u16::from_le_bytes);
        let (name, kind, space) = (size()?, size()?, size()?);
        if !(1..=3).contains(&version) || name > LONGEST_NAME || kind < 8 {
            return Ok(None);
        }
        reader.skip(usize::from(version == 3))?;
        // The first version begins each part at a multiple of eight bytes.
        let gap = |size: u16| {
            if version == 1 { usize::from(size).next_multiple_of(8) - usize::from(size) } else { 0 }
        };
        let own = reader.take(name.into())?;
        reader.skip(gap(name))?;
        if own.split(|byte| *byte == 0).next() != Some(wanted.as_bytes()) {
            return Ok(None);
        }
        *is_found = true;
        let [class, ..] = reader.array::<4>()?;
        let length = u32::from_le_bytes(reader.array()?) as usize;
        reader.skip(usize::from(kind) - 8 + gap(kind) + usize::from(space) + gap(space))?;
        match class & 0x0f {
            TEXT => {
                let start = reader.place();
                reader.skip(length)?;
                Ok(Some(start..start + length))
            }
            OPEN => {
                let length = u32::from_le_bytes(reader.array()?) as usize;
                let heap = u64::from_le_bytes(reader.array()?);
                let index = u32::from_le_bytes(reader.array()?);
                Ok(Some(self.in_heap(heap, index, length)?))
            }
            _ => Ok(None),
        }
    }

    /// An object of a heap, of which so many bytes count.
    fn in_heap(&self, heap: u64, index: u32, length: usize) -> Result<Range<usize>, ModelError> {
        let mut reader = self.at(heap)?;
        if reader.array()? != *b"GCOL" {
            return Err(damaged());
        }
        reader.skip(4 + 8)?;
        for _ in 0..MOST_OBJECTS {
            let own = u16::from_le_bytes(reader.array()?);
            reader.skip(2 + 4)?;
            let size = usize::try_from(u64::from_le_bytes(reader.array()?)).map_err(|_| damaged())?;
            if u32::from(own) == index {
                let start = reader.place();
                reader.skip(size)?;
                return if length <= size { Ok(start..start + length) } else { Err(damaged()) };
            }
            // The last one is the room that is left.
            if own == 0 {
                break;
            }
            reader.skip(size.checked_next_multiple_of(8).ok_or_else(damaged)?)?;
        }
        Err(damaged())
    }
}
