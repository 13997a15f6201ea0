//! The open layer: all of its feature maps on one canvas.

mod histogram;

use vggscope_core::explain::{Kind, contact_sheet};
use vggscope_core::model::Model;
use vggscope_core::nn::LayerId;
use vggscope_core::render::stats::SortBy;
use vggscope_core::render::{self, ColourMap, Range, Scale};
use vggscope_core::session::explorer::export::{Export, Format};
use vggscope_core::session::explorer::{Explore, Explorer, Phase, View};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, layer_line, percent, shape, unit_words, value, words};
use vggscope_core::wire::LayerDone;
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Choice, Waiting, place};
use crate::ui::shared::sheet::Sheet;
use histogram::Histogram;

/// How many times as wide as the panel the maps can be.
const ZOOMS: [u32; 4] = [1, 2, 4, 8];

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct LayerProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The open layer.
    pub layer: LayerId,
    /// The open channel of it.
    pub channel: Option<u16>,
    /// How its maps are shown.
    pub view: View,
    /// What is known of it.
    pub done: Option<Shared<LayerDone>>,
    /// Its sheet, as it was drawn last, and the class that its maps were sorted for.
    pub sheet: Option<Shared<contact_sheet::Answer>>,
    /// That class.
    pub class: Option<usize>,
    /// How the question for it stands.
    pub phase: Option<Phase>,
    /// The range of colours that all maps share, if they do.
    pub range: Option<Range>,
}

/// The panel of the open layer.
pub fn panel(explorer: Option<&Explorer>, ui: &Ui) -> Html {
    let open = explorer.and_then(|explorer| Some((explorer, explorer.selection.layer?)));
    let Some((explorer, layer)) = open.filter(|(explorer, _)| explorer.layer().is_some()) else {
        let words = words(ui.lang);
        return html! { <section class="maps" aria-label={words.maps}><h2>{ words.maps }</h2></section> };
    };
    let run = explorer.run.as_ref();
    let sheet = run.and_then(|run| run.answers.last::<contact_sheet::Question>());
    let sheet = sheet.filter(|(question, _)| question.layer == layer);
    html! {
        <LayerPanel ui={ui.clone()} model={explorer.model.clone()} {layer} channel={explorer.selection.channel}
            view={explorer.view} done={run.and_then(|run| run.finished(layer).cloned())}
            sheet={sheet.map(|(_, sheet)| sheet.clone())} class={sheet.and_then(|(question, _)| question.class)}
            phase={run.and_then(|run| run.answers.phase(Kind::ContactSheet).cloned())}
            range={explorer.shared_range()} />
    }
}

/// The panel.
#[component]
fn LayerPanel(props: &LayerProps) -> Html {
    let LayerProps { ui, model, layer, channel, sheet, phase, .. } = props;
    let words = words(ui.lang);
    let hovered = use_state_eq(|| None::<u16>);
    let zoom = use_state_eq(|| 0usize);
    let Some(about) = model.architecture.layer(*layer) else { return html! {} };
    let exports =
        [("PNG", Export::Sheet), ("NPY", Export::Values(Format::Npy)), ("CSV", Export::Values(Format::Csv))];
    html! {
        <section class="maps" aria-label={words.maps}>
            <h2>
                { &about.name }
                <small>{ format!("{} · {}", layer_line(ui.lang, about), shape(about.shape)) }</small>
            </h2>
            { controls(props, zoom.clone()) }
            <Waiting ui={ui.clone()} kind={Kind::ContactSheet} phase={phase.clone()} />
            <div class="sheet">
                if let Some(drawn) = sheet {
                    <div class={format!("zoomed by{}", ZOOMS[*zoom])}>
                        <Sheet tile={drawn.tile.clone()} sheet={drawn.sheet} order={drawn.order.clone()}
                            chosen={*channel} label={format!("{} {}", words.maps, about.name)}
                            pick={ui.tell(Explore::Channel)} hover={
                            let hovered = hovered.clone();
                            move |channel| hovered.set(channel)
                        } />
                    </div>
                }
            </div>
            <p class="reading" aria-live="off">{ reading(props, hovered.or(*channel)) }</p>
            if let Some(drawn) = sheet {
                <Histogram lang={ui.lang} histogram={drawn.histogram.clone()} />
                <div class="ways">
                    <span class="dim">{ words.take_away }</span>
                    { for exports.map(|(name, export)| html! {
                        <button class="small" title={format!("{}: {name}", words.take_layer)}
                            onclick={ui.tell(move |_: MouseEvent| Explore::Export(export))}>{ name }</button>
                    }) }
                </div>
            }
        </section>
    }
}

fn controls(props: &LayerProps, zoom: UseStateHandle<usize>) -> Html {
    let LayerProps { ui, model, layer, channel, view, done, range, .. } = props;
    let (words, more) = (words(ui.lang), unit_words(ui.lang));
    let Some(about) = model.architecture.layer(*layer) else { return html! {} };
    let sorts =
        [words.sort_index, words.sort_mean, words.sort_max, words.sort_sparsity, more.sort_contribution];
    let sorts = sorts.map(AttrValue::from);
    let colours =
        [words.viridis, words.magma, words.cividis, words.grey, words.diverging].map(AttrValue::from);
    let scales = [words.scale_map, words.scale_layer, words.scale_network].map(AttrValue::from);
    let dead = done.as_ref().map_or(0, |done| done.stats.iter().filter(|stats| stats.is_dead()).count());
    let note = match view.scale.over(about.shape.plane()) {
        Scale::Map => words.legend_map,
        Scale::Layer => words.legend_layer,
        Scale::Network => words.legend_network,
    };
    let hide = ui.tell(|event: yew::Event| Explore::Dead(!input::checked(&event)));
    let last = about.shape.channels.saturating_sub(1);
    let pick = ui.clone();
    let onchange = move |event: yew::Event| {
        if let Ok(channel) = input::text(&event).parse::<u16>()
            && usize::from(channel) <= last
        {
            pick.emit(Explore::Channel(Some(channel)));
        }
    };
    html! {
        <div class="controls">
            <Choice label={words.sort} options={sorts.to_vec()} chosen={place(&SortBy::ALL, &view.sort)}
                pick={ui.tell(|at: usize| Explore::Sort(SortBy::ALL[at]))} />
            <Choice label={words.colours} options={colours.to_vec()} chosen={place(&ColourMap::ALL, &view.colours)}
                pick={ui.tell(|at: usize| Explore::Colours(ColourMap::ALL[at]))} />
            <Choice label={words.scale} options={scales.to_vec()} chosen={place(&Scale::ALL, &view.scale)}
                pick={ui.tell(|at: usize| Explore::Scale(Scale::ALL[at]))} />
            <label class="choice">
                <span>{ words.channel_pick }</span>
                <input type="number" min="0" max={last.to_string()} {onchange}
                    value={channel.map(|channel| channel.to_string()).unwrap_or_default()} />
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
                    <input type="checkbox" checked={!view.dead} onchange={hide} />
                    <span>{ format!("{} ({dead})", words.hide_dead) }</span>
                </label>
            }
            <Legend colours={view.colours} range={*range} {note} low={words.min} high={words.max} />
        </div>
    }
}

fn reading(props: &LayerProps, channel: Option<u16>) -> String {
    let LayerProps { ui, model, done, sheet, class, .. } = props;
    let words = words(ui.lang);
    let stats = |channel: u16| Some((channel, done.as_ref()?.stats.get(usize::from(channel))?));
    let Some((channel, stats)) = channel.and_then(stats) else {
        return words.maps_hint.to_owned();
    };
    let contribution = sheet.as_ref().and_then(|drawn| {
        let number = *drawn.contributions.get(usize::from(channel))?;
        let (name, _) = text::class(ui.lang, &model.labels, (*class)?);
        Some(format!(" · {}", text::contribution(ui.lang, &name, number)))
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
    let tile = use_memo(*colours, |colours| Shared::new(render::legend(*colours)));
    let end = |range: Option<f32>, otherwise: &str| range.map_or_else(|| otherwise.to_owned(), value);
    html! {
        <div class="legend">
            <span>{ end(range.map(|range| range.low), low) }</span>
            <Canvas tile={(*tile).clone()} label={*note} />
            <span>{ end(range.map(|range| range.high), high) }</span>
            <span>{ format!("· {note}") }</span>
        </div>
    }
}
