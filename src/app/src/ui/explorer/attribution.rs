//! Why a class: its map over what the network was fed, in one of three ways.

use std::rc::Rc;

use vggscope_core::explain::attribution::Method;
use vggscope_core::render::stats::ChannelStats;
use vggscope_core::render::{self, ColourMap};
use vggscope_core::session::{Event, Heat as Values};
use vggscope_core::text::{self, unit_words, value, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Props;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Choice, place};

/// Red speaks for the class, blue against it; where nothing speaks against, bright is much.
fn colours(method: Method) -> ColourMap {
    match method {
        Method::Cam | Method::Occlusion => ColourMap::Diverging,
        Method::GradCam => ColourMap::Magma,
    }
}

/// How much of the map lies over the photo at first, of 100.
const SHARE: u32 = 80;

/// The panel; nothing before a class is asked for.
#[component]
pub fn Why(props: &Props) -> Html {
    let Props { session, emit } = props;
    let share = use_state_eq(|| SHARE);
    let (words, more) = (words(session.lang), unit_words(session.lang));
    let (Some(class), Some(method), Some(model)) = (session.why, session.method_in_use(), &session.model)
    else {
        return html! {};
    };
    let (name, _) = text::class(session.lang, &model.about.labels, class);
    let close = emit.reform(|_: MouseEvent| Event::Why(None));
    let fed = session.run.as_ref().and_then(|run| run.fed.clone());
    let job = session.run.as_ref().map(|run| run.job);
    let asked = |heat: &&Values| heat.class == class && heat.method == method && Some(heat.job) == job;
    let heat = session.heat.as_ref().filter(asked);
    let oninput = {
        let share = share.clone();
        move |event: InputEvent| share.set(input::text(&event).parse().unwrap_or(SHARE))
    };
    let methods: Vec<Method> = Method::ALL.into_iter().filter(|method| session.can(*method)).collect();
    let options: Vec<AttrValue> =
        methods.iter().map(|method| text::method(session.lang, *method).into()).collect();
    let chosen = place(&methods, &method);
    let pick = emit.reform(move |at: usize| Event::Method(methods[at]));
    let hint = match method {
        Method::Cam => words.why_hint,
        Method::GradCam => more.grad_cam_hint,
        Method::Occlusion => more.occlusion_hint,
    };
    let body = match (fed, heat) {
        (_, Some(heat)) if heat.of == 0 => html! { <p>{ words.why_none }</p> },
        (Some(fed), heat) => {
            let maps = model
                .about
                .cam
                .and_then(|layer| model.about.net.layer(layer))
                .map_or("", |layer| &layer.name);
            let label = format!("{}: {name}", words.why);
            html! {
                <>
                    <div class="heat">
                        <Canvas tile={fed} />
                        if let Some(heat) = heat {
                            <Heat heat={heat.clone()} {label} share={*share} />
                        }
                    </div>
                    { progress(props, method, heat) }
                    <label class="choice">
                        <span>{ words.why_share }</span>
                        <input type="range" min="0" max="100" value={share.to_string()} {oninput} />
                    </label>
                    if let Some(heat) = heat.filter(|heat| heat.method == Method::Cam) {
                        <p class="reading">{ text::cam(session.lang, maps, &heat.values, heat.bias) }</p>
                    }
                    <p class="dim">{ hint }</p>
                </>
            }
        }
        _ => html! { <p class="waiting">{ words.answer_waiting }</p> },
    };
    html! {
        <section class="why" aria-label={words.why}>
            <h2>{ format!("{} {name}", words.why) }<button class="small" onclick={close}>{ words.close }</button></h2>
            <Choice label={more.method} {options} {chosen} {pick} />
            { body }
        </section>
    }
}

/// How far a sweep is, with a way to stop it.
fn progress(Props { session, emit }: &Props, method: Method, heat: Option<&Values>) -> Html {
    let (known, of) = heat.map_or((0, 0), |heat| (heat.values.len(), heat.of));
    if method != Method::Occlusion || (of > 0 && known == of) {
        return html! {};
    }
    let words = words(session.lang);
    let stop = emit.reform(|_: MouseEvent| Event::StopTask);
    html! {
        <div class="busy" role="status">
            <progress max={of.max(1).to_string()} value={known.to_string()} aria-label={unit_words(session.lang).places} />
            <span class="dim">{ text::places(session.lang, known, of) }</span>
            if heat.is_some_and(|heat| heat.stopped) {
                <span>{ words.stopped }</span>
            } else {
                <button class="small" onclick={stop}>{ words.stop }</button>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct HeatProps {
    heat: Values,
    label: String,
    share: u32,
}

/// The map in colours, with the values at their ends. Where it says little, the photo shows through.
#[component]
fn Heat(props: &HeatProps) -> Html {
    let HeatProps { heat, label, share } = props;
    let colours = colours(heat.method);
    let range = colours.range([&ChannelStats::of(&heat.values)]);
    let tile = use_memo((heat.clone(), *share), |(heat, share)| {
        let mut values = heat.values.to_vec();
        values.resize(heat.of, 0.0);
        let mut tile = render::plane(&values, heat.width, range, colours);
        let most = range.high.max(f32::MIN_POSITIVE);
        for (pixel, value) in tile.rgba.chunks_exact_mut(4).zip(&values) {
            let strength = (value.abs() / most).min(1.0).sqrt();
            pixel[3] = (strength * *share as f32 * 2.55).min(255.0) as u8;
        }
        tile
    });
    let ramp: Rc<_> = use_memo(colours, |colours| render::legend(*colours));
    html! {
        <>
            <div class="over"><Canvas {tile} label={label.clone()} /></div>
            <div class="legend">
                <span>{ value(range.low) }</span><Canvas tile={ramp} /><span>{ value(range.high) }</span>
            </div>
        </>
    }
}
