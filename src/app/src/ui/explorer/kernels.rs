//! The kernels of the open convolution: as colours, or slice by slice, with the channels that feed the open one most.

use vggscope_core::explain::breakdown::Origin;
use vggscope_core::explain::kernels::{self, Picture, Side};
use vggscope_core::model::Model;
use vggscope_core::nn::{Architecture, LayerId, Op};
use vggscope_core::session::explorer::{Explore, Explorer};
use vggscope_core::shared::Shared;
use vggscope_core::text::{kernel_figures, kernel_strength, kernel_title, origin, unit_words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::sheet::Sheet;

/// How many of the channels that feed the open one are listed.
const FEEDERS: usize = 6;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct KernelsProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The open layer.
    pub layer: LayerId,
    /// The open channel of it.
    pub channel: Option<u16>,
    /// Which kernels are shown.
    pub side: Option<Side>,
    /// The channel that is read whose slices are asked for.
    pub kernels_of: Option<u16>,
    /// The kernels.
    pub shown: Option<Shared<kernels::Answer>>,
}

/// The panel; nothing of a layer that has no kernels.
pub fn panel(explorer: &Explorer, ui: &Ui) -> Html {
    let Some(layer) = explorer.selection.layer else { return html! {} };
    if !explorer.layer().is_some_and(|layer| matches!(layer.op, Op::Convolution(_))) {
        return html! {};
    }
    let side = explorer.side();
    let shown =
        side.and_then(|side| explorer.run.as_ref()?.answers.to(kernels::Question { layer, side }).cloned());
    html! {
        <KernelsPanel ui={ui.clone()} model={explorer.model.clone()} {layer} channel={explorer.selection.channel} {side}
            kernels_of={explorer.selection.kernels_of} {shown} />
    }
}

/// The panel.
#[component]
fn KernelsPanel(props: &KernelsProps) -> Html {
    let KernelsProps { ui, model, side, shown, .. } = props;
    let words = unit_words(ui.lang);
    let hovered = use_state_eq(|| None::<u16>);
    let architecture = &model.architecture;
    let body = match (side, shown.as_deref()) {
        (Some(side), Some(Some(picture))) => html! {
            <>
                <p class="dim">{ kernel_title(ui.lang, *side, &picture.kernels, &origin(architecture, &picture.from)) }</p>
                { drawn(props, *side, picture, &hovered) }
                { feeders(props, *side, picture) }
                <p class="dim">{ kernel_figures(ui.lang, &picture.kernels) }</p>
            </>
        },
        (_, Some(None)) => html! { <p>{ words.kernels_none }</p> },
        _ => html! { <p class="dim">{ words.kernels_hint }</p> },
    };
    html! {
        <section class="kernels" aria-label={words.kernels}>
            <h2>{ words.kernels }</h2>
            { sides(props) }
            { body }
        </section>
    }
}

/// Which kernels are shown, where there is a choice.
fn sides(props: &KernelsProps) -> Html {
    let KernelsProps { ui, model, layer, channel, side, kernels_of, .. } = props;
    let words = unit_words(ui.lang);
    if matches!(side, None | Some(Side::Colours { .. })) || *layer == LayerId(0) {
        return html! {};
    }
    let most = model.architecture.layers.iter().map(|layer| layer.shape.channels).max().unwrap_or(1) - 1;
    let pick = ui.tell(|event: yew::Event| Explore::KernelsOf(input::text(&event).parse().ok()));
    let back = ui.tell(|_: MouseEvent| Explore::KernelsOf(None));
    html! {
        <div class="controls">
            <label class="choice">
                <span>{ words.kernels_of }</span>
                <input type="number" min="0" max={most.to_string()} onchange={pick}
                    value={kernels_of.map(|channel| channel.to_string()).unwrap_or_default()} />
            </label>
            if kernels_of.is_some() && channel.is_some() {
                <button class="small" onclick={back}>{ words.kernels_back }</button>
            }
        </div>
    }
}

/// Where a cell leads: the channel that is made, or the one that is read.
fn target(layer: LayerId, side: Side, from: &Origin, architecture: &Architecture) -> Option<LayerId> {
    match (side, from) {
        (Side::Colours { .. } | Side::From(_), _) => Some(layer),
        (Side::Into(_), Origin::Layer(layer)) => architecture.layer(*layer).map(|_| *layer),
        (Side::Into(_), Origin::Tensor(_)) => None,
    }
}

fn drawn(props: &KernelsProps, side: Side, picture: &Picture, hovered: &UseStateHandle<Option<u16>>) -> Html {
    let KernelsProps { ui, model, layer, channel, .. } = props;
    let Picture { kernels: figures, from, tile } = picture;
    let (words, architecture) = (unit_words(ui.lang), &model.architecture);
    let target = target(*layer, side, from, architecture);
    let pick = {
        let ui = ui.clone();
        move |channel: Option<u16>| match (channel, target) {
            (Some(channel), Some(layer)) => ui.emit(Explore::Open(layer, channel)),
            (None, _) => ui.emit(Explore::Channel(None)),
            _ => {}
        }
    };
    let hover = {
        let hovered = hovered.clone();
        move |channel| hovered.set(channel)
    };
    let chosen = channel.filter(|_| !matches!(side, Side::Into(_)));
    let order: Shared<Vec<u16>> = figures.channels.clone();
    let reading = hovered.and_then(|channel| {
        let place = figures.channels.iter().position(|one| *one == channel)?;
        let owner = match side {
            Side::Into(_) => origin(architecture, from),
            _ => architecture.layer(*layer)?.short_name().to_owned(),
        };
        Some(kernel_strength(ui.lang, side, &owner, channel, figures.strength[place]))
    });
    html! {
        <>
            <Sheet tile={tile.clone()} sheet={figures.sheet} {order} {chosen} label={words.kernels} {pick} {hover} />
            <p class="reading">{ reading.unwrap_or_else(|| words.kernels_point.to_owned()) }</p>
        </>
    }
}

/// The channels that add most to the open one on this photo, each a way to it.
fn feeders(props: &KernelsProps, side: Side, picture: &Picture) -> Html {
    let KernelsProps { ui, model, layer, .. } = props;
    let Picture { kernels: figures, from, .. } = picture;
    let architecture = &model.architecture;
    let (Side::Into(_), Some(layer)) = (side, target(*layer, side, from, architecture)) else {
        return html! {};
    };
    let most = figures.strength.iter().fold(f32::MIN_POSITIVE, |most, strength| most.max(strength.abs()));
    let row = |(channel, strength): (&u16, &f32)| {
        let channel = *channel;
        let sign = if *strength < 0.0 { "against" } else { "for" };
        let told = kernel_strength(ui.lang, side, &origin(architecture, from), channel, *strength);
        let go = ui.tell(move |_: MouseEvent| Explore::Open(layer, channel));
        html! {
            <li>
                <button class="way" onclick={go}>{ told }</button>
                <svg class={classes!("bar", sign)} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={(strength.abs() / most * 100.0).to_string()} height="1" />
                </svg>
            </li>
        }
    };
    html! {
        <>
            <h3>{ unit_words(ui.lang).feeders }</h3>
            <ol class="feeders">{ for figures.channels.iter().zip(&figures.strength).take(FEEDERS).map(row) }</ol>
        </>
    }
}
