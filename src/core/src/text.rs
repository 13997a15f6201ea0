//! Every word that the page shows, in English and in Chinese: a text that one language lacks does not compile.

mod architectures;
mod assignment;
mod attribution;
mod breakdown;
mod building;
mod en;
mod errors;
mod evaluation;
mod format;
mod layers;
mod lessons;
mod meaning;
mod offline;
mod preprocessing;
mod selection;
mod stacks;
mod timing;
mod training;
mod zh;

pub use architectures::{
    ArchWords, arch_words, conclusion, copied, costs, differences, giga, layer_summary, measure, mebibytes,
    megabytes, memory_name, place, points, standing, tenths,
};
pub use assignment::{AssignmentWords, assignment_words, entry};
pub use attribution::{MethodWords, method};
pub use breakdown::{
    UnitWords, contribution, effective, engine_value, histogram, kernel_figures, kernel_strength,
    kernel_title, made, origin, others, product, shown_terms, softmax_rest, step, steps_done, time_left,
    unit_place, unit_words,
};
pub use building::{BuildWords, about_rule, build_words, built, key_counts, model_name, rule};
pub use errors::{error, notice};
pub use evaluation::{
    EvaluationWords, evaluation_words, own_size, protocol, score_map, score_maps, size_cost, sizes,
};
pub use format::{
    bytes, count, decimals, macs, milliseconds, percent, places_for, ratio, shape, shape_short, short, value,
};
pub use layers::{layer_line, variant_line, variant_short};
pub use lessons::{
    LessonWords, build_error, cfg_error, lesson_answer, lesson_name, lesson_words, progress, step_of, verdict,
};
pub use meaning::{meaning, outputs, unshown};
pub use offline::{OfflineWords, kept, offline_words};
pub use preprocessing::{PreprocessingWords, photo_preset, preprocessing_words, preset_from};
pub use selection::{cam, field, places, seen_by};
pub use stacks::{layer_end, misfit, parse_error, preset, sees, stack_error, step_kind};
pub use timing::{
    TimingWords, algorithm, around, conditions, layer_cells, sum_cells, timing_table, timing_words,
};
pub use training::{
    TrainWords, collision, contradictions, epoch_name, left_out, mistake, patience, photo_count, right_of,
    split_line, train_words, training_error, unbalanced,
};

use crate::nn::labels::Label;
use crate::pages::route::Page;
use crate::session::Lang;

/// What a page is called.
pub fn page_name(lang: Lang, page: Page) -> &'static str {
    let words = words(lang);
    match page {
        Page::Explore => words.page_explore,
        Page::Calculator => words.page_calculator,
        Page::Architectures => words.page_architectures,
        Page::Build => words.page_build,
        Page::Train => words.page_train,
        Page::Lessons => words.page_lessons,
        Page::Assignment => assignment_words(lang).title,
    }
}

/// What the browser calls a page.
pub fn title(lang: Lang, page: Page) -> String {
    match page {
        Page::Explore => format!("vggscope · {}", words(lang).tagline),
        page => format!("{} · vggscope", page_name(lang, page)),
    }
}

/// The fixed texts of the page.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description; en.rs shows what it says.
pub struct Words {
    pub tagline: &'static str,
    pub invitation: &'static str,
    pub private: &'static str,
    pub drop_here: &'static str,
    pub choose_photo: &'static str,
    pub camera: &'static str,
    pub paste_hint: &'static str,
    pub samples: &'static str,
    pub zoom_reset: &'static str,
    pub letter_keys: &'static str,
    pub presenting: &'static str,
    pub presenting_hint: &'static str,
    pub embed: &'static str,
    pub embed_hint: &'static str,
    pub embed_nothing: &'static str,
    pub photo: &'static str,
    pub photo_of: &'static str,
    pub opening: &'static str,
    pub crop_outline: &'static str,
    pub input: &'static str,
    pub input_short: &'static str,
    pub input_hint: &'static str,
    pub fit: &'static str,
    pub fit_centre: &'static str,
    pub fit_squeeze: &'static str,
    pub fit_letterbox: &'static str,
    pub preset: &'static str,
    pub preset_torchvision: &'static str,
    pub preset_caffe: &'static str,
    pub preset_unit: &'static str,
    pub preset_signed: &'static str,
    pub preset_from_file: &'static str,
    pub preset_raw: &'static str,
    pub preset_centred: &'static str,
    pub preset_radiograph: &'static str,
    pub preset_own: &'static str,
    pub preset_guessed: &'static str,
    pub preset_from_graph: &'static str,
    pub preset_from_exporter: &'static str,
    pub preset_from_background: &'static str,
    pub preset_chosen: &'static str,
    pub answer: &'static str,
    pub answer_waiting: &'static str,
    pub answer_none: &'static str,
    pub running: &'static str,
    pub stopped: &'static str,
    pub stop: &'static str,
    pub probability: &'static str,
    pub logit: &'static str,
    pub rank: &'static str,
    pub class: &'static str,
    pub search: &'static str,
    pub search_none: &'static str,
    pub total: &'static str,
    pub layers: &'static str,
    pub layers_hint: &'static str,
    pub strongest: &'static str,
    pub maps: &'static str,
    pub maps_hint: &'static str,
    pub sort: &'static str,
    pub sort_index: &'static str,
    pub sort_mean: &'static str,
    pub sort_max: &'static str,
    pub sort_sparsity: &'static str,
    pub colours: &'static str,
    pub viridis: &'static str,
    pub magma: &'static str,
    pub cividis: &'static str,
    pub grey: &'static str,
    pub diverging: &'static str,
    pub scale: &'static str,
    pub scale_map: &'static str,
    pub scale_layer: &'static str,
    pub legend_map: &'static str,
    pub legend_layer: &'static str,
    pub channel: &'static str,
    pub channel_pick: &'static str,
    pub mean: &'static str,
    pub max: &'static str,
    pub min: &'static str,
    pub zeros: &'static str,
    pub dead: &'static str,
    pub row: &'static str,
    pub column: &'static str,
    pub value: &'static str,
    pub point_hint: &'static str,
    pub attribution: &'static str,
    pub attribution_share: &'static str,
    pub attribution_none: &'static str,
    pub take_away: &'static str,
    pub take_layer: &'static str,
    pub take_map: &'static str,
    pub scale_network: &'static str,
    pub legend_network: &'static str,
    pub hide_dead: &'static str,
    pub keys: &'static str,
    pub key_arrows: &'static str,
    pub key_layers: &'static str,
    pub key_photos: &'static str,
    pub key_zoom: &'static str,
    pub key_freeze: &'static str,
    pub key_help: &'static str,
    pub key_back: &'static str,
    pub sees: &'static str,
    pub sees_hint: &'static str,
    pub sees_unknown: &'static str,
    pub sees_gated: &'static str,
    pub pinned: &'static str,
    pub free: &'static str,
    pub model: &'static str,
    pub default_model: &'static str,
    pub only_output: &'static str,
    pub numbers: &'static str,
    pub open_model: &'static str,
    pub open_model_hint: &'static str,
    pub published: &'static str,
    pub published_hint: &'static str,
    pub checked: &'static str,
    pub catalog: &'static str,
    pub stop_fetching: &'static str,
    pub open_labels: &'static str,
    pub parameters: &'static str,
    pub classes: &'static str,
    pub labels_imagenet: &'static str,
    pub labels_nowhere: &'static str,
    pub labels_file: &'static str,
    pub labels_model: &'static str,
    pub fetching: &'static str,
    pub reading: &'static str,
    pub engine: &'static str,
    pub engine_starting: &'static str,
    pub engine_failed: &'static str,
    pub retry: &'static str,
    pub close: &'static str,
    pub language: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub skip: &'static str,
    pub nav: &'static str,
    pub page_explore: &'static str,
    pub page_calculator: &'static str,
    pub page_architectures: &'static str,
    pub page_build: &'static str,
    pub page_train: &'static str,
    pub page_lessons: &'static str,
    pub calc_title: &'static str,
    pub calc_intro: &'static str,
    pub calc_preset: &'static str,
    pub calc_own: &'static str,
    pub calc_input: &'static str,
    pub calc_layers: &'static str,
    pub calc_layer: &'static str,
    pub calc_kind: &'static str,
    pub calc_kernel: &'static str,
    pub calc_stride: &'static str,
    pub calc_padding: &'static str,
    pub calc_dilation: &'static str,
    pub calc_size: &'static str,
    pub calc_field: &'static str,
    pub calc_jump: &'static str,
    pub calc_pad: &'static str,
    pub calc_centre: &'static str,
    pub calc_pair_hint: &'static str,
    pub calc_add_conv: &'static str,
    pub calc_add_pool: &'static str,
    pub calc_remove: &'static str,
    pub calc_up: &'static str,
    pub calc_down: &'static str,
    pub calc_undo: &'static str,
    pub calc_redo: &'static str,
    pub calc_none: &'static str,
    pub calc_cut: &'static str,
    pub calc_beyond: &'static str,
    pub calc_back_title: &'static str,
    pub calc_back_intro: &'static str,
    pub calc_from: &'static str,
    pub calc_step_back: &'static str,
    pub calc_step_next: &'static str,
    pub calc_play: &'static str,
    pub calc_pause: &'static str,
    pub calc_one_unit: &'static str,
    pub calc_agree: &'static str,
    pub calc_differ: &'static str,
    pub calc_lattice: &'static str,
    pub calc_lattice_hint: &'static str,
    pub calc_rows: &'static str,
    pub calc_columns: &'static str,
    pub calc_axis: &'static str,
    pub calc_sees: &'static str,
    pub calc_pixels: &'static str,
    pub calc_unit: &'static str,
    pub calc_chart: &'static str,
    pub calc_share: &'static str,
    pub calc_share_hint: &'static str,
    pub calc_take: &'static str,
    pub calc_copy: &'static str,
    pub calc_copied: &'static str,
    pub calc_drag: &'static str,
    pub calc_add_transposed: &'static str,
    pub calc_grid: &'static str,
    pub calc_grid_hint: &'static str,
    pub calc_slide: &'static str,
    pub calc_photo: &'static str,
    pub calc_photo_hint: &'static str,
    pub calc_compare: &'static str,
    pub calc_compare_hint: &'static str,
    pub calc_beside: &'static str,
    pub calc_nothing_beside: &'static str,
    pub calc_swap: &'static str,
    pub calc_channels: &'static str,
    pub calc_biases: &'static str,
    pub calc_nonlinear: &'static str,
    pub calc_ratio: &'static str,
    pub calc_first: &'static str,
    pub calc_second: &'static str,
    pub calc_form: &'static str,
    pub calc_form_text: &'static str,
    pub calc_model: &'static str,
    pub calc_graph: &'static str,
    pub calc_graph_hint: &'static str,
}

/// The texts in this language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Zh => &zh::WORDS,
    }
}

/// The language's tag, for the page's `lang`.
pub fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en",
        Lang::Zh => "zh-CN",
    }
}

/// A class's name in this language, and in the other one where it is known; its number where it has no name.
pub fn class(lang: Lang, labels: &[Label], index: usize) -> (String, Option<String>) {
    let Some(label) = labels.get(index) else {
        return (format!("{} {index}", words(lang).class), None);
    };
    match (lang, &label.zh) {
        (Lang::Zh, Some(zh)) => (zh.clone(), Some(label.en.clone())),
        (_, zh) => (label.en.clone(), zh.clone()),
    }
}
