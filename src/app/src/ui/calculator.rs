//! The receptive-field calculator.

mod editor;
mod export;
mod graph;
mod second;

use std::rc::Rc;

use vggscope_core::image::Fit;
use vggscope_core::model::Model;
use vggscope_core::nn::stack::{Row, Stack, StackError};
use vggscope_core::pages::calculator::{Calculator as State, Edit, Preset};
use vggscope_core::session::{Calculate, Session};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, words};
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::shared::controls::Choice;
use crate::ui::shared::figures::chart::Chart;
use crate::ui::shared::figures::grid::{self, Grid};
use crate::ui::shared::figures::lattice::Lattice;
use crate::ui::shared::figures::photo_field::PhotoField;
use crate::ui::shared::figures::recurrence::{Recurrence, Steps};

/// What the parts of the page are given: the calculator, its stack, and what is computed of it.
#[derive(Properties, PartialEq, Clone)]
pub struct PartProps {
    /// Language and events.
    pub ui: Ui,
    /// The calculator.
    pub calculator: Shared<State>,
    /// The stack.
    pub stack: Rc<Stack>,
    /// Its rows, or the fault that keeps them from being computed.
    pub rows: Rc<Result<Vec<Row>, StackError>>,
}

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct CalculatorProps {
    /// Language and events.
    pub ui: Ui,
    /// The calculator.
    pub calculator: Shared<State>,
    /// The model in use, which may be taken for a stack.
    pub model: Option<Shared<Model>>,
    /// Where a photo can be had: the person's, or one that comes with the page.
    pub photo: AttrValue,
    /// How a photo becomes a rectangle.
    pub fit: Fit,
}

/// The page of a session.
pub fn page(session: &Session, ui: &Ui, photo: AttrValue) -> Html {
    let model = session.explorer.as_ref().map(|explorer| explorer.model.clone());
    html! {
        <Calculator ui={ui.clone()} calculator={session.calculator.clone()} {model} {photo} fit={session.fit} />
    }
}

/// The page.
#[component]
fn Calculator(props: &CalculatorProps) -> Html {
    let CalculatorProps { ui, calculator, model, photo, fit } = props;
    let words = words(ui.lang);
    let (stack, rows) = &*use_memo(calculator.clone(), |calculator| {
        let stack = Rc::new(calculator.stack().clone());
        let rows = Rc::new(stack.rows());
        (stack, rows)
    });
    let graph = model.as_ref().filter(|_| calculator.graph);
    let part = PartProps {
        ui: ui.clone(),
        calculator: calculator.clone(),
        rows: rows.clone(),
        stack: stack.clone(),
    };
    let over_photo = html! {
        <section aria-label={words.calc_photo}>
            <h2>{ words.calc_photo }</h2>
            <PhotoField lang={ui.lang} stack={stack.clone()} photo={photo.clone()} fit={*fit} />
        </section>
    };
    let other = calculator.other().map(|other| Rc::new(other.clone()));
    let chart = html! {
        <section aria-label={words.calc_chart}>
            <h2>{ words.calc_chart }</h2>
            <Chart lang={ui.lang} stack={stack.clone()} {other} />
        </section>
    };
    html! {
        <main class="calculator">
            <div class="intro">
                <h2>{ words.calc_title }<small>{ words.calc_intro }</small></h2>
                { presets(props, graph.is_some()) }
            </div>
            if let Some(model) = graph {
                <graph::Graph lang={ui.lang} model={model.clone()} />
            } else {
                <editor::Editor ..part.clone() />
                { recurrence(props, stack) }
                <section class="wide" aria-label={words.calc_lattice}>
                    <h2>{ words.calc_lattice }<small>{ words.calc_lattice_hint }</small></h2>
                    <Lattice lang={ui.lang} stack={stack.clone()} />
                </section>
                if grid::fits(stack) {
                    <section aria-label={words.calc_grid}>
                        <h2>{ words.calc_grid }</h2>
                        <Grid lang={ui.lang} stack={stack.clone()} />
                    </section>
                    { over_photo }
                    <second::Beside ..part.clone() />
                    { chart }
                } else {
                    { over_photo }
                    { chart }
                    <second::Beside ..part.clone() />
                }
                <export::Share ..part />
            }
        </main>
    }
}

/// The list of stacks to start from: the presets, the model in use, and the person's own where it is none of them.
fn presets(props: &CalculatorProps, graph: bool) -> Html {
    let CalculatorProps { ui, calculator, model, .. } = props;
    let words = words(ui.lang);
    let stack = calculator.stack().clone();
    let presets: Vec<Stack> = Preset::ALL.iter().map(|preset| preset.stack()).collect();
    let chosen = presets.iter().position(|preset| *preset == stack);
    let model = model.clone();
    let count = presets.len();
    let place = match chosen {
        _ if graph => count,
        Some(place) => place,
        None => count + usize::from(model.is_some()),
    };
    let names = Preset::ALL.iter().map(|preset| AttrValue::from(text::preset(ui.lang, *preset)));
    let loaded = model.is_some().then(|| AttrValue::from(words.calc_model));
    let own = (chosen.is_none() && !graph).then(|| AttrValue::from(words.calc_own));
    let pick = ui.tell(move |at: usize| {
        // A model without branches is a stack like any other.
        let read = model.as_ref().filter(|_| at == count);
        Calculate::Edit(match (presets.get(at), read) {
            (Some(preset), _) => Edit::Replace(preset.clone()),
            (None, Some(model)) => model.stack().map_or(Edit::Graph, Edit::Replace),
            (None, None) => Edit::Replace(stack.clone()),
        })
    });
    let options: Vec<AttrValue> = names.chain(loaded).chain(own).collect();
    html! { <Choice label={words.calc_preset} {options} chosen={place} {pick} /> }
}

fn recurrence(props: &CalculatorProps, stack: &Rc<Stack>) -> Html {
    let CalculatorProps { ui, calculator, .. } = props;
    let words = words(ui.lang);
    let Some(from) = calculator.from() else { return html! {} };
    let go = ui.tell(move |steps: Steps| {
        Calculate::Edit(if steps.from == from { Edit::Show(steps.shown) } else { Edit::From(steps.from) })
    });
    let steps = Steps { from, shown: calculator.shown() };
    html! {
        <section aria-label={words.calc_back_title}>
            <h2>{ words.calc_back_title }</h2>
            <p class="dim">{ words.calc_back_intro }</p>
            <Recurrence lang={ui.lang} stack={stack.clone()} {steps} {go} />
        </section>
    }
}
