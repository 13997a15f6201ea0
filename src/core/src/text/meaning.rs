//! What the page says of the numbers that a network ends with.

use crate::nn::Unshown;
use crate::nn::meaning::Meaning;
use crate::session::Lang;

use super::{count, words};

/// What so many numbers are, where that is not plain; nothing where the graph itself makes probabilities of classes.
pub fn meaning(lang: Lang, meaning: Meaning, outputs: usize) -> Option<&'static str> {
    Some(match (meaning, lang) {
        (Meaning::Softmax, _) => return None,
        (Meaning::Scores, Lang::En) => "The network ends with scores; the probabilities are their softmax.",
        (Meaning::Scores, Lang::Zh) => "网络以得分结束；概率是对得分做 softmax 的结果。",
        (Meaning::Sigmoids, Lang::En) if outputs == 1 => {
            "The network answers with one probability (sigmoid)."
        }
        (Meaning::Sigmoids, Lang::Zh) if outputs == 1 => "网络的回答是一个概率（sigmoid）。",
        (Meaning::Sigmoids, Lang::En) => {
            "Each is a probability by itself (sigmoid): they do not add up to 100 %."
        }
        (Meaning::Sigmoids, Lang::Zh) => "每一项都是独立的概率（sigmoid），合计不等于 100 %。",
        (Meaning::Probabilities, Lang::En) => {
            "The network ends with probabilities that it goes on computing with; they are shown as they are."
        }
        (Meaning::Probabilities, Lang::Zh) => "网络在得出概率之后还有运算；这里原样显示其结果。",
        (Meaning::Number, Lang::En) => "The network answers with a number that is no probability.",
        (Meaning::Number, Lang::Zh) => "网络的回答是一个数值，不是概率。",
        (Meaning::Embedding, Lang::En) => {
            "The network answers with a vector (an embedding): vectors are compared, and no number of it is a class."
        }
        (Meaning::Embedding, Lang::Zh) => {
            "网络的回答是一个向量（嵌入）：用于比较，其中的数值不对应任何类别。"
        }
    })
}

/// Which layers are not shown, and how much of the network they are.
pub fn unshown(lang: Lang, unshown: Unshown) -> String {
    let (layers, parameters) = (unshown.layers, count(unshown.parameters));
    match lang {
        Lang::En => format!(
            "Not shown: {layers} {} with {parameters} parameters, whose values are neither maps nor a vector of one photo",
            if layers == 1 { "layer" } else { "layers" }
        ),
        Lang::Zh => {
            format!("有 {layers} 层（{parameters} 个参数）未显示：其输出既不是单张图片的特征图，也不是向量")
        }
    }
}

/// How many classes a network tells apart, or how many numbers it answers with where these are no classes.
pub fn outputs(lang: Lang, meaning: Meaning, outputs: usize) -> String {
    let words = words(lang);
    let is_of_classes = !matches!(meaning, Meaning::Number | Meaning::Embedding) && outputs != 1;
    format!("{} {}", count(outputs as u64), if is_of_classes { words.classes } else { words.numbers })
}
