//! Inputs of other sizes, and the paper's protocols.

use super::*;
use crate::explain::{Kind, evaluation};
use crate::session::explorer::Phase;

const WIDE: [usize; 2] = [64, 96];

/// The model, read for an input of this size.
fn read(play: &mut Play, [height, width]: [usize; 2]) {
    let load = play.load();
    let mut model = model();
    let input = &mut model.architecture.layers[0].shape;
    (input.height, input.width) = (height, width);
    play.reply(Reply::Loaded { load, model: Box::new(model) });
}

#[test]
fn another_size_is_another_model_of_which_what_was_chosen_stays() {
    let mut play = Play::done();
    play.on(Explore::Layer(LayerId(1))).on(Explore::Channel(Some(1))).on(Explore::Class(Some(2)));
    play.on(Explore::Preset(Preset::Unit)).pass();
    play.on(Input::Size(WIDE));
    assert!(matches!(play.sent()[..], [Request::Resize { size: WIDE, .. }]));
    assert!(play.run().outcome().is_some(), "what is on screen stays until the model is read");
    read(&mut play, WIDE);
    assert_eq!(play.explorer().size, Some(WIDE));
    let selection = &play.explorer().selection;
    assert_eq!((selection.layer, selection.channel, selection.class), (Some(LayerId(1)), Some(1), Some(2)));
    assert_eq!(play.explorer().preset_in_use(), Preset::Unit);
    assert_eq!(play.runs(), 1);

    play.on(Input::Size([1, 1]));
    read(&mut play, [1, 1]);
    assert_eq!(play.explorer().size, None, "its own");
}

#[test]
fn a_size_is_chosen_of_the_model_in_use_and_of_none_on_its_way() {
    let mut play = Play::done();
    play.on(Input::Given(vec![file(5, "net.onnx", "")])).fetched();
    assert!(play.on(Input::Size(WIDE)).effects.is_empty());
    play.loaded();
    assert_eq!((play.explorer().name.as_str(), play.explorer().size), ("net.onnx", None));
    play.on(Input::Size(WIDE)).on(Input::Size([96, 64]));
    assert!(play.effects.is_empty(), "one at a time");
}

#[test]
fn a_size_that_cannot_be_is_said_and_nothing_is_lost() {
    let mut play = Play::done();
    let before = play.id();
    for size in [[31, 64], [64, 1025], [0, 0]] {
        play.on(Input::Size(size));
        assert!(play.effects.is_empty(), "{size:?}");
        let error = complaint(&play.session);
        assert!(
            matches!(
                error,
                Error::Model { why: ModelError::Size { least: Some([32, 32]), most: 1024, .. }, .. }
            ),
            "{error:?}"
        );
    }
    // One that the engine finds too large.
    play.on(Input::Size([1024, 1024]));
    let (load, why) = (play.load(), ModelError::TooBig { units: 1 << 40 });
    play.reply(Reply::NotLoaded { load, error: Error::Model { name: String::new(), why } });
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::TooBig { .. }, .. }));
    assert_eq!((play.id(), play.explorer().size), (before, None));
    assert!(play.session.inputs.loading.is_none());
}

#[test]
fn a_new_engine_reads_the_model_for_the_size_that_was_chosen() {
    let mut play = Play::done();
    play.on(Input::Size(WIDE));
    read(&mut play, WIDE);
    play.on(EngineEvent::Died { detail: String::new() }).ready().fetched();
    assert!(play.sent().iter().any(|request| matches!(request, Request::Load { size: Some(WIDE), .. })));
    read(&mut play, WIDE);
    assert!(play.explorer().live && play.explorer().size == Some(WIDE));
}

#[test]
fn an_engine_that_dies_of_a_size_is_not_the_files_fault() {
    let mut play = Play::done();
    play.on(Input::Size(WIDE)).on(EngineEvent::Died { detail: String::new() });
    assert!(matches!(complaint(&play.session), Error::Engine(_)));
    play.ready().fetched();
    assert!(play.sent().iter().any(|request| matches!(request, Request::Load { size: None, .. })));
}

#[test]
fn protocols_are_asked_once_the_run_is_over_and_forgotten_with_it() {
    let question = evaluation::Question { crops: false };
    let mut play = Play::running();
    play.layers().on(Explore::Evaluate(Some(question)));
    assert_eq!(play.asked_of::<evaluation::Question>(), None, "before there is an answer to compare with");
    assert_eq!(play.finish().asked_of(), Some(question));
    let run = play.id();
    let row = |protocol| evaluation::Row {
        protocol,
        probabilities: vec![0.1, 0.2, 0.7],
        passes: 2,
        ms: 1.0,
        maps: None,
    };
    let one = evaluation::Answer { rows: vec![row(evaluation::Protocol::Dense(256))] };
    let partial = Some(evaluation::Question::answer(one.clone()));
    play.reply(Reply::Progress { run, question: question.into(), done: 2, of: 6, partial });
    assert_eq!(**play.run().answers.to(question).unwrap(), one);
    play.on(Explore::Stop(Kind::Evaluation));
    assert_eq!(play.stopped(), [Question::from(question)]);
    assert_eq!(play.run().answers.phase(Kind::Evaluation), Some(&Phase::Stopped));
    play.on(Explore::AskAgain(Kind::Evaluation));
    assert_eq!(play.asked_of(), Some(question));
    // Another photo is not evaluated unasked.
    play.on(Input::Fit(Fit::Squeeze));
    assert!(play.run().evaluate.is_none());
}

#[test]
fn what_is_no_classifier_is_not_evaluated() {
    for (meaning, others) in [(Meaning::Embedding, OtherSizes::Any), (Meaning::Softmax, OtherSizes::None)] {
        let mut play = Play::open();
        play.ready().fetched();
        let mut model = model();
        (model.meaning, model.sizes.others) = (meaning, others);
        let load = play.load();
        play.reply(Reply::Loaded { load, model: Box::new(model) });
        assert!(!play.explorer().can_evaluate(), "{meaning:?} {others:?}");
    }
}
