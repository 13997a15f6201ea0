//! How the values of one layer are distributed, in each network.

use vggscope_core::explain::spread::{Answer, Spread};
use vggscope_core::session::Lang;
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, build_words, percent};
use yew::prelude::*;

use super::spread::name;
use crate::ui::shared::controls::Choice;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct HistogramsProps {
    /// The language.
    pub lang: Lang,
    /// What was found.
    pub answer: Shared<Answer>,
    /// The names of the layers.
    pub names: Vec<AttrValue>,
}

/// The panel.
#[component]
pub fn Histograms(props: &HistogramsProps) -> Html {
    let HistogramsProps { lang, answer, names } = props;
    let words = build_words(*lang);
    // The layer that the paper's trick is about: deep enough to see what dies.
    let chosen = use_state_eq(|| names.len().saturating_sub(2));
    let pick = {
        let chosen = chosen.clone();
        move |at: usize| chosen.set(at)
    };
    html! {
        <section class="histograms" aria-label={words.histograms}>
            <h3>{ words.histograms }</h3>
            <Choice label={words.layer} options={names.clone()} chosen={*chosen} {pick} />
            <ul>
                { for answer.networks.iter().filter_map(|network| {
                    let layer = network.layers.get(*chosen)?;
                    Some(html! { <li>{ histogram(*lang, name(*lang, network.rule), layer) }</li> })
                }) }
            </ul>
            <p class="dim">{ words.histograms_hint }</p>
        </section>
    }
}

fn histogram(lang: Lang, name: &'static str, layer: &Spread) -> Html {
    let words = build_words(lang);
    let most = layer.counts.iter().copied().max().unwrap_or(0).max(1);
    let width = 160.0 / layer.counts.len().max(1) as f64;
    let bar = |(at, count): (usize, &u32)| {
        let height = f64::from(*count) / f64::from(most) * 60.0;
        html! {
            <rect x={format!("{:.2}", at as f64 * width)} y={format!("{:.2}", 60.0 - height)} width={format!("{:.2}", width - 0.5)}
                height={format!("{height:.2}")} />
        }
    };
    let [low, high] = layer.range.map(text::value);
    let silent = format!("{} {}", percent(layer.silent), words.silent);
    html! {
        <figure>
            <figcaption><strong>{ name }</strong><span class="dim">{ &silent }</span></figcaption>
            <svg viewBox="0 0 160 60" role="img" aria-label={format!("{name}: {low} – {high}, {silent}")}>
                { for layer.counts.iter().enumerate().map(bar) }
                <line x1="0" x2="160" y1="60" y2="60" />
            </svg>
            <div class="range dim"><span>{ low }</span><span>{ high }</span></div>
        </figure>
    }
}
