//! The words around what a run took.

use super::format::{macs, milliseconds, percent};
use super::layers::variant_short;
use crate::model::Algorithm;
use crate::nn::Architecture;
use crate::session::Lang;
use crate::session::explorer::timing::{LayerTiming, Timing, rate};
use crate::wire::Variant;

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct TimingWords {
    pub title: &'static str,
    pub layer: &'static str,
    pub by: &'static str,
    pub work: &'static str,
    pub time: &'static str,
    pub rate: &'static str,
    pub share: &'static str,
    pub all_layers: &'static str,
    pub decoded: &'static str,
    pub input: &'static str,
    pub reported: &'static str,
    pub whole: &'static str,
    pub drawn: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub winograd: &'static str,
    runtime: &'static str,
    product: &'static str,
    pool: &'static str,
    dense: &'static str,
    isolated: &'static str,
    not_isolated: &'static str,
}

const EN: TimingWords = TimingWords {
    title: "Performance",
    layer: "Layer",
    by: "Computed by",
    work: "Work",
    time: "Time",
    rate: "GMAC/s",
    share: "Share",
    all_layers: "All layers",
    decoded: "Photo decoded",
    input: "Fitted and normalised",
    reported: "Figures, thumbnails, messages",
    whole: "From pixels to scores",
    drawn: "Maps of the open layer drawn",
    copy: "Copy as a table",
    copied: "Copied",
    winograd: "Winograd F(4x4, 3x3) multiplies 36 times for a tile of 16 outputs where the definition does so 144 times: it does \
               the work counted here in a quarter of the multiplications.",
    runtime: "tract",
    product: "matrix product",
    pool: "2x2 pool",
    dense: "matrix-vector product",
    isolated: "cross-origin isolated",
    not_isolated: "not cross-origin isolated",
};

const ZH: TimingWords = TimingWords {
    title: "性能",
    layer: "层",
    by: "算法",
    work: "运算量",
    time: "时间",
    rate: "GMAC/s",
    share: "占比",
    all_layers: "所有层",
    decoded: "照片解码",
    input: "裁切与归一化",
    reported: "统计、缩略图与消息",
    whole: "从像素到得分",
    drawn: "绘制当前层的特征图",
    copy: "复制为表格",
    copied: "已复制",
    winograd: "按定义，16 个输出要做 144 次乘法；Winograd F(4x4, 3x3) 只做 36 次，也就是用四分之一的乘法完成这里统计的运算量。",
    runtime: "tract",
    product: "矩阵乘法",
    pool: "2x2 池化",
    dense: "矩阵向量乘法",
    isolated: "已跨源隔离",
    not_isolated: "未跨源隔离",
};

/// The texts in this language.
pub fn timing_words(lang: Lang) -> &'static TimingWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// What computes a layer.
pub fn algorithm(lang: Lang, algorithm: Algorithm) -> &'static str {
    let words = timing_words(lang);
    match algorithm {
        Algorithm::Runtime => words.runtime,
        Algorithm::Winograd => "Winograd",
        Algorithm::Im2col => words.product,
        Algorithm::Pool => words.pool,
        Algorithm::Dense => words.dense,
    }
}

/// The variant and whether the page is isolated.
pub fn conditions(lang: Lang, variant: &Variant) -> String {
    let words = timing_words(lang);
    format!(
        "{} · {}",
        variant_short(lang, variant),
        if variant.isolated { words.isolated } else { words.not_isolated }
    )
}

/// The cells of a layer, as the columns are: work, time, rate, share.
pub fn layer_cells(timing: &LayerTiming) -> [String; 4] {
    [work(timing.macs), milliseconds(timing.ms), speed(timing.macs, timing.ms), percent(timing.share)]
}

/// The same of all layers.
pub fn sum_cells(timing: &Timing) -> [String; 4] {
    let (work_in_all, ms) = (timing.macs(), timing.computed());
    [work(work_in_all), milliseconds(ms), speed(work_in_all, ms), percent(1.0)]
}

/// What is no layer, with its time.
pub fn around(lang: Lang, timing: &Timing) -> Vec<(&'static str, String)> {
    let words = timing_words(lang);
    let times = [
        (words.decoded, Some(timing.decoded)),
        (words.input, Some(timing.input)),
        (words.reported, Some(timing.reported)),
        (words.whole, Some(timing.whole)),
        (words.drawn, timing.drawn),
    ];
    times.into_iter().filter_map(|(name, ms)| Some((name, milliseconds(ms?)))).collect()
}

/// All of it as a table in Markdown.
pub fn timing_table(lang: Lang, architecture: &Architecture, timing: &Timing, variant: &Variant) -> String {
    let words = timing_words(lang);
    let row = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let mut table = format!("{}\n\n", conditions(lang, variant));
    table += &row(&[words.layer, words.by, words.work, words.time, words.rate, words.share]);
    table += "|---|---|---:|---:|---:|---:|\n";
    for layer in &timing.layers {
        // A bar in a name would end its cell.
        let name = architecture.layer(layer.layer).map_or("", |layer| layer.short_name()).replace('|', "\\|");
        let [work, time, rate, share] = layer_cells(layer);
        table += &row(&[&name, algorithm(lang, layer.algorithm), &work, &time, &rate, &share]);
    }
    let [work, time, rate, share] = sum_cells(timing);
    table += &row(&[words.all_layers, "", &work, &time, &rate, &share]);
    for (name, time) in around(lang, timing) {
        table += &row(&[name, "", "", &time, "", ""]);
    }
    table
}

fn work(number: u64) -> String {
    if number == 0 { String::new() } else { macs(number as f64) }
}

fn speed(macs: u64, ms: f64) -> String {
    rate(macs, ms).map(|rate| format!("{rate:.1}")).unwrap_or_default()
}
