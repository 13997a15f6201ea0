//! Photos of many classes: gone over one by one, judged, and a head trained on them.

use super::*;
use crate::error::TrainingError;
use crate::image::Fit;
use crate::pages::builder;
use crate::session::trainer::{Said, TrainingState};
use crate::training::{Epoch, Extracted, Head, HeadKind, Prediction, Settings, Trained};
use crate::vgg::build::Build;
use crate::vgg::transfer::Transfer;
use crate::wire::{ExtractionId, TrainingId};

/// A photo in a folder.
fn photo(id: u32, folder: &str) -> Item {
    Item { within: format!("all/{folder}"), ..file(id, &format!("{id}.png"), "image/png") }
}

/// With a model, on the page of photos, which were just given.
fn given(photos: Vec<Item>) -> Play {
    let mut play = Play::open();
    play.ready().fetched().loaded();
    play.on(Event::Visit("#/train".into()));
    play.on(Input::Given(photos));
    play
}

fn opening(play: &Play) -> Vec<u32> {
    let opening = play.effects.iter().filter_map(|effect| match effect {
        Effect::OpenExample { photo, .. } => Some(*photo),
        _ => None,
    });
    opening.collect()
}

/// A photo is decoded, sent, and looked at; the likeliest of the model's three classes is this.
fn look(play: &mut Play, photo: u32, said: usize) {
    play.on(Train::Opened { photo, width: 4, height: 3 });
    let extraction = match play.sent().as_slice() {
        [Request::Extract { extraction, photo: sent, .. }] if *sent == photo => *extraction,
        other => panic!("{other:?}"),
    };
    let mut probabilities = vec![0.1; 3];
    probabilities[said] = 0.8;
    let (content, thumbnail) = (u64::from(if photo == 1 { 0 } else { photo }), pixel());
    let found = Extracted { content, thumbnail, probabilities: probabilities.into() };
    play.reply(Reply::Extracted { extraction, photo, found });
}

/// Of both classes by turns.
const ORDER: [u32; 8] = [4, 0, 5, 1, 6, 2, 7, 3];

/// Four photos of each of two classes, all looked at; the first two are the same.
fn looked() -> Play {
    let mut play = given((0..8).map(|id| photo(id + 10, if id < 4 { "b" } else { "a" })).collect());
    assert_eq!(opening(&play), [4, 0], "one is computed while the next is decoded");
    for id in ORDER {
        look(&mut play, id, usize::from(id == 7));
    }
    play
}

fn judged(play: &Play) -> crate::session::trainer::Judged {
    let model = &play.explorer().model;
    play.session.trainer.judged(&model.labels, model.architecture.classes).unwrap()
}

#[test]
fn photos_are_judged_by_the_names_of_their_folders() {
    let mut play = looked();
    let trainer = &play.session.trainer;
    let names: Vec<&str> = trainer.classes.iter().map(|class| class.name.as_str()).collect();
    assert_eq!((names, trainer.progress()), (vec!["a", "b"], [8, 8]));
    // The model of these tests calls its classes a, b and c.
    let found = judged(&play);
    assert_eq!((found.confusion.right(), found.confusion.total(), found.left_out), (3, 7, 0));
    assert_eq!(found.mistakes.len(), 4);
    play.on(Train::Label(1, None));
    let found = judged(&play);
    assert_eq!((found.confusion.right(), found.confusion.total(), found.left_out), (3, 4, 3));
    assert_eq!((found.mistakes[0].photo, found.mistakes[0].said), (7, Said::Label(1)));
    // Said of two folders, a class is one.
    play.on(Train::Label(1, Some(0)));
    assert_eq!(judged(&play).confusion.right(), 6);
    assert_eq!(play.session.trainer.collisions(&play.explorer().model.labels), [[0, 1]]);
    // Photos with the same pixels are found, and counted once.
    assert_eq!(play.session.trainer.twins(), [[0, 1]]);
    assert_eq!(play.session.trainer.contradictions(), 0);
}

#[test]
fn what_cannot_be_read_is_left_out() {
    let mut play = given(vec![photo(1, "a"), photo(2, "a"), photo(3, "b")]);
    play.on(Train::Refused { photo: 0, why: PhotoError::Undecodable });
    assert_eq!(opening(&play), [1]);
    assert!(play.session.trainer.photo(0).unwrap().refused.is_some());
    assert_eq!(play.session.trainer.progress(), [0, 2]);
    // Where there is none, that is said.
    play.on(Input::Given(vec![file(9, "notes.txt", "text/plain")]));
    assert!(matches!(complaint(&play.session), Error::Photo { why: PhotoError::Folder, .. }));
    // Nothing that is no photo is asked about.
    let mut play = given(vec![photo(1, "a"), file(2, "notes.txt", "text/plain")]);
    assert_eq!(play.session.trainer.photos.len(), 1);
    play.on(Train::Clear);
    assert!(play.session.trainer.photos.is_empty() && play.session.notice.is_none());
}

#[test]
fn it_pauses_and_goes_on() {
    let mut play = given((0..5).map(|id| photo(id + 1, "a")).collect());
    play.on(Train::Pause(true));
    look(&mut play, 0, 0);
    assert!(opening(&play).is_empty());
    play.on(Train::Pause(false));
    assert_eq!(opening(&play), [2]);
}

/// What has nothing to do with the photos leaves their page as it is, which is drawn anew where they are others.
#[test]
fn other_events_change_nothing() {
    let mut play = given((0..5).map(|id| photo(id + 1, "a")).collect());
    let before = play.session.trainer.clone();
    play.on(Preference::Theme(Theme::Dark)).on(Event::Dismiss);
    assert_eq!(play.session.trainer.photos, before.photos);
    assert!(play.session.trainer == before, "it is another");
}

/// A head is asked for; what is sent.
fn started(play: &mut Play) -> (TrainingId, Settings, Head) {
    match play.on(Train::Start).sent().as_slice() {
        [Request::Train { training, settings, head, .. }] => (*training, *settings, head.clone()),
        other => panic!("{other:?}"),
    }
}

fn trained(head: Head, right: bool) -> Box<Trained> {
    let held_out = [0, 4].map(|photo| {
        let class = u16::from(photo == 0);
        Prediction { photo, class, said: if right { class } else { 0 }, probability: 0.9 }
    });
    Box::new(Trained { head, held_out: held_out.to_vec(), rounds: 1, epoch: 60, chosen: false })
}

#[test]
fn a_head_is_trained_and_used() {
    let mut play = looked();
    let (training, _, head) = started(&mut play);
    assert_eq!(head.classes.iter().map(|label| label.en.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(head.name, "net: a, b");
    let epoch = Epoch { loss: 1.0, accuracy: 0.5, held_out: Some([1.0, 0.5]) };
    play.reply(Reply::Epoch { training, round: 0, epoch });
    play.reply(Reply::Epoch { training: TrainingId(99), round: 0, epoch });
    assert_eq!(play.session.trainer.training.as_ref().unwrap().epochs.len(), 1);
    play.reply(Reply::Trained { training, trained: trained(head, false) });

    play.on(Train::Use);
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Default, .. }]));
    play.fetched();
    assert!(matches!(play.sent()[..], [Request::Load { head: Some(_), .. }]));
    play.loaded();
    assert_eq!(play.explorer().source, Source::Trained(0));
    assert!(play.session.is_judged_by_another());
    // Its layers are those that the features are of: another head needs no others.
    let (training, _, head) = started(&mut play);
    play.reply(Reply::Trained { training, trained: trained(head, true) });
    let trainer = &play.session.trainer;
    let TrainingState::Done(trained, 1) = &trainer.training.as_ref().unwrap().state else {
        panic!("not done")
    };
    assert_eq!(trainer.changed(trained), Some([vec![], vec![0]]));
    // A new engine gets the same head.
    play.on(EngineEvent::Died { detail: String::new() });
    play.ready().fetched();
    assert!(matches!(play.sent()[..], [Request::Load { head: Some(_), .. }]));
}

#[test]
fn other_features_come_first() {
    let mut play = looked();
    let settings = Settings { kind: HeadKind::Dense(64), ..Settings::default() };
    play.on(Train::Set(settings)).on(Train::Start);
    assert_eq!((opening(&play), play.sent().len()), (vec![4, 0], 0));
    for id in &ORDER[..7] {
        look(&mut play, *id, 0);
    }
    assert!(play.sent().is_empty());
    look(&mut play, ORDER[7], 0);
    assert!(matches!(play.sent()[..], [Request::Train { .. }]), "then it begins by itself");
}

/// Photos of a new class that come while a head is trained are none of that training, whose classes keep their names.
#[test]
fn photos_that_come_meanwhile() {
    let mut play = looked();
    let (training, _, head) = started(&mut play);
    play.on(Input::Given(vec![photo(50, "aa")]));
    let run = play.session.trainer.training.as_ref().unwrap();
    assert_eq!((&run.state, &run.classes), (&TrainingState::Running, &vec![0, 2]));
    play.reply(Reply::Trained { training, trained: trained(head, true) });
    let trainer = &play.session.trainer;
    let run = trainer.training.as_ref().unwrap();
    let TrainingState::Done(trained, _) = &run.state else { panic!("not done") };
    assert_eq!(trainer.held_out(run, trained).confusion.right(), 2);
}

#[test]
fn too_few_photos_are_said_and_nothing_is_sent() {
    let mut play = given(vec![photo(1, "a"), photo(2, "a")]);
    look(&mut play, 0, 0);
    look(&mut play, 1, 0);
    assert!(play.on(Train::Start).sent().is_empty());
    assert_eq!(complaint(&play.session), &Error::Training(TrainingError::OneClass));
    let mut play = given(vec![photo(1, "a"), photo(2, "a"), photo(3, "a"), photo(4, "dog")]);
    (0..4).for_each(|id| look(&mut play, id, 0));
    play.on(Train::Start);
    assert_eq!(complaint(&play.session), &Error::Training(TrainingError::FewPhotos("dog".into())));
}

#[test]
fn training_pauses_stops_and_fails() {
    let mut play = looked();
    let (training, _, head) = started(&mut play);
    let sent = play.on(Train::PauseTraining(true)).sent();
    assert!(matches!(sent[..], [Request::PauseTraining { paused: true, .. }]));
    let sent = play.on(Train::Stop).sent();
    assert!(matches!(sent[..], [Request::StopTraining { .. }]));
    // What comes after that is nobody's.
    play.reply(Reply::Trained { training, trained: trained(head, true) });
    let state = |play: &Play| play.session.trainer.training.as_ref().unwrap().state.clone();
    assert_eq!(state(&play), TrainingState::Stopped);
    let (training, ..) = started(&mut play);
    play.reply(Reply::NotTrained { training, error: TrainingError::Diverged });
    assert_eq!(state(&play), TrainingState::Failed(TrainingError::Diverged));
}

#[test]
fn an_engine_that_dies_takes_features_along_and_answers_stay() {
    let mut play = looked();
    play.on(EngineEvent::Died { detail: String::new() });
    assert_eq!(play.session.trainer.progress(), [8, 8]);
    play.ready().fetched().loaded();
    assert!(opening(&play).is_empty(), "nobody has asked for them");
    play.on(Train::Start);
    assert_eq!(opening(&play), [4, 0]);

    // A photo that two engines die of is left out.
    let mut play = given(vec![photo(1, "a"), photo(2, "b")]);
    for _ in 0..2 {
        play.on(Train::Opened { photo: 0, width: 1, height: 1 });
        play.on(EngineEvent::Died { detail: String::new() });
        play.ready().fetched().loaded();
    }
    assert!(play.session.trainer.photo(0).unwrap().refused.is_some());
    assert_eq!(opening(&play), [1]);
}

#[test]
fn another_model_or_crop_stops_the_going_over() {
    let mut play = given((0..4).map(|id| photo(id + 1, "a")).collect());
    let extraction = play.session.trainer.extraction.as_ref().unwrap().id;
    assert_eq!(extraction, ExtractionId(1));
    play.on(Input::Fit(Fit::Squeeze));
    assert!(play.session.is_judged_by_another());
    play.on(Train::Opened { photo: 0, width: 1, height: 1 });
    assert!(play.sent().is_empty());
    play.on(Train::Judge);
    assert_eq!(play.session.trainer.extraction.as_ref().unwrap().id, ExtractionId(2));
    assert_eq!(opening(&play), [0, 1]);
}

#[test]
fn files_stay_while_they_are_wanted() {
    let mut play = given(vec![photo(41, "a"), photo(42, "b")]);
    let has = |play: &Play, id: u32| play.session.sources().any(|source| source == Source::File(FileId(id)));
    assert!(has(&play, 41) && has(&play, 42));
    play.on(Train::Remove(0));
    assert!(!has(&play, 41) && has(&play, 42));
    assert_eq!(play.session.trainer.classes.len(), 1);
}

/// Weights of the model in use begin a network that is built, and a new engine begins it so again.
#[test]
fn a_network_begins_with_weights_of_another() {
    let mut play = Play::open();
    play.ready().fetched();
    let load = play.load();
    let plain: Build = "8,M/xavier/1/3/0/32".parse().unwrap();
    let model = Model { architecture: plain.architecture(), ..model() };
    play.reply(Reply::Loaded { load, model: Box::new(model) });
    assert!(play.session.can_take_over());
    play.on(Event::Visit("#/build/8,M/xavier/1/4/0/32".into()));
    play.on(Construct::Edit(builder::Edit::Transfer(Some(Transfer::Names))));
    play.on(Construct::Run);
    assert!(matches!(play.effects[..], [Effect::FetchModel { source: Source::Default, .. }]));
    let begun = |play: &Play| match play.sent().as_slice() {
        [Request::Build { from: Some(from), .. }] => from.transfer,
        other => panic!("{other:?}"),
    };
    play.fetched();
    assert_eq!(begun(&play), Transfer::Names);
    play.loaded();
    assert!(play.explorer().name.contains('←'));
    assert!(!play.session.can_take_over(), "of what was just built there is no file");
    play.on(EngineEvent::Died { detail: String::new() });
    play.ready().fetched();
    assert_eq!(begun(&play), Transfer::Names);
}

#[test]
fn an_archive_is_unpacked() {
    let mut play = given(vec![file(7, "photos.zip", "application/zip")]);
    assert_eq!(play.effects, [Effect::Unpack(FileId(7))]);
    assert!(play.session.trainer.unpacking.is_some());
    assert!(
        play.session.sources().any(|source| source == Source::File(FileId(7))),
        "it is read while it is wanted"
    );
    play.on(Train::Unpacked(vec![photo(8, "a"), photo(9, "b")], true));
    assert_eq!(opening(&play), [0, 1]);
    assert!(play.session.trainer.unpacking.is_none() && play.session.notice.is_none());
    // One that is damaged gives what it has, and is said to be.
    play.on(Input::Given(vec![file(10, "more.ZIP", "")]));
    play.on(Train::Unpacked(vec![photo(11, "a")], false));
    assert_eq!(play.session.trainer.photos.len(), 3);
    assert!(matches!(complaint(&play.session), Error::Photo { why: PhotoError::Archive, .. }));
    // Elsewhere an archive is a model.
    let mut play = Play::done();
    play.on(Input::Given(vec![Item { head: b"PK\x03\x04 and more".to_vec(), ..file(7, "net.zip", "") }]));
    assert!(matches!(play.effects[..], [Effect::FetchModel { .. }]));
}
