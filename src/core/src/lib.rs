//! Everything of vggscope that is pure: what a network is, how a photo becomes a tensor, how numbers become
//! colours, what the page and its worker say to each other, all state of the app, and every word it shows.
//!
//! Nothing here touches a browser, a clock, a file or an engine, so all of it is tested natively in milliseconds.

pub mod anatomy;
pub mod arithmetic;
pub mod calculator;
pub mod cfg;
pub mod compose;
pub mod csv;
pub mod error;
pub mod field;
pub mod gaze;
pub mod influence;
pub mod kernels;
pub mod keys;
pub mod labels;
pub mod lesson;
pub mod net;
pub mod paint;
pub mod paper;
pub mod performance;
pub mod photo;
pub mod route;
pub mod scores;
pub mod session;
pub mod shelf;
pub mod stack;
pub mod stats;
pub mod takeaway;
pub mod text;
pub mod why;
pub mod wire;
pub mod workbench;
pub mod zoo;
