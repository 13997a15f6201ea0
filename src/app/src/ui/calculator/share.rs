//! The stack as text: to copy, to send, to paste.

use vggscope_core::session::Event;
use vggscope_core::text::words;
use yew::prelude::*;

use super::PartProps;
use crate::browser::input;

/// The panel.
#[component]
pub fn Share(props: &PartProps) -> Html {
    let copied = use_state_eq(|| None::<String>);
    let draft = use_state_eq(|| None::<String>);
    let words = words(props.session.lang);
    let text = props.stack.to_string();
    let shown = draft.as_ref().cloned().unwrap_or_else(|| text.clone());
    let oninput = {
        let draft = draft.clone();
        move |event: InputEvent| draft.set(Some(input::text(&event)))
    };
    let onsubmit = {
        let (emit, draft, shown) = (props.emit.clone(), draft.clone(), shown.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            draft.set(None);
            emit.emit(Event::Import(shown.clone()));
        }
    };
    let copy = {
        let (copied, text) = (copied.clone(), text.clone());
        move |_: MouseEvent| {
            input::copy(&text);
            copied.set(Some(text.clone()));
        }
    };
    let just = *copied == Some(text);
    html! {
        <section class="share" aria-label={words.calc_share}>
            <h2>{ words.calc_share }<small>{ words.calc_share_hint }</small></h2>
            <form class="ways" {onsubmit}>
                <input type="text" spellcheck="false" aria-label={words.calc_share} value={shown} {oninput} />
                <button type="submit" disabled={draft.is_none()}>{ words.calc_take }</button>
                <button type="button" onclick={copy}>{ if just { words.calc_copied } else { words.calc_copy } }</button>
            </form>
        </section>
    }
}
