//! The receptive-field calculator.

mod editor;
mod export;
mod graph;
mod second;

use std::rc::Rc;

use vggscope_core::nn::stack::{Row, Stack, StackError};
use vggscope_core::pages::calculator::{Edit, Preset};
use vggscope_core::session::{Event, Session};
use vggscope_core::text::{self, words};
use yew::prelude::*;

use crate::ui::shared::controls::Choice;
use crate::ui::shared::figures::chart::Chart;
use crate::ui::shared::figures::grid::{self, Grid};
use crate::ui::shared::figures::lattice::Lattice;
use crate::ui::shared::figures::photo_field::PhotoField;
use crate::ui::shared::figures::recurrence::{Recurrence, Steps};

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct CalculatorProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where a photo can be had: the person's, or one that comes with the page.
    pub photo: AttrValue,
}

/// What the parts of the page are given: the stack, and what is computed of it.
#[derive(Properties, PartialEq, Clone)]
pub struct PartProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Event>,
    /// The stack.
    pub stack: Rc<Stack>,
    /// Its rows, or the fault that keeps them from being computed.
    pub rows: Rc<Result<Vec<Row>, StackError>>,
}

/// The page.
#[component]
pub fn Calculator(props: &CalculatorProps) -> Html {
    let CalculatorProps { session, emit, photo } = props;
    let words = words(session.lang);
    let stack = Rc::new(session.calculator.stack().clone());
    let graph = session.calculator.graph && session.model.is_some();
    let part = PartProps {
        session: session.clone(),
        emit: emit.clone(),
        rows: Rc::new(stack.rows()),
        stack: stack.clone(),
    };
    let sight = html! {
        <section aria-label={words.calc_photo}>
            <h2>{ words.calc_photo }</h2>
            <PhotoField lang={session.lang} stack={stack.clone()} photo={photo.clone()} fit={session.fit} />
        </section>
    };
    let other = session.calculator.other().map(|other| Rc::new(other.clone()));
    let chart = html! {
        <section aria-label={words.calc_chart}>
            <h2>{ words.calc_chart }</h2>
            <Chart lang={session.lang} stack={stack.clone()} {other} />
        </section>
    };
    html! {
        <main class="calculator">
            <div class="intro">
                <h2>{ words.calc_title }<small>{ words.calc_intro }</small></h2>
                { presets(session, emit, graph) }
            </div>
            if graph {
                <graph::Graph session={session.clone()} emit={emit.clone()} />
            } else {
                <editor::Editor ..part.clone() />
                { recurrence(session, emit, &stack) }
                <section class="wide" aria-label={words.calc_lattice}>
                    <h2>{ words.calc_lattice }<small>{ words.calc_lattice_hint }</small></h2>
                    <Lattice lang={session.lang} stack={stack.clone()} />
                </section>
                if grid::fits(&stack) {
                    <section aria-label={words.calc_grid}>
                        <h2>{ words.calc_grid }</h2>
                        <Grid lang={session.lang} stack={stack.clone()} />
                    </section>
                    { sight }
                    <second::Beside ..part.clone() />
                    { chart }
                } else {
                    { sight }
                    { chart }
                    <second::Beside ..part.clone() />
                }
                <export::Share ..part />
            }
        </main>
    }
}

/// The list of stacks to start from: the presets, the model in use, and the person's own where it is none of them.
fn presets(session: &Session, emit: &Callback<Event>, graph: bool) -> Html {
    let words = words(session.lang);
    let stack = session.calculator.stack().clone();
    let presets: Vec<Stack> = Preset::ALL.iter().map(|preset| preset.stack()).collect();
    let chosen = presets.iter().position(|preset| *preset == stack);
    let model = session.model.as_ref().map(|model| model.about.clone());
    let count = presets.len();
    let place = match chosen {
        _ if graph => count,
        Some(place) => place,
        None => count + usize::from(model.is_some()),
    };
    let names = Preset::ALL.iter().map(|preset| AttrValue::from(text::preset(session.lang, *preset)));
    let loaded = model.is_some().then(|| AttrValue::from(words.calc_model));
    let own = (chosen.is_none() && !graph).then(|| AttrValue::from(words.calc_own));
    let pick = emit.reform(move |at: usize| {
        // A model without branches is a stack like any other.
        let read = model.as_ref().filter(|_| at == count);
        Event::Calculate(match (presets.get(at), read) {
            (Some(preset), _) => Edit::Replace(preset.clone()),
            (None, Some(model)) => model.stack().map_or(Edit::Graph, Edit::Replace),
            (None, None) => Edit::Replace(stack.clone()),
        })
    });
    let options: Vec<AttrValue> = names.chain(loaded).chain(own).collect();
    html! { <Choice label={words.calc_preset} {options} chosen={place} {pick} /> }
}

fn recurrence(session: &Session, emit: &Callback<Event>, stack: &Rc<Stack>) -> Html {
    let words = words(session.lang);
    let Some(from) = session.calculator.from() else { return html! {} };
    let go = emit.reform(move |steps: Steps| {
        Event::Calculate(if steps.from == from { Edit::Show(steps.shown) } else { Edit::From(steps.from) })
    });
    let steps = Steps { from, shown: session.calculator.shown() };
    html! {
        <section aria-label={words.calc_back_title}>
            <h2>{ words.calc_back_title }</h2>
            <p class="dim">{ words.calc_back_intro }</p>
            <Recurrence lang={session.lang} stack={stack.clone()} {steps} {go} />
        </section>
    }
}
