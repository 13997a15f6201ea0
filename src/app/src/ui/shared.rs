//! What several pages show: the head, notices, controls, canvases, and figures of a stack.

pub mod canvas;
pub mod controls;
pub mod figures;
pub mod header;
pub mod notice;
pub mod offline;
pub mod sheet;
pub mod zoom;
