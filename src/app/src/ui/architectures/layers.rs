//! A configuration layer by layer.

use vggscope_core::anatomy::{BYTES, Measure, Part, Terms};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, mebibytes, megabytes, part_line, shape};
use vggscope_core::zoo::Configuration;
use yew::prelude::*;

use super::use_anatomy;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct LayersProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub configuration: Configuration,
    /// How figures are counted.
    pub terms: Terms,
}

/// The table.
#[component]
pub fn Layers(props: &LayersProps) -> Html {
    let LayersProps { lang, configuration, terms } = props;
    let words = arch_words(*lang);
    let anatomy = use_anatomy(*configuration);
    let line = |part: &Part| {
        html! {
            <tr>
                <th scope="row">{ &part.name }</th>
                <td>{ part_line(*lang, part) }</td>
                <td class="map number">{ shape(part.shape) }</td>
                <td class="field number">{ part.reach.size() }</td>
                <td class="map number">{ count(part.floats(*terms)) }</td>
                <td class="kernel number">{ count(part.parameters(*terms)) }</td>
                <td class="number">{ count(part.macs) }</td>
            </tr>
        }
    };
    let floats = anatomy.total(Measure::Floats, *terms);
    html! {
        <div class="scroll layered" tabindex="0" role="group" aria-label={words.layers_title}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ words.layer }</th>
                        <th scope="col">{ words.kind }</th>
                        <th scope="col" class="map number">{ words.shape }</th>
                        <th scope="col" class="field number">{ words.field }</th>
                        <th scope="col" class="map number">{ words.floats }</th>
                        <th scope="col" class="kernel number">{ words.parameters }</th>
                        <th scope="col" class="number">{ words.macs }</th>
                    </tr>
                </thead>
                <tbody>{ for anatomy.parts.iter().map(line) }</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{ words.total }</th>
                        <td colspan="3"></td>
                        <td class="map number">
                            { count(floats) }<br />
                            <small>{ format!("{} = {}", megabytes(floats * BYTES), mebibytes(floats * BYTES)) }</small>
                        </td>
                        <td class="kernel number">{ count(anatomy.total(Measure::Parameters, *terms)) }</td>
                        <td class="number">{ count(anatomy.total(Measure::Macs, *terms)) }</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}
