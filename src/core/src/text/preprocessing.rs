//! What the page says of how photos become numbers.

use crate::image::Preset;
use crate::model::PresetFrom;
use crate::session::Lang;

use super::words;

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
