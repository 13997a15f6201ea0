//! A file that is written piece by piece, and given to the browser as it grows.

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, Url};

/// Such a file.
#[derive(Default)]
pub struct Written {
    /// What the browser has of it.
    parts: Array,
    /// What it has not.
    buffer: Vec<u8>,
    /// Whether the browser had no room for a part of it.
    failed: bool,
}

/// How much is given to the browser at once, in bytes.
const PART: usize = 1 << 24;

impl Written {
    /// Writes these bytes behind the others.
    pub fn write(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART {
            self.flush();
        }
    }

    /// Its address; none where the browser has no room for it.
    pub fn url(mut self) -> Option<String> {
        self.flush();
        (!self.failed).then_some(())?;
        let file = Blob::new_with_blob_sequence(&self.parts).ok()?;
        Url::create_object_url_with_blob(&file).ok()
    }

    fn flush(&mut self) {
        let bytes = Array::of1(&Uint8Array::from(self.buffer.as_slice()));
        match Blob::new_with_u8_array_sequence(&bytes) {
            Ok(part) => {
                self.parts.push(&part);
            }
            Err(_) => self.failed = true,
        }
        self.buffer.clear();
    }
}
