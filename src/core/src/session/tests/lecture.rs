//! Pieces within other pages, and assignments.

use super::*;
use crate::pages::assignment::{Answers, Assignment, Item};
use crate::pages::lesson::Verdict;

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
    for network in ["explore/cat/3/5", "lessons/2/1", "maps"] {
        assert!(starts(&at(&format!("#/embed/{network}"))), "{network}");
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
    assert!(matches!(&play.effects[..], [Effect::SaveAnswers(..)]), "{:?}", play.effects);

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
