//! The page of photos: they are sorted into classes by their folders, the model in use goes over them, and a head is trained on what
//! it leaves.

mod event;
mod extraction;
mod judged;
mod save;
mod training;

pub use event::Train;
pub use judged::{Judged, Mistake, Said};

use std::collections::HashMap;
use std::hash::Hash;

use crate::error::{Error, PhotoError, TrainingError};
use crate::image::{Fit, Preset};
use crate::nn::labels::{Label, tidy};
use crate::shared::Shared;
use crate::training::{Epoch, Extracted, Head, Settings, Trained, class_of, tidy_class};
use crate::wire::{ExtractionId, TrainingId};

use super::items::FileKind;
use super::{FileId, Item, Source};

/// The photos, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct Trainer {
    /// The classes, in the order of their names.
    pub classes: Vec<Class>,
    /// The photos, by their numbers.
    pub photos: Vec<Example>,
    /// How a head is to be trained.
    pub settings: Settings,
    /// The newest going over of the photos.
    pub extraction: Option<Extraction>,
    /// The newest training.
    pub training: Option<TrainingRun>,
    /// What the training before it has brought.
    pub before: Option<Shared<Trained>>,
    /// Whether the model in use is being written.
    pub saving: bool,
    /// The archive whose photos are being taken out.
    pub unpacking: Option<Archive>,
    /// The number that the next photo gets.
    next: u32,
    extractions: u32,
    trainings: u32,
}

/// An archive of photos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its file's name.
    pub name: String,
    file: FileId,
}

/// A class of photos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The name of its folder; empty of photos that came in none.
    pub name: String,
    /// The model's class that the person says it is, or none of them; nothing where the name is to tell.
    pub said: Option<Option<usize>>,
}

/// A photo among others.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its number.
    pub id: u32,
    /// Where the browser's side keeps it.
    pub file: FileId,
    /// Its file's name.
    pub name: String,
    /// Its class.
    pub class: usize,
    /// What is known of it, and since which extraction.
    pub found: Option<(ExtractionId, Extracted)>,
    /// What was wrong with it.
    pub refused: Option<Error>,
    /// How many engines died while it was looked at.
    deaths: u8,
}

/// A going over of the photos.
#[derive(Clone, Debug, PartialEq)]
pub struct Extraction {
    /// Names it.
    pub id: ExtractionId,
    /// What goes over them.
    pub by: Conditions,
    /// Whether the person has paused it.
    pub paused: bool,
    /// Whether a head is to be trained at its end.
    pub then_train: bool,
    /// Whether an engine that died has taken the features with it.
    lost: bool,
    /// The photos that are decoded, or with the engine.
    under_way: Vec<u32>,
}

/// What features depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// The model.
    pub model: Source,
    /// The model whose layers it has, under whatever head.
    trunk: Source,
    /// Rows and columns of its input, where they are not the file's own.
    size: Option<[usize; 2]>,
    fit: Fit,
    preset: Preset,
    /// Whether means are kept; else whole maps.
    pooled: bool,
    crops: u8,
}

/// A training, under way or over.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRun {
    /// Names it.
    pub id: TrainingId,
    /// How.
    pub settings: Settings,
    /// Its classes, among those of the photos.
    pub classes: Vec<usize>,
    /// In how many rounds photos are held out.
    pub rounds: u8,
    /// Photos that are trained on, and held out, in a round.
    pub counts: [usize; 2],
    /// What each epoch has brought, with its round.
    pub epochs: Vec<(u8, Epoch)>,
    /// How it stands.
    pub state: TrainingState,
    trunk: Source,
    size: Option<[usize; 2]>,
}

/// How a training stands.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingState {
    /// It goes on.
    Running,
    /// The person has paused it.
    Paused,
    /// The person has given it up.
    Stopped,
    /// It is done; the place of the network that it has made.
    Done(Shared<Trained>, usize),
    /// It has failed.
    Failed(TrainingError),
}

impl TrainingState {
    /// Whether there is more to come, at once or after a pause.
    pub fn is_under_way(&self) -> bool {
        matches!(self, TrainingState::Running | TrainingState::Paused)
    }
}

/// A network with a head that was trained here.
#[derive(Clone, Debug)]
pub(super) struct TrainedNetwork {
    /// The model whose layers it has.
    pub trunk: Source,
    /// Rows and columns of its input, where they are not the file's own.
    pub size: Option<[usize; 2]>,
    /// Its head.
    pub head: Shared<Head>,
}

/// The most photos.
pub const MOST_PHOTOS: usize = 5000;

impl Trainer {
    /// The photos that can be looked at: those that are not broken.
    pub fn sound(&self) -> impl Iterator<Item = &Example> {
        self.photos.iter().filter(|photo| photo.refused.is_none())
    }

    /// A photo by its number.
    pub fn photo(&self, id: u32) -> Option<&Example> {
        self.photos.binary_search_by_key(&id, |photo| photo.id).ok().and_then(|place| self.photos.get(place))
    }

    /// The files that are still wanted.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        let archive = self.unpacking.as_ref().map(|archive| archive.file);
        self.photos.iter().map(|photo| photo.file).chain(archive)
    }

    fn photo_mut(&mut self, id: u32) -> Option<&mut Example> {
        let place = self.photos.binary_search_by_key(&id, |photo| photo.id).ok()?;
        self.photos.get_mut(place)
    }

    /// How many photos the newest extraction is done with, and of how many.
    pub fn progress(&self) -> [usize; 2] {
        let id = self.extraction.as_ref().map(|extraction| extraction.id);
        let done = self.sound().filter(|photo| photo.found.as_ref().map(|(by, _)| *by) == id);
        [done.count(), self.sound().count()]
    }

    /// Whether the newest extraction is over.
    pub fn is_over(&self) -> bool {
        let [done, of] = self.progress();
        self.extraction.is_some() && done == of
    }

    /// Photos that stand in two classes: of one the label is wrong.
    pub fn contradictions(&self) -> usize {
        let class = |id: u32| self.photo(id).map(|photo| photo.class);
        self.twins().into_iter().filter(|[one, other]| class(*one) != class(*other)).count()
    }

    /// Photos that are the same as one before them, each with that one.
    pub fn twins(&self) -> Vec<[u32; 2]> {
        repeated(self.photos.iter().filter_map(|photo| Some((photo.id, photo.found.as_ref()?.1.content))))
    }

    /// The model's class that a class is of.
    pub fn label(&self, class: usize, labels: &[Label]) -> Option<usize> {
        let class = self.classes.get(class)?;
        class.said.unwrap_or_else(|| class_of(&class.name, labels))
    }

    /// Classes that are one and the same class of the model, each with the one before it.
    pub fn collisions(&self, labels: &[Label]) -> Vec<[usize; 2]> {
        repeated((0..self.classes.len()).filter_map(|class| Some((class, self.label(class, labels)?))))
    }

    /// Takes photos: the folder of each is its class. How many there was no room for.
    fn take(&mut self, items: Vec<Item>) -> usize {
        let room = MOST_PHOTOS.saturating_sub(self.photos.len());
        let spare = items.len().saturating_sub(room);
        for item in items.into_iter().take(room) {
            let folder = item.within.rsplit(['/', '\\']).next().unwrap_or_default();
            let name = tidy_class(folder);
            let place = match self.classes.binary_search_by(|class| class.name.cmp(&name)) {
                Ok(place) => place,
                Err(place) => {
                    self.classes.insert(place, Class { name, said: None });
                    self.photos
                        .iter_mut()
                        .filter(|photo| photo.class >= place)
                        .for_each(|photo| photo.class += 1);
                    if let Some(training) = &mut self.training {
                        training
                            .classes
                            .iter_mut()
                            .filter(|class| **class >= place)
                            .for_each(|class| *class += 1);
                    }
                    place
                }
            };
            let refused = match item.kind() {
                FileKind::Refused(why) => Some(why),
                _ if item.bytes == 0 => Some(PhotoError::Empty),
                _ => None,
            };
            let name = tidy(&item.name);
            let refused = refused.map(|why| Error::Photo { name: name.clone(), why });
            self.photos.push(Example {
                id: self.next,
                file: item.id,
                name,
                class: place,
                found: None,
                refused,
                deaths: 0,
            });
            self.next += 1;
        }
        spare
    }

    fn remove(&mut self, class: usize) {
        self.photos.retain(|photo| photo.class != class);
        self.photos.iter_mut().filter(|photo| photo.class > class).for_each(|photo| photo.class -= 1);
        self.classes.remove(class);
        // What it was of is not here any more.
        (self.training, self.before) = (None, None);
    }
}

/// Those that have what one before them has, each with that one.
fn repeated<T: Copy + PartialEq, Has: Eq + Hash>(all: impl Iterator<Item = (T, Has)>) -> Vec<[T; 2]> {
    let mut first = HashMap::new();
    let pairs = all.filter_map(|(one, has)| {
        let before = *first.entry(has).or_insert(one);
        (before != one).then_some([before, one])
    });
    pairs.collect()
}
