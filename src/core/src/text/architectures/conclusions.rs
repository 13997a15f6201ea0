//! What a comparison comes to: the layers that differ, what that costs, what the errors say, and what follows.

use super::figures::{points, tenths};
use crate::session::Lang;
use crate::text::{count, macs, percent};
use crate::vgg::configuration::Configuration;
use crate::vgg::costs::{Change, ConfigurationCosts, Counting, Measure, changes};
use crate::vgg::paper::{Pair, Protocol, Scale, change_in, errors};

/// What differs in the layers, in a sentence.
pub fn differences(lang: Lang, pair: Pair) -> String {
    let Some(both) = Both::of(pair) else { return String::new() };
    let (mut added, mut removed, mut kernels) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes(both.from.configuration.entries, both.to.configuration.entries) {
        match change {
            Change::Same { .. } => {}
            Change::Added { to } => added.extend(both.to.named(to)),
            Change::Removed { from } => removed.extend(both.from.named(from)),
            Change::Kernel { to, .. } => kernels.extend(both.to.named(to)),
        }
    }
    let (comma, stop) = if lang == Lang::Zh { ("、", "; ") } else { (", ", "; ") };
    let list = |names: &[String]| names.join(comma);
    let mut parts = Vec::new();
    if !added.is_empty() {
        parts.push(match lang {
            Lang::En => format!("{} adds {}", pair.to, list(&added)),
            Lang::Zh => format!("{} 新增 {}", pair.to, list(&added)),
        });
    }
    if !removed.is_empty() {
        parts.push(match lang {
            Lang::En => format!("{} leaves out {}", pair.to, list(&removed)),
            Lang::Zh => format!("{} 去掉 {}", pair.to, list(&removed)),
        });
    }
    if !kernels.is_empty() {
        parts.push(match lang {
            Lang::En => format!("{} gives another kernel to {}", pair.to, list(&kernels)),
            Lang::Zh => format!("{} 换了卷积核：{}", pair.to, list(&kernels)),
        });
    }
    parts.join(stop) + if lang == Lang::Zh { "。" } else { "." }
}

/// What the second costs more than the first, in a sentence.
pub fn costs(lang: Lang, pair: Pair) -> String {
    let Some(both) = Both::of(pair) else { return String::new() };
    let [parameters, work, floats] =
        [Measure::Parameters, Measure::Macs, Measure::Floats].map(|measure| both.more(measure));
    let work = extra(work, lang);
    let (parameters, floats) = (more(lang, parameters.0), more(lang, floats.0));
    let [from, to] = [both.from.field(), both.to.field()];
    match lang {
        Lang::En => {
            let field =
                if from == to { format!("r stays {to}") } else { format!("r grows from {from} to {to}") };
            format!(
                "{parameters} parameters and {floats} floats of memory, {work}; at the last pool {field}."
            )
        }
        Lang::Zh => {
            let field =
                if from == to { format!("r 仍是 {to}") } else { format!("r 从 {from} 增至 {to}") };
            format!("参数{parameters}，保留的浮点数{floats}，{work}；最后一个池化层处 {field}。")
        }
    }
}

/// What follows from the errors, in sentences.
pub fn conclusion(lang: Lang, pair: Pair) -> Vec<String> {
    let Some(both) = Both::of(pair) else { return Vec::new() };
    match (pair.from, pair.to) {
        ("A", "A-LRN") => normalisation(lang, &both),
        ("A", "B") => early(lang, &both),
        ("B", "C") => late(lang, &both),
        ("C", "D") => context(lang, &both),
        _ => deeper(lang, &both),
    }
}

struct Both {
    pair: Pair,
    from: ConfigurationCosts,
    to: ConfigurationCosts,
}

const SMALL: Scale = Scale::Fixed(256);
const LARGE: Scale = Scale::Fixed(384);

impl Both {
    fn of(pair: Pair) -> Option<Both> {
        let [from, to] =
            [pair.from, pair.to].map(|letter| Configuration::of(letter).map(ConfigurationCosts::of));
        Some(Both { pair, from: from?, to: to? })
    }

    /// How much more the second has, and its share of what the first has.
    fn more(&self, measure: Measure) -> (u64, f32) {
        let [from, to] = [&self.from, &self.to].map(|one| one.total(measure, Counting::default()));
        let more = to.saturating_sub(from);
        (more, more as f32 / from as f32)
    }

    fn change(&self, scale: Scale, protocol: Protocol) -> String {
        change_in(self.pair.from, self.pair.to, scale, protocol).map(points).unwrap_or_default()
    }

    /// Both errors at S = 256, with one test scale.
    fn errors(&self) -> [String; 2] {
        [self.pair.from, self.pair.to].map(|letter| error(letter, SMALL, Protocol::Single))
    }
}

impl ConfigurationCosts {
    fn named(&self, entry: usize) -> Option<String> {
        let part = self.layers.iter().find(|part| part.entry == Some(entry))?;
        Some(format!("{} ({})", part.name, part.label()))
    }
}

fn error(letter: &str, scale: Scale, protocol: Protocol) -> String {
    errors(letter, scale, protocol).map(|errors| tenths(errors.top1)).unwrap_or_default()
}

/// How much an error falls from training at 256 to scale jittering, in points.
fn gain(letter: &str) -> String {
    let top1 = |scale| errors(letter, scale, Protocol::Single).map(|errors| errors.top1);
    let fall = top1(SMALL).zip(top1(Scale::Jitter)).map(|(before, after)| before.saturating_sub(after));
    fall.map(tenths).unwrap_or_default()
}

fn more(lang: Lang, number: u64) -> String {
    match (number, lang) {
        (0, Lang::En) => "no more".to_owned(),
        (0, Lang::Zh) => "不变".to_owned(),
        (_, Lang::En) => format!("{} more", count(number)),
        (_, Lang::Zh) => format!("多 {} 个", count(number)),
    }
}

fn extra((more, share): (u64, f32), lang: Lang) -> String {
    match (more, lang) {
        (0, Lang::En) => "as many multiplications".to_owned(),
        (0, Lang::Zh) => "乘加次数不变".to_owned(),
        (more, Lang::En) => format!("{} (+{}) more work", macs(more as f64), percent(share)),
        (more, Lang::Zh) => format!("计算量多 {}（+{}）", macs(more as f64), percent(share)),
    }
}

fn normalisation(lang: Lang, both: &Both) -> Vec<String> {
    let ([before, after], change) = (both.errors(), both.change(SMALL, Protocol::Single));
    let floats = count(both.more(Measure::Floats).0);
    match lang {
        Lang::En => vec![format!(
            "Normalising across channels learns nothing, keeps {floats} floats more and takes its time. The error \
             goes from {before} to {after} % ({change} points). It buys nothing, and the paper leaves it out of B \
             to E. So small a difference, of one training each, may well be chance; a gain it is not."
        )],
        Lang::Zh => vec![format!(
            "跨通道归一化没有可学的参数，却要多保留 {floats} 个浮点数，还要花时间。错误率从 {before} % 变为 {after} %\
                （{change} 个百分点）。它没有带来任何好处，所以论文在 B 到 E 中不再使用。各只训练一次，\
                 这么小的差别可能只是偶然，但绝不是改进。"
        )],
    }
}

fn early(lang: Lang, both: &Both) -> Vec<String> {
    let ([before, after], change) = (both.errors(), both.change(SMALL, Protocol::Single));
    let (parameters, share) = both.more(Measure::Parameters);
    let (parameters, share) = (count(parameters), percent(share));
    let work = percent(both.more(Measure::Macs).1);
    match lang {
        Lang::En => vec![format!(
            "Depth helps, early in the network too: from {before} to {after} % ({change} points) for {parameters} \
             parameters more, which is {share}. What it costs is work, {work} more, since the maps are still large \
             there."
        )],
        Lang::Zh => vec![format!(
            "加深有用，在网络前段也一样：错误率从 {before} % 降到 {after} %（{change} 个百分点），参数只多 \
                 {parameters} 个（+{share}）。代价是计算量，多出 {work}，因为那里的特征图还很大。"
        )],
    }
}

fn late(lang: Lang, both: &Both) -> Vec<String> {
    let ([before, after], change) = (both.errors(), both.change(SMALL, Protocol::Single));
    let field = both.to.field();
    match lang {
        Lang::En => vec![format!(
            "A 1×1 convolution sees nothing new: at the last pool r is {field} with it and without. All it adds is a \
             mixing of channels and one more ReLU. That alone takes the error from {before} to {after} % ({change} \
             points): non-linearity helps by itself."
        )],
        Lang::Zh => vec![format!(
            "1×1 卷积看不到新的东西：有没有它，最后池化层的 r 都是 {field}。它只是混合各通道，再多一次 ReLU。\
                 仅此就使错误率从 {before} % 降到 {after} %（{change} 个百分点）：非线性本身就有用。"
        )],
    }
}

fn context(lang: Lang, both: &Both) -> Vec<String> {
    let ([before, after], change) = (both.errors(), both.change(SMALL, Protocol::Single));
    let jitter = both.change(Scale::Jitter, Protocol::Single);
    let layers = both.to.configuration.depth();
    let [from, to] = [both.from.field(), both.to.field()];
    match lang {
        Lang::En => vec![format!(
            "Depth is the same, {layers} layers with weights, and so is the number of ReLUs; but these layers now look \
             around them, and r grows from {from} to {to}. The error falls from {before} to {after} % ({change} \
             points), and with scale jittering as well ({jitter}): it matters what a layer sees, not only that it is \
             there. 3×3 beats 1×1."
        )],
        Lang::Zh => vec![format!(
            "深度相同，都是 {layers} 个含权重的层，ReLU 也一样多；只是这些层现在能看到周围，r 从 {from} 增至 {to}。\
                 错误率从 {before} % 降到 {after} %（{change} 个百分点），用尺度抖动训练时也是如此（{jitter}）：\
                 重要的不只是多一层，还有这一层看到什么。3×3 胜过 1×1。"
        )],
    }
}

fn deeper(lang: Lang, both: &Both) -> Vec<String> {
    let Pair { from, to } = both.pair;
    let ([before, after], change) = (both.errors(), both.change(SMALL, Protocol::Single));
    let large = both.change(LARGE, Protocol::Single);
    let jitter = both.change(Scale::Jitter, Protocol::Single);
    let [gain_from, gain_to] = [from, to].map(gain);
    let multi = both.change(Scale::Jitter, Protocol::Multi);
    let best = error(to, Scale::Jitter, Protocol::Multi);
    let parameters = count(both.more(Measure::Parameters).0);
    let work = macs(both.more(Measure::Macs).0 as f64);
    match lang {
        Lang::En => vec![
            format!(
                "Trained at the one scale of 256, the deeper network is worse: from {before} to {after} % ({change} \
                 points). The lesson stops here and cannot say why."
            ),
            format!(
                "The rest of the table can. At S = 384 the change is {large}; with scale jittering it is {jitter}. \
                 Seeing objects at many scales takes {gain_from} points off {from}'s error and {gain_to} off {to}'s: \
                 the deeper network wants more varied photos before it pays. It was not too deep; it was trained too \
                 narrowly."
            ),
            format!(
                "And it pays little: tested at several scales both err {best} % ({multi}), while {to} has \
                 {parameters} parameters and {work} more. The paper concludes that depth saturates there on this \
                 data set. Differences this small may be chance; the trend over three training scales is the \
                 argument."
            ),
        ],
        Lang::Zh => vec![
            format!(
                "只用 256 这一个尺度训练时，更深的网络反而更差：错误率从 {before} % 升到 {after} %（{change} \
                 个百分点）。课程讲到这里为止，没有解释原因。"
            ),
            format!(
                "表中其余数据可以解释。S = 384 时变化为 {large}，用尺度抖动训练时为 {jitter}。见过多种尺度的物体后，\
                 {from} 的错误率降低 {gain_from} 个百分点，{to} 降低 {gain_to} 个：更深的网络需要更多样的照片才见效。\
                 问题不是网络太深，而是训练的尺度太单一。"
            ),
            format!(
                "收益也很小：多尺度测试时两者的错误率都是 {best} %（{multi}），而 {to} 多 {parameters} 个参数，\
                 计算量多 {work}。论文的结论是，在这个数据集上加深到此已经饱和。这么小的差别可能只是偶然；\
                 真正的论据是三个训练尺度上的趋势。"
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::paper::PAIRS;

    #[test]
    fn every_pair_concludes_in_both_languages() {
        for pair in PAIRS {
            for lang in [Lang::En, Lang::Zh] {
                let text = conclusion(lang, pair).join(" ");
                let change = change_in(pair.from, pair.to, SMALL, Protocol::Single).unwrap();
                assert!(text.contains(&points(change)), "{text}");
                assert!(!text.contains("  ") && !differences(lang, pair).is_empty());
            }
        }
    }

    #[test]
    fn the_deeper_network() {
        let text = conclusion(Lang::En, PAIRS[4]).join(" ");
        for figure in
            ["+0.3", "−0.1", "takes 1.4 points off D's error and 1.8 off E's", "5,309,696 parameters"]
        {
            assert!(text.contains(figure), "{figure}: {text}");
        }
    }

    #[test]
    fn layers_and_costs() {
        assert_eq!(differences(Lang::En, PAIRS[0]), "A-LRN adds lrn1 (LRN).");
        assert_eq!(
            differences(Lang::En, PAIRS[3]),
            "D gives another kernel to conv3_3 (conv3-256), conv4_3 (conv3-512), conv5_3 (conv3-512)."
        );
        assert_eq!(
            costs(Lang::En, PAIRS[1]),
            "184,512 more parameters and 4,816,896 more floats of memory, 3.7 GMAC (+48.6 %) more work; at the last pool r \
             grows from 150 to 156."
        );
    }
}
