//! The chosen layer: its figures, and how they come about.

use vggscope_core::pages::route;
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, megabytes, part_line, percent, shape};
use vggscope_core::vgg::configuration::{self, Configuration};
use vggscope_core::vgg::costs::{BYTES, ConfigurationCosts, Kind, Measure, Part, Terms};
use yew::prelude::*;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct DetailProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub open: Configuration,
    /// The part of it.
    pub part: usize,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Terms,
}

/// The panel.
#[component]
pub fn Detail(props: &DetailProps) -> Html {
    let DetailProps { lang, open, part, terms } = props;
    let words = arch_words(*lang);
    let costs = ConfigurationCosts::of(*open);
    let Some(part) = costs.parts.get(*part) else { return html! {} };
    let parameters = part.parameters(*terms);
    let all = costs.total(Measure::Parameters, *terms);
    let share = (parameters > 0)
        .then(|| format!("{} {}", percent(parameters as f32 / all as f32), words.share_of_all));
    let floats = part.floats(*terms);
    let line = |class: &'static str, name: &'static str, figure: String, how: Option<String>| {
        html! {
            <div>
                <dt>{ name }</dt>
                <dd><b {class}>{ figure }</b>if let Some(how) = how { <small>{ how }</small> }</dd>
            </div>
        }
    };
    let beyond = part.reach.size() > configuration::SIDE as i64;
    let stack = route::of_stack(&configuration::stack(open.entries, configuration::SIDE));
    html! {
        <section class="detail" aria-label={words.layer} aria-live="polite">
            <h2>{ format!("{} {}", open.letter, part.name) }<small>{ part_line(*lang, part) }</small></h2>
            <dl>
                { line("map", words.output, shape(part.shape), None) }
                { line("field", words.field, part.reach.size().to_string(), beyond.then(|| words.whole_photo.to_owned())) }
                { line("kernel", words.weights, count(part.weights), product(part)) }
                { line("kernel", words.bias_count, count(part.biases), None) }
                if terms.norms {
                    { line("kernel", words.norm_count, count(part.norms), None) }
                }
                { line("kernel", words.parameters, count(parameters), share) }
                { line("", words.macs, count(part.macs), places(part)) }
                { line("map", words.floats_short, count(floats), (floats > 0).then(|| megabytes(floats * BYTES))) }
            </dl>
            <p><a href={stack}>{ words.in_calculator }</a></p>
        </section>
    }
}

/// The weights as a product: kernel, channels before, channels after.
fn product(part: &Part) -> Option<String> {
    let after = part.shape.channels as u64;
    match part.kind {
        Kind::Convolution(window) => {
            let [rows, columns] = window.kernel;
            let before = part.weights / (rows as u64 * columns as u64 * after);
            Some(format!("{rows}·{columns}·{before}·{after}"))
        }
        Kind::Dense => Some(format!("{}·{after}", count(part.weights / after))),
        _ => None,
    }
}

/// The multiplications as a product: the weights, at every place of a map.
fn places(part: &Part) -> Option<String> {
    let places = part.shape.plane();
    (part.macs > 0 && places > 1)
        .then(|| format!("{}·{}·{}", count(part.weights), part.shape.height, part.shape.width))
}
