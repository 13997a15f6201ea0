//! A configuration layer by layer.

use vggscope_core::pages::workbench::Choice;
use vggscope_core::session::Lang;
use vggscope_core::text::{ArchWords, arch_words, count, layer_summary, megabytes, shape};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{BYTES, ConfigurationCosts, Counting, LayerCosts, Measure, layers_csv};
use yew::prelude::*;

use super::export::CsvButton;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct LayersProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub open: Configuration,
    /// The layer that is chosen, if any.
    #[prop_or_default]
    pub layer: Option<usize>,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Counting,
    /// Told a layer.
    #[prop_or_default]
    pub pick: Callback<Choice>,
}

/// The table.
#[component]
pub fn Layers(props: &LayersProps) -> Html {
    let LayersProps { lang, open, terms, .. } = props;
    let words = arch_words(*lang);
    let costs = ConfigurationCosts::of(*open);
    let sum = |figure: fn(&LayerCosts) -> u64| count(costs.layers.iter().map(figure).sum());
    let floats = costs.total(Measure::Floats, *terms);
    let csv = {
        let (costs, terms) = (costs.clone(), *terms);
        Callback::from(move |()| layers_csv(&costs, terms))
    };
    html! {
        <section class="by-layer" aria-label={words.layers_title}>
            <h2>
                { words.layers_title }<small>{ format!("{} · {}", open.letter, open.name) }</small>
                <CsvButton label={words.layers_csv} name={format!("vgg-{}-layers.csv", open.letter.to_lowercase())} make={csv} />
            </h2>
            <div class="scroll" tabindex="0" role="group">
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{ words.layer }</th>
                            <th scope="col">{ words.kind }</th>
                            <th scope="col" class="number map">{ words.output }</th>
                            <th scope="col" class="number field">{ words.field }</th>
                            <th scope="col" class="number kernel">{ words.weights }</th>
                            <th scope="col" class="number kernel">{ words.bias_count }</th>
                            if terms.norms {
                                <th scope="col" class="number kernel">{ words.norm_count }</th>
                            }
                            <th scope="col" class="number kernel">{ words.parameters }</th>
                            <th scope="col" class="number">{ words.macs }</th>
                            <th scope="col" class="number map">{ words.floats_short }</th>
                            <th scope="col" class="number map">{ words.kept }</th>
                        </tr>
                    </thead>
                    <tbody>{ for costs.layers.iter().enumerate().map(|(at, layer)| row(props, words, at, layer)) }</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{ words.total }</th>
                            <td></td>
                            <td></td>
                            <td></td>
                            <td class="number">{ sum(|layer| layer.weights) }</td>
                            <td class="number">{ sum(|layer| layer.biases) }</td>
                            if terms.norms {
                                <td class="number">{ sum(|layer| layer.norms) }</td>
                            }
                            <td class="number">{ count(costs.total(Measure::Parameters, *terms)) }</td>
                            <td class="number">{ count(costs.total(Measure::Macs, *terms)) }</td>
                            <td class="number">{ count(floats) }</td>
                            <td class="number">{ megabytes(floats * BYTES) }</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
}

fn row(props: &LayersProps, words: &ArchWords, at: usize, layer: &LayerCosts) -> Html {
    let LayersProps { lang, open, terms, .. } = props;
    let open = *open;
    let onclick = props.pick.reform(move |_: MouseEvent| Choice::Layer(open, at));
    let chosen = props.layer == Some(at);
    let floats = layer.floats(*terms);
    // What a layer has none of stays empty, so that the figures stand out.
    let some = |number: u64| if number == 0 { "–".to_owned() } else { count(number) };
    html! {
        <tr class={chosen.then_some("chosen")}>
            <th scope="row">
                <button aria-pressed={chosen.to_string()} aria-label={format!("{} {}", words.layer, layer.name)} {onclick}>
                    { &layer.name }
                </button>
            </th>
            <td class="dim">{ layer_summary(*lang, layer) }</td>
            <td class="number map">{ shape(layer.shape) }</td>
            <td class="number field">{ layer.reach.size() }</td>
            <td class="number">{ some(layer.weights) }</td>
            <td class="number">{ some(layer.biases) }</td>
            if terms.norms {
                <td class="number">{ some(layer.norms) }</td>
            }
            <td class="number">{ some(layer.parameters(*terms)) }</td>
            <td class="number">{ some(layer.macs) }</td>
            <td class="number">{ some(floats) }</td>
            <td class="number">{ if floats == 0 { "–".to_owned() } else { megabytes(floats * BYTES) } }</td>
        </tr>
    }
}
