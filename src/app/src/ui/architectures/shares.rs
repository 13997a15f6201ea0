//! Where the weights, the work and the memory are: one bar a configuration, a piece of it for every block.

use vggscope_core::anatomy::{Anatomy, Measure, Place, Terms};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, measure, place};
use vggscope_core::zoo::Configuration;
use yew::prelude::*;

use super::export::Chart;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 110.0;
const STEP: f64 = 40.0;
const BAR: f64 = 24.0;
/// A piece narrower than this has no room for its name.
const NAMED: f64 = 64.0;

/// What the bars are given.
#[derive(Properties, PartialEq)]
pub struct SharesProps {
    /// The language.
    pub lang: Lang,
    /// Whose.
    pub configurations: Vec<Configuration>,
    /// What they measure.
    pub measure: Measure,
    /// How figures are counted.
    pub terms: Terms,
}

/// The bars.
#[component]
pub fn Shares(props: &SharesProps) -> Html {
    let SharesProps { lang, configurations, measure: measured, terms } = props;
    let chart = use_node_ref();
    let anatomies =
        use_memo(configurations.clone(), |all| all.iter().map(|one| Anatomy::of(*one)).collect::<Vec<_>>());
    let most = anatomies.iter().map(|one| one.total(*measured, *terms)).max().unwrap_or(1).max(1) as f64;
    let height = STEP * anatomies.len() as f64 + 4.0;
    let name = measure(*lang, *measured);
    let bar = |(at, one): (usize, &Anatomy)| {
        let y = at as f64 * STEP + 8.0;
        let mut x = LEFT;
        let pieces: Vec<Html> = one
            .shares(*measured, *terms)
            .into_iter()
            .map(|(part, figure)| {
                let width = figure as f64 / most * (WIDTH - LEFT - RIGHT);
                let from = x;
                x += width;
                // Dense layers are hatched by their outline as well as told by their name.
                let class = if matches!(part, Place::Dense(_)) { "dense" } else { "block" };
                let title = format!("{} {}: {}", one.configuration.letter, place(*lang, part), count(figure));
                html! {
                    <g>
                        <rect {class} x={from.to_string()} y={y.to_string()} width={width.max(0.5).to_string()} height={BAR.to_string()}>
                            <title>{ title }</title>
                        </rect>
                        if width > NAMED {
                            <text class="inside" x={(from + 6.0).to_string()} y={(y + 16.0).to_string()}>{ place(*lang, part) }</text>
                        }
                    </g>
                }
            })
            .collect();
        html! {
            <g>
                <text x="0" y={(y + 16.0).to_string()}>{ one.configuration.letter }</text>
                { pieces }
                <text x={(x + 8.0).to_string()} y={(y + 16.0).to_string()}>{ count(one.total(*measured, *terms)) }</text>
            </g>
        }
    };
    html! {
        <figure class="shares">
            <div class="scroll" tabindex="0" role="group" aria-label={name}>
                <svg ref={chart.clone()} viewBox={format!("0 0 {WIDTH} {height}")} role="img" aria-label={name}>
                    { for anatomies.iter().enumerate().map(bar) }
                </svg>
            </div>
            <figcaption class="dim">{ arch_words(*lang).shares_hint }</figcaption>
            <Chart lang={*lang} {chart} name="vgg-shares" />
        </figure>
    }
}
