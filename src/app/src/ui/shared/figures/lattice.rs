//! The maps of the stack along one axis, the input at the bottom, each unit above the middle of what it sees. The unit
//! under the pointer lights its ancestors below and its descendants above.

use vggscope_core::nn::stack::{Row, Stack};
use vggscope_core::pages::keys::Move;
use vggscope_core::receptive_field::{Reach, Span};
use vggscope_core::text::{Words, words};
use yew::prelude::*;

use super::FigureProps;
use crate::browser::input;

/// Height of the picture where it has many maps, in its own units.
const HEIGHT: f64 = 540.0;
/// Room for one map: as much as is left, within these limits.
const STEP: std::ops::RangeInclusive<f64> = 20.0..=36.0;
/// Width of the picture.
const WIDTH: f64 = 1000.0;
/// Room at both sides, as a share of the input: padding is seen there.
const MARGIN: f64 = 0.06;
/// A unit narrower than this is not drawn apart.
const APART: f64 = 3.0;

/// One map of the lattice.
struct Map {
    reach: Reach,
    count: usize,
}

/// The picture.
#[component]
pub fn Lattice(props: &FigureProps) -> Html {
    let pointed = use_state_eq(|| None::<(usize, usize)>);
    let over = use_node_ref();
    let Ok(rows) = props.stack.rows() else { return html! {} };
    let words = words(props.lang);
    let maps = maps(&props.stack, &rows);
    let scene = Scene::of(&props.stack, maps.len());
    // A change of the stack may leave the unit without a place.
    let there = |(map, unit): &(usize, usize)| maps.get(*map).is_some_and(|one| *unit < one.count);
    // A picture that nobody points at shows what it could.
    let top = maps.len() - 1;
    let unit = pointed.filter(there).unwrap_or((top, maps[top].count / 2));
    let onpointermove = {
        let (pointed, over) = (pointed.clone(), over.clone());
        let counts: Vec<(Reach, usize)> = maps.iter().map(|map| (map.reach.clone(), map.count)).collect();
        move |event: PointerEvent| {
            let place =
                input::place(&event, &over).and_then(|(across, down)| scene.at(across, down, &counts));
            pointed.set(place);
        }
    };
    let onpointerleave = {
        let pointed = pointed.clone();
        move |_: PointerEvent| pointed.set(None)
    };
    let onkeydown = {
        let pointed = pointed.clone();
        let counts: Vec<usize> = maps.iter().map(|map| map.count).collect();
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            let (map, at) = unit;
            pointed.set(match step {
                Move::Left => Some((map, at.saturating_sub(1))),
                Move::Right => Some((map, (at + 1).min(counts[map] - 1))),
                Move::Up => Some(((map + 1).min(top), at.min(counts[(map + 1).min(top)] - 1))),
                Move::Down => Some((map.saturating_sub(1), at.min(counts[map.saturating_sub(1)] - 1))),
                Move::Escape => None,
            });
        }
    };
    let lit = lit(&props.stack, &maps, scene, unit.0, unit.1);
    html! {
        <div class="lattice">
            <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={words.calc_lattice}
                {onpointermove} {onpointerleave} {onkeydown}>
                <svg viewBox={format!("0 0 {WIDTH} {}", scene.height)} role="img" aria-label={words.calc_lattice}>
                    { for maps.iter().enumerate().map(|(at, map)| row(scene, at, map)) }
                    { lit }
                </svg>
            </div>
            <p class="reading" aria-live="polite">{ reading(words, &maps, unit) }</p>
        </div>
    }
}

/// The maps along the rows, the input first.
fn maps(stack: &Stack, rows: &[Row]) -> Vec<Map> {
    let input = Map { reach: Reach::pixel(), count: stack.input[0] };
    let others = rows.iter().map(|row| Map { reach: row.reach[0].clone(), count: row.size[0] });
    std::iter::once(input).chain(others).collect()
}

#[derive(Clone, Copy, PartialEq)]
struct Scene {
    /// Pixels of the input.
    pixels: f64,
    /// Number of maps.
    maps: usize,
    /// Room for one map.
    step: f64,
    height: f64,
}

impl Scene {
    fn of(stack: &Stack, maps: usize) -> Scene {
        let step = (HEIGHT / maps.max(1) as f64).clamp(*STEP.start(), *STEP.end());
        Scene { pixels: stack.input[0].max(1) as f64, maps, step, height: maps as f64 * step }
    }

    /// Where a place among the input's pixels is drawn; pixel 0 reaches from −0.5 to 0.5.
    fn x(self, pixel: f64) -> f64 {
        let share = (pixel + 0.5) / self.pixels;
        WIDTH * (MARGIN + share * (1.0 - 2.0 * MARGIN))
    }

    fn scale(self) -> f64 {
        self.x(1.0) - self.x(0.0)
    }

    fn y(self, map: usize) -> f64 {
        (self.maps - map) as f64 * self.step - self.step / 2.0
    }

    /// The unit at a point given as shares of the picture.
    fn at(self, across: f64, down: f64, maps: &[(Reach, usize)]) -> Option<(usize, usize)> {
        let row = (down * self.maps as f64).floor();
        if !(0.0..self.maps as f64).contains(&row) {
            return None;
        }
        let map = self.maps - 1 - row as usize;
        let (reach, count) = maps.get(map)?;
        let pixel = (across - MARGIN) / (1.0 - 2.0 * MARGIN) * self.pixels - 0.5;
        let unit = ((pixel - reach.centre()) / reach.stride()).round();
        Some((map, unit.clamp(0.0, *count as f64 - 1.0) as usize))
    }
}

/// Half the width at which a unit of this map is drawn.
fn half(scene: Scene, reach: &Reach) -> f64 {
    (reach.stride() * scene.scale() / 2.0 - 0.75).clamp(0.5, 16.0)
}

fn row(scene: Scene, at: usize, map: &Map) -> Html {
    let y = scene.y(at);
    let place = |unit: usize| scene.x(map.reach.centre() + unit as f64 * map.reach.stride());
    let half = half(scene, &map.reach);
    if map.reach.stride() * scene.scale() < APART {
        let (from, to) = (place(0) - half, place(map.count - 1) + half);
        return html! {
            <rect key={at} class="cell" x={from.to_string()} y={(y - 7.0).to_string()} width={(to - from).to_string()} height="14" />
        };
    }
    let cells: String = (0..map.count)
        .map(|unit| {
            format!("M{:.2} {:.2}h{:.2}v14h-{:.2}Z", place(unit) - half, y - 7.0, 2.0 * half, 2.0 * half)
        })
        .collect();
    html! { <path key={at} class="cell" d={cells} /> }
}

fn lit(stack: &Stack, maps: &[Map], scene: Scene, map: usize, unit: usize) -> Html {
    let below = stack.ancestors(map, unit, 0).into_iter().enumerate().map(|(at, span)| (at, span, "field"));
    let above =
        stack.descendants(map, unit, 0).into_iter().enumerate().map(|(at, span)| (map + 1 + at, span, "map"));
    let own = (map, unit as i64..=unit as i64, "own");
    html! {
        <>
            { for below.chain(above).filter_map(|(at, span, class)| bar(scene, maps.get(at)?, at, span, class)) }
            { maps.get(map).and_then(|one| bar(scene, one, own.0, own.1, own.2)) }
        </>
    }
}

fn bar(scene: Scene, map: &Map, at: usize, span: Span, class: &'static str) -> Option<Html> {
    // Below the image lies padding, which is seen as well; above, only units that are there count.
    let (low, high) = if class == "field" {
        (*span.start(), *span.end())
    } else {
        ((*span.start()).max(0), (*span.end()).min(map.count as i64 - 1))
    };
    if low > high {
        return None;
    }
    let place = |unit: i64| scene.x(map.reach.centre() + unit as f64 * map.reach.stride());
    let half = half(scene, &map.reach);
    let y = scene.y(at) - 8.5;
    let rect = |from: i64, to: i64, class: &'static str| {
        let (left, right) = (place(from) - half - 1.5, place(to) + half + 1.5);
        html! {
            <rect {class} x={left.to_string()} y={y.to_string()} width={(right - left).to_string()} height="17" />
        }
    };
    let last = map.count as i64 - 1;
    Some(html! {
        <>
            if low <= last && high >= 0 {
                { rect(low.max(0), high.min(last), class) }
            }
            if low < 0 {
                { rect(low, high.min(-1), "pad") }
            }
            if high > last {
                { rect(low.max(last + 1), high, "pad") }
            }
        </>
    })
}

fn reading(words: &Words, maps: &[Map], (map, unit): (usize, usize)) -> String {
    let Some(one) = maps.get(map) else { return String::new() };
    let name = if map == 0 { words.calc_input.to_owned() } else { format!("{} {map}", words.calc_layer) };
    let pixels = one.reach.pixels(unit);
    let text = format!(
        "{name}, {} {unit} {} {} {}…{} (r = {})",
        words.calc_unit,
        words.calc_sees,
        words.calc_pixels,
        pixels.start(),
        pixels.end(),
        one.reach.size(),
    );
    text.replace('-', "−")
}
