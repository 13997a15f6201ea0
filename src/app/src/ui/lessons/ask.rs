//! A question that the learner answers with a number, and the page with what it computes.

use vggscope_core::pages::lesson::{Question, Verdict};
use vggscope_core::session::Lang;
use vggscope_core::text::{lesson_answer, lesson_words, verdict};
use yew::prelude::*;

use crate::browser::input;

/// What a question is given.
#[derive(Properties, PartialEq)]
pub struct AskProps {
    /// The language.
    pub lang: Lang,
    /// The question.
    pub question: Question,
    /// Its number in the step.
    pub number: usize,
    /// Whether it was answered before.
    pub solved: bool,
    /// Told of every answer: the learner's words, and what they are worth.
    pub answered: Callback<(String, Verdict)>,
}

/// The question.
#[component]
pub fn Ask(props: &AskProps) -> Html {
    let AskProps { lang, question, number, solved, answered } = props;
    let words = lesson_words(*lang);
    let text = use_state_eq(String::new);
    let judged = use_state_eq(|| None::<Verdict>);
    let shown = use_state_eq(|| false);
    let oninput = {
        let (text, judged) = (text.clone(), judged.clone());
        move |event: InputEvent| {
            text.set(input::text(&event));
            judged.set(None);
        }
    };
    let onsubmit = {
        let (text, judged, question) = (text.clone(), judged.clone(), question.clone());
        let answered = answered.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let worth = question.judge(&text);
            judged.set(Some(worth));
            answered.emit(((*text).clone(), worth));
        }
    };
    let show = {
        let shown = shown.clone();
        move |_: MouseEvent| shown.set(true)
    };
    let wrong = judged.is_some_and(|worth| worth != Verdict::Right);
    let class = match *judged {
        Some(Verdict::Right) => "agree",
        Some(_) => "fault",
        None => "",
    };
    html! {
        <form class={classes!("ask", solved.then_some("solved"))} {onsubmit} aria-label={format!("{} {number}", words.question)}>
            <label>
                <span>{ words.answer }</span>
                <input type="text" inputmode="text" autocomplete="off" value={(*text).clone()} {oninput}
                    aria-label={format!("{} {number}: {}", words.question, words.answer)} />
            </label>
            <button type="submit" class="primary" disabled={text.trim().is_empty()}>{ words.check }</button>
            if wrong && !*shown {
                <button type="button" onclick={show}>{ words.show }</button>
            }
            <p {class} role="status">
                if let Some(worth) = *judged {
                    { verdict(*lang, worth) }
                }
                if *shown && wrong {
                    if let Some(answer) = question.answer() {
                        { format!(" {} {}", words.it_is, lesson_answer(answer)) }
                    }
                }
            </p>
        </form>
    }
}
