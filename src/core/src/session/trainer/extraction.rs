//! The model in use goes over the photos, one by one.

use crate::error::{Error, PhotoError, TrainingError};
use crate::nn::labels::tidy;
use crate::wire::{ExtractionId, Request};

use super::{Archive, Conditions, Example, Extraction, Trainer, TrainingState};
use crate::session::items::FileKind;
use crate::session::{Effect, Engine, Item, Notice, Session};

/// Photos that are decoded or with the engine at once: one is computed while the next is decoded.
const AT_ONCE: usize = 2;

/// How many engines may die of a photo before it is left out.
const PATIENCE: u8 = 2;

impl Session {
    /// What the model in use would go over photos with; none while there is none.
    pub(super) fn conditions(&self) -> Option<Conditions> {
        let explorer = self.explorer.as_ref().filter(|explorer| explorer.live)?;
        let settings = self.trainer.settings;
        Some(Conditions {
            model: explorer.source,
            trunk: self.inputs.trunk(explorer.source),
            size: explorer.size,
            fit: self.fit,
            preset: explorer.preset_in_use(),
            pooled: settings.kind.is_pooled(),
            crops: settings.crops,
        })
    }

    /// Whether the photos were gone over by another model than the one in use, or in another way.
    pub fn is_judged_by_another(&self) -> bool {
        let conditions = self.conditions();
        let extraction = self.trainer.extraction.as_ref();
        extraction.zip(conditions).is_some_and(|(extraction, now)| !extraction.by.is_judged_as(&now))
    }

    /// Takes photos that a person gave; whatever else there is among them is left out.
    pub(in crate::session) fn take_photos(&mut self, items: Vec<Item>) {
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
    pub(in crate::session) fn unpack(&mut self, archive: Item, effects: &mut Vec<Effect>) {
        self.trainer.change().unpacking = Some(Archive { name: tidy(&archive.name), file: archive.id });
        effects.push(Effect::Unpack(archive.id));
    }

    /// Has the model in use go over the photos, from the first on.
    pub(super) fn judge(&mut self) {
        if let Some(conditions) = self.conditions() {
            self.trainer.change().begin(conditions, false);
        }
    }

    pub(super) fn example_opened(
        &mut self,
        photo: u32,
        [width, height]: [usize; 2],
        effects: &mut Vec<Effect>,
    ) {
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
        let extraction = extraction.id;
        effects.push(Effect::Send(Request::Extract {
            extraction,
            photo,
            width,
            height,
            fit,
            preset,
            pooled,
            crops,
        }));
    }

    /// Has the next photos decoded, and at the end a head trained where one is wanted.
    pub(in crate::session) fn go_over(&mut self, effects: &mut Vec<Effect>) {
        let Some(extraction) = &self.trainer.extraction else { return };
        if extraction.paused || !matches!(self.engine, Engine::Ready { .. }) || self.inputs.loading.is_some()
        {
            return;
        }
        let Some(now) = self.conditions().filter(|now| extraction.by.is_judged_as(now)) else { return };
        let then_train = extraction.then_train && extraction.by.serves(&now);
        // Asked after every event: what changes nothing must not look changed.
        let room = AT_ONCE.saturating_sub(extraction.under_way.len());
        for _ in 0..room {
            let Some(&Example { id: photo, file, .. }) = self.trainer.next_photo() else { break };
            if let Some(extraction) = &mut self.trainer.change().extraction {
                extraction.under_way.push(photo);
            }
            effects.push(Effect::OpenExample { photo, file });
        }
        if then_train && self.trainer.is_over() {
            self.begin_training(effects);
        }
    }

    /// An engine has died, and with it what it kept of photos.
    pub(in crate::session) fn lose_features(&mut self) {
        if self.trainer.extraction.is_none() && !self.trainer.saving {
            return;
        }
        let trainer = self.trainer.change();
        trainer.saving = false;
        if let Some(run) = &mut trainer.training
            && run.state.is_under_way()
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
}

impl Trainer {
    pub(super) fn begin(&mut self, by: Conditions, then_train: bool) {
        self.extractions += 1;
        let id = ExtractionId(self.extractions);
        let (paused, lost, under_way) = (false, false, Vec::new());
        self.extraction = Some(Extraction { id, by, paused, then_train, lost, under_way });
    }

    /// The next photo that the extraction has to look at: of all classes by turns, so that what is said on the way is of all.
    pub(super) fn next_photo(&self) -> Option<&Example> {
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

    /// Whether a photo is with the engine for this extraction; it is so no longer.
    pub(super) fn is_awaited(&mut self, id: ExtractionId, photo: u32) -> bool {
        let Some(extraction) = self.extraction.as_mut().filter(|extraction| extraction.id == id) else {
            return false;
        };
        let before = extraction.under_way.len();
        extraction.under_way.retain(|one| *one != photo);
        extraction.under_way.len() < before
    }
}

impl Conditions {
    /// Whether photos are judged the same under others.
    pub(super) fn is_judged_as(&self, other: &Conditions) -> bool {
        (self.model, self.size, self.fit, self.preset) == (other.model, other.size, other.fit, other.preset)
    }

    /// Whether features serve for a head that is to be trained under others.
    pub(super) fn serves(&self, other: &Conditions) -> bool {
        let trunk = |one: &Conditions| (one.trunk, one.size, one.fit, one.preset, one.pooled);
        trunk(self) == trunk(other) && self.crops >= other.crops
    }
}
