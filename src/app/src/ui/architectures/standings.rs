//! The errors of ILSVRC 2012 to 2014, as the paper's table 7 quotes them.

use vggscope_core::paper::{Judged, Standing};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, standing, tenths};
use yew::prelude::*;

use super::export::Chart;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 330.0;
const RIGHT: f64 = 60.0;
const STEP: f64 = 28.0;

/// What the bars are given.
#[derive(Properties, PartialEq)]
pub struct StandingsProps {
    /// The language.
    pub lang: Lang,
}

/// The bars.
#[component]
pub fn Standings(props: &StandingsProps) -> Html {
    let words = arch_words(props.lang);
    let chart = use_node_ref();
    let all = Standing::ranked();
    let most = f64::from(all.iter().map(|one| one.top5).max().unwrap_or(1));
    let bar = |(at, one): (usize, &Standing)| {
        let y = at as f64 * STEP;
        let width = f64::from(one.top5) / most * (WIDTH - LEFT - RIGHT);
        let star = if one.judged == Judged::Either { " *" } else { "" };
        html! {
            <g class={one.own().then_some("own")}>
                <text x={(LEFT - 10.0).to_string()} y={(y + 18.0).to_string()} text-anchor="end">{ standing(props.lang, one) }</text>
                <rect class={if one.own() { "dense" } else { "block" }} x={LEFT.to_string()} y={(y + 4.0).to_string()}
                    width={width.to_string()} height="20" />
                <text x={(LEFT + width + 8.0).to_string()} y={(y + 18.0).to_string()}>{ tenths(one.top5) }{ star }</text>
            </g>
        }
    };
    html! {
        <figure class="shares">
            <div class="scroll" tabindex="0" role="group" aria-label={words.standings_title}>
                <svg ref={chart.clone()} viewBox={format!("0 0 {WIDTH} {}", all.len() as f64 * STEP + 4.0)} role="img"
                    aria-label={words.standings_title}>
                    { for all.iter().enumerate().map(bar) }
                </svg>
            </div>
            <figcaption class="dim">{ words.standings_either }</figcaption>
            <Chart lang={props.lang} {chart} name="ilsvrc-2014" />
        </figure>
    }
}
