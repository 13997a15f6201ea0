//! What a person does on the explorer: models from the shelf, keys, questions, scales.

use super::*;
use crate::explain::attribution::Method;
use crate::render::Scale;
use crate::render::stats::SortBy;
use crate::session::Command;
use crate::session::catalog::Ready;
use crate::session::selection::Spot;
use crate::wire::Task;

#[test]
fn a_model_of_the_shelf_is_fetched_and_stopped() {
    let ready = |file: &str, bytes| Ready { file: file.into(), bytes, sha256: String::new() };
    let mut play = Play::done();
    play.on(Event::Shelf(vec![ready("vgg11.onnx", 100), ready("huge.onnx", 1 << 40), ready("none.onnx", 0)]));
    play.on(Event::Take(Some(1)));
    assert!(
        matches!(complaint(&play.session), Error::Model { name, why: ModelError::TooLarge { .. } } if name == "huge.onnx")
    );
    play.on(Event::Take(Some(2)));
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::Empty, .. }));
    play.on(Event::Take(Some(3)));
    assert!(play.effects.is_empty(), "no such place");

    play.on(Event::Take(Some(0)));
    assert!(play.session.notice.is_none());
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Shelf(0), .. }]));
    play.on(Event::StopFetching);
    assert_eq!(play.effects, [Effect::StopFetching]);
    assert!(play.session.loading.is_none());
    assert_eq!(play.session.model.as_ref().unwrap().source, Source::Default);

    play.on(Event::Take(Some(0))).fetched();
    assert!(matches!(play.sent()[..], [Request::Load { .. }]));
    play.loaded();
    assert_eq!(play.session.model.as_ref().unwrap().name, "vgg11.onnx");
    play.on(Event::Take(None));
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Default, .. }]));
}

#[test]
fn keys_walk_over_layers_and_maps() {
    let mut play = Play::done();
    let layer = |play: &Play| play.session.look.layer.map(|layer| layer.0);
    play.on(Event::Look(LayerId(0)));
    play.on(Event::Command(Command::NextLayer));
    assert_eq!(layer(&play), Some(1));
    play.on(Event::Command(Command::NextLayer));
    assert_eq!(layer(&play), Some(1), "there is no further layer");
    play.on(Event::Command(Command::PreviousLayer)).on(Event::Command(Command::PreviousLayer));
    assert_eq!(layer(&play), Some(0));

    let channel = |play: &Play| play.session.look.channel;
    play.on(Event::Command(Command::NextChannel));
    assert_eq!(channel(&play), Some(0));
    assert!(matches!(play.sent()[..], [Request::Plane { channel: 0, .. }, Request::Explain { .. }]));
    play.on(Event::Command(Command::NextChannel)).on(Event::Command(Command::NextChannel));
    assert_eq!(channel(&play), Some(1), "the figures are of two maps");
    play.on(Event::Command(Command::PreviousChannel));
    assert_eq!(channel(&play), Some(0));
    play.on(Event::Command(Command::Zoom));
    assert_eq!(channel(&play), None);
    play.on(Event::Command(Command::Zoom));
    assert_eq!(channel(&play), Some(0));
}

#[test]
fn escape_goes_back_step_by_step() {
    let mut play = Play::done();
    let spot = Spot::Pixel([0, 0]);
    play.on(Event::Channel(Some(1))).on(Event::Point(Some(spot)));
    play.on(Event::Command(Command::Freeze));
    assert_eq!(play.session.gaze.pinned, Some(spot));
    play.on(Event::Command(Command::Help));
    assert!(play.session.help);
    let back = |play: &mut Play| {
        play.on(Event::Command(Command::Back));
        (play.session.help, play.session.gaze.pinned, play.session.look.channel)
    };
    assert_eq!(back(&mut play), (false, Some(spot), Some(1)));
    assert_eq!(back(&mut play), (false, None, Some(1)));
    assert_eq!(back(&mut play), (false, None, None));
    play.on(Event::Visit("#/lessons".into())).on(Event::Command(Command::Help));
    assert!(!play.session.help, "the keys are the explorer's");
}

#[test]
fn a_class_is_asked_why() {
    let mut play = Play::running();
    play.on(Event::Why(Some(2)));
    assert!(play.sent().is_empty(), "there is no answer yet");
    let mut play = Play::done();
    let job = play.job();
    play.on(Event::Why(Some(2)));
    let method = Method::Cam;
    assert!(matches!(play.sent()[..], [Request::Why { class: 2, method: Method::Cam, .. }]));
    let reply = |class, method, of| {
        Event::Reply(Reply::Why { job, class, method, width: 1, of, bias: 0.5 }, 2f32.to_le_bytes().to_vec())
    };
    play.on(reply(1, method, 1));
    assert!(play.session.heat.is_none(), "nobody asked for this class");
    play.on(reply(2, method, 1));
    assert_eq!(play.session.heat.as_ref().map(|heat| &heat.values[..]), Some(&[2.0][..]));
    play.on(Event::Why(None)).on(Event::Why(Some(2)));
    assert!(play.sent().is_empty(), "it is still here");

    // A sweep comes place by place, and ends when nobody wants it any more.
    play.on(Event::Method(Method::Occlusion));
    assert!(matches!(play.sent()[..], [Request::Why { method: Method::Occlusion, .. }]));
    play.on(reply(2, Method::Occlusion, 2));
    assert!(play.sent().is_empty());
    play.on(Event::StopTask);
    assert_eq!(play.sent(), [&Request::Cancel]);
    assert!(play.session.heat.as_ref().unwrap().stopped);
    play.on(Event::StopTask);
    assert!(play.sent().is_empty(), "it has been stopped");
}

#[test]
fn maps_are_sorted_by_what_they_contribute_to_the_class_in_question() {
    let mut play = Play::running();
    let job = play.job();
    play.layer(job, 0).layer(job, 1);
    play.on(Event::Sort(SortBy::Contribution));
    assert!(play.sent().is_empty(), "there is no answer yet");
    let mut play = Play::done();
    play.on(Event::Sort(SortBy::Contribution));
    let view = match play.sent()[..] {
        [Request::Draw { view, .. }] => *view,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(view.toward, Some(1), "the likeliest");
    let job = play.job();
    play.on(Event::Reply(Reply::Busy { job, task: Task::Contributions, done: 1, of: 3 }, vec![]));
    assert_eq!(play.session.busy.map(|busy| busy.done), Some(1));
    play.on(drawn(job, view, vec![1, 0]));
    assert_eq!(play.session.busy, None);
    play.on(Event::Command(Command::NextChannel));
    assert_eq!(play.session.look.channel, Some(1), "the first in the order drawn");
    play.on(Event::Why(Some(2)));
    assert!(
        play.sent()
            .iter()
            .any(|request| matches!(request, Request::Draw { view, .. } if view.toward == Some(2)))
    );
}

#[test]
fn a_photo_is_kept_for_comparison() {
    let mut play = Play::running();
    play.on(Event::Hold);
    assert!(play.effects.is_empty(), "there is nothing to keep yet");
    let mut play = Play::done();
    let old = play.job();
    play.on(Event::Channel(Some(0))).on(Event::Hold);
    assert_eq!(play.sent(), [&Request::Hold { job: old }]);
    play.on(Event::Sample { index: 1, name: "Dog".into() });
    play.on(Event::PhotoOpened { id: PhotoId(2), width: 400, height: 300, ms: 5.0 });
    let job = play.job();
    play.layer(job, 0).layer(job, 1);
    let wanted = Request::Beside { job: old, layer: LayerId(1), channel: 0 };
    assert!(play.sent().contains(&&wanted));
    play.on(Event::Reply(
        Reply::Beside { job: old, layer: LayerId(1), channel: 0 },
        1f32.to_le_bytes().to_vec(),
    ));
    assert_eq!(play.session.beside.as_ref().map(|map| map.job), Some(old));
    play.on(Event::Release);
    assert!(play.session.held.is_none() && play.session.beside.is_none());
}

#[test]
fn influence_is_of_the_pinned_unit() {
    let mut play = Play::done();
    play.on(Event::Effective(true)).on(Event::Channel(Some(0)));
    assert!(!play.sent().iter().any(|request| matches!(request, Request::Influence { .. })));
    play.on(Event::Pin(Some(Spot::Unit([0, 0]))));
    let (job, unit) = match play.sent()[..] {
        [Request::Influence { job, unit }] => (*job, *unit),
        ref other => panic!("{other:?}"),
    };
    play.on(Event::Reply(Reply::Influence { job, unit }, 3f32.to_le_bytes().to_vec()));
    assert_eq!(play.session.influence.as_ref().map(|found| &found.values[..]), Some(&[3.0][..]));
}

#[test]
fn a_scale_over_the_network_waits_for_all_layers() {
    let mut play = Play::running();
    let job = play.job();
    play.layer(job, 0).layer(job, 1);
    play.on(Event::Scale(Scale::Network));
    assert!(play.sent().is_empty());
    assert_eq!(play.session.shared_range(), None);
    play.on(Event::Reply(
        Reply::Done { job, logits: vec![0.0; 3], probabilities: vec![0.3; 3], ms: 5.0 },
        vec![],
    ));
    assert!(matches!(play.sent()[..], [Request::Draw { view: View { scale: Scale::Network, .. }, .. }]));
    assert!(play.session.shared_range().is_some());
    play.on(Event::Dead(false));
    assert!(matches!(play.sent()[..], [Request::Draw { view: View { dead: false, .. }, .. }]));
}
