//! How the paper's networks stand among others.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, standing, tenths};
use vggscope_core::vgg::paper::{Standing, standings_csv};
use yew::prelude::*;

use super::export::{CsvButton, SaveChart};
use super::stacked::at;

const WIDTH: f64 = 640.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 44.0;
const ROW: f64 = 24.0;
const THICK: f64 = 14.0;

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct StandingsProps {
    /// The language.
    pub lang: Lang,
}

/// The chart.
#[component]
pub fn Standings(props: &StandingsProps) -> Html {
    let lang = props.lang;
    let words = arch_words(lang);
    let chart = use_node_ref();
    let ranked = Standing::ranked();
    let most = ranked.iter().map(|one| one.top5).max().unwrap_or(1);
    let height = ROW * ranked.len() as f64;
    let row = |(place, one): (usize, &Standing)| {
        let top = place as f64 * ROW + (ROW - THICK) / 2.0;
        let wide = f64::from(one.top5) / f64::from(most) * (WIDTH - LEFT - RIGHT);
        let own = one.own().then_some("marked");
        let base = at(top + THICK / 2.0 + 4.0);
        html! {
            <g>
                <text class={classes!("name", own)} x="0" y={base.clone()}>{ standing(lang, one) }</text>
                <rect class={if one.own() { "ours" } else { "others" }} x={at(LEFT)} y={at(top)} width={at(wide)}
                    height={at(THICK)} />
                <text class={classes!("name", own)} x={at(LEFT + wide + 8.0)} y={base}>{ tenths(one.top5) }</text>
            </g>
        }
    };
    html! {
        <section class="standings" aria-label={words.standings_title}>
            <h2>
                { words.standings_title }<small>{ words.standings_hint }</small>
                <CsvButton label={words.standings_csv} name="vgg-standings.csv" make={Callback::from(|()| standings_csv())} />
                <SaveChart {lang} title={words.standings_title} name="vgg-standings" chart={chart.clone()} />
            </h2>
            <div class="scroll" tabindex="0" role="group">
                <svg ref={chart} class="bars" viewBox={format!("0 0 {WIDTH} {height}")} role="img"
                    aria-label={words.standings_title}>
                    { for ranked.iter().enumerate().map(row) }
                </svg>
            </div>
            <p class="remarks">{ words.standings_either }</p>
        </section>
    }
}
