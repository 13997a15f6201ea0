//! The photo that a lesson works on, and the ways to give one.

use vggscope_core::session::Input;
use vggscope_core::text::{lesson_words, words};
use yew::prelude::*;

use super::LessonsProps;
use crate::ui::explorer::samples;
use crate::ui::shared::controls::FileButton;

/// Sample photos and a button for one's own; beside them, what the piece still waits for.
#[component]
pub fn Material(page: &LessonsProps) -> Html {
    let LessonsProps { ui, photo, input, .. } = page;
    let (words, lesson) = (words(ui.lang), lesson_words(ui.lang));
    let given = ui.tell(Input::Given);
    html! {
        <div class="material">
            if photo.is_none() {
                <p>{ lesson.needs_photo }</p>
            }
            <div class="ways">
                { samples(ui, photo.as_ref().map(|photo| photo.source)) }
                <FileButton label={words.choose_photo} accept="image/*" files={ui.files.clone()} {given} />
            </div>
            if photo.is_some() && input.is_none() {
                <p class="dim" role="status">{ lesson.needs_engine }</p>
            }
        </div>
    }
}
