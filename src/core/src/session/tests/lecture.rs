//! Pieces within other pages, and assignments.

use super::*;
use crate::pages::assignment::{Answers, Assignment, Item};
use crate::pages::lesson::Verdict;
use crate::session::catalog::CatalogEntry;

fn at(address: &str) -> Play {
    let prefs = Prefs { lang: Lang::En, theme: Theme::System, presenting: false, letter_keys: true };
    let (session, effects) = Session::open(prefs, address);
    Play { session, effects }
}

fn starts(play: &Play) -> bool {
    play.effects.contains(&Effect::StartEngine)
}

#[test]
fn a_piece_that_needs_no_network_starts_none() {
    for quiet in ["lattice/stack=9x9;3,2,0", "field/9x9;3,2,0", "architectures/D", "nothing"] {
        let mut play = at(&format!("#/embed/{quiet}"));
        assert!(!starts(&play), "{quiet}");
        play.on(Event::Visit("#/".into()));
        assert!(starts(&play), "{quiet}");
    }
    for network in ["explore/cat/3/5", "maps"] {
        assert!(starts(&at(&format!("#/embed/{network}"))), "{network}");
    }
}

#[test]
fn a_step_of_a_lesson_starts_the_engine_once_a_piece_of_it_needs_it() {
    let mut play = at("#/embed/lessons/7/1");
    assert!(!starts(&play));
    play.on(Learn::NeedsEngine);
    assert!(starts(&play));
    play.on(Learn::NeedsEngine);
    assert!(!starts(&play));
}

#[test]
fn an_assignment_chooses_its_model_once_the_catalog_is_known() {
    let entry = |file: &str| CatalogEntry { file: file.into(), bytes: 1 << 20, sha256: String::new() };
    let catalog = || Input::Catalog(vec![entry("vgg11.onnx"), entry("vgg13.onnx")]);
    let assignment = |model: &str| Assignment {
        model: Some(model.into()),
        questions: vec!["Why?".into()],
        ..Assignment::default()
    };
    let address = |model: &str| assignment(model).address().replace("%25", "%");
    let fetches = |play: &Play| {
        play.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::FetchModel { source, .. } => Some(*source),
                _ => None,
            })
            .collect::<Vec<_>>()
    };

    let mut play = at(&address("vgg13.onnx"));
    assert_eq!(fetches(&play), [Source::Default]);
    play.on(catalog());
    assert_eq!(fetches(&play), [Source::Catalog(1)]);
    // What a person chooses afterwards stays.
    play.on(Input::Choose(Some(0))).on(Event::Visit(address("vgg13.onnx")));
    assert_eq!(fetches(&play), []);

    // Opened on a page that has the catalog already.
    let mut play = at("");
    play.on(catalog()).on(Event::Visit(address("vgg11.onnx")));
    assert_eq!(fetches(&play), [Source::Catalog(0)]);

    for known in [catalog(), Input::Catalog(Vec::new())] {
        let mut play = at(&address("vgg19.onnx"));
        play.on(known);
        assert_eq!(fetches(&play), []);
        let why = ModelError::NotInCatalog;
        assert_eq!(play.session.notice, Some(Notice::Error(Error::Model { name: "vgg19.onnx".into(), why })));
    }
}

#[test]
fn a_piece_has_the_language_and_colours_of_its_address_and_remembers_neither() {
    let play = at("#/embed/explore/cat/3/5?lang=zh&theme=dark");
    assert_eq!((play.session.prefs.lang, play.session.prefs.theme), (Lang::Zh, Theme::Dark));
    assert!(play.effects.contains(&Effect::OpenSample("cat".into(), Lang::Zh)));
    assert!(!play.effects.iter().any(|effect| matches!(effect, Effect::SaveLang(_) | Effect::SaveTheme(_))));
}

#[test]
fn answers_are_taken_with_their_time_and_tries() {
    let assignment =
        Assignment { steps: vec![(3, 2)], questions: vec!["Why?".into()], ..Assignment::default() };
    let mut play = at(&assignment.address().replace("%25", "%"));
    assert!(play.effects.contains(&Effect::RestoreAnswers(assignment.address())));
    play.on(Assign::Restored { answers: Answers::default(), opened: 1000.0 });
    let moment = |ms: f64| Moment { ms, text: format!("at {ms}") };
    let mark = |step| Mark { lesson: 3, step, question: Some(1) };
    play.on(Assign::Tried(mark(2), "4".into(), Verdict::Low, moment(3000.0)));
    play.on(Assign::Tried(mark(2), "5".into(), Verdict::Right, moment(6000.0)));
    // A step that was not assigned.
    play.on(Assign::Tried(mark(3), "5".into(), Verdict::Right, moment(7000.0)));
    play.on(Assign::Answer(1, "Because".into(), moment(8000.0)));
    let answers = &play.session.assigned.as_ref().unwrap().answers;
    assert_eq!(answers.entries.len(), 2);
    let lesson = answers.to(Item::Lesson(3, 2, 1)).unwrap();
    assert_eq!((lesson.tries, lesson.seconds, lesson.right), (2, 5.0, Some(true)));
    assert!(matches!(&play.effects[..], [Effect::SaveAnswers { opened: 1000.0, .. }]), "{:?}", play.effects);

    play.on(Assign::HandIn);
    let [Effect::SaveBytes { bytes, .. }] = &play.effects[..] else { panic!("{:?}", play.effects) };
    let table = String::from_utf8(bytes.clone()).unwrap();
    assert!(table.starts_with('\u{feff}') && table.contains("Because"), "{table}");

    // The same address again is the same assignment; another page keeps it.
    play.on(Event::Visit("#/lessons/3/2".into()));
    play.on(Event::Visit(assignment.address().replace("%25", "%")));
    assert_eq!(play.session.assigned.as_ref().unwrap().answers.entries.len(), 2);
    play.on(Assign::Leave);
    assert!(play.session.assigned.is_none());
}
