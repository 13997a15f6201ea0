//! The words around the lessons.

use super::format::count;
use crate::pages::lesson::{Answer, Verdict};
use crate::session::Lang;
use crate::vgg::build::{BuildError, LEAST_SIDE, MOST_SIDE, MOST_WEIGHTS};
use crate::vgg::cfg::{CfgError, MOST, NAMES};
use crate::vgg::initialise::Initialisation;

/// The fixed texts of the lessons.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct LessonWords {
    pub title: &'static str,
    pub intro: &'static str,
    pub all: &'static str,
    pub next: &'static str,
    pub back: &'static str,
    pub next_lesson: &'static str,
    pub keys: &'static str,
    pub none: &'static str,
    pub coming: &'static str,
    pub failed: &'static str,
    pub again: &'static str,
    pub answer: &'static str,
    pub check: &'static str,
    pub show: &'static str,
    pub it_is: &'static str,
    pub question: &'static str,
    pub needs_photo: &'static str,
    pub needs_engine: &'static str,
    pub kernels: &'static str,
    pub kernel: &'static str,
    pub kernel_names: [&'static str; 6],
    pub composed: &'static str,
    pub by_steps: &'static str,
    pub at_once: &'static str,
    pub with_relu: &'static str,
    pub furthest: &'static str,
    pub maps: &'static str,
    pub block: &'static str,
    pub crops: &'static str,
    pub scale: &'static str,
    pub draw: &'static str,
    pub whole: &'static str,
    pub dense: &'static str,
    pub side: &'static str,
    pub dense_maps: &'static str,
    pub scores: &'static str,
    pub window: &'static str,
    pub cfg: &'static str,
    pub cfg_list: &'static str,
    pub cfg_start: &'static str,
    pub cfg_output: &'static str,
    pub cfg_code: &'static str,
    pub norm: &'static str,
}

/// The texts in this language.
pub fn lesson_words(lang: Lang) -> &'static LessonWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

static EN: LessonWords = LessonWords {
    title: "Lessons",
    intro: "Nine short lessons on what VGG is and why it stacks 3×3 kernels. Predict, then check: the page computes every answer.",
    all: "All lessons",
    next: "Next",
    back: "Back",
    next_lesson: "Next lesson",
    keys: "Arrow keys turn the pages.",
    none: "There is no such step.",
    coming: "The lessons are on their way.",
    failed: "The lessons could not be fetched. Is the network there?",
    again: "Try again",
    answer: "Your answer",
    check: "Check",
    show: "Show the answer",
    it_is: "It is",
    question: "Question",
    needs_photo: "Give it a photo to work on:",
    needs_engine: "This step waits for the engine and the model.",
    kernels: "Three kernels, one after the other",
    kernel: "Kernel",
    kernel_names: [
        "Soften",
        "Sharpen",
        "Edges",
        "Edges, left to right",
        "Edges, top to bottom",
        "Leave as it is",
    ],
    composed: "The one 7×7 kernel that they make",
    by_steps: "Three steps",
    at_once: "One 7×7",
    with_relu: "Three steps, ReLU after each",
    furthest: "largest difference from one 7×7",
    maps: "Maps of your photo",
    block: "Last convolution of block",
    crops: "A crop as in training",
    scale: "Scale S",
    draw: "Draw a scale and a crop",
    whole: "Centre crop again",
    dense: "A larger picture",
    side: "Side of the picture",
    dense_maps: "Side after each pool",
    scores: "Map of class scores",
    window: "What one place of it sees, without padding",
    cfg: "A network from a list",
    cfg_list: "List or name",
    cfg_start: "Start from",
    cfg_output: "Layers",
    cfg_code: "In PyTorch",
    norm: "with batch norm",
};

static ZH: LessonWords = LessonWords {
    title: "课程",
    intro: "九节短课：VGG 是什么，为什么堆叠 3×3 卷积核。先预测，再核对，答案都由页面现算。",
    all: "全部课程",
    next: "下一步",
    back: "上一步",
    next_lesson: "下一课",
    keys: "也可以用方向键翻页。",
    none: "没有这一步。",
    coming: "正在取课程。",
    failed: "课程没有取到。网络是否可用？",
    again: "重试",
    answer: "你的答案",
    check: "核对",
    show: "看答案",
    it_is: "答案是",
    question: "问题",
    needs_photo: "先给它一张照片：",
    needs_engine: "这一步需要等引擎和模型就绪。",
    kernels: "依次使用三个卷积核",
    kernel: "卷积核",
    kernel_names: ["柔化", "锐化", "边缘", "边缘（左右）", "边缘（上下）", "保持原样"],
    composed: "三者合成的 7×7 卷积核",
    by_steps: "分三步",
    at_once: "一个 7×7",
    with_relu: "分三步，每步之后加 ReLU",
    furthest: "与一个 7×7 的最大差别",
    maps: "你的照片的特征图",
    block: "第几块的最后一个卷积",
    crops: "像训练时那样裁剪",
    scale: "尺度 S",
    draw: "随机取尺度和裁剪位置",
    whole: "回到中心裁剪",
    dense: "更大的图",
    side: "图的边长",
    dense_maps: "每次池化后的边长",
    scores: "类别得分图",
    window: "图上一处所看到的范围（不计填充）",
    cfg: "由列表得到网络",
    cfg_list: "列表或名称",
    cfg_start: "从这里开始",
    cfg_output: "各层",
    cfg_code: "PyTorch 代码",
    norm: "带批归一化",
};

/// How far a person is in a lesson.
pub fn progress(lang: Lang, steps: [usize; 2], questions: [usize; 2]) -> String {
    let ([read, all], [right, asked]) = (steps, questions);
    match lang {
        Lang::En => format!("{read} of {all} steps · {right} of {asked} questions"),
        Lang::Zh => format!("已学 {read}/{all} 步 · 答对 {right}/{asked} 题"),
    }
}

/// Which step this is.
pub fn step_of(lang: Lang, step: usize, all: usize) -> String {
    match lang {
        Lang::En => format!("Step {step} of {all}"),
        Lang::Zh => format!("第 {step} 步，共 {all} 步"),
    }
}

/// Which lesson this is.
pub fn lesson_name(lang: Lang, lesson: usize) -> String {
    match lang {
        Lang::En => format!("Lesson {lesson}"),
        Lang::Zh => format!("第 {lesson} 课"),
    }
}

/// An answer as people read it.
pub fn lesson_answer(answer: Answer) -> String {
    let text = format!("{:.*}", answer.decimals, answer.value);
    match (answer.decimals, answer.value) {
        (0, value) if value >= 1e4 => count(value as u64),
        _ => text.replace('-', "−"),
    }
}

/// What an answer is worth, in a sentence.
pub fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    match (verdict, lang) {
        (Verdict::Right, Lang::En) => "Right.",
        (Verdict::Right, Lang::Zh) => "对了。",
        (Verdict::Low, Lang::En) => "Not quite: it is more than that.",
        (Verdict::Low, Lang::Zh) => "还不对：应该更大。",
        (Verdict::High, Lang::En) => "Not quite: it is less than that.",
        (Verdict::High, Lang::Zh) => "还不对：应该更小。",
        (Verdict::NoNumber, Lang::En) => "Write a number, such as 7 or −0.5.",
        (Verdict::NoNumber, Lang::Zh) => "请写一个数，例如 7 或 −0.5。",
    }
}

/// Why a text is no network that can be built.
pub fn build_error(lang: Lang, error: &BuildError) -> String {
    let words =
        Initialisation::ALL.map(Initialisation::word).join(if lang == Lang::En { ", " } else { "、" });
    match (error, lang) {
        (BuildError::Cfg(error), _) => cfg_error(lang, error),
        (BuildError::Initialisation(word), Lang::En) => {
            format!("\"{word}\" is no initialisation; there are {words}.")
        }
        (BuildError::Initialisation(word), Lang::Zh) => {
            format!("没有名为“{word}”的初始化方法，可用的有：{words}。")
        }
        (BuildError::Number(text), Lang::En) => {
            format!(
                "\"{text}\" is no number that is taken: a seed, classes and units of dense layers from 1 to {MOST}."
            )
        }
        (BuildError::Number(text), Lang::Zh) => {
            format!("“{text}”不是可用的数：应为随机种子，或 1 到 {MOST} 的类别数、全连接层单元数。")
        }
        (BuildError::Pool, Lang::En) => {
            "A pool or a normalisation must follow a convolution here.".to_owned()
        }
        (BuildError::Pool, Lang::Zh) => "这里的池化层和归一化层必须紧跟在卷积层之后。".to_owned(),
        (BuildError::Side(side, pools), Lang::En) => format!(
            "A photo of {side} pixels does not fit {pools} pools: take a multiple of {} from {LEAST_SIDE} to {MOST_SIDE}.",
            1u64 << pools
        ),
        (BuildError::Side(side, pools), Lang::Zh) => format!(
            "边长 {side} 像素与 {pools} 个池化层不符：请取 {LEAST_SIDE} 到 {MOST_SIDE} 之间 {} 的倍数。",
            1u64 << pools
        ),
        (BuildError::Weights(weights), Lang::En) => format!(
            "{} weights are more than fit; at most {} do. Pools and narrower dense layers need fewer.",
            count(*weights),
            count(MOST_WEIGHTS)
        ),
        (BuildError::Weights(weights), Lang::Zh) => format!(
            "共 {} 个权重，超出上限 {}。多用池化、减小全连接层可以减少权重。",
            count(*weights),
            count(MOST_WEIGHTS)
        ),
    }
}

/// Why a list is no network, in a sentence.
pub fn cfg_error(lang: Lang, error: &CfgError) -> String {
    let names = NAMES.map(|(name, _)| name).join(if lang == Lang::En { ", " } else { "、" });
    match (error, lang) {
        (CfgError::Entry(entry), Lang::En) => {
            format!(
                "\"{entry}\" is no entry: write a number of channels, such as 64, M for a pool, conv1-64 for a 1x1 convolution or LRN."
            )
        }
        (CfgError::Entry(entry), Lang::Zh) => {
            format!("“{entry}”不是列表项：请写通道数（如 64），或用 M 表示池化。")
        }
        (CfgError::Channels(entry), Lang::En) => {
            format!("\"{entry}\" channels: a layer has from 1 to {MOST}.")
        }
        (CfgError::Channels(entry), Lang::Zh) => {
            format!("通道数“{entry}”不行：每层应有 1 到 {MOST} 个通道。")
        }
        (CfgError::Name(name), Lang::En) => format!("\"{name}\" is none of the known names: {names}."),
        (CfgError::Name(name), Lang::Zh) => format!("没有名为“{name}”的网络，已知的有：{names}。"),
        (CfgError::Empty, Lang::En) => {
            format!("The list is empty. Write entries, such as 64, M, or a name: {names}.")
        }
        (CfgError::Empty, Lang::Zh) => format!("列表是空的。请写列表项（如 64, M），或一个名称：{names}。"),
        (CfgError::Pools(most), Lang::En) => {
            format!("More than {most} pools leave nothing of 224 pixels: each halves the map.")
        }
        (CfgError::Pools(most), Lang::Zh) => {
            format!("池化超过 {most} 次，224 像素就一点不剩了：每次池化都把边长减半。")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_people_read_them() {
        let text = |value, decimals| lesson_answer(Answer { value, decimals });
        assert_eq!(text(102_764_544.0, 0), "102,764,544");
        assert_eq!([text(-1.0, 0), text(-0.1, 1), text(1850.0, 0)], ["−1", "−0.1", "1850"]);
    }
}
