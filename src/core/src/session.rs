//! All state of the app. [`Session::handle`] takes what happened and answers what is to be done; it is the only
//! place where state changes.
//!
//! Next to what is on screen stands what has been sent to the engine; after every event one pass sends the
//! difference. So it does not matter in which order the engine, the model and the photo become ready.

pub mod catalog;
mod command;
mod event;
pub mod export;
mod inputs;
mod pending;
pub mod selection;
mod state;
#[cfg(test)]
mod tests;
pub mod timing;

use std::rc::Rc;

pub use command::Command;
pub use event::{Effect, Event, FileId, Item, PhotoId, Source};
pub use state::*;

use crate::error::{EngineError, Error, ModelError};
use crate::image::Fit;
use crate::nn::LayerId;
use crate::nn::stack;
use crate::pages::calculator::Edit;
use crate::pages::route::{self, Page, Place};
use crate::render::Tile;
use crate::session::selection::{Gaze, Spot};
use crate::wire::{Job, LayerDone, Reply, Request, Task};

impl Session {
    /// A session as the page opens: the engine is started and the default model fetched.
    pub fn open(lang: Lang, theme: Theme) -> (Session, Vec<Effect>) {
        let mut session = Session::new(lang, theme);
        let mut effects = vec![Effect::StartEngine];
        session.fetch_model(Source::Default, String::new(), &mut effects);
        (session, effects)
    }

    /// Takes what happened; the effects are to be performed in order.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        let moves = matches!(
            event,
            Event::Look(_) | Event::Open(..) | Event::Channel(_) | Event::Pin(_) | Event::Command(_)
        );
        match event {
            Event::Reply(reply, buffer) => self.answer(reply, buffer, &mut effects),
            Event::EngineFailed(error) => {
                self.engine = Engine::Failed(error);
                self.loading = None;
            }
            Event::EngineDied { detail } => self.engine_died(EngineError::Died { detail }, &mut effects),
            Event::EngineSilent => self.engine_died(EngineError::Silent, &mut effects),
            Event::Given(items) => self.given(items, &mut effects),
            Event::Sample { index, name } => self.open_photo(Source::Sample(index), name, &mut effects),
            Event::PhotoOpened { id, width, height, ms } => self.photo_opened(id, [width, height], ms),
            Event::PhotoRefused { id, why } => {
                if let Some(opening) = self.opening.take_if(|opening| opening.id == id) {
                    self.complain(Error::Photo { name: opening.name, why });
                }
            }
            Event::Shelf(shelf) => self.shelf = shelf,
            Event::Take(place) => self.take(place, &mut effects),
            Event::StopFetching => {
                if let Some(loading) = self.loading.take() {
                    effects.push(Effect::StopFetching);
                    self.fall_back(loading.source, &mut effects);
                }
            }
            Event::ModelProgress { job, loaded, total } => {
                if let Some(loading) = self.loading.as_mut().filter(|loading| loading.job == job) {
                    loading.stage = Stage::Fetching { loaded, total };
                }
            }
            Event::ModelFetched { job } => {
                if let Some(loading) = self.loading.as_mut().filter(|loading| loading.job == job) {
                    loading.stage = Stage::Fetched;
                }
            }
            Event::ModelRefused { job, why } => self.model_refused(job, why, &mut effects),
            Event::LabelsRead { text } => self.labels_read(text),
            Event::Fit(fit) => self.fit = fit,
            Event::Preset(preset) => self.preset = Some(preset),
            Event::Look(layer) => self.open_layer(layer),
            Event::Open(layer, channel) => {
                self.look.channel = Some(channel);
                self.open_layer(layer);
            }
            Event::Why(class) => {
                self.stop_task(&mut effects);
                self.why = class;
            }
            Event::Method(method) => {
                self.stop_task(&mut effects);
                self.method = Some(method);
            }
            Event::KernelsOf(channel) => self.kernels_of = channel,
            Event::Effective(shown) => self.effective = shown,
            Event::StopTask => self.stop_task(&mut effects),
            Event::Hold => self.hold(&mut effects),
            Event::Release => (self.held, self.beside) = (None, None),
            Event::Export(export) => self.export(export, &mut effects),
            Event::Command(command) => self.command(command),
            Event::Dead(shown) => self.look.dead = shown,
            Event::Point(spot) => self.gaze.pointed = spot,
            Event::Pin(spot) => self.gaze.pinned = spot,
            Event::Channel(channel) => self.look.channel = channel,
            Event::Sort(sort) => self.look.sort = sort,
            Event::Colours(colours) => self.look.colours = colours,
            Event::Scale(scale) => self.look.scale = scale,
            Event::Visit(address) => self.visit(&address),
            Event::Calculate(edit) => self.calculate(edit, &mut effects),
            Event::Import(text) => match stack::import(&text) {
                Ok(stack) => self.calculate(Edit::Replace(stack), &mut effects),
                Err(error) => self.notice = Some(Notice::Stack(error)),
            },
            Event::Workbench(choice) => {
                self.workbench.choose(choice);
                effects.push(Effect::Address(route::of_workbench(&self.workbench)));
            }
            Event::Lang(lang) => {
                self.lang = lang;
                effects.push(Effect::SaveLang(lang));
            }
            Event::Theme(theme) => {
                self.theme = theme;
                effects.push(Effect::SaveTheme(theme));
            }
            Event::Progress(progress) => self.progress = progress,
            Event::Learnt(mark) => {
                if self.progress.insert(mark) {
                    effects.push(Effect::SaveProgress(self.progress.clone()));
                }
            }
            Event::Dismiss => self.notice = None,
            Event::Cancel => self.cancel(&mut effects),
            Event::Retry => self.retry(&mut effects),
        }
        self.advance(&mut effects);
        if moves && self.page == Page::Explore {
            effects.extend(route::of_look(self.look, self.gaze).map(Effect::Address));
        }
        effects
    }

    /// Sends what is wanted and not yet sent.
    fn advance(&mut self, effects: &mut Vec<Effect>) {
        if !matches!(self.engine, Engine::Ready(_)) {
            return;
        }
        if let Some(loading) = self.loading.as_mut().filter(|loading| loading.stage == Stage::Fetched) {
            loading.stage = Stage::Reading;
            let (job, name) = (loading.job, loading.name.clone());
            effects.push(Effect::Send(Request::Load { job, name }));
        }
        let (Some(model), Some(photo)) = (&self.model, &self.photo) else {
            return;
        };
        if !model.live || !photo.in_hand {
            return;
        }
        if self.sent.photo != Some(photo.id) {
            self.sent.photo = Some(photo.id);
            effects.push(Effect::Send(Request::Photo { width: photo.width, height: photo.height }));
        }
        let preset = self.preset.unwrap_or(model.about.preset);
        let wanted = Wanted { model: model.source, photo: photo.source, fit: self.fit, preset };
        if self.sent.run != Some(wanted) || self.lost() {
            self.sent.run = Some(wanted);
            let layers = model.about.net.layers.len();
            let job = self.next_job();
            self.run = Some(Run::new(job, layers));
            self.busy = None;
            self.look.layer.get_or_insert(LayerId(1));
            effects.push(Effect::Send(Request::Run { job, fit: self.fit, preset }));
        }
        self.look_further(effects);
    }

    /// Whether the person looks at something whose activations went with an engine that died.
    fn lost(&self) -> bool {
        let over = self.run.as_ref().is_some_and(|run| !run.live && run.outcome().is_some());
        over && self.wishes().iter().any(|wish| !self.sent.has(wish))
    }

    /// Asks for what the person looks at and what was not asked for yet.
    fn look_further(&mut self, effects: &mut Vec<Effect>) {
        if !self.run.as_ref().is_some_and(|run| run.live) {
            return;
        }
        for wish in self.wishes() {
            if !self.sent.has(&wish) {
                self.sent.ask(wish.clone());
                effects.push(Effect::Send(wish));
            }
        }
    }

    fn answer(&mut self, reply: Reply, buffer: Vec<u8>, effects: &mut Vec<Effect>) {
        match reply {
            Reply::Ready(variant) => self.engine = Engine::Ready(variant),
            Reply::Loaded { job, model } => {
                let Some(loading) = self.loading.take_if(|loading| loading.job == job) else {
                    return;
                };
                self.deaths = 0;
                if self.model.as_ref().is_none_or(|old| old.source != loading.source) {
                    self.preset = None;
                    self.look.layer = None;
                    self.look.channel = None;
                    self.gaze = Gaze::default();
                    self.sheet = None;
                    self.map = None;
                    self.why = None;
                    self.method = None;
                    self.heat = None;
                    self.explained = None;
                    self.kernels_of = None;
                    self.kernels = None;
                    self.influence = None;
                    self.held = None;
                    self.beside = None;
                    self.run = None;
                }
                let Loading { source, name, .. } = loading;
                self.model = Some(Loaded { source, name, about: Rc::from(model), live: true });
                self.open_bookmark();
                if let Some(text) = self.labels.take() {
                    self.labels_read(text);
                }
            }
            Reply::Fed { job, width, height, taken } => {
                if let Some(run) = self.run_of(job) {
                    run.fed = Some(Rc::new(Tile { width, height, rgba: buffer }));
                    run.taken = Some(taken);
                }
            }
            Reply::Layer { job, done } => {
                if let Some(run) = self.run_of(job) {
                    run.finish(done, buffer);
                }
            }
            Reply::Done { job, logits, probabilities, ms } => {
                self.deaths = 0;
                if let Some(run) = self.run_of(job) {
                    run.state = RunState::Done(Rc::new(Outcome::new(logits, probabilities, ms)));
                }
            }
            Reply::Drawn { job, view, sheet, order, contributions, histogram, ms } => {
                if self.sent.has(&Request::Draw { job, view }) {
                    let tile = Rc::new(Tile { width: sheet.width(), height: sheet.height(), rgba: buffer });
                    let (order, contributions) = (order.into(), contributions.into());
                    let histogram = Rc::new(histogram);
                    self.sheet = Some(Drawn { job, view, sheet, order, contributions, histogram, ms, tile });
                    self.busy.take_if(|busy| busy.task == Task::Contributions);
                }
            }
            Reply::Plane { job, layer, channel } => {
                if self.sent.has(&Request::Plane { job, layer, channel }) {
                    self.map = Some(Map { job, layer, channel, values: floats(&buffer).collect() });
                }
            }
            Reply::Why { job, class, method, width, of, bias } => {
                if self.sent.has(&Request::Why { job, class, method }) {
                    let values = floats(&buffer).collect();
                    self.heat = Some(Heat { job, class, method, width, of, values, bias, stopped: false });
                }
            }
            Reply::Kernels { job, layer, side, found } => {
                if self.sent.has(&Request::Kernels { job, layer, side }) {
                    let size = found
                        .as_ref()
                        .map_or([0, 0], |found| [found.0.sheet.width(), found.0.sheet.height()]);
                    let tile = Rc::new(Tile { width: size[0], height: size[1], rgba: buffer });
                    self.kernels = Some(Shown { job, layer, side, found: found.map(Rc::from), tile });
                }
            }
            Reply::Influence { job, unit } => {
                if self.sent.has(&Request::Influence { job, unit }) {
                    self.influence = Some(Influence { job, unit, values: floats(&buffer).collect() });
                    self.busy.take_if(|busy| busy.task == Task::Influence);
                }
            }
            Reply::Busy { job, task, done, of } => {
                if self.run.as_ref().is_some_and(|run| run.job == job) {
                    self.busy = Some(Busy { task, done, of });
                }
            }
            Reply::Beside { job, layer, channel } => {
                if self.sent.has(&Request::Beside { job, layer, channel }) {
                    self.beside = Some(Map { job, layer, channel, values: floats(&buffer).collect() });
                }
            }
            Reply::Explained { job, unit, found, size } => {
                let colours = self.look.colours;
                if self.sent.has(&Request::Explain { job, unit, colours }) {
                    let maps = Tile::cut(size, &buffer).map(Rc::new).collect();
                    let found = found.map(Rc::from);
                    self.explained = Some(Explained { job, unit, colours, found, maps });
                }
            }
            Reply::Values { job, layer } => {
                let values: Vec<f32> = floats(&buffer).collect();
                self.exported(job, layer, &values, effects);
            }
            Reply::Failed { job, error } => self.failed(job, error, effects),
        }
    }

    fn failed(&mut self, job: Job, error: Error, effects: &mut Vec<Effect>) {
        if let Some(loading) = self.loading.take_if(|loading| loading.job == job) {
            self.complain(error);
            self.fall_back(loading.source, effects);
        } else if let Some(run) = self.run_of(job) {
            run.state = RunState::Failed(error.clone());
            self.complain(error);
        }
    }

    /// Starts a new engine and gives it again what the old one had, but for what it died of.
    fn engine_died(&mut self, died: EngineError, effects: &mut Vec<Effect>) {
        if let EngineError::Died { detail } = &died
            && self.engine == Engine::Starting
            && self.deaths == 0
        {
            self.engine = Engine::Failed(EngineError::Start { detail: detail.clone() });
            self.loading = None;
            return;
        }
        self.deaths += 1;
        self.sent.photo = None;
        self.sent.asked = self.on_screen();
        // What was kept for comparison, and what was under way, went with it.
        self.held = None;
        self.busy = None;
        if self.deaths > PATIENCE {
            self.engine = Engine::Failed(died.clone());
        }
        if let Some(run) = &mut self.run {
            run.live = false;
            if run.state == RunState::Running {
                run.state = RunState::Failed(Error::Engine(died.clone()));
            }
        }
        let reading = self.loading.take_if(|loading| loading.stage == Stage::Reading);
        let error = match (reading, died) {
            (Some(loading), EngineError::Died { detail }) => {
                Error::Model { name: loading.name, why: ModelError::Broken { detail } }
            }
            (_, died) => Error::Engine(died),
        };
        self.complain(error);
        if let Some(model) = &mut self.model {
            model.live = false;
        }
        if !matches!(self.engine, Engine::Failed(_)) {
            self.restart(effects);
        }
    }

    fn restart(&mut self, effects: &mut Vec<Effect>) {
        self.engine = Engine::Starting;
        effects.push(Effect::StartEngine);
        if self.loading.is_none() {
            let (source, name) = match &self.model {
                Some(model) => (model.source, model.name.clone()),
                None => (Source::Default, String::new()),
            };
            self.fetch_model(source, name, effects);
        }
        if let Some(photo) = &mut self.photo {
            photo.in_hand = false;
            let (source, name) = (photo.source, photo.name.clone());
            if self.opening.is_none() {
                self.open_photo(source, name, effects);
            }
        }
    }

    fn retry(&mut self, effects: &mut Vec<Effect>) {
        self.notice = None;
        self.deaths = 0;
        self.sent.run = None;
        if matches!(self.engine, Engine::Failed(_)) {
            self.restart(effects);
        } else if self.model.is_none() && self.loading.is_none() {
            self.fetch_model(Source::Default, String::new(), effects);
        }
    }

    fn cancel(&mut self, effects: &mut Vec<Effect>) {
        if let Some(run) = self.run.as_mut().filter(|run| run.state == RunState::Running) {
            run.state = RunState::Cancelled;
            effects.push(Effect::Send(Request::Cancel));
        }
    }

    /// Stops what takes long, if anything is under way.
    fn stop_task(&mut self, effects: &mut Vec<Effect>) {
        let sweeping = self.heat.as_mut().filter(|heat| heat.values.len() < heat.of && !heat.stopped);
        let under_way = sweeping.is_some() || self.busy.is_some();
        if let Some(heat) = sweeping {
            heat.stopped = true;
        }
        self.busy = None;
        if under_way {
            effects.push(Effect::Send(Request::Cancel));
        }
    }

    /// Keeps what the run left, to look at it beside what another photo's leaves.
    fn hold(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.run.as_ref().filter(|run| run.live && run.outcome().is_some()) else { return };
        let name = self.photo.as_ref().map(|photo| photo.name.clone()).unwrap_or_default();
        self.held = Some(Held { job: run.job, name, fed: run.fed.clone(), layers: run.layers.clone() });
        self.beside = None;
        effects.push(Effect::Send(Request::Hold { job: run.job }));
    }

    fn visit(&mut self, address: &str) {
        self.lesson = None;
        // A lesson's crops end with it.
        if matches!(self.fit, Fit::Crop { .. }) {
            self.fit = Fit::default();
        }
        match route::read(address) {
            Place::Page(page) => self.page = page,
            Place::Bookmark(bookmark) => {
                self.page = Page::Explore;
                self.bookmark = Some(bookmark);
                if self.model.is_some() {
                    self.open_bookmark();
                }
            }
            Place::Stack(stack, other) => {
                self.page = Page::Calculator;
                if stack != *self.calculator.stack() {
                    self.calculator.edit(Edit::Replace(stack));
                }
                self.calculator.edit(Edit::Beside(other));
            }
            Place::Choices(choices) => {
                self.page = Page::Architectures;
                choices.into_iter().for_each(|choice| self.workbench.choose(choice));
            }
            Place::Lesson(lesson, step) => {
                self.page = Page::Lessons;
                self.lesson = Some((lesson, step));
            }
            Place::NoStack(error) => {
                self.page = Page::Calculator;
                self.notice = Some(Notice::Stack(error));
            }
        }
    }

    /// Opens what an address named, once there is a model.
    fn open_bookmark(&mut self) {
        let known = |layer| self.model.as_ref().is_some_and(|model| model.about.net.layer(layer).is_some());
        if let Some(bookmark) = self.bookmark.take()
            && known(bookmark.layer)
        {
            self.look.channel = bookmark.channel;
            self.open_layer(bookmark.layer);
            self.gaze.pinned = bookmark.unit.map(Spot::Unit);
        }
    }

    fn calculate(&mut self, edit: Edit, effects: &mut Vec<Effect>) {
        self.calculator.edit(edit);
        effects.push(Effect::Address(route::of_calculator(&self.calculator)));
    }

    fn complain(&mut self, error: Error) {
        self.notice = Some(Notice::Error(error));
    }

    fn next_job(&mut self) -> Job {
        self.jobs = self.jobs.next();
        self.jobs
    }

    /// The run on screen, if these are its results; results of any other run are stale.
    fn run_of(&mut self, job: Job) -> Option<&mut Run> {
        self.run.as_mut().filter(|run| run.job == job && run.state == RunState::Running)
    }
}

impl Run {
    fn finish(&mut self, done: LayerDone, thumbs: Vec<u8>) {
        let tile = Rc::new(Tile { width: done.width, height: done.height, rgba: thumbs });
        if let Some(slot) = self.layers.get_mut(usize::from(done.layer.0)) {
            *slot = Some(Rc::new(Finished { done, thumbs: tile }));
        }
    }
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

/// How often the engine may die in a row before it is not started again unasked.
const PATIENCE: u32 = 2;
