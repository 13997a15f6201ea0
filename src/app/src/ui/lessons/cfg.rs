//! A network from a list of channels and pools: its layers, its size, and its code follow every change.

use vggscope_core::nn::Layer;
use vggscope_core::session::Lang;
use vggscope_core::text::{cfg_error, count, layer_line, lesson_words, macs, shape, words};
use vggscope_core::vgg::cfg::{self, NAMES};
use vggscope_core::vgg::configuration::{self, CLASSIFIER, Entry, SIDE};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::shared::controls::Choice;

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
                Ok(entries) => network(lang, entries, *norm),
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

fn network(lang: Lang, entries: &[Entry], norm: bool) -> Html {
    let (words, page) = (lesson_words(lang), words(lang));
    let architecture = configuration::architecture("", entries, SIDE, &CLASSIFIER, norm);
    let rows = configuration::stack(entries, SIDE).rows().unwrap_or_default();
    let field = rows.last().map_or(1, |row| row.reach[0].size());
    let line = |(at, layer): (usize, &Layer)| {
        html! {
            <tr>
                <th scope="row">{ &layer.name }</th>
                <td>{ layer_line(lang, layer) }</td>
                <td class="map number">{ shape(layer.shape) }</td>
                <td class="field number">{ rows.get(at).map_or("–".to_owned(), |row| row.reach[0].size().to_string()) }</td>
                <td class="kernel number">{ count(layer.parameters) }</td>
            </tr>
        }
    };
    html! {
        <>
            <div role="status"><dl class="facts">
                <dt>{ page.parameters }</dt><dd class="kernel">{ count(architecture.parameters()) }</dd>
                <dt>{ "MAC" }</dt><dd>{ macs(architecture.macs() as f64) }</dd>
                <dt>{ page.calc_field }</dt><dd class="field">{ field }</dd>
            </dl></div>
            <details open=true>
                <summary>{ words.cfg_output }</summary>
                <div class="scroll editor" tabindex="0" role="group" aria-label={words.cfg_output}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ page.calc_layer }</th>
                                <th scope="col">{ page.calc_kind }</th>
                                <th scope="col" class="map number">{ page.calc_size }</th>
                                <th scope="col" class="field number">{ page.calc_field }</th>
                                <th scope="col" class="kernel number">{ page.parameters }</th>
                            </tr>
                        </thead>
                        <tbody>{ for architecture.layers[1..].iter().enumerate().map(line) }</tbody>
                    </table>
                </div>
            </details>
            <details>
                <summary>{ words.cfg_code }</summary>
                <pre><code>{ cfg::pytorch(entries, SIDE, &CLASSIFIER, norm) }</code></pre>
            </details>
        </>
    }
}
