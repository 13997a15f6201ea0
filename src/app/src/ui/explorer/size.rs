//! Rows and columns of the network's input, where they can be chosen.

use vggscope_core::model::{Model, OtherSizes, Sizes};
use vggscope_core::session::Input;
use vggscope_core::shared::Shared;
use vggscope_core::text::{evaluation_words, own_size, size_cost, sizes};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;

/// What the control is given.
#[derive(Properties, PartialEq)]
pub struct InputSizeProps {
    /// Language and events.
    pub ui: Ui,
    /// What is known of the model.
    pub model: Shared<Model>,
}

/// The control.
#[component]
pub fn InputSize(props: &InputSizeProps) -> Html {
    let InputSizeProps { ui, model } = props;
    let words = evaluation_words(ui.lang);
    let shape = model.architecture.input();
    let now = [shape.height, shape.width];
    let typed = use_state_eq(|| now);
    {
        let typed = typed.clone();
        use_effect_with(now, move |now| typed.set(*now));
    }
    let about = html! { <p class="dim">{ sizes(ui.lang, &model.sizes) }</p> };
    if model.sizes.others == OtherSizes::None {
        return about;
    }
    let set = ui.tell(Input::Size);
    let onsubmit = {
        let (set, size) = (set.clone(), *typed);
        move |event: SubmitEvent| {
            event.prevent_default();
            set.emit(size);
        }
    };
    let side = |at: usize, label: &'static str| {
        let typed = typed.clone();
        let value = typed[at].to_string();
        let oninput = move |event: InputEvent| {
            let mut size = *typed;
            size[at] = input::text(&event).parse().unwrap_or(0);
            typed.set(size);
        };
        let range = Sizes::SIDES;
        html! {
            <label>
                <span>{ label }</span>
                <input type="number" required=true min={range.start().to_string()} max={range.end().to_string()} {value} {oninput} />
            </label>
        }
    };
    let back = (now != model.sizes.own).then(|| {
        let own = model.sizes.own;
        let onclick = set.reform(move |_: MouseEvent| own);
        html! { <button type="button" {onclick}>{ own_size(ui.lang, &model.sizes) }</button> }
    });
    html! {
        <form class="size" aria-label={words.size} {onsubmit}>
            <span>{ words.size }</span>
            { side(0, words.rows) }
            <span aria-hidden="true">{ "×" }</span>
            { side(1, words.columns) }
            <button type="submit" disabled={*typed == now}>{ words.set }</button>
            { for back }
            if *typed != now {
                <span class="dim">{ size_cost(ui.lang, model.architecture.macs(), now, *typed) }</span>
            }
            { about }
        </form>
    }
}
