//! Everything that can go wrong in a person's hands, as data; [`crate::text`] words it.

use serde::{Deserialize, Serialize};

/// Why something that a person asked for was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// A file that could not be taken as a photo.
    Photo {
        /// The file's name.
        name: String,
        /// What was wrong with it.
        why: PhotoError,
    },
    /// A file that could not be taken as a model.
    Model {
        /// The file's name.
        name: String,
        /// What was wrong with it.
        why: ModelError,
    },
    /// A list of class names that does not fit the network.
    Labels {
        /// Lines in the list.
        found: usize,
        /// Classes of the network.
        expected: usize,
    },
    /// A file that was given and can be read no longer.
    Gone {
        /// Its name.
        name: String,
    },
    /// The forward pass failed.
    Run {
        /// What the engine said.
        detail: String,
    },
    /// The engine's worker could not go on.
    Engine(EngineError),
    /// No head could be trained.
    Training(TrainingError),
}

/// Why no head was trained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrainingError {
    /// Fewer than two classes have photos.
    OneClass,
    /// The class of this name has fewer than two photos that differ.
    FewPhotos(String),
    /// The loss became infinite or no number.
    Diverged,
    /// The network has no maps at this size that a head could be put on.
    NoMaps,
    /// What the photos left would take so many bytes.
    Memory(u64),
    /// The engine has lost what the photos left.
    Lost,
}

/// What was wrong with a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhotoError {
    /// Holds no bytes.
    Empty,
    /// A folder that holds nothing to be taken.
    Folder,
    /// An archive that is damaged or encrypted.
    Archive,
    /// Not a file that the app knows what to do with.
    UnknownKind,
    /// A drawing, not pixels.
    Vector,
    /// A picture or document of a format that no decoder at hand takes.
    Format(PictureFormat),
    /// Bytes that no decoder takes.
    Undecodable,
    /// The file ends before the picture does.
    Truncated,
    /// Too few pixels to say anything about.
    TooSmall {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// More pixels than fit.
    TooLarge {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// It could not be fetched.
    Fetch,
    /// The file can be read no longer.
    Gone,
}

/// A format that people hand over for a photo, and that not every decoder knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureFormat {
    /// What iPhones take photos in.
    Heic,
    /// AV1 in the same container.
    Avif,
    /// TIFF, and the raw files of most cameras, which are TIFFs too.
    Tiff,
    /// Another camera's raw file.
    Raw,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// Photoshop's.
    Psd,
    /// Windows' bitmaps.
    Bmp,
    /// A document.
    Pdf,
}

/// What was wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModelError {
    /// It cannot be saved as a file of this kind.
    Unwritable {
        /// What stands in the way.
        detail: String,
    },
    /// Holds no bytes.
    Empty,
    /// Not an ONNX file, or cut short.
    NotOnnx,
    /// Larger than a page can hold.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest size that is taken.
        limit: u64,
    },
    /// Its weights are in other files, which were not given with it.
    ExternalData {
        /// Their names.
        files: Vec<String>,
    },
    /// The file ends before its weights do.
    Truncated,
    /// The SHA-256 of its bytes is not the one that its name begins.
    WrongSum {
        /// The digits in its name.
        said: String,
        /// As many of its bytes' own.
        found: String,
    },
    /// It is of this format, and not sound.
    Damaged {
        /// The format's name.
        format: String,
    },
    /// Its weights are compressed, so that they stand nowhere in it.
    Compressed,
    /// Its pickle asks for what no tensor needs.
    Pickle {
        /// A function or an opcode.
        asks: String,
    },
    /// It holds no weights.
    NoWeights,
    /// It holds weights of a network that is no VGG.
    NotVgg {
        /// What stands in it, in few words.
        found: String,
    },
    /// A tensor has not the shape that its place asks for.
    WrongShape {
        /// The file's name for it.
        tensor: String,
        /// The shape that would fit.
        expected: String,
        /// The shape that it has.
        found: String,
    },
    /// A tensor that its place asks for is not there.
    MissingTensor {
        /// The name that it would have.
        tensor: String,
    },
    /// A tensor is of a layer that no VGG has there.
    ForeignTensor {
        /// The file's name for it.
        tensor: String,
    },
    /// Its weights are numbers of this type.
    NumberType {
        /// As the format calls it.
        name: String,
    },
    /// Not a convolutional network on images.
    NotCnn(NotCnn),
    /// It needs an operator that the engine does not have.
    Unsupported {
        /// The operator, as the file names it.
        operator: String,
    },
    /// It cannot be given an input of the size that was chosen.
    Size {
        /// Rows and columns of its own.
        own: [usize; 2],
        /// Rows and columns of the least that it can be given; none where it can be given no other.
        least: Option<[usize; 2]>,
        /// The longest side.
        most: usize,
    },
    /// Its activations would not fit in memory.
    TooBig {
        /// Units of all its layers.
        units: u64,
    },
    /// Reading it would take longer than a person waits, or more than a tab holds.
    Limit {
        /// Of what.
        what: Work,
        /// So many.
        count: u64,
        /// At most so many are taken.
        most: u64,
    },
    /// A pass would take longer than a person waits.
    TooSlow {
        /// Multiplications of a pass.
        macs: u64,
    },
    /// It contradicts itself.
    Broken {
        /// What the engine said.
        detail: String,
    },
    /// It could not be fetched.
    Fetch,
    /// The file can be read no longer.
    Gone,
    /// An assignment asks for it, and the server has no model of this name.
    NotInCatalog,
}

/// What takes time or room while a network is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Values of constants that are worked out.
    Constants,
    /// Values that pools look at.
    Pools,
    /// Values that functions make.
    Functions,
    /// Places in kernels.
    Places,
}

/// Why a network is not one that this page can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotCnn {
    /// It has several inputs.
    Inputs {
        /// Their names.
        names: Vec<String>,
    },
    /// Its input is no batch of images.
    Input {
        /// The dimensions, as the file has them; 0 where it leaves one open.
        dims: Vec<u64>,
    },
    /// Its images are of numbers of this type, as ONNX calls it.
    Type {
        /// Which.
        name: String,
    },
    /// Its images have so many channels.
    Channels {
        /// How many.
        channels: u64,
    },
    /// It has no two-dimensional convolution.
    NoConvolution,
    /// It attends: a product of two computed matrices, as in a transformer.
    Attention,
    /// It was exported while it was being trained.
    Training,
    /// Its answer is no list of class scores.
    Output,
}

/// Why the engine cannot run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineError {
    /// The browser lacks something that every variant needs.
    Unsupported {
        /// Names of the missing WebAssembly features.
        missing: Vec<String>,
    },
    /// The engine could not be fetched or started.
    Start {
        /// What the browser said.
        detail: String,
    },
    /// It stopped while at work (a trap, or no memory left) and was replaced.
    Died {
        /// What the browser said.
        detail: String,
    },
    /// It gave no sign of life for so long that one of its threads must be lost, and was replaced by one of one thread.
    Silent,
}
