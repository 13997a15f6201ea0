//! Two stacks side by side: what they see, and what they cost.

use std::rc::Rc;

use vggscope_core::nn::stack::{Stack, Weight};
use vggscope_core::pages::calculator::Costs;
use vggscope_core::session::Lang;
use vggscope_core::text::{count, macs, ratio, words};
use yew::prelude::*;

use super::both;
use crate::browser::input;

/// What the comparison is given.
#[derive(Properties, PartialEq)]
pub struct CompareProps {
    /// The language.
    pub lang: Lang,
    /// The first stack.
    pub stack: Rc<Stack>,
    /// The second stack.
    pub other: Rc<Stack>,
    /// What costs are computed for.
    pub costs: Costs,
    /// Told of other costs.
    pub set: Callback<Costs>,
}

/// The comparison.
#[component]
pub fn Compare(props: &CompareProps) -> Html {
    let CompareProps { lang, stack, other, costs, set } = props;
    let words = words(*lang);
    let costs = *costs;
    let oninput = set.reform(move |event: InputEvent| Costs {
        channels: input::text(&event).parse().unwrap_or(costs.channels),
        ..costs
    });
    let onchange = set.reform(move |_: yew::Event| Costs { biases: !costs.biases, ..costs });
    let sides = [stack, other].map(|stack| side(stack));
    let [Some(first), Some(second)] = &sides else { return html! {} };
    let line = |name: &str, class: &'static str, of: &dyn Fn(&Side) -> String, share: Option<f64>| {
        html! {
            <tr>
                <th scope="row">{ name.to_owned() }</th>
                <td class={classes!("number", class)}>{ of(first) }</td>
                <td class={classes!("number", class)}>{ of(second) }</td>
                <td class="number">{ share.map(ratio) }</td>
            </tr>
        }
    };
    let per = |number: u64, unit: &str| {
        if number == 1 { unit.to_owned() } else { format!("{} {unit}", count(number)) }
    };
    let formula = |side: &Side| {
        let squares = per(side.weight.squares, "C²");
        if costs.biases { format!("{squares} + {}", per(side.weight.convolutions, "C")) } else { squares }
    };
    let parameters = |side: &Side| side.weight.parameters(costs.channels, costs.biases);
    let products = |side: &Side| side.weight.macs(costs.channels);
    let share = |of: &dyn Fn(&Side) -> u64| (of(second) > 0).then(|| of(first) as f64 / of(second) as f64);
    html! {
        <div class="compare">
            <div class="controls">
                <label class="choice">
                    <span>{ words.calc_channels }</span>
                    <input type="range" min="1" max={Costs::MOST.to_string()} value={costs.channels.to_string()} {oninput} />
                    <output>{ format!("C = {}", costs.channels) }</output>
                </label>
                <label class="choice">
                    <input type="checkbox" checked={costs.biases} {onchange} />
                    <span>{ words.calc_biases }</span>
                </label>
            </div>
            <div class="scroll" tabindex="0" role="group">
                <table>
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col" class="number">{ words.calc_first }<br /><code>{ stack.to_string() }</code></th>
                            <th scope="col" class="number">{ words.calc_second }<br /><code>{ other.to_string() }</code></th>
                            <th scope="col" class="number">{ words.calc_ratio }</th>
                        </tr>
                    </thead>
                    <tbody>
                        { line(words.calc_field, "field", &|side| side.field.clone(), None) }
                        { line(words.parameters, "kernel", &formula, None) }
                        { line(&format!("{}, C = {}", words.parameters, costs.channels), "kernel",
                            &|side| count(parameters(side)), share(&parameters)) }
                        { line("MAC", "", &|side| macs(products(side) as f64), share(&products)) }
                        { line(words.calc_nonlinear, "map", &|side| side.weight.convolutions.to_string(), None) }
                    </tbody>
                </table>
            </div>
        </div>
    }
}

/// What is known of one side.
struct Side {
    field: String,
    weight: Weight,
}

fn side(stack: &Stack) -> Option<Side> {
    let rows = stack.rows().ok()?;
    let field = rows.last().map_or("1".to_owned(), |row| both(row.reach[0].size(), row.reach[1].size()));
    Some(Side { field, weight: stack.weight().ok()? })
}
