//! Which pixels a unit sees and which units see a pixel: along one axis, through graphs with branches, by the recurrence,
//! and how much of a field counts.

mod axis;
pub mod effective;

pub use axis::*;
