//! The layers of the model in use and what they see, read off its graph: of branches, the union.

use vggscope_core::model::Model;
use vggscope_core::nn::Layer;
use vggscope_core::receptive_field::{Misfit, ReceptiveField};
use vggscope_core::session::Lang;
use vggscope_core::shared::Shared;
use vggscope_core::text::{layer_line, misfit, shape, words};
use yew::prelude::*;

use crate::ui::shared::figures::both;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct GraphProps {
    /// The language.
    pub lang: Lang,
    /// The model in use.
    pub model: Shared<Model>,
}

/// The table.
#[component]
pub fn Graph(props: &GraphProps) -> Html {
    let GraphProps { lang, model } = props;
    let lang = *lang;
    let words = words(lang);
    let layers = model.architecture.layers.iter().zip(&model.receptive_fields);
    // What does not fit where two branches meet is handed on to all layers behind it: it is told once.
    let mut told: Option<Misfit> = None;
    let mut faults = Vec::new();
    for (layer, field) in layers.clone() {
        if field.misfit != told {
            told = field.misfit;
            faults.extend(told.map(|why| misfit(lang, layer.short_name(), why)));
        }
    }
    html! {
        <section class="editor" aria-label={words.calc_graph}>
            <h2>{ words.calc_graph }<small>{ words.calc_graph_hint }</small></h2>
            { for faults.into_iter().map(|fault| html! { <p class="fault" role="alert">{ fault }</p> }) }
            <div class="scroll" tabindex="0" role="group" aria-label={words.calc_graph}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ words.calc_layer }</th>
                            <th scope="col">{ words.calc_kind }</th>
                            <th scope="col" class="map number">{ words.calc_size }</th>
                            <th scope="col" class="field number">{ words.calc_field }</th>
                            <th scope="col" class="number">{ words.calc_jump }</th>
                            <th scope="col" class="number">{ words.calc_pad }</th>
                            <th scope="col" class="number">{ words.calc_centre }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for layers.map(|(layer, field)| html! {
                            <tr>
                                <th scope="row">{ layer.short_name() }</th>
                                <td>{ layer_line(lang, layer) }</td>
                                { figures(layer, field) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn figures(layer: &Layer, field: &ReceptiveField) -> Html {
    let size = html! { <td class="map number">{ shape(layer.shape) }</td> };
    match &field.reach {
        Some([rows, columns]) => html! {
            <>
                { size }
                <td class="field number">{ both(rows.size(), columns.size()) }</td>
                if layer.shape.plane() > 1 {
                    <td class="number">{ both(rows.stride(), columns.stride()) }</td>
                } else {
                    // A single unit has no neighbour.
                    <td class="number dim">{ "–" }</td>
                }
                <td class="number">{ both(-rows.first(), -columns.first()) }</td>
                <td class="number">{ both(rows.centre(), columns.centre()) }</td>
            </>
        },
        None => html! { <>{ size }<td colspan="4" class="number dim">{ "–" }</td></> },
    }
}
