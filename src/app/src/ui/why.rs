//! Why a class: its activation map over what the network was fed.

use vggscope_core::paint::{self, ColourMap};
use vggscope_core::session::{Cam, Event};
use vggscope_core::stats::ChannelStats;
use vggscope_core::text::{self, value, words};
use yew::prelude::*;

use super::Props;
use super::tile::Canvas;
use crate::browser::input;

/// Red speaks for the class, blue against it.
const COLOURS: ColourMap = ColourMap::Diverging;
/// How much of the map lies over the photo at first, of 100.
const SHARE: u32 = 60;

/// The panel; nothing before a class is asked for.
#[component]
pub fn Why(props: &Props) -> Html {
    let Props { session, emit } = props;
    let share = use_state_eq(|| SHARE);
    let words = words(session.lang);
    let (Some(class), Some(model)) = (session.why, &session.model) else { return html! {} };
    let (name, _) = text::class(session.lang, &model.about.labels, class);
    let close = emit.reform(|_: MouseEvent| Event::Why(None));
    let fed = session.run.as_ref().and_then(|run| run.fed.clone());
    let job = session.run.as_ref().map(|run| run.job);
    let cam = session.cam.as_ref().filter(|cam| cam.class == class && Some(cam.job) == job);
    let oninput = {
        let share = share.clone();
        move |event: InputEvent| share.set(input::text(&event).parse().unwrap_or(SHARE))
    };
    let body = match (model.about.cam, fed, cam) {
        (None, ..) => html! { <p>{ words.why_none }</p> },
        (Some(layer), Some(fed), Some(cam)) => {
            let maps = model.about.net.layer(layer).map_or("", |layer| &layer.name);
            let label = format!("{}: {name}", words.why);
            html! {
                <>
                    <div class="heat">
                        <Canvas tile={fed} />
                        <Heat cam={cam.clone()} {label} share={*share} />
                    </div>
                    <label class="choice">
                        <span>{ words.why_share }</span>
                        <input type="range" min="0" max="100" value={share.to_string()} {oninput} />
                    </label>
                    <p class="reading">{ text::cam(session.lang, maps, &cam.values, cam.bias) }</p>
                    <p class="dim">{ words.why_hint }</p>
                </>
            }
        }
        _ => html! { <p class="waiting">{ words.answer_waiting }</p> },
    };
    html! {
        <section class="why" aria-label={words.why}>
            <h2>{ format!("{} {name}", words.why) }<button class="small" onclick={close}>{ words.close }</button></h2>
            { body }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct HeatProps {
    cam: Cam,
    label: String,
    share: u32,
}

/// The map in colours, with the values at their ends.
#[component]
fn Heat(props: &HeatProps) -> Html {
    let HeatProps { cam, label, share } = props;
    let range = COLOURS.range([&ChannelStats::of(&cam.values)]);
    let tile = use_memo((cam.clone(), *share), |(cam, share)| {
        let mut tile = paint::plane(&cam.values, cam.width, range, COLOURS);
        tile.rgba.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = (share * 255 / 100).min(255) as u8);
        tile
    });
    let ramp = use_memo((), |()| paint::legend(COLOURS));
    html! {
        <>
            <div class="over"><Canvas {tile} label={label.clone()} /></div>
            <div class="legend">
                <span>{ value(range.low) }</span><Canvas tile={ramp} /><span>{ value(range.high) }</span>
            </div>
        </>
    }
}
