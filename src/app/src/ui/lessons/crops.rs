//! A scale S and a random crop of the learner's photo, as in training, and what the network says of it.

use vggscope_core::image::Fit;
use vggscope_core::session::Event;
use vggscope_core::text::lesson_words;
use yew::prelude::*;

use super::LessonsProps;
use super::material::Material;
use crate::browser::chance;
use crate::ui::Props;
use crate::ui::explorer::answer::Answer;
use crate::ui::explorer::photo::pictures;

/// The scales of jittering: Simonyan and Zisserman, section 3.1.
const SCALES: std::ops::RangeInclusive<u16> = 256..=512;

/// The piece.
#[component]
pub fn Crops(page: &LessonsProps) -> Html {
    let LessonsProps { session, emit, photo, .. } = page;
    let words = lesson_words(session.lang);
    let draw = emit.reform(|_: MouseEvent| {
        let scale = chance::between(*SCALES.start(), *SCALES.end());
        Event::Fit(Fit::Crop { scale, left: chance::between(0, 1000), top: chance::between(0, 1000) })
    });
    let whole = emit.reform(|_: MouseEvent| Event::Fit(Fit::Centre));
    html! {
        <section class="piece" aria-label={words.crops}>
            <Material ..page.clone() />
            if let Some(shown) = &session.photo {
                <div class="controls">
                    <button class="primary" onclick={draw}>{ words.draw }</button>
                    <button onclick={whole} disabled={session.fit == Fit::Centre}>{ words.whole }</button>
                    if let Fit::Crop { scale, .. } = session.fit {
                        <output>{ format!("{}: {scale}", words.scale) }</output>
                    }
                </div>
                <div class="pair photo">
                    <div>{ pictures(session, shown, photo) }</div>
                    <Answer ..Props { session: session.clone(), emit: emit.clone() } />
                </div>
            }
        </section>
    }
}
