//! What is computed of a stack, layer by layer.

use vggscope_core::nn::stack::{Both, End, Row, StackLayer};
use vggscope_core::text::{Words, step_kind, words};
use yew::prelude::*;

use super::{FigureProps, both};

/// The table, for reading.
#[component]
pub fn Table(props: &FigureProps) -> Html {
    let words = words(props.lang);
    let Ok(rows) = props.stack.rows() else { return html! {} };
    let layer = |(at, (step, row)): (usize, (&StackLayer, &Row))| {
        let window = step.window;
        html! {
            <tr>
                <th scope="row">{ at + 1 }</th>
                <td>{ step_kind(props.lang, step.kind) }{ (step.end == End::Ceil).then_some(" (ceil)") }</td>
                <td class="kernel number">{ Both(window.kernel).to_string() }</td>
                <td class="number">{ Both(window.stride).to_string() }</td>
                <td class="number">{ step.padding() }</td>
                { results(row) }
            </tr>
        }
    };
    html! {
        <div class="editor scroll" tabindex="0" role="group" aria-label={words.calc_layers}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "#" }</th>
                        <th scope="col">{ words.calc_kind }</th>
                        <th scope="col" class="kernel number">{ words.calc_kernel }</th>
                        <th scope="col" class="number">{ words.calc_stride }</th>
                        <th scope="col" class="number">{ words.calc_padding }</th>
                        { result_heads(words) }
                    </tr>
                </thead>
                <tbody>{ for props.stack.layers.iter().zip(&rows).enumerate().map(layer) }</tbody>
            </table>
        </div>
    }
}

/// Heads of the columns that [`results`] fills.
pub fn result_heads(words: &Words) -> Html {
    html! {
        <>
            <th scope="col" class="map number">{ words.calc_size }</th>
            <th scope="col" class="field number">{ words.calc_field }</th>
            <th scope="col" class="number">{ words.calc_jump }</th>
            <th scope="col" class="number">{ words.calc_pad }</th>
            <th scope="col" class="number">{ words.calc_centre }</th>
        </>
    }
}

/// Output size, receptive field, effective stride and padding, centre of the first unit.
pub fn results(row: &Row) -> Html {
    let [rows, columns] = &row.reach;
    html! {
        <>
            <td class="map number">{ Both(row.size).to_string() }</td>
            <td class="field number">{ both(rows.size(), columns.size()) }</td>
            <td class="number">{ both(rows.stride(), columns.stride()) }</td>
            <td class="number">{ both(-rows.first(), -columns.first()) }</td>
            <td class="number">{ both(rows.centre(), columns.centre()) }</td>
        </>
    }
}
