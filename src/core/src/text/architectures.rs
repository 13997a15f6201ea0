//! The words of the architectures workbench, and its sentences that are made of numbers.

mod conclusions;
mod en;
mod figures;
mod memory;
mod zh;

pub use conclusions::{conclusion, costs, differences};
pub use figures::{giga, layer_summary, measure, place, points, standing, tenths};
pub use memory::{copied, mebibytes, megabytes, memory_name};

use crate::session::Lang;

/// The fixed texts of the workbench.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description; en.rs shows what it says.
pub struct ArchWords {
    pub title: &'static str,
    pub intro: &'static str,
    pub options: &'static str,
    pub biases: &'static str,
    pub norms: &'static str,
    pub memory: &'static str,
    pub bars: &'static str,
    pub configuration: &'static str,
    pub weight_layers: &'static str,
    pub input: &'static str,
    pub softmax: &'static str,
    pub output: &'static str,
    pub layer: &'static str,
    pub kind: &'static str,
    pub shape: &'static str,
    pub field: &'static str,
    pub weights: &'static str,
    pub bias_count: &'static str,
    pub norm_count: &'static str,
    pub parameters: &'static str,
    pub macs: &'static str,
    pub floats: &'static str,
    pub floats_short: &'static str,
    pub kept: &'static str,
    pub total: &'static str,
    pub of_convolutions: &'static str,
    pub of_dense: &'static str,
    pub dense_share: &'static str,
    pub last_pool: &'static str,
    pub norms_hint: &'static str,
    pub save: &'static str,
    pub table_csv: &'static str,
    pub layers_csv: &'static str,
    pub svg: &'static str,
    pub png: &'static str,
    pub where_title: &'static str,
    pub where_hint: &'static str,
    pub shares_hint: &'static str,
    pub layers_title: &'static str,
    pub memory_title: &'static str,
    pub memory_hint: &'static str,
    pub convention: &'static str,
    pub comparisons_title: &'static str,
    pub comparisons_hint: &'static str,
    pub pair: &'static str,
    pub differs: &'static str,
    pub errors_say: &'static str,
    pub conclusion: &'static str,
    pub added: &'static str,
    pub removed: &'static str,
    pub kernel_now: &'static str,
    pub costs: &'static str,
    pub training_scale: &'static str,
    pub change: &'static str,
    pub not_measured: &'static str,
    pub single: &'static str,
    pub multi: &'static str,
    pub top1: &'static str,
    pub error_axis: &'static str,
    pub errors_title: &'static str,
    pub errors_hint: &'static str,
    pub test_scales: &'static str,
    pub protocols_title: &'static str,
    pub protocols_hint: &'static str,
    pub dense_eval: &'static str,
    pub crops_eval: &'static str,
    pub both_eval: &'static str,
    pub standings_title: &'static str,
    pub standings_hint: &'static str,
    pub standings_either: &'static str,
    pub whole_photo: &'static str,
    pub errors_csv: &'static str,
    pub standings_csv: &'static str,
    pub in_calculator: &'static str,
    pub adds: &'static str,
    pub share_of_all: &'static str,
    pub dense_short: &'static str,
    pub convolutions_short: &'static str,
}

/// The texts in this language.
pub fn arch_words(lang: Lang) -> &'static ArchWords {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Zh => &zh::WORDS,
    }
}
