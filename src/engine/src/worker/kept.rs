//! The files of the model in use, kept outside of the engine's memory so that it can be read again for another size of input.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use vggscope_core::error::{Error, ModelError};
use vggscope_core::session::Lang;
use vggscope_core::text::build_error;
use vggscope_core::vgg::build::{Build, BuildError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

use crate::{Again, Bytes, Files, Initialised, Network, Operators};

/// A file that stays outside of the engine's memory.
pub struct Outside(pub Uint8Array);

impl Bytes for Outside {
    fn count(&self) -> usize {
        self.0.length() as usize
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        self.0.subarray(from as u32, (from + to.len()) as u32).copy_to(to);
    }
}

/// The largest buffer that is kept as it is, in bytes: a few times the model that comes with the page. Larger ones are given to
/// the browser, which puts them on disk.
const LARGEST: u32 = 1 << 26;

/// A file, in memory or where the browser has it.
pub enum Kept {
    /// Its bytes.
    Buffer(ArrayBuffer),
    /// A file of the person's, or one that the browser keeps.
    File(Blob),
}

impl Kept {
    /// A part of a message: a buffer or a file.
    pub fn new(part: JsValue) -> Kept {
        match part.dyn_into::<Blob>() {
            Ok(file) => Kept::File(file),
            Err(part) => {
                let buffer: ArrayBuffer = part.unchecked_into();
                let file = (buffer.byte_length() > LARGEST)
                    .then(|| Blob::new_with_u8_array_sequence(&Array::of1(&buffer)).ok());
                file.flatten().map_or(Kept::Buffer(buffer), Kept::File)
            }
        }
    }

    /// Its bytes; none where the file has been moved, changed or deleted.
    fn read(&self) -> Option<Outside> {
        let buffer = match self {
            Kept::Buffer(buffer) => buffer.clone(),
            Kept::File(file) => FileReaderSync::new().ok()?.read_as_array_buffer(file).ok()?,
        };
        Some(Outside(Uint8Array::new(&buffer)))
    }
}

/// What makes a network whose weights are only just drawn.
pub fn built(network: String) -> Again {
    Rc::new(move |size| {
        let failed = |why| Error::Model { name: network.clone(), why };
        let unread = |error: BuildError| ModelError::Broken { detail: build_error(Lang::En, &error) };
        let build: Build = network.parse().map_err(unread).map_err(failed)?;
        Network::with(Initialised::of(&build), size, Operators::Ours).map_err(failed)
    })
}

/// What reads a model's file, the first of these, with the others beside it.
pub fn again(name: String, files: Vec<(String, Kept)>) -> Again {
    Rc::new(move |size| {
        let failed = |why| Error::Model { name: name.clone(), why };
        let read = |(name, file): &(String, Kept)| Some((name.clone(), file.read()?));
        let mut files = files.iter().map(read).collect::<Option<Vec<_>>>().unwrap_or_default().into_iter();
        let (_, file) = files.next().ok_or_else(|| failed(ModelError::Gone))?;
        Network::with(Files::new(file, files.collect()), size, Operators::Ours).map_err(failed)
    })
}
