//! What is kept for when there is no network.

use super::*;

fn keeps(play: &Play) -> bool {
    play.effects.iter().any(|effect| matches!(effect, Effect::Offline(OfflineTask::Keep { .. })))
}

#[test]
fn the_page_is_kept_once_it_has_a_model_and_an_engine() {
    let mut play = Play::open();
    play.on(OfflineEvent::Found { bytes: 0, wanted: true });
    assert!(!keeps(&play));
    play.ready();
    assert!(!keeps(&play));
    play.fetched().loaded();
    assert!(keeps(&play), "{:?}", play.effects);
    play.on(OfflineEvent::Keeping { done: 1, of: 2 });
    assert!(!keeps(&play));
    play.on(OfflineEvent::Found { bytes: 2, wanted: true });
    assert_eq!(play.session.offline.kept, Kept::Whole { bytes: 2 });
    assert!(!keeps(&play));
}

#[test]
fn what_was_forgotten_stays_forgotten_until_it_is_wanted() {
    let mut play = Play::running();
    play.on(OfflineEvent::Found { bytes: 9, wanted: true }).on(OfflineEvent::Forget);
    assert!(play.effects.contains(&Effect::Offline(OfflineTask::Forget)));
    play.on(OfflineEvent::Found { bytes: 0, wanted: false });
    assert_eq!(play.session.offline.kept, Kept::Nothing);
    assert!(!keeps(&play));
    play.on(OfflineEvent::Keep);
    assert!(keeps(&play));
}

#[test]
fn what_could_not_be_kept_is_not_tried_again_unasked() {
    let mut play = Play::running();
    play.on(OfflineEvent::Failed(NotKept::Room));
    assert!(!keeps(&play));
    play.on(Event::Dismiss);
    assert!(!keeps(&play));
    play.on(OfflineEvent::Keep);
    assert!(keeps(&play));
}

#[test]
fn a_new_version_is_offered_and_not_forced() {
    let mut play = Play::running();
    play.on(OfflineEvent::NewVersion);
    assert!(play.session.offline.update && play.effects.is_empty());
    play.on(OfflineEvent::Update);
    assert_eq!(play.effects, [Effect::Offline(OfflineTask::Update)]);
}
