//! The paper's errors, by training scale and by protocol.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, tenths};
use vggscope_core::vgg::paper::{Errors as Both, Evaluation, Measured, Tested, VALIDATION, validation_csv};
use yew::prelude::*;

use super::export::CsvButton;

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
    html! {
        <section class="errors" aria-label={words.errors_title}>
            <h2>
                { words.errors_title }<small>{ words.errors_hint }</small>
                <CsvButton label={words.errors_csv} name="vgg-errors.csv" make={Callback::from(|()| validation_csv())} />
            </h2>
            <div class="scroll" tabindex="0" role="group">
                <table class="figures">
                    <thead>
                        <tr>
                            <td rowspan="2"></td>
                            <th scope="col" rowspan="2">{ words.training_scale }</th>
                            <th scope="colgroup" colspan="3">{ words.single }</th>
                            <th scope="colgroup" colspan="3">{ words.multi }</th>
                        </tr>
                        <tr>
                            { for (0..2).map(|_| html! {
                                <>
                                    <th scope="col">{ words.test_scales }</th>
                                    <th scope="col" class="number">{ "top-1" }</th>
                                    <th scope="col" class="number">{ "top-5" }</th>
                                </>
                            }) }
                        </tr>
                    </thead>
                    { for VALIDATION.chunk_by(|one, next| one.letter == next.letter).map(rows) }
                </table>
            </div>
            <h3>{ words.protocols_title }<small>{ words.protocols_hint }</small></h3>
            <div class="scroll" tabindex="0" role="group">
                <table class="figures">
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col" class="number">{ words.dense_eval }</th>
                            <th scope="col" class="number">{ words.crops_eval }</th>
                            <th scope="col" class="number">{ words.both_eval }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { for Evaluation::ALL.iter().map(|row| html! {
                            <tr>
                                <th scope="row">{ row.letter }</th>
                                { for [row.dense, row.crops, row.both].map(|errors| html! {
                                    <td class="number">{ both(errors) }</td>
                                }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn rows(of_one: &[Measured]) -> Html {
    html! {
        <tbody>
            { for of_one.iter().enumerate().map(|(at, row)| html! {
                <tr>
                    if at == 0 {
                        <th scope="rowgroup" rowspan={of_one.len().to_string()}>{ row.letter }</th>
                    }
                    <th scope="row">{ row.scale.label() }</th>
                    { tested(Some(row.single)) }
                    { tested(row.multi) }
                </tr>
            }) }
        </tbody>
    }
}

fn tested(tested: Option<Tested>) -> Html {
    let Some(Tested { errors, at }) = tested else {
        return html! { <><td class="dim">{ "–" }</td><td class="number">{ "–" }</td><td class="number">{ "–" }</td></> };
    };
    let scales: Vec<String> = at.iter().map(u16::to_string).collect();
    html! {
        <>
            <td class="dim">{ scales.join(", ") }</td>
            <td class="number">{ tenths(errors.top1) }</td>
            <td class="number">{ tenths(errors.top5) }</td>
        </>
    }
}

fn both(errors: Both) -> String {
    format!("{} / {}", tenths(errors.top1), tenths(errors.top5))
}
