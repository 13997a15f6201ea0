//! Where a configuration has its weights, its work and its memory.

use vggscope_core::session::Lang;
use vggscope_core::text::{self, arch_words, count, percent};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{ConfigurationCosts, Counting, LayerPlace, Measure};
use yew::prelude::*;

use super::export::SaveChart;
use super::stacked::{Piece, at, stacked};

const WIDTH: f64 = 640.0;
const TOP: f64 = 20.0;
const ROW: f64 = 80.0;
const THICK: f64 = 34.0;
const MEASURES: [(Measure, &str); 3] =
    [(Measure::Parameters, "kernel"), (Measure::Macs, "work"), (Measure::Floats, "map")];

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct SharesProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub open: Configuration,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Counting,
}

/// The chart.
#[component]
pub fn Shares(props: &SharesProps) -> Html {
    let SharesProps { lang, open, terms } = props;
    let words = arch_words(*lang);
    let chart = use_node_ref();
    let costs = ConfigurationCosts::of(*open);
    let title = format!("{} · {}", open.letter, open.name);
    let row = |(place, (measure, class)): (usize, (Measure, &'static str))| {
        let top = TOP + place as f64 * ROW;
        html! {
            <g>
                <text class="name" x="0" y={at(top - 6.0)}>{ text::measure(*lang, measure) }</text>
                <text x={at(WIDTH)} y={at(top - 6.0)} text-anchor="end">{ count(costs.total(measure, *terms)) }</text>
                { stacked(0.0, top, WIDTH, THICK, &pieces(*lang, &costs, measure, *terms, class)) }
            </g>
        }
    };
    let height = TOP + ROW * (MEASURES.len() - 1) as f64 + THICK;
    html! {
        <section class="shares" aria-label={title.clone()}>
            <h2>
                { title.clone() }<small>{ words.shares_hint }</small>
                <SaveChart lang={*lang} title={title.clone()} name={format!("vgg-{}-shares", open.letter.to_lowercase())}
                    chart={chart.clone()} />
            </h2>
            <div class="scroll" tabindex="0" role="group">
                <svg ref={chart} class="bars" viewBox={format!("0 0 {WIDTH} {height}")} role="img" aria-label={title}>
                    { for MEASURES.into_iter().enumerate().map(row) }
                </svg>
            </div>
        </section>
    }
}

fn pieces(
    lang: Lang,
    costs: &ConfigurationCosts,
    measure: Measure,
    terms: Counting,
    class: &'static str,
) -> Vec<Piece> {
    let total = costs.total(measure, terms).max(1) as f64;
    let piece = |(at, (place, figure)): (usize, (LayerPlace, u64))| {
        let (name, share) = (text::place(lang, place), figure as f64 / total);
        let short = match place {
            LayerPlace::Input => String::new(),
            LayerPlace::Block(number) | LayerPlace::Dense(number) => number.to_string(),
        };
        let shade = if at.is_multiple_of(2) { "pale" } else { "paler" };
        let percent = percent(share as f32);
        Piece {
            share,
            class: classes!(class, shade),
            labels: vec![format!("{name} · {percent}"), name.clone(), short],
            title: format!("{name}: {} ({percent})", count(figure)),
        }
    };
    costs.shares(measure, terms).into_iter().enumerate().map(piece).collect()
}
