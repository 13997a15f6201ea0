//! What files are taken for, folders, and files that are gone.

use super::*;

/// A file of whose kind neither its name nor its type tells.
fn unnamed(head: &[u8]) -> Item {
    Item { head: head.to_vec(), ..file(7, "download", "") }
}

fn golden(path: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    bytes[..bytes.len().min(1024)].to_vec()
}

#[test]
fn first_bytes_tell_what_a_name_does_not() {
    for path in [
        "golden/photos/plain.jpg",
        "golden/photos/palette.png",
        "golden/photos/webp.webp",
        "golden/photos/animated.gif",
        "cases/photos/heic.heic",
    ] {
        let mut play = Play::done();
        play.on(Input::Given(vec![unnamed(&golden(path))]));
        assert!(matches!(play.effects[..], [Effect::OpenPhoto { .. }]), "{path}");
    }
    for path in [
        "golden/nets/alexnet-old.onnx",
        "golden/nets/vgg13-dynamo.onnx",
        "golden/weights/vgg11-stream.pth",
        "golden/weights/vgg13bn-zip.pth",
        "golden/weights/vgg16-timm.safetensors",
        "golden/weights/vgg16.h5",
        "golden/weights/vgg16.keras",
        "golden/weights/vgg16.caffemodel",
        "golden/weights/vgg16-new.caffemodel",
    ] {
        let mut play = Play::done();
        play.on(Input::Given(vec![unnamed(&golden(path))]));
        assert!(matches!(play.effects[..], [Effect::FetchModel { .. }]), "{path}");
    }
    for words in [
        &b""[..],
        b"Only words.\n",
        b"\nlist\nof names",
        b"<html>",
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0",
    ] {
        let mut play = Play::done();
        play.on(Input::Given(vec![unnamed(words)]));
        assert!(
            matches!(complaint(&play.session), Error::Photo { why: PhotoError::UnknownKind, .. }),
            "{words:?}"
        );
    }
}

#[test]
fn first_bytes_are_asked_for_where_nothing_else_tells() {
    assert!(unnamed(&[]).wants_head() && file(1, "a.ckpt", "application/octet-stream").wants_head());
    for (name, media) in
        [("a.jpg", ""), ("a", "image/jpeg"), ("a.onnx", ""), ("a.mp4", "video/mp4"), ("a.txt", "")]
    {
        assert!(!file(1, name, media).wants_head(), "{name}");
    }
}

/// A folder, and files in it by their paths.
fn folder(read: Folder, files: &[(&str, &str)]) -> Vec<Item> {
    let folder = Item { folder: Some(read), ..file(1, "stuff", "") };
    let files = files
        .iter()
        .enumerate()
        .map(|(at, (within, name))| Item { within: (*within).to_owned(), ..file(at as u32 + 2, name, "") });
    std::iter::once(folder).chain(files).collect()
}

fn fetched(play: &Play) -> Option<(Source, Vec<FileId>)> {
    play.effects.iter().find_map(|effect| match effect {
        Effect::FetchModel { source, beside, .. } => Some((*source, beside.clone())),
        _ => None,
    })
}

#[test]
fn a_folder_with_a_model_and_its_weights() {
    let mut play = Play::running();
    play.on(Input::Given(folder(
        Folder::Whole,
        &[("/stuff", "vgg16.onnx.data"), ("/stuff", "README.md"), ("/stuff", "vgg16.onnx")],
    )));
    assert_eq!(fetched(&play), Some((Source::File(FileId(4)), vec![FileId(2)])));
    assert_eq!(play.session.notice, None);
}

/// What lies beside a graph is handed over once the graph names it, and nothing else.
#[test]
fn a_folder_with_other_weights_too() {
    let mut play = Play::running();
    let files = [
        ("/stuff", "pytorch_model.bin"),
        ("/stuff", "model.onnx"),
        ("/stuff", "weights"),
        ("/stuff/b", "weights"),
        ("/stuff", "config.json"),
    ];
    play.on(Input::Given(folder(Folder::Whole, &files)));
    assert_eq!(fetched(&play), Some((Source::File(FileId(3)), vec![])));
    assert!(
        !play.effects.iter().any(|effect| matches!(effect, Effect::ReadLabels(_))),
        "settings are no class names"
    );
    let load = play.session.inputs.loading.as_ref().unwrap().load;
    play.fetched();
    let why = ModelError::ExternalData { files: vec!["weights".into()] };
    play.on(EngineEvent::Reply(Reply::NotLoaded {
        load,
        error: Error::Model { name: "model.onnx".into(), why },
    }));
    assert_eq!(fetched(&play), Some((Source::File(FileId(3)), vec![FileId(4)])));
    assert_eq!(play.session.notice, None);
}

#[test]
fn a_folder_of_photos() {
    let mut play = Play::done();
    play.on(Input::Given(folder(
        Folder::Whole,
        &[("/stuff", "b.jpg"), ("/stuff", "a.jpg"), ("/stuff", "notes.md"), ("/stuff", "read.txt")],
    )));
    assert!(matches!(play.effects[..], [Effect::OpenPhoto { source: Source::File(FileId(3)), .. }]));
    assert_eq!(play.session.notice, Some(Notice::Spare(1)));
    // One that is too large to be looked through is said to be.
    play.on(Input::Given(folder(Folder::Partly, &[("/stuff", "a.jpg")])));
    assert_eq!(play.session.notice, Some(Notice::Partly("stuff".into())));
}

#[test]
fn a_folder_with_nothing_to_be_taken() {
    for files in [&[][..], &[("/stuff", "notes.md"), ("/stuff", "read.txt"), ("/stuff", "logo.svg")]] {
        let mut play = Play::done();
        play.on(Input::Given(folder(Folder::Whole, files)));
        assert!(play.effects.is_empty());
        assert_eq!(complaint(&play.session), &Error::Photo { name: "stuff".into(), why: PhotoError::Folder });
    }
}

/// Moved or deleted between being chosen and being read: it is told, and what is on screen stays.
#[test]
fn files_that_are_gone() {
    let mut play = Play::done();
    let before = (play.session.photo.clone(), play.id(), play.explorer().name.clone());
    let same = |play: &Play| (play.session.photo.clone(), play.id(), play.explorer().name.clone()) == before;
    play.on(Input::Given(vec![file(1, "gone.jpg", "image/jpeg")]));
    play.on(Input::PhotoRefused { id: PhotoId(2), why: PhotoError::Gone });
    assert!(matches!(complaint(&play.session), Error::Photo { why: PhotoError::Gone, .. }) && same(&play));
    play.on(Input::Given(vec![file(2, "gone.onnx", "")]));
    let load = play.session.inputs.loading.as_ref().unwrap().load;
    play.on(Input::ModelRefused { load, why: ModelError::Gone });
    assert!(matches!(complaint(&play.session), Error::Model { why: ModelError::Gone, .. }) && same(&play));
    assert!(play.sent().is_empty() && play.session.inputs.loading.is_none());
    play.on(Input::Given(vec![file(3, "gone.txt", "")]));
    play.on(Input::LabelsGone { name: "gone.txt".into() });
    assert_eq!(complaint(&play.session), &Error::Gone { name: "gone.txt".into() });
    assert!(same(&play) && play.explorer().model.labels[0].en == "a");
}
