//! A second stack beside the first, and what the two have in common.

use std::rc::Rc;

use vggscope_core::pages::calculator::{Costs, Edit, Preset};
use vggscope_core::session::Calculate;
use vggscope_core::text::{self, words};
use yew::prelude::*;

use super::PartProps;
use crate::ui::shared::controls::Choice;
use crate::ui::shared::figures::compare::Compare;

/// The panel.
#[component]
pub fn Beside(props: &PartProps) -> Html {
    let PartProps { ui, calculator, stack, .. } = props;
    let words = words(ui.lang);
    let other = calculator.other();
    let chosen = other.map(|other| Preset::ALL.iter().position(|preset| preset.stack() == *other));
    // Nothing, then the presets, then a stack that is none of them.
    let names = Preset::ALL.iter().map(|preset| AttrValue::from(text::preset(ui.lang, *preset)));
    let own = (chosen == Some(None)).then(|| AttrValue::from(words.calc_own));
    let options: Vec<AttrValue> =
        std::iter::once(AttrValue::from(words.calc_nothing_beside)).chain(names).chain(own).collect();
    let place = match chosen {
        None => 0,
        Some(Some(place)) => place + 1,
        Some(None) => options.len() - 1,
    };
    let pick = ui.tell(|at: usize| {
        let preset = at.checked_sub(1).and_then(|at| Preset::ALL.get(at));
        Calculate::Edit(Edit::Beside(preset.map(|preset| preset.stack())))
    });
    let swap = other.map(|other| {
        let (first, second) = (stack.as_ref().clone(), other.clone());
        let ui = ui.clone();
        let onclick = move |_: MouseEvent| {
            ui.emit(Calculate::Edit(Edit::Replace(second.clone())));
            ui.emit(Calculate::Edit(Edit::Beside(Some(first.clone()))));
        };
        html! { <button {onclick}>{ words.calc_swap }</button> }
    });
    let set = ui.tell(|costs: Costs| Calculate::Edit(Edit::Costs(costs)));
    html! {
        <section class="beside" aria-label={words.calc_compare}>
            <h2>{ words.calc_compare }<small>{ words.calc_compare_hint }</small></h2>
            <div class="controls">
                <Choice label={words.calc_beside} {options} chosen={place} {pick} />
                { swap }
            </div>
            if let Some(other) = other {
                <Compare lang={ui.lang} stack={stack.clone()} other={Rc::new(other.clone())} costs={calculator.costs} {set} />
            }
        </section>
    }
}
