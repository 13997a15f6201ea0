//! The chosen layer: its figures, and how they come about.

use vggscope_core::pages::route;
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, layer_summary, megabytes, percent, shape};
use vggscope_core::vgg::configuration::{self, Configuration};
use vggscope_core::vgg::costs::{BYTES, ConfigurationCosts, Counting, LayerCosts, LayerKind, Measure};
use yew::prelude::*;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct DetailProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub open: Configuration,
    /// The layer of it.
    pub layer: usize,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Counting,
}

/// The panel.
#[component]
pub fn Detail(props: &DetailProps) -> Html {
    let DetailProps { lang, open, layer, terms } = props;
    let words = arch_words(*lang);
    let costs = ConfigurationCosts::of(*open);
    let Some(layer) = costs.layers.get(*layer) else { return html! {} };
    let parameters = layer.parameters(*terms);
    let all = costs.total(Measure::Parameters, *terms);
    let share = (parameters > 0)
        .then(|| format!("{} {}", percent(parameters as f32 / all as f32), words.share_of_all));
    let floats = layer.floats(*terms);
    let line = |class: &'static str, name: &'static str, figure: String, how: Option<String>| {
        html! {
            <div>
                <dt>{ name }</dt>
                <dd><b {class}>{ figure }</b>if let Some(how) = how { <small>{ how }</small> }</dd>
            </div>
        }
    };
    let beyond = layer.reach.size() > configuration::SIDE as i64;
    let stack = route::of_stack(&configuration::stack(open.entries, configuration::SIDE));
    html! {
        <section class="detail" aria-label={words.layer} aria-live="polite">
            <h2>{ format!("{} {}", open.letter, layer.name) }<small>{ layer_summary(*lang, layer) }</small></h2>
            <dl>
                { line("map", words.output, shape(layer.shape), None) }
                { line("field", words.field, layer.reach.size().to_string(), beyond.then(|| words.whole_photo.to_owned())) }
                { line("kernel", words.weights, count(layer.weights), product(layer)) }
                { line("kernel", words.bias_count, count(layer.biases), None) }
                if terms.norms {
                    { line("kernel", words.norm_count, count(layer.norms), None) }
                }
                { line("kernel", words.parameters, count(parameters), share) }
                { line("", words.macs, count(layer.macs), places(layer)) }
                { line("map", words.floats_short, count(floats), (floats > 0).then(|| megabytes(floats * BYTES))) }
            </dl>
            <p><a href={stack}>{ words.in_calculator }</a></p>
        </section>
    }
}

/// The weights as a product: kernel, channels before, channels after.
fn product(layer: &LayerCosts) -> Option<String> {
    let after = layer.shape.channels as u64;
    match layer.kind {
        LayerKind::Convolution(window) => {
            let [rows, columns] = window.kernel;
            let before = layer.weights / (rows as u64 * columns as u64 * after);
            Some(format!("{rows}·{columns}·{before}·{after}"))
        }
        LayerKind::Dense => Some(format!("{}·{after}", count(layer.weights / after))),
        _ => None,
    }
}

/// The multiplications as a product: the weights, at every place of a map.
fn places(layer: &LayerCosts) -> Option<String> {
    let places = layer.shape.plane();
    (layer.macs > 0 && places > 1)
        .then(|| format!("{}·{}·{}", count(layer.weights), layer.shape.height, layer.shape.width))
}
