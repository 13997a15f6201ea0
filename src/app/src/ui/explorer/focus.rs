//! What the pointer is on, for whatever shows it, wherever on the page: a move of the pointer draws these parts again, and
//! nothing that they stand in.

use vggscope_core::explain::breakdown::Unit;
use vggscope_core::explain::effective_field;
use vggscope_core::session::Session;
use vggscope_core::session::explorer::selection::Lit;
use vggscope_core::session::explorer::{Cursor, Explorer, Target};
use vggscope_core::shared::Shared;
use yew::prelude::*;

/// What the pointer is on, or a pin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Focus {
    /// What is pointed at and what is pinned.
    pub cursor: Cursor,
    /// What is lit, on the open layer or on the network's input.
    pub lit: Option<Lit>,
    /// The unit that is broken down.
    pub unit: Option<Unit>,
    /// How much each pixel counts for the pinned unit, where that is asked for.
    pub gradient: Option<Shared<effective_field::Answer>>,
}

/// Gives the focus to all that stands in it.
pub type FocusProvider = ContextProvider<Focus>;

impl Focus {
    /// The focus of a session.
    pub fn of(session: &Session) -> Focus {
        session.explorer.as_ref().map(Focus::of_explorer).unwrap_or_default()
    }

    fn of_explorer(explorer: &Explorer) -> Focus {
        let asked = explorer.pinned_unit().filter(|_| explorer.selection.effective_field);
        let gradient = asked
            .and_then(|unit| explorer.run.as_ref()?.answers.to(effective_field::Question { unit }).cloned());
        Focus { cursor: explorer.selection.cursor, lit: explorer.lit(), unit: explorer.unit(), gradient }
    }

    /// The pinned unit, if it is one of the open map.
    pub fn pinned_unit(&self) -> Option<Unit> {
        self.unit.filter(|unit| self.cursor.pinned == Some(Target::Unit(unit.place)))
    }
}

/// The focus where there is one: elsewhere than on the explorer nothing is pointed at.
#[hook]
pub fn use_focus() -> Focus {
    use_context::<Focus>().unwrap_or_default()
}
