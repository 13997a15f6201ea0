//! The stack as a table: what a person edits on the left, what follows from it on the right.

use vggscope_core::nn::stack::{Both, Row, StackLayerKind, pair};
use vggscope_core::pages::calculator::{Edit, Field};
use vggscope_core::session::Calculate;
use vggscope_core::text::{self, Words, words};
use yew::prelude::*;

use super::PartProps;
use crate::browser::input;
use crate::ui::shared::controls::place;
use crate::ui::shared::figures::both;
use crate::ui::shared::figures::table::{result_heads, results};

/// A layer that is being dragged to another place.
#[derive(Clone, Copy, PartialEq)]
struct Dragged {
    from: usize,
    to: usize,
}

/// The table.
#[component]
pub fn Editor(props: &PartProps) -> Html {
    let dragged = use_state_eq(|| None::<Dragged>);
    let over = use_node_ref();
    let PartProps { ui, calculator, stack, rows } = props;
    let words = words(ui.lang);
    let act = |edit: Edit| ui.tell(move |_: MouseEvent| Calculate::Edit(edit.clone()));
    let input = ui.tell(|size| Calculate::Edit(Edit::Input(size)));
    let fault = rows.as_ref().as_ref().err();
    let known = rows.as_ref().as_ref().map_or(&[][..], Vec::as_slice);
    let count = stack.layers.len();
    let onpointermove = {
        let (dragged, over) = (dragged.clone(), over.clone());
        move |event: PointerEvent| {
            if let (Some(drag), Some((_, down))) = (*dragged, input::place(&event, &over)) {
                // The first row is the input's.
                let row = (down * (count + 1) as f64).floor() - 1.0;
                dragged.set(Some(Dragged { to: row.clamp(0.0, count as f64 - 1.0) as usize, ..drag }));
            }
        }
    };
    let onpointerup = {
        let (dragged, ui) = (dragged.clone(), ui.clone());
        move |_: PointerEvent| {
            if let Some(Dragged { from, to }) = *dragged
                && from != to
            {
                ui.emit(Calculate::Edit(Edit::Move { from, to }));
            }
            dragged.set(None);
        }
    };
    let onpointerleave = {
        let dragged = dragged.clone();
        move |_: PointerEvent| dragged.set(None)
    };
    html! {
        <section class="editor" aria-label={words.calc_layers}>
            <div class="scroll" tabindex="0" role="group">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "#" }</th>
                            <th scope="col">{ words.calc_kind }</th>
                            <th scope="col" class="kernel">{ words.calc_kernel }</th>
                            <th scope="col">{ words.calc_stride }</th>
                            <th scope="col">{ words.calc_padding }</th>
                            <th scope="col">{ words.calc_dilation }</th>
                            { result_heads(words) }
                            <td></td>
                        </tr>
                    </thead>
                    <tbody ref={over} {onpointermove} {onpointerup} {onpointerleave}>
                        <tr class="input">
                            <th scope="row">{ "0" }</th>
                            <td>{ words.calc_input }</td>
                            <td colspan="4">
                                <Numbers label={words.calc_input} value={stack.input} hint={words.calc_pair_hint} set={input} />
                            </td>
                            <td class="map number">{ Both(stack.input).to_string() }</td>
                            <td class="field number">{ "1" }</td>
                            <td class="number">{ "1" }</td>
                            <td class="number">{ "0" }</td>
                            <td class="number">{ "0" }</td>
                            <td></td>
                        </tr>
                        { for (0..stack.layers.len()).map(|at| layer(words, props, known, at, &dragged)) }
                    </tbody>
                </table>
            </div>
            if stack.layers.is_empty() {
                <p class="dim">{ words.calc_none }</p>
            }
            if let Some(fault) = fault {
                <p class="fault" role="alert">{ text::stack_error(ui.lang, *fault) }</p>
            }
            { remarks(words, props, known) }
            <div class="ways">
                <button onclick={act(Edit::Add(StackLayerKind::Convolution))}>{ words.calc_add_conv }</button>
                <button onclick={act(Edit::Add(StackLayerKind::MaxPool))}>{ words.calc_add_pool }</button>
                <button onclick={act(Edit::Add(StackLayerKind::Transposed))}>{ words.calc_add_transposed }</button>
                <button onclick={act(Edit::Undo)} disabled={!calculator.can_undo()}>{ words.calc_undo }</button>
                <button onclick={act(Edit::Redo)} disabled={!calculator.can_redo()}>{ words.calc_redo }</button>
            </div>
        </section>
    }
}

fn layer(
    words: &'static Words,
    props: &PartProps,
    known: &[Row],
    at: usize,
    dragged: &UseStateHandle<Option<Dragged>>,
) -> Html {
    let step = props.stack.layers[at];
    let act = |edit: Edit| props.ui.tell(move |_: MouseEvent| Calculate::Edit(edit.clone()));
    let kind = props.ui.tell(move |event: yew::Event| {
        let kind =
            StackLayerKind::ALL.get(input::picked(&event)).copied().unwrap_or(StackLayerKind::Convolution);
        Calculate::Edit(Edit::Kind(at, kind))
    });
    let kinds = StackLayerKind::ALL.map(|kind| text::step_kind(props.ui.lang, kind));
    let names = [words.calc_kernel, words.calc_stride, words.calc_padding, words.calc_dilation];
    let name = format!("{} {}", words.calc_layer, at + 1);
    let last = props.stack.layers.len() - 1;
    let grab = {
        let dragged = dragged.clone();
        move |event: PointerEvent| {
            event.prevent_default();
            dragged.set(Some(Dragged { from: at, to: at }));
        }
    };
    let class = dragged.map(|drag| match at {
        _ if at == drag.from => "dragged",
        _ if at == drag.to && drag.to < drag.from => "before",
        _ if at == drag.to => "behind",
        _ => "",
    });
    html! {
        <tr {class}>
            <th scope="row">
                <span class="handle" title={words.calc_drag} aria-hidden="true" onpointerdown={grab}>{ "⠿" }</span>
                { at + 1 }
            </th>
            <td>
                <select aria-label={format!("{name}: {}", words.calc_kind)} onchange={kind}>
                    { for kinds.iter().enumerate().map(|(place_of, word)| html! {
                        <option selected={place_of == place(&StackLayerKind::ALL, &step.kind)}>{ word }</option>
                    }) }
                </select>
            </td>
            { for Field::ALL.into_iter().zip(names).map(|(field, word)| {
                let set = props.ui.tell(move |value| Calculate::Edit(Edit::Set(at, field, value)));
                html! {
                    <td class={(field == Field::Kernel).then_some("kernel")}>
                        <Numbers label={format!("{name}: {word}")} value={field.of(&step.window)}
                            hint={words.calc_pair_hint} {set} />
                    </td>
                }
            }) }
            { known.get(at).map_or_else(|| html! { <td colspan="5" class="dim number">{ "–" }</td> }, results) }
            <td class="row-ways">
                <button class="small" aria-label={format!("{name}: {}", words.calc_up)} disabled={at == 0}
                    onclick={act(Edit::Move { from: at, to: at.saturating_sub(1) })}>{ "↑" }</button>
                <button class="small" aria-label={format!("{name}: {}", words.calc_down)} disabled={at == last}
                    onclick={act(Edit::Move { from: at, to: at + 1 })}>{ "↓" }</button>
                <button class="small" aria-label={format!("{name}: {}", words.calc_remove)}
                    onclick={act(Edit::Remove(at))}>{ "×" }</button>
            </td>
        </tr>
    }
}

/// What a person should notice: ends that differ from starts, units that no window reaches, and where a field outgrows the input.
fn remarks(words: &Words, props: &PartProps, known: &[Row]) -> Html {
    let cut = known.iter().enumerate().filter(|(_, row)| row.cut != [0, 0]).map(|(at, row)| {
        html! { <li>{ format!("{} {}: {} {}", words.calc_layer, at + 1, Both(row.cut), words.calc_cut) }</li> }
    });
    let ends = props.stack.layers.iter().enumerate().filter_map(|(at, layer)| {
        let end = text::layer_end(props.ui.lang, layer)?;
        Some(html! { <li>{ format!("{} {}: {end}", words.calc_layer, at + 1) }</li> })
    });
    let sides = props.stack.input;
    let beyond = known.iter().position(|row| {
        row.reach
            .iter()
            .zip(sides)
            .any(|(reach, side)| u64::try_from(reach.size()).is_ok_and(|r| r > side as u64))
    });
    let beyond = beyond.map(|at| {
        let [rows, columns] = &known[at].reach;
        let field = both(rows.size(), columns.size());
        html! { <li>{ format!("{} {}: r = {field}, {}", words.calc_layer, at + 1, words.calc_beyond) }</li> }
    });
    html! { <ul class="remarks">{ for ends }{ for cut }{ beyond }</ul> }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    label: AttrValue,
    value: [usize; 2],
    hint: &'static str,
    set: Callback<[usize; 2]>,
}

/// A field for one number or two; what is neither is said beside it and changes nothing.
#[component]
fn Numbers(props: &NumbersProps) -> Html {
    let NumbersProps { label, value, hint, set } = props;
    // What was typed, as long as it is no number: kept, so that it can be mended.
    let draft = use_state_eq(|| None::<String>);
    let current = *value;
    let onchange = {
        let (set, draft) = (set.clone(), draft.clone());
        move |event: yew::Event| {
            let text = input::text(&event);
            match pair(&text) {
                Ok(value) => {
                    draft.set(None);
                    set.emit(value);
                }
                Err(_) => draft.set(Some(text)),
            }
        }
    };
    let onkeydown = {
        let (set, draft) = (set.clone(), draft.clone());
        move |event: KeyboardEvent| {
            let step = |value: usize| match input::moved_vertically(&event) {
                Some(true) => value.saturating_add(1),
                Some(false) => value.saturating_sub(1),
                None => value,
            };
            let next = current.map(step);
            if next != current {
                event.prevent_default();
                draft.set(None);
                set.emit(next);
            }
        }
    };
    let shown = draft.as_ref().cloned().unwrap_or_else(|| Both(*value).to_string());
    html! {
        <span class="numbers">
            <input type="text" inputmode="numeric" autocomplete="off" aria-label={label} value={shown}
                aria-invalid={draft.is_some().then_some("true")} {onchange} {onkeydown} />
            if draft.is_some() {
                <span class="fault" role="alert">{ *hint }</span>
            }
        </span>
    }
}
