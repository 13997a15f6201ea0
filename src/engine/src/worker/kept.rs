//! The files of the model in use, kept outside of the engine's memory so that it can be read again for another size of input.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use vggscope_core::error::{Error, ModelError};
use vggscope_core::image::Preset;
use vggscope_core::model::{Precision, PresetFrom};
use vggscope_core::session::Lang;
use vggscope_core::shared::Shared;
use vggscope_core::text::build_error;
use vggscope_core::training::Head;
use vggscope_core::vgg::build::{Build, BuildError};
use vggscope_core::vgg::transfer::Transfer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

use crate::save::Sink;
use crate::{About, Again, Bytes, Files, Initialised, Network, Operators, SIDE, Size, write_onnx};

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

/// What a network is read from.
pub struct Origin {
    weights: Weights,
    /// What stands in the place of its own head.
    head: Option<Shared<Head>>,
}

enum Weights {
    /// A model's file, the first of these, with the others beside it.
    Files(String, Vec<(String, Kept)>),
    /// Weights that are only just drawn, of a network as [`Build`] writes it, but for those that are taken over from another.
    Drawn(String, Option<(Transfer, Rc<Origin>)>),
}

impl Origin {
    /// A model's file, the first of these, with the others beside it, perhaps with another head.
    pub fn files(name: String, files: Vec<(String, Kept)>, head: Option<Shared<Head>>) -> Rc<Origin> {
        Rc::new(Origin { weights: Weights::Files(name, files), head })
    }

    /// A network that is built, perhaps with weights of another one, perhaps with another head.
    pub fn built(
        network: String,
        from: Option<(Transfer, Rc<Origin>)>,
        head: Option<Shared<Head>>,
    ) -> Rc<Origin> {
        Rc::new(Origin { weights: Weights::Drawn(network, from), head })
    }

    /// What reads it, now and again.
    pub fn again(self: &Rc<Origin>) -> Again {
        let origin = self.clone();
        Rc::new(move |size| origin.read(size))
    }

    fn read(&self, size: Size) -> Result<Network, Error> {
        let head = self.head.as_deref();
        match &self.weights {
            Weights::Files(name, files) => {
                self.result(Network::headed(opened(name, files)?, head, size, Operators::Ours))
            }
            Weights::Drawn(network, from) => {
                let (weights, preset) = self.drawn(network, from.as_ref())?;
                let read = Network::headed(weights, head, size, Operators::Ours);
                self.result(read.map(|mut network| {
                    // Weights see photos as they did when they were learnt.
                    if let Some(preset) = preset {
                        (network.model.preset, network.model.preset_from) = preset;
                    }
                    network
                }))
            }
        }
    }

    /// Writes it as ONNX.
    ///
    /// # Errors
    /// Where its files are gone, or it cannot be written so.
    pub fn write(&self, about: &About, precision: Precision, sink: Sink) -> Result<(), Error> {
        let head = self.head.as_deref();
        match &self.weights {
            Weights::Files(name, files) => {
                self.result(write_onnx(&opened(name, files)?, head, about, precision, sink))
            }
            Weights::Drawn(network, from) => {
                let (weights, _) = self.drawn(network, from.as_ref())?;
                self.result(write_onnx(&weights, head, about, precision, sink))
            }
        }
    }

    /// The weights of a network that is built, and how photos were seen by those that are taken over.
    fn drawn(
        &self,
        network: &str,
        from: Option<&(Transfer, Rc<Origin>)>,
    ) -> Result<(Initialised, Option<(Preset, PresetFrom)>), Error> {
        let unread = |error: BuildError| ModelError::Broken { detail: build_error(Lang::En, &error) };
        let build: Build = self.result(network.parse().map_err(unread))?;
        let Some((transfer, origin)) = from else { return Ok((Initialised::of(&build), None)) };
        let other = origin.read(Size::Own([SIDE; 2]))?;
        let weights = self.result(Initialised::begun(&build, &other, *transfer))?;
        Ok((weights, Some((other.model.preset, other.model.preset_from))))
    }

    fn result<T>(&self, result: Result<T, ModelError>) -> Result<T, Error> {
        let (Weights::Files(name, _) | Weights::Drawn(name, _)) = &self.weights;
        result.map_err(|why| Error::Model { name: name.clone(), why })
    }
}

/// The bytes of files.
fn opened(name: &str, files: &[(String, Kept)]) -> Result<Files<Outside>, Error> {
    let read = |(name, file): &(String, Kept)| Some((name.clone(), file.read()?));
    let mut files = files.iter().map(read).collect::<Option<Vec<_>>>().unwrap_or_default().into_iter();
    let gone = || Error::Model { name: name.to_owned(), why: ModelError::Gone };
    let (_, file) = files.next().ok_or_else(gone)?;
    Ok(Files::new(file, files.collect()))
}
