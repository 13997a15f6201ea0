//! What a person does on the explorer: models from the shelf, keys, questions, scales.

use super::*;
use crate::gaze::Spot;
use crate::paint::Scale;
use crate::session::Command;
use crate::shelf::Ready;

#[test]
fn a_model_of_the_shelf_is_fetched_and_stopped() {
    let ready = |file: &str, bytes| Ready { file: file.into(), bytes };
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
    assert!(matches!(play.sent()[..], [Request::Plane { channel: 0, .. }]));
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
    assert!(matches!(play.sent()[..], [Request::Cam { class: 2, .. }]));
    let reply =
        |class| Event::Reply(Reply::Cam { job, class, width: 1, bias: 0.5 }, 2f32.to_le_bytes().to_vec());
    play.on(reply(1));
    assert!(play.session.cam.is_none(), "nobody asked for this class");
    play.on(reply(2));
    assert_eq!(play.session.cam.as_ref().map(|cam| &cam.values[..]), Some(&[2.0][..]));
    play.on(Event::Why(None)).on(Event::Why(Some(2)));
    assert!(play.sent().is_empty(), "it is still here");
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
