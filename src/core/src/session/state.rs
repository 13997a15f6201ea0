//! What the page shows, as data.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::error::{EngineError, Error, PhotoError};
use crate::explain::attribution::Method;
use crate::explain::breakdown::{Breakdown, Origin, Unit};
use crate::explain::kernels::{Kernels, Side};
use crate::image::{Fit, Preset, Rect};
use crate::nn::stack::ParseError;
use crate::nn::{Architecture, LayerId, Op};
use crate::pages::calculator::Calculator;
use crate::pages::route::{Bookmark, Page};
use crate::pages::workbench::Workbench;
use crate::render::stats::{Histogram, SortBy};
use crate::render::{ColourMap, Range, Scale, Sheet, Tile};
use crate::session::catalog::Ready;
use crate::session::export::files::Export;
use crate::session::selection::{self, Gaze, Seen, Spot};
use crate::wire::{Job, LayerDone, Model, Request, Task, Variant, View};

use super::event::{PhotoId, Source};

/// The language of every word on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// The colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Ink on paper.
    Light,
    /// Near black.
    Dark,
}

/// All state of the app.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// The engine.
    pub engine: Engine,
    /// The model that is being fetched or read.
    pub loading: Option<Loading>,
    /// The models that stand ready on the server.
    pub shelf: Vec<Ready>,
    /// The model in use.
    pub model: Option<Loaded>,
    /// The photo that is being decoded.
    pub opening: Option<Opening>,
    /// The photo on screen.
    pub photo: Option<Photo>,
    /// How a photo becomes the network's rectangle.
    pub fit: Fit,
    /// The preset that the person chose, if any.
    pub preset: Option<Preset>,
    /// The run on screen.
    pub run: Option<Run>,
    /// What the person looks at.
    pub look: Look,
    /// What the person points at.
    pub gaze: Gaze,
    /// Whether the list of keys is there.
    pub help: bool,
    /// The picture of the open layer.
    pub sheet: Option<Drawn>,
    /// The values of the open map.
    pub map: Option<Map>,
    /// The class of which the person asks why.
    pub why: Option<usize>,
    /// How the person wants to be told why; none for the best there is.
    pub method: Option<Method>,
    /// The map of a class.
    pub heat: Option<Heat>,
    /// How the value of a unit came to be.
    pub explained: Option<Explained>,
    /// The channel that is read whose slices of all kernels are shown; none for those of the open channel's kernel.
    pub kernels_of: Option<u16>,
    /// Kernels.
    pub kernels: Option<Shown>,
    /// Whether it is shown how much each pixel counts for the pinned unit.
    pub effective: bool,
    /// How much each pixel counts for a unit.
    pub influence: Option<Influence>,
    /// What takes long.
    pub busy: Option<Busy>,
    /// The run that is kept for comparison.
    pub held: Option<Held>,
    /// A map of it.
    pub beside: Option<Map>,
    /// What the person is to be told.
    pub notice: Option<Notice>,
    /// The page that is open.
    pub page: Page,
    /// The receptive-field calculator.
    pub calculator: Calculator,
    /// The open step of a lesson, both counted from 1; none where the lessons are listed.
    pub lesson: Option<(usize, usize)>,
    /// What the person has learnt.
    pub progress: Progress,
    /// The architectures workbench.
    pub workbench: Workbench,
    /// Class names that wait for the model they came with.
    pub(super) labels: Option<String>,
    /// What an address names that waits for the model it is of.
    pub(super) bookmark: Option<Bookmark>,
    pub(super) sent: Sent,
    pub(super) jobs: Job,
    pub(super) photos: u32,
    pub(super) deaths: u32,
}

impl Session {
    pub(super) fn new(lang: Lang, theme: Theme) -> Session {
        Session {
            lang,
            theme,
            engine: Engine::Starting,
            loading: None,
            shelf: Vec::new(),
            model: None,
            opening: None,
            photo: None,
            fit: Fit::default(),
            preset: None,
            run: None,
            look: Look::default(),
            gaze: Gaze::default(),
            help: false,
            sheet: None,
            map: None,
            why: None,
            method: None,
            heat: None,
            explained: None,
            kernels_of: None,
            kernels: None,
            effective: false,
            influence: None,
            busy: None,
            held: None,
            beside: None,
            notice: None,
            page: Page::default(),
            calculator: Calculator::default(),
            lesson: None,
            progress: Progress::new(),
            workbench: Workbench::default(),
            labels: None,
            bookmark: None,
            sent: Sent::default(),
            jobs: Job::default(),
            photos: 0,
            deaths: 0,
        }
    }
}

impl Session {
    /// Where all that is on the page, or on its way there, comes from.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        let photos = [self.photo.as_ref().map(|p| p.source), self.opening.as_ref().map(|p| p.source)];
        let models = [self.model.as_ref().map(|m| m.source), self.loading.as_ref().map(|m| m.source)];
        photos.into_iter().chain(models).flatten()
    }

    /// What lights up, on the open layer or on what the network is fed.
    pub fn seen(&self) -> Option<Seen> {
        let (model, layer) = (self.model.as_ref()?, self.look.layer?);
        let about = &model.about;
        let sight = about.receptive_fields.get(usize::from(layer.0))?;
        selection::seen(self.gaze.spot()?, sight, about.net.layer(layer)?.shape, about.net.input())
    }

    /// How the open layer is to be drawn. Sorted by what maps contribute to a class, it takes an answer.
    pub fn view(&self) -> Option<View> {
        let Look { layer, sort, colours, scale, dead, .. } = self.look;
        let toward = match sort {
            SortBy::Contribution => Some(self.class_in_question()?),
            _ => None,
        };
        Some(View { layer: layer?, sort, colours, scale, dead, toward })
    }

    /// The class that the person asks about, or else the likeliest.
    pub fn class_in_question(&self) -> Option<usize> {
        let outcome = self.run.as_ref()?.outcome()?;
        self.why.or_else(|| outcome.ranking.first().copied())
    }

    /// How the map of a class is made: as the person wants it, or as exactly as it can be.
    pub fn method_in_use(&self) -> Option<Method> {
        let exact = self.model.as_ref()?.about.cam.is_some();
        Some(match self.method {
            Some(Method::Cam) if !exact => Method::GradCam,
            Some(method) => method,
            None if exact => Method::Cam,
            None => Method::GradCam,
        })
    }

    /// The kernels to be shown of the open layer, if it is a convolution.
    pub fn side(&self) -> Option<Side> {
        let (about, layer) = (&self.model.as_ref()?.about, self.look.layer?);
        let Op::Convolution(_) = about.net.layer(layer)?.op else { return None };
        if layer == LayerId(1) && about.net.input().channels == 3 {
            return Some(Side::Colours { bgr: self.preset_in_use() == Some(Preset::Caffe) });
        }
        self.kernels_of.map(Side::From).or_else(|| self.look.channel.map(Side::Into))
    }

    /// The pinned unit of the open map.
    pub fn pinned_unit(&self) -> Option<Unit> {
        self.unit().filter(|unit| self.gaze.pinned == Some(Spot::Unit(unit.place)))
    }

    /// The unit of the open map whose arithmetic is shown: the one pointed at, or the only one.
    pub fn unit(&self) -> Option<Unit> {
        let (layer, channel) = (self.look.layer?, self.look.channel?);
        let shape = self.model.as_ref()?.about.net.layer(layer)?.shape;
        let place = match self.gaze.spot() {
            _ if shape.plane() == 1 => [0, 0],
            Some(Spot::Unit(place)) if place[0] < shape.height && place[1] < shape.width => place,
            _ => return None,
        };
        Some(Unit { layer, channel, place })
    }

    /// The range of colours that all maps of the open layer share; none where each has its own, or while it is not
    /// known.
    pub fn shared_range(&self) -> Option<Range> {
        let (run, layer) = (self.run.as_ref()?, self.look.layer?);
        let plane = self.model.as_ref()?.about.net.layer(layer)?.shape.plane();
        match self.look.scale.over(plane) {
            Scale::Map => None,
            Scale::Layer => Some(self.look.colours.range(&run.finished(layer)?.done.stats)),
            Scale::Network => {
                run.outcome()?;
                let net = &self.model.as_ref()?.about.net;
                let layers = net.layers.iter().zip(&run.layers).enumerate();
                let sharing = layers.filter(|(at, (layer, _))| Architecture::shares_scale(*at, layer.shape));
                let stats = sharing.filter_map(|(_, (_, finished))| Some(&finished.as_ref()?.done.stats));
                Some(self.look.colours.range(stats.flatten()))
            }
        }
    }

    /// The range of colours of one map of the open layer.
    pub fn range(&self, channel: u16) -> Option<Range> {
        let stats = &self.run.as_ref()?.finished(self.look.layer?)?.done.stats;
        let own = || Some(self.look.colours.range([stats.get(usize::from(channel))?]));
        self.shared_range().or_else(own)
    }

    /// The preset in use, once there is a model.
    pub fn preset_in_use(&self) -> Option<Preset> {
        self.preset.or_else(|| Some(self.model.as_ref()?.about.preset))
    }
}

/// A step that was read, or a question of it that was answered, all counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The lesson.
    pub lesson: usize,
    /// The step.
    pub step: usize,
    /// The question, if it is one.
    pub question: Option<usize>,
}

/// All that a person has learnt.
pub type Progress = BTreeSet<Mark>;

/// The engine's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Its worker starts.
    Starting,
    /// It takes requests.
    Ready(Variant),
    /// It cannot be started.
    Failed(EngineError),
}

/// A model on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loading {
    /// Names the loading.
    pub job: Job,
    /// Where from.
    pub source: Source,
    /// The file's name; empty for the default model.
    pub name: String,
    /// How far it is.
    pub stage: Stage,
}

/// How far a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes come in.
    Fetching {
        /// Bytes so far.
        loaded: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// All bytes are here; the engine is not ready for them.
    Fetched,
    /// The engine reads it.
    Reading,
}

/// The model in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// Where it came from.
    pub source: Source,
    /// The file's name; empty for the default model.
    pub name: String,
    /// What is known of it.
    pub about: Rc<Model>,
    /// Whether the engine still has it.
    pub live: bool,
}

/// A photo on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Names the photo.
    pub id: PhotoId,
    /// Where from.
    pub source: Source,
    /// Its name.
    pub name: String,
}

/// The photo on screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Photo {
    /// Names the photo.
    pub id: PhotoId,
    /// Where it came from.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// Width in pixels, upright.
    pub width: usize,
    /// Height in pixels, upright.
    pub height: usize,
    /// Time that decoding it took, in milliseconds.
    pub ms: f64,
    /// Whether its pixels are at hand, or already with the engine.
    pub in_hand: bool,
}

/// One pass of the network over the photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Names the run.
    pub job: Job,
    /// What the network is fed.
    pub fed: Option<Rc<Tile>>,
    /// The part of the photo that was taken.
    pub taken: Option<Rect>,
    /// What is known of each layer, in the order of the network.
    pub layers: Vec<Option<Rc<Finished>>>,
    /// How it stands.
    pub state: RunState,
    /// Whether the engine still has its activations.
    pub live: bool,
}

impl Run {
    pub(super) fn new(job: Job, layers: usize) -> Run {
        let layers = vec![None; layers];
        Run { job, fed: None, taken: None, layers, state: RunState::Running, live: true }
    }

    /// What is known of a layer that is done.
    pub fn finished(&self, layer: LayerId) -> Option<&Rc<Finished>> {
        self.layers.get(usize::from(layer.0))?.as_ref()
    }

    /// Whether it failed or was stopped.
    pub fn is_over_without_answer(&self) -> bool {
        matches!(self.state, RunState::Failed(_) | RunState::Cancelled)
    }

    /// The answer, once there is one.
    pub fn outcome(&self) -> Option<&Rc<Outcome>> {
        match &self.state {
            RunState::Done(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// Layers come in.
    Running,
    /// There is an answer.
    Done(Rc<Outcome>),
    /// There will be no answer.
    Failed(Error),
    /// The person stopped it.
    Cancelled,
}

/// A finished layer with its thumbnails.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// What was found.
    pub done: LayerDone,
    /// The strongest maps, two a row.
    pub thumbs: Rc<Tile>,
}

/// The network's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Raw scores.
    pub logits: Vec<f32>,
    /// Softmax of the scores.
    pub probabilities: Vec<f32>,
    /// Classes, most probable first.
    pub ranking: Vec<usize>,
    /// Time from the crop to the scores, in milliseconds.
    pub ms: f64,
}

impl Outcome {
    pub(super) fn new(logits: Vec<f32>, probabilities: Vec<f32>, ms: f64) -> Outcome {
        let ranking = crate::nn::softmax::ranking(&logits);
        Outcome { logits, probabilities, ranking, ms }
    }
}

/// What the person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The open layer.
    pub layer: Option<LayerId>,
    /// The open channel of it.
    pub channel: Option<u16>,
    /// The order of maps.
    pub sort: SortBy,
    /// The colours.
    pub colours: ColourMap,
    /// Which maps share a range.
    pub scale: Scale,
    /// Whether maps without any response are shown.
    pub dead: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            layer: None,
            channel: None,
            sort: SortBy::default(),
            colours: ColourMap::default(),
            scale: Scale::default(),
            dead: true,
        }
    }
}

/// The picture of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The run.
    pub job: Job,
    /// What is drawn.
    pub view: View,
    /// Where each map stands.
    pub sheet: Sheet,
    /// The channels, in their order.
    pub order: Rc<[u16]>,
    /// What each channel contributes to the class in question; empty where that is not asked or cannot be told.
    pub contributions: Rc<[f32]>,
    /// How often values occur in the layer.
    pub histogram: Rc<Histogram>,
    /// Time that drawing took the engine, in milliseconds.
    pub ms: f64,
    /// Its pixels.
    pub tile: Rc<Tile>,
}

/// The values of one map.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The run.
    pub job: Job,
    /// The layer.
    pub layer: LayerId,
    /// The channel.
    pub channel: u16,
    /// Row by row.
    pub values: Rc<[f32]>,
}

/// How the value of a unit came to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The run.
    pub job: Job,
    /// The unit.
    pub unit: Unit,
    /// The colours of the maps.
    pub colours: ColourMap,
    /// The arithmetic; none where that is more than a page can show.
    pub found: Option<Rc<Breakdown>>,
    /// The maps that its terms are of, in their order.
    pub maps: Vec<Rc<Tile>>,
}

/// The map of a class: which places speak for it, and which against.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// The run.
    pub job: Job,
    /// The class.
    pub class: usize,
    /// How it is made.
    pub method: Method,
    /// Width in units.
    pub width: usize,
    /// Units in all.
    pub of: usize,
    /// Row by row, as far as they are known; none where no such map can be made.
    pub values: Rc<[f32]>,
    /// What is added to the mean of a class activation map to make the score.
    pub bias: f32,
    /// Whether the person stopped it.
    pub stopped: bool,
}

/// Kernels of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The run.
    pub job: Job,
    /// The layer.
    pub layer: LayerId,
    /// Which of its kernels.
    pub side: Side,
    /// What is known of them, and what the layer reads; none where it has no such kernels.
    pub found: Option<Rc<(Kernels, Origin)>>,
    /// Their picture.
    pub tile: Rc<Tile>,
}

/// How much each pixel counts for a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// The run.
    pub job: Job,
    /// The unit.
    pub unit: Unit,
    /// Row by row over what the network is fed; nothing where that cannot be told.
    pub values: Rc<[f32]>,
}

/// Something that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// What.
    pub task: Task,
    /// Layers that were passed.
    pub done: u16,
    /// Layers in all.
    pub of: u16,
}

/// A run that is kept for comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The run.
    pub job: Job,
    /// The photo's name.
    pub name: String,
    /// What the network was fed.
    pub fed: Option<Rc<Tile>>,
    /// Its figures of each layer.
    pub layers: Vec<Option<Rc<Finished>>>,
}

/// What the person is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Something was not done.
    Error(Error),
    /// An address or a text that names no stack.
    Stack(ParseError),
    /// So many files were left out, since one of a kind is taken.
    Spare(usize),
}

/// What a file is taken for.
pub(super) enum Kind {
    Photo,
    Model,
    Labels,
    Refused(PhotoError),
}

/// All that a run's result depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    pub model: Source,
    pub photo: Source,
    pub fit: Fit,
    pub preset: Preset,
}

/// What the engine has been asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sent {
    pub photo: Option<PhotoId>,
    pub run: Option<Wanted>,
    /// Of each kind of request for something to look at, the last one.
    pub asked: Vec<Request>,
    /// A layer whose values are to be taken away, and how.
    pub export: Option<(Job, LayerId, Export)>,
}

impl Sent {
    /// Whether this is still what the engine was last asked of its kind.
    pub fn has(&self, request: &Request) -> bool {
        self.asked.contains(request)
    }

    pub fn ask(&mut self, request: Request) {
        let kind = std::mem::discriminant(&request);
        self.asked.retain(|asked| std::mem::discriminant(asked) != kind);
        self.asked.push(request);
    }
}
