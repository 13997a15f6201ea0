//! What the person is to be told, and what is still on its way.

use vggscope_core::session::{Engine, Event, Input, Loading, Notice, Session, Stage};
use vggscope_core::text::{self, bytes, words};
use yew::prelude::*;

use crate::ui::Ui;

/// The banner under the head.
pub fn banner(session: &Session, ui: &Ui) -> Html {
    html! {
        <>
            { told(session, ui) }
            { session.inputs.loading.as_ref().map(|loading| progress(loading, session.explorer.is_some(), ui)) }
        </>
    }
}

fn told(session: &Session, ui: &Ui) -> Html {
    let words = words(ui.lang);
    let retry = ui.tell(|_: MouseEvent| Event::Retry);
    let try_again = html! { <button onclick={retry}>{ words.retry }</button> };
    if let Engine::Failed(error) = &session.engine {
        let error = vggscope_core::error::Error::Engine(error.clone());
        return html! {
            <div class="notice error" role="alert">
                <p>{ text::error(ui.lang, &error) }</p>
                { try_again }
            </div>
        };
    }
    let Some(notice) = &session.notice else { return html! {} };
    let dismiss = ui.tell(|_: MouseEvent| Event::Dismiss);
    let class = if matches!(notice, Notice::Error(_)) { "notice error" } else { "notice" };
    html! {
        <div {class} role="alert">
            <p>{ text::notice(ui.lang, notice) }</p>
            if session.is_stuck() {
                { try_again }
            }
            <button onclick={dismiss}>{ words.close }</button>
        </div>
    }
}

fn progress(loading: &Loading, has_model: bool, ui: &Ui) -> Html {
    let words = words(ui.lang);
    let (line, bar) = match loading.stage {
        Stage::Fetching { loaded, total: Some(total) } => (
            format!("{} {} / {}", words.fetching, bytes(loaded), bytes(total)),
            html! { <progress max={total.to_string()} value={loaded.to_string()} aria-label={words.fetching} /> },
        ),
        Stage::Fetching { loaded, total: None } => (
            format!("{} {}", words.fetching, bytes(loaded)),
            html! { <progress aria-label={words.fetching} /> },
        ),
        Stage::Fetched | Stage::Reading => {
            (words.reading.to_owned(), html! { <progress aria-label={words.reading} /> })
        }
    };
    let stop = ui.tell(|_: MouseEvent| Input::StopFetching);
    // Without the first model there is nothing to go back to.
    let can_stop = matches!(loading.stage, Stage::Fetching { .. }) && has_model;
    html! {
        <div class="loading">
            <span role="status">{ line }</span>
            { bar }
            if can_stop {
                <button onclick={stop}>{ words.stop_fetching }</button>
            }
        </div>
    }
}
