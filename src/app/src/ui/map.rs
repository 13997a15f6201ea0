//! The open map: one channel, large, with the value under the pointer.

use std::rc::Rc;

use vggscope_core::net::Shape;
use vggscope_core::paint::{self, Range, Scale};
use vggscope_core::session::{Event, Map as Values};
use vggscope_core::text::{value, words};
use yew::prelude::*;

use super::Props;
use super::tile::Canvas;
use crate::browser::input::{self, Move};

/// The panel.
#[component]
pub fn Map(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    let look = session.look;
    let map = session.map.as_ref().filter(|map| {
        Some(map.layer) == look.layer
            && Some(map.channel) == look.channel
            && session.run.as_ref().is_some_and(|run| run.job == map.job)
    });
    let finished = look.layer.and_then(|layer| session.run.as_ref()?.finished(layer));
    let about = look.layer.and_then(|layer| session.model.as_ref()?.about.net.layer(layer));
    let (Some(map), Some(finished), Some(about)) = (map, finished, about) else {
        return html! {
            <section class="unit empty" aria-label={words.channel}>
                <h2>{ words.channel }</h2>
                <p class="dim">{ words.maps_hint }</p>
            </section>
        };
    };
    let stats = &finished.done.stats;
    let own = stats.get(usize::from(map.channel)).into_iter();
    let range = if look.scale == Scale::Layer { look.colours.range(stats) } else { look.colours.range(own) };
    let tile = Rc::new(paint::plane(&map.values, about.shape.width, range, look.colours));
    let close = emit.reform(|_: MouseEvent| Event::Channel(None));
    html! {
        <section class="unit" aria-label={words.channel}>
            <h2>
                { format!("{} · {} {}", about.name, words.channel, map.channel) }
                <button class="small" onclick={close}>{ words.close }</button>
            </h2>
            <Large map={map.clone()} shape={about.shape} {tile} {range} label={format!("{} {}", about.name, map.channel)}
                hint={words.point_hint} names={[words.row, words.column, words.value]} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LargeProps {
    map: Values,
    shape: Shape,
    tile: Rc<paint::Tile>,
    range: Range,
    label: String,
    hint: &'static str,
    names: [&'static str; 3],
}

#[component]
fn Large(props: &LargeProps) -> Html {
    let LargeProps { map, shape, tile, range, label, hint, names } = props;
    let Shape { height, width, .. } = *shape;
    let unit = use_state_eq(|| None::<(usize, usize)>);
    // A unit of one map may not exist on the next.
    let at = unit.filter(|(row, column)| *row < height && *column < width);
    let over = use_node_ref();
    let onpointermove = {
        let (unit, over) = (unit.clone(), over.clone());
        move |event: PointerEvent| {
            let place = input::place(&event, &over).map(|(across, down)| {
                let index =
                    |share: f64, count: usize| ((share * count as f64).max(0.0) as usize).min(count - 1);
                (index(down, height), index(across, width))
            });
            unit.set(place);
        }
    };
    let onkeydown = {
        let unit = unit.clone();
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            let (row, column) = at.unwrap_or_default();
            unit.set(match step {
                Move::Left => Some((row, column.saturating_sub(1))),
                Move::Right => Some((row, (column + 1).min(width - 1))),
                Move::Up => Some((row.saturating_sub(1), column)),
                Move::Down => Some(((row + 1).min(height - 1), column)),
                Move::Escape => None,
            });
        }
    };
    let [row_name, column_name, value_name] = names;
    let reading = at.and_then(|(row, column)| {
        let number = map.values.get(row * width + column)?;
        Some(format!("{row_name} {row}, {column_name} {column}: {value_name} {}", value(*number)))
    });
    html! {
        <>
            <div ref={over} class="overlaid large" tabindex="0" role="group" aria-label={label.clone()} {onpointermove} {onkeydown}>
                <Canvas tile={tile.clone()} label={label.clone()} />
                <svg viewBox={format!("0 0 {width} {height}")} preserveAspectRatio="none" aria-hidden="true">
                    if let Some((row, column)) = at {
                        <rect class="chosen" x={column.to_string()} y={row.to_string()} width="1" height="1" />
                    }
                </svg>
            </div>
            <p class="reading" aria-live="polite">{ reading.unwrap_or_else(|| (*hint).to_owned()) }</p>
            <p class="dim">{ format!("{} … {}", value(range.low), value(range.high)) }</p>
        </>
    }
}
