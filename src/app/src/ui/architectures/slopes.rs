//! How the error changes from one configuration to the other, at every training scale.

use vggscope_core::session::Lang;
use vggscope_core::text::{ArchWords, arch_words, points, tenths};
use vggscope_core::vgg::paper::{Pair, Protocol, Scale, VALIDATION, change_in, errors};
use yew::prelude::*;

use super::export::SaveChart;
use super::stacked::at;

const WIDTH: f64 = 460.0;
const LEFT: f64 = 108.0;
const RIGHT: f64 = 108.0;
const TOP: f64 = 22.0;
const ROW: f64 = 56.0;
const BOTTOM: f64 = 24.0;
/// From the middle of a row to either network's point.
const APART: f64 = 11.0;

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct SlopesProps {
    /// The language.
    pub lang: Lang,
    /// The two.
    pub pair: Pair,
}

/// The chart.
#[component]
pub fn Slopes(props: &SlopesProps) -> Html {
    let SlopesProps { lang, pair } = props;
    let words = arch_words(*lang);
    let chart = use_node_ref();
    let title = format!("{} → {}", pair.from, pair.to);
    let height = TOP + ROW * Scale::ALL.len() as f64 + BOTTOM;
    let axis = Axis::of_all();
    let foot = at(height - BOTTOM);
    let tick = |error: u16| {
        let x = at(axis.x(error));
        html! {
            <g>
                <line class="axis" x1={x.clone()} x2={x.clone()} y1={at(TOP)} y2={foot.clone()} />
                <text {x} y={at(height - 8.0)} text-anchor="middle">{ error / 10 }</text>
            </g>
        }
    };
    html! {
        <figure>
            <div class="scroll" tabindex="0" role="group">
                <svg ref={chart.clone()} class="slopes" viewBox={format!("0 0 {WIDTH} {height}")} role="img"
                    aria-label={format!("{title}: {}", words.error_axis)}>
                    <text x="0" y="12">{ words.training_scale }</text>
                    <text x={at(WIDTH)} y="12" text-anchor="end">{ words.change }</text>
                    { for axis.ticks().map(tick) }
                    { for Scale::ALL.into_iter().enumerate().map(|(place, scale)| row(words, *pair, axis, place, scale)) }
                </svg>
            </div>
            <figcaption>
                { words.error_axis }
                <SaveChart lang={*lang} {title} name={format!("vgg-{}", pair.name().to_lowercase())} {chart} />
            </figcaption>
        </figure>
    }
}

/// Errors across the chart: the same for every pair, so that pairs can be compared.
#[derive(Clone, Copy)]
struct Axis {
    least: u16,
    most: u16,
}

impl Axis {
    fn of_all() -> Axis {
        let all = VALIDATION.iter().map(|row| row.single.errors.top1);
        let (least, most) = (all.clone().min().unwrap_or(0), all.max().unwrap_or(1));
        Axis { least: least / 10 * 10, most: most.div_ceil(10) * 10 }
    }

    fn x(self, error: u16) -> f64 {
        let share = f64::from(error - self.least) / f64::from(self.most - self.least);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn ticks(self) -> impl Iterator<Item = u16> {
        (self.least..=self.most).step_by(10)
    }
}

fn row(words: &ArchWords, pair: Pair, axis: Axis, place: usize, scale: Scale) -> Html {
    let y = TOP + (place as f64 + 0.5) * ROW;
    let top1 = |letter| errors(letter, scale, Protocol::Single).map(|errors| errors.top1);
    let change = change_in(pair.from, pair.to, scale, Protocol::Single);
    let [from, to] = [(pair.from, -APART, "before"), (pair.to, APART, "after")]
        .map(|(letter, off, class)| Some((letter, top1(letter)?, y + off, class)));
    let worse = change.is_some_and(|change| change > 0).then_some("worse");
    // Figures stand where the line between the two is not.
    let sides = if worse.is_some() { [-1.0, 1.0] } else { [1.0, -1.0] };
    html! {
        <g>
            <text class="name" x="0" y={at(y + 4.0)}>{ scale.label() }</text>
            if let (Some((_, a, ya, _)), Some((_, b, yb, _))) = (from, to) {
                <line class={classes!("slope", worse)} x1={at(axis.x(a))} x2={at(axis.x(b))} y1={at(ya)} y2={at(yb)} />
            }
            { for [from, to].into_iter().zip(sides).filter_map(|(one, side)| {
                let (letter, error, y, class) = one?;
                Some(point(axis.x(error), y, side, class, format!("{letter} {}", tenths(error))))
            }) }
            if let Some(change) = change {
                <text class={classes!("name", worse)} x={at(WIDTH)} y={at(y + 4.0)} text-anchor="end">{ points(change) }</text>
            } else {
                <text x={at(WIDTH)} y={at(y + 4.0)} text-anchor="end">{ words.not_measured }</text>
            }
        </g>
    }
}

/// A network's point, and what it is, on this side of it.
fn point(x: f64, y: f64, side: f64, class: &'static str, label: String) -> Html {
    let anchor = if side < 0.0 { "end" } else { "start" };
    html! {
        <g>
            <circle {class} cx={at(x)} cy={at(y)} r="4.5" />
            <text class="name" x={at(x + side * 10.0)} y={at(y + 4.0)} text-anchor={anchor}>{ label }</text>
        </g>
    }
}
