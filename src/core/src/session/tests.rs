//! Whole sessions, replayed.

mod beside;
mod explorer;
mod items;
mod lecture;
mod offline;
mod sizes;
mod trainer;

use crate::error::{EngineError, Error, ModelError, PhotoError, PictureFormat};
use crate::explain::breakdown::{self, Unit};
use crate::explain::contact_sheet;
use crate::explain::feature_map;
use crate::explain::{Ask, Question};
use crate::image::{Fit, Preset, Rect};
use crate::model::{LabelsFrom, Model, OtherSizes, PresetFrom, Sizes};
use crate::nn::labels::Label;
use crate::nn::meaning::Meaning;
use crate::nn::stack::{Basis, StackLayerKind};
use crate::nn::{Architecture, Layer, LayerId, Op, Shape, Unshown};
use crate::pages::calculator::Edit;
use crate::pages::lesson::Lesson;
use crate::pages::route::Page;
use crate::pages::workbench::Choice;
use crate::render::stats::{ChannelStats, Histogram};
use crate::render::{ColourMap, Sheet, Tile};
use crate::vgg::configuration::CONFIGURATIONS;
use crate::wire::{LayerDone, LoadId, Reading, Reply, Request, RunId, Variant};

use super::explorer::{Explore, Run, RunState};
use super::*;

/// A session, and what it wants done; each step forgets the effects of the one before.
struct Play {
    session: Session,
    effects: Vec<Effect>,
}

impl Play {
    fn open() -> Play {
        let (session, effects) = Session::open(
            Prefs { lang: Lang::En, theme: Theme::System, presenting: false, letter_keys: true },
            "",
        );
        Play { session, effects }
    }

    /// With engine, default model and a sample photo ready, and the run of it begun.
    fn running() -> Play {
        let mut play = Play::open();
        play.ready().fetched().loaded();
        play.on(Input::Sample { index: 0, name: "Cat".into() });
        play.on(Input::PhotoOpened { id: PhotoId(1), width: 400, height: 300, ms: 5.0, incomplete: false });
        play
    }

    /// The same, run to the end.
    fn done() -> Play {
        let mut play = Play::running();
        play.pass();
        play
    }

    /// All layers come in, and the scores.
    fn pass(&mut self) -> &mut Play {
        self.layers().finish()
    }

    /// The maps of the open layer come.
    fn draw(&mut self, run: RunId) -> &mut Play {
        let sheet = self.explorer().sheet().unwrap();
        self.answer(run, sheet, drawn(vec![0, 1]))
    }

    fn layers(&mut self) -> &mut Play {
        let run = self.id();
        self.layer(run, 0).layer(run, 1)
    }

    fn on(&mut self, event: impl Into<Event>) -> &mut Play {
        self.effects = self.session.handle(event.into());
        // A text is read at once.
        if let Some(at) = self.effects.iter().position(|effect| matches!(effect, Effect::Read(_)))
            && let Effect::Read(reading) = self.effects.remove(at)
        {
            self.effects.extend(self.session.handle(Event::Read(Some(reading.read()))));
        }
        self
    }

    fn reply(&mut self, reply: Reply) -> &mut Play {
        self.on(EngineEvent::Reply(reply))
    }

    fn answer<Q: Ask>(&mut self, run: RunId, question: Q, answer: Q::Answer) -> &mut Play {
        self.reply(Reply::Answer { run, question: question.into(), answer: Q::answer(answer) })
    }

    fn finish(&mut self) -> &mut Play {
        let (run, logits, probabilities) = (self.id(), vec![0.0, 2.0, 1.0], vec![0.1, 0.6, 0.3]);
        self.reply(Reply::Done { run, logits, probabilities, ms: 5.0 })
    }

    fn ready(&mut self) -> &mut Play {
        self.reply(Reply::Ready(Variant {
            name: "threads".into(),
            threads: 2,
            missing: vec![],
            isolated: true,
            memory_mib: 4096,
        }))
    }

    fn load(&self) -> LoadId {
        self.session.inputs.loading.as_ref().unwrap().load
    }

    fn fetched(&mut self) -> &mut Play {
        let load = self.load();
        self.on(Input::ModelFetched { load, checked: false })
    }

    fn loaded(&mut self) -> &mut Play {
        let load = self.load();
        self.reply(Reply::Loaded { load, model: Box::new(model()) })
    }

    fn layer(&mut self, run: RunId, layer: u16) -> &mut Play {
        let stats = vec![ChannelStats { min: 0.0, max: 1.0, mean: 0.5, sparsity: 0.0 }; 2];
        let done =
            LayerDone { layer: LayerId(layer), ms: 1.0, stats, strongest: vec![0], thumbnails: pixel() };
        self.reply(Reply::Layer { run, done: done.into() })
    }

    fn explorer(&self) -> &Explorer {
        self.session.explorer.as_ref().unwrap()
    }

    fn run(&self) -> &Run {
        self.explorer().run.as_ref().unwrap()
    }

    fn id(&self) -> RunId {
        self.run().id
    }

    fn sent(&self) -> Vec<&Request> {
        let mut sent = Vec::new();
        for effect in &self.effects {
            if let Effect::Send(request) = effect {
                sent.push(request);
            }
        }
        sent
    }

    /// What was asked about runs.
    fn asked(&self) -> Vec<Question> {
        let asked = self.sent().into_iter().filter_map(|request| match request {
            Request::Ask { question, .. } => Some(*question),
            _ => None,
        });
        asked.collect()
    }

    /// What was asked of one kind.
    fn asked_of<Q: Ask>(&self) -> Option<Q> {
        self.asked().iter().find_map(|question| Q::read(question).copied())
    }

    /// What was stopped.
    fn stopped(&self) -> Vec<Question> {
        let stopped = self.sent().into_iter().filter_map(|request| match request {
            Request::Stop { question, .. } => Some(*question),
            _ => None,
        });
        stopped.collect()
    }

    fn runs(&self) -> usize {
        self.sent().iter().filter(|request| matches!(request, Request::Run { .. })).count()
    }
}

fn pixel() -> Shared<Tile> {
    Tile { width: 1, height: 1, rgba: vec![9; 4] }.into()
}

/// A layer drawn as one pixel.
fn drawn(order: Vec<u16>) -> contact_sheet::Answer {
    contact_sheet::Answer {
        sheet: Sheet { columns: 1, count: 1, cell_width: 1, cell_height: 1, gap: 0 },
        order: order.into(),
        contributions: Vec::new(),
        histogram: Histogram::of(&[1.0], 0.0, 1.0).into(),
        ms: 1.0,
        tile: pixel(),
    }
}

fn model() -> Model {
    let layer = |name: &str, op, channels| Layer {
        name: name.into(),
        op,
        activation: None,
        shape: Shape { channels, height: 1, width: 1 },
        parameters: 0,
        macs: 0,
    };
    let label = |en: &str| Label { en: en.into(), zh: None, id: None };
    Model {
        architecture: Architecture {
            name: "net".into(),
            layers: vec![layer("input", Op::Input, 3), layer("fc", Op::Dense, 2)],
            unshown: Unshown::default(),
            classes: 3,
        },
        preset: Preset::Caffe,
        receptive_fields: Vec::new(),
        algorithms: Vec::new(),
        sizes: Sizes { own: [1, 1], others: OtherSizes::Any },
        cam: Some(LayerId(1)),
        preset_from: PresetFrom::File,
        meaning: Meaning::Softmax,
        labels: vec![label("a"), label("b"), label("c")],
        labels_from: LabelsFrom::Model,
    }
}

fn file(id: u32, name: &str, media: &str) -> Item {
    Item { id: FileId(id), name: name.into(), media: media.into(), bytes: 100, ..Item::default() }
}

fn complaint(session: &Session) -> &Error {
    match &session.notice {
        Some(Notice::Error(error)) => error,
        other => panic!("no error but {other:?}"),
    }
}

#[test]
fn nothing_is_sent_before_the_engine_is_ready() {
    let mut play = Play::open();
    assert!(matches!(
        play.effects[..],
        [Effect::StartEngine, Effect::FetchModel { source: Source::Default, .. }]
    ));
    assert!(play.fetched().sent().is_empty());
    assert!(matches!(play.ready().sent()[..], [Request::Load { .. }]));
    assert_eq!(play.session.inputs.loading.as_ref().unwrap().stage, Stage::Reading);
}

#[test]
fn the_order_of_getting_ready_does_not_matter() {
    let mut play = Play::open();
    play.on(Input::Sample { index: 0, name: "Cat".into() });
    play.on(Input::PhotoOpened { id: PhotoId(1), width: 400, height: 300, ms: 5.0, incomplete: false });
    play.fetched().ready();
    play.loaded();
    assert!(matches!(
        play.sent()[..],
        [Request::Photo { width: 400, .. }, Request::Run { fit: Fit::Centre, preset: Preset::Caffe, .. }]
    ));
}

#[test]
fn a_run_from_photo_to_answer() {
    let mut play = Play::running();
    let run = play.id();
    let crop = Rect { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    play.reply(Reply::Input { run, tile: pixel(), crop });
    assert!(play.layer(run, 0).sent().is_empty(), "the open layer is the first after the input");
    let sheet: contact_sheet::Question = play.layer(run, 1).asked_of().unwrap();
    assert_eq!(sheet.layer, LayerId(1));
    play.answer(run, sheet, drawn(vec![0]));
    assert_eq!(play.run().answers.to(sheet).unwrap().tile.rgba, [9; 4]);
    assert_eq!(play.finish().run().outcome().unwrap().ranking, [1, 2, 0]);
}

#[test]
fn the_newest_photo_wins_and_stale_results_are_dropped() {
    let mut play = Play::running();
    let old = play.id();
    play.on(Input::Given(vec![file(7, "dog.jpg", "image/jpeg")]));
    assert_eq!(play.effects, [Effect::OpenPhoto { id: PhotoId(2), source: Source::File(FileId(7)) }]);
    play.on(Input::PhotoOpened { id: PhotoId(1), width: 1, height: 1, ms: 5.0, incomplete: false });
    assert!(play.effects.is_empty(), "an older photo's decoding is stale");
    play.on(Input::PhotoOpened { id: PhotoId(2), width: 640, height: 480, ms: 5.0, incomplete: false });
    assert_eq!(play.runs(), 1);
    assert!(play.id() > old);
    play.layer(old, 1);
    assert!(play.run().finished(LayerId(1)).is_none());
}

#[test]
fn fit_and_preset_run_again_without_a_new_photo() {
    let mut play = Play::done();
    play.on(Input::Fit(Fit::Letterbox));
    assert!(matches!(play.sent()[..], [Request::Run { fit: Fit::Letterbox, .. }]));
    play.on(Explore::Preset(Preset::Unit));
    assert!(matches!(play.sent()[..], [Request::Run { preset: Preset::Unit, .. }]));
    play.on(Explore::Preset(Preset::Unit));
    assert!(play.sent().is_empty());
}

#[test]
fn bad_photos_change_nothing_but_the_notice() {
    let refused = |item: Item, expected: PhotoError| {
        let mut play = Play::done();
        let before = (play.session.photo.clone(), play.id());
        play.on(Input::Given(vec![item]));
        assert!(play.effects.is_empty());
        assert!(matches!(complaint(&play.session), Error::Photo { why, .. } if *why == expected));
        assert_eq!((play.session.photo.clone(), play.id()), before);
    };
    refused(Item { folder: Some(Folder::Whole), ..file(1, "holiday", "") }, PhotoError::Folder);
    refused(file(1, "logo.SVG", ""), PhotoError::Vector);
    refused(file(1, "paper.pdf", "application/pdf"), PhotoError::Format(PictureFormat::Pdf));
    refused(file(1, "film.mp4", "video/mp4"), PhotoError::UnknownKind);
    refused(file(1, "notes", ""), PhotoError::UnknownKind);
    refused(Item { bytes: 0, ..file(1, "empty.jpg", "image/jpeg") }, PhotoError::Empty);

    let mut play = Play::done();
    let before = play.session.photo.clone();
    play.on(Input::Given(vec![file(1, "broken.jpg", "image/jpeg")]));
    play.on(Input::PhotoRefused { id: PhotoId(2), why: PhotoError::Truncated });
    assert!(matches!(complaint(&play.session), Error::Photo { name, .. } if name == "broken.jpg"));
    assert_eq!(play.session.photo, before);
}

#[test]
fn a_photo_without_its_end_mark_is_shown_and_told_of() {
    let mut play = Play::done();
    play.on(Input::Given(vec![file(1, "whole.jpg", "image/jpeg")]));
    play.on(Input::PhotoOpened { id: PhotoId(2), width: 40, height: 30, ms: 5.0, incomplete: true });
    assert_eq!(play.session.photo.as_ref().unwrap().id, PhotoId(2));
    assert_eq!(play.session.notice, Some(Notice::Incomplete("whole.jpg".into())));
}

#[test]
fn several_files_at_once() {
    let mut play = Play::done();
    play.on(Input::Given((1..=5).map(|id| file(id, &format!("{id}.jpg"), "image/jpeg")).collect()));
    assert_eq!(play.session.notice, Some(Notice::Spare(4)));
    assert!(matches!(play.effects[..], [Effect::OpenPhoto { source: Source::File(FileId(1)), .. }]));
    play.on(Input::Given(vec![file(6, "net.onnx", ""), file(7, "names.txt", "text/plain")]));
    assert!(matches!(play.effects[..], [Effect::FetchModel { .. }, Effect::ReadLabels(FileId(7))]));
}

#[test]
fn a_dropped_model_replaces_the_default_and_is_run() {
    let mut play = Play::done();
    play.on(Explore::Preset(Preset::Unit));
    play.on(Input::Given(vec![file(3, "mine.onnx", "")]));
    play.fetched();
    assert!(matches!(play.sent()[..], [Request::Load { .. }]));
    assert!(play.explorer().run.is_some(), "the old pictures stay until the new model is read");
    play.loaded();
    assert_eq!(play.explorer().preset, None, "a choice made for another model does not carry over");
    assert_eq!(play.runs(), 1);
    assert_eq!(play.explorer().name, "mine.onnx");
}

#[test]
fn a_bad_model_leaves_the_old_one() {
    let mut play = Play::done();
    play.on(Input::Given(vec![Item { bytes: 0, ..file(3, "empty.onnx", "") }]));
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::Empty, .. }));
    play.on(Input::Given(vec![Item { bytes: 2 << 30, ..file(3, "huge.onnx", "") }]));
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::TooLarge { .. }, .. }));
    play.on(Input::Given(vec![file(3, "bad.onnx", "")]));
    play.fetched();
    let load = play.load();
    let error = Error::Model { name: "bad.onnx".into(), why: ModelError::NotOnnx };
    play.reply(Reply::NotLoaded { load, error });
    assert!(play.session.inputs.loading.is_none());
    assert!(play.effects.is_empty(), "the engine still has the old model");
    assert!(play.explorer().live);
    play.on(Input::Fit(Fit::Squeeze));
    assert_eq!(play.runs(), 1);
}

#[test]
fn a_bad_model_dropped_early_does_not_cost_the_default() {
    let mut play = Play::open();
    play.ready();
    play.on(Input::Given(vec![file(3, "bad.onnx", "")]));
    let load = play.load();
    play.on(Input::ModelRefused { load, why: ModelError::Fetch });
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Default, .. }]));
}

#[test]
fn labels_must_fit() {
    let mut play = Play::done();
    play.on(Input::LabelsRead { text: "x\ny".into() });
    assert_eq!(complaint(&play.session), &Error::Labels { found: 2, expected: 3 });
    assert_eq!(play.explorer().model.labels[0].en, "a");
    play.on(Input::LabelsRead { text: "x\ny\nz\n".into() });
    let about = &play.explorer().model;
    assert_eq!((about.labels[2].en.as_str(), about.labels_from), ("z", LabelsFrom::File));
}

#[test]
fn labels_that_come_with_a_model_wait_for_it() {
    let mut play = Play::done();
    play.on(Input::Given(vec![file(3, "mine.onnx", ""), file(4, "names.txt", "text/plain")]));
    play.on(Input::LabelsRead { text: "x\ny\nz".into() });
    assert_eq!((play.session.notice.clone(), label(&play)), (None, "a".to_owned()));
    play.fetched().loaded();
    assert_eq!(label(&play), "x");

    let mut play = Play::done();
    play.on(Input::Given(vec![file(3, "bad.onnx", ""), file(4, "names.txt", "text/plain")]));
    play.on(Input::LabelsRead { text: "x\ny\nz".into() });
    let load = play.load();
    play.on(Input::ModelRefused { load, why: ModelError::NotOnnx });
    assert_eq!(label(&play), "a", "they were not meant for the model in use");
}

fn label(play: &Play) -> String {
    play.explorer().model.labels[0].en.clone()
}

/// What brings a new engine to where the old one was.
fn revive(play: &mut Play) {
    play.ready().fetched().loaded();
    let id = play.session.inputs.opening.as_ref().unwrap().id;
    play.on(Input::PhotoOpened { id, width: 400, height: 300, ms: 5.0, incomplete: false });
}

#[test]
fn an_engine_that_dies_idle_is_replaced_and_the_pictures_stay() {
    let mut play = Play::done();
    let before = play.run().outcome().cloned();
    play.on(EngineEvent::Died { detail: "unreachable".into() });
    assert!(matches!(
        play.effects[..],
        [Effect::StartEngine, Effect::FetchModel { .. }, Effect::OpenPhoto { source: Source::Sample(0), .. }]
    ));
    assert!(matches!(complaint(&play.session), Error::Engine(EngineError::Died { .. })));
    assert_eq!(play.run().outcome().cloned(), before);
    // The open layer had not been drawn, and its values are gone: they are computed again.
    revive(&mut play);
    assert_eq!(play.runs(), 1);
}

#[test]
fn a_run_that_kills_the_engine_is_not_tried_again_unasked() {
    let mut play = Play::running();
    play.on(EngineEvent::Died { detail: String::new() });
    assert!(matches!(play.run().state, RunState::Failed(_)));
    revive(&mut play);
    assert_eq!(play.runs(), 0);
    play.on(Event::Retry);
    assert_eq!(play.runs(), 1);
}

#[test]
fn a_model_that_kills_the_engine_is_given_up_for_the_one_before() {
    let mut play = Play::done();
    play.on(Input::Given(vec![file(3, "bomb.onnx", "")]));
    play.fetched();
    play.on(EngineEvent::Died { detail: "memory".into() });
    assert!(matches!(complaint(&play.session), Error::Model { name, .. } if name == "bomb.onnx"));
    assert!(play.effects.iter().any(|e| matches!(e, Effect::FetchModel { source: Source::Default, .. })));
}

#[test]
fn an_engine_that_keeps_dying_is_not_started_for_ever() {
    let mut play = Play::running();
    for _ in 0..3 {
        play.on(EngineEvent::Died { detail: String::new() });
    }
    assert!(matches!(play.session.engine, Engine::Failed(_)));
    assert!(play.effects.is_empty());
    play.on(Event::Retry);
    assert!(play.effects.contains(&Effect::StartEngine));
}

#[test]
fn an_engine_that_never_started_has_not_stopped() {
    let mut play = Play::open();
    play.on(EngineEvent::Died { detail: String::new() });
    assert!(matches!(play.session.engine, Engine::Failed(EngineError::Start { .. })));
    play.on(Event::Retry);
    assert!(play.effects.contains(&Effect::StartEngine));
}

#[test]
fn a_layer_is_drawn_once() {
    let mut play = Play::done();
    let run = play.id();
    assert!(play.on(Explore::Layer(LayerId(1))).sent().is_empty(), "it is being drawn");
    play.on(Explore::Layer(LayerId(0)));
    assert_eq!(play.asked_of::<contact_sheet::Question>().unwrap().layer, LayerId(0));
    assert_eq!(play.stopped().len(), 1, "the other layer is not wanted any more");
    play.on(Explore::Channel(Some(1)));
    let map = feature_map::Question { layer: LayerId(0), channel: 1 };
    // A map of one unit leaves no choice of which to break down.
    let unit = Unit { layer: LayerId(0), channel: 1, place: [0, 0] };
    let made = breakdown::Question { unit, colours: ColourMap::default() };
    assert_eq!(play.asked(), [map.into(), made.into()]);
    play.answer(run, map, feature_map::Answer { values: vec![2.5] });
    assert_eq!(play.run().answers.to(map).unwrap().values, [2.5]);
    assert!(play.sent().is_empty());
    let found = || breakdown::Answer { breakdown: None, maps: vec![pixel(), pixel()] };
    play.answer(run, breakdown::Question { unit: Unit { channel: 0, ..unit }, ..made }, found());
    assert!(play.run().answers.last::<breakdown::Question>().is_none(), "that was another unit");
    play.answer(run, made, found());
    assert_eq!(play.run().answers.to(made).unwrap().maps.len(), 2);
}

#[test]
fn stopping() {
    let mut play = Play::running();
    let run = play.id();
    play.on(Explore::StopRun);
    assert_eq!(play.sent(), [&Request::StopRun { run }]);
    play.layer(run, 0);
    assert!(play.run().finished(LayerId(0)).is_none());
    play.on(Event::Retry);
    assert_eq!(play.runs(), 1);
}

#[test]
fn no_engine_at_all() {
    let mut play = Play::open();
    play.on(EngineEvent::Failed(EngineError::Unsupported { missing: vec!["simd".into()] }));
    assert!(matches!(play.session.engine, Engine::Failed(_)));
}

#[test]
fn the_calculator_lives_in_the_address() {
    let mut play = Play::open();
    play.on(Event::Visit("#/field/9x9;3,1,0".into()));
    assert_eq!((play.session.page, play.session.calculator.stack().layers.len()), (Page::Calculator, 1));
    play.on(Calculate::Edit(Edit::Add(StackLayerKind::MaxPool)));
    assert_eq!(play.effects, [Effect::Address("#/field/9x9;3,1,0;m2,2,0".into())]);
    play.on(Event::Visit("#/field/9x9;3".into()));
    assert!(matches!(play.session.notice, Some(Notice::Stack(_))));
    play.on(Calculate::Import("11x11;7,1,0".into()));
    assert_eq!(play.effects, [Effect::Address("#/field/11x11;7,1,0".into())]);
    play.on(Event::Visit("#/".into()));
    assert_eq!(play.session.page, Page::Explore);
}

#[test]
fn a_text_that_nothing_can_read_changes_nothing_but_the_notice() {
    let mut play = Play::open();
    let before = play.session.calculator.clone();
    play.effects = play.session.handle(Calculate::Import("11x11;7,1,0".into()).into());
    assert_eq!(play.effects, [Effect::Read(Reading::Stack("11x11;7,1,0".into()))]);
    play.on(Event::Read(None));
    assert_eq!(play.session.notice, Some(Notice::Reader));
    assert_eq!(play.session.calculator, before);
}

#[test]
fn a_summary_is_said_to_be_one() {
    let mut play = Play::open();
    play.on(Calculate::Import("nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten())".into()));
    let read =
        |basis, passed: &str| Notice::Read { basis, passed: passed.into(), up_to: Some("Flatten".into()) };
    assert_eq!(play.session.notice, Some(read(Basis::Stated, "")));
    let summary = "Layer (type)  Output Shape  Param #
conv2d (Conv2D)  (None, 32, 32, 8)  224
swish (Swish)  (None, 32, 32, 8)  0
flatten (Flatten)  (None, 8192)  0";
    play.on(Calculate::Import(summary.into()));
    assert_eq!(play.effects, [Effect::Address("#/field/32x32;3,1,1".into())]);
    assert_eq!(play.session.notice, Some(read(Basis::Deduced, "Swish")));
}

#[test]
fn the_workbench_lives_in_the_address() {
    let mut play = Play::open();
    play.on(Event::Visit("#/architectures/D-E".into()));
    assert_eq!((play.session.page, play.session.workbench.pair.to), (Page::Architectures, "E"));
    play.on(Choice::Configuration(CONFIGURATIONS[0]));
    assert_eq!(play.effects, [Effect::Address("#/architectures/A/D-E".into())]);
}

#[test]
fn lessons_are_fetched_when_they_are_opened() {
    let lessons = |title: &str| vec![Lesson { title: title.into(), goal: String::new(), steps: Vec::new() }];
    let title = |play: &Play| play.session.lessons.content.here.as_ref().map(|(_, all)| all[0].title.clone());
    let mut play = Play::open();
    assert!(!play.effects.contains(&Effect::FetchLessons(Lang::En)));
    play.on(Event::Visit("#/lessons".into()));
    assert_eq!(play.effects, [Effect::FetchLessons(Lang::En)]);
    play.on(Event::Visit("#/lessons/1/1".into()));
    assert_eq!(play.effects, []);
    play.on(Learn::Fetched(Lang::En, None));
    assert!(play.session.lessons.content.failed && play.session.notice.is_none());
    play.on(Learn::Again);
    assert_eq!(play.effects, [Effect::FetchLessons(Lang::En)]);
    play.on(Learn::Fetched(Lang::En, Some(lessons("one"))));
    assert_eq!(title(&play).as_deref(), Some("one"));
    // Those in the other language take their place once they are there; what comes too late is left.
    play.on(Preference::Lang(Lang::Zh));
    assert!(play.effects.contains(&Effect::FetchLessons(Lang::Zh)));
    play.on(Preference::Lang(Lang::En));
    assert!(!play.effects.contains(&Effect::FetchLessons(Lang::En)));
    play.on(Learn::Fetched(Lang::Zh, Some(lessons("一"))));
    assert_eq!(title(&play).as_deref(), Some("one"));
    play.on(Preference::Lang(Lang::Zh));
    play.on(Learn::Fetched(Lang::Zh, None));
    assert_eq!((title(&play).as_deref(), &play.session.notice), (Some("one"), &Some(Notice::Lessons)));
    play.on(Learn::Again);
    play.on(Learn::Fetched(Lang::Zh, Some(lessons("一"))));
    assert_eq!(title(&play).as_deref(), Some("一"));
}

#[test]
fn lessons_are_remembered_and_their_crops_end_with_them() {
    let mut play = Play::open();
    play.on(Event::Visit("#/lessons/8/1".into()));
    assert_eq!((play.session.page, play.session.lessons.open), (Page::Lessons, Some((8, 1))));
    let mark = Mark { lesson: 8, step: 1, question: None };
    play.on(Learn::Learnt(mark));
    assert_eq!(play.effects, [Effect::SaveProgress(play.session.lessons.progress.clone())]);
    play.on(Learn::Learnt(mark));
    assert_eq!(play.effects, []);
    play.on(Input::Fit(Fit::Crop { scale: 300, left: 0, top: 0 }));
    play.on(Event::Visit("#/".into()));
    assert_eq!((play.session.fit, play.session.lessons.open), (Fit::Centre, None));
}
