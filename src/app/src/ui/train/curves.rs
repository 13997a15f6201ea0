//! Loss and accuracy by epoch, of photos of training and of those held out.

use vggscope_core::session::Lang;
use vggscope_core::text::{self, epoch_name, percent, train_words};
use vggscope_core::training::Epoch;
use yew::prelude::*;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 28.0;
/// Between the names of two lines at least.
const LINE: f64 = 14.0;

/// What the curves are given.
#[derive(Properties, PartialEq)]
pub struct CurvesProps {
    /// The language.
    pub lang: Lang,
    /// What each epoch has brought, with its round.
    pub epochs: Vec<(u8, Epoch)>,
    /// Epochs of a round at the most.
    pub most: u16,
}

/// The curves: one chart for the loss, one for the accuracy.
#[component]
pub fn Curves(props: &CurvesProps) -> Html {
    let CurvesProps { lang, epochs, most } = props;
    let words = train_words(*lang);
    if epochs.is_empty() {
        return html! {};
    }
    let loss = |epoch: &Epoch| [Some(epoch.loss), epoch.held_out.map(|[loss, _]| loss)];
    let accuracy = |epoch: &Epoch| [Some(epoch.accuracy), epoch.held_out.map(|[_, accuracy]| accuracy)];
    let top = epochs
        .iter()
        .flat_map(|(_, epoch)| loss(epoch))
        .flatten()
        .filter(|loss| loss.is_finite())
        .fold(0.1, f32::max);
    html! {
        <div class="curves">
            { chart(*lang, words.loss, epochs, *most, top, loss, text::value) }
            { chart(*lang, words.accuracy, epochs, *most, 1.0, accuracy, percent) }
        </div>
    }
}

/// A chart of two numbers by epoch, from 0 to this.
fn chart(
    lang: Lang,
    label: &'static str,
    epochs: &[(u8, Epoch)],
    most: u16,
    top: f32,
    of: impl Fn(&Epoch) -> [Option<f32>; 2],
    write: fn(f32) -> String,
) -> Html {
    let words = train_words(lang);
    let x = |epoch: usize| LEFT + epoch as f64 / f64::from(most.max(2) - 1) * (WIDTH - LEFT - RIGHT);
    let y = |value: f32| HEIGHT - BOTTOM - f64::from((value / top).clamp(0.0, 1.0)) * (HEIGHT - BOTTOM - TOP);
    let rounds = epochs.iter().map(|(round, _)| *round).max().unwrap_or_default();
    let line = |round: u8, which: usize| {
        let values = epochs.iter().filter(|(own, _)| *own == round).filter_map(|(_, epoch)| of(epoch)[which]);
        let points: String =
            values.enumerate().map(|(epoch, value)| format!("{},{} ", at(x(epoch)), at(y(value)))).collect();
        let class = ["of-training", "of-held-out"][which];
        html! { <polyline {class} {points} /> }
    };
    // Names stand at the ends of the lines of the last round that has them, apart.
    let end = |which: usize| {
        let (round, value) =
            epochs.iter().rev().find_map(|(round, epoch)| Some((*round, of(epoch)[which]?)))?;
        let count = epochs.iter().filter(|(own, epoch)| *own == round && of(epoch)[which].is_some()).count();
        Some((x(count.max(1) - 1), y(value), value))
    };
    let ends = [end(0), end(1)];
    let mut names: Vec<(usize, f64, f64, f32)> = ends
        .iter()
        .enumerate()
        .filter_map(|(which, end)| end.map(|(x, y, value)| (which, x, y, value)))
        .collect();
    names.sort_by(|one, other| one.2.total_cmp(&other.2));
    if let [(.., upper, _), (.., lower, _)] = names.as_mut_slice() {
        *lower = lower.max(*upper + LINE);
    }
    let name = |(which, x, y, value): &(usize, f64, f64, f32)| {
        let name = [words.of_training, words.of_held_out][*which];
        html! { <text class={["of-training", "of-held-out"][*which]} x={at(x + 6.0)} y={at(*y)} dy="4">{ name }<title>{ write(*value) }</title></text> }
    };
    let tick = |value: f32| {
        html! {
            <g>
                <line class="axis" x1={at(LEFT)} x2={at(WIDTH - RIGHT)} y1={at(y(value))} y2={at(y(value))} />
                <text x={at(LEFT - 6.0)} y={at(y(value))} dy="4" text-anchor="end">{ write(value) }</text>
            </g>
        }
    };
    let said = ends.iter().zip([words.of_training, words.of_held_out]);
    let said: Vec<String> =
        said.filter_map(|(end, name)| end.map(|(_, _, value)| format!("{name} {}", write(value)))).collect();
    html! {
        <figure>
            <figcaption class="dim">{ label }</figcaption>
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={format!("{label}: {}", said.join(", "))}>
                { for [0.0, top / 2.0, top].map(tick) }
                { for (0..=rounds).flat_map(|round| [line(round, 0), line(round, 1)]) }
                { for names.iter().map(name) }
                <text x={at(LEFT)} y={at(HEIGHT - 8.0)}>{ "1" }</text>
                <text x={at(WIDTH - RIGHT)} y={at(HEIGHT - 8.0)} text-anchor="end">{ epoch_name(lang, usize::from(most)) }</text>
            </svg>
        </figure>
    }
}

fn at(number: f64) -> String {
    format!("{number:.1}")
}
