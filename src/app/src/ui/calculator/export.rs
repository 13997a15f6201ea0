//! The stack as text, in several forms: to copy, to send, to paste.

use vggscope_core::nn::stack::Form;
use vggscope_core::pages::route;
use vggscope_core::session::Calculate;
use vggscope_core::text::words;
use yew::prelude::*;

use super::PartProps;
use crate::browser::input;
use crate::ui::embed::EmbedThis;
use crate::ui::shared::controls::{Choice, Copy};

/// The panel.
#[component]
pub fn Share(props: &PartProps) -> Html {
    let form = use_state_eq(|| 0usize);
    let draft = use_state_eq(|| None::<String>);
    let words = words(props.ui.lang);
    let channels = props.calculator.costs.channels;
    // A stack at fault still has its short text.
    let text = Form::ALL[*form].write(&props.stack, channels).unwrap_or_else(|_| props.stack.to_string());
    let shown = draft.as_ref().cloned().unwrap_or_else(|| text.clone());
    let oninput = {
        let draft = draft.clone();
        move |event: InputEvent| draft.set(Some(input::text(&event)))
    };
    let onsubmit = {
        let (ui, draft, shown) = (props.ui.clone(), draft.clone(), shown.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            draft.set(None);
            ui.emit(Calculate::Import(shown.clone()));
        }
    };
    let pick = {
        let (form, draft) = (form.clone(), draft.clone());
        move |at| {
            draft.set(None);
            form.set(at);
        }
    };
    let lines = shown.lines().count().clamp(1, 12).to_string();
    let forms = [words.calc_form_text, "Markdown", "CSV", "PyTorch"].map(AttrValue::from).to_vec();
    html! {
        <section class="share" aria-label={words.calc_share}>
            <h2>{ words.calc_share }<small>{ words.calc_share_hint }</small></h2>
            <form {onsubmit}>
                <textarea rows={lines} spellcheck="false" aria-label={words.calc_share} value={shown} {oninput} />
                <div class="controls">
                    <Choice label={words.calc_form} options={forms} chosen={*form} {pick} />
                    <Copy lang={props.ui.lang} {text} />
                    <button type="submit" disabled={draft.is_none()}>{ words.calc_take }</button>
                </div>
            </form>
            <EmbedThis lang={props.ui.lang} of={route::of_calculator(&props.calculator)} title={words.calc_title} />
        </section>
    }
}
