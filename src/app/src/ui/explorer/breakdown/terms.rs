//! What a number is computed from: patches and kernels, features and weights, or the values of a pool.

use vggscope_core::explain::breakdown::{self, Feature, Origin, Patches, Pooled, Slice, Terms as Kinds};
use vggscope_core::model::Model;
use vggscope_core::nn::{Architecture, LayerId, Op};
use vggscope_core::render::stats::ChannelStats;
use vggscope_core::render::{ColourMap, Range, Tile};
use vggscope_core::session::Lang;
use vggscope_core::session::explorer::{Explore, Target};
use vggscope_core::shared::Shared;
use vggscope_core::text::{decimals, origin, others, product, shown_terms, unit_words, value, words};
use yew::prelude::*;

use super::matrix::Matrix;
use super::{line, places};
use crate::browser::input;
use crate::ui::Ui;
use crate::ui::explorer::focus::use_focus;
use crate::ui::shared::canvas::Canvas;

/// Weights have signs.
const SIGNED: ColourMap = ColourMap::Diverging;

/// What the terms are given.
#[derive(Properties, PartialEq)]
pub struct TermsProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The unit.
    pub question: breakdown::Question,
    /// How its value came to be.
    pub answer: Shared<breakdown::Answer>,
}

/// The terms.
#[component]
pub fn Terms(props: &TermsProps) -> Html {
    let TermsProps { ui, model, question, answer } = props;
    // The term and the cell of it that is pointed at.
    let marked = use_state_eq(|| None::<(usize, usize)>);
    let lang = ui.lang;
    let words = unit_words(lang);
    let Some(found) = &answer.breakdown else { return html! {} };
    let (architecture, places) = (&model.architecture, places(found));
    let maps = |at: usize| answer.maps.get(at).cloned();
    match &found.terms {
        Kinds::Convolution { from, window, top, .. } => {
            let colours = question.colours;
            let seen = range(colours, top.iter().flat_map(|slice| slice.patch.iter().flatten().copied()));
            let weights = range(SIGNED, top.iter().flat_map(|slice| slice.kernel.iter().copied()));
            let term = |at: usize, slice: &Slice| {
                let point = {
                    let marked = marked.clone();
                    Callback::from(move |cell: Option<usize>| marked.set(cell.map(|cell| (at, cell))))
                };
                let cell = marked.filter(|(term, _)| *term == at).map(|(_, cell)| cell);
                let name = map_name(lang, architecture, from, slice.channel);
                html! {
                    <li key={at} class="term">
                        { below(props, maps(at), *window, from, slice.channel) }
                        <Matrix class="patch" label={format!("{} {name}", words.patch)} values={slice.patch.clone()}
                            columns={window.kernel[1]} {colours} range={seen} marked={cell} point={point.clone()} />
                        <span class="sign">{ "×" }</span>
                        <Matrix class="kernel" label={format!("{} {name}", words.kernel)}
                            values={slice.kernel.iter().copied().map(Some).collect::<Vec<_>>()}
                            columns={window.kernel[1]} colours={SIGNED} range={weights} marked={cell} {point} />
                        <span class="sign">{ "=" }</span>
                        <span class="sum">
                            <b class="number">{ decimals(slice.sum as f32, places) }</b>
                            { way(ui, architecture, from, slice.channel, &name) }
                        </span>
                    </li>
                }
            };
            let reading = marked.and_then(|(term, cell)| {
                let slice = top.get(term)?;
                // A unit that no window covers has no terms.
                let (value, weight) = (*slice.patch.get(cell)?, *slice.kernel.get(cell)?);
                Some(product(lang, [cell / window.kernel[1], cell % window.kernel[1]], value, weight))
            });
            html! {
                <>
                    <ol class="terms">{ for top.iter().enumerate().map(|(at, slice)| term(at, slice)) }</ol>
                    <p class="reading" aria-live="polite">{ reading.unwrap_or_else(|| words.cell_hint.to_owned()) }</p>
                </>
            }
        }
        Kinds::Pool { from, window, patch, pooled } => {
            let channel = question.unit.channel;
            let colours = question.colours;
            let winner = match pooled {
                Pooled::Max(at) => Some(*at),
                Pooled::Average(_) => None,
            };
            let name = map_name(lang, architecture, from, channel);
            html! {
                <ol class="terms">
                    <li class="term">
                        { below(props, maps(0), *window, from, channel) }
                        <Matrix class="patch" label={format!("{} {name}", words.patch)} values={patch.clone()}
                            columns={window.kernel[1]} {colours} range={range(colours, patch.iter().flatten().copied())}
                            marked={winner} point={Callback::noop()} />
                        { way(ui, architecture, from, channel, &name) }
                    </li>
                </ol>
            }
        }
        Kinds::Mean { from, .. } => {
            let channel = question.unit.channel;
            let name = map_name(lang, architecture, from, channel);
            html! {
                <ol class="terms">
                    <li class="term">
                        if let Some(tile) = maps(0) {
                            <div class="below"><Canvas {tile} label={name.clone()} /></div>
                        }
                        { way(ui, architecture, from, channel, &name) }
                    </li>
                </ol>
            }
        }
        Kinds::Dense { from, top, .. } => features(ui, architecture, from, top),
        Kinds::Sum(parts) => html! {
            <table class="steps">
                <tbody>{ for parts.iter().map(|(from, number)| line("", &origin(architecture, from), f64::from(*number), places)) }</tbody>
            </table>
        },
    }
}

/// What is shown and what is not, as lines of the sum.
pub fn totals(lang: Lang, terms: &Kinds, places: usize) -> Html {
    let (shown, count, rest, channels) = match terms {
        Kinds::Convolution { top, rest, .. } => {
            (top.iter().map(|slice| slice.sum).sum(), top.len(), *rest, true)
        }
        Kinds::Dense { top, rest, .. } => {
            let product = |one: &Feature| f64::from(one.value) * f64::from(one.weight);
            (top.iter().map(product).sum(), top.len(), *rest, false)
        }
        Kinds::Mean { sum, .. } => return line("", unit_words(lang).sum, *sum, places),
        _ => return html! {},
    };
    html! {
        <>
            { line("", &shown_terms(lang, count, channels), shown, places) }
            if rest.count > 0 {
                { line("", &others(lang, rest.count, channels), rest.sum, places) }
            }
        </>
    }
}

/// What a map that is read is called.
fn map_name(lang: Lang, architecture: &Architecture, from: &Origin, channel: u16) -> String {
    format!("{} · {} {channel}", origin(architecture, from), words(lang).channel)
}

/// The range of colours of these values, which always has zero in it.
fn range(colours: ColourMap, values: impl Iterator<Item = f32>) -> Range {
    let values: Vec<f32> = values.chain([0.0]).collect();
    colours.range([&ChannelStats::of(&values)])
}

/// The map below with the window on it; pointing elsewhere slides it there.
fn below(
    props: &TermsProps,
    tile: Option<Shared<Tile>>,
    window: Patches,
    from: &Origin,
    channel: u16,
) -> Html {
    let Some(tile) = tile else { return html! {} };
    let TermsProps { ui, model, question, .. } = props;
    html! {
        <Below ui={ui.clone()} model={model.clone()} layer={question.unit.layer} {tile} {window} from={from.clone()} {channel} />
    }
}

#[derive(Properties, PartialEq)]
struct BelowProps {
    ui: Ui,
    model: Shared<Model>,
    layer: LayerId,
    tile: Shared<Tile>,
    window: Patches,
    from: Origin,
    channel: u16,
}

#[component]
fn Below(props: &BelowProps) -> Html {
    let BelowProps { ui, model, layer, tile, window, from, channel } = props;
    let over = use_node_ref();
    let words = unit_words(ui.lang);
    let unit = use_focus().unit;
    let (Some(unit), Some(layer)) = (unit, model.architecture.layer(*layer)) else { return html! {} };
    let (slide, transposed) = match layer.op {
        Op::Convolution(slide) | Op::MaxPool(slide) | Op::AveragePool(slide) => (slide, false),
        Op::Transposed(slide) => (slide, true),
        _ => return html! {},
    };
    let onpointermove = {
        let (over, ui, size, shape) = (over.clone(), ui.clone(), window.size, layer.shape);
        move |event: PointerEvent| {
            let Some((across, down)) = input::place(&event, &over) else { return };
            let (shares, counts) = ([down, across], [shape.height, shape.width]);
            // The unit whose window has its middle nearest to the pointer.
            let place = [0, 1].map(|axis| {
                let half = ((slide.kernel[axis] - 1) * slide.dilation[axis]) as f64 / 2.0;
                let pointed = shares[axis] * size[axis] as f64 - 0.5;
                let (stride, padding) = (slide.stride[axis] as f64, slide.padding[axis] as f64);
                let unit = if transposed {
                    pointed * stride - padding + half
                } else {
                    (pointed + padding - half) / stride
                };
                let unit = unit.round();
                unit.clamp(0.0, counts[axis] as f64 - 1.0) as usize
            });
            if place != unit.place {
                ui.emit(Explore::Pin(Some(Target::Unit(place))));
            }
        }
    };
    let extent = |axis: usize| window.kernel[axis].saturating_sub(1) * window.dilation[axis] + 1;
    let [height, width] = window.size;
    let name = map_name(ui.lang, &model.architecture, from, *channel);
    html! {
        <div ref={over} class="overlaid below" title={words.window_hint} {onpointermove}>
            <Canvas tile={tile.clone()} label={name} />
            <svg viewBox={format!("0 0 {width} {height}")} preserveAspectRatio="none" aria-hidden="true">
                <rect class="window" x={window.first[1].to_string()} y={window.first[0].to_string()}
                    width={extent(1).to_string()} height={extent(0).to_string()} />
            </svg>
        </div>
    }
}

/// A button that opens the map that a term is of.
fn way(ui: &Ui, architecture: &Architecture, from: &Origin, channel: u16, name: &str) -> Html {
    let layer = match from {
        Origin::Layer(layer) if architecture.layer(*layer).is_some() => *layer,
        _ => return html! { <span class="way dim">{ name.to_owned() }</span> },
    };
    let go = ui.tell(move |_: MouseEvent| Explore::Open(layer, channel));
    let title = format!("{} {name}", unit_words(ui.lang).open);
    html! { <button class="way" {title} onclick={go}>{ name.to_owned() }</button> }
}

fn features(ui: &Ui, architecture: &Architecture, from: &Origin, top: &[Feature]) -> Html {
    let lang = ui.lang;
    let words = unit_words(lang);
    let most = top.iter().map(|one| (one.value * one.weight).abs()).fold(f32::MIN_POSITIVE, f32::max);
    let row = |one: &Feature| {
        let [row, column] = one.place;
        let flat = match from {
            Origin::Layer(layer) => architecture.layer(*layer).is_none_or(|layer| layer.shape.plane() == 1),
            Origin::Tensor(_) => true,
        };
        let mut name = format!("{} · {}", origin(architecture, from), one.channel);
        if !flat {
            name.push_str(&format!(" ({row}, {column})"));
        }
        let made = one.value * one.weight;
        let sign = if made < 0.0 { "against" } else { "for" };
        html! {
            <tr>
                <th scope="row">
                    { way(ui, architecture, from, one.channel, &name) }
                    <svg class={classes!("bar", sign)} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                        <rect width={(made.abs() / most * 100.0).to_string()} height="1" />
                    </svg>
                </th>
                <td class="number">{ value(one.value) }</td>
                <td class="number">{ value(one.weight) }</td>
                <td class="number">{ value(made) }</td>
            </tr>
        }
    };
    html! {
        <table class="features">
            <thead>
                <tr>
                    <th scope="col">{ words.feature }</th>
                    <th scope="col" class="number">{ words.value }</th>
                    <th scope="col" class="number">{ format!("× {}", words.weight) }</th>
                    <th scope="col" class="number">{ format!("= {}", words.product) }</th>
                </tr>
            </thead>
            <tbody>{ for top.iter().map(row) }</tbody>
        </table>
    }
}
