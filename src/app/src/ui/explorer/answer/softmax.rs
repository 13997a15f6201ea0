//! The softmax of the likeliest classes as a fraction, each exponential linked to its class.

use vggscope_core::nn::softmax::Fraction;
use vggscope_core::session::Lang;
use vggscope_core::session::explorer::Outcome;
use vggscope_core::shared::Shared;
use vggscope_core::text::{decimals, percent, softmax_rest, unit_words};
use yew::prelude::*;

/// What the fraction is given.
#[derive(Properties, PartialEq)]
pub struct SoftmaxProps {
    /// The language.
    pub lang: Lang,
    /// The scores.
    pub outcome: Shared<Outcome>,
    /// The classes whose exponentials are written out.
    pub classes: Vec<usize>,
    /// The class that is pointed at.
    pub pointed: Option<usize>,
    /// Told of another.
    pub point: Callback<Option<usize>>,
}

/// The fraction of the class pointed at, or of the likeliest.
#[component]
pub fn Softmax(props: &SoftmaxProps) -> Html {
    let SoftmaxProps { lang, outcome, classes, pointed, point } = props;
    let words = unit_words(*lang);
    let fraction = Fraction::of(&outcome.logits, classes);
    let of = pointed.filter(|class| classes.contains(class)).or(classes.first().copied());
    let Some((class, above)) = fraction.terms.iter().find(|(class, _)| Some(*class) == of) else {
        return html! {};
    };
    let others = outcome.logits.len() - classes.len();
    let power = |class: usize| {
        let exponent = decimals(outcome.logits[class] - fraction.most, 2);
        html! { <msup><mi>{ "e" }</mi><mn>{ exponent }</mn></msup> }
    };
    let number = |term: f64| html! { <mn>{ decimals(term as f32, 2) }</mn> };
    let linked = |class: usize, shown: Html| {
        html! {
            <mrow class={classes!((Some(class) == *pointed).then_some("lit"))}
                onmouseover={point.reform(move |_: MouseEvent| Some(class))}
                onmouseout={point.reform(|_: MouseEvent| None)}>{ shown }</mrow>
        }
    };
    let sum = |show: &dyn Fn(usize, f64) -> Html| {
        let terms = fraction.terms.iter().map(|(class, term)| linked(*class, show(*class, *term)));
        html! {
            <mrow>
                { for terms.enumerate().map(|(at, term)| html! { <>if at > 0 { <mo>{ "+" }</mo> }{ term }</> }) }
                if others > 0 {
                    <mo>{ "+" }</mo>{ number(fraction.rest) }
                }
            </mrow>
        }
    };
    html! {
        <details class="softmax">
            <summary>{ words.softmax }</summary>
            <math display="block">
                <mfrac>{ linked(*class, power(*class)) }{ sum(&|class, _| power(class)) }</mfrac>
            </math>
            <math display="block">
                <mo>{ "=" }</mo>
                <mfrac>{ linked(*class, number(*above)) }{ sum(&|_, term| number(term)) }</mfrac>
                <mo>{ "=" }</mo>
                <mtext>{ percent((above / fraction.total()) as f32) }</mtext>
            </math>
            <p class="dim">
                { words.softmax_hint }
                if others > 0 {
                    { " " }{ softmax_rest(*lang, others, &decimals(fraction.rest as f32, 3)) }
                }
            </p>
        </details>
    }
}
