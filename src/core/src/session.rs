//! All state of the app. [`Session::handle`] takes what happened and answers what is to be done; it is the only
//! place where state changes.
//!
//! After every event one pass compares what is wanted with what was sent to the engine, and sends the difference. So it
//! does not matter in which order the engine, the model and the photo become ready.

mod assignment;
mod beside;
pub mod catalog;
mod engine;
mod event;
pub mod explorer;
mod inputs;
mod items;
mod lessons;
mod offline;
mod prefs;
#[cfg(test)]
mod tests;
pub mod trainer;

pub use assignment::{Assign, Assigned, Moment};
pub use engine::Engine;
pub use event::{
    Calculate, Construct, Effect, EngineEvent, Event, FileId, Input, Learn, PhotoId, Preference, Source,
};
pub use explorer::{Command, Explore, Explorer};
pub use inputs::{Inputs, Loading, Opening, Photo, Stage};
pub use items::{DEEPEST, Folder, Item, LABELS, MOST_ENTRIES, PHOTOS};
pub use lessons::{Lessons, Mark, Progress};
pub use offline::{Kept, NotKept, Offline, OfflineEvent, OfflineTask};
pub use prefs::{Lang, Prefs, Theme};
pub use trainer::{Train, Trainer};

use crate::error::Error;
use crate::explain::Question;
use crate::image::Fit;
use crate::nn::LayerId;
use crate::nn::labels;
use crate::nn::stack::{Basis, Imported, ParseError};
use crate::pages::builder::Builder;
use crate::pages::calculator::{Calculator, Edit};
use crate::pages::embed::{Content, Embed};
use crate::pages::route::{self, Destination, Page};
use crate::pages::workbench::Workbench;
use crate::shared::Shared;
use crate::vgg::build::Build;
use crate::wire::{Read, Reading, Request, RunId};
use explorer::{Run, RunSettings, Target};

/// All state of the app.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the person prefers.
    pub prefs: Prefs,
    /// The page that is open.
    pub page: Page,
    /// Whether the list of keys is there.
    pub help: bool,
    /// What the person is to be told.
    pub notice: Option<Notice>,
    /// What is on its way in.
    pub inputs: Inputs,
    /// The engine.
    pub engine: Engine,
    /// The photo on screen.
    pub photo: Option<Shared<Photo>>,
    /// How a photo becomes the network's rectangle.
    pub fit: Fit,
    /// The model in use, and what is seen of it.
    pub explorer: Option<Explorer>,
    /// The receptive-field calculator.
    pub calculator: Shared<Calculator>,
    /// The architectures workbench.
    pub workbench: Workbench,
    /// The network that is being built.
    pub builder: Shared<Builder>,
    /// The photos, and the heads that are trained on them.
    pub trainer: Shared<Trainer>,
    /// The lessons.
    pub lessons: Lessons,
    /// What the browser keeps of the page.
    pub offline: Offline,
    /// The assignment that is worked on.
    pub assigned: Option<Assigned>,
    /// What is shown within another page, where this one is.
    pub embed: Option<Content>,
    /// Whether something embedded has said that it needs the engine.
    needs_engine: bool,
    /// Whether the engine was started and the default model asked for.
    started: bool,
    runs: RunId,
    /// How often the engine died without having done anything since.
    deaths: u32,
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
    /// So many photos were left out, since there are as many as are taken.
    SparePhotos(usize),
    /// What there is to say of a stack that was read from a text.
    Read {
        /// Where its layers are known from.
        basis: Basis,
        /// Classes that were passed over, with commas; empty where there are none.
        passed: String,
        /// The module up to which the text was read, behind which there are no maps; none where all of it was.
        up_to: Option<String>,
    },
    /// This file holds weights of an ONNX model, which is not there yet.
    Beside(String),
    /// The lessons could not be had in the language of the page.
    Lessons,
    /// What reads texts in other programs' forms could not be had.
    Reader,
    /// The folder of this name was not read in full.
    Partly(String),
    /// The photo of this name ends without its end mark.
    Incomplete(String),
}

impl Session {
    /// A session as the page opens at an address. Where that shows what the engine is needed for, it is started and the default
    /// model fetched.
    pub fn open(prefs: Prefs, address: &str) -> (Session, Vec<Effect>) {
        let mut session = Session {
            prefs,
            page: Page::default(),
            help: false,
            notice: None,
            inputs: Inputs::default(),
            engine: Engine::Starting,
            photo: None,
            fit: Fit::default(),
            explorer: None,
            calculator: Shared::default(),
            workbench: Workbench::default(),
            builder: Shared::default(),
            trainer: Shared::default(),
            lessons: Lessons::default(),
            offline: Offline::default(),
            assigned: None,
            embed: None,
            needs_engine: false,
            started: false,
            runs: RunId::default(),
            deaths: 0,
        };
        let effects = session.handle(Event::Visit(address.to_owned()));
        (session, effects)
    }

    /// Starts the engine and has the default model fetched, once something is shown that needs them.
    fn start(&mut self, effects: &mut Vec<Effect>) {
        let needed = match &self.embed {
            None => true,
            Some(Content::Piece(piece)) => piece.needs_engine(),
            Some(Content::Sample(..)) => true,
            // What a step of a lesson holds is not known here; a piece that needs the engine says so.
            Some(Content::Place(_) | Content::Nothing) => self.needs_engine,
        };
        if needed && !self.started {
            self.started = true;
            effects.push(Effect::StartEngine);
            self.fetch_model(Source::Default, String::new(), effects);
        }
    }

    /// Takes what happened; the effects are to be performed in order.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        let moves = matches!(&event, Event::Explore(explore) if explore.moves());
        match event {
            Event::Engine(event) => self.engine_event(event, &mut effects),
            Event::Input(input) => self.input(input, &mut effects),
            Event::Explore(Explore::Command(command)) => self.command(command),
            Event::Explore(event) => {
                if let Some(explorer) = &mut self.explorer {
                    explorer.handle(event, &mut effects);
                }
            }
            Event::Calculate(event) => self.calculate(event, &mut effects),
            Event::Compare(choice) => {
                self.workbench.choose(choice);
                effects.push(Effect::Address(route::of_workbench(&self.workbench)));
            }
            Event::Build(event) => self.construct(event, &mut effects),
            Event::Train(event) => self.train(event, &mut effects),
            Event::Read(read) => self.read(read, &mut effects),
            Event::Learn(Learn::Remembered(progress)) => self.lessons.progress = progress.into(),
            Event::Learn(Learn::Learnt(mark)) => {
                if !self.lessons.progress.contains(&mark) {
                    self.lessons.progress.change().insert(mark);
                    effects.push(Effect::SaveProgress(self.lessons.progress.clone()));
                }
            }
            Event::Learn(Learn::NeedsEngine) => self.needs_engine = true,
            Event::Learn(Learn::Fetched(lang, lessons)) => {
                self.lessons.content.take(lang, lessons);
                // Those in the other language stay.
                if self.lessons.content.failed && self.lessons.content.here.is_some() {
                    self.notice = Some(Notice::Lessons);
                }
            }
            Event::Learn(Learn::Again) => self.lessons.content.again(),
            Event::Prefer(Preference::Lang(lang)) => {
                self.prefs.lang = lang;
                effects.push(Effect::SaveLang(lang));
            }
            Event::Prefer(Preference::Theme(theme)) => {
                self.prefs.theme = theme;
                effects.push(Effect::SaveTheme(theme));
            }
            Event::Prefer(Preference::Presenting(presenting)) => {
                self.prefs.presenting = presenting;
                effects.push(Effect::Show(self.prefs));
            }
            Event::Prefer(Preference::LetterKeys(letter_keys)) => {
                self.prefs.letter_keys = letter_keys;
                effects.push(Effect::SaveLetterKeys(letter_keys));
            }
            Event::Help => {
                if self.page == Page::Explore {
                    self.help = !self.help;
                }
            }
            Event::Visit(address) => self.visit(&address, &mut effects),
            Event::Assign(event) => self.assign(event, &mut effects),
            Event::Offline(event) => self.offline_event(event, &mut effects),
            Event::Dismiss => self.notice = None,
            Event::Retry => self.retry(&mut effects),
        }
        if matches!(self.page, Page::Lessons | Page::Assignment) {
            self.lessons.content.fetch(self.prefs.lang, &mut effects);
        }
        self.start(&mut effects);
        self.keep_offline(&mut effects);
        self.synchronise(&mut effects);
        self.go_over(&mut effects);
        if moves && self.page == Page::Explore {
            let link = self.explorer.as_ref().and_then(|explorer| explorer.selection.link());
            effects.extend(link.map(|link| Effect::Address(link.address())));
        }
        effects
    }

    /// Where all that is on the page, or on its way there, comes from.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        let photos = [self.photo.as_ref().map(|p| p.source), self.inputs.opening.as_ref().map(|p| p.source)];
        let models =
            [self.explorer.as_ref().map(|e| e.source), self.inputs.loading.as_ref().map(|m| m.source)];
        // What a head was trained on is wanted again with it.
        let trunks = self.inputs.trained.iter().map(|network| self.inputs.file_of(network.trunk));
        let models = models.into_iter().flatten().map(|source| self.inputs.file_of(source));
        let models: Vec<Source> = models.chain(trunks).collect();
        let beside = self.inputs.beside.sources(&models);
        let examples = self.trainer.files().map(Source::File);
        photos.into_iter().flatten().chain(models).chain(beside).chain(examples)
    }

    /// Sends the engine what is wanted and not yet sent, and stops what is wanted no longer.
    fn synchronise(&mut self, effects: &mut Vec<Effect>) {
        let Engine::Ready { photo: has, .. } = &mut self.engine else { return };
        if let Some(loading) = self.inputs.loading.as_mut().filter(|loading| loading.stage == Stage::Fetched)
        {
            loading.stage = Stage::Reading;
            let (load, name) = (loading.load, loading.name.clone());
            let (size, source) = (loading.size, loading.source);
            effects.push(Effect::Send(self.inputs.request(load, name, source, size)));
        }
        let (Some(explorer), Some(photo)) = (&mut self.explorer, &self.photo) else { return };
        if !explorer.live || !photo.in_hand {
            return;
        }
        if *has != Some(photo.id) {
            *has = Some(photo.id);
            effects.push(Effect::Send(Request::Photo { width: photo.width, height: photo.height }));
        }
        let preset = explorer.preset_in_use();
        let settings = RunSettings { photo: photo.source, fit: self.fit, preset };
        if explorer.sent != Some(settings) || explorer.is_lost() {
            let run = RunId(self.runs.0 + 1);
            self.runs = run;
            explorer.begin(run, settings, photo.name.clone());
            effects.push(Effect::Send(Request::Run { run, fit: self.fit, preset }));
        }
        explorer.ask(effects);
    }

    /// Does what a key asks for, on the page whose keys these are.
    fn command(&mut self, command: Command) {
        if self.page != Page::Explore {
            return;
        }
        match &mut self.explorer {
            _ if command == Command::Back && self.help => self.help = false,
            Some(explorer) => explorer.command(command),
            None => {}
        }
    }

    /// Whether weights of the model in use can begin another: it is a plain VGG that was not itself just built.
    pub fn can_take_over(&self) -> bool {
        let explorer = self.explorer.as_ref().filter(|explorer| explorer.live);
        explorer.is_some_and(|explorer| {
            let is_built = matches!(self.inputs.trunk(explorer.source), Source::Built(_));
            !is_built && Build::like(explorer.architecture()).is_some()
        })
    }

    fn construct(&mut self, event: Construct, effects: &mut Vec<Effect>) {
        match event {
            Construct::Edit(edit) => {
                self.builder.change().edit(edit);
                if let Ok(build) = self.builder.read() {
                    effects.push(Effect::Address(route::of_build(&build)));
                }
            }
            Construct::Run => {
                if let Ok(build) = self.builder.read() {
                    let transfer = self.builder.transfer.filter(|_| self.can_take_over());
                    self.build(build, transfer, effects);
                }
            }
        }
    }

    fn calculate(&mut self, event: Calculate, effects: &mut Vec<Effect>) {
        match event {
            Calculate::Edit(edit) => self.edit_stack(edit, effects),
            Calculate::Import(text) => effects.push(Effect::Read(Reading::Stack(text))),
        }
    }

    fn edit_stack(&mut self, edit: Edit, effects: &mut Vec<Effect>) {
        self.calculator.change().edit(edit);
        effects.push(Effect::Address(route::of_calculator(&self.calculator)));
    }

    /// Takes what was read of a text.
    fn read(&mut self, read: Option<Read>, effects: &mut Vec<Effect>) {
        match read {
            Some(Read::Stack(Ok(Imported { stack, up_to, basis, passed }))) => {
                let passed = labels::tidy(&passed.join(", "));
                let up_to = up_to.map(|end| labels::tidy(&end));
                let all = basis == Basis::Stated && passed.is_empty() && up_to.is_none();
                self.notice = (!all).then_some(Notice::Read { basis, passed, up_to });
                self.edit_stack(Edit::Replace(stack), effects);
            }
            Some(Read::Stack(Err(error))) => self.notice = Some(Notice::Stack(error)),
            Some(Read::Labels { names, classes }) => self.name_classes(names, classes),
            None => self.notice = Some(Notice::Reader),
        }
    }

    fn visit(&mut self, address: &str, effects: &mut Vec<Effect>) {
        self.lessons.open = None;
        self.embed = None;
        // A lesson's crops end with it.
        if matches!(self.fit, Fit::Crop { .. }) {
            self.fit = Fit::default();
        }
        match route::read(address) {
            Destination::Embed(embed) => self.embed(embed, effects),
            Destination::Assignment(assignment) => {
                self.page = Page::Assignment;
                match assignment {
                    Some(assignment) => self.open_assignment(assignment, effects),
                    None => self.assigned = None,
                }
            }
            place => self.go(place),
        }
    }

    /// Shows a piece of the page within another page. What its address says of language and theme is not remembered.
    fn embed(&mut self, embed: Embed, effects: &mut Vec<Effect>) {
        if let Some(chinese) = embed.chinese {
            self.prefs.lang = if chinese { Lang::Zh } else { Lang::En };
        }
        if let Some(dark) = embed.dark {
            self.prefs.theme = if dark { Theme::Dark } else { Theme::Light };
        }
        effects.push(Effect::Show(self.prefs));
        match &embed.content {
            Content::Place(place) => self.go((**place).clone()),
            Content::Sample(photo, link) => {
                self.page = Page::Explore;
                self.inputs.link = *link;
                self.follow_link();
                effects.push(Effect::OpenSample(photo.clone(), self.prefs.lang));
            }
            Content::Piece(_) | Content::Nothing => {}
        }
        self.embed = Some(embed.content);
    }

    fn go(&mut self, place: Destination) {
        match place {
            // Neither of them is embedded.
            Destination::Embed(_) | Destination::Assignment(_) => {}
            Destination::Page(page) => self.page = page,
            Destination::Link(link) => {
                self.page = Page::Explore;
                self.inputs.link = Some(link);
                self.follow_link();
            }
            Destination::Stack(stack, other) => {
                self.page = Page::Calculator;
                let calculator = self.calculator.change();
                if stack != *calculator.stack() {
                    calculator.edit(Edit::Replace(stack));
                }
                calculator.edit(Edit::Beside(other));
            }
            Destination::Build(builder) => {
                self.page = Page::Build;
                self.builder = builder.into();
            }
            Destination::Choices(choices) => {
                self.page = Page::Architectures;
                choices.into_iter().for_each(|choice| self.workbench.choose(choice));
            }
            Destination::Lesson(lesson, step) => {
                self.page = Page::Lessons;
                self.lessons.open = Some((lesson, step));
            }
            Destination::NoStack(error) => {
                self.page = Page::Calculator;
                self.notice = Some(Notice::Stack(error));
            }
        }
    }

    /// Opens what an address named, once there is a model.
    fn follow_link(&mut self) {
        let Some(explorer) = &mut self.explorer else { return };
        if let Some(link) = self.inputs.link.take()
            && explorer.architecture().layer(link.layer).is_some()
        {
            explorer.selection.channel = link.channel;
            explorer.open_layer(link.layer);
            explorer.selection.cursor.pinned = link.unit.map(Target::Unit);
        }
    }

    fn complain(&mut self, error: Error) {
        self.notice = Some(Notice::Error(error));
    }
}

impl Explorer {
    /// Whether the person looks at something whose activations went with an engine that died.
    fn is_lost(&self) -> bool {
        let over = self.run.as_ref().filter(|run| !run.live && run.outcome().is_some());
        over.is_some_and(|run| !run.answers.have(&self.pending(), &self.suspects))
    }

    /// Begins a run.
    fn begin(&mut self, run: RunId, settings: RunSettings, photo: String) {
        // The same for a new engine: what was to be saved still is.
        let lost = self.run.take().filter(|run| !run.live && self.sent == Some(settings));
        self.sent = Some(settings);
        let new = Run::new(run, photo, self.architecture().layers.len());
        self.run = Some(Run { export: lost.and_then(|lost| lost.export), ..new });
        self.selection.layer.get_or_insert(LayerId(1));
    }

    /// Asks what is wanted and not asked yet, and stops what is wanted no longer.
    fn ask(&mut self, effects: &mut Vec<Effect>) {
        let (wanted, of_reference) = (self.pending(), self.pending_of_reference());
        let suspects = &self.suspects;
        let mut bring = |run: &mut Option<Run>, wanted: &[Question]| {
            let Some(run) = run.as_mut().filter(|run| run.live) else { return };
            let orders = run.answers.want(wanted, suspects);
            effects.extend(orders.into_iter().map(|order| Effect::Send(order.request(run.id))));
        };
        bring(&mut self.run, &wanted);
        bring(&mut self.reference, &of_reference);
    }
}
