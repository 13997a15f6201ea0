//! The open map: one channel, large, with the value under the pointer.

use vggscope_core::nn::{Layer, Shape};
use vggscope_core::render::{self, ColourMap, Range};
use vggscope_core::session::export::files::Export;
use vggscope_core::session::selection::{Seen, Spot};
use vggscope_core::session::{Event, Map as Values, Session};
use vggscope_core::text::{self, value, words};
use yew::prelude::*;

use super::effective_field::Effective;
use super::receptive_field::{Gaze, Hands, hands, keys};
use super::reference::Beside;
use crate::browser::input;
use crate::ui::Props;
use crate::ui::shared::canvas::Canvas;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct MapProps {
    /// State and events.
    pub part: Props,
    /// Where the photo on screen can be had.
    pub url: Option<String>,
}

/// The panel.
#[component]
pub fn Map(props: &MapProps) -> Html {
    let Props { session, emit } = &props.part;
    let words = words(session.lang);
    let look = session.look;
    let map = session.map.as_ref().filter(|map| {
        Some(map.layer) == look.layer
            && Some(map.channel) == look.channel
            && session.run.as_ref().is_some_and(|run| run.job == map.job)
    });
    let about = look.layer.and_then(|layer| session.model.as_ref()?.about.net.layer(layer));
    let (Some(map), Some(about)) = (map, about) else {
        return html! {
            <section class="unit empty" aria-label={words.channel}>
                <h2>{ words.channel }</h2>
                <p class="dim">{ words.maps_hint }</p>
            </section>
        };
    };
    let Some(range) = session.range(map.channel) else { return html! {} };
    let take = emit.reform(|_: MouseEvent| Event::Export(Export::Map));
    let close = emit.reform(|_: MouseEvent| Event::Channel(None));
    html! {
        <section class="unit" aria-label={words.channel}>
            <h2>
                { format!("{} · {} {}", about.name, words.channel, map.channel) }
                if let Some(name) = class(session, about, map.channel) {
                    <small>{ name }</small>
                }
                <button class="small" onclick={close}>{ words.close }</button>
            </h2>
            <div class="both">
                <div>
                    <Large part={props.part.clone()} map={map.clone()} shape={about.shape} {range} colours={look.colours}
                        label={format!("{} {}", about.name, map.channel)} />
                    <div class="ways">
                        <span class="dim">{ words.take_away }</span>
                        <button class="small" title={format!("{}: {}", words.take_map, "PNG")} onclick={take}>{ "PNG" }</button>
                    </div>
                    <Beside part={props.part.clone()} map={map.clone()} shape={about.shape} />
                </div>
                if let Some(url) = &props.url {
                    <div>
                        <h3>{ words.sees }</h3>
                        <Gaze part={props.part.clone()} url={url.clone()} />
                        <Effective ..props.part.clone() />
                    </div>
                }
            </div>
        </section>
    }
}

/// The class that a channel is the score of, if its layer holds the scores.
fn class(session: &Session, layer: &Layer, channel: u16) -> Option<String> {
    let about = &session.model.as_ref()?.about;
    let scores = layer.shape.units() == about.net.classes && about.net.layers.last() == Some(layer);
    (scores && layer.shape.plane() == 1)
        .then(|| text::class(session.lang, &about.labels, usize::from(channel)).0)
}

#[derive(Properties, PartialEq)]
struct LargeProps {
    part: Props,
    map: Values,
    shape: Shape,
    range: Range,
    colours: ColourMap,
    label: String,
}

#[component]
fn Large(props: &LargeProps) -> Html {
    let LargeProps { part: Props { session, emit }, map, shape, range, colours, label } = props;
    let words = words(session.lang);
    let Shape { height, width, .. } = *shape;
    let tile = use_memo((map.clone(), *range, *colours), |(map, range, colours)| {
        render::plane(&map.values, width, *range, *colours)
    });
    let over = use_node_ref();
    let under = {
        let over = over.clone();
        move |event: &PointerEvent| {
            let (across, down) = input::place(event, &over)?;
            let index = |share: f64, count: usize| ((share * count as f64).max(0.0) as usize).min(count - 1);
            Some(Spot::Unit([index(down, height), index(across, width)]))
        }
    };
    let seen = session.seen();
    let unit = match &seen {
        Some(Seen::Field { unit, .. }) => Some(*unit),
        _ => match session.gaze.spot() {
            // Where it is not known what a layer sees, its units can still be read.
            Some(Spot::Unit(unit)) if unit[0] < height && unit[1] < width => Some(unit),
            _ => None,
        },
    };
    let Hands { onpointermove, onpointerleave, onpointerup } = hands(session, emit, under);
    let onkeydown = keys(emit, [height, width], unit.unwrap_or_default(), Spot::Unit);
    let reading = unit.and_then(|[row, column]| {
        let number = map.values.get(row * width + column)?;
        Some(format!("{} {row}, {} {column}: {} {}", words.row, words.column, words.value, value(*number)))
    });
    html! {
        <>
            <div ref={over} class="overlaid large" tabindex="0" role="group" aria-label={label.clone()}
                {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
                <Canvas {tile} label={label.clone()} />
                <svg viewBox={format!("0 0 {width} {height}")} preserveAspectRatio="none" aria-hidden="true">
                    if let Some([row, column]) = unit {
                        <rect class="chosen" x={column.to_string()} y={row.to_string()} width="1" height="1" />
                    }
                    if let Some(Seen::Units { units: [rows, columns], .. }) = &seen
                        && !rows.is_empty() && !columns.is_empty()
                    {
                        <rect class="chosen" x={columns.start().to_string()} y={rows.start().to_string()}
                            width={(columns.end() - columns.start() + 1).to_string()}
                            height={(rows.end() - rows.start() + 1).to_string()} />
                    }
                </svg>
            </div>
            <p class="reading" aria-live="polite">{ reading.unwrap_or_else(|| words.point_hint.to_owned()) }</p>
            <p class="dim">{ format!("{} … {}", value(range.low), value(range.high)) }</p>
        </>
    }
}
