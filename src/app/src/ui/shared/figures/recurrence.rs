//! The lesson's recurrence, one layer at a time: F(i) = (F(i+1) − 1) × stride + ksize.

use std::rc::Rc;

use gloo::timers::callback::Interval;
use vggscope_core::nn::stack::{Back, Stack};
use vggscope_core::pages::keys::Move;
use vggscope_core::session::Lang;
use vggscope_core::text::{Words, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::shared::controls::Choice;

/// Between two steps of the play.
const PACE_MS: u32 = 1200;

/// How far a person has stepped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The layer that the recurrence starts from.
    pub from: usize,
    /// How many steps are shown.
    pub shown: usize,
}

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct RecurrenceProps {
    /// The language.
    pub lang: Lang,
    /// The stack.
    pub stack: Rc<Stack>,
    /// How far the person is.
    pub steps: Steps,
    /// Told where they go.
    pub go: Callback<Steps>,
}

/// The panel.
#[component]
pub fn Recurrence(props: &RecurrenceProps) -> Html {
    let playing = use_state_eq(|| false);
    let axis = use_state_eq(|| 0usize);
    let RecurrenceProps { lang, stack, steps: Steps { from, shown }, go } = props;
    let (from, shown) = (*from, *shown);
    let all = from + 1;
    let on = *playing && shown < all;
    {
        let (go, playing) = (go.clone(), playing.clone());
        use_effect_with((on, shown), move |(on, shown)| {
            let next = Steps { from, shown: shown + 1 };
            let timer = on.then(|| Interval::new(PACE_MS, move || go.emit(next)));
            if !on {
                playing.set(false);
            }
            move || drop(timer)
        });
    }
    let words = words(*lang);
    let Ok(steps) = stack.recurrence(from, *axis) else { return html! {} };

    let show = |to: usize| go.reform(move |_: MouseEvent| Steps { from, shown: to });
    let layers = (1..=stack.layers.len()).map(|at| AttrValue::from(format!("{} {at}", words.calc_layer)));
    let start = go.reform(|from: usize| Steps { from, shown: 0 });
    let turn = {
        let (playing, go) = (playing.clone(), go.clone());
        move |_: MouseEvent| {
            playing.set(!on);
            if !on && shown == all {
                go.emit(Steps { from, shown: 0 });
            }
        }
    };
    let onkeydown = {
        let go = go.clone();
        move |event: KeyboardEvent| {
            let to = match input::moved(&event) {
                Some(Move::Right) => (shown + 1).min(all),
                Some(Move::Left) => shown.saturating_sub(1),
                _ => return,
            };
            // In a lesson the same keys turn the pages.
            event.stop_propagation();
            go.emit(Steps { from, shown: to });
        }
    };
    let axes = vec![AttrValue::from(words.calc_rows), AttrValue::from(words.calc_columns)];
    let pick_axis = {
        let axis = axis.clone();
        move |at| axis.set(at)
    };
    let forward = stack.rows().ok().and_then(|rows| Some(rows.get(from)?.reach[*axis].size()));
    html! {
        <div class="recurrence">
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
                { agreement(words, forward, steps.last()) }
            }
        </div>
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
    let Back { step: at, transposed, units, above, stride, padding, ksize, below } = step;
    let at = at + 1;
    if *transposed {
        // Its windows lie in its output, so that the units below are counted from the first to the last.
        let (first, last) = (units.start(), units.end());
        let text = format!(
            "F({at}) = ⌊({last} + {padding}) ÷ {stride}⌋ − ⌈({first} + {padding} − ({ksize} − 1)) ÷ {stride}⌉ + 1 = "
        );
        return html! { <li key={at}>{ text.replace('-', "−") }<b class="field">{ below }</b></li> };
    }
    html! {
        <li key={at}>
            { format!("F({at}) = (F({}) − 1) × {stride} + ", at + 1) }<b class="kernel">{ ksize }</b>
            { " = (" }<b class="field">{ above }</b>{ format!(" − 1) × {stride} + ") }<b class="kernel">{ ksize }</b>
            { " = " }<b class="field">{ below }</b>
        </li>
    }
}

fn agreement(words: &Words, forward: Option<i64>, last: Option<&Back>) -> Html {
    let (Some(forward), Some(last)) = (forward, last) else { return html! {} };
    let same = u64::try_from(forward).is_ok_and(|forward| forward == last.below);
    html! {
        <p class={if same { "agree" } else { "fault" }}>
            { if same { words.calc_agree } else { words.calc_differ } }
            { " r = " }<b class="field">{ forward }</b>
        </p>
    }
}
