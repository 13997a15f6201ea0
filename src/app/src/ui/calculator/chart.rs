//! How the receptive field grows with depth.

use vggscope_core::text::words;
use yew::prelude::*;

use super::PartProps;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 24.0;

/// The chart.
#[component]
pub fn Chart(props: &PartProps) -> Html {
    let Ok(rows) = props.rows.as_ref() else { return html! {} };
    if rows.is_empty() {
        return html! {};
    }
    let words = words(props.session.lang);
    let fields: Vec<i64> = std::iter::once(1).chain(rows.iter().map(|row| row.reach[0].size())).collect();
    let side = props.stack.input[0] as f64;
    let most = fields.iter().copied().max().unwrap_or(1) as f64;
    let top = most.max(if side < most * 2.0 { side } else { most });
    let x = |depth: usize| LEFT + depth as f64 / (fields.len() - 1) as f64 * (WIDTH - LEFT - 12.0);
    let y = |field: f64| HEIGHT - BOTTOM - field / top * (HEIGHT - BOTTOM - TOP);
    let line: String =
        fields.iter().enumerate().map(|(at, f)| format!("{:.1},{:.1} ", x(at), y(*f as f64))).collect();
    let level = |field: f64, class: &'static str| {
        let at = y(field).to_string();
        html! { <line {class} x1={LEFT.to_string()} x2={(WIDTH - 12.0).to_string()} y1={at.clone()} y2={at} /> }
    };
    let tick = |field: f64| {
        html! {
            <>
                { level(field, "axis") }
                <text x={(LEFT - 6.0).to_string()} y={(y(field) + 4.0).to_string()} text-anchor="end">{ field }</text>
            </>
        }
    };
    html! {
        <section class="chart" aria-label={words.calc_chart}>
            <h2>{ words.calc_chart }</h2>
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={words.calc_chart}>
                { tick(0.0) }
                { tick(most) }
                if side <= top && side != most {
                    { level(side, "limit") }
                    <text class="limit" x={(WIDTH - 12.0).to_string()} y={(y(side) - 5.0).to_string()} text-anchor="end">
                        { format!("{} {side}", words.calc_input) }
                    </text>
                }
                <polyline class="field" points={line} />
                { for fields.iter().enumerate().map(|(at, field)| html! {
                    <circle class="field" cx={x(at).to_string()} cy={y(*field as f64).to_string()} r="3.5">
                        <title>{ format!("{} {at}: r = {field}", words.calc_layer) }</title>
                    </circle>
                }) }
                <text x={x(0).to_string()} y={(HEIGHT - 8.0).to_string()}>{ "0" }</text>
                <text x={x(fields.len() - 1).to_string()} y={(HEIGHT - 8.0).to_string()} text-anchor="end">
                    { format!("{} {}", words.calc_layer, fields.len() - 1) }
                </text>
            </svg>
        </section>
    }
}
