//! The open layer: all of its feature maps on one canvas.

use std::rc::Rc;

use vggscope_core::net::Layer as About;
use vggscope_core::paint::{self, ColourMap, Range, Scale};
use vggscope_core::session::{Drawn, Event, Finished};
use vggscope_core::stats::SortBy;
use vggscope_core::takeaway::Export;
use vggscope_core::text::{Words, layer_line, percent, shape, value, words};
use yew::prelude::*;

use super::Props;
use super::controls::{Choice, place};
use super::tile::Canvas;
use crate::browser::input::{self, Move};

/// The panel.
#[component]
pub fn Layer(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    let hovered = use_state_eq(|| None::<u16>);
    let open = session.look.layer;
    let about = open.and_then(|layer| session.model.as_ref()?.about.net.layer(layer));
    let finished = open.and_then(|layer| session.run.as_ref()?.finished(layer));
    let (Some(about), Some(layer)) = (about, open) else {
        return html! {
            <section class="maps" aria-label={words.maps}><h2>{ words.maps }</h2></section>
        };
    };
    let drawn = session.sheet.as_ref().filter(|drawn| {
        session.run.as_ref().is_some_and(|run| run.job == drawn.job) && drawn.view.layer == layer
    });
    html! {
        <section class="maps" aria-label={words.maps}>
            <h2>
                { &about.name }
                <small>{ format!("{} · {}", layer_line(session.lang, about), shape(about.shape)) }</small>
            </h2>
            { controls(props, words, about) }
            <div class="sheet">
                if let (Some(drawn), Some(finished)) = (drawn, finished) {
                    <Sheet drawn={drawn.clone()} finished={finished.clone()} channel={session.look.channel}
                        label={format!("{} {}", words.maps, about.name)} emit={emit.clone()} hover={
                        let hovered = hovered.clone();
                        move |channel| hovered.set(channel)
                    } />
                }
            </div>
            <p class="reading" aria-live="off">
                { reading(words, finished.map(|f| &**f), hovered.or(session.look.channel)) }
            </p>
            if drawn.is_some() {
                <div class="ways">
                    <span class="dim">{ words.take_away }</span>
                    { for [("PNG", Export::Sheet), ("NPY", Export::Npy), ("CSV", Export::Csv)].map(|(name, export)| html! {
                        <button class="small" title={format!("{}: {name}", words.take_layer)}
                            onclick={emit.reform(move |_: MouseEvent| Event::Export(export))}>{ name }</button>
                    }) }
                </div>
            }
        </section>
    }
}

fn controls(Props { session, emit }: &Props, words: &Words, about: &About) -> Html {
    let sorts = [words.sort_index, words.sort_mean, words.sort_max, words.sort_sparsity].map(AttrValue::from);
    let colours =
        [words.viridis, words.magma, words.cividis, words.grey, words.diverging].map(AttrValue::from);
    let scales = [words.scale_map, words.scale_layer, words.scale_network].map(AttrValue::from);
    let look = session.look;
    let stats = look.layer.and_then(|layer| Some(&session.run.as_ref()?.finished(layer)?.done.stats));
    let range = session.shared_range();
    let dead = stats.map_or(0, |stats| stats.iter().filter(|stats| stats.is_dead()).count());
    let note = match look.scale {
        Scale::Map => words.legend_map,
        Scale::Layer => words.legend_layer,
        Scale::Network => words.legend_network,
    };
    let hide = emit.reform(|event: yew::Event| Event::Dead(!input::checked(&event)));
    let last = about.shape.channels.saturating_sub(1);
    let pick = emit.clone();
    let onchange = move |event: yew::Event| {
        if let Ok(channel) = input::text(&event).parse::<u16>()
            && usize::from(channel) <= last
        {
            pick.emit(Event::Channel(Some(channel)));
        }
    };
    html! {
        <div class="controls">
            <Choice label={words.sort} options={sorts.to_vec()} chosen={place(&SortBy::ALL, &look.sort)}
                pick={emit.reform(|at: usize| Event::Sort(SortBy::ALL[at]))} />
            <Choice label={words.colours} options={colours.to_vec()} chosen={place(&ColourMap::ALL, &look.colours)}
                pick={emit.reform(|at: usize| Event::Colours(ColourMap::ALL[at]))} />
            <Choice label={words.scale} options={scales.to_vec()} chosen={place(&Scale::ALL, &look.scale)}
                pick={emit.reform(|at: usize| Event::Scale(Scale::ALL[at]))} />
            <label class="choice">
                <span>{ words.channel_pick }</span>
                <input type="number" min="0" max={last.to_string()} {onchange}
                    value={look.channel.map(|channel| channel.to_string()).unwrap_or_default()} />
            </label>
            if dead > 0 {
                <label class="choice">
                    <input type="checkbox" checked={!look.dead} onchange={hide} />
                    <span>{ format!("{} ({dead})", words.hide_dead) }</span>
                </label>
            }
            <Legend colours={look.colours} {range} {note} low={words.min} high={words.max} />
        </div>
    }
}

fn reading(words: &Words, finished: Option<&Finished>, channel: Option<u16>) -> String {
    let Some((channel, stats)) =
        channel.and_then(|channel| Some((channel, finished?.done.stats.get(usize::from(channel))?)))
    else {
        return words.maps_hint.to_owned();
    };
    let dead = if stats.is_dead() { format!(" · {}", words.dead) } else { String::new() };
    format!(
        "{} {channel} · {} {} · {} {} · {} {}{dead}",
        words.channel,
        words.mean,
        value(stats.mean),
        words.max,
        value(stats.max),
        words.zeros,
        percent(stats.sparsity),
    )
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    drawn: Drawn,
    finished: Rc<Finished>,
    channel: Option<u16>,
    label: String,
    emit: Callback<Event>,
    hover: Callback<Option<u16>>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let SheetProps { drawn, finished, channel, label, emit, hover } = props;
    let order = Rc::new(drawn.view.order(&finished.done.stats));
    let pointed = use_state_eq(|| None::<usize>);
    let sheet = drawn.sheet;
    let over = use_node_ref();
    let under = {
        let over = over.clone();
        move |event: &PointerEvent| {
            let (across, down) = input::place(event, &over)?;
            sheet.place(across, down)
        }
    };
    let onpointermove = {
        let (order, hover, pointed) = (order.clone(), hover.clone(), pointed.clone());
        let under = under.clone();
        move |event: PointerEvent| {
            let place = under(&event);
            pointed.set(place);
            hover.emit(place.map(|place| order[place]));
        }
    };
    let onpointerleave = {
        let (hover, pointed) = (hover.clone(), pointed.clone());
        move |_: PointerEvent| {
            pointed.set(None);
            hover.emit(None);
        }
    };
    let onpointerup = {
        let (order, emit) = (order.clone(), emit.clone());
        move |event: PointerEvent| {
            if let Some(place) = under(&event) {
                emit.emit(Event::Channel(Some(order[place])));
            }
        }
    };
    let chosen = channel.and_then(|channel| order.iter().position(|one| *one == channel));
    let onkeydown = {
        let (order, emit) = (order.clone(), emit.clone());
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            let channel = step_to(step, chosen, sheet.columns, order.len()).map(|place| order[place]);
            emit.emit(Event::Channel(channel));
        }
    };
    let mark = |place: Option<usize>, class: &'static str| {
        place.map(|place| {
            let (x, y) = sheet.corner(place);
            html! {
                <rect {class} x={x.to_string()} y={y.to_string()} width={sheet.cell_width.to_string()}
                    height={sheet.cell_height.to_string()} />
            }
        })
    };
    html! {
        <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={label.clone()}
            {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
            <Canvas tile={drawn.tile.clone()} label={label.clone()} />
            <svg viewBox={format!("0 0 {} {}", sheet.width(), sheet.height())} preserveAspectRatio="none"
                aria-hidden="true">
                { mark(*pointed, "pointed") }
                { mark(chosen, "chosen") }
            </svg>
        </div>
    }
}

/// Where a key leads among the maps, none for out.
fn step_to(step: Move, from: Option<usize>, columns: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let Some(at) = from else { return (step != Move::Escape).then_some(0) };
    match step {
        Move::Left => Some(at.saturating_sub(1)),
        Move::Right => Some((at + 1).min(last)),
        Move::Up => Some(at.checked_sub(columns).unwrap_or(at)),
        Move::Down => Some(if at + columns <= last { at + columns } else { at }),
        Move::Escape => None,
    }
}

#[derive(Properties, PartialEq)]
struct LegendProps {
    colours: ColourMap,
    range: Option<Range>,
    note: &'static str,
    low: &'static str,
    high: &'static str,
}

/// The colours from low to high, with the values at their ends.
#[component]
fn Legend(props: &LegendProps) -> Html {
    let LegendProps { colours, range, note, low, high } = props;
    let tile = use_memo(*colours, |colours| paint::legend(*colours));
    let end = |range: Option<f32>, otherwise: &str| range.map_or_else(|| otherwise.to_owned(), value);
    html! {
        <div class="legend">
            <span>{ end(range.map(|range| range.low), low) }</span>
            <Canvas {tile} label={*note} />
            <span>{ end(range.map(|range| range.high), high) }</span>
            <span>{ format!("· {note}") }</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_on_the_sheet() {
        assert_eq!(step_to(Move::Right, None, 8, 64), Some(0));
        assert_eq!(step_to(Move::Right, Some(63), 8, 64), Some(63));
        assert_eq!(step_to(Move::Down, Some(3), 8, 64), Some(11));
        assert_eq!(step_to(Move::Down, Some(60), 8, 64), Some(60));
        assert_eq!(step_to(Move::Up, Some(3), 8, 64), Some(3));
        assert_eq!(step_to(Move::Escape, Some(3), 8, 64), None);
        assert_eq!(step_to(Move::Right, None, 8, 0), None);
    }
}
