//! A head is trained on what the photos left, and put to use.

use crate::error::Error;
use crate::nn::labels::{Label, tidy};
use crate::training::{Head, split};
use crate::wire::{Request, TrainingId};

use super::{Extraction, TrainedNetwork, Trainer, TrainingRun, TrainingState};
use crate::session::{Effect, Session, Source};

impl Session {
    pub(super) fn start_training(&mut self, effects: &mut Vec<Effect>) {
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
    pub(super) fn begin_training(&mut self, effects: &mut Vec<Effect>) {
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
            pooled: trainer.settings.kind.is_pooled(),
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

    pub(super) fn stop_training(&mut self, effects: &mut Vec<Effect>) {
        if let Some(run) = &mut self.trainer.change().training
            && run.state.is_under_way()
        {
            run.state = TrainingState::Stopped;
            effects.push(Effect::Send(Request::StopTraining { training: run.id }));
        }
    }

    /// Puts a network that was trained here in the place of the model in use.
    pub(super) fn fetch_trained(&mut self, place: usize, effects: &mut Vec<Effect>) {
        let Some(TrainedNetwork { head, size, .. }) = self.inputs.trained.get(place) else { return };
        let (name, size) = (head.name.clone(), *size);
        self.fetch_model(Source::Trained(place), name, effects);
        if let Some(loading) = &mut self.inputs.loading {
            loading.size = size;
        }
    }
}

impl Trainer {
    /// The training of this name, while it is under way.
    pub(super) fn run(&mut self, id: TrainingId) -> Option<&mut TrainingRun> {
        self.training.as_mut().filter(|run| run.id == id && run.state.is_under_way())
    }
}
