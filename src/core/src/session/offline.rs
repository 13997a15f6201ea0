//! What the browser keeps of the page for when there is no network, and whether a new version of it is there.

use super::{Effect, Engine, Session};

/// What is kept, as the page knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offline {
    /// What is kept.
    pub kept: Kept,
    /// Whether a new version of the page stands ready.
    pub update: bool,
}

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nothing is known: the service worker has not answered.
    #[default]
    Unknown,
    /// There is no service worker: a private window, an address without TLS, an embedded page, or the browser refuses one.
    Unavailable,
    /// Nothing, since the person wants it so.
    Nothing,
    /// Nothing yet: it is kept once the page has its model.
    Soon,
    /// It is being kept.
    Keeping {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// All that the page needs.
    Whole {
        /// Its size.
        bytes: u64,
    },
    /// It could not be kept.
    Failed(NotKept),
}

/// Why the page could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The browser gives no more room.
    Room,
    /// A file did not come, or not whole, or is another version's.
    Fetch,
}

/// What happens to what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfflineEvent {
    /// There is no service worker.
    Unavailable,
    /// So much is kept; if nothing is, whether the person wants that it is.
    Found {
        /// Bytes.
        bytes: u64,
        /// Whether it is to be kept.
        wanted: bool,
    },
    /// It is being kept.
    Keeping {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// It could not be kept.
    Failed(NotKept),
    /// A new version of the page stands ready.
    NewVersion,
    /// The person wants the page to be kept.
    Keep,
    /// The person wants all of it forgotten.
    Forget,
    /// The person wants the new version.
    Update,
}

/// What the service worker is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfflineTask {
    /// Keep the page with this variant of the engine.
    Keep {
        /// The variant's name.
        variant: String,
    },
    /// Forget all that is kept.
    Forget,
    /// Let the new version take over, and load it.
    Update,
}

impl Session {
    pub(super) fn offline_event(&mut self, event: OfflineEvent, effects: &mut Vec<Effect>) {
        let kept = match event {
            OfflineEvent::Unavailable => Kept::Unavailable,
            OfflineEvent::Found { bytes: 0, wanted: true } | OfflineEvent::Keep => Kept::Soon,
            OfflineEvent::Found { bytes: 0, wanted: false } => Kept::Nothing,
            OfflineEvent::Found { bytes, .. } => Kept::Whole { bytes },
            OfflineEvent::Keeping { done, of } => Kept::Keeping { done, of },
            OfflineEvent::Failed(why) => Kept::Failed(why),
            OfflineEvent::NewVersion => {
                self.offline.update = true;
                return;
            }
            OfflineEvent::Forget => {
                effects.push(Effect::Offline(OfflineTask::Forget));
                return;
            }
            OfflineEvent::Update => {
                effects.push(Effect::Offline(OfflineTask::Update));
                return;
            }
        };
        self.offline.kept = kept;
    }

    /// Has the page kept once it has its engine and a model, so that nothing that a person waits for waits for that.
    pub(super) fn keep_offline(&mut self, effects: &mut Vec<Effect>) {
        let Engine::Ready { variant, .. } = &self.engine else { return };
        if self.offline.kept == Kept::Soon && self.explorer.is_some() {
            self.offline.kept = Kept::Keeping { done: 0, of: 0 };
            effects.push(Effect::Offline(OfflineTask::Keep { variant: variant.name.clone() }));
        }
    }
}
