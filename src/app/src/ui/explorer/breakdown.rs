//! How the number of a unit came to be: what went into it, step by step, beside what the engine says.

mod matrix;
mod terms;

use gloo::timers::callback::Interval;
use vggscope_core::explain::breakdown::{self, Breakdown as Made, Terms as Kinds};
use vggscope_core::model::Model;
use vggscope_core::nn::{LayerId, Position};
use vggscope_core::session::explorer::{Explore, Explorer, Target};
use vggscope_core::shared::Shared;
use vggscope_core::text::{decimals, engine_value, made, places_for, step, unit_place, unit_words};
use yew::prelude::*;

use super::focus::use_focus;
use crate::ui::Ui;
use terms::Terms;

/// Between two places of the sliding window.
const PACE_MS: u32 = 800;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct BreakdownProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Option<Shared<Model>>,
    /// A unit of the open map and how its value came to be.
    pub shown: Option<(breakdown::Question, Shared<breakdown::Answer>)>,
}

/// The panel: of the unit pointed at, or the last one whose arithmetic is known.
pub fn panel(explorer: Option<&Explorer>, ui: &Ui) -> Html {
    let shown = explorer.and_then(|explorer| {
        let open = explorer.unit()?;
        let (question, answer) = explorer.run.as_ref()?.answers.last::<breakdown::Question>()?;
        let same = (question.unit.layer, question.unit.channel) == (open.layer, open.channel);
        same.then(|| (*question, answer.clone()))
    });
    html! { <Breakdown ui={ui.clone()} model={explorer.map(|explorer| explorer.model.clone())} {shown} /> }
}

/// The panel.
#[component]
fn Breakdown(props: &BreakdownProps) -> Html {
    let BreakdownProps { ui, model, shown } = props;
    let words = unit_words(ui.lang);
    let playing = use_state_eq(|| false);
    let unit = use_focus().unit;
    let layer = |id: LayerId| model.as_ref()?.architecture.layer(id);
    let next = unit.and_then(|unit| {
        let shape = layer(unit.layer)?.shape;
        after(unit.place, [shape.height, shape.width])
    });
    {
        let (ui, playing) = (ui.clone(), playing.clone());
        use_effect_with((*playing, next), move |&(on, next)| {
            let slide = move || match next {
                Some(place) => ui.emit(Explore::Pin(Some(Target::Unit(place)))),
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
    let body = match shown {
        None => html! { <p class="dim">{ words.made_hint }</p> },
        Some((question, answer)) => match &answer.breakdown {
            Some(found) => equation(props, question, answer, found),
            None if question.unit.layer == LayerId(0) => html! { <p>{ words.made_input }</p> },
            None => html! { <p>{ words.made_unknown }</p> },
        },
    };
    let name = shown.as_ref().and_then(|(question, _)| {
        let unit = question.unit;
        Some(unit_place(ui.lang, layer(unit.layer)?.short_name(), unit.channel, unit.place))
    });
    let known = shown.as_ref().is_some_and(|(_, answer)| answer.breakdown.is_some());
    html! {
        <section class="breakdown" aria-label={words.made}>
            <h2>
                { words.made }
                if let Some(name) = name {
                    <small>{ name }</small>
                }
                if known && (next.is_some() || *playing) {
                    <button class="small" aria-pressed={playing.to_string()} onclick={toggle}>
                        { if *playing { words.pause } else { words.play } }
                    </button>
                }
            </h2>
            { body }
        </section>
    }
}

/// The place after this one on a map of so many rows and columns, along its row and then the next; none after the last.
fn after([row, column]: Position, [rows, columns]: [usize; 2]) -> Option<Position> {
    let next = if column + 1 < columns { [row, column + 1] } else { [row + 1, 0] };
    (next[0] < rows).then_some(next)
}

fn equation(
    props: &BreakdownProps,
    question: &breakdown::Question,
    answer: &Shared<breakdown::Answer>,
    found: &Made,
) -> Html {
    let Some(model) = &props.model else { return html! {} };
    let lang = props.ui.lang;
    let sum = made(lang, &found.terms);
    let places = places(found);
    html! {
        <>
            <Terms ui={props.ui.clone()} model={model.clone()} question={*question} answer={answer.clone()} />
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
fn places(found: &Made) -> usize {
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
