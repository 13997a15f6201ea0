//! A network from a list of channels and pools: its layers, its size, and its code follow every change.

use vggscope_core::session::Lang;
use vggscope_core::text::{cfg_error, lesson_words};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::cfg::{self, NAMES};
use vggscope_core::vgg::initialise::Initialisation;
use yew::prelude::*;

use crate::browser::input;
use crate::ui::shared::controls::Choice;
use crate::ui::shared::figures::network::network;

/// What the piece is given.
#[derive(Properties, PartialEq)]
pub struct CfgProps {
    /// The language.
    pub lang: Lang,
}

/// The piece.
#[component]
pub fn Cfg(props: &CfgProps) -> Html {
    let lang = props.lang;
    let words = lesson_words(lang);
    let text = use_state_eq(|| of_name(2));
    let norm = use_state_eq(|| false);
    let oninput = {
        let text = text.clone();
        move |event: InputEvent| text.set(input::text(&event))
    };
    let pick = {
        let text = text.clone();
        move |at: usize| text.set(of_name(at))
    };
    let turn = {
        let norm = norm.clone();
        move |_: yew::Event| norm.set(!*norm)
    };
    let read = cfg::read(&text);
    let chosen = (0..NAMES.len()).find(|at| of_name(*at) == *text);
    let own = chosen.is_none().then_some("–");
    let options: Vec<AttrValue> =
        NAMES.iter().map(|(name, _)| *name).chain(own).map(AttrValue::from).collect();
    html! {
        <section class="piece" aria-label={words.cfg}>
            <div class="controls">
                <Choice label={words.cfg_start} {options} chosen={chosen.unwrap_or(NAMES.len())} {pick} />
                <label class="choice"><input type="checkbox" checked={*norm} onchange={turn} /><span>{ words.norm }</span></label>
            </div>
            <label class="line">
                <span>{ words.cfg_list }</span>
                <input type="text" spellcheck="false" autocomplete="off" value={(*text).clone()} {oninput}
                    aria-invalid={read.is_err().then_some("true")} />
            </label>
            { match &read {
                Ok(entries) => network(lang, &Build { batch_norm: *norm, ..Build::of(entries, Initialisation::Xavier) }),
                Err(error) => html! { <p class="fault" role="alert">{ cfg_error(lang, error) }</p> },
            } }
        </section>
    }
}

fn of_name(at: usize) -> String {
    NAMES
        .get(at)
        .and_then(|(name, _)| cfg::read(name).ok())
        .map(|entries| cfg::write(&entries))
        .unwrap_or_default()
}
