//! The explorer's keys, and the list of them.

use gloo::events::EventListener;
use vggscope_core::session::{Command, Event, Explore, Input, Lang, Preference, Source};
use vggscope_core::text::words;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::browser::input;
use crate::samples::SAMPLES;
use crate::ui::Ui;

/// What the keys are given.
#[derive(Properties, PartialEq)]
pub struct KeysProps {
    /// Language and events.
    pub ui: Ui,
    /// Whether their list is there.
    pub help: bool,
    /// Whether single letters do something.
    pub letters: bool,
    /// Where the photo on screen comes from.
    pub photo: Option<Source>,
}

/// Listens for keys while the explorer is there; shows their list when it is asked for.
#[component]
pub fn Keys(props: &KeysProps) -> Html {
    let KeysProps { ui, help, letters, photo } = props;
    let words = words(ui.lang);
    {
        let emit = ui.emit.clone();
        let photo = *photo;
        use_effect_with((photo, ui.lang), move |&(photo, lang)| {
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "keydown", move |event| {
                    let key = event.dyn_ref().and_then(input::free_key);
                    if let Some(event) = key.and_then(|key| meaning(&key, photo, lang)) {
                        emit.emit(event);
                    }
                })
            });
            move || drop(listener)
        });
    }
    let letters_chosen = ui.tell(|event: web_sys::Event| Preference::LetterKeys(input::checked(&event)));
    let toggle = ui.tell(|_: MouseEvent| Event::Help);
    let rows = [
        ("← → ↑ ↓", words.key_arrows),
        ("u o", words.key_layers),
        ("e w", words.key_photos),
        ("z", words.key_zoom),
        ("f", words.key_freeze),
        ("p", words.presenting_hint),
        ("h", words.key_help),
        ("Esc", words.key_back),
    ];
    html! {
        <section class="keys" aria-label={words.keys}>
            <button class="small" aria-expanded={help.to_string()} onclick={toggle}>{ words.keys }{ " (h)" }</button>
            if *help {
                <dl>
                    { for rows.into_iter().map(|(keys, what)| html! {
                        <>
                            <dt>{ for keys.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                            <dd>{ what }</dd>
                        </>
                    }) }
                </dl>
                <label>
                    <input type="checkbox" checked={*letters} onchange={letters_chosen} />
                    { words.letter_keys }
                </label>
            }
        </section>
    }
}

fn meaning(key: &str, photo: Option<Source>, lang: Lang) -> Option<Event> {
    let command = match key {
        "ArrowLeft" => Command::PreviousChannel,
        "ArrowRight" => Command::NextChannel,
        "u" => Command::PreviousLayer,
        "o" => Command::NextLayer,
        "z" => Command::Zoom,
        "f" => Command::Freeze,
        "h" => return Some(Event::Help),
        "Escape" => Command::Back,
        "e" => return sample(photo, SAMPLES.len() - 1, lang),
        "w" => return sample(photo, 1, lang),
        _ => return None,
    };
    Some(Explore::Command(command).into())
}

/// The sample photo so many after the one on screen, the list taken as a ring; else the first.
fn sample(photo: Option<Source>, after: usize, lang: Lang) -> Option<Event> {
    let index = match photo {
        Some(Source::Sample(at)) => (at + after) % SAMPLES.len(),
        _ => 0,
    };
    let name = SAMPLES.get(index)?.title(lang).to_owned();
    Some(Input::Sample { index, name }.into())
}
