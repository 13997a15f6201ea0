//! The maps of a small stack as grids side by side; the window slides over them.

use gloo::timers::callback::Interval;
use vggscope_core::nn::stack::{Both, Stack, StackLayer};
use vggscope_core::pages::keys::Move;
use vggscope_core::receptive_field::Span;
use vggscope_core::text::{sees, words};
use yew::prelude::*;

use super::FigureProps;
use crate::browser::input;

/// The largest input whose cells are drawn.
const LARGEST: usize = 32;
/// The most maps that stand side by side.
const MOST: usize = 6;
/// Between two places of the sliding window.
const PACE_MS: u32 = 700;
/// Cells between two maps.
const GAP: f64 = 2.0;

/// A unit of a map; map 0 is the input.
#[derive(Clone, Copy, PartialEq)]
struct Unit {
    map: usize,
    row: usize,
    column: usize,
}

/// The grids.
#[component]
pub fn Grid(props: &FigureProps) -> Html {
    let chosen = use_state_eq(|| None::<Unit>);
    let playing = use_state_eq(|| false);
    let over = use_node_ref();
    let sizes = sizes(&props.stack);
    let top = sizes.as_ref().map_or(0, |sizes| sizes.len() - 1);
    // A change of the stack may leave the unit without a place.
    let there = |unit: &Unit| {
        let size = sizes.as_ref().and_then(|sizes| sizes.get(unit.map));
        size.is_some_and(|[rows, columns]| unit.row < *rows && unit.column < *columns)
    };
    let unit = chosen.filter(there).unwrap_or(Unit { map: top, row: 0, column: 0 });
    {
        let (chosen, sizes) = (chosen.clone(), sizes.clone());
        use_effect_with((*playing, unit.map, unit.row, unit.column), move |(playing, ..)| {
            let next = sizes.as_ref().map(|sizes| after(unit, sizes[unit.map]));
            let timer = (*playing).then(|| Interval::new(PACE_MS, move || chosen.set(next)));
            move || drop(timer)
        });
    }
    let words = words(props.lang);
    let Some(sizes) = sizes else { return html! {} };
    let scene = Scene::of(&props.stack, &sizes);
    let onpointermove = {
        let (chosen, playing, over, scene) = (chosen.clone(), playing.clone(), over.clone(), scene.clone());
        move |event: PointerEvent| {
            let place = input::place(&event, &over).and_then(|(across, down)| scene.at(across, down));
            if place.is_some() {
                playing.set(false);
                chosen.set(place);
            }
        }
    };
    let onkeydown = {
        let (chosen, playing, sizes) = (chosen.clone(), playing.clone(), sizes.clone());
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            playing.set(false);
            let [rows, columns] = sizes[unit.map];
            let Unit { map, row, column } = unit;
            chosen.set(match step {
                Move::Left => Some(Unit { column: column.saturating_sub(1), ..unit }),
                Move::Right => Some(Unit { column: (column + 1).min(columns - 1), ..unit }),
                Move::Up => Some(Unit { row: row.saturating_sub(1), ..unit }),
                Move::Down => Some(Unit { row: (row + 1).min(rows - 1), ..unit }),
                Move::Escape => {
                    Some(Unit { map: if map == top { 1.min(top) } else { map + 1 }, row: 0, column: 0 })
                }
            });
        }
    };
    let turn = {
        let playing = playing.clone();
        move |_: MouseEvent| playing.set(!*playing)
    };
    let axes = [unit.row, unit.column];
    let spans: Vec<[Span; 2]> = {
        let [rows, columns] = [0, 1].map(|axis| props.stack.ancestors(unit.map, axes[axis], axis));
        rows.into_iter().zip(columns).map(|(rows, columns)| [rows, columns]).collect()
    };
    let seen = spans.first().cloned();
    html! {
        <div class="grids">
            <div class="controls">
                <button onclick={turn} aria-pressed={playing.to_string()}>
                    { if *playing { words.calc_pause } else { words.calc_slide } }
                </button>
                <span class="dim">{ words.calc_grid_hint }</span>
            </div>
            <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={words.calc_grid} {onpointermove} {onkeydown}>
                <svg viewBox={format!("0 0 {} {}", scene.width, scene.height)} role="img" aria-label={words.calc_grid}>
                    { for scene.maps.iter().enumerate().map(|(at, map)| grid(map, at, words.calc_input)) }
                    { for spans.iter().enumerate().map(|(at, span)| {
                        // Next below the unit lies its kernel's window; on the input, its receptive field.
                        let class = if at == 0 { "field" } else if at + 1 == unit.map { "kernel" } else { "field faint" };
                        window(&scene.maps[at], span, class)
                    }) }
                    { window(&scene.maps[unit.map], &axes.map(|at| at as i64..=at as i64), "map") }
                </svg>
            </div>
            <p class="reading" aria-live="polite">
                if let Some([rows, columns]) = &seen {
                    { sees(props.lang, unit.map, axes, rows, columns) }
                }
            </p>
        </div>
    }
}

/// Whether the maps of a stack are few and small enough to be drawn.
pub fn fits(stack: &Stack) -> bool {
    sizes(stack).is_some()
}

/// Rows and columns of all maps, where they are few and small enough to be drawn.
fn sizes(stack: &Stack) -> Option<Vec<[usize; 2]>> {
    let rows = stack.rows().ok()?;
    let sizes: Vec<_> = std::iter::once(stack.input).chain(rows.iter().map(|row| row.size)).collect();
    let small = sizes.iter().flatten().all(|side| *side <= LARGEST);
    (small && sizes.len() <= MOST).then_some(sizes)
}

/// The next place of the sliding window, row by row.
fn after(unit: Unit, [rows, columns]: [usize; 2]) -> Unit {
    let next = (unit.row * columns + unit.column + 1) % (rows * columns).max(1);
    Unit { row: next / columns, column: next % columns, ..unit }
}

/// Where maps stand, in cells.
#[derive(Clone, PartialEq)]
struct Scene {
    maps: Vec<Map>,
    width: f64,
    height: f64,
}

#[derive(Clone, PartialEq)]
struct Map {
    /// Rows and columns.
    size: [usize; 2],
    /// Padding that the layer above adds before it.
    padding: [usize; 2],
    /// How much of it the layer above adds in all.
    both: [usize; 2],
    /// The corner of its first unit.
    x: f64,
    y: f64,
}

/// Room above the maps for their names.
const NAME: f64 = 1.6;

impl Scene {
    fn of(stack: &Stack, sizes: &[[usize; 2]]) -> Scene {
        let padding = |at: usize| stack.layers.get(at).map_or([[0; 2]; 2], StackLayer::around);
        let tallest = (0..sizes.len()).map(|at| sizes[at][0] + padding(at)[1][0]).max().unwrap_or(1) as f64;
        let mut x = 0.5;
        let mut maps = Vec::new();
        for (at, size) in sizes.iter().enumerate() {
            let [[above, left], both] = padding(at);
            let high = (size[0] + both[0]) as f64;
            let y = NAME + (tallest - high) / 2.0 + above as f64;
            maps.push(Map { size: *size, padding: [above, left], both, x: x + left as f64, y });
            // Names need room as well.
            x += ((size[1] + both[1]) as f64).max(3.5) + GAP;
        }
        // A single small map is not blown up to the width of the page.
        Scene { maps, width: (x - GAP + 0.5).max(24.0), height: tallest + NAME + 0.5 }
    }

    /// The unit at a point given as shares of the picture.
    fn at(&self, across: f64, down: f64) -> Option<Unit> {
        let (x, y) = (across * self.width, down * self.height);
        self.maps.iter().enumerate().find_map(|(map, one)| {
            let (column, row) = ((x - one.x).floor(), (y - one.y).floor());
            let inside =
                row >= 0.0 && column >= 0.0 && row < one.size[0] as f64 && column < one.size[1] as f64;
            inside.then_some(Unit { map, row: row as usize, column: column as usize })
        })
    }
}

fn grid(map: &Map, at: usize, input: &str) -> Html {
    let [rows, columns] = map.size;
    let ([above, left], [down_both, across_both]) = (map.padding, map.both);
    let across: String =
        (0..=rows).map(|row| format!("M{} {}h{columns}", map.x, map.y + row as f64)).collect();
    let down: String =
        (0..=columns).map(|column| format!("M{} {}v{rows}", map.x + column as f64, map.y)).collect();
    let name = if at == 0 { input.to_owned() } else { at.to_string() };
    html! {
        <g>
            if down_both + across_both > 0 {
                <rect class="padding" x={(map.x - left as f64).to_string()} y={(map.y - above as f64).to_string()}
                    width={(columns + across_both).to_string()} height={(rows + down_both).to_string()} />
            }
            <rect class="paper" x={map.x.to_string()} y={map.y.to_string()} width={columns.to_string()} height={rows.to_string()} />
            <path class="lines" d={across + &down} />
            <text x={(map.x - left as f64).to_string()} y={(map.y - above as f64 - 0.5).to_string()}>
                { format!("{name} · {}", Both(map.size)) }
            </text>
        </g>
    }
}

fn window(map: &Map, [rows, columns]: &[Span; 2], class: &'static str) -> Html {
    html! {
        <rect {class} x={(map.x + *columns.start() as f64).to_string()} y={(map.y + *rows.start() as f64).to_string()}
            width={(columns.end() - columns.start() + 1).to_string()} height={(rows.end() - rows.start() + 1).to_string()} />
    }
}
