//! The photos in a zip archive.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use js_sys::{Function, Uint8Array};
use vggscope_core::session::PHOTOS;
use vggscope_core::session::trainer::MOST_PHOTOS;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};
use zip::ZipArchive;

/// The most bytes of a photo: more than any camera makes.
const MOST_BYTES: u64 = 1 << 26;
/// The most bytes of all of them.
const MOST_IN_ALL: u64 = 1 << 31;
/// What is read of the archive at once.
const AT_ONCE: usize = 1 << 18;

/// Gives the photos one by one; nothing where the archive is damaged or encrypted.
pub fn unpack(file: Blob, give: &Function) -> Option<()> {
    let source = Source { size: file.size() as u64, file, at: 0, reader: FileReaderSync::new().ok()? };
    let mut archive = ZipArchive::new(BufReader::with_capacity(AT_ONCE, source)).ok()?;
    let (mut given, mut left) = (0, MOST_IN_ALL);
    for place in 0..archive.len() {
        let entry = archive.by_index(place).ok()?;
        let path = entry.name().ok()?.into_owned();
        if !entry.is_file() || !is_photo(&path) || entry.size() > MOST_BYTES.min(left) {
            continue;
        }
        let mut bytes = Vec::new();
        // What is said of its size may be wrong.
        entry.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        left = left.saturating_sub(bytes.len() as u64);
        give.call2(&JsValue::NULL, &path.as_str().into(), &Uint8Array::from(bytes.as_slice())).ok()?;
        given += 1;
        if given == MOST_PHOTOS {
            break;
        }
    }
    Some(())
}

/// Whether a path names a photo, and nothing hidden or of a system's own.
fn is_photo(path: &str) -> bool {
    let name = path.to_lowercase();
    let hidden = path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
    !hidden && PHOTOS.iter().any(|end| name.ends_with(end))
}

/// A file that stays where the browser has it.
struct Source {
    file: Blob,
    size: u64,
    at: u64,
    reader: FileReaderSync,
}

impl Read for Source {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let end = self.size.min(self.at + to.len() as u64);
        let count = end.saturating_sub(self.at) as usize;
        if count == 0 {
            return Ok(0);
        }
        let failed = |_| io::Error::other("the file is gone");
        let part = self.file.slice_with_f64_and_f64(self.at as f64, end as f64).map_err(failed)?;
        let bytes = Uint8Array::new(&self.reader.read_as_array_buffer(&part).map_err(failed)?.into());
        bytes.copy_to(&mut to[..count]);
        self.at = end;
        Ok(count)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
