//! Where the weights of the six configurations are.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, percent};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{ConfigurationCosts, Counting, LayerKind, Measure};
use yew::prelude::*;

use super::export::SaveChart;
use super::stacked::{Piece, at, stacked};

const WIDTH: f64 = 640.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 176.0;
const TOP: f64 = 24.0;
const ROW: f64 = 32.0;
const THICK: f64 = 22.0;

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct WeightsProps {
    /// The language.
    pub lang: Lang,
    /// The open configuration, which is marked.
    pub open: Configuration,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Counting,
}

/// The chart.
#[component]
pub fn Weights(props: &WeightsProps) -> Html {
    let WeightsProps { lang, open, terms } = props;
    let words = arch_words(*lang);
    let chart = use_node_ref();
    let anatomies = ConfigurationCosts::all();
    let height = TOP + ROW * anatomies.len() as f64;
    let most = anatomies.iter().map(|one| one.total(Measure::Parameters, *terms)).max().unwrap_or(1) as f64;
    let row = |(place, one): (usize, &ConfigurationCosts)| {
        let top = TOP + place as f64 * ROW;
        let base = at(top + THICK / 2.0 + 4.0);
        let marked = (one.configuration == *open).then_some("marked");
        html! {
            <g>
                <text class={classes!("name", marked)} x="0" y={base.clone()}>{ one.configuration.letter }</text>
                { stacked(LEFT, top, WIDTH - LEFT - RIGHT, THICK, &pieces(*lang, one, *terms, most)) }
                <text class={classes!("name", marked)} x={at(WIDTH - 70.0)} y={base.clone()} text-anchor="end">
                    { count(one.total(Measure::Parameters, *terms)) }
                </text>
                <text class={classes!("name", marked)} x={at(WIDTH)} y={base} text-anchor="end">
                    { percent(one.dense_share(*terms)) }
                </text>
            </g>
        }
    };
    html! {
        <section class="weights" aria-label={words.where_title}>
            <h2>
                { words.where_title }<small>{ words.where_hint }</small>
                <SaveChart lang={*lang} title={words.where_title} name="vgg-weights" chart={chart.clone()} />
            </h2>
            <div class="scroll" tabindex="0" role="group">
                <svg ref={chart} class="bars" viewBox={format!("0 0 {WIDTH} {height}")} role="img" aria-label={words.where_title}>
                    <text x={at(WIDTH - 70.0)} y="13" text-anchor="end">{ words.parameters }</text>
                    <text x={at(WIDTH)} y="13" text-anchor="end">{ words.dense_short }</text>
                    { for anatomies.iter().enumerate().map(row) }
                </svg>
            </div>
        </section>
    }
}

/// All convolutions together, then each dense layer.
fn pieces(lang: Lang, one: &ConfigurationCosts, terms: Counting, most: f64) -> Vec<Piece> {
    let words = arch_words(lang);
    let convolutions = one.total(Measure::Parameters, terms) - one.dense(Measure::Parameters, terms);
    let piece = |class: &'static str, name: &str, figure: u64| {
        let millions = format!("{:.1} M", figure as f64 / 1e6);
        Piece {
            share: figure as f64 / most,
            class: classes!("kernel", class),
            labels: vec![
                format!("{name} {millions}"),
                name.to_owned(),
                name.trim_start_matches("fc").to_owned(),
            ],
            title: format!("{} {name}: {}", one.configuration.letter, count(figure)),
        }
    };
    let dense = one.layers.iter().filter(|part| part.kind == LayerKind::Dense);
    std::iter::once(piece("solid", words.convolutions_short, convolutions))
        .chain(dense.map(|part| piece("pale", &part.name, part.parameters(terms))))
        .collect()
}
