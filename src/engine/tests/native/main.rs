//! The engine as it runs natively. One program, since each would be linked with the whole runtime.

#![allow(clippy::unwrap_used, reason = "what does not hold in a test fails it")]

mod bad;
mod breakdown;
mod cam;
mod cases;
#[path = "../common/mod.rs"]
mod common;
mod fields;
mod golden;
mod gradient;
mod initialise;
mod labels;
mod light;
mod names;
mod operators;
mod photos;
#[path = "../../examples/classify/picture.rs"]
mod picture;
mod questions;
mod sizes;
mod training;
mod weights;
