//! A scale S and a random crop of the learner's photo, as in training, and what the network says of it.

use vggscope_core::image::Fit;
use vggscope_core::session::Input;
use vggscope_core::text::lesson_words;
use yew::prelude::*;

use super::LessonsProps;
use super::material::Material;
use crate::browser::chance;
use crate::ui::explorer::{Answer, Pictures};

/// The scales of jittering: Simonyan and Zisserman, section 3.1.
const SCALES: std::ops::RangeInclusive<u16> = 256..=512;

/// The piece.
#[component]
pub fn Crops(page: &LessonsProps) -> Html {
    let LessonsProps { ui, photo, url, fit, input, .. } = page;
    let words = lesson_words(ui.lang);
    let draw = ui.tell(|_: MouseEvent| {
        let scale = chance::between(*SCALES.start(), *SCALES.end());
        Input::Fit(Fit::Crop { scale, left: chance::between(0, 1000), top: chance::between(0, 1000) })
    });
    let whole = ui.tell(|_: MouseEvent| Input::Fit(Fit::Centre));
    let done = page.layers.as_ref().map_or((0, 0), |layers| (layers.iter().flatten().count(), layers.len()));
    html! {
        <section class="piece" aria-label={words.crops}>
            <Material ..page.clone() />
            if let Some(photo) = photo {
                <div class="controls">
                    <button class="primary" onclick={draw}>{ words.draw }</button>
                    <button onclick={whole} disabled={*fit == Fit::Centre}>{ words.whole }</button>
                    if let Fit::Crop { scale, .. } = *fit {
                        <output>{ format!("{}: {scale}", words.scale) }</output>
                    }
                </div>
                <div class="pair photo">
                    <div><Pictures ui={ui.clone()} photo={photo.clone()} {url} input={input.clone()} fit={*fit} /></div>
                    <Answer ui={ui.clone()} model={page.model.clone()} state={page.state.clone()} {done} class={page.class} />
                </div>
            }
        </section>
    }
}
