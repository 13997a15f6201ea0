//! The kernels of the open convolution: as colours, or slice by slice, with the channels that feed the open one most.

use std::rc::Rc;

use vggscope_core::explain::breakdown::Origin;
use vggscope_core::explain::kernels::{Kernels as Figures, Side};
use vggscope_core::nn::{Architecture, LayerId, Op};
use vggscope_core::session::{Event, Shown};
use vggscope_core::text::{kernel_figures, kernel_strength, kernel_title, origin, unit_words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Props;
use crate::ui::shared::sheet::Sheet;

/// How many of the channels that feed the open one are listed.
const FEEDERS: usize = 6;

/// The panel; nothing of a layer that has no kernels.
#[component]
pub fn Kernels(props: &Props) -> Html {
    let Props { session, .. } = props;
    let words = unit_words(session.lang);
    let hovered = use_state_eq(|| None::<u16>);
    let (Some(model), Some(id)) = (&session.model, session.look.layer) else { return html! {} };
    let net = &model.about.net;
    if !net.layer(id).is_some_and(|layer| matches!(layer.op, Op::Convolution(_))) {
        return html! {};
    }
    let run = session.run.as_ref().map(|run| run.job);
    let wanted =
        |shown: &&Shown| Some(shown.job) == run && shown.layer == id && Some(shown.side) == session.side();
    let body = match session.kernels.as_ref().filter(wanted).map(|shown| (shown, shown.found.as_deref())) {
        None => html! { <p class="dim">{ words.kernels_hint }</p> },
        Some((_, None)) => html! { <p>{ words.kernels_none }</p> },
        Some((shown, Some((figures, from)))) => {
            html! {
                <>
                    <p class="dim">{ kernel_title(session.lang, shown.side, figures, &origin(net, from)) }</p>
                    { picture(props, shown, figures, from, net, &hovered) }
                    { feeders(props, shown, figures, from, net) }
                    <p class="dim">{ kernel_figures(session.lang, figures) }</p>
                </>
            }
        }
    };
    html! {
        <section class="kernels" aria-label={words.kernels}>
            <h2>{ words.kernels }</h2>
            { sides(props, net, id) }
            { body }
        </section>
    }
}

/// Which kernels are shown, where there is a choice.
fn sides(Props { session, emit }: &Props, net: &Architecture, layer: LayerId) -> Html {
    let words = unit_words(session.lang);
    if matches!(session.side(), None | Some(Side::Colours { .. })) || layer == LayerId(0) {
        return html! {};
    }
    let most = net.layers.iter().map(|layer| layer.shape.channels).max().unwrap_or(1) - 1;
    let pick = emit.reform(|event: yew::Event| Event::KernelsOf(input::text(&event).parse().ok()));
    let back = emit.reform(|_: MouseEvent| Event::KernelsOf(None));
    html! {
        <div class="controls">
            <label class="choice">
                <span>{ words.kernels_of }</span>
                <input type="number" min="0" max={most.to_string()} onchange={pick}
                    value={session.kernels_of.map(|channel| channel.to_string()).unwrap_or_default()} />
            </label>
            if session.kernels_of.is_some() && session.look.channel.is_some() {
                <button class="small" onclick={back}>{ words.kernels_back }</button>
            }
        </div>
    }
}

/// Where a cell leads: the channel that is made, or the one that is read.
fn target(shown: &Shown, from: &Origin, net: &Architecture) -> Option<LayerId> {
    match (shown.side, from) {
        (Side::Colours { .. } | Side::From(_), _) => Some(shown.layer),
        (Side::Into(_), Origin::Layer(layer)) => net.layer(*layer).map(|_| *layer),
        (Side::Into(_), Origin::Tensor(_)) => None,
    }
}

fn picture(
    Props { session, emit }: &Props,
    shown: &Shown,
    figures: &Figures,
    from: &Origin,
    net: &Architecture,
    hovered: &UseStateHandle<Option<u16>>,
) -> Html {
    let words = unit_words(session.lang);
    let target = target(shown, from, net);
    let pick = emit.clone();
    let pick = move |channel: Option<u16>| match (channel, target) {
        (Some(channel), Some(layer)) => pick.emit(Event::Open(layer, channel)),
        (None, _) => pick.emit(Event::Channel(None)),
        _ => {}
    };
    let hover = {
        let hovered = hovered.clone();
        move |channel| hovered.set(channel)
    };
    let chosen = session.look.channel.filter(|_| !matches!(shown.side, Side::Into(_)));
    let order: Rc<[u16]> = figures.channels.clone().into();
    let reading = hovered.and_then(|channel| {
        let place = figures.channels.iter().position(|one| *one == channel)?;
        let owner = match shown.side {
            Side::Into(_) => origin(net, from),
            _ => net.layer(shown.layer)?.short_name().to_owned(),
        };
        Some(kernel_strength(session.lang, shown.side, &owner, channel, figures.strength[place]))
    });
    html! {
        <>
            <Sheet tile={shown.tile.clone()} sheet={figures.sheet} {order} {chosen} label={words.kernels} {pick} {hover} />
            <p class="reading">{ reading.unwrap_or_else(|| words.kernels_point.to_owned()) }</p>
        </>
    }
}

/// The channels that add most to the open one on this photo, each a way to it.
fn feeders(
    Props { session, emit }: &Props,
    shown: &Shown,
    figures: &Figures,
    from: &Origin,
    net: &Architecture,
) -> Html {
    let (Side::Into(_), Some(layer)) = (shown.side, target(shown, from, net)) else { return html! {} };
    let most = figures.strength.iter().fold(f32::MIN_POSITIVE, |most, strength| most.max(strength.abs()));
    let row = |(channel, strength): (&u16, &f32)| {
        let channel = *channel;
        let sign = if *strength < 0.0 { "against" } else { "for" };
        let told = kernel_strength(session.lang, shown.side, &origin(net, from), channel, *strength);
        let go = emit.reform(move |_: MouseEvent| Event::Open(layer, channel));
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
            <h3>{ unit_words(session.lang).feeders }</h3>
            <ol class="feeders">{ for figures.channels.iter().zip(&figures.strength).take(FEEDERS).map(row) }</ol>
        </>
    }
}
