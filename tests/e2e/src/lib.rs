//! A person at a browser: opens the page, finds things by what they are and what they are called, uses mouse,
//! keyboard and files, and reads what is on the screen.
//!
//! Roles and names are those that the browser computes for assistive technology, so that what a test finds, a screen
//! reader finds too. The words that it looks for come from `vggscope_core::text`.

mod actions;
mod browser;
mod commands;
mod driver;
mod harness;
mod page;
mod reading;

pub mod fixtures;
pub mod onnx;
pub mod oracle;

pub use actions::TestFile;
pub use browser::{NO_BROWSER, Profile, Storage};
pub use driver::Kind;
pub use harness::{Harness, Scenario};
pub use page::Page;
pub use reading::{Answer, Row, name_of};
