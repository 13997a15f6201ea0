//! The open layer: all of its feature maps on one canvas.

mod histogram;

use vggscope_core::nn::Layer as About;
use vggscope_core::render::stats::SortBy;
use vggscope_core::render::{self, ColourMap, Range, Scale};
use vggscope_core::session::export::files::Export;
use vggscope_core::session::{Drawn, Event, Finished};
use vggscope_core::text::{self, Words, layer_line, percent, shape, unit_words, value, words};
use vggscope_core::wire::Task;
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Props;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Busy, Choice, place};
use crate::ui::shared::sheet::Sheet;
use histogram::Histogram;

/// How many times as wide as the panel the maps can be.
const ZOOMS: [u32; 4] = [1, 2, 4, 8];

/// The panel.
#[component]
pub fn Layer(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    let hovered = use_state_eq(|| None::<u16>);
    let zoom = use_state_eq(|| 0usize);
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
            { controls(props, words, about, zoom.clone()) }
            <Busy session={session.clone()} emit={emit.clone()} task={Task::Contributions} />
            <div class="sheet">
                if let Some(drawn) = drawn {
                    <div class={format!("zoomed by{}", ZOOMS[*zoom])}>
                        <Sheet tile={drawn.tile.clone()} sheet={drawn.sheet} order={drawn.order.clone()}
                            chosen={session.look.channel} label={format!("{} {}", words.maps, about.name)}
                            pick={emit.reform(Event::Channel)} hover={
                            let hovered = hovered.clone();
                            move |channel| hovered.set(channel)
                        } />
                    </div>
                }
            </div>
            <p class="reading" aria-live="off">
                { reading(props, words, finished.map(|f| &**f), drawn, hovered.or(session.look.channel)) }
            </p>
            if let Some(drawn) = drawn {
                <Histogram lang={session.lang} histogram={drawn.histogram.clone()} />
            }
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

fn controls(
    Props { session, emit }: &Props,
    words: &Words,
    about: &About,
    zoom: UseStateHandle<usize>,
) -> Html {
    let more = unit_words(session.lang);
    let sorts =
        [words.sort_index, words.sort_mean, words.sort_max, words.sort_sparsity, more.sort_contribution];
    let sorts = sorts.map(AttrValue::from);
    let colours =
        [words.viridis, words.magma, words.cividis, words.grey, words.diverging].map(AttrValue::from);
    let scales = [words.scale_map, words.scale_layer, words.scale_network].map(AttrValue::from);
    let look = session.look;
    let stats = look.layer.and_then(|layer| Some(&session.run.as_ref()?.finished(layer)?.done.stats));
    let range = session.shared_range();
    let dead = stats.map_or(0, |stats| stats.iter().filter(|stats| stats.is_dead()).count());
    let note = match look.scale.over(about.shape.plane()) {
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
            <span class="zoom" role="group" aria-label={more.zoom}>
                { for [("−", more.zoom_out, zoom.checked_sub(1)), ("+", more.zoom_in, Some(*zoom + 1))].map(|(sign, title, to)| {
                    let (to, zoom) = (to.filter(|to| *to < ZOOMS.len()), zoom.clone());
                    let onclick = move |_: MouseEvent| if let Some(to) = to { zoom.set(to) };
                    html! { <button class="small" {title} aria-label={title} disabled={to.is_none()} {onclick}>{ sign }</button> }
                }) }
            </span>
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

fn reading(
    Props { session, .. }: &Props,
    words: &Words,
    finished: Option<&Finished>,
    drawn: Option<&Drawn>,
    channel: Option<u16>,
) -> String {
    let Some((channel, stats)) =
        channel.and_then(|channel| Some((channel, finished?.done.stats.get(usize::from(channel))?)))
    else {
        return words.maps_hint.to_owned();
    };
    let contribution = drawn.and_then(|drawn| {
        let number = *drawn.contributions.get(usize::from(channel))?;
        let (name, _) = text::class(session.lang, &session.model.as_ref()?.about.labels, drawn.view.toward?);
        Some(format!(" · {}", text::contribution(session.lang, &name, number)))
    });
    let dead = if stats.is_dead() { format!(" · {}", words.dead) } else { String::new() };
    format!(
        "{} {channel} · {} {} · {} {} · {} {}{dead}{}",
        words.channel,
        words.mean,
        value(stats.mean),
        words.max,
        value(stats.max),
        words.zeros,
        percent(stats.sparsity),
        contribution.unwrap_or_default(),
    )
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
    let tile = use_memo(*colours, |colours| render::legend(*colours));
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
