//! What the run on screen took, layer by layer.

use vggscope_core::session::Engine;
use vggscope_core::session::timing::{Algorithm, Timing};
use vggscope_core::text::{
    algorithm, around, conditions, layer_cells, macs, milliseconds, sum_cells, timing_table, timing_words,
};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Props;

/// A panel that can be opened; nothing before the run is done.
#[component]
pub fn Performance(props: &Props) -> Html {
    let Props { session, .. } = props;
    let copied = use_state(|| None);
    let (Some(timing), Some(model), Engine::Ready(variant)) =
        (Timing::of(session), &session.model, &session.engine)
    else {
        return html! {};
    };
    let (lang, net) = (session.lang, &model.about.net);
    let words = timing_words(lang);
    let shown = session.run.as_ref().map(|run| (run.job, lang));
    let just = copied.is_some() && *copied == shown;
    let copy = {
        let (about, timing, variant) = (model.about.clone(), timing.clone(), variant.clone());
        move |_: MouseEvent| {
            input::copy(&timing_table(lang, &about.net, &timing, &variant));
            copied.set(shown);
        }
    };
    let number = |cell: String| html! { <td class="number">{ cell }</td> };
    let most = timing.layers.iter().map(|layer| layer.share).fold(0.0, f32::max);
    let rows = timing.layers.iter().map(|layer| {
        let name = net.layer(layer.layer).map(|layer| layer.short_name().to_owned());
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
            <div class="scroll">
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
                            { for sum_cells(&timing).map(number) }
                        </tr>
                        { for around(lang, &timing).into_iter().map(|(name, time)| html! {
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
