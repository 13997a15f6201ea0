//! What the run on screen took, layer by layer.

use vggscope_core::model::{Algorithm, Model};
use vggscope_core::session::explorer::timing::Timing;
use vggscope_core::shared::Shared;
use vggscope_core::text::{
    algorithm, around, conditions, layer_cells, macs, milliseconds, sum_cells, timing_table, timing_words,
};
use vggscope_core::wire::{RunId, Variant};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct TimingProps {
    /// The language.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The run on screen.
    pub run: RunId,
    /// What it took.
    pub timing: Timing,
    /// The build of the engine that ran it.
    pub variant: Shared<Variant>,
}

/// A panel that can be opened.
#[component]
pub fn TimingPanel(props: &TimingProps) -> Html {
    let TimingProps { ui, model, run, timing, variant } = props;
    let copied = use_state(|| None);
    let lang = ui.lang;
    let words = timing_words(lang);
    let shown = Some((*run, lang));
    let just = *copied == shown;
    let copy = {
        let (model, timing, variant) = (model.clone(), timing.clone(), variant.clone());
        move |_: MouseEvent| {
            input::copy(&timing_table(lang, &model.architecture, &timing, &variant));
            copied.set(shown);
        }
    };
    let number = |cell: String| html! { <td class="number">{ cell }</td> };
    let most = timing.layers.iter().map(|layer| layer.share).fold(0.0, f32::max);
    let rows = timing.layers.iter().map(|layer| {
        let name = model.architecture.layer(layer.layer).map(|layer| layer.short_name().to_owned());
        let [work, time, rate, share] = layer_cells(layer);
        let width = format!("{:.1}", layer.share / most.max(f32::MIN_POSITIVE) * 100.0);
        html! {
            <tr>
                <th scope="row">{ name }</th>
                <td>{ algorithm(lang, layer.algorithm) }</td>
                { number(work) }{ number(time) }{ number(rate) }
                <td class="number share">
                    { share }
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect {width} height="4" />
                    </svg>
                </td>
            </tr>
        }
    });
    let winograd = timing.layers.iter().any(|layer| layer.algorithm == Algorithm::Winograd);
    html! {
        <details class="performance">
            <summary>
                <strong>{ words.title }</strong>
                { format!(" {} · {} · {}", milliseconds(timing.whole), macs(timing.macs() as f64), conditions(lang, variant)) }
            </summary>
            <div class="scroll" tabindex="0" role="group">
                <table class="figures" aria-label={words.title}>
                    <thead>
                        <tr>
                            <th scope="col">{ words.layer }</th>
                            <th scope="col">{ words.by }</th>
                            { for [words.work, words.time, words.rate, words.share].map(|title| html! {
                                <th scope="col" class="number">{ title }</th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{ words.all_layers }</th>
                            <td></td>
                            { for sum_cells(timing).map(number) }
                        </tr>
                        { for around(lang, timing).into_iter().map(|(name, time)| html! {
                            <tr>
                                <th scope="row" colspan="3">{ name }</th>
                                { number(time) }
                                <td colspan="2"></td>
                            </tr>
                        }) }
                    </tfoot>
                </table>
            </div>
            if winograd {
                <p class="dim">{ words.winograd }</p>
            }
            <button onclick={copy} aria-live="polite">{ if just { words.copied } else { words.copy } }</button>
        </details>
    }
}
