//! Zip archives whose members stand in them as they are, as PyTorch and Keras write them.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipLocator};
use vggscope_core::error::ModelError;
use vggscope_core::model::ZIP;

use crate::load::bytes::{Bytes, begins};

/// The members of an archive.
pub struct Archive {
    /// Where each stands, or nothing of one whose numbers stand nowhere, since they are compressed or encrypted.
    members: HashMap<String, Option<Range<usize>>>,
}

/// The most members of an archive.
const MOST_MEMBERS: usize = 1 << 16;
/// The longest path of a member, in bytes.
const LONGEST_NAME: usize = 1 << 12;
/// The most bytes of all of their names.
const MOST_NAMES: usize = 1 << 22;

struct Source<'a>(&'a dyn Bytes);

impl ReaderAt for Source<'_> {
    fn read_at(&self, to: &mut [u8], offset: u64) -> io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let count = to.len().min(self.0.end().saturating_sub(offset));
        if count > 0 {
            self.0.copy(offset, &mut to[..count]);
        }
        Ok(count)
    }
}

impl Archive {
    /// Whether a file begins as an archive does.
    pub fn matches(file: &dyn Bytes) -> bool {
        begins(file, ZIP)
    }

    /// Reads where the members of an archive stand.
    ///
    /// # Errors
    /// Where it is cut short or contradicts itself.
    pub fn open(file: &dyn Bytes) -> Result<Archive, ModelError> {
        let damaged = || ModelError::Damaged { format: "zip".to_owned() };
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let located = ZipLocator::new().locate_in_reader(Source(file), &mut buffer, file.end() as u64);
        // What marks an archive stands at its end.
        let archive: ZipArchive<_> = located.map_err(|_| ModelError::Truncated)?;
        let (mut members, mut names) = (HashMap::new(), 0);
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(|_| damaged())? {
            let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            names += name.len();
            if name.len() > LONGEST_NAME || members.len() == MOST_MEMBERS || names > MOST_NAMES {
                return Err(damaged());
            }
            if entry.is_dir() {
                continue;
            }
            let is_plain =
                entry.compression_method() == CompressionMethod::STORE && !entry.flags().is_encrypted();
            let (start, end) =
                archive.get_entry(entry.wayfinder()).map_err(|_| damaged())?.compressed_data_range();
            let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            let place = place
                .filter(|(start, end)| start <= end && *end <= file.end())
                .ok_or(ModelError::Truncated)?;
            // Of two members of one name nobody can tell which is meant.
            if members.insert(name, is_plain.then_some(place.0..place.1)).is_some() {
                return Err(damaged());
            }
        }
        Ok(Archive { members })
    }

    /// Where a member stands; nothing where there is none of the name.
    ///
    /// # Errors
    /// Where it stands nowhere, being compressed.
    pub fn get(&self, name: &str) -> Result<Option<Range<usize>>, ModelError> {
        self.members.get(name).map(|place| place.clone().ok_or(ModelError::Compressed)).transpose()
    }

    /// The paths of all members.
    #[cfg(test)]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// The path of the member whose path ends with this name, in whatever folder.
    pub fn find(&self, name: &str) -> Option<&str> {
        let ends = |path: &&String| {
            path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.members.keys().filter(ends).min_by_key(|path| (path.len(), *path)).map(String::as_str)
    }
}
