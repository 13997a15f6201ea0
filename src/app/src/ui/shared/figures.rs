//! Pictures of a stack that answer the pointer: the calculator's, and the lessons'.

pub mod chart;
pub mod compare;
pub mod grid;
pub mod lattice;
pub mod network;
pub mod photo_field;
pub mod recurrence;
pub mod table;

use std::rc::Rc;

use vggscope_core::nn::stack::Stack;
use vggscope_core::session::Lang;
use yew::prelude::*;

/// What a picture of a stack is given.
#[derive(Properties, PartialEq, Clone)]
pub struct FigureProps {
    /// The language.
    pub lang: Lang,
    /// The stack.
    pub stack: Rc<Stack>,
}

/// One number where both axes agree, else rows × columns; with a true minus.
pub fn both<T: PartialEq + ToString>(rows: T, columns: T) -> String {
    let text = if rows == columns {
        rows.to_string()
    } else {
        format!("{}×{}", rows.to_string(), columns.to_string())
    };
    text.replace('-', "−")
}
