//! Figures of the workbench as people read them.

use super::arch_words;
use crate::nn::{Layer, Op};
use crate::session::Lang;
use crate::text::layer_line;
use crate::vgg::costs::{LayerCosts, LayerKind, LayerPlace, Measure};
use crate::vgg::paper::{How, Judged, Standing};

/// Tenths as a decimal.
pub fn tenths(tenths: u16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Multiply-accumulates in billions, with three decimals.
pub fn giga(macs: u64) -> String {
    format!("{:.3} G", macs as f64 / 1e9)
}

/// A difference in tenths, with its sign.
pub fn points(change: i32) -> String {
    let size = change.unsigned_abs();
    let sign = match change {
        0 => "±",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{}.{}", size / 10, size % 10)
}

/// What a measure is called.
pub fn measure(lang: Lang, measure: Measure) -> &'static str {
    let words = arch_words(lang);
    match measure {
        Measure::Parameters => words.parameters,
        Measure::Macs => words.macs,
        Measure::Floats => words.floats,
        Measure::Field => words.field,
    }
}

/// Where a layer stands.
pub fn place(lang: Lang, place: LayerPlace) -> String {
    let words = arch_words(lang);
    match (place, lang) {
        (LayerPlace::Input, _) => words.input.to_lowercase(),
        (LayerPlace::Block(block), Lang::En) => format!("block {block}"),
        (LayerPlace::Block(block), Lang::Zh) => format!("第 {block} 块"),
        (LayerPlace::Dense(layer), _) => format!("fc{layer}"),
    }
}

/// What a layer does, in one line.
pub fn layer_summary(lang: Lang, part: &LayerCosts) -> String {
    let op = match part.kind {
        LayerKind::Input => Op::Input,
        LayerKind::Convolution(window) => Op::Convolution(window),
        LayerKind::Pool(window) => Op::MaxPool(window),
        LayerKind::Dense => Op::Dense,
        LayerKind::Lrn => {
            return match lang {
                Lang::En => "local response normalisation, learns nothing",
                Lang::Zh => "局部响应归一化，没有可学的参数",
            }
            .to_owned();
        }
    };
    let layer = Layer {
        name: part.name.clone(),
        op,
        activation: part.relu.then(|| "Relu".to_owned()),
        shape: part.shape,
        parameters: part.weights + part.biases,
        macs: part.macs,
    };
    layer_line(lang, &layer)
}

/// Whose a standing is, and how many networks vote.
pub fn standing(lang: Lang, standing: &Standing) -> String {
    let nets = match (standing.nets, lang) {
        (Some(1), Lang::En) => "1 net".to_owned(),
        (Some(nets), Lang::En) => format!("{nets} nets"),
        (None, Lang::En) => "multiple nets".to_owned(),
        (Some(nets), Lang::Zh) => format!("{nets} 个网络"),
        (None, Lang::Zh) => "多个网络".to_owned(),
    };
    let how = match (standing.how, lang) {
        (None, _) => None,
        (Some(How::Both), Lang::En) => Some("crops and dense"),
        (Some(How::Both), Lang::Zh) => Some("多裁剪与密集"),
        (Some(How::Submission), Lang::En) => Some("submission"),
        (Some(How::Submission), Lang::Zh) => Some("参赛提交"),
    };
    let how = how.map(|how| format!(" · {how}")).unwrap_or_default();
    let mark = if standing.judged == Judged::Either { " *" } else { "" };
    format!("{} · {nets}{how}{mark}", standing.team)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::paper::STANDINGS;

    #[test]
    fn differences_have_signs() {
        assert_eq!([3, -11, 0].map(points), ["+0.3", "−1.1", "±0.0"]);
        assert_eq!(tenths(256), "25.6");
        assert_eq!(giga(15_470_264_320), "15.470 G");
    }

    #[test]
    fn standings() {
        assert_eq!(standing(Lang::En, &STANDINGS[0]), "VGG · 2 nets · crops and dense");
        assert_eq!(standing(Lang::Zh, &STANDINGS[3]), "GoogLeNet · 1 个网络 *");
    }
}
