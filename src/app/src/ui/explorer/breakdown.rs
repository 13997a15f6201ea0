//! How the number of a unit came to be: what went into it, step by step, beside what the engine says.

mod matrix;
mod terms;

use std::rc::Rc;

use gloo::timers::callback::Interval;
use vggscope_core::explain::breakdown::{Breakdown as Found, Terms as Kinds};
use vggscope_core::nn::LayerId;
use vggscope_core::session::selection::Spot;
use vggscope_core::session::{Event, Explained, Session};
use vggscope_core::text::{decimals, engine_value, places_for, step, unit_place, unit_words};
use yew::prelude::*;

use crate::ui::Props;
use terms::Terms;

/// Between two places of the sliding window.
const PACE_MS: u32 = 800;

/// The panel.
#[component]
pub fn Breakdown(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = unit_words(session.lang);
    let playing = use_state_eq(|| false);
    let next = after(session);
    {
        let (emit, playing) = (emit.clone(), playing.clone());
        use_effect_with((*playing, next), move |&(on, next)| {
            let slide = move || match next {
                Some(place) => emit.emit(Event::Pin(Some(Spot::Unit(place)))),
                None => playing.set(false),
            };
            let timer = on.then(|| Interval::new(PACE_MS, slide));
            move || drop(timer)
        });
    }
    let toggle = {
        let playing = playing.clone();
        move |_: MouseEvent| playing.set(!*playing)
    };
    let run = session.run.as_ref().map(|run| run.job);
    let unit = session.unit();
    let explained = session.explained.as_ref().filter(|explained| {
        let open = unit.map(|unit| (unit.layer, unit.channel));
        Some(explained.job) == run && open == Some((explained.unit.layer, explained.unit.channel))
    });
    let body = match explained {
        None => html! { <p class="dim">{ words.made_hint }</p> },
        Some(explained) => match &explained.found {
            Some(found) => equation(props, explained, found),
            None if explained.unit.layer == LayerId(0) => html! { <p>{ words.made_input }</p> },
            None => html! { <p>{ words.made_unknown }</p> },
        },
    };
    let name = explained.and_then(|explained| {
        let layer = session.model.as_ref()?.about.net.layer(explained.unit.layer)?;
        Some(unit_place(session.lang, layer.short_name(), explained.unit.channel, explained.unit.place))
    });
    html! {
        <section class="made" aria-label={words.made}>
            <h2>
                { words.made }
                if let Some(name) = name {
                    <small>{ name }</small>
                }
                if explained.is_some_and(|explained| explained.found.is_some()) && (next.is_some() || *playing) {
                    <button class="small" aria-pressed={playing.to_string()} onclick={toggle}>
                        { if *playing { words.pause } else { words.play } }
                    </button>
                }
            </h2>
            { body }
        </section>
    }
}

/// The place of the unit after the one in question, along its row and then the next; none after the last.
fn after(session: &Session) -> Option<[usize; 2]> {
    let unit = session.unit()?;
    let shape = session.model.as_ref()?.about.net.layer(unit.layer)?.shape;
    let [row, column] = unit.place;
    let next = if column + 1 < shape.width { [row, column + 1] } else { [row + 1, 0] };
    (next[0] < shape.height).then_some(next)
}

fn equation(props: &Props, explained: &Explained, found: &Rc<Found>) -> Html {
    let lang = props.session.lang;
    let sum = vggscope_core::text::made(lang, &found.terms);
    let places = places(found);
    html! {
        <>
            <Terms part={props.clone()} explained={explained.clone()} found={found.clone()} />
            <table class="steps">
                <tbody>
                    { terms::totals(lang, &found.terms, places) }
                    { line("total", &sum, found.made, places) }
                    { for found.steps.iter().map(|one| line("", &step(lang, &one.kind), one.result, places)) }
                    { line("engine", &engine_value(lang, found), f64::from(found.value), places) }
                </tbody>
            </table>
        </>
    }
}

/// The decimals of all numbers that are added up.
fn places(found: &Found) -> usize {
    let results = found.steps.iter().map(|step| step.result).chain([found.made]);
    let terms: Vec<f64> = match &found.terms {
        Kinds::Convolution { top, rest, .. } => top.iter().map(|slice| slice.sum).chain([rest.sum]).collect(),
        Kinds::Dense { rest, .. } => vec![rest.sum],
        _ => Vec::new(),
    };
    places_for(results.chain(terms).fold(0.0, |most, number| most.max(number.abs())))
}

/// One line of the sum.
fn line(class: &'static str, name: &str, number: f64, places: usize) -> Html {
    html! {
        <tr {class}><th scope="row">{ name.to_owned() }</th><td class="number">{ decimals(number as f32, places) }</td></tr>
    }
}
