//! The engine as the session knows it: whether it runs, what it says, and what is done when it dies.

use crate::error::{EngineError, Error, ModelError};
use crate::shared::Shared;
use crate::wire::{Reply, RunId, Variant};

use super::explorer::{Explorer, NetworkInput, Outcome, Run, RunState, Suspects};
use super::inputs::{Loading, Stage};
use super::{Effect, EngineEvent, PhotoId, Session, Source};

/// The engine's state. What it was sent lives with it, and dies with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Its worker starts.
    Starting,
    /// It takes requests.
    Ready {
        /// Which build of it runs.
        variant: Shared<Variant>,
        /// The photo that it has.
        photo: Option<PhotoId>,
    },
    /// It cannot be started.
    Failed(EngineError),
}

impl Engine {
    /// Which build of it runs, if it does.
    pub fn variant(&self) -> Option<&Shared<Variant>> {
        match self {
            Engine::Ready { variant, .. } => Some(variant),
            _ => None,
        }
    }
}

/// How often the engine may die in a row before it is not started again unasked.
const PATIENCE: u32 = 2;

impl Session {
    pub(super) fn engine_event(&mut self, event: EngineEvent, effects: &mut Vec<Effect>) {
        match event {
            EngineEvent::Reply(reply) => self.reply(reply, effects),
            EngineEvent::Failed(error) => {
                self.engine = Engine::Failed(error);
                self.inputs.loading = None;
            }
            EngineEvent::Died { detail } => self.engine_died(EngineError::Died { detail }, effects),
            EngineEvent::Silent => self.engine_died(EngineError::Silent, effects),
        }
    }

    fn reply(&mut self, reply: Reply, effects: &mut Vec<Effect>) {
        match reply {
            Reply::Ready(variant) => self.engine = Engine::Ready { variant: variant.into(), photo: None },
            Reply::Loaded { load, model } => {
                if let Some(loading) = self.inputs.loading.take_if(|loading| loading.load == load) {
                    self.deaths = 0;
                    self.model_loaded(loading, *model, effects);
                } else if let Some(explorer) = &mut self.explorer {
                    // The person has chosen another since, but the engine has put this one in place of the model in use.
                    explorer.lose_engine(None);
                }
            }
            Reply::NotLoaded { load, error } => {
                if let Some(loading) = self.inputs.loading.take_if(|loading| loading.load == load) {
                    if let Error::Model { why: ModelError::ExternalData { files }, .. } = &error
                        && self.finds(loading.source, &loading.name, files, effects)
                    {
                        return;
                    }
                    self.complain(error);
                    self.fall_back(loading.source, effects);
                }
            }
            Reply::Input { run, tile, crop } => {
                if let Some(run) = self.running(run) {
                    run.input = Some(NetworkInput { tile, crop }.into());
                }
            }
            Reply::Layer { run, done } => {
                if let Some(run) = self.running(run) {
                    run.finish(done);
                }
            }
            Reply::Done { run, logits, probabilities, ms } => {
                self.deaths = 0;
                if let Some(run) = self.running(run) {
                    run.state = RunState::Done(Outcome::new(logits, probabilities, ms).into());
                }
            }
            Reply::RunFailed { run, error } => {
                if let Some(run) = self.running(run) {
                    run.state = RunState::Failed(error.clone());
                    self.complain(error);
                }
            }
            Reply::Answer { run, question, answer } => {
                let Some(explorer) = &mut self.explorer else { return };
                if let Some(slot) = explorer.slot(run, &question) {
                    slot.answer(answer);
                    explorer.suspects.clear(&question);
                    explorer.values_came(&question, effects);
                }
            }
            Reply::Progress { run, question, done, of, partial } => {
                let explorer = self.explorer.as_mut();
                if let Some(slot) = explorer.and_then(|explorer| explorer.slot(run, &question)) {
                    slot.progress(done, of, partial);
                }
            }
            Reply::Saved { format, url } => self.saved(format, url, effects),
            Reply::NotSaved { error } => {
                self.trainer.change().saving = false;
                self.complain(error);
            }
            reply @ (Reply::Extracted { .. }
            | Reply::NotExtracted { .. }
            | Reply::Epoch { .. }
            | Reply::Trained { .. }
            | Reply::NotTrained { .. }) => self.trainer_reply(reply, effects),
            Reply::Failed { run, question, error } => {
                let Some(explorer) = &mut self.explorer else { return };
                if let Some(slot) = explorer.slot(run, &question) {
                    slot.fail(error.clone());
                    explorer.values_came(&question, effects);
                    self.complain(error);
                }
            }
        }
    }

    fn running(&mut self, run: RunId) -> Option<&mut super::explorer::Run> {
        self.explorer.as_mut()?.running(run)
    }

    /// Starts a new engine and gives it again what the old one had, but for what it died of.
    fn engine_died(&mut self, died: EngineError, effects: &mut Vec<Effect>) {
        if let EngineError::Died { detail } = &died
            && self.engine == Engine::Starting
            && self.deaths == 0
        {
            self.engine = Engine::Failed(EngineError::Start { detail: detail.clone() });
            self.inputs.loading = None;
            return;
        }
        self.lose_features();
        self.deaths += 1;
        let give_up = self.deaths > PATIENCE;
        if give_up {
            self.engine = Engine::Failed(died.clone());
        }
        let error = Error::Engine(died.clone());
        if let Some(explorer) = &mut self.explorer {
            explorer.lose_engine(Some(&error));
        }
        let reading = self.inputs.loading.take_if(|loading| loading.stage == Stage::Reading);
        let error = match (reading, died) {
            // Of a file that was read before, it is the size that is too large.
            (Some(Loading { name, source, .. }), EngineError::Died { detail })
                if self.explorer.as_ref().is_none_or(|explorer| explorer.source != source) =>
            {
                Error::Model { name, why: ModelError::Broken { detail } }
            }
            _ => error,
        };
        self.complain(error);
        if !give_up {
            self.restart(effects);
        }
    }

    fn restart(&mut self, effects: &mut Vec<Effect>) {
        self.engine = Engine::Starting;
        effects.push(Effect::StartEngine);
        if self.inputs.loading.is_none() {
            self.fetch_model_in_use(effects);
        }
        if let Some(photo) = &mut self.photo {
            photo.change().in_hand = false;
        }
        if self.lacks_photo() {
            self.open_photo_again(effects);
        }
    }

    /// Tries again what failed.
    pub(super) fn retry(&mut self, effects: &mut Vec<Effect>) {
        self.notice = None;
        self.deaths = 0;
        if let Some(explorer) = &mut self.explorer {
            explorer.sent = None;
            explorer.suspects = Suspects::default();
        }
        if matches!(self.engine, Engine::Failed(_)) {
            self.restart(effects);
            return;
        }
        if self.lacks_model() {
            self.fetch_model_in_use(effects);
        }
        if self.lacks_photo() {
            self.open_photo_again(effects);
        }
    }

    /// Whether something failed that trying again can mend.
    pub fn is_stuck(&self) -> bool {
        let run = self.explorer.as_ref().and_then(|explorer| explorer.run.as_ref());
        run.is_some_and(Run::is_over_without_answer) || self.lacks_model() || self.lacks_photo()
    }

    /// Whether the engine has no model, and none is on its way.
    fn lacks_model(&self) -> bool {
        self.inputs.loading.is_none() && self.explorer.as_ref().is_none_or(|explorer| !explorer.live)
    }

    /// Whether the pixels of the photo on screen went with an engine that died, and no photo is on its way.
    fn lacks_photo(&self) -> bool {
        self.inputs.opening.is_none() && self.photo.as_ref().is_some_and(|photo| !photo.in_hand)
    }

    /// Fetches the model in use once more, for the size that it is read for; the default one where there is none.
    pub(super) fn fetch_model_in_use(&mut self, effects: &mut Vec<Effect>) {
        let (source, name, size) = match &self.explorer {
            Some(explorer) => (explorer.source, explorer.name.clone(), explorer.size),
            None => (Source::Default, String::new(), None),
        };
        self.fetch_model(source, name, effects);
        if let Some(loading) = &mut self.inputs.loading {
            loading.size = size;
        }
    }

    /// Has the photo on screen decoded once more.
    pub(super) fn open_photo_again(&mut self, effects: &mut Vec<Effect>) {
        if let Some(photo) = &self.photo {
            let (source, name) = (photo.source, photo.name.clone());
            self.open_photo(source, name, effects);
        }
    }
}

impl Explorer {
    /// Keeps the pictures of an engine that died of this, or that has another model now.
    fn lose_engine(&mut self, died: Option<&Error>) {
        self.live = false;
        // What was kept for comparison went with it.
        self.reference = None;
        if let Some(run) = self.run.as_mut().filter(|run| run.live) {
            run.live = false;
            run.answers.lose_engine(died, &mut self.suspects);
            if run.state == RunState::Running {
                run.state = died.map_or(RunState::Stopped, |error| RunState::Failed(error.clone()));
            }
        }
    }
}
