//! The paper's errors by training scale and protocol.

use vggscope_core::paper::{Evaluation, VALIDATION};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, tenths};
use yew::prelude::*;

/// What the tables are given.
#[derive(Properties, PartialEq)]
pub struct ErrorsProps {
    /// The language.
    pub lang: Lang,
}

/// The tables.
#[component]
pub fn Errors(props: &ErrorsProps) -> Html {
    let words = arch_words(props.lang);
    let both =
        |errors: vggscope_core::paper::Errors| format!("{} / {}", tenths(errors.top1), tenths(errors.top5));
    let scales = |at: &[u16]| at.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    html! {
        <section aria-label={words.errors_title}>
            <h2>{ words.errors_title }<small>{ words.errors_hint }</small></h2>
            <div class="scroll" tabindex="0" role="group" aria-label={words.errors_title}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ words.configuration }</th>
                            <th scope="col">{ words.training_scale }</th>
                            <th scope="col" class="number">{ words.single }</th>
                            <th scope="col">{ words.test_scales }</th>
                            <th scope="col" class="number">{ words.multi }</th>
                            <th scope="col">{ words.test_scales }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for VALIDATION.iter().map(|row| html! {
                            <tr>
                                <th scope="row">{ row.letter }</th>
                                <td>{ row.scale.label() }</td>
                                <td class="number">{ both(row.single.errors) }</td>
                                <td class="dim">{ scales(row.single.at) }</td>
                                <td class="number">{ row.multi.map_or("–".to_owned(), |multi| both(multi.errors)) }</td>
                                <td class="dim">{ row.multi.map(|multi| scales(multi.at)) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            <h3>{ words.protocols_title }<small>{ words.protocols_hint }</small></h3>
            <div class="scroll" tabindex="0" role="group" aria-label={words.protocols_title}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ words.configuration }</th>
                            <th scope="col" class="number">{ words.dense_eval }</th>
                            <th scope="col" class="number">{ words.crops_eval }</th>
                            <th scope="col" class="number">{ words.both_eval }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for Evaluation::ALL.iter().map(|row| html! {
                            <tr>
                                <th scope="row">{ row.letter }</th>
                                <td class="number">{ both(row.dense) }</td>
                                <td class="number">{ both(row.crops) }</td>
                                <td class="number">{ both(row.both) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}
