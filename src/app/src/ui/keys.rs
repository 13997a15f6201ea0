//! The explorer's keys, and the list of them.

use gloo::events::EventListener;
use vggscope_core::session::{Command, Event, Session, Source};
use vggscope_core::text::words;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::Props;
use crate::browser::input;
use crate::samples::SAMPLES;

/// Listens for keys while the explorer is there; shows their list when it is asked for.
#[component]
pub fn Keys(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    {
        let (session, emit) = (session.clone(), emit.clone());
        use_effect_with(session.clone(), move |_| {
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "keydown", move |event| {
                    let key = event.dyn_ref().and_then(input::free_key);
                    if let Some(event) = key.and_then(|key| meaning(&session, &key)) {
                        emit.emit(event);
                    }
                })
            });
            move || drop(listener)
        });
    }
    let toggle = emit.reform(|_: MouseEvent| Event::Command(Command::Help));
    let rows = [
        ("← → ↑ ↓", words.key_arrows),
        ("u o", words.key_layers),
        ("e w", words.key_photos),
        ("z", words.key_zoom),
        ("f", words.key_freeze),
        ("h", words.key_help),
        ("Esc", words.key_back),
    ];
    html! {
        <section class="keys" aria-label={words.keys}>
            <button class="small" aria-expanded={session.help.to_string()} onclick={toggle}>{ words.keys }{ " (h)" }</button>
            if session.help {
                <dl>
                    { for rows.into_iter().map(|(keys, what)| html! {
                        <>
                            <dt>{ for keys.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                            <dd>{ what }</dd>
                        </>
                    }) }
                </dl>
            }
        </section>
    }
}

fn meaning(session: &Session, key: &str) -> Option<Event> {
    let command = match key {
        "ArrowLeft" => Command::PreviousChannel,
        "ArrowRight" => Command::NextChannel,
        "u" => Command::PreviousLayer,
        "o" => Command::NextLayer,
        "z" => Command::Zoom,
        "f" => Command::Freeze,
        "h" => Command::Help,
        "Escape" => Command::Back,
        "e" => return sample(session, SAMPLES.len() - 1),
        "w" => return sample(session, 1),
        _ => return None,
    };
    Some(Event::Command(command))
}

/// The sample photo so many after the one on screen, the list taken as a ring; else the first.
fn sample(session: &Session, after: usize) -> Option<Event> {
    let index = match session.photo.as_ref().map(|photo| photo.source) {
        Some(Source::Sample(at)) => (at + after) % SAMPLES.len(),
        _ => 0,
    };
    let name = SAMPLES.get(index)?.title(session.lang).to_owned();
    Some(Event::Sample { index, name })
}
