//! What is wrong with a stack of layers, in words.

use crate::calculator::Preset;
use crate::session::Lang;
use crate::stack::{Flaw, ParseError, ParseErrorKind, StackError};
use crate::zoo;

/// Why a text is no stack, in a sentence.
pub fn parse_error(lang: Lang, error: &ParseError) -> String {
    let ParseError { part, text, kind } = error;
    let part = part + 1;
    match (kind, lang) {
        (ParseErrorKind::Number, Lang::En) => {
            format!(
                "Part {part}, \"{text}\": each field must be a whole number, such as 3, or two, such as 3x1."
            )
        }
        (ParseErrorKind::Number, Lang::Zh) => {
            format!("第 {part} 段“{text}”：每一项都应是整数（如 3）或两个整数（如 3x1）。")
        }
        (ParseErrorKind::Count, Lang::En) => {
            format!(
                "Part {part}, \"{text}\": a layer is kernel,stride,padding and perhaps dilation, such as 3,1,1."
            )
        }
        (ParseErrorKind::Count, Lang::Zh) => {
            format!("第 {part} 段“{text}”：一层应写作 卷积核,步幅,填充，可再加空洞，如 3,1,1。")
        }
        (ParseErrorKind::TooMany, Lang::En) => format!("More than {part} layers are not read."),
        (ParseErrorKind::TooMany, Lang::Zh) => format!("层数过多，最多读取 {part} 层。"),
    }
}

/// Why a stack cannot be computed, in a sentence.
pub fn stack_error(lang: Lang, error: StackError) -> String {
    let StackError { step, flaw } = error;
    let place = match (step, lang) {
        (None, Lang::En) => "The input".to_owned(),
        (None, Lang::Zh) => "输入".to_owned(),
        (Some(step), Lang::En) => format!("Layer {}", step + 1),
        (Some(step), Lang::Zh) => format!("第 {} 层", step + 1),
    };
    match (flaw, lang) {
        (Flaw::Zero, Lang::En) => format!("{place}: sizes, kernel, stride and dilation must be at least 1."),
        (Flaw::Zero, Lang::Zh) => format!("{place}：尺寸、卷积核、步幅和空洞都至少为 1。"),
        (Flaw::KernelTooLarge { extent, padded }, Lang::En) => {
            format!("{place}: the kernel spans {extent}, but its padded input only {padded}.")
        }
        (Flaw::KernelTooLarge { extent, padded }, Lang::Zh) => {
            format!("{place}：卷积核跨度为 {extent}，而填充后的输入只有 {padded}。")
        }
        (Flaw::Overflow, Lang::En) => format!("{place}: the numbers are too large to compute with."),
        (Flaw::Overflow, Lang::Zh) => format!("{place}：数值过大，无法计算。"),
    }
}

/// The name of a stack that the page offers.
pub fn preset(lang: Lang, preset: Preset) -> String {
    let zh = lang == Lang::Zh;
    let main_path =
        |name: &str| if zh { format!("{name}（主路径）") } else { format!("{name}, main path") };
    match preset {
        Preset::NineByNine => (if zh { "课程示例：9×9" } else { "The lesson's 9×9" }).to_owned(),
        Preset::TwoThrees => (if zh { "两个 3×3" } else { "Two 3×3" }).to_owned(),
        Preset::OneFive => (if zh { "一个 5×5" } else { "One 5×5" }).to_owned(),
        Preset::ThreeThrees => (if zh { "三个 3×3" } else { "Three 3×3" }).to_owned(),
        Preset::OneSeven => (if zh { "一个 7×7" } else { "One 7×7" }).to_owned(),
        Preset::Vgg(place) => zoo::CONFIGURATIONS
            .get(place)
            .map_or_else(String::new, |one| format!("{} ({})", one.name, one.letter)),
        Preset::LeNet5 => "LeNet-5".to_owned(),
        Preset::AlexNet => "AlexNet".to_owned(),
        Preset::ZfNet => "ZFNet".to_owned(),
        Preset::ResNet18 => main_path("ResNet-18"),
        Preset::ResNet34 => main_path("ResNet-34"),
        Preset::ResNet50 => main_path("ResNet-50"),
    }
}
