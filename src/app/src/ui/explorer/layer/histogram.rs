//! How often values occur in a layer.

use vggscope_core::render::stats::Histogram as Counts;
use vggscope_core::session::Lang;
use vggscope_core::shared::Shared;
use vggscope_core::text::{histogram, unit_words, value};
use yew::prelude::*;

/// Width and height of the bars.
const SIZE: [f64; 2] = [256.0, 48.0];

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct HistogramProps {
    /// The language.
    pub lang: Lang,
    /// The counts.
    pub histogram: Shared<Counts>,
}

/// Bars from the least value to the largest; zeros, which are most of them after a rectifier, are told in words.
#[component]
pub fn Histogram(props: &HistogramProps) -> Html {
    let HistogramProps { lang, histogram: counts } = props;
    let most = f64::from(counts.bins.iter().copied().max().unwrap_or(0).max(1));
    let width = SIZE[0] / counts.bins.len() as f64;
    let bars = counts.bins.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| {
        // What is there can be seen, however rare.
        let height = (f64::from(*count) / most * SIZE[1]).max(0.75);
        html! {
            <rect x={(at as f64 * width).to_string()} y={(SIZE[1] - height).to_string()}
                width={(width * 0.9).to_string()} height={height.to_string()} />
        }
    });
    let told = histogram(*lang, counts);
    html! {
        <figure class="histogram">
            <svg viewBox={format!("0 0 {} {}", SIZE[0], SIZE[1])} role="img" aria-label={unit_words(*lang).histogram}>
                { for bars }
                <line x1="0" x2={SIZE[0].to_string()} y1={SIZE[1].to_string()} y2={SIZE[1].to_string()} />
            </svg>
            <p class="ends"><span>{ value(counts.low) }</span><span>{ value(counts.high) }</span></p>
            <figcaption>{ told }</figcaption>
        </figure>
    }
}
