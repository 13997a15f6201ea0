//! What is wrong with a stack of layers, in words.

use crate::nn::stack::{End, Flaw, ParseError, ParseErrorKind, StackError, StackLayer, StackLayerKind};
use crate::pages::calculator::Preset;
use crate::receptive_field::{Misfit, Span};
use crate::session::Lang;
use crate::vgg::configuration;

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
        (ParseErrorKind::Form, Lang::En) => {
            format!(
                "Part {part}, \"{text}\", is no layer that a stack can hold. Paste its short text, its table in Markdown \
                 or CSV, code of convolutions and pools in PyTorch or Keras, or a summary of them."
            )
        }
        (ParseErrorKind::Form, Lang::Zh) => {
            format!(
                "第 {part} 段“{text}”不是层堆叠能容纳的层。请粘贴它的短文本、Markdown 或 CSV 表格，由卷积与池化组成的 PyTorch 或 Keras 代码，或它们的摘要（summary）。"
            )
        }
        (ParseErrorKind::Argument, Lang::En) => {
            format!(
                "Part {part}: the argument {text} is not one that is computed here. Leave it out, or write its effect out."
            )
        }
        (ParseErrorKind::Argument, Lang::Zh) => {
            format!("第 {part} 段：这里不计算参数 {text}。请去掉它，或把它的作用直接写出来。")
        }
        (ParseErrorKind::Padding, Lang::En) => {
            format!(
                "Part {part}: {text} is read right before a convolution or an average pool, or before a max pool behind a \
                 ReLU. Elsewhere it is something else than padding of the next layer."
            )
        }
        (ParseErrorKind::Padding, Lang::Zh) => {
            format!(
                "第 {part} 段：{text} 只能紧接在卷积或平均池化之前，或在 ReLU 之后的最大池化之前；在别处它不等同于下一层的填充。"
            )
        }
        (ParseErrorKind::Branch, Lang::En) => {
            format!(
                "Part {part}: {text} is no plain step from the layer before it. A stack is one chain of layers: paste those of \
                 one path one after the other, or what print(model) says of them."
            )
        }
        (ParseErrorKind::Branch, Lang::Zh) => {
            format!(
                "第 {part} 段：{text} 不是紧接前一层的简单一步。层堆叠是一条链：请依次粘贴一条路径上的各层，或 print(model) 打印的相应部分。"
            )
        }
        (ParseErrorKind::Edit, Lang::En) => {
            format!(
                "Part {part}: \"{text}\" takes layers out, replaces them, or repeats them in a way that is not followed here. \
                 Write out the layers that there are in the end, or paste what print(model) says of them."
            )
        }
        (ParseErrorKind::Edit, Lang::Zh) => {
            format!(
                "第 {part} 段：“{text}”删去、替换或重复了某些层，这里不做这种推算。请写出最终实际有的各层，或粘贴 print(model) 打印的内容。"
            )
        }
        (ParseErrorKind::Second, Lang::En) => {
            format!("Another network begins at \"{text}\". A stack is one network: paste one at a time.")
        }
        (ParseErrorKind::Second, Lang::Zh) => {
            format!("从“{text}”起是另一个网络。层堆叠只表示一个网络，请一次粘贴一个。")
        }
        (ParseErrorKind::Summary, Lang::En) => {
            format!(
                "Part {part}, \"{text}\": kernel, stride and padding are not all stated, nor do they follow from sizes and \
                 numbers of parameters in one chain of layers. Paste the code of the layers instead, or the model as PyTorch \
                 prints it with print(model)."
            )
        }
        (ParseErrorKind::Summary, Lang::Zh) => {
            format!(
                "第 {part} 段“{text}”：卷积核、步幅和填充没有全部写明，也无法按一条链上各层的尺寸和参数个数推算出来。请改为粘贴各层的代码，或 PyTorch 用 print(model) 打印的模型。"
            )
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
        (Flaw::Nothing, Lang::En) => format!("{place}: the padding cuts off all of the output."),
        (Flaw::Nothing, Lang::Zh) => format!("{place}：填充把输出全部裁掉了。"),
        (Flaw::OutputPadding, Lang::En) => {
            format!("{place}: the output padding must be smaller than the stride or the dilation.")
        }
        (Flaw::OutputPadding, Lang::Zh) => format!("{place}：输出填充必须小于步幅或空洞。"),
        (Flaw::Gaps, Lang::En) => {
            format!(
                "{place}: a transposed convolution needs a kernel of at least its stride, and no dilation where the \
                 stride is over 1; else some units see nothing, or fields with holes."
            )
        }
        (Flaw::Gaps, Lang::Zh) => {
            format!(
                "{place}：转置卷积的卷积核不能小于步幅，步幅大于 1 时也不能带空洞；否则有些单元什么也看不到，或感受野中有空缺。"
            )
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
        Preset::Vgg(place) => configuration::CONFIGURATIONS
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

/// What a layer of a stack does.
pub fn step_kind(lang: Lang, kind: StackLayerKind) -> &'static str {
    match (kind, lang) {
        (StackLayerKind::Convolution, Lang::En) => "Convolution",
        (StackLayerKind::Convolution, Lang::Zh) => "卷积",
        (StackLayerKind::MaxPool, Lang::En) => "Max pool",
        (StackLayerKind::MaxPool, Lang::Zh) => "最大池化",
        (StackLayerKind::AveragePool, Lang::En) => "Average pool",
        (StackLayerKind::AveragePool, Lang::Zh) => "平均池化",
        (StackLayerKind::Transposed, Lang::En) => "Transposed conv.",
        (StackLayerKind::Transposed, Lang::Zh) => "转置卷积",
    }
}

/// What a layer has at its end that is not at its start, in a few words.
pub fn layer_end(lang: Lang, layer: &StackLayer) -> Option<String> {
    let [rows, columns] = match layer.end {
        End::Ceil => {
            let words = match lang {
                Lang::En => "its size is rounded up (ceil)",
                Lang::Zh => "尺寸向上取整（ceil）",
            };
            return Some(words.to_owned());
        }
        End::More([0, 0]) => return None,
        End::More(more) => more,
    };
    let more = if rows == columns { format!("{rows:+}") } else { format!("{rows:+} × {columns:+}") };
    let is_cut = rows.min(columns) < 0;
    let what = match (layer.kind, lang) {
        (StackLayerKind::Transposed, Lang::En) if is_cut => "output cut at the end",
        (StackLayerKind::Transposed, Lang::Zh) if is_cut => "输出末端裁剪",
        (StackLayerKind::Transposed, Lang::En) => "output padding",
        (StackLayerKind::Transposed, Lang::Zh) => "输出填充",
        (_, Lang::En) => "padding at the end",
        (_, Lang::Zh) => "末端填充",
    };
    Some(format!("{what} {more}").replace('-', "−"))
}

/// What a unit sees, in a sentence; map 0 is the input.
pub fn sees(lang: Lang, map: usize, [row, column]: [usize; 2], rows: &Span, columns: &Span) -> String {
    let size = format!("{}×{}", rows.end() - rows.start() + 1, columns.end() - columns.start() + 1);
    let centre = |span: &Span| (span.start() + span.end()) as f64 / 2.0;
    let (down, across) = (centre(rows), centre(columns));
    let (top, bottom, left, right) = (rows.start(), rows.end(), columns.start(), columns.end());
    let text = match lang {
        Lang::En => format!(
            "Layer {map}, unit ({row}, {column}) sees {size} pixels: rows {top}…{bottom}, columns {left}…{right}, centre ({down}, {across})."
        ),
        Lang::Zh => format!(
            "第 {map} 层的单元 ({row}, {column}) 看到 {size} 个像素：行 {top}…{bottom}，列 {left}…{right}，中心 ({down}, {across})。"
        ),
    };
    text.replace('-', "−")
}

/// Why the branches that meet in a layer do not fit, in a sentence.
pub fn misfit(lang: Lang, layer: &str, why: Misfit) -> String {
    match (why, lang) {
        (Misfit::Stride(a, b), Lang::En) => {
            format!(
                "{layer}: its branches have effective strides of {a} and {b}, so there is no receptive field that holds for all units."
            )
        }
        (Misfit::Stride(a, b), Lang::Zh) => {
            format!("{layer}：各分支的有效步幅为 {a} 与 {b}，因此不存在对所有单元都成立的感受野。")
        }
        (Misfit::Centre(a, b), Lang::En) => {
            format!(
                "{layer}: the fields of its branches are not aligned; their centres are {a} and {b}. From here on, sizes are those of the union."
            )
        }
        (Misfit::Centre(a, b), Lang::Zh) => {
            format!("{layer}：各分支的感受野没有对齐，中心分别为 {a} 与 {b}。从这一层起，大小按并集计算。")
        }
        (Misfit::Overflow, Lang::En) => format!("{layer}: the numbers are too large to compute with."),
        (Misfit::Overflow, Lang::Zh) => format!("{layer}：数值过大，无法计算。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::stack::Stack;

    #[test]
    fn ends_in_words() {
        let words = |lang, text: &str| layer_end(lang, &text.parse::<Stack>().unwrap().layers[0]);
        assert_eq!(words(Lang::En, "3,2,1"), None);
        assert_eq!(words(Lang::En, "3,2,0+1").as_deref(), Some("padding at the end +1"));
        assert_eq!(words(Lang::Zh, "3,2,2-1x2").as_deref(), Some("末端填充 −1 × +0"));
        assert_eq!(words(Lang::En, "t3,2,1+1").as_deref(), Some("output padding +1"));
        assert_eq!(words(Lang::Zh, "m3,2,0,ceil").as_deref(), Some("尺寸向上取整（ceil）"));
    }
}
