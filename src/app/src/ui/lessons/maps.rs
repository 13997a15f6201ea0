//! The strongest feature maps of the learner's photo, block by block, and what their units see of it.

use std::rc::Rc;

use vggscope_core::nn::Op;
use vggscope_core::text::{lesson_words, words};
use yew::prelude::*;

use super::LessonsProps;
use super::material::Material;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::Choice;
use crate::ui::shared::figures::photo_field::PhotoField;

/// The piece.
#[component]
pub fn Maps(page: &LessonsProps) -> Html {
    let block = use_state_eq(|| 0usize);
    let lang = page.ui.lang;
    let (lesson, words) = (lesson_words(lang), words(lang));
    let model = page.model.clone();
    let ends = model
        .as_ref()
        .map(|model| ends(&model.architecture.layers.iter().map(|l| l.op).collect::<Vec<_>>()))
        .unwrap_or_default();
    let at = (*block).min(ends.len().saturating_sub(1));
    let end = ends.get(at).copied();
    let name = |(at, layer): (usize, &usize)| {
        let name = model.as_ref().map_or("", |model| model.architecture.layers[*layer].short_name());
        AttrValue::from(format!("{} · {name}", at + 1))
    };
    let pick = {
        let block = block.clone();
        move |at| block.set(at)
    };
    let done = end.zip(page.layers.as_ref()).and_then(|(end, layers)| layers.get(end)?.clone());
    // The layers up to this one: the last of them is the one that is pointed at.
    let stack = end.and_then(|end| {
        let mut stack = model.as_ref()?.stack()?;
        stack.layers.truncate(end);
        Some(Rc::new(stack))
    });
    html! {
        <section class="piece" aria-label={lesson.maps}>
            <Material ..page.clone() />
            if !ends.is_empty() {
                <div class="controls">
                    <Choice label={lesson.block} options={ends.iter().enumerate().map(name).collect::<Vec<_>>()} chosen={at} {pick} />
                </div>
            }
            <div class="pair">
                if let Some(done) = done {
                    <figure class="strongest">
                        <Canvas tile={done.thumbnails.clone()} label={words.strongest} />
                        <figcaption>{ words.strongest }</figcaption>
                    </figure>
                }
                if let Some(stack) = stack {
                    <PhotoField {lang} {stack} photo={page.url.clone()} fit={page.fit} />
                }
            </div>
        </section>
    }
}

/// The layers after which a pool follows: the last convolution of each block.
fn ends(layers: &[Op]) -> Vec<usize> {
    let last = |pair: &[Op]| matches!(pair, [Op::Convolution(_), Op::MaxPool(_)]);
    layers.windows(2).enumerate().filter(|(_, pair)| last(pair)).map(|(at, _)| at).collect()
}
