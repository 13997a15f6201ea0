//! What is kept for when there is no network, and the offer of a new version.

use vggscope_core::session::{Kept, Offline, OfflineEvent};
use vggscope_core::text::{kept, offline_words};
use yew::prelude::*;

use crate::ui::Ui;

/// What the line is given.
#[derive(Properties, PartialEq)]
pub struct OfflineProps {
    /// Language and events.
    pub ui: Ui,
    /// What is kept.
    pub offline: Offline,
}

/// The line of the foot that says what is kept.
#[component]
pub fn OfflineLine(props: &OfflineProps) -> Html {
    let OfflineProps { ui, offline } = props;
    let words = offline_words(ui.lang);
    let Some(line) = kept(ui.lang, &offline.kept) else { return html! {} };
    let button = |event: OfflineEvent, name: &'static str| {
        let tell = ui.tell(move |_: MouseEvent| event.clone());
        html! { <button onclick={tell}>{ name }</button> }
    };
    let button = match offline.kept {
        Kept::Whole { .. } => button(OfflineEvent::Forget, words.forget),
        Kept::Nothing | Kept::Failed(_) => button(OfflineEvent::Keep, words.keep),
        _ => html! {},
    };
    html! {
        <p class="offline">
            <span>{ line }</span>
            { button }
        </p>
    }
}

/// The offer of a new version, while there is one.
#[component]
pub fn Update(props: &OfflineProps) -> Html {
    let OfflineProps { ui, offline } = props;
    let words = offline_words(ui.lang);
    if !offline.update {
        return html! {};
    }
    let update = ui.tell(|_: MouseEvent| OfflineEvent::Update);
    html! {
        <div class="notice" role="status">
            <p>{ words.new_version }</p>
            <button onclick={update}>{ words.update }</button>
        </div>
    }
}
