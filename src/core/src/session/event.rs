//! What happens to a session, and what it wants done.

use crate::error::{EngineError, ModelError, PhotoError};
use crate::image::{Fit, Preset};
use crate::pages::assignment::Answers;
use crate::pages::builder;
use crate::pages::calculator::Edit;
use crate::pages::lesson::Lesson;
use crate::pages::workbench::Choice;
use crate::render::Tile;
use crate::shared::Shared;
use crate::wire::{LoadId, Read, Reading, Reply, Request};

use super::catalog::CatalogEntry;
use super::{Assign, Explore, Item, Lang, Mark, OfflineEvent, OfflineTask, Prefs, Progress, Theme, Train};

/// A file that a person gave; the browser's side keeps it under this number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    /// A model of the catalog, by its place.
    Catalog(usize),
    /// A file that the person gave.
    File(FileId),
    /// A network that was built here, by its number.
    Built(usize),
    /// A network with a head that was trained here, by its number.
    Trained(usize),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The engine, or its end.
    Engine(EngineEvent),
    /// A photo, a model or class names on their way in.
    Input(Input),
    /// Something that a person does on the explorer.
    Explore(Explore),
    /// The same on the calculator.
    Calculate(Calculate),
    /// The same on the architectures workbench.
    Compare(Choice),
    /// The same on the page that builds a network.
    Build(Construct),
    /// The same on the page of photos, and what becomes of them.
    Train(Train),
    /// The same in the lessons.
    Learn(Learn),
    /// A text was read; none where what reads it could not be had.
    Read(Option<Read>),
    /// A preference was chosen.
    Prefer(Preference),
    /// The list of keys is wanted, or no longer.
    Help,
    /// The page's address is this now: what stands behind the `#`.
    Visit(String),
    /// What is kept for when there is no network.
    Offline(OfflineEvent),
    /// What a learner does with an assignment.
    Assign(Assign),
    /// The person has read the notice.
    Dismiss,
    /// The person wants it tried again.
    Retry,
}

macro_rules! nested {
    ($($inner:ident in $variant:ident,)*) => {
        $(impl From<$inner> for Event {
            fn from(inner: $inner) -> Event {
                Event::$variant(inner)
            }
        })*
    };
}

nested! {
    EngineEvent in Engine,
    Input in Input,
    Explore in Explore,
    Calculate in Calculate,
    Choice in Compare,
    Construct in Build,
    Train in Train,
    Learn in Learn,
    Preference in Prefer,
    OfflineEvent in Offline,
    Assign in Assign,
}

/// What became of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineEvent {
    /// It answered.
    Reply(Reply),
    /// None can be started.
    Failed(EngineError),
    /// It gives no sign of life any more.
    Silent,
    /// It stopped.
    Died {
        /// What the browser said.
        detail: String,
    },
}

/// What comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
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
        /// Whether its file lacks its end mark.
        incomplete: bool,
    },
    /// A photo could not be decoded.
    PhotoRefused {
        /// The photo.
        id: PhotoId,
        /// Why.
        why: PhotoError,
    },
    /// The models that stand ready on the server.
    Catalog(Vec<CatalogEntry>),
    /// The person chose a model of the catalog by its place, or the one that comes with the page.
    Choose(Option<usize>),
    /// The person stops the fetching of a model.
    StopFetching,
    /// Bytes of the model came in.
    ModelProgress {
        /// The loading.
        load: LoadId,
        /// Bytes so far.
        loaded: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// The model's bytes are at hand for [`Request::Load`].
    ModelFetched {
        /// The loading.
        load: LoadId,
        /// Whether the SHA-256 of its bytes was compared with the one in its name.
        checked: bool,
    },
    /// The model's bytes could not be had.
    ModelRefused {
        /// The loading.
        load: LoadId,
        /// Why.
        why: ModelError,
    },
    /// A labels file was read.
    LabelsRead {
        /// All of it.
        text: String,
    },
    /// A labels file of this name could not be read.
    LabelsGone {
        /// Its name.
        name: String,
    },
    /// The person chose how the photo becomes a rectangle.
    Fit(Fit),
    /// The person chose rows and columns of the network's input.
    Size([usize; 2]),
}

/// What a person does on the calculator.
#[derive(Clone, Debug, PartialEq)]
pub enum Calculate {
    /// Edits the stack.
    Edit(Edit),
    /// Gives a stack as text.
    Import(String),
}

/// What a person does on the page that builds a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Construct {
    /// Changes the form.
    Edit(builder::Edit),
    /// Wants the network built, and put in place of the model in use.
    Run,
}

/// What a person does in the lessons.
#[derive(Clone, Debug, PartialEq)]
pub enum Learn {
    /// Had learnt this when the page was last open.
    Remembered(Progress),
    /// Has read a step, or answered a question.
    Learnt(Mark),
    /// Sees a piece that shows what a network makes of a photo.
    NeedsEngine,
    /// Is given the lessons in this language, unless they could not be fetched.
    Fetched(Lang, Option<Vec<Lesson>>),
    /// Asks for them again.
    Again,
}

/// A preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// A language.
    Lang(Lang),
    /// Light or dark.
    Theme(Theme),
    /// Large, for many at once, or as usual.
    Presenting(bool),
    /// Single letters do something, or nothing.
    LetterKeys(bool),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Start the engine's worker, in place of one that is there.
    StartEngine,
    /// Fetch a model's bytes; answered by the `Model…` inputs.
    FetchModel {
        /// The loading.
        load: LoadId,
        /// Where from.
        source: Source,
        /// What is known of it, where it is in the catalog.
        entry: Option<CatalogEntry>,
        /// Files that hold weights of it.
        beside: Vec<FileId>,
    },
    /// Fetch no more of the model that is being fetched.
    StopFetching,
    /// Decode a photo; answered by the `Photo…` inputs.
    OpenPhoto {
        /// The photo.
        id: PhotoId,
        /// Where from.
        source: Source,
    },
    /// Decode a photo of many; answered by [`Train::Opened`] or [`Train::Refused`].
    OpenExample {
        /// Its number.
        photo: u32,
        /// Its file.
        file: FileId,
    },
    /// Take the photos out of an archive; answered by [`Train::Unpacked`].
    Unpack(FileId),
    /// Read a labels file; answered by the `Labels…` inputs.
    ReadLabels(FileId),
    /// Read a text; answered by [`Event::Read`].
    Read(Reading),
    /// Send to the engine, with the buffers at hand for a [`Request::Photo`], [`Request::Load`] or [`Request::Extract`].
    Send(Request),
    /// Give a picture as a PNG file.
    SavePicture {
        /// The file's name.
        name: String,
        /// The picture.
        tile: Shared<Tile>,
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
    /// Give what stands at an address of the browser's as a file.
    SaveFrom {
        /// The file's name.
        name: String,
        /// The address.
        url: String,
    },
    /// Show this address, without a visit.
    Address(String),
    /// Remember what the person has learnt.
    SaveProgress(Shared<Progress>),
    /// Fetch the lessons; answered by [`Learn::Fetched`].
    FetchLessons(Lang),
    /// Remember how a model wants its photos.
    SavePreset {
        /// Which model: [`Explorer::key`].
        of: String,
        /// As the person says.
        preset: Preset,
    },
    /// Look up what was; answered by [`Explore::Remembered`].
    RestorePreset(String),
    /// Remember the language.
    SaveLang(Lang),
    /// Remember light or dark.
    SaveTheme(Theme),
    /// Remember whether single letters do something.
    SaveLetterKeys(bool),
    /// Show the page in this language and in these colours, without remembering them.
    Show(Prefs),
    /// Open the photo that comes with the page under this name, by its title in this language; answered by [`Input::Sample`].
    OpenSample(String, Lang),
    /// Remember what was answered of an assignment.
    SaveAnswers {
        /// The assignment's address.
        of: String,
        /// What was answered.
        answers: Shared<Answers>,
        /// When it was opened first, in milliseconds since 1970.
        opened: f64,
    },
    /// Look up what was; answered by [`Assign::Restored`].
    RestoreAnswers(String),
    /// Have the service worker do something.
    Offline(OfflineTask),
}
