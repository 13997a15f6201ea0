//! What the network says: the likeliest classes, how their probabilities come from scores, and all others by search.

mod softmax;

use vggscope_core::model::Model;
use vggscope_core::nn::labels::Label;
use vggscope_core::session::explorer::{Explore, Outcome, RunState};
use vggscope_core::session::{Event, Session};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, decimals, macs, milliseconds, percent, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use softmax::Softmax;

/// How many classes are shown at once.
const TOP: usize = 5;
/// How many classes a search shows.
const FOUND: usize = 12;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct AnswerProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Option<Shared<Model>>,
    /// How the run stands.
    pub state: Option<RunState>,
    /// Layers that are done, and layers in all.
    pub done: (usize, usize),
    /// The class whose attribution is shown.
    pub class: Option<usize>,
}

/// The panel of a session.
pub fn panel(session: &Session, ui: &Ui) -> Html {
    let explorer = session.explorer.as_ref();
    let run = explorer.and_then(|explorer| explorer.run.as_ref());
    let done = run.map_or((0, 0), |run| (run.layers.iter().flatten().count(), run.layers.len()));
    html! {
        <Answer ui={ui.clone()} model={explorer.map(|explorer| explorer.model.clone())}
            state={run.map(|run| run.state.clone())} {done}
            class={explorer.and_then(|explorer| explorer.selection.class)} />
    }
}

/// The panel.
#[component]
pub fn Answer(props: &AnswerProps) -> Html {
    let AnswerProps { ui, model, state, done: (done, all), .. } = props;
    let words = words(ui.lang);
    let query = use_state(String::new);
    // The class whose row or term is pointed at.
    let pointed = use_state_eq(|| None::<usize>);
    let point = {
        let pointed = pointed.clone();
        Callback::from(move |class| pointed.set(class))
    };
    let oninput = {
        let query = query.clone();
        move |event: InputEvent| query.set(input::text(&event))
    };
    let head = |title: &str, detail: Html| html! { <h2>{ title.to_owned() }<small>{ detail }</small></h2> };
    let body = match state {
        Some(RunState::Done(outcome)) if outcome.ranking.is_empty() => {
            html! { <p>{ words.answer_none }</p> }
        }
        Some(RunState::Done(outcome)) => {
            let top = outcome.ranking[..TOP.min(outcome.ranking.len())].to_vec();
            html! {
                <>
                    { table(props, outcome, &top, *pointed, &point) }
                    if let Some(hint) = model.as_ref().and_then(|model| text::meaning(ui.lang, model.meaning, model.architecture.classes)) {
                        <p class="dim">{ hint }</p>
                    }
                    if model.as_ref().is_some_and(|model| model.meaning.is_softmax()) {
                    <Softmax lang={ui.lang} outcome={outcome.clone()} classes={top} pointed={*pointed} point={point.clone()} />
                    }
                    <label class="search">
                        <span>{ format!("{} ({})", words.search, outcome.ranking.len()) }</span>
                        <input type="search" value={(*query).clone()} {oninput} />
                    </label>
                    { found(props, outcome, &query, *pointed, &point) }
                </>
            }
        }
        Some(RunState::Failed(error)) => html! { <p>{ text::error(ui.lang, error) }</p> },
        _ => html! { <p class="waiting">{ words.answer_waiting }</p> },
    };
    let status = match state {
        Some(RunState::Running) => {
            let stop = ui.tell(|_: MouseEvent| Explore::StopRun);
            html! {
                <>
                    { format!("{} {done}/{all} ", words.running) }
                    <button class="small" onclick={stop}>{ words.stop }</button>
                </>
            }
        }
        Some(RunState::Stopped | RunState::Failed(_)) => {
            let again = ui.tell(|_: MouseEvent| Event::Retry);
            let stopped = if *state == Some(RunState::Stopped) { words.stopped } else { "" };
            html! { <>{ stopped }{ " " }<button class="small" onclick={again}>{ words.retry }</button></> }
        }
        Some(RunState::Done(outcome)) => {
            let total = model.as_ref().map_or(0, |model| model.architecture.macs()) as f64;
            html! { format!("{} · {}/s", milliseconds(outcome.ms), macs(total / (outcome.ms / 1e3))) }
        }
        _ => html! {},
    };
    html! {
        <section class="answer" aria-label={words.answer} aria-live="polite">
            { head(words.answer, status) }
            { body }
        </section>
    }
}

fn table(
    props: &AnswerProps,
    outcome: &Outcome,
    classes: &[usize],
    pointed: Option<usize>,
    point: &Callback<Option<usize>>,
) -> Html {
    let words = words(props.ui.lang);
    html! {
        <table class="classes">
            <thead>
                <tr>
                    <th scope="col">{ words.class }</th>
                    <th scope="col" class="number">{ words.probability }</th>
                    <th scope="col" class="number">{ words.logit }</th>
                </tr>
            </thead>
            <tbody>{ for classes.iter().map(|class| row(props, outcome, *class, pointed, point)) }</tbody>
        </table>
    }
}

fn row(
    props: &AnswerProps,
    outcome: &Outcome,
    class: usize,
    pointed: Option<usize>,
    point: &Callback<Option<usize>>,
) -> Html {
    let ui = &props.ui;
    let words = words(ui.lang);
    let (name, other) = text::class(ui.lang, labels(props), class);
    let asked = props.class == Some(class);
    let ask = ui.tell(move |_: MouseEvent| Explore::Class(if asked { None } else { Some(class) }));
    let rank = outcome.ranking.iter().position(|one| *one == class).unwrap_or_default() + 1;
    let share = outcome.probabilities.get(class).copied();
    let only = outcome.ranking.len() == 1 && labels(props).is_empty();
    let name = if only { words.only_output.to_owned() } else { name };
    html! {
        <tr key={class} class={classes!((pointed == Some(class)).then_some("lit"))}
            onmouseover={point.reform(move |_: MouseEvent| Some(class))} onmouseout={point.reform(|_: MouseEvent| None)}
            onfocusin={point.reform(move |_: FocusEvent| Some(class))} onfocusout={point.reform(|_: FocusEvent| None)}
            title={format!("{} {rank} · {} {class}", words.rank, words.class)}>
            <th scope="row">
                <button class="name" aria-pressed={asked.to_string()} title={format!("{} {name}", words.attribution)} onclick={ask}>{ &name }</button>
                if let Some(other) = other {
                    { " " }<span class="dim">{ other }</span>
                }
                if let Some(share) = share {
                    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                        <rect width={(share * 100.0).to_string()} height="1" />
                    </svg>
                }
            </th>
            <td class="number">{ share.map_or_else(|| "–".to_owned(), percent) }</td>
            <td class="number dim">{ decimals(outcome.logits[class], 2) }</td>
        </tr>
    }
}

fn found(
    props: &AnswerProps,
    outcome: &Outcome,
    query: &str,
    pointed: Option<usize>,
    point: &Callback<Option<usize>>,
) -> Html {
    let labels = labels(props);
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return html! {};
    }
    let fits = |class: &usize| {
        class.to_string() == query
            || labels.get(*class).is_some_and(|label| {
                label.en.to_lowercase().contains(&query)
                    || label.zh.as_ref().is_some_and(|zh| zh.contains(&query))
            })
    };
    let classes: Vec<usize> = outcome.ranking.iter().copied().filter(fits).take(FOUND).collect();
    if classes.is_empty() {
        return html! { <p class="dim">{ words(props.ui.lang).search_none }</p> };
    }
    table(props, outcome, &classes, pointed, point)
}

fn labels(props: &AnswerProps) -> &[Label] {
    props.model.as_ref().map_or(&[], |model| &model.labels)
}
