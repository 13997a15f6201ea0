//! The words of the size of an input, and of the paper's protocols at test time.

use super::format::{macs, percent};
use crate::explain::evaluation::{Protocol, Row, ScoreMaps};
use crate::model::{OtherSizes, Sizes};
use crate::session::Lang;

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct EvaluationWords {
    pub size: &'static str,
    pub rows: &'static str,
    pub columns: &'static str,
    pub set: &'static str,
    pub title: &'static str,
    pub intro: &'static str,
    pub dense: &'static str,
    pub crops: &'static str,
    pub class: &'static str,
    pub one_crop: &'static str,
    pub passes: &'static str,
    pub time: &'static str,
    pub maps_hint: &'static str,
    pub none: &'static str,
}

static EN: EvaluationWords = EvaluationWords {
    size: "Input size",
    rows: "rows",
    columns: "columns",
    set: "Set",
    title: "Evaluation at test time",
    intro: "As in Simonyan and Zisserman, sections 3.2 and 4: the photo's shorter side is brought to each of three scales. Dense \
            evaluation convolves the network over the whole photo, averages the map of scores over its places, and the \
            probabilities over the photo and its mirror image. Multi-crop averages the probabilities of 50 crops a scale: 5×5 \
            places and their mirror images. How the photo is fitted plays no part.",
    dense: "Dense, 6 passes",
    crops: "Dense and multi-crop, 156 passes",
    class: "Class",
    one_crop: "this run",
    passes: "Passes",
    time: "Time",
    maps_hint: "Each square is a place of the map, drawn about the centre of what it sees, a stride wide.",
    none: "The protocols are for classifiers whose input can be larger; the model in use is none. Choose another one.",
};

static ZH: EvaluationWords = EvaluationWords {
    size: "输入尺寸",
    rows: "行",
    columns: "列",
    set: "应用",
    title: "测试时评估",
    intro: "按 Simonyan 与 Zisserman 论文第 3.2 节和第 4 节：将照片短边依次缩放到三个尺度。密集评估把网络卷积到整张照片上，对得分图的所有位置取平均，\
            再对原图与水平镜像的概率取平均。多裁剪评估对每个尺度的 50 个裁剪（5×5 个位置及其镜像）的概率取平均。取景方式在此不起作用。",
    dense: "密集评估（6 次前向传播）",
    crops: "密集 + 多裁剪（156 次）",
    class: "类别",
    one_crop: "本次运行",
    passes: "前向次数",
    time: "耗时",
    maps_hint: "每个方块是得分图的一个位置，以其所见区域的中心为中心，宽为一个步幅。",
    none: "这些评估只适用于可以放大输入的分类网络，当前模型不是。请换一个模型。",
};

/// The texts in this language.
pub fn evaluation_words(lang: Lang) -> &'static EvaluationWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// A protocol, as the head of a column.
pub fn protocol(lang: Lang, protocol: Protocol) -> String {
    match (lang, protocol) {
        (Lang::En, Protocol::Dense(scale)) => format!("dense {scale}"),
        (Lang::En, Protocol::Crops(scale)) => format!("crops {scale}"),
        (Lang::En, Protocol::AllDense) => "dense, mean".to_owned(),
        (Lang::En, Protocol::AllCrops) => "crops, mean".to_owned(),
        (Lang::En, Protocol::Both) => "both".to_owned(),
        (Lang::Zh, Protocol::Dense(scale)) => format!("密集 {scale}"),
        (Lang::Zh, Protocol::Crops(scale)) => format!("裁剪 {scale}"),
        (Lang::Zh, Protocol::AllDense) => "密集平均".to_owned(),
        (Lang::Zh, Protocol::AllCrops) => "裁剪平均".to_owned(),
        (Lang::Zh, Protocol::Both) => "两者平均".to_owned(),
    }
}

/// The heading over the maps of a class.
pub fn score_maps(lang: Lang, class: &str) -> String {
    match lang {
        Lang::En => format!("What each place of the map of scores says of {class}"),
        Lang::Zh => format!("得分图上各位置对“{class}”的判断"),
    }
}

/// What the map of scores of a row is, under its picture.
pub fn score_map(lang: Lang, row: &Row, maps: &ScoreMaps, class: &str, values: &[f32]) -> String {
    let most = percent(values.iter().copied().fold(0.0, f32::max));
    let ([height, width], [rows, columns]) = (maps.input, maps.places);
    let name = protocol(lang, row.protocol);
    match lang {
        Lang::En => {
            format!("{name}: {height}×{width} pixels, {rows}×{columns} places, {class} {most} at most")
        }
        Lang::Zh => format!("{name}：{height}×{width} 像素，{rows}×{columns} 个位置，“{class}”最高 {most}"),
    }
}

/// Which sizes a network can be given.
pub fn sizes(lang: Lang, sizes: &Sizes) -> String {
    let ([rows, columns], end) = (sizes.own, Sizes::SIDES.end());
    let begin = Sizes::SIDES.start();
    match (lang, sizes.others) {
        (Lang::En, OtherSizes::None) => {
            format!("Input {rows}×{columns} only: not all of the graph is known to follow another size.")
        }
        (Lang::En, OtherSizes::Any) => {
            format!("Its own is {rows}×{columns}; any from {begin} to {end} pixels a side.")
        }
        (Lang::En, OtherSizes::Dense) => format!(
            "Its own is {rows}×{columns}; larger ones up to {end} pixels a side. Its dense layers are then read as convolutions \
             (section 3.2), and the scores are the means of the maps of scores."
        ),
        (Lang::Zh, OtherSizes::None) => {
            format!("输入只能是 {rows}×{columns}：无法确认计算图的所有部分都能适应其他尺寸。")
        }
        (Lang::Zh, OtherSizes::Any) => format!("原尺寸 {rows}×{columns}；边长可取 {begin} 到 {end} 像素。"),
        (Lang::Zh, OtherSizes::Dense) => format!(
            "原尺寸 {rows}×{columns}；可以更大，边长不超过 {end} 像素。此时全连接层按卷积计算（第 3.2 节），得分为得分图的平均。"
        ),
    }
}

/// What a pass at a size takes.
pub fn size_cost(lang: Lang, macs_now: u64, now: [usize; 2], size: [usize; 2]) -> String {
    let area = |[rows, columns]: [usize; 2]| (rows * columns) as f64;
    let cost = macs(macs_now as f64 * area(size) / area(now).max(1.0));
    match lang {
        Lang::En => format!("about {cost} a pass"),
        Lang::Zh => format!("每次前向传播约 {cost}"),
    }
}

/// A button that goes back to the file's own size.
pub fn own_size(lang: Lang, sizes: &Sizes) -> String {
    let [rows, columns] = sizes.own;
    match lang {
        Lang::En => format!("Own size, {rows}×{columns}"),
        Lang::Zh => format!("恢复原尺寸 {rows}×{columns}"),
    }
}
