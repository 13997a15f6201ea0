//! How many answers are right, which classes are taken for which, and the surest mistakes.

use vggscope_core::model::Model;
use vggscope_core::nn::labels::Label;
use vggscope_core::session::Trainer;
use vggscope_core::session::trainer::{Judged, Mistake, Said};
use vggscope_core::shared::Shared;
use vggscope_core::text::{left_out, mistake, right_of, train_words};
use yew::prelude::*;

use super::photos::thumbnail;
use super::{class_name, label_name};
use crate::ui::Ui;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct JudgedProps {
    /// Language and events.
    pub ui: Ui,
    /// The photos.
    pub trainer: Shared<Trainer>,
    /// What the answers are worth.
    pub judged: Judged,
    /// What is known of the model in use.
    pub model: Shared<Model>,
}

/// Mistakes that are shown.
const MISTAKES: usize = 24;
/// Classes that a matrix is drawn for at the most.
const MOST_CLASSES: usize = 40;
/// Steps of a cell's shade.
const SHADES: usize = 8;

/// The panel.
#[component]
pub fn JudgedPanel(props: &JudgedProps) -> Html {
    let JudgedProps { ui, trainer, judged, model } = props;
    let words = train_words(ui.lang);
    let (right, of) = (judged.confusion.right(), judged.confusion.total());
    if of == 0 {
        return html! { <p>{ words.none_known }</p> };
    }
    html! {
        <>
            <dl class="figures">
                <dt>{ words.top1 }</dt><dd>{ right_of(ui.lang, right, of) }</dd>
                if let Some(near) = judged.among_five {
                    <dt>{ words.top5 }</dt><dd>{ right_of(ui.lang, near, of) }</dd>
                }
            </dl>
            if judged.left_out > 0 {
                <p class="dim">{ left_out(ui.lang, judged.left_out) }</p>
            }
            { matrix(ui, trainer, judged, &model.labels, Some(words.other)) }
            { mistakes(ui, trainer, judged, &model.labels) }
        </>
    }
}

/// The confusion matrix; `other` names the column of classes that have no row.
pub fn matrix(
    ui: &Ui,
    trainer: &Trainer,
    judged: &Judged,
    labels: &[Label],
    other: Option<&'static str>,
) -> Html {
    let words = train_words(ui.lang);
    let classes = &judged.classes;
    if classes.is_empty() || classes.len() > MOST_CLASSES {
        return html! {};
    }
    let columns = classes.len() + usize::from(other.is_some());
    let row = |(row, class): (usize, &usize)| {
        let counts = judged.confusion.row(row);
        let total: usize = counts.iter().sum();
        let cell = |(column, count): (usize, &usize)| {
            // Darker for a larger share of the row; none where there is none, and numbers stand in all.
            let shade = (count * SHADES).div_ceil(total.max(1));
            let diagonal = (row == column).then_some("right");
            html! { <td class={classes!("number", format!("shade-{shade}"), diagonal)}>{ if *count == 0 { String::new() } else { count.to_string() } }</td> }
        };
        html! {
            <tr><th scope="row"><span class="dim">{ row + 1 }</span>{ " " }{ class_name(ui, trainer, *class, labels) }</th>
                { for counts.iter().take(columns).enumerate().map(cell) }</tr>
        }
    };
    html! {
        <figure class="matrix">
            <figcaption class="dim">{ words.matrix_hint }</figcaption>
            <div class="scroll" tabindex="0" role="group" aria-label={words.matrix}>
                <table aria-label={words.matrix}>
                    <thead><tr><td></td>
                        { for classes.iter().enumerate().map(|(column, class)| html! {
                            <th scope="col" class="number"><abbr title={class_name(ui, trainer, *class, labels)}>{ column + 1 }</abbr></th>
                        }) }
                        if let Some(other) = other {
                            <th scope="col">{ other }</th>
                        }
                    </tr></thead>
                    <tbody>{ for classes.iter().enumerate().map(row) }</tbody>
                </table>
            </div>
        </figure>
    }
}

/// The surest mistakes, each of which leads to the explorer.
pub fn mistakes(ui: &Ui, trainer: &Trainer, judged: &Judged, labels: &[Label]) -> Html {
    let words = train_words(ui.lang);
    let item = |one: &Mistake| {
        let photo = trainer.photo(one.photo)?;
        let said = match one.said {
            Said::Label(label) => label_name(ui, labels, label),
            Said::Class(class) => class_name(ui, trainer, class, labels),
        };
        let class = class_name(ui, trainer, photo.class, labels);
        Some(
            html! { <li>{ thumbnail(ui, photo) }<span>{ mistake(ui.lang, &class, &said, one.probability) }</span></li> },
        )
    };
    html! {
        <>
            <h3>{ words.mistakes }</h3>
            if judged.mistakes.is_empty() {
                <p class="dim">{ words.no_mistakes }</p>
            } else {
                <ul class="mistakes" aria-label={words.mistakes}>{ for judged.mistakes.iter().take(MISTAKES).filter_map(item) }</ul>
            }
        </>
    }
}
