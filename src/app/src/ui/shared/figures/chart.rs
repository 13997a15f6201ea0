//! How the receptive field grows with depth, for a stack and another beside it.

use std::rc::Rc;

use vggscope_core::nn::stack::Stack;
use vggscope_core::session::Lang;
use vggscope_core::text::words;
use yew::prelude::*;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 24.0;

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The language.
    pub lang: Lang,
    /// The stack.
    pub stack: Rc<Stack>,
    /// The stack beside it.
    #[prop_or_default]
    pub other: Option<Rc<Stack>>,
}

/// The chart.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let words = words(props.lang);
    let lines: Vec<Vec<i64>> =
        std::iter::once(&props.stack).chain(&props.other).filter_map(|stack| fields(stack)).collect();
    let most = lines.iter().flatten().copied().max().unwrap_or(1) as f64;
    let depth = lines.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(1);
    if depth == 0 {
        return html! {};
    }
    let side = props.stack.input[0] as f64;
    let top = most.max(if side < most * 2.0 { side } else { most });
    let x = |at: usize| LEFT + at as f64 / depth as f64 * (WIDTH - LEFT - RIGHT);
    let y = |field: f64| HEIGHT - BOTTOM - field / top * (HEIGHT - BOTTOM - TOP);
    let level = |field: f64, class: &'static str| {
        let at = y(field).to_string();
        html! { <line {class} x1={LEFT.to_string()} x2={(WIDTH - RIGHT).to_string()} y1={at.clone()} y2={at} /> }
    };
    let tick = |field: f64| {
        html! {
            <>
                { level(field, "axis") }
                <text x={(LEFT - 6.0).to_string()} y={(y(field) + 4.0).to_string()} text-anchor="end">{ field }</text>
            </>
        }
    };
    let line = |(which, fields): (usize, &Vec<i64>)| {
        let points: String =
            fields.iter().enumerate().map(|(at, f)| format!("{:.1},{:.1} ", x(at), y(*f as f64))).collect();
        let name = [words.calc_first, words.calc_second][which];
        // The second line is dashed and its marks are squares: colour alone tells nothing.
        let mark = |(at, field): (usize, &i64)| {
            let title =
                html! { <title>{ format!("{name}, {} {at}: r = {field}", words.calc_layer) }</title> };
            let (x, y) = (x(at), y(*field as f64));
            if which == 0 {
                html! { <circle class="field" cx={x.to_string()} cy={y.to_string()} r="3.5">{ title }</circle> }
            } else {
                html! {
                    <rect class="other" x={(x - 3.5).to_string()} y={(y - 3.5).to_string()} width="7" height="7">{ title }</rect>
                }
            }
        };
        html! {
            <g>
                <polyline class={if which == 0 { "field" } else { "other" }} {points} />
                { for fields.iter().enumerate().map(mark) }
            </g>
        }
    };
    html! {
        <figure class="chart">
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={words.calc_chart}>
                { tick(0.0) }
                { tick(most) }
                if side <= top && side != most {
                    { level(side, "limit") }
                    <text class="limit" x={(WIDTH - RIGHT).to_string()} y={(y(side) - 5.0).to_string()} text-anchor="end">
                        { format!("{} {side}", words.calc_input) }
                    </text>
                }
                { for lines.iter().enumerate().map(line) }
                <text x={x(0).to_string()} y={(HEIGHT - 8.0).to_string()}>{ "0" }</text>
                <text x={x(depth).to_string()} y={(HEIGHT - 8.0).to_string()} text-anchor="end">
                    { format!("{} {depth}", words.calc_layer) }
                </text>
            </svg>
            if lines.len() > 1 {
                <figcaption class="dim">
                    <span class="key field">{ words.calc_first }</span>{ " " }<span class="key other">{ words.calc_second }</span>
                </figcaption>
            }
        </figure>
    }
}

/// Receptive fields of the input and all layers, along the rows.
fn fields(stack: &Stack) -> Option<Vec<i64>> {
    let rows = stack.rows().ok()?;
    Some(std::iter::once(1).chain(rows.iter().map(|row| row.reach[0].size())).collect())
}
