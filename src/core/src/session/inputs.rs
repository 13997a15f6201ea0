//! What comes in: photos, models and class names, given by the person or fetched.

use std::rc::Rc;

use crate::error::{Error, ModelError, PhotoError};
use crate::nn::labels;
use crate::wire::{Job, LabelsFrom};

use super::Session;
use super::event::{self, Effect, Item, PhotoId, Source};
use super::state::{Kind, Loading, Notice, Opening, Photo, Run, Stage};

impl Session {
    /// Sorts what a person dropped, picked or pasted into a photo, a model and labels.
    pub(super) fn given(&mut self, items: Vec<Item>, effects: &mut Vec<Effect>) {
        let (mut photo, mut model, mut labels, mut spare) = (None, None, None, 0);
        for item in items {
            let slot = match item.kind() {
                Kind::Model => &mut model,
                Kind::Labels => &mut labels,
                Kind::Photo | Kind::Refused(_) => &mut photo,
            };
            if slot.is_none() { *slot = Some(item) } else { spare += 1 }
        }
        self.notice = (spare > 0).then_some(Notice::Spare(spare));
        if let Some(item) = model {
            self.open_model(Source::File(item.id), item.name, item.bytes, effects);
        }
        if let Some(item) = labels {
            effects.push(Effect::ReadLabels(item.id));
        }
        if let Some(item) = photo {
            match item.kind() {
                Kind::Refused(why) => self.complain(Error::Photo { name: labels::tidy(&item.name), why }),
                _ if item.bytes == 0 => {
                    self.complain(Error::Photo { name: labels::tidy(&item.name), why: PhotoError::Empty })
                }
                _ => self.open_photo(Source::File(item.id), item.name, effects),
            }
        }
    }

    pub(super) fn open_photo(&mut self, source: Source, name: String, effects: &mut Vec<Effect>) {
        self.photos += 1;
        let id = PhotoId(self.photos);
        self.opening = Some(Opening { id, source, name: labels::tidy(&name) });
        effects.push(Effect::OpenPhoto { id, source });
    }

    pub(super) fn photo_opened(&mut self, id: PhotoId, [width, height]: [usize; 2], ms: f64) {
        let Some(opening) = self.opening.take_if(|opening| opening.id == id) else {
            return;
        };
        if let Some(old) = self.photo.as_mut().filter(|old| old.source == opening.source) {
            // Given again: for a new engine, or by a person who wants it tried again.
            if old.in_hand && self.run.as_ref().is_some_and(Run::is_over_without_answer) {
                self.sent.run = None;
            }
            old.id = id;
            old.in_hand = true;
            return;
        }
        let Opening { source, name, .. } = opening;
        self.photo = Some(Photo { id, source, name, width, height, ms, in_hand: true });
    }

    pub(super) fn fetch_model(&mut self, source: Source, name: String, effects: &mut Vec<Effect>) {
        let job = self.next_job();
        let stage = Stage::Fetching { loaded: 0, total: None };
        self.loading = Some(Loading { job, source, name: labels::tidy(&name), stage });
        let ready = match source {
            Source::Shelf(place) => self.shelf.get(place).cloned(),
            _ => None,
        };
        effects.push(Effect::FetchModel { job, source, ready });
    }

    pub(super) fn take(&mut self, place: Option<usize>, effects: &mut Vec<Effect>) {
        self.notice = None;
        match place.map(|place| (place, self.shelf.get(place).cloned())) {
            None => self.fetch_model(Source::Default, String::new(), effects),
            Some((place, Some(ready))) => {
                self.open_model(Source::Shelf(place), ready.file, ready.bytes, effects)
            }
            Some((_, None)) => {}
        }
    }

    /// Fetches a model, unless its size alone rules it out.
    fn open_model(&mut self, source: Source, name: String, bytes: u64, effects: &mut Vec<Effect>) {
        match event::check_model(bytes) {
            Ok(()) => self.fetch_model(source, name, effects),
            Err(why) => self.complain(Error::Model { name: labels::tidy(&name), why }),
        }
    }

    pub(super) fn model_refused(&mut self, job: Job, why: ModelError, effects: &mut Vec<Effect>) {
        if let Some(loading) = self.loading.take_if(|loading| loading.job == job) {
            self.complain(Error::Model { name: loading.name, why });
            self.fall_back(loading.source, effects);
        }
    }

    /// Goes back to the model that was in use, or else to the default one, where the engine now has none.
    pub(super) fn fall_back(&mut self, failed: Source, effects: &mut Vec<Effect>) {
        self.labels = None;
        match &self.model {
            Some(model) if model.live => {}
            Some(model) if model.source != failed => {
                let (source, name) = (model.source, model.name.clone());
                self.fetch_model(source, name, effects);
            }
            _ if failed != Source::Default => self.fetch_model(Source::Default, String::new(), effects),
            _ => {}
        }
    }

    pub(super) fn labels_read(&mut self, text: String) {
        // A list that comes with a model is meant for that model.
        if self.loading.is_some() {
            self.labels = Some(text);
            return;
        }
        let Some(model) = &mut self.model else { return };
        let found = labels::parse(&text);
        let expected = model.about.net.classes;
        if found.len() == expected {
            let about = Rc::make_mut(&mut model.about);
            about.labels = found;
            about.labels_from = LabelsFrom::File;
        } else {
            self.complain(Error::Labels { found: found.len(), expected });
        }
    }
}
