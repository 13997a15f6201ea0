//! The lesson's recurrence, one layer at a time: F(i) = (F(i+1) − 1) × stride + ksize.

use gloo::timers::callback::Interval;
use vggscope_core::calculator::Edit;
use vggscope_core::session::Event;
use vggscope_core::stack::Back;
use vggscope_core::text::{Words, words};
use yew::prelude::*;

use super::PartProps;
use crate::browser::input::{self, Move};
use crate::ui::controls::Choice;

/// Between two steps of the play.
const PACE_MS: u32 = 1200;

/// The panel.
#[component]
pub fn Recurrence(props: &PartProps) -> Html {
    let playing = use_state_eq(|| false);
    let axis = use_state_eq(|| 0usize);
    let PartProps { session, emit, .. } = props;
    let from = session.calculator.from();
    let shown = session.calculator.shown();
    let all = from.map_or(0, |from| from + 1);
    let on = *playing && shown < all;
    {
        let emit = emit.clone();
        let playing = playing.clone();
        use_effect_with((on, shown), move |(on, shown)| {
            let next = shown + 1;
            let timer =
                on.then(|| Interval::new(PACE_MS, move || emit.emit(Event::Calculate(Edit::Show(next)))));
            if !on {
                playing.set(false);
            }
            move || drop(timer)
        });
    }
    let Some(from) = from else { return html! {} };
    let words = words(session.lang);
    let Ok(steps) = props.stack.recurrence(from, *axis) else { return html! {} };

    let show = |to: usize| emit.reform(move |_: MouseEvent| Event::Calculate(Edit::Show(to)));
    let layers =
        (1..=props.stack.steps.len()).map(|at| AttrValue::from(format!("{} {at}", words.calc_layer)));
    let start = emit.reform(|at: usize| Event::Calculate(Edit::From(at)));
    let turn = {
        let (playing, emit) = (playing.clone(), emit.clone());
        move |_: MouseEvent| {
            playing.set(!on);
            if !on && shown == all {
                emit.emit(Event::Calculate(Edit::Show(0)));
            }
        }
    };
    let onkeydown = {
        let emit = emit.clone();
        move |event: KeyboardEvent| {
            let to = match input::moved(&event) {
                Some(Move::Right) => shown + 1,
                Some(Move::Left) => shown.saturating_sub(1),
                _ => return,
            };
            emit.emit(Event::Calculate(Edit::Show(to)));
        }
    };
    let axes = vec![AttrValue::from(words.calc_rows), AttrValue::from(words.calc_columns)];
    let pick_axis = {
        let axis = axis.clone();
        move |at| axis.set(at)
    };
    html! {
        <section class="recurrence" aria-label={words.calc_back_title}>
            <h2>{ words.calc_back_title }</h2>
            <p class="dim">{ words.calc_back_intro }</p>
            { formula() }
            <div class="controls" role="group" aria-label={words.calc_back_title} {onkeydown}>
                <Choice label={words.calc_from} options={layers.collect::<Vec<_>>()} chosen={from} pick={start} />
                <Choice label={words.calc_axis} options={axes} chosen={*axis} pick={pick_axis} />
                <button onclick={show(shown.saturating_sub(1))} disabled={shown == 0}>{ words.calc_step_back }</button>
                <button onclick={show(shown + 1)} disabled={shown == all}>{ words.calc_step_next }</button>
                <button onclick={turn} aria-pressed={on.to_string()}>
                    { if on { words.calc_pause } else { words.calc_play } }
                </button>
            </div>
            <ol class="steps" aria-live="polite">
                <li>
                    { format!("F({}) = ", all + 1) }<b class="field">{ "1" }</b>
                    <span class="dim">{ format!(" · {}", words.calc_one_unit) }</span>
                </li>
                { for steps.iter().take(shown).map(line) }
            </ol>
            if shown == all {
                { agreement(words, props, from, *axis, steps.last()) }
            }
        </section>
    }
}

fn formula() -> Html {
    html! {
        <math display="block">
            <mrow>
                <mi>{ "F" }</mi><mo>{ "(" }</mo><mi>{ "i" }</mi><mo>{ ")" }</mo>
                <mo>{ "=" }</mo>
                <mo>{ "(" }</mo>
                <mi>{ "F" }</mi><mo>{ "(" }</mo><mi>{ "i" }</mi><mo>{ "+" }</mo><mn>{ "1" }</mn><mo>{ ")" }</mo>
                <mo>{ "−" }</mo><mn>{ "1" }</mn>
                <mo>{ ")" }</mo>
                <mo>{ "×" }</mo><mi>{ "stride" }</mi>
                <mo>{ "+" }</mo><mi class="kernel">{ "ksize" }</mi>
            </mrow>
        </math>
    }
}

fn line(step: &Back) -> Html {
    let Back { step: at, above, stride, ksize, below } = step;
    let at = at + 1;
    html! {
        <li key={at}>
            { format!("F({at}) = (F({}) − 1) × {stride} + ", at + 1) }<b class="kernel">{ ksize }</b>
            { " = (" }<b class="field">{ above }</b>{ format!(" − 1) × {stride} + ") }<b class="kernel">{ ksize }</b>
            { " = " }<b class="field">{ below }</b>
        </li>
    }
}

fn agreement(words: &Words, props: &PartProps, from: usize, axis: usize, last: Option<&Back>) -> Html {
    let forward =
        props.rows.as_ref().as_ref().ok().and_then(|rows| rows.get(from)).map(|row| row.reach[axis].size());
    let (Some(forward), Some(last)) = (forward, last) else { return html! {} };
    let same = u64::try_from(forward).is_ok_and(|forward| forward == last.below);
    html! {
        <p class={if same { "agree" } else { "fault" }}>
            { if same { words.calc_agree } else { words.calc_differ } }
            { " r = " }<b class="field">{ forward }</b>
        </p>
    }
}
