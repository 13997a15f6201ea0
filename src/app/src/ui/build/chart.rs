//! Spreads by depth, on a logarithmic scale: a line for each network, and thin ones for what theory expects.

use vggscope_core::session::Lang;
use vggscope_core::text::{self, build_words};
use yew::prelude::*;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 64.0;
/// Between the names of two lines at least.
const LINE: f64 = 15.0;
/// Below this, a spread is shown as none.
const LEAST: f64 = 1e-20;

/// A line.
#[derive(Clone, PartialEq)]
pub struct Series {
    /// What it is called.
    pub name: &'static str,
    /// Its place among the rules; none of the network in use.
    pub place: Option<usize>,
    /// What was found of each layer.
    pub values: Vec<Option<f64>>,
    /// What theory expects of each layer; nothing where it says nothing.
    pub theory: Vec<f64>,
}

/// What the chart is given.
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The language.
    pub lang: Lang,
    /// The lines.
    pub series: Vec<Series>,
    /// The names of the layers.
    pub names: Vec<AttrValue>,
}

/// The chart.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let ChartProps { lang, series, names } = props;
    let words = build_words(*lang);
    let scale = Scale::of(series, names.len());
    let ends = ends(series, scale);
    let tick = |power: i32| {
        let y = at(scale.y(10f64.powi(power)));
        html! {
            <g>
                <line class="axis" x1={at(LEFT)} x2={at(WIDTH - RIGHT)} y1={y.clone()} y2={y.clone()} />
                <text x={at(LEFT - 6.0)} {y} dy="4" text-anchor="end">{ "10" }<tspan dy="-5" font-size="9">{ power }</tspan></text>
            </g>
        }
    };
    let layer = |(place, name): (usize, &AttrValue)| {
        let (x, y) = (scale.x(place), HEIGHT - BOTTOM + 14.0);
        html! {
            <text x={at(x)} y={at(y)} text-anchor="end" transform={format!("rotate(-45 {} {})", at(x), at(y))}>{ name }</text>
        }
    };
    html! {
        <figure class="spreads">
            <div class="scroll" tabindex="0" role="group" aria-label={words.spread}>
                <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={words.spread}>
                    { for scale.ticks().map(tick) }
                    { for names.iter().enumerate().map(layer) }
                    { for series.iter().map(|one| theory(one, scale)) }
                    { for series.iter().zip(&ends).map(|(one, end)| line(one, names, scale, *end)) }
                </svg>
            </div>
        </figure>
    }
}

#[derive(Clone, Copy)]
struct Scale {
    /// Powers of ten at the bottom and at the top.
    powers: [i32; 2],
    layers: usize,
}

impl Scale {
    fn of(series: &[Series], layers: usize) -> Scale {
        let values = series.iter().flat_map(|one| one.values.iter().flatten().chain(&one.theory));
        let logs = values.filter(|value| **value > LEAST).map(|value| value.log10());
        let (low, high) = logs.fold((0.0f64, 0.0f64), |(low, high), one| (low.min(one), high.max(one)));
        Scale { powers: [low.floor() as i32, high.ceil() as i32], layers }
    }

    fn x(self, layer: usize) -> f64 {
        LEFT + layer as f64 / (self.layers.max(2) - 1) as f64 * (WIDTH - LEFT - RIGHT)
    }

    /// What spreads no more lies at the bottom.
    fn y(self, value: f64) -> f64 {
        let [low, high] = self.powers.map(f64::from);
        let share = if value > LEAST { (value.log10() - low) / (high - low).max(1.0) } else { 0.0 };
        HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
    }

    fn ticks(self) -> impl Iterator<Item = i32> {
        let [low, high] = self.powers;
        (low..=high).step_by(usize::try_from(high - low).unwrap_or(0) / 8 + 1)
    }
}

/// Where the names of the lines stand at their right ends: apart, in the order of the ends.
fn ends(series: &[Series], scale: Scale) -> Vec<f64> {
    let own = |one: &Series| scale.y(one.values.iter().rev().flatten().next().copied().unwrap_or(0.0));
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|a, b| own(&series[*a]).total_cmp(&own(&series[*b])));
    let mut ends = vec![0.0; series.len()];
    let mut last = TOP - LINE;
    for (rank, place) in order.iter().enumerate() {
        let room = (series.len() - rank - 1) as f64 * LINE;
        last = own(&series[*place]).min(HEIGHT - BOTTOM + LINE - room).max(last + LINE);
        ends[*place] = last;
    }
    ends
}

fn class(series: &Series) -> String {
    series.place.map_or("own".to_owned(), |place| format!("series-{}", place + 1))
}

fn theory(series: &Series, scale: Scale) -> Html {
    let points: String = series
        .theory
        .iter()
        .enumerate()
        .filter(|(_, value)| **value > LEAST)
        .map(|(layer, value)| format!("{},{} ", at(scale.x(layer)), at(scale.y(*value))))
        .collect();
    html! { <polyline class={classes!("theory", class(series))} {points} /> }
}

fn line(series: &Series, names: &[AttrValue], scale: Scale, end: f64) -> Html {
    let found = series.values.iter().enumerate().filter_map(|(layer, value)| Some((layer, (*value)?)));
    let points: String = found
        .clone()
        .map(|(layer, value)| format!("{},{} ", at(scale.x(layer)), at(scale.y(value))))
        .collect();
    let mark = |(layer, value): (usize, f64)| {
        let name = names.get(layer).map_or("", AttrValue::as_str);
        let title = format!("{}, {name}: {}", series.name, text::value(value as f32));
        html! {
            <path d={shape(series.place)} transform={format!("translate({} {})", at(scale.x(layer)), at(scale.y(value)))}>
                <title>{ title }</title>
            </path>
        }
    };
    let (x, y) = (scale.x(scale.layers.max(1) - 1) + 10.0, at(end));
    html! {
        <g class={class(series)}>
            <polyline {points} />
            { for found.map(mark) }
            <path d={shape(series.place)} transform={format!("translate({} {y})", at(x + 2.0))} />
            <text class="name" x={at(x + 12.0)} {y} dy="4">{ series.name }</text>
        </g>
    }
}

/// A mark for each line: colour alone tells nothing.
fn shape(place: Option<usize>) -> &'static str {
    match place {
        None => "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z",
        Some(0) => "M-4,-4h8v8h-8z",
        Some(1) => "M0,-5l5,9h-10z",
        Some(2) => "M0,5l5,-9h-10z",
        Some(3) => "M0,-5l5,5l-5,5l-5,-5z",
        Some(_) => "M-4,-4l8,8M4,-4l-8,8",
    }
}

fn at(number: f64) -> String {
    format!("{number:.1}")
}
