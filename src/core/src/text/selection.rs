//! What is pointed at, in words.

use std::ops::RangeInclusive;

use super::format::{count, decimals, percent, value};
use crate::nn::Position;
use crate::nn::Shape;
use crate::receptive_field::Span;
use crate::render::places::Places;
use crate::session::Lang;
use crate::session::explorer::selection::padded;

/// What a unit of a layer sees of what the network is fed, in a sentence.
pub fn field(lang: Lang, layer: &str, [row, column]: Position, pixels: &[Span; 2], input: Shape) -> String {
    let [rows, columns] = pixels;
    let (height, width) = (rows.end() - rows.start() + 1, columns.end() - columns.start() + 1);
    let [top, bottom, left, right] = [rows.start(), rows.end(), columns.start(), columns.end()].map(minus);
    let [down, across] = [rows, columns].map(|span| minus((span.start() + span.end()) as f64 / 2.0));
    let share = padded(pixels, input);
    let outside = percent(share as f32);
    match (lang, share == 0.0) {
        (Lang::En, true) => format!(
            "{layer}, unit ({row}, {column}) sees {height}×{width} pixels: rows {top}…{bottom}, columns {left}…{right}, centre ({down}, {across})."
        ),
        (Lang::En, false) => format!(
            "{layer}, unit ({row}, {column}) sees {height}×{width} pixels: rows {top}…{bottom}, columns {left}…{right}, centre ({down}, {across}); {outside} of them are padding."
        ),
        (Lang::Zh, true) => format!(
            "{layer} 的单元 ({row}, {column}) 看到 {height}×{width} 个像素：行 {top}…{bottom}，列 {left}…{right}，中心 ({down}, {across})。"
        ),
        (Lang::Zh, false) => format!(
            "{layer} 的单元 ({row}, {column}) 看到 {height}×{width} 个像素：行 {top}…{bottom}，列 {left}…{right}，中心 ({down}, {across})，其中 {outside} 是填充。"
        ),
    }
}

/// Where a map responds, in a sentence or two.
pub fn places(lang: Lang, places: &Places) -> String {
    let Some((most, [row, column])) = places.strongest else {
        return match lang {
            Lang::En => format!("None of its {} units responds.", count(places.units as u64)),
            Lang::Zh => format!("{} 个单元均无响应。", count(places.units as u64)),
        };
    };
    let share = percent(places.responding as f32 / places.units as f32);
    let [responding, units] = [places.responding, places.units].map(|number| count(number as u64));
    let parts = places.ninths.iter().map(|(place, share)| (ninth(lang, *place), percent(*share)));
    let most = value(most);
    match lang {
        Lang::En => {
            let parts: Vec<_> = parts.map(|(name, share)| format!("{name} {share}")).collect();
            let half = if parts.is_empty() {
                String::new()
            } else {
                format!(" Half of all response or more: {}.", parts.join(", "))
            };
            format!(
                "{responding} of {units} units respond ({share}), the strongest, {most}, at row {row}, column {column}.{half}"
            )
        }
        Lang::Zh => {
            let parts: Vec<_> = parts.map(|(name, share)| format!("{name} {share}")).collect();
            let half = if parts.is_empty() {
                String::new()
            } else {
                format!("一半以上的响应位于：{}。", parts.join("，"))
            };
            format!(
                "{units} 个单元中有 {responding} 个响应（{share}），最强处在第 {row} 行第 {column} 列，值为 {most}。{half}"
            )
        }
    }
}

/// A ninth of a map by its row and column, from 0 to 2.
fn ninth(lang: Lang, [row, column]: [usize; 2]) -> &'static str {
    let names = match lang {
        Lang::En => [
            ["top left", "top", "top right"],
            ["left", "centre", "right"],
            ["bottom left", "bottom", "bottom right"],
        ],
        Lang::Zh => [["左上", "上方", "右上"], ["左侧", "中央", "右侧"], ["左下", "下方", "右下"]],
    };
    names[row][column]
}

/// Which units of a layer see a pixel, in a sentence.
pub fn seen_by(
    lang: Lang,
    layer: &str,
    [row, column]: Position,
    units: &[RangeInclusive<usize>; 2],
) -> String {
    let [rows, columns] = units;
    if rows.is_empty() || columns.is_empty() {
        return match lang {
            Lang::En => format!("No unit of {layer} sees pixel ({row}, {column})."),
            Lang::Zh => format!("{layer} 没有单元看到像素 ({row}, {column})。"),
        };
    }
    let (height, width) = (rows.end() - rows.start() + 1, columns.end() - columns.start() + 1);
    let (top, bottom, left, right) = (rows.start(), rows.end(), columns.start(), columns.end());
    match lang {
        Lang::En => format!(
            "Pixel ({row}, {column}) is seen by {height}×{width} units of each map of {layer}: rows {top}…{bottom}, columns {left}…{right}."
        ),
        Lang::Zh => format!(
            "像素 ({row}, {column}) 被 {layer} 每张图的 {height}×{width} 个单元看到：行 {top}…{bottom}，列 {left}…{right}。"
        ),
    }
}

/// How a class's map makes its score, in a sentence.
pub fn cam(lang: Lang, maps: &str, values: &[f32], bias: f32) -> String {
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / values.len().max(1) as f64;
    let [sum, mean, bias] = [mean + f64::from(bias), mean, f64::from(bias)].map(|n| decimals(n as f32, 2));
    match lang {
        Lang::En => format!(
            "The maps of {maps}, weighted for this class: their mean {mean} and the bias {bias} make {sum}, the logit."
        ),
        Lang::Zh => {
            format!("{maps} 的特征图按该类的权重相加：均值 {mean} 加偏置 {bias} 得 {sum}，正是 logit。")
        }
    }
}

fn minus(number: impl ToString) -> String {
    number.to_string().replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: Shape = Shape { channels: 3, height: 224, width: 224 };

    #[test]
    fn fields_in_words() {
        let said = field(Lang::En, "re-lu", [0, 5], &[-4..=35, 10..=49], INPUT);
        assert_eq!(
            said,
            "re-lu, unit (0, 5) sees 40×40 pixels: rows −4…35, columns 10…49, centre (15.5, 29.5); 10.0 % of them are padding."
        );
        assert!(field(Lang::Zh, "conv1_1", [1, 1], &[0..=2, 0..=2], INPUT).ends_with("中心 (1, 1)。"));
    }

    #[test]
    fn a_map_makes_a_score() {
        let said = cam(Lang::En, "pool5", &[-1.0, 4.0], 0.25);
        assert_eq!(
            said,
            "The maps of pool5, weighted for this class: their mean 1.50 and the bias 0.25 make 1.75, the logit."
        );
    }

    #[test]
    fn units_in_words() {
        let said = seen_by(Lang::En, "pool1", [9, 9], &[4..=4, 4..=5]);
        assert_eq!(said, "Pixel (9, 9) is seen by 1×2 units of each map of pool1: rows 4…4, columns 4…5.");
        let none = RangeInclusive::new(1, 0);
        assert_eq!(
            seen_by(Lang::Zh, "pool1", [9, 9], &[none.clone(), none]),
            "pool1 没有单元看到像素 (9, 9)。"
        );
    }
}
