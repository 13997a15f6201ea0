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
    /// Whether a model is on its way.
    pub loading: bool,
}

/// The control.
#[component]
pub fn InputSize(props: &InputSizeProps) -> Html {
    let InputSizeProps { ui, model, loading } = props;
    let loading = *loading;
    let words = evaluation_words(ui.lang);
    let shape = model.architecture.input();
    let now = [shape.height, shape.width];
    let typed = use_state_eq(|| now.map(|side| side.to_string()));
    {
        let typed = typed.clone();
        use_effect_with(now, move |now| typed.set(now.map(|side| side.to_string())));
    }
    let [rows, columns] = [0, 1].map(|at| typed[at].trim().parse::<usize>().ok());
    let size = rows.zip(columns).map(|(rows, columns)| [rows, columns]);
    let about = html! { <p class="dim">{ sizes(ui.lang, &model.sizes) }</p> };
    if model.sizes.others == OtherSizes::None {
        return about;
    }
    let set = ui.tell(Input::Size);
    let onsubmit = {
        let set = set.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(size) = size {
                set.emit(size);
            }
        }
    };
    let side = |at: usize, label: &'static str| {
        let typed = typed.clone();
        let value = typed[at].clone();
        let oninput = move |event: InputEvent| {
            let mut size = (*typed).clone();
            size[at] = input::text(&event);
            typed.set(size);
        };
        let least = match model.sizes.others {
            OtherSizes::Dense => model.sizes.own[at],
            _ => *Sizes::SIDES.start(),
        };
        html! {
            <label>
                <span>{ label }</span>
                <input type="number" required=true min={least.to_string()} max={Sizes::SIDES.end().to_string()} {value} {oninput} />
            </label>
        }
    };
    let back = (now != model.sizes.own).then(|| {
        let own = model.sizes.own;
        let onclick = set.reform(move |_: MouseEvent| own);
        html! { <button type="button" disabled={loading} {onclick}>{ own_size(ui.lang, &model.sizes) }</button> }
    });
    html! {
        <form class="size" aria-label={words.size} {onsubmit}>
            <span>{ words.size }</span>
            { side(0, words.rows) }
            <span aria-hidden="true">{ "×" }</span>
            { side(1, words.columns) }
            <button type="submit" disabled={loading || size == Some(now)}>{ words.set }</button>
            { for back }
            if let Some(size) = size.filter(|size| *size != now) {
                <span class="dim">{ size_cost(ui.lang, model.architecture.macs(), now, size) }</span>
            }
            { about }
        </form>
    }
}
