//! What the person is to be told, and what is still on its way.

use vggscope_core::session::{Engine, Event, Notice, Stage};
use vggscope_core::text::{self, bytes, words};
use yew::prelude::*;

use crate::ui::Props;

/// The banner under the head.
#[component]
pub fn Banner(props: &Props) -> Html {
    html! {
        <>
            { told(props) }
            { progress(props) }
        </>
    }
}

fn told(Props { session, emit }: &Props) -> Html {
    let words = words(session.lang);
    let retry = emit.reform(|_: MouseEvent| Event::Retry);
    let try_again = html! { <button onclick={retry}>{ words.retry }</button> };
    if let Engine::Failed(error) = &session.engine {
        let error = vggscope_core::error::Error::Engine(error.clone());
        return html! {
            <div class="notice error" role="alert">
                <p>{ text::error(session.lang, &error) }</p>
                { try_again }
            </div>
        };
    }
    let Some(notice) = &session.notice else { return html! {} };
    let dismiss = emit.reform(|_: MouseEvent| Event::Dismiss);
    let failed = session.run.as_ref().is_some_and(|run| run.is_over_without_answer());
    let stuck = failed || session.model.is_none() && session.loading.is_none();
    let class = if matches!(notice, Notice::Error(_)) { "notice error" } else { "notice" };
    html! {
        <div {class} role="alert">
            <p>{ text::notice(session.lang, notice) }</p>
            if stuck {
                { try_again }
            }
            <button onclick={dismiss}>{ words.close }</button>
        </div>
    }
}

fn progress(Props { session, emit }: &Props) -> Html {
    let words = words(session.lang);
    let Some(loading) = &session.loading else { return html! {} };
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
    let stop = emit.reform(|_: MouseEvent| Event::StopFetching);
    // Without the first model there is nothing to go back to.
    let can_stop = matches!(loading.stage, Stage::Fetching { .. }) && session.model.is_some();
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
