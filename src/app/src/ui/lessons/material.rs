//! The photo that a lesson works on, and the ways to give one.

use vggscope_core::session::Event;
use vggscope_core::text::{lesson_words, words};
use yew::prelude::*;

use super::LessonsProps;
use crate::ui::explorer::photo::samples;
use crate::ui::shared::controls::FileButton;

/// Sample photos and a button for one's own; beside them, what the piece still waits for.
#[component]
pub fn Material(page: &LessonsProps) -> Html {
    let LessonsProps { session, emit, files, .. } = page;
    let (words, lesson) = (words(session.lang), lesson_words(session.lang));
    let given = emit.reform(Event::Given);
    html! {
        <div class="material">
            if session.photo.is_none() {
                <p>{ lesson.needs_photo }</p>
            }
            <div class="ways">
                { samples(session, emit) }
                <FileButton label={words.choose_photo} accept="image/*" files={files.clone()} {given} />
            </div>
            if session.photo.is_some() && session.run.as_ref().is_none_or(|run| run.fed.is_none()) {
                <p class="dim" role="status">{ lesson.needs_engine }</p>
            }
        </div>
    }
}
