//! Everything of vggscope that is pure: networks and what their units see, how a photo becomes a tensor, how numbers
//! become colours, what the page asks the engine, all state of the app, and every word it shows.
//!
//! Nothing here touches a browser, a clock, a file or an engine, so all of it is tested natively in milliseconds.
//!
//! Rooms import downwards only, in the order of this list: `receptive_field` knows none of the others, `text` all.

pub mod csv;
pub mod receptive_field;

pub mod nn;

pub mod vgg;

pub mod error;
pub mod image;

pub mod render;
pub mod shared;

pub mod model;

pub mod explain;

pub mod training;

pub mod wire;

pub mod pages;

pub mod session;

pub mod text;
