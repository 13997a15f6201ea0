//! Weights as they are published, without a graph. A format reads a file into a state dict: names, shapes, and where in the
//! file the numbers stand. Of which format a file is, its content tells, never its name.

mod caffe;
mod hdf5;
mod keras;
mod pickle;
mod pytorch;
mod reader;
mod safetensors;
pub mod zip;

use vggscope_core::error::ModelError;
use vggscope_core::vgg::build::Build;

pub use keras::Outline;

use super::bytes::Bytes;
use super::view::View;

/// Named weights that stand in a file.
pub struct StateDict {
    /// Whose names and layouts they have.
    pub source: Source,
    /// All weights that are floats.
    pub entries: Vec<Entry>,
    /// Local response normalisations, by the names of the layers with weights that they stand behind.
    pub lrns: Vec<(String, Lrn)>,
    /// What the file says of the network itself.
    pub build: Option<Build>,
    /// What the file says beside its weights, by our own keys.
    pub about: Vec<(String, String)>,
    /// What a whole model of Keras says of its layers.
    pub outline: Option<Outline>,
    /// The bytes of all names.
    names: usize,
}

/// A local response normalisation across channels (Krizhevsky et al. 2012, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lrn {
    /// How many channels next to each other.
    pub size: u32,
    /// The factor of the mean of their squares.
    pub alpha: f32,
    /// The exponent.
    pub beta: f32,
    /// What is added.
    pub bias: f32,
}

/// The paper's, in ONNX's terms, which divide the factor by the size.
pub const PAPERS: Lrn = Lrn { size: 5, alpha: 5e-4, beta: 0.75, bias: 2.0 };

/// What a safetensors' own words call the network, which is written as [`Build`] writes it.
pub const BUILD: &str = "vggscope";

/// The most weights of a file; a VGG has some dozens.
const MOST_ENTRIES: usize = 1 << 16;
/// The most bytes of all of their names: a file of few bytes can name many weights by the same long text.
const MOST_NAMES: usize = 1 << 22;
/// The most dimensions of one.
const MOST_AXES: usize = 8;

impl StateDict {
    /// One without weights.
    fn new(source: Source) -> StateDict {
        StateDict {
            source,
            entries: Vec::new(),
            lrns: Vec::new(),
            build: None,
            about: Vec::new(),
            outline: None,
            names: 0,
        }
    }

    /// Takes one more.
    ///
    /// # Errors
    /// Where it is more than a network has.
    fn add(&mut self, name: &str, view: View) -> Result<(), ModelError> {
        self.names = self.names.saturating_add(name.len());
        if self.names > MOST_NAMES || self.entries.len() == MOST_ENTRIES || view.dims.len() > MOST_AXES {
            return Err(ModelError::Damaged { format: self.source.name().to_owned() });
        }
        self.entries.push(Entry { name: name.to_owned(), view });
        Ok(())
    }
}

/// A named tensor.
pub struct Entry {
    /// The file's name for it.
    pub name: String,
    /// Its numbers.
    pub view: View,
}

/// Whose names and layouts weights have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Kernels as output, input, row, column; dense weights as output, input, maps flattened channel by channel.
    PyTorch,
    /// Kernels as row, column, input, output; dense weights as input, output, maps flattened with channels last.
    Keras,
    /// As PyTorch's; photos in BGR.
    Caffe,
}

impl Source {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Source::PyTorch => "PyTorch",
            Source::Keras => "Keras",
            Source::Caffe => "Caffe",
        }
    }
}

/// A format of weights.
trait Format {
    /// Whether a file is of this format, as far as its first bytes and its outline tell.
    fn matches(&self, file: &dyn Bytes) -> bool;

    /// Reads the names and places of all weights.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError>;
}

const FORMATS: [&dyn Format; 5] =
    [&keras::Keras, &pytorch::Zip, &pytorch::Stream, &safetensors::Safetensors, &caffe::Caffe];

/// The weights of a file; none where it is of no format of weights.
///
/// # Errors
/// What is wrong with a file that is.
pub fn read(file: &dyn Bytes) -> Option<Result<StateDict, ModelError>> {
    FORMATS.iter().find(|format| format.matches(file)).map(|format| format.read(file))
}
