//! What a person does on the explorer: models from the shelf, keys, questions, scales.

use super::*;
use crate::explain::attribution::{AttributionMap, Method};
use crate::explain::{Kind, cam, effective_field, layer_values, occlusion};
use crate::image::Preprocessing;
use crate::render::Scale;
use crate::render::stats::SortBy;
use crate::session::catalog::CatalogEntry;
use crate::session::explorer::export::{Export, Format};
use crate::session::explorer::{Cursor, Phase, Target};

fn cursor(play: &Play) -> Cursor {
    play.explorer().selection.cursor
}

#[test]
fn a_model_of_the_catalog_is_fetched_and_stopped() {
    let ready = |file: &str, bytes| CatalogEntry { file: file.into(), bytes, sha256: String::new() };
    let mut play = Play::done();
    play.on(Input::Catalog(vec![
        ready("vgg11.onnx", 100),
        ready("huge.onnx", 1 << 40),
        ready("none.onnx", 0),
    ]));
    play.on(Input::Choose(Some(1)));
    assert!(
        matches!(complaint(&play.session), Error::Model { name, why: ModelError::TooLarge { .. } } if name == "huge.onnx")
    );
    play.on(Input::Choose(Some(2)));
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::Empty, .. }));
    play.on(Input::Choose(Some(3)));
    assert!(play.effects.is_empty(), "no such place");

    play.on(Input::Choose(Some(0)));
    assert!(play.session.notice.is_none());
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Catalog(0), .. }]));
    play.on(Input::StopFetching);
    assert_eq!(play.effects, [Effect::StopFetching]);
    assert!(play.session.inputs.loading.is_none());
    assert_eq!(play.explorer().source, Source::Default);

    play.on(Input::Choose(Some(0))).fetched();
    assert!(matches!(play.sent()[..], [Request::Load { .. }]));
    play.loaded();
    assert_eq!(play.explorer().name, "vgg11.onnx");
    play.on(Input::Choose(None));
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Default, .. }]));
}

#[test]
fn how_a_file_wants_its_photos_is_remembered_with_it() {
    let own = Preprocessing { bgr: true, divisor: 2.0, mean: [1.0; 3], deviation: [3.0; 3] };
    let mut play = Play::done();
    play.on(Explore::Preset(Preset::Own(own)));
    assert!(
        !play.effects.iter().any(|effect| matches!(effect, Effect::SavePreset { .. })),
        "the default model"
    );

    play.on(Input::Given(vec![file(5, "net.onnx", "")])).fetched().loaded();
    let [of] = &play
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::RestorePreset(of) => Some(of.clone()),
            _ => None,
        })
        .collect::<Vec<_>>()[..]
    else {
        panic!("{:?}", play.effects)
    };
    let of = of.clone();
    let told = |of: &str, preset| Explore::Remembered { of: of.to_owned(), preset };
    play.on(told("other.onnx 1", Preset::Own(own)));
    let nonsense = Preprocessing { divisor: 0.0, ..own };
    play.on(told(&of, Preset::Own(nonsense)));
    assert_eq!(play.explorer().preset, None);
    play.on(told(&of, Preset::Own(own)));
    assert_eq!(play.explorer().preset_in_use(), Preset::Own(own));
    play.on(Explore::Preset(Preset::Raw));
    assert!(play.effects.contains(&Effect::SavePreset { of: of.clone(), preset: Preset::Raw }));
    play.on(told(&of, Preset::Own(own)));
    assert_eq!(play.explorer().preset_in_use(), Preset::Raw, "what was chosen since stays");
}

#[test]
fn keys_walk_over_layers_and_maps() {
    let mut play = Play::done();
    let layer = |play: &Play| play.explorer().selection.layer.map(|layer| layer.0);
    play.on(Explore::Layer(LayerId(0)));
    play.on(Explore::Command(Command::NextLayer));
    assert_eq!(layer(&play), Some(1));
    play.on(Explore::Command(Command::NextLayer));
    assert_eq!(layer(&play), Some(1), "there is no further layer");
    play.on(Explore::Command(Command::PreviousLayer)).on(Explore::Command(Command::PreviousLayer));
    assert_eq!(layer(&play), Some(0));

    let channel = |play: &Play| play.explorer().selection.channel;
    play.on(Explore::Command(Command::NextChannel));
    assert_eq!(channel(&play), Some(0));
    assert!(matches!(
        play.asked()[..],
        [Question::FeatureMap(feature_map::Question { channel: 0, .. }), Question::Breakdown(_)]
    ));
    play.on(Explore::Command(Command::NextChannel)).on(Explore::Command(Command::NextChannel));
    assert_eq!(channel(&play), Some(1), "the figures are of two maps");
    play.on(Explore::Command(Command::PreviousChannel));
    assert_eq!(channel(&play), Some(0));
    play.on(Explore::Command(Command::Zoom));
    assert_eq!(channel(&play), None);
    play.on(Explore::Command(Command::Zoom));
    assert_eq!(channel(&play), Some(0));
}

#[test]
fn escape_goes_back_step_by_step() {
    let mut play = Play::done();
    let spot = Target::Pixel([0, 0]);
    play.on(Explore::Channel(Some(1))).on(Explore::Point(Some(spot)));
    play.on(Explore::Command(Command::Freeze));
    assert_eq!(cursor(&play).pinned, Some(spot));
    play.on(Event::Help);
    assert!(play.session.help);
    let back = |play: &mut Play| {
        play.on(Explore::Command(Command::Back));
        (play.session.help, cursor(play).pinned, play.explorer().selection.channel)
    };
    assert_eq!(back(&mut play), (false, Some(spot), Some(1)));
    assert_eq!(back(&mut play), (false, None, Some(1)));
    assert_eq!(back(&mut play), (false, None, None));
    play.on(Event::Visit("#/lessons".into())).on(Event::Help);
    assert!(!play.session.help, "the keys are the explorer's");
}

fn map_of(of: usize) -> Option<AttributionMap> {
    Some(AttributionMap { width: 1, of, values: vec![2.0], bias: 0.5 })
}

#[test]
fn a_class_is_attributed() {
    let mut play = Play::running();
    play.on(Explore::Class(Some(2)));
    assert!(play.sent().is_empty(), "there is no answer yet");
    let mut play = Play::done();
    let run = play.id();
    play.on(Explore::Class(Some(2)));
    let question = cam::Question { class: 2 };
    assert_eq!(play.asked(), [question.into()]);
    play.answer(run, cam::Question { class: 1 }, map_of(1));
    assert!(play.run().answers.last::<cam::Question>().is_none(), "nobody asked for this class");
    play.answer(run, question, map_of(1));
    assert_eq!(play.run().answers.to(question).unwrap().as_ref().unwrap().values, [2.0]);
    play.on(Explore::Class(None)).on(Explore::Class(Some(2)));
    assert!(play.sent().is_empty(), "it is still here");
    play.on(Explore::Method(Method::Occlusion));
    assert_eq!(play.asked(), [occlusion::Question { class: 2 }.into()]);
    play.on(Explore::Method(Method::Cam));
    assert_eq!(play.asked(), [], "it is still here");
    assert_eq!(play.stopped(), [occlusion::Question { class: 2 }.into()], "nobody wants it any more");
}

#[test]
fn maps_are_sorted_by_what_they_contribute_to_the_class_in_question() {
    let mut play = Play::running();
    let run = play.id();
    play.layer(run, 0).layer(run, 1);
    play.on(Explore::Sort(SortBy::Contribution));
    assert!(play.asked().is_empty(), "there is no answer yet");
    let mut play = Play::done();
    play.on(Explore::Sort(SortBy::Contribution));
    let sheet: contact_sheet::Question = play.asked_of().unwrap();
    assert_eq!(sheet.class, Some(1), "the likeliest");
    let run = play.id();
    play.reply(Reply::Progress { run, question: sheet.into(), done: 1, of: 3, partial: None });
    assert_eq!(play.run().answers.phase(Kind::ContactSheet), Some(&Phase::Running { done: 1, of: 3 }));
    play.answer(run, sheet, drawn(vec![1, 0]));
    assert_eq!(play.run().answers.phase(Kind::ContactSheet), Some(&Phase::Done));
    play.on(Explore::Command(Command::NextChannel));
    assert_eq!(play.explorer().selection.channel, Some(1), "the first in the order drawn");
    play.on(Explore::Class(Some(2)));
    assert_eq!(play.asked_of::<contact_sheet::Question>().unwrap().class, Some(2));
}

#[test]
fn a_run_is_kept_for_comparison() {
    let mut play = Play::running();
    play.on(Explore::KeepReference);
    assert!(play.effects.is_empty(), "there is nothing to keep yet");
    let mut play = Play::done();
    let old = play.id();
    play.on(Explore::Channel(Some(0))).on(Explore::KeepReference);
    assert_eq!(play.sent(), [&Request::KeepReference { run: old }]);
    play.on(Input::Sample { index: 1, name: "Dog".into() });
    play.on(Input::PhotoOpened { id: PhotoId(2), width: 400, height: 300, ms: 5.0, incomplete: false });
    let run = play.id();
    play.layer(run, 0).layer(run, 1);
    let map = feature_map::Question { layer: LayerId(1), channel: 0 };
    let wanted = Request::Ask { run: old, question: map.into() };
    assert!(play.sent().contains(&&wanted));
    play.answer(old, map, feature_map::Answer { values: vec![1.0] });
    let reference = |play: &Play| play.explorer().reference.clone();
    assert_eq!(reference(&play).unwrap().answers.to(map).unwrap().values, [1.0]);
    assert!(play.run().answers.to(map).is_none(), "that of this run is another");
    play.on(Explore::DropReference);
    assert_eq!(play.sent(), [&Request::DropReference { run: old }]);
    assert!(reference(&play).is_none());
}

/// A unit is pinned, and how much each pixel counts for it is being worked out.
fn pinned() -> (Play, RunId, effective_field::Question) {
    let mut play = Play::done();
    play.on(Explore::EffectiveField(true)).on(Explore::Channel(Some(0)));
    assert!(play.asked_of::<effective_field::Question>().is_none());
    play.on(Explore::Pin(Some(Target::Unit([0, 0]))));
    let question: effective_field::Question = play.asked_of().unwrap();
    let run = play.id();
    play.reply(progress(run, question, 1));
    (play, run, question)
}

fn progress(run: RunId, question: impl Into<Question>, done: u32) -> Reply {
    Reply::Progress { run, question: question.into(), done, of: 3, partial: None }
}

fn phase(play: &Play, kind: Kind) -> Option<&Phase> {
    play.run().answers.phase(kind)
}

#[test]
fn the_effective_field_is_of_the_pinned_unit() {
    let (mut play, run, question) = pinned();
    play.answer(run, question, effective_field::Answer { gradient: Some(vec![3.0]) });
    assert_eq!(play.run().answers.to(question).unwrap().gradient.as_deref(), Some(&[3.0][..]));
}

#[test]
fn a_stopped_question_stays_stopped_and_can_be_asked_again() {
    let (mut play, run, question) = pinned();
    play.on(Explore::Stop(Kind::EffectiveField));
    assert_eq!(play.stopped(), [question.into()]);
    play.reply(progress(run, question, 2));
    assert_eq!(phase(&play, Kind::EffectiveField), Some(&Phase::Stopped), "late news changes nothing");
    play.answer(run, question, effective_field::Answer { gradient: None });
    assert!(play.run().answers.to(question).is_none(), "and neither does a late answer");
    play.on(Explore::Stop(Kind::EffectiveField));
    assert!(play.sent().is_empty(), "it has been stopped");
    play.on(Explore::AskAgain(Kind::EffectiveField));
    assert_eq!(play.asked(), [question.into()]);
    play.on(Explore::Stop(Kind::EffectiveField));
    play.on(Explore::EffectiveField(false)).on(Explore::EffectiveField(true));
    assert_eq!(play.asked(), [question.into()], "the same unit, wanted anew");
}

#[test]
fn one_question_does_not_stop_another() {
    let (mut play, run, question) = pinned();
    play.on(Explore::Class(Some(2)));
    assert_eq!(play.stopped(), []);
    play.on(Explore::Method(Method::Occlusion)).on(Explore::Stop(Kind::Occlusion));
    assert!(!play.stopped().contains(&question.into()));
    play.answer(run, question, effective_field::Answer { gradient: Some(vec![1.0]) });
    assert!(play.run().answers.to(question).is_some());
}

/// A grey square is on its way over the photo, and has been at one place of two.
fn sweeping() -> (Play, RunId, occlusion::Question) {
    let mut play = Play::done();
    play.on(Explore::Class(Some(2))).on(Explore::Method(Method::Occlusion));
    let (run, question) = (play.id(), play.asked_of().unwrap());
    play.reply(part(run, question, 1));
    (play, run, question)
}

fn part(run: RunId, question: occlusion::Question, done: u32) -> Reply {
    let partial = Some(occlusion::Question::answer(map_of(2)));
    Reply::Progress { run, question: question.into(), done, of: 2, partial }
}

#[test]
fn a_sweep_comes_place_by_place_and_stays_stopped() {
    let (mut play, run, question) = sweeping();
    assert!(play.run().answers.to(question).is_some());
    assert!(play.sent().is_empty());
    play.on(Explore::Stop(Kind::Occlusion));
    assert_eq!(play.stopped(), [question.into()]);
    play.reply(part(run, question, 2));
    assert_eq!(phase(&play, Kind::Occlusion), Some(&Phase::Stopped));
    assert!(play.run().answers.to(question).is_some(), "what is known stays");
}

#[test]
fn a_failing_question_is_told() {
    let (mut play, run, question) = sweeping();
    let error = Error::Run { detail: "no memory".into() };
    play.reply(Reply::Failed { run, question: question.into(), error: error.clone() });
    assert_eq!(complaint(&play.session), &error);
    assert_eq!(phase(&play, Kind::Occlusion), Some(&Phase::Failed(error)));
    assert!(play.run().outcome().is_some(), "the run itself is as it was");
    play.on(Explore::AskAgain(Kind::Occlusion));
    assert_eq!(play.asked(), [question.into()]);
}

#[test]
fn a_breakdown_is_filed_under_the_colours_it_was_asked_with() {
    let mut play = Play::done();
    let run = play.id();
    play.on(Explore::Channel(Some(0)));
    let asked: breakdown::Question = play.asked_of().unwrap();
    play.on(Explore::Colours(ColourMap::Magma));
    let wanted: breakdown::Question = play.asked_of().unwrap();
    let answer = || breakdown::Answer { breakdown: None, maps: Vec::new() };
    play.answer(run, asked, answer());
    assert!(play.run().answers.last::<breakdown::Question>().is_none(), "its maps have the old colours");
    play.answer(run, wanted, answer());
    assert_eq!(play.run().answers.last::<breakdown::Question>().unwrap().0.colours, ColourMap::Magma);
}

#[test]
fn values_are_saved_and_kept_no_longer() {
    let mut play = Play::done();
    let run = play.id();
    play.on(Explore::Export(Export::Values(Format::Csv)));
    let question = layer_values::Question { layer: LayerId(1) };
    assert_eq!(play.asked(), [question.into()]);
    play.answer(run, question, layer_values::Answer { values: vec![1.0, 2.0] });
    assert!(matches!(&play.effects[..], [Effect::SaveBytes { name, .. }] if name == "fc.csv"));
    assert!(play.run().answers.to(question).is_none());
    play.on(Explore::Export(Export::Values(Format::Npy)));
    assert_eq!(play.asked(), [question.into()]);
    let error = Error::Run { detail: String::new() };
    play.reply(Reply::Failed { run, question: question.into(), error });
    assert!(play.asked().is_empty(), "it is not tried again unasked");
    play.on(Explore::Export(Export::Values(Format::Npy)));
    assert_eq!(play.asked(), [question.into()]);
}

#[test]
fn a_question_that_may_have_killed_the_engine_is_not_asked_again_unasked() {
    let (mut play, _, question) = sweeping();
    play.on(EngineEvent::Died { detail: String::new() });
    assert!(matches!(phase(&play, Kind::Occlusion), Some(Phase::Failed(Error::Engine(_)))));
    revive(&mut play);
    assert!(!play.asked().contains(&question.into()));
}

#[test]
fn a_model_that_is_taken_again_is_run_again() {
    let mut play = Play::done();
    play.on(Input::Choose(None)).fetched().loaded();
    assert_eq!(play.runs(), 1, "the engine has forgotten what the old run left");
}

#[test]
fn a_scale_over_the_network_waits_for_all_layers() {
    let mut play = Play::running();
    let run = play.id();
    play.layer(run, 0).layer(run, 1);
    play.on(Explore::Scale(Scale::Network));
    assert!(play.asked().is_empty());
    assert_eq!(play.explorer().shared_range(), None);
    play.finish();
    assert_eq!(play.asked_of::<contact_sheet::Question>().unwrap().scale, Scale::Network);
    assert!(play.explorer().shared_range().is_some());
    play.on(Explore::Dead(false));
    assert!(!play.asked_of::<contact_sheet::Question>().unwrap().dead);
}

#[test]
fn a_model_that_is_no_longer_wanted_has_still_taken_the_place_of_the_one_in_use() {
    let catalog = ["b.onnx", "c.onnx"].map(|file| CatalogEntry {
        file: file.into(),
        bytes: 100,
        sha256: String::new(),
    });
    let mut play = Play::done();
    play.on(Input::Catalog(catalog.into()));
    play.on(Input::Choose(Some(0))).fetched();
    let superseded = play.load();
    play.on(Input::StopFetching);
    assert!(play.effects.is_empty(), "the engine has it already");
    play.on(Input::Choose(Some(1)));
    play.reply(Reply::Loaded { load: superseded, model: Box::new(model()) });
    assert_eq!(play.explorer().source, Source::Default);
    play.on(Explore::Channel(Some(1))).on(Input::Fit(Fit::Squeeze));
    assert!(play.sent().is_empty(), "it would be of another network");
    assert!(play.run().outcome().is_some(), "the pictures stay");

    play.on(Input::StopFetching);
    assert!(matches!(
        play.effects[..],
        [Effect::StopFetching, Effect::FetchModel { source: Source::Default, .. }]
    ));
    play.fetched().loaded();
    assert_eq!(play.runs(), 1);
}

#[test]
fn what_kills_every_engine_is_not_asked_for_ever() {
    let mut play = Play::done();
    play.on(Explore::Channel(Some(0)));
    let question: feature_map::Question = play.asked_of().unwrap();
    let mut deaths = 0;
    let asked = |play: &Play| play.run().answers.phase(Kind::FeatureMap) == Some(&RUNNING);
    while asked(&play) {
        play.on(EngineEvent::Died { detail: String::new() });
        deaths += 1;
        assert!(deaths < 9, "without end");
        revive(&mut play);
        if play.run().outcome().is_none() {
            play.pass();
        }
    }
    assert_eq!(deaths, 2);
    assert!(matches!(phase(&play, Kind::FeatureMap), Some(Phase::Failed(_))));
    play.on(Explore::AskAgain(Kind::FeatureMap));
    assert!(play.asked().is_empty() || play.asked() == [question.into()]);
}

const RUNNING: Phase = Phase::Running { done: 0, of: 0 };

#[test]
fn what_killed_an_engine_is_not_asked_of_the_run_that_follows() {
    let (mut play, run, question) = sweeping();
    play.draw(run);
    play.on(EngineEvent::Died { detail: String::new() });
    revive(&mut play);
    play.on(Explore::Layer(LayerId(0)));
    assert_eq!(play.runs(), 1, "its maps went with the engine");
    play.pass();
    assert!(play.asked_of::<occlusion::Question>().is_none());
    play.on(Explore::AskAgain(Kind::Occlusion));
    assert_eq!(play.asked(), [question.into()]);
}

#[test]
fn values_are_saved_though_the_engine_died() {
    let mut play = Play::done();
    play.draw(play.id());
    play.on(EngineEvent::Died { detail: String::new() });
    revive(&mut play);
    play.on(Explore::Export(Export::Values(Format::Npy)));
    assert_eq!(play.runs(), 1);
    play.layers();
    assert!(play.asked_of::<layer_values::Question>().is_some());
}

#[test]
fn a_model_or_photo_that_did_not_come_back_is_fetched_on_another_try() {
    let mut play = Play::done();
    play.on(EngineEvent::Died { detail: String::new() });
    play.ready();
    let load = play.load();
    play.on(Input::ModelRefused { load, why: ModelError::Fetch });
    let id = play.session.inputs.opening.as_ref().unwrap().id;
    play.on(Input::PhotoRefused { id, why: PhotoError::Fetch });
    assert!(play.session.is_stuck());
    play.on(Event::Retry);
    assert!(matches!(play.effects[..], [Effect::FetchModel { .. }, Effect::OpenPhoto { .. }]));
    assert!(!play.session.is_stuck());
}

#[test]
fn a_photo_that_is_refused_gives_way_to_the_one_on_screen() {
    let mut play = Play::done();
    play.on(Input::Sample { index: 1, name: "Dog".into() });
    let other = play.session.inputs.opening.as_ref().unwrap().id;
    play.on(EngineEvent::Died { detail: String::new() });
    play.on(Input::PhotoRefused { id: other, why: PhotoError::Fetch });
    assert!(matches!(play.effects[..], [Effect::OpenPhoto { source: Source::Sample(0), .. }]));
}

#[test]
fn class_names_of_a_model_that_kills_the_engine_are_not_given_to_another() {
    let mut play = Play::done();
    let file = |id, name: &str| Item { id: FileId(id), name: name.into(), bytes: 9, ..Item::default() };
    play.on(Input::Given(vec![file(1, "bomb.onnx"), file(2, "names.txt")]));
    play.on(Input::LabelsRead { text: "x\ny\nz".into() });
    play.fetched().on(EngineEvent::Died { detail: String::new() });
    revive(&mut play);
    assert_eq!(play.explorer().model.labels[0].en, "a");
}

#[test]
fn without_a_class_in_question_maps_keep_the_order_of_the_network() {
    let mut play = Play::running();
    let run = play.id();
    play.layer(run, 0).layer(run, 1);
    play.on(Explore::Sort(SortBy::Contribution)).on(Explore::StopRun);
    assert_eq!(play.asked_of::<contact_sheet::Question>().unwrap().class, None);
}
