//! A file that is read from one place on, a part at a time.

use vggscope_core::error::ModelError;

use crate::load::bytes::Bytes;

/// What is fetched at once, in bytes.
const PART: usize = 1 << 16;

/// A place in a file. All that it reads is there, or it says that the file is cut short.
pub struct Reader<'a> {
    file: &'a dyn Bytes,
    /// The place of the next byte.
    at: usize,
    /// Behind the last byte that may be read.
    end: usize,
    part: Vec<u8>,
    /// The place of the part's first byte.
    part_at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from a place on, up to another.
    ///
    /// # Errors
    /// Where the file ends before.
    pub fn new(file: &'a dyn Bytes, from: usize, end: usize) -> Result<Reader<'a>, ModelError> {
        if from > end || end > file.end() {
            return Err(ModelError::Truncated);
        }
        Ok(Reader { file, at: from, end, part: Vec::new(), part_at: from })
    }

    /// The place of the next byte.
    pub fn place(&self) -> usize {
        self.at
    }

    /// Passes over bytes.
    ///
    /// # Errors
    /// Where they are not all there; so of all others.
    pub fn skip(&mut self, count: usize) -> Result<(), ModelError> {
        let to = self.at.checked_add(count).filter(|to| *to <= self.end).ok_or(ModelError::Truncated)?;
        self.at = to;
        Ok(())
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, ModelError> {
        Ok(self.array::<1>()?[0])
    }

    /// The next bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut array = [0; N];
        self.fill(&mut array)?;
        Ok(array)
    }

    /// The next bytes; the caller bounds how many.
    pub fn take(&mut self, count: usize) -> Result<Vec<u8>, ModelError> {
        if count > self.end - self.at {
            return Err(ModelError::Truncated);
        }
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// The text up to the end of the line, which is passed over; at most so many bytes.
    pub fn line(&mut self, most: usize) -> Result<String, ModelError> {
        let mut line = Vec::new();
        while line.len() < most {
            match self.byte()? {
                b'\n' => return Ok(String::from_utf8_lossy(&line).into_owned()),
                byte => line.push(byte),
            }
        }
        Err(ModelError::Truncated)
    }

    fn fill(&mut self, to: &mut [u8]) -> Result<(), ModelError> {
        let mut filled = 0;
        while filled < to.len() {
            let known = self.part.get(self.at.wrapping_sub(self.part_at)..).filter(|known| !known.is_empty());
            let Some(known) = known else {
                let length = PART.min(self.end - self.at);
                if length == 0 {
                    return Err(ModelError::Truncated);
                }
                self.part.resize(length, 0);
                self.file.copy(self.at, &mut self.part);
                self.part_at = self.at;
                continue;
            };
            let count = known.len().min(to.len() - filled);
            to[filled..filled + count].copy_from_slice(&known[..count]);
            filled += count;
            self.at += count;
        }
        Ok(())
    }
}
