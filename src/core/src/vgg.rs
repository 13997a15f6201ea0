//! What is particular to VGG: the paper's configurations, their costs, its published figures, and cfg lists.

pub mod build;
pub mod cfg;
pub mod configuration;
pub mod costs;
pub mod initialise;
pub mod paper;
pub mod published;
pub mod transfer;
