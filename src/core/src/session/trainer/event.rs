//! What happens on the page of photos, and what is done about it.

use crate::error::{Error, PhotoError, TrainingError};
use crate::model::SaveAs;
use crate::session::{Effect, Item, Session, Source};
use crate::shared::Shared;
use crate::training::Settings;
use crate::wire::{Reply, Request};

use super::{Archive, Example, TrainedNetwork, Trainer, TrainingState};

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

impl Session {
    pub(in crate::session) fn train(&mut self, event: Train, effects: &mut Vec<Effect>) {
        match event {
            Train::Opened { photo, width, height } => self.example_opened(photo, [width, height], effects),
            Train::Unpacked(items, whole) => {
                let archive = self.trainer.change().unpacking.take();
                if !items.is_empty() {
                    self.take_photos(items);
                }
                if let Some(Archive { name, .. }) = archive.filter(|_| !whole) {
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
                    self.stop_training(effects);
                    self.trainer.change().remove(class);
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
                    && run.state.is_under_way()
                {
                    run.state = if paused { TrainingState::Paused } else { TrainingState::Running };
                    effects.push(Effect::Send(Request::PauseTraining { training: run.id, paused }));
                }
            }
            Train::Stop => {
                self.stop_training(effects);
                if let Some(extraction) = &mut self.trainer.change().extraction {
                    extraction.then_train = false;
                }
            }
            Train::Use => {
                let state = self.trainer.training.as_ref().map(|run| &run.state);
                if let Some(TrainingState::Done(_, place)) = state {
                    let place = *place;
                    self.notice = None;
                    self.fetch_trained(place, effects);
                }
            }
            Train::Save(format) => self.save_model(format, effects),
            Train::SaveScript => self.save_script(effects),
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

    /// What the engine says of photos and trainings.
    pub(in crate::session) fn trainer_reply(&mut self, reply: Reply, effects: &mut Vec<Effect>) {
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
}
