//! Two configurations: what differs in the layers, what the errors say, what follows.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, conclusion, costs, points, tenths};
use vggscope_core::vgg::paper::{Errors, Pair, Protocol, Scale, change_in, errors};
use yew::prelude::*;

use super::differences::Differences;
use super::slopes::Slopes;

/// What the comparison is given.
#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    /// The language.
    pub lang: Lang,
    /// The two.
    pub pair: Pair,
    /// Whether it is the only comparison of the page, whose parts then are regions of it.
    #[prop_or(true)]
    pub alone: bool,
}

/// The comparison.
#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let ComparisonProps { lang, pair, alone } = props;
    let words = arch_words(*lang);
    let region = |name: &'static str| alone.then_some(name);
    html! {
        <div class="comparison">
            <section aria-label={region(words.differs)}>
                <h3>{ words.differs }</h3>
                <Differences lang={*lang} pair={*pair} />
            </section>
            <section aria-label={region(words.errors_say)}>
                <h3>{ words.errors_say }</h3>
                <Slopes lang={*lang} pair={*pair} />
                { table(*lang, *pair) }
            </section>
            <section class="verdict" aria-label={region(words.conclusion)} aria-live="polite">
                <h3>{ words.conclusion }</h3>
                { for conclusion(*lang, *pair).into_iter().map(|sentence| html! { <p class="prose">{ sentence }</p> }) }
                <h3>{ words.costs }</h3>
                <p class="prose">{ costs(*lang, *pair) }</p>
            </section>
        </div>
    }
}

fn table(lang: Lang, pair: Pair) -> Html {
    let words = arch_words(lang);
    let protocols = [(Protocol::Single, words.single), (Protocol::Multi, words.multi)];
    html! {
        <div class="scroll" tabindex="0" role="group">
            <table class="figures">
                <thead>
                    <tr>
                        <th scope="col">{ words.top1 }</th>
                        <th scope="col">{ "S" }</th>
                        <th scope="col" class="number">{ pair.from }</th>
                        <th scope="col" class="number">{ pair.to }</th>
                        <th scope="col" class="number">{ words.change }</th>
                    </tr>
                </thead>
                { for protocols.into_iter().map(|(protocol, name)| measured(pair, protocol, name)) }
            </table>
        </div>
    }
}

/// The training scales at which either network was tested like this.
fn measured(pair: Pair, protocol: Protocol, name: &'static str) -> Html {
    let both = |scale| [pair.from, pair.to].map(|letter| errors(letter, scale, protocol));
    let scales: Vec<Scale> =
        Scale::ALL.into_iter().filter(|scale| both(*scale).iter().any(Option::is_some)).collect();
    html! {
        <tbody>
            { for scales.iter().enumerate().map(|(at, scale)| html! {
                <tr>
                    if at == 0 {
                        <th scope="rowgroup" rowspan={scales.len().to_string()}>{ name }</th>
                    }
                    <th scope="row">{ scale.label() }</th>
                    { for both(*scale).map(|errors| html! { <td class="number">{ error(errors) }</td> }) }
                    { change(change_in(pair.from, pair.to, *scale, protocol)) }
                </tr>
            }) }
        </tbody>
    }
}

fn error(errors: Option<Errors>) -> String {
    errors.map_or_else(|| "–".to_owned(), |errors| tenths(errors.top1))
}

fn change(change: Option<i32>) -> Html {
    let worse = change.is_some_and(|change| change > 0).then_some("worse");
    html! { <td class={classes!("number", worse)}>{ change.map_or_else(|| "–".to_owned(), points) }</td> }
}
