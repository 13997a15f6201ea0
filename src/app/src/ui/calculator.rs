//! The receptive-field calculator.

mod chart;
mod editor;
mod lattice;
mod recurrence;
mod share;

use std::rc::Rc;

use vggscope_core::calculator::{Edit, Preset};
use vggscope_core::session::{Event, Session};
use vggscope_core::stack::{Row, Stack, StackError};
use vggscope_core::text::{self, words};
use yew::prelude::*;

use super::Props;
use super::controls::Choice;

/// What the parts of the page are given: the stack, and what is computed of it once for all of them.
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
pub fn Calculator(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    let stack = Rc::new(session.calculator.stack().clone());
    let rows = Rc::new(stack.rows());
    let presets: Vec<Stack> = Preset::ALL.iter().map(|preset| preset.stack()).collect();
    let chosen = presets.iter().position(|preset| *preset == *stack);
    // Behind the presets stands the person's own, when it is none of them.
    let names = Preset::ALL.iter().map(|preset| AttrValue::from(text::preset(session.lang, *preset)));
    let own = chosen.is_none().then(|| AttrValue::from(words.calc_own));
    let own_stack = stack.clone();
    let pick = emit.reform(move |at: usize| {
        Event::Calculate(Edit::Replace(presets.get(at).unwrap_or(&own_stack).clone()))
    });
    let part = PartProps { session: session.clone(), emit: emit.clone(), stack, rows };
    html! {
        <main class="calculator">
            <div class="intro">
                <h2>{ words.calc_title }<small>{ words.calc_intro }</small></h2>
                <Choice label={words.calc_preset} options={names.chain(own).collect::<Vec<_>>()}
                    chosen={chosen.unwrap_or(Preset::ALL.len())} {pick} />
            </div>
            <editor::Editor ..part.clone() />
            <recurrence::Recurrence ..part.clone() />
            <lattice::Lattice ..part.clone() />
            <chart::Chart ..part.clone() />
            <share::Share ..part />
        </main>
    }
}
