//! What the page says of how photos become numbers.

use crate::image::Preset;
use crate::model::PresetFrom;
use crate::session::Lang;

use super::words;

/// The fixed texts of values that a person types in.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct PreprocessingWords {
    pub formula: &'static str,
    pub order: &'static str,
    pub divisor: &'static str,
    pub mean: &'static str,
    pub deviation: &'static str,
    pub channels: [&'static str; 3],
    pub set: &'static str,
    pub wrong: &'static str,
}

/// The texts in this language.
pub fn preprocessing_words(lang: Lang) -> &'static PreprocessingWords {
    match lang {
        Lang::En => &PreprocessingWords {
            formula: "(byte ÷ divisor − mean) ÷ deviation, for each channel in the network's order. For 0 to 1 the divisor is 255; fractions such as 1/2 are read too.",
            order: "Channel order",
            divisor: "Divisor",
            mean: "Mean",
            deviation: "Deviation",
            channels: ["channel 1", "channel 2", "channel 3"],
            set: "Use these values",
            wrong: "Each value must be a number, and divisor and deviations other than 0.",
        },
        Lang::Zh => &PreprocessingWords {
            formula: "（字节值 ÷ 除数 − 均值）÷ 标准差，按网络的通道顺序逐通道计算。缩放到 0 到 1 时除数填 255；也可以写成分数，如 1/2。",
            order: "通道顺序",
            divisor: "除数",
            mean: "均值",
            deviation: "标准差",
            channels: ["通道 1", "通道 2", "通道 3"],
            set: "使用这些数值",
            wrong: "每一项都必须是数字，除数和标准差不能为 0。",
        },
    }
}

/// What a preset does.
pub fn photo_preset(lang: Lang, preset: Preset) -> &'static str {
    let words = words(lang);
    match preset {
        Preset::Torchvision => words.preset_torchvision,
        Preset::Caffe => words.preset_caffe,
        Preset::Unit => words.preset_unit,
        Preset::Signed => words.preset_signed,
        Preset::Raw => words.preset_raw,
        Preset::Centred => words.preset_centred,
        Preset::Radiograph => words.preset_radiograph,
        Preset::Own(_) => words.preset_own,
    }
}

/// Where it is known from.
pub fn preset_from(lang: Lang, from: PresetFrom) -> &'static str {
    let words = words(lang);
    match from {
        PresetFrom::File => words.preset_from_file,
        PresetFrom::Graph => words.preset_from_graph,
        PresetFrom::Exporter => words.preset_from_exporter,
        PresetFrom::Background => words.preset_from_background,
        PresetFrom::Common => words.preset_guessed,
    }
}
