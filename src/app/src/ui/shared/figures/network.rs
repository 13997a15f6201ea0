//! A network from a list: what it costs, its layers, and its code.

use vggscope_core::nn::Layer;
use vggscope_core::session::Lang;
use vggscope_core::text::{count, layer_line, lesson_words, macs, shape, words};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::configuration;
use yew::prelude::*;

/// The network.
pub fn network(lang: Lang, build: &Build) -> Html {
    let (words, page) = (lesson_words(lang), words(lang));
    let architecture = build.architecture();
    let rows = configuration::stack(&build.entries, build.side).rows().unwrap_or_default();
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
                <pre><code>{ build.pytorch() }</code></pre>
            </details>
        </>
    }
}
