//! The state of the pages beside the explorer, and the addresses of all of them.

pub mod assignment;
pub mod builder;
pub mod calculator;
pub mod embed;
pub mod keys;
pub mod lesson;
pub mod route;
pub mod workbench;
