//! The open map: one channel, large, with the value under the pointer.

use vggscope_core::explain::{Kind, feature_map};
use vggscope_core::image::Fit;
use vggscope_core::model::Model;
use vggscope_core::nn::{Layer, LayerId, Shape};
use vggscope_core::pages::route::Link;
use vggscope_core::render::places::Places;
use vggscope_core::render::{self, ColourMap, Range};
use vggscope_core::session::explorer::export::Export;
use vggscope_core::session::explorer::selection::Lit;
use vggscope_core::session::explorer::{Explore, NetworkInput, Phase, Target};
use vggscope_core::session::{Photo, Session, Source};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, value, words};
use yew::prelude::*;

use super::effective_field::Effective;
use super::focus::use_focus;
use super::receptive_field::{Field, Pointing, keys, pointing};
use super::reference::{Reference, ReferencePanel};
use crate::browser::input;
use crate::samples::SAMPLES;
use crate::ui::Ui;
use crate::ui::embed::EmbedThis;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::zoom::Zoom;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct MapProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The open layer.
    pub layer: LayerId,
    /// The open channel of it.
    pub channel: u16,
    /// Its values.
    pub map: Shared<feature_map::Answer>,
    /// Its colours.
    pub colours: ColourMap,
    /// The values at their ends.
    pub range: Range,
    /// The photo.
    pub photo: Option<Shared<Photo>>,
    /// Where it can be had.
    pub url: Option<AttrValue>,
    /// What the network is fed of it.
    pub input: Option<Shared<NetworkInput>>,
    /// How the photo was made that.
    pub fit: Fit,
    /// The run that is kept for comparison.
    pub reference: Option<Reference>,
    /// Whether it is asked how much each pixel counts.
    pub effective: bool,
    /// How that question stands.
    pub phase: Option<Phase>,
}

/// The panel of the open map.
pub fn panel(session: &Session, ui: &Ui, url: Option<AttrValue>) -> Html {
    shown(session, ui, url).unwrap_or_else(|| {
        let words = words(ui.lang);
        html! {
            <section class="unit empty" aria-label={words.channel}>
                <h2>{ words.channel }</h2>
                <p class="dim">{ words.maps_hint }</p>
            </section>
        }
    })
}

fn shown(session: &Session, ui: &Ui, url: Option<AttrValue>) -> Option<Html> {
    let explorer = session.explorer.as_ref()?;
    let (layer, channel) = (explorer.selection.layer?, explorer.selection.channel?);
    let run = explorer.run.as_ref()?;
    let map = run.answers.to(feature_map::Question { layer, channel })?;
    let reference = explorer.reference.as_ref().map(|reference| Reference {
        name: reference.photo.clone(),
        input: reference.input.clone(),
        map: reference.answers.to(feature_map::Question { layer, channel }).cloned(),
        same: reference.id == run.id,
    });
    Some(html! {
        <MapPanel ui={ui.clone()} model={explorer.model.clone()} {layer} {channel} map={map.clone()}
            colours={explorer.view.colours} range={explorer.range(channel)?} photo={session.photo.clone()} {url}
            input={run.input.clone()} fit={session.fit} {reference} effective={explorer.selection.effective_field}
            phase={run.answers.phase(Kind::EffectiveField).cloned()} />
    })
}

/// The panel.
#[component]
fn MapPanel(props: &MapProps) -> Html {
    let MapProps { ui, model, layer, channel, map, colours, range, .. } = props;
    let words = words(ui.lang);
    let Some(about) = model.architecture.layer(*layer) else { return html! {} };
    let take = ui.tell(|_: MouseEvent| Explore::Export(Export::Map));
    let close = ui.tell(|_: MouseEvent| Explore::Channel(None));
    html! {
        <section class="unit" aria-label={words.channel}>
            <h2>
                { format!("{} · {} {}", about.name, words.channel, channel) }
                if let Some(name) = class(ui, model, about, *channel) {
                    <small>{ name }</small>
                }
                <button class="small" onclick={close}>{ words.close }</button>
            </h2>
            <div class="both">
                <div>
                    <Large ui={ui.clone()} map={map.clone()} shape={about.shape} range={*range} colours={*colours}
                        label={format!("{} {}", about.name, channel)} />
                    <div class="ways">
                        <span class="dim">{ words.take_away }</span>
                        <button class="small" title={format!("{}: {}", words.take_map, "PNG")} onclick={take}>{ "PNG" }</button>
                    </div>
                    <ReferencePanel ui={ui.clone()} reference={props.reference.clone()} map={map.clone()}
                        width={about.shape.width} colours={*colours} input={props.input.clone()}
                        name={props.photo.as_ref().map(|photo| photo.name.clone()).unwrap_or_default()} />
                </div>
                { field(props) }
            </div>
            <EmbedUnit ui={ui.clone()} layer={*layer} channel={*channel}
                photo={props.photo.as_ref().map(|photo| photo.source)} title={format!("{} {}", about.name, channel)} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct EmbedUnitProps {
    ui: Ui,
    layer: LayerId,
    channel: u16,
    photo: Option<Source>,
    title: AttrValue,
}

/// The text that embeds this map and the pinned unit, on a photo that comes with the page.
#[component]
fn EmbedUnit(props: &EmbedUnitProps) -> Html {
    let EmbedUnitProps { ui, layer, channel, photo, title } = props;
    let focus = use_focus();
    let Some(Source::Sample(index)) = *photo else { return html! {} };
    let Some(sample) = SAMPLES.get(index) else { return html! {} };
    let unit = match focus.cursor.pinned {
        Some(Target::Unit(unit)) => Some(unit),
        _ => None,
    };
    let link = Link { layer: *layer, channel: Some(*channel), unit };
    html! { <EmbedThis lang={ui.lang} of={link.address_on(sample.name())} title={title.clone()} /> }
}

/// What the units of the map see, where there is a photo to show it on.
fn field(props: &MapProps) -> Html {
    let MapProps { ui, model, layer, photo, url, input, fit, .. } = props;
    let (Some(photo), Some(url), Some(input)) = (photo, url, input) else { return html! {} };
    html! {
        <div>
            <h3>{ words(ui.lang).sees }</h3>
            <Field ui={ui.clone()} model={model.clone()} layer={*layer} photo={photo.clone()} input={input.clone()}
                fit={*fit} {url} />
            <Effective ui={ui.clone()} shown={props.effective} phase={props.phase.clone()}
                width={model.architecture.input().width} />
        </div>
    }
}

/// The class that a channel is the score of, if its layer holds the scores.
fn class(ui: &Ui, model: &Model, layer: &Layer, channel: u16) -> Option<String> {
    let architecture = &model.architecture;
    let scores = layer.shape.units() == architecture.classes && architecture.layers.last() == Some(layer);
    (scores && layer.shape.plane() == 1).then(|| text::class(ui.lang, &model.labels, usize::from(channel)).0)
}

#[derive(Properties, PartialEq)]
struct LargeProps {
    ui: Ui,
    map: Shared<feature_map::Answer>,
    shape: Shape,
    range: Range,
    colours: ColourMap,
    label: String,
}

#[component]
fn Large(props: &LargeProps) -> Html {
    let LargeProps { ui, map, shape, range, colours, label } = props;
    let words = words(ui.lang);
    let Shape { height, width, .. } = *shape;
    let tile = use_memo((map.clone(), *range, *colours), |(map, range, colours)| {
        Shared::new(render::plane(&map.values, width, *range, *colours))
    });
    let places = use_memo(map.clone(), |map| Places::of(&map.values, width));
    let over = use_node_ref();
    let under = {
        let over = over.clone();
        move |event: &PointerEvent| {
            let (across, down) = input::place(event, &over)?;
            let index = |share: f64, count: usize| ((share * count as f64).max(0.0) as usize).min(count - 1);
            Some(Target::Unit([index(down, height), index(across, width)]))
        }
    };
    let focus = use_focus();
    let unit = match &focus.lit {
        Some(Lit::Field { unit, .. }) => Some(*unit),
        _ => match focus.cursor.target() {
            // Where it is not known what a layer sees, its units can still be read.
            Some(Target::Unit(unit)) if unit[0] < height && unit[1] < width => Some(unit),
            _ => None,
        },
    };
    let Pointing { onpointermove, onpointerleave, onpointerup } = pointing(ui, focus.cursor, under);
    let onkeydown = keys(ui, [height, width], unit.unwrap_or_default(), Target::Unit);
    let reading = unit.and_then(|[row, column]| {
        let number = map.values.get(row * width + column)?;
        Some(format!("{} {row}, {} {column}: {} {}", words.row, words.column, words.value, value(*number)))
    });
    html! {
        <>
            <Zoom lang={ui.lang}><div ref={over} class="overlaid large" tabindex="0" role="group" aria-label={label.clone()}
                {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
                <Canvas tile={(*tile).clone()} label={label.clone()} />
                <svg viewBox={format!("0 0 {width} {height}")} preserveAspectRatio="none" aria-hidden="true">
                    if let Some([row, column]) = unit {
                        <rect class="chosen" x={column.to_string()} y={row.to_string()} width="1" height="1" />
                    }
                    if let Some(Lit::Units { units: [rows, columns], .. }) = &focus.lit
                        && !rows.is_empty() && !columns.is_empty()
                    {
                        <rect class="chosen" x={columns.start().to_string()} y={rows.start().to_string()}
                            width={(columns.end() - columns.start() + 1).to_string()}
                            height={(rows.end() - rows.start() + 1).to_string()} />
                    }
                </svg>
            </div></Zoom>
            <p class="reading" aria-live="polite">{ reading.unwrap_or_else(|| words.point_hint.to_owned()) }</p>
            <p class="dim">{ format!("{} … {}", value(range.low), value(range.high)) }</p>
            <p class="dim places">{ text::places(ui.lang, &places) }</p>
        </>
    }
}
