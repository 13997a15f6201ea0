//! The page of photos: they are sorted into classes by their folders, the model in use goes over them, and a head is trained on what
//! it leaves.

mod judged;

pub use judged::{Judged, Mistake, Said};

use crate::error::{Error, PhotoError, TrainingError};
use crate::image::{Fit, Preprocessing, Preset};
use crate::model::{Precision, SaveAs};
use crate::nn::labels::{Label, tidy};
use crate::shared::Shared;
use crate::training::{Epoch, Extracted, Head, HeadKind, Settings, Trained, class_of, split, tidy_class};
use crate::vgg::build::Build;
use crate::vgg::script::{Normalisation, script};
use crate::wire::{ExtractionId, Reply, Request, TrainingId};

use super::explorer::export::files::stem;
use super::items::FileKind;
use super::{Effect, Engine, FileId, Item, Notice, Session, Source};

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
    /// The name of an archive whose photos are being taken out, and its file.
    pub unpacking: Option<String>,
    archive: Option<FileId>,
    /// The number that the next photo gets.
    next: u32,
    extractions: u32,
    trainings: u32,
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

/// What happens on the page of photos.
#[derive(Clone, Debug, PartialEq)]
pub enum Train {
    /// The photos of an archive, each with its path there; and whether it could be read to its end.
    Unpacked(Vec<Item>, bool),
    /// A photo was decoded; its pixels are at hand for [`Request::Extract`].
    Opened {
        /// Its number.
        photo: u32,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// A photo could not be decoded.
    Refused {
        /// Its number.
        photo: u32,
        /// Why.
        why: PhotoError,
    },
    /// The person says which of the model's classes a class is, or none.
    Label(usize, Option<usize>),
    /// Takes the photos of a class away.
    Remove(usize),
    /// Takes all photos away.
    Clear,
    /// Has the model in use go over the photos.
    Judge,
    /// Pauses that, or goes on.
    Pause(bool),
    /// Chooses how to train.
    Set(Settings),
    /// Trains a head.
    Start,
    /// Pauses the training, or goes on.
    PauseTraining(bool),
    /// Gives the training up.
    Stop,
    /// Takes the network with the trained head for the model in use.
    Use,
    /// Opens a photo in the explorer.
    Look(u32),
    /// Opens another there that is none of these.
    Show(Vec<Item>),
    /// Saves the model in use as a file.
    Save(SaveAs),
    /// Saves the PyTorch code of the model in use, which loads its weights.
    SaveScript,
}

/// The most photos.
pub const MOST_PHOTOS: usize = 5000;
/// Photos that are decoded or with the engine at once: one is computed while the next is decoded.
const AT_ONCE: usize = 2;
/// How many engines may die of a photo before it is left out.
const PATIENCE: u8 = 2;

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
        let archive = self.archive.filter(|_| self.unpacking.is_some());
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
        let mut first = std::collections::HashMap::new();
        let contents =
            self.photos.iter().filter_map(|photo| Some((photo.id, photo.found.as_ref()?.1.content)));
        let twins = contents.filter_map(|(id, content)| {
            let one = *first.entry(content).or_insert(id);
            (one != id).then_some([one, id])
        });
        twins.collect()
    }

    /// The model's class that a class is of.
    pub fn label(&self, class: usize, labels: &[Label]) -> Option<usize> {
        let class = self.classes.get(class)?;
        class.said.unwrap_or_else(|| class_of(&class.name, labels))
    }

    /// Classes that are one and the same class of the model, each with the one before it.
    pub fn collisions(&self, labels: &[Label]) -> Vec<[usize; 2]> {
        let mut first = std::collections::HashMap::new();
        let classes = (0..self.classes.len()).filter_map(|class| Some((class, self.label(class, labels)?)));
        let pairs = classes.filter_map(|(class, label)| {
            let one = *first.entry(label).or_insert(class);
            (one != class).then_some([one, class])
        });
        pairs.collect()
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
                    // Its classes have other places now.
                    self.training.take_if(|training| !matches!(training.state, TrainingState::Done(..)));
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

    fn begin(&mut self, by: Conditions, then_train: bool) {
        self.extractions += 1;
        let id = ExtractionId(self.extractions);
        let (paused, lost, under_way) = (false, false, Vec::new());
        self.extraction = Some(Extraction { id, by, paused, then_train, lost, under_way });
    }

    /// The next photo that the extraction has to look at: of all classes by turns, so that what is said on the way is of all.
    fn next_photo(&self) -> Option<&Example> {
        let extraction = self.extraction.as_ref()?;
        let is_done = |photo: &Example| photo.found.as_ref().is_some_and(|(by, _)| *by == extraction.id);
        let mut before = vec![0usize; self.classes.len()];
        let turns = self.sound().map(|photo| {
            before[photo.class] += 1;
            (before[photo.class], photo)
        });
        let left = turns.filter(|(_, photo)| !is_done(photo) && !extraction.under_way.contains(&photo.id));
        left.min_by_key(|(turn, photo)| (*turn, photo.class)).map(|(_, photo)| photo)
    }
}

impl Session {
    /// What the model in use would go over photos with; none while there is none.
    fn conditions(&self) -> Option<Conditions> {
        let explorer = self.explorer.as_ref().filter(|explorer| explorer.live)?;
        let settings = self.trainer.settings;
        Some(Conditions {
            model: explorer.source,
            trunk: self.inputs.trunk(explorer.source),
            size: explorer.size,
            fit: self.fit,
            preset: explorer.preset_in_use(),
            pooled: settings.kind == HeadKind::Linear,
            crops: settings.crops,
        })
    }

    /// Whether the photos were gone over by another model than the one in use, or in another way.
    pub fn is_judged_by_another(&self) -> bool {
        let conditions = self.conditions();
        let extraction = self.trainer.extraction.as_ref();
        extraction.zip(conditions).is_some_and(|(extraction, now)| !extraction.by.is_judged_as(&now))
    }

    pub(super) fn train(&mut self, event: Train, effects: &mut Vec<Effect>) {
        match event {
            Train::Opened { photo, width, height } => self.example_opened(photo, [width, height], effects),
            Train::Unpacked(items, whole) => {
                let name = self.trainer.change().unpacking.take();
                if !items.is_empty() {
                    self.take_photos(items);
                }
                if let Some(name) = name.filter(|_| !whole) {
                    self.complain(Error::Photo { name, why: PhotoError::Archive });
                }
            }
            Train::Refused { photo, why } => {
                let trainer = self.trainer.change();
                if let Some(extraction) = &mut trainer.extraction {
                    extraction.under_way.retain(|one| *one != photo);
                }
                if let Some(photo) = trainer.photo_mut(photo) {
                    photo.refused = Some(Error::Photo { name: photo.name.clone(), why });
                }
            }
            Train::Label(class, label) => {
                if let Some(class) = self.trainer.change().classes.get_mut(class) {
                    class.said = Some(label);
                }
            }
            Train::Remove(class) => {
                if class < self.trainer.classes.len() {
                    let extraction = self.trainer.extraction.as_ref();
                    let then_train = extraction.is_some_and(|extraction| extraction.then_train);
                    self.stop_training(effects);
                    let trainer = self.trainer.change();
                    trainer.remove(class);
                    if let Some(extraction) = &mut trainer.extraction {
                        extraction.then_train = then_train;
                    }
                }
            }
            Train::Clear => {
                self.stop_training(effects);
                let Trainer { settings, next, extractions, trainings, .. } = *self.trainer;
                self.trainer =
                    Trainer { settings, next, extractions, trainings, ..Trainer::default() }.into();
            }
            Train::Judge => self.judge(),
            Train::Pause(paused) => {
                if let Some(extraction) = &mut self.trainer.change().extraction {
                    extraction.paused = paused;
                }
            }
            Train::Set(settings) => self.trainer.change().settings = settings,
            Train::Start => self.start_training(effects),
            Train::PauseTraining(paused) => {
                if let Some(run) = &mut self.trainer.change().training
                    && matches!(run.state, TrainingState::Running | TrainingState::Paused)
                {
                    run.state = if paused { TrainingState::Paused } else { TrainingState::Running };
                    effects.push(Effect::Send(Request::PauseTraining { training: run.id, paused }));
                }
            }
            Train::Stop => self.stop_training(effects),
            Train::Use => {
                let state = self.trainer.training.as_ref().map(|run| &run.state);
                if let Some(TrainingState::Done(_, place)) = state {
                    let place = *place;
                    self.notice = None;
                    self.fetch_trained(place, effects);
                }
            }
            Train::Save(format) => self.save_model(format, effects),
            Train::SaveScript => {
                let Some(explorer) = &self.explorer else { return };
                let model = &explorer.model;
                if let Some(build) = Build::like(&model.architecture) {
                    let Preprocessing { bgr, divisor, mean, deviation } =
                        explorer.preset_in_use().preprocessing();
                    let normalisation = Normalisation { bgr, divisor, mean, deviation };
                    let stem = stem(&model.architecture.name);
                    let script = script(&build, &format!("{stem}.safetensors"), normalisation, &model.labels);
                    let (name, media) = (format!("{stem}.py"), "text/x-python");
                    effects.push(Effect::SaveBytes { name, media, bytes: script.into_bytes() });
                }
            }
            Train::Show(items) => {
                if let Some(Item { id, name, .. }) = items.into_iter().next() {
                    self.open_photo(Source::File(id), name, effects);
                }
            }
            Train::Look(photo) => {
                if let Some(Example { file, name, .. }) = self.trainer.photo(photo) {
                    self.open_photo(Source::File(*file), name.clone(), effects);
                }
            }
        }
    }

    /// Takes photos that a person gave; whatever else there is among them is left out.
    pub(super) fn take_photos(&mut self, items: Vec<Item>) {
        let photos: Vec<Item> =
            items.into_iter().filter(|item| matches!(item.kind(), FileKind::Photo)).collect();
        if photos.is_empty() {
            return self.complain(Error::Photo { name: String::new(), why: PhotoError::Folder });
        }
        let spare = self.trainer.change().take(photos);
        if spare > 0 {
            self.notice = Some(Notice::SparePhotos(spare));
        }
        if self.trainer.extraction.is_none() || self.is_judged_by_another() {
            self.judge();
        }
    }

    /// Has the photos of an archive taken out.
    pub(super) fn unpack(&mut self, archive: Item, effects: &mut Vec<Effect>) {
        let trainer = self.trainer.change();
        (trainer.unpacking, trainer.archive) = (Some(tidy(&archive.name)), Some(archive.id));
        effects.push(Effect::Unpack(archive.id));
    }

    /// Has the model in use go over the photos, from the first on.
    fn judge(&mut self) {
        if let Some(conditions) = self.conditions() {
            self.trainer.change().begin(conditions, false);
        }
    }

    fn start_training(&mut self, effects: &mut Vec<Effect>) {
        self.notice = None;
        let Some(now) = self.conditions() else { return };
        let fits = |extraction: &Extraction| !extraction.lost && extraction.by.serves(&now);
        let is_ready = self.trainer.extraction.as_ref().is_some_and(fits);
        let trainer = self.trainer.change();
        if !is_ready {
            trainer.begin(now, true);
        } else if trainer.is_over() {
            self.begin_training(effects);
        } else if let Some(extraction) = &mut trainer.extraction {
            (extraction.paused, extraction.then_train) = (false, true);
        }
    }

    /// Trains on the features that the engine keeps.
    fn begin_training(&mut self, effects: &mut Vec<Effect>) {
        let Some(explorer) = &self.explorer else { return };
        let labels = &explorer.model.labels;
        let (name, preset) = (explorer.model.architecture.name.clone(), explorer.preset_in_use());
        let trainer = self.trainer.change();
        let Some(extraction) = &mut trainer.extraction else { return };
        extraction.then_train = false;
        let (id, trunk, size) = (extraction.id, extraction.by.trunk, extraction.by.size);

        let usable: Vec<(u32, usize, u64)> = trainer
            .sound()
            .filter_map(|photo| Some((photo.id, photo.class, photo.found.as_ref()?)))
            .filter(|(.., (by, _))| *by == id)
            .map(|(photo, class, (_, found))| (photo, class, found.content))
            .collect();
        let mut classes: Vec<usize> = usable.iter().map(|(_, class, _)| *class).collect();
        classes.sort_unstable();
        classes.dedup();
        let place = |class: usize| classes.binary_search(&class).unwrap_or_default() as u16;
        let labelled: Vec<_> =
            usable.iter().map(|(photo, class, content)| (*photo, place(*class), *content)).collect();
        let called = |place: u16| {
            let class = classes.get(usize::from(place)).and_then(|class| trainer.classes.get(*class));
            class.map(|class| class.name.clone()).unwrap_or_default()
        };
        let found = split(&labelled, trainer.settings.seed).map_err(|why| why.error(called));
        let found = match found {
            Ok(found) => found,
            Err(why) => return self.complain(Error::Training(why)),
        };
        // What the model calls a class by both languages, it is called by the new one too.
        // Of two folders that are one class of the model, each is called by its own name.
        let twice: Vec<usize> = trainer.collisions(labels).concat();
        let label = |class: &usize| {
            let own = Label { en: trainer.classes.get(*class)?.name.clone(), zh: None, id: None };
            let label = trainer.label(*class, labels).filter(|_| !twice.contains(class));
            Some(label.and_then(|label| labels.get(label).cloned()).unwrap_or(own))
        };
        let named: Vec<Label> = classes.iter().filter_map(label).collect();
        let names: Vec<&str> = named.iter().map(|label| label.en.as_str()).collect();
        let base = name.split(':').next().unwrap_or_default();
        let head = Head {
            pooled: trainer.settings.kind == HeadKind::Linear,
            maps: String::new(),
            layers: Vec::new(),
            name: tidy(&format!("{base}: {}", names.join(", "))),
            classes: named,
            preset,
        };
        trainer.trainings += 1;
        let training = TrainingId(trainer.trainings);
        if let Some(TrainingRun { state: TrainingState::Done(trained, _), .. }) = trainer.training.take() {
            trainer.before = Some(trained);
        }
        let held = found.samples.iter().filter(|sample| sample.round == Some(0)).count();
        let settings = trainer.settings;
        trainer.training = Some(TrainingRun {
            id: training,
            settings,
            classes,
            rounds: found.rounds,
            counts: [found.samples.len() - held, held],
            epochs: Vec::new(),
            state: TrainingState::Running,
            trunk,
            size,
        });
        let (samples, rounds) = (found.samples, found.rounds);
        effects.push(Effect::Send(Request::Train { training, settings, samples, rounds, head }));
    }

    /// Has the model in use written as a file.
    fn save_model(&mut self, format: SaveAs, effects: &mut Vec<Effect>) {
        let Some(explorer) = self.explorer.as_ref().filter(|explorer| explorer.live) else { return };
        let (model, preset) = (&explorer.model, explorer.preset_in_use());
        let (name, classes) = (model.architecture.name.clone(), model.labels.clone());
        effects.push(Effect::Send(Request::Save { format, name, preset, classes }));
        self.trainer.change().saving = true;
    }

    /// The model in use is written: the person gets it as a file.
    pub(super) fn saved(&mut self, format: SaveAs, url: String, effects: &mut Vec<Effect>) {
        self.trainer.change().saving = false;
        let Some(explorer) = &self.explorer else { return };
        let end = match format {
            SaveAs::Onnx(Precision::Float32) => ".onnx",
            SaveAs::Onnx(Precision::Float16) => "-float16.onnx",
            SaveAs::Onnx(Precision::Int8) => "-int8.onnx",
            SaveAs::Safetensors => ".safetensors",
        };
        let name = format!("{}{end}", stem(&explorer.model.architecture.name));
        effects.push(Effect::SaveFrom { name, url });
    }

    fn stop_training(&mut self, effects: &mut Vec<Effect>) {
        let trainer = self.trainer.change();
        if let Some(extraction) = &mut trainer.extraction {
            extraction.then_train = false;
        }
        if let Some(run) = &mut trainer.training
            && matches!(run.state, TrainingState::Running | TrainingState::Paused)
        {
            run.state = TrainingState::Stopped;
            effects.push(Effect::Send(Request::StopTraining { training: run.id }));
        }
    }

    fn example_opened(&mut self, photo: u32, [width, height]: [usize; 2], effects: &mut Vec<Effect>) {
        let is_ready = matches!(self.engine, Engine::Ready { .. });
        let now = self.conditions();
        let trainer = self.trainer.change();
        let Some(extraction) = &mut trainer.extraction else { return };
        let goes_on = is_ready && now.is_some_and(|now| extraction.by.is_judged_as(&now));
        if !goes_on || !extraction.under_way.contains(&photo) {
            extraction.under_way.retain(|one| *one != photo);
            return;
        }
        let Conditions { fit, preset, pooled, crops, .. } = extraction.by;
        let kind = if pooled { HeadKind::Linear } else { HeadKind::Dense(1) };
        let extraction = extraction.id;
        effects.push(Effect::Send(Request::Extract {
            extraction,
            photo,
            width,
            height,
            fit,
            preset,
            kind,
            crops,
        }));
    }

    /// What the engine says of photos and trainings.
    pub(super) fn trainer_reply(&mut self, reply: Reply, effects: &mut Vec<Effect>) {
        let trainer = self.trainer.change();
        match reply {
            Reply::Extracted { extraction, photo, found } => {
                if trainer.is_awaited(extraction, photo)
                    && let Some(photo) = trainer.photo_mut(photo)
                {
                    photo.found = Some((extraction, found));
                    photo.deaths = 0;
                    self.deaths = 0;
                }
            }
            Reply::NotExtracted { extraction, photo, error } => {
                if !trainer.is_awaited(extraction, photo) {
                    return;
                }
                if matches!(error, Error::Training(_)) {
                    // As with this one it would be with all.
                    if let Some(extraction) = &mut trainer.extraction {
                        (extraction.paused, extraction.then_train) = (true, false);
                    }
                    self.complain(error);
                } else if let Some(photo) = trainer.photo_mut(photo) {
                    photo.refused = Some(error);
                }
            }
            Reply::Epoch { training, round, epoch } => {
                if let Some(run) = trainer.run(training) {
                    run.epochs.push((round, epoch));
                }
            }
            Reply::Trained { training, trained } => {
                let Some(run) = trainer.run(training) else { return };
                let trained = Shared::new(*trained);
                let network =
                    TrainedNetwork { trunk: run.trunk, size: run.size, head: trained.head.clone().into() };
                run.state = TrainingState::Done(trained, self.inputs.trained.len());
                self.inputs.trained.push(network);
            }
            Reply::NotTrained { training, error } => {
                let Some(run) = trainer.run(training) else { return };
                run.state = TrainingState::Failed(error.clone());
                if let Some(extraction) = trainer.extraction.as_mut().filter(|_| error == TrainingError::Lost)
                {
                    extraction.lost = true;
                }
                self.complain(Error::Training(error));
            }
            _ => {}
        }
        self.go_over(effects);
    }

    /// Has the next photos decoded, and at the end a head trained where one is wanted.
    pub(super) fn go_over(&mut self, effects: &mut Vec<Effect>) {
        let Some(extraction) = &self.trainer.extraction else { return };
        if extraction.paused || !matches!(self.engine, Engine::Ready { .. }) || self.inputs.loading.is_some()
        {
            return;
        }
        let Some(now) = self.conditions().filter(|now| extraction.by.is_judged_as(now)) else { return };
        let then_train = extraction.then_train && extraction.by.serves(&now);
        while let Some((photo, file)) = self.trainer.next_photo().map(|photo| (photo.id, photo.file)) {
            match &mut self.trainer.change().extraction {
                Some(extraction) if extraction.under_way.len() < AT_ONCE => extraction.under_way.push(photo),
                _ => return,
            }
            effects.push(Effect::OpenExample { photo, file });
        }
        if then_train && self.trainer.is_over() {
            self.begin_training(effects);
        }
    }

    /// An engine has died, and with it what it kept of photos.
    pub(super) fn lose_features(&mut self) {
        if self.trainer.extraction.is_none() && !self.trainer.saving {
            return;
        }
        let trainer = self.trainer.change();
        trainer.saving = false;
        if let Some(run) = &mut trainer.training
            && matches!(run.state, TrainingState::Running | TrainingState::Paused)
        {
            run.state = TrainingState::Failed(TrainingError::Lost);
        }
        let Some(extraction) = &mut trainer.extraction else { return };
        extraction.lost = true;
        let (under_way, by, then_train) =
            (std::mem::take(&mut extraction.under_way), extraction.by.clone(), extraction.then_train);
        // The first of them was with the engine; the others were decoded at most.
        if let Some(photo) = under_way.first().and_then(|id| trainer.photo_mut(*id)) {
            photo.deaths += 1;
            if photo.deaths >= PATIENCE {
                photo.refused = Some(Error::Run { detail: String::new() });
            }
        }
        if then_train {
            trainer.begin(by, true);
        }
    }

    /// Puts a network that was trained here in the place of the model in use.
    fn fetch_trained(&mut self, place: usize, effects: &mut Vec<Effect>) {
        let Some(TrainedNetwork { head, size, .. }) = self.inputs.trained.get(place) else { return };
        let (name, size) = (head.name.clone(), *size);
        self.fetch_model(Source::Trained(place), name, effects);
        if let Some(loading) = &mut self.inputs.loading {
            loading.size = size;
        }
    }
}

impl Trainer {
    /// Whether a photo is with the engine for this extraction; it is so no longer.
    fn is_awaited(&mut self, id: ExtractionId, photo: u32) -> bool {
        let Some(extraction) = self.extraction.as_mut().filter(|extraction| extraction.id == id) else {
            return false;
        };
        let before = extraction.under_way.len();
        extraction.under_way.retain(|one| *one != photo);
        extraction.under_way.len() < before
    }

    /// The training of this name, while it is under way.
    fn run(&mut self, id: TrainingId) -> Option<&mut TrainingRun> {
        let is_under_way =
            |run: &&mut TrainingRun| matches!(run.state, TrainingState::Running | TrainingState::Paused);
        self.training.as_mut().filter(|run| run.id == id).filter(is_under_way)
    }
}

impl Conditions {
    /// Whether photos are judged the same under others.
    fn is_judged_as(&self, other: &Conditions) -> bool {
        (self.model, self.size, self.fit, self.preset) == (other.model, other.size, other.fit, other.preset)
    }

    /// Whether features serve for a head that is to be trained under others.
    fn serves(&self, other: &Conditions) -> bool {
        let trunk = |one: &Conditions| (one.trunk, one.size, one.fit, one.preset, one.pooled);
        trunk(self) == trunk(other) && self.crops >= other.crops
    }
}
