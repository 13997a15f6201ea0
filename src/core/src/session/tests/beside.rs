//! Models whose weights stand in files beside them.

use super::*;

fn item(id: u32, name: &str) -> Item {
    Item { id: FileId(id), name: name.into(), bytes: 100, ..Item::default() }
}

/// What was fetched: the model, and the files beside it.
fn fetched(play: &Play) -> Option<(Source, Vec<FileId>)> {
    play.effects.iter().find_map(|effect| match effect {
        Effect::FetchModel { source, beside, .. } => Some((*source, beside.clone())),
        _ => None,
    })
}

/// The engine finds that files are missing.
fn lacks(play: &mut Play, name: &str, files: &[&str]) {
    let load = play.session.inputs.loading.as_ref().unwrap().load;
    let why = ModelError::ExternalData { files: files.iter().map(|file| (*file).to_owned()).collect() };
    play.on(EngineEvent::Reply(Reply::NotLoaded { load, error: Error::Model { name: name.into(), why } }));
}

#[test]
fn both_at_once() {
    let mut play = Play::running();
    play.on(Input::Given(vec![item(8, "a.onnx.data"), item(7, "a.onnx")]));
    assert_eq!(fetched(&play), Some((Source::File(FileId(7)), vec![FileId(8)])));
    assert!(play.session.sources().any(|source| source == Source::File(FileId(8))), "the file is let go");
    assert_eq!(play.session.notice, None);
    // Of another name, since a graph came with it.
    play.on(Input::Given(vec![item(9, "b.onnx"), item(10, "weights.bin")]));
    assert_eq!(fetched(&play), Some((Source::File(FileId(9)), vec![FileId(10)])));
}

#[test]
fn the_model_first() {
    let mut play = Play::running();
    play.on(Input::Given(vec![item(7, "a.onnx")]));
    play.fetched();
    lacks(&mut play, "a.onnx", &["a.bin", "b.bin"]);
    assert!(play.session.sources().any(|source| source == Source::File(FileId(7))), "the model is let go");
    // One of the two: the other is asked for again.
    play.on(Input::Given(vec![item(8, "a.bin")]));
    assert_eq!(fetched(&play), None);
    assert!(matches!(
        &play.session.notice,
        Some(Notice::Error(Error::Model { why: ModelError::ExternalData { .. }, .. }))
    ));
    play.on(Input::Given(vec![item(9, "b.bin")]));
    assert_eq!(fetched(&play), Some((Source::File(FileId(7)), vec![FileId(8), FileId(9)])));
}

#[test]
fn the_weights_first() {
    let mut play = Play::running();
    play.on(Input::Given(vec![item(8, "a.onnx.data")]));
    assert_eq!((fetched(&play), &play.session.notice), (None, &Some(Notice::Beside("a.onnx.data".into()))));
    assert!(play.session.sources().any(|source| source == Source::File(FileId(8))), "the weights are let go");
    play.on(Input::Given(vec![item(7, "a.onnx")]));
    assert_eq!(fetched(&play), Some((Source::File(FileId(7)), vec![FileId(8)])));
}
