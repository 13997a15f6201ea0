//! What happens to a session, and what it wants done.

use std::rc::Rc;

use crate::error::{EngineError, ModelError, PhotoError};
use crate::explain::attribution::Method;
use crate::image::{Fit, Preset};
use crate::nn::LayerId;
use crate::pages::calculator::Edit;
use crate::pages::workbench::Choice;
use crate::render::stats::SortBy;
use crate::render::{ColourMap, Scale, Tile};
use crate::session::catalog::Ready;
use crate::session::export::files::Export;
use crate::session::selection::Spot;
use crate::wire::{Job, Reply, Request};

use super::{Command, Kind, Lang, Mark, Progress, Theme};

/// A file that a person gave; the browser's side keeps it under this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId(pub u32);

/// A photo that was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoId(pub u32);

/// Where a photo or a model comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The model that comes with the page.
    Default,
    /// A photo that comes with the page.
    Sample(usize),
    /// A model of the shelf, by its place.
    Shelf(usize),
    /// A file that the person gave.
    File(FileId),
}

/// One thing that a person dropped, picked or pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where the browser's side keeps it.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// The media type that the browser gives it; may be empty.
    pub media: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it is a folder.
    pub folder: bool,
}

/// The largest model file that is taken: what two copies of it leave of a tab's four gigabytes.
const LARGEST_MODEL: u64 = 1 << 30;

impl Item {
    pub(super) fn kind(&self) -> Kind {
        let name = self.name.to_lowercase();
        if self.folder {
            Kind::Refused(PhotoError::Folder)
        } else if name.ends_with(".onnx") {
            Kind::Model
        } else if name.ends_with(".txt") {
            Kind::Labels
        } else if name.ends_with(".svg") || self.media == "image/svg+xml" {
            Kind::Refused(PhotoError::Vector)
        } else if !self.media.is_empty() && !self.media.starts_with("image/") {
            Kind::Refused(PhotoError::UnknownKind)
        } else {
            Kind::Photo
        }
    }
}

/// Whether a model file of this size can be taken.
pub(super) fn check_model(bytes: u64) -> Result<(), ModelError> {
    match bytes {
        0 => Err(ModelError::Empty),
        bytes if bytes > LARGEST_MODEL => Err(ModelError::TooLarge { bytes, limit: LARGEST_MODEL }),
        _ => Ok(()),
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The engine answered; the buffer that came beside the message, or nothing.
    Reply(Reply, Vec<u8>),
    /// No engine can be started.
    EngineFailed(EngineError),
    /// The engine gives no sign of life any more.
    EngineSilent,
    /// The engine stopped.
    EngineDied {
        /// What the browser said.
        detail: String,
    },
    /// The person dropped, picked or pasted these.
    Given(Vec<Item>),
    /// The person chose a photo that comes with the page.
    Sample {
        /// Its place in the list.
        index: usize,
        /// Its title.
        name: String,
    },
    /// A photo was decoded; its pixels are at hand for [`Request::Photo`].
    PhotoOpened {
        /// The photo.
        id: PhotoId,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// Time that decoding it took, in milliseconds.
        ms: f64,
    },
    /// A photo could not be decoded.
    PhotoRefused {
        /// The photo.
        id: PhotoId,
        /// Why.
        why: PhotoError,
    },
    /// The models that stand ready on the server.
    Shelf(Vec<Ready>),
    /// The person chose a model of the shelf by its place, or the one that comes with the page.
    Take(Option<usize>),
    /// The person stops the fetching of a model.
    StopFetching,
    /// Bytes of the model came in.
    ModelProgress {
        /// The loading.
        job: Job,
        /// Bytes so far.
        loaded: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// The model's bytes are at hand for [`Request::Load`].
    ModelFetched {
        /// The loading.
        job: Job,
    },
    /// The model's bytes could not be had.
    ModelRefused {
        /// The loading.
        job: Job,
        /// Why.
        why: ModelError,
    },
    /// A labels file was read.
    LabelsRead {
        /// All of it.
        text: String,
    },
    /// The person chose how the photo becomes a rectangle.
    Fit(Fit),
    /// The person chose how bytes become numbers.
    Preset(Preset),
    /// The person opened a layer.
    Look(LayerId),
    /// The person opened a channel of the open layer, or closed it.
    Channel(Option<u16>),
    /// The person opened a channel of another layer.
    Open(LayerId, u16),
    /// The person points at something, or at nothing more.
    Point(Option<Spot>),
    /// The person pins something, or frees what was pinned.
    Pin(Option<Spot>),
    /// The person asks why of a class, or no longer.
    Why(Option<usize>),
    /// The person chose how to be told why.
    Method(Method),
    /// The person chose the kernels for a channel that is read, or those of the open channel.
    KernelsOf(Option<u16>),
    /// Whether it is shown how much each pixel counts for the pinned unit.
    Effective(bool),
    /// The person stops what takes long.
    StopTask,
    /// The person keeps this run for comparison.
    Hold,
    /// The person compares no longer.
    Release,
    /// The person takes something of the open layer away.
    Export(Export),
    /// The person pressed a key that means this.
    Command(Command),
    /// Whether maps without any response are shown.
    Dead(bool),
    /// The person chose an order.
    Sort(SortBy),
    /// The person chose colours.
    Colours(ColourMap),
    /// The person chose a scale.
    Scale(Scale),
    /// The page's address is this now: what stands behind the `#`.
    Visit(String),
    /// The person edits the calculator's stack.
    Calculate(Edit),
    /// The person gives the calculator a stack as text.
    Import(String),
    /// The person chose something of the architectures workbench.
    Workbench(Choice),
    /// The person chose a language.
    Lang(Lang),
    /// The person chose light or dark.
    Theme(Theme),
    /// What the person had learnt when the page was last open.
    Progress(Progress),
    /// The person has read a step, or answered a question.
    Learnt(Mark),
    /// The person has read the notice.
    Dismiss,
    /// The person stops the run.
    Cancel,
    /// The person wants it tried again.
    Retry,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start the engine's worker, in place of one that is there.
    StartEngine,
    /// Fetch a model's bytes; answered by the `Model…` events.
    FetchModel {
        /// The loading.
        job: Job,
        /// Where from.
        source: Source,
        /// What is known of it, where it stands on the shelf.
        ready: Option<Ready>,
    },
    /// Fetch no more of the model that is being fetched.
    StopFetching,
    /// Decode a photo; answered by the `Photo…` events.
    OpenPhoto {
        /// The photo.
        id: PhotoId,
        /// Where from.
        source: Source,
    },
    /// Read a labels file; answered by [`Event::LabelsRead`].
    ReadLabels(FileId),
    /// Send to the engine, with the buffer at hand for a [`Request::Photo`] or [`Request::Load`].
    Send(Request),
    /// Give a picture as a PNG file.
    SavePicture {
        /// The file's name.
        name: String,
        /// The picture.
        tile: Rc<Tile>,
    },
    /// Give bytes as a file.
    SaveBytes {
        /// The file's name.
        name: String,
        /// Their media type.
        media: &'static str,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Show this address, without a visit.
    Address(String),
    /// Remember what the person has learnt.
    SaveProgress(Progress),
    /// Remember the language.
    SaveLang(Lang),
    /// Remember light or dark.
    SaveTheme(Theme),
}
