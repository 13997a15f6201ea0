//! Bars made of parts that lie end to end.

use yew::prelude::*;

/// Room that a letter of a label takes.
const LETTER: f64 = 6.6;

/// A part of a bar.
#[derive(Clone, PartialEq)]
pub struct Piece {
    /// How much of the whole width it takes, from 0 to 1.
    pub share: f64,
    /// Its class, which is its colour.
    pub class: Classes,
    /// Labels, the longest first; the first that fits is written.
    pub labels: Vec<String>,
    /// What it is, in full.
    pub title: String,
}

/// A bar from `left` to `left + width`, `height` high.
pub fn stacked(left: f64, top: f64, width: f64, height: f64, pieces: &[Piece]) -> Html {
    let mut x = left;
    let drawn = pieces.iter().map(|piece| {
        let (from, wide) = (x, piece.share * width);
        x += wide;
        let label = piece.labels.iter().find(|label| room(label) <= wide);
        html! {
            <g>
                <rect class={piece.class.clone()} x={at(from)} y={at(top)} width={at(wide)} height={at(height)}>
                    <title>{ &piece.title }</title>
                </rect>
                if let Some(label) = label {
                    <text class={classes!("on", piece.class.clone())} x={at(from + wide / 2.0)} y={at(top + height / 2.0 + 4.0)}
                        text-anchor="middle">{ label }</text>
                }
            </g>
        }
    });
    drawn.collect()
}

/// The width of a label, a little generously: a Chinese character takes the room of two letters.
fn room(label: &str) -> f64 {
    let letters = label.chars().map(|letter| if letter.is_ascii() { 1.0 } else { 2.0 });
    letters.sum::<f64>() * LETTER + 6.0
}

/// A coordinate as an attribute.
pub fn at(coordinate: f64) -> String {
    format!("{coordinate:.2}")
}
