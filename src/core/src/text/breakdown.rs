//! The words around one unit: how its number came to be.

use super::format::{count, percent, value};
use crate::explain::Kind;
use crate::explain::breakdown::{Breakdown, Origin, TailOp, Terms};
use crate::explain::kernels::{Kernels, Side};
use crate::nn::Architecture;
use crate::receptive_field::Span;
use crate::receptive_field::effective::Growth;
use crate::render::stats::Histogram;
use crate::session::Lang;

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct UnitWords {
    pub made: &'static str,
    pub made_hint: &'static str,
    pub made_input: &'static str,
    pub made_unknown: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub patch: &'static str,
    pub kernel: &'static str,
    pub open: &'static str,
    pub cell_hint: &'static str,
    pub window_hint: &'static str,
    pub padding: &'static str,
    pub feature: &'static str,
    pub value: &'static str,
    pub weight: &'static str,
    pub product: &'static str,
    pub sum: &'static str,
    pub winner: &'static str,
    pub average: &'static str,
    pub bias: &'static str,
    pub factor: &'static str,
    pub norm: &'static str,
    pub engine: &'static str,
    pub softmax: &'static str,
    pub softmax_hint: &'static str,
    pub sort_contribution: &'static str,
    pub zoom: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
    pub back: &'static str,
    pub histogram: &'static str,
    pub keep_reference: &'static str,
    pub reference_kept: &'static str,
    pub drop_reference: &'static str,
    pub reference: &'static str,
    pub same_scale: &'static str,
    pub kernels: &'static str,
    pub kernels_hint: &'static str,
    pub kernels_none: &'static str,
    pub kernels_of: &'static str,
    pub kernels_back: &'static str,
    pub kernels_point: &'static str,
    pub feeders: &'static str,
    pub method: &'static str,
    pub places: &'static str,
    pub passes: &'static str,
    pub effective: &'static str,
    pub effective_hide: &'static str,
    pub effective_pin: &'static str,
    pub effective_none: &'static str,
    pub effective_chart: &'static str,
    pub effective_hint: &'static str,
    pub take_figure: &'static str,
}

const EN: UnitWords = UnitWords {
    made: "How this number came to be",
    made_hint: "Point at a unit of a large map, or pin one, and its arithmetic stands here.",
    made_input: "These are the photo's own numbers after preprocessing; nothing computes them.",
    made_unknown: "How this layer computes its numbers is more than this page can spell out.",
    play: "Slide the window",
    pause: "Pause",
    patch: "patch",
    kernel: "kernel",
    open: "Open",
    cell_hint: "Point at a cell of a patch or a kernel for its product.",
    window_hint: "the window on the map below; point elsewhere to move it",
    padding: "padding",
    feature: "Feature",
    value: "Value",
    weight: "Weight",
    product: "Product",
    sum: "Sum",
    winner: "the largest value",
    average: "average",
    bias: "bias",
    factor: "times",
    norm: "batch norm",
    engine: "the engine's value",
    softmax: "How scores become probabilities",
    softmax_hint: "Softmax: e to the power of each logit (less the largest, which changes nothing), over the sum for all classes.",
    sort_contribution: "Contribution to the class",
    zoom: "Zoom",
    zoom_in: "Larger maps",
    zoom_out: "Smaller maps",
    back: "Following gradients back",
    histogram: "How often values occur, zeros left out",
    keep_reference: "Keep, to compare with another photo",
    reference_kept: "This photo is kept. Open another one to see both here.",
    drop_reference: "Compare no longer",
    reference: "Two photos, one channel",
    same_scale: "both on this scale",
    kernels: "Kernels",
    kernels_hint: "Open a channel, and the slices of its kernel stand here.",
    kernels_none: "This layer has no such kernels.",
    kernels_of: "All kernels' slices for input channel",
    kernels_back: "The open channel's kernel",
    kernels_point: "Point at a kernel for its figures; click it to open its channel.",
    feeders: "What feeds this channel most, on this photo",
    method: "Shown by",
    places: "Places hidden so far",
    passes: "Passes so far",
    effective: "How much of it counts",
    effective_hide: "Hide what counts",
    effective_pin: "Pin a unit to see how much each pixel counts for it.",
    effective_none: "Gradients cannot be followed back through this network.",
    effective_chart: "Share of the influence within a box around the centre",
    effective_hint: "The brighter a pixel, the more a small change of it would change the unit before its activation function. Dashed: if all pixels of the field counted alike. After Luo and others, 2016.",
    take_figure: "this figure",
};

const ZH: UnitWords = UnitWords {
    made: "这个数是怎么算出来的",
    made_hint: "指向大图中的一个单元，或把它固定住，它的算式就列在这里。",
    made_input: "这些是照片预处理后的数值，不是由哪一层算出来的。",
    made_unknown: "这一层的计算方式超出了本页能逐步写出的范围。",
    play: "滑动窗口",
    pause: "暂停",
    patch: "图块",
    kernel: "卷积核",
    open: "打开",
    cell_hint: "指向图块或卷积核中的一格，看它的乘积。",
    window_hint: "下层特征图上的窗口；指向别处即可移动",
    padding: "填充",
    feature: "特征",
    value: "值",
    weight: "权重",
    product: "乘积",
    sum: "和",
    winner: "最大值",
    average: "平均",
    bias: "偏置",
    factor: "乘以",
    norm: "批归一化",
    engine: "引擎算出的值",
    softmax: "得分怎样变成概率",
    softmax_hint: "Softmax：每个 logit 先减去其中最大的一个（结果不变），以 e 为底取指数，再除以所有类别的指数之和。",
    sort_contribution: "对类别的贡献",
    zoom: "缩放",
    zoom_in: "放大",
    zoom_out: "缩小",
    back: "沿梯度往回走",
    histogram: "各数值出现的次数（不含零）",
    keep_reference: "保留这张，与另一张照片对比",
    reference_kept: "这张照片已保留。再打开一张，两张就并排显示在这里。",
    drop_reference: "不再对比",
    reference: "两张照片，同一通道",
    same_scale: "两张图共用此色标",
    kernels: "卷积核",
    kernels_hint: "打开一个通道，它的卷积核各切片就列在这里。",
    kernels_none: "这一层没有这样的卷积核。",
    kernels_of: "看所有卷积核的切片，输入通道",
    kernels_back: "回到当前通道的卷积核",
    kernels_point: "指向一个卷积核看它的数值；点击打开它的通道。",
    feeders: "在这张照片上，对本通道贡献最大的输入",
    method: "解释方法",
    places: "已遮过的位置",
    passes: "已完成的前向传播",
    effective: "其中有多少真正起作用",
    effective_hide: "收起",
    effective_pin: "先固定一个单元，再看每个像素对它的作用有多大。",
    effective_none: "在这个网络里，梯度无法反向传播到输入。",
    effective_chart: "以感受野中心为中心的方框内，影响所占的比例",
    effective_hint: "像素越亮，它的微小变化对该单元（激活函数之前）的影响越大。虚线：假如感受野内所有像素的影响都相同。方法见 Luo 等，2016。",
    take_figure: "这幅图",
};

/// The texts in this language.
pub fn unit_words(lang: Lang) -> &'static UnitWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// The name of what a layer reads.
pub fn origin(architecture: &Architecture, origin: &Origin) -> String {
    match origin {
        Origin::Layer(id) => {
            architecture.layer(*id).map(|layer| layer.short_name().to_owned()).unwrap_or_default()
        }
        Origin::Tensor(name) => name.clone(),
    }
}

/// Where a unit is, for a heading.
pub fn unit_place(lang: Lang, layer: &str, channel: u16, [row, column]: [usize; 2]) -> String {
    match lang {
        Lang::En => format!("{layer} · channel {channel} · row {row}, column {column}"),
        Lang::Zh => format!("{layer} · 通道 {channel} · 行 {row}，列 {column}"),
    }
}

/// Channels or features that are not shown one by one.
pub fn others(lang: Lang, number: usize, channels: bool) -> String {
    let number = count(number as u64);
    match (lang, channels) {
        (Lang::En, true) => format!("the other {number} channels"),
        (Lang::En, false) => format!("the other {number} features"),
        (Lang::Zh, true) => format!("其余 {number} 个通道"),
        (Lang::Zh, false) => format!("其余 {number} 个特征"),
    }
}

/// The terms that are shown, as a line before the rest.
pub fn shown_terms(lang: Lang, number: usize, channels: bool) -> String {
    match (lang, channels) {
        (Lang::En, true) => format!("these {number} channels"),
        (Lang::En, false) => format!("these {number} features"),
        (Lang::Zh, true) => format!("以上 {number} 个通道"),
        (Lang::Zh, false) => format!("以上 {number} 个特征"),
    }
}

/// One product of a patch and a kernel, in a line.
pub fn product(lang: Lang, [row, column]: [usize; 2], patch: Option<f32>, weight: f32) -> String {
    let made = value(patch.unwrap_or_default() * weight);
    let (patch, weight) =
        (patch.map_or_else(|| format!("0 ({})", unit_words(lang).padding), value), value(weight));
    match lang {
        Lang::En => format!("row {row}, column {column} of the window: {patch} × {weight} = {made}"),
        Lang::Zh => format!("窗口内行 {row}，列 {column}：{patch} × {weight} = {made}"),
    }
}

/// What is done to a value.
pub fn step(lang: Lang, kind: &TailOp) -> String {
    let words = unit_words(lang);
    match kind {
        TailOp::Add(number) => format!("{} {}", words.bias, value(*number)),
        TailOp::Multiply(number) => format!("{} {}", words.factor, value(*number)),
        TailOp::Norm { scale, shift, mean, variance, epsilon } => {
            let [scale, shift, mean, variance, epsilon] =
                [scale, shift, mean, variance, epsilon].map(|n| value(*n));
            format!("{}: {scale} × (x − {mean}) ÷ √({variance} + {epsilon}) + {shift}", words.norm)
        }
        TailOp::Round { scale, low, high } => {
            let [scale, low, high] = [scale, low, high].map(|n| value(*n));
            match lang {
                Lang::En => format!("rounded (quantised): multiples of {scale}, from {low} to {high}"),
                Lang::Zh => format!("舍入（量化）：{scale} 的整数倍，从 {low} 到 {high}"),
            }
        }
        TailOp::Activation(name) if name == "Relu" => "ReLU: max(0, x)".to_owned(),
        TailOp::Activation(name) => name.clone(),
    }
}

/// How close the sum is to what the engine computed.
pub fn engine_value(lang: Lang, found: &Breakdown) -> String {
    let difference = found.difference() as f32;
    let engine = unit_words(lang).engine;
    if difference == 0.0 {
        return engine.to_owned();
    }
    match lang {
        Lang::En => format!("{engine} (rounding: {})", value(difference.abs())),
        Lang::Zh => format!("{engine}（舍入误差 {}）", value(difference.abs())),
    }
}

/// What the terms make, before any step, as a line.
pub fn made(lang: Lang, terms: &Terms) -> String {
    use crate::explain::breakdown::Pooled;
    let words = unit_words(lang);
    match terms {
        Terms::Pool { pooled: Pooled::Max(_), .. } => words.winner.to_owned(),
        Terms::Pool { pooled: Pooled::Average(number), .. } => averaged(lang, *number),
        Terms::Mean { count, .. } => averaged(lang, *count),
        _ => words.sum.to_owned(),
    }
}

fn averaged(lang: Lang, number: usize) -> String {
    let number = count(number as u64);
    match lang {
        Lang::En => format!("divided by {number}"),
        Lang::Zh => format!("除以 {number}"),
    }
}

/// What all classes add that are not written out.
pub fn softmax_rest(lang: Lang, number: usize, sum: &str) -> String {
    let number = count(number as u64);
    match lang {
        Lang::En => format!("The other {number} classes add {sum}."),
        Lang::Zh => format!("其余 {number} 类共 {sum}。"),
    }
}

/// How far a question is that takes its time: layers that a gradient was followed back, or places that were hidden.
pub fn steps_done(lang: Lang, kind: Kind, done: u32, of: u32) -> String {
    match (lang, kind) {
        (Lang::En, Kind::Occlusion) => format!("{done} of {of} places"),
        (Lang::Zh, Kind::Occlusion) => format!("{done} / {of} 处"),
        (Lang::En, Kind::Evaluation) => format!("{done} of {of} passes"),
        (Lang::Zh, Kind::Evaluation) => format!("{done} / {of} 次前向传播"),
        (Lang::En, Kind::Spread) => format!("{done} of {of} layers, forwards and back"),
        (Lang::Zh, Kind::Spread) => format!("已完成 {done} / {of} 层（前向与反向）"),
        (Lang::En, _) => format!("{done} of {of} layers"),
        (Lang::Zh, _) => format!("已过 {done} / {of} 层"),
    }
}

/// How long something still takes, roughly.
pub fn time_left(lang: Lang, seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    match lang {
        Lang::En if minutes > 1.0 => format!("about {minutes} minutes left"),
        Lang::Zh if minutes > 1.0 => format!("约剩 {minutes} 分钟"),
        Lang::En => format!("about {} s left", (seconds / 5.0).ceil().max(1.0) * 5.0),
        Lang::Zh => format!("约剩 {} 秒", (seconds / 5.0).ceil().max(1.0) * 5.0),
    }
}

/// What a map contributes to a class.
pub fn contribution(lang: Lang, class: &str, number: f32) -> String {
    match lang {
        Lang::En => format!("adds {} to {class}", value(number)),
        Lang::Zh => format!("对“{class}”的贡献：{}", value(number)),
    }
}

/// A histogram in words.
pub fn histogram(lang: Lang, counts: &Histogram) -> String {
    let others: u64 = counts.bins.iter().map(|bin| u64::from(*bin)).sum();
    let all = others + u64::from(counts.zeros);
    let share = percent((f64::from(counts.zeros) / all.max(1) as f64) as f32);
    let all = count(all);
    match lang {
        Lang::En => format!("{all} values; {share} of them are zero and not drawn"),
        Lang::Zh => format!("共 {all} 个值，其中 {share} 为零，未画出"),
    }
}

/// What kernels are shown.
pub fn kernel_title(lang: Lang, side: Side, kernels: &Kernels, from: &str) -> String {
    let number = count(kernels.channels.len() as u64);
    match (lang, side) {
        (Lang::En, Side::Colours { .. }) => {
            format!("{number} kernels, each as colours: grey is zero, and each spans its own range.")
        }
        (Lang::Zh, Side::Colours { .. }) => {
            format!("{number} 个卷积核，按颜色画出：灰色为零，各用各的范围。")
        }
        (Lang::En, Side::Into(channel)) => format!(
            "The kernel of channel {channel}: {number} slices, one for each channel of {from}; those that change it most on this photo, up or down, come first. Red is positive, blue negative."
        ),
        (Lang::Zh, Side::Into(channel)) => format!(
            "通道 {channel} 的卷积核：{number} 个切片，分别对应 {from} 的各个通道，按在这张照片上平均贡献的绝对值从大到小排列。红为正，蓝为负。"
        ),
        (Lang::En, Side::From(channel)) => format!(
            "What {number} kernels do with channel {channel} of {from}; the strongest comes first. Red is positive, blue negative."
        ),
        (Lang::Zh, Side::From(channel)) => {
            format!(
                "{number} 个卷积核中对应 {from} 通道 {channel} 的切片，范数大的排在前面。红为正，蓝为负。"
            )
        }
    }
}

/// How strong one kernel is, or what it adds.
pub fn kernel_strength(lang: Lang, side: Side, layer: &str, channel: u16, strength: f32) -> String {
    let number = value(strength);
    match (lang, side) {
        (Lang::En, Side::Into(_)) => format!("{layer} · channel {channel}: adds {number} on average"),
        (Lang::Zh, Side::Into(_)) => format!("{layer} · 通道 {channel}：平均贡献 {number}"),
        (Lang::En, _) => format!("{layer} · channel {channel}: norm {number}"),
        (Lang::Zh, _) => format!("{layer} · 通道 {channel}：范数 {number}"),
    }
}

/// The figures of kernels.
pub fn kernel_figures(lang: Lang, kernels: &Kernels) -> String {
    let (weights, number) = (&kernels.weights, count(kernels.count));
    let [mean, deviation, min, max] = [weights.mean, kernels.deviation, weights.min, weights.max].map(value);
    match lang {
        Lang::En => format!("{number} weights: mean {mean}, deviation {deviation}, from {min} to {max}"),
        Lang::Zh => format!("{number} 个权重：均值 {mean}，标准差 {deviation}，范围 {min} 至 {max}"),
    }
}

/// How much of a field counts, in a sentence.
pub fn effective(lang: Lang, growth: &Growth, field: &[Span; 2]) -> String {
    let [height, width] = [0, 1].map(|axis: usize| field[axis].end() - field[axis].start() + 1);
    let (half, most) = (growth.side(0.5), growth.side(0.95));
    match lang {
        Lang::En => format!(
            "Half of the influence lies within {half}×{half} pixels around the centre, 95 % within {most}×{most}; the theoretical field is {height}×{width}."
        ),
        Lang::Zh => format!(
            "一半的影响集中在中心 {half}×{half} 像素内，95 % 在 {most}×{most} 内；理论感受野为 {height}×{width}。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_in_words() {
        assert_eq!(
            product(Lang::En, [0, 2], Some(2.0), -0.5),
            "row 0, column 2 of the window: 2.000 × −0.5000 = −1.000"
        );
        assert_eq!(product(Lang::Zh, [1, 1], None, 0.25), "窗口内行 1，列 1：0 (填充) × 0.2500 = 0");
    }

    #[test]
    fn steps_in_words() {
        let norm = TailOp::Norm { scale: 2.0, shift: 0.5, mean: 1.0, variance: 4.0, epsilon: 0.01 };
        assert_eq!(step(Lang::En, &norm), "batch norm: 2.000 × (x − 1.000) ÷ √(4.000 + 0.0100) + 0.5000");
        assert_eq!(step(Lang::Zh, &TailOp::Activation("Relu".into())), "ReLU: max(0, x)");
        assert_eq!(step(Lang::En, &TailOp::Activation("Tanh".into())), "Tanh");
    }
}
