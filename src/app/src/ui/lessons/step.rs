//! One step of a lesson, and the ways on and back.

use gloo::events::EventListener;
use vggscope_core::pages::lesson::{Lesson, Part, Piece as Kind, Verdict};
use vggscope_core::pages::route;
use vggscope_core::session::{Assign, Learn, Mark};
use vggscope_core::shared::Shared;
use vggscope_core::text::{lesson_name, lesson_words, step_of};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::LessonsProps;
use super::ask::Ask;
use super::piece::Piece;
use crate::browser::{address, clock, input};
use crate::ui::embed::EmbedThis;

/// What a step is given.
#[derive(Properties, PartialEq)]
pub struct StepProps {
    /// What the page is given.
    pub page: LessonsProps,
    /// All lessons.
    pub lessons: Shared<Vec<Lesson>>,
    /// The number of the one that is open, from 1.
    pub number: usize,
    /// The step's number, from 1.
    pub step: usize,
}

/// The step.
#[component]
pub fn Step(props: &StepProps) -> Html {
    let StepProps { page, lessons, number, step } = props;
    let (number, at) = (*number, *step);
    let lesson = lessons.get(number - 1);
    let lang = page.ui.lang;
    let words = lesson_words(lang);
    let all = lesson.map_or(0, |lesson| lesson.steps.len());
    let heading = use_node_ref();
    let back = (at > 1).then(|| route::of_step(number, at - 1));
    let next = if at < all {
        Some(route::of_step(number, at + 1))
    } else {
        (number < lessons.len()).then(|| route::of_step(number + 1, 1))
    };
    {
        let (ui, heading) = (page.ui.clone(), heading.clone());
        use_effect_with((number, at), move |(lesson, step)| {
            ui.emit(Learn::Learnt(Mark { lesson: *lesson, step: *step, question: None }));
            // The reader of a screen begins with the new step, and so does the eye.
            input::focus(&heading);
        });
    }
    {
        use_effect_with((back.clone(), next.clone()), |(back, next)| {
            let (back, next) = (back.clone(), next.clone());
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "keydown", move |event| {
                    let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
                    let way = match input::turned(event) {
                        Some(true) => &next,
                        Some(false) => &back,
                        None => return,
                    };
                    if let Some(way) = way {
                        address::go(way);
                    }
                })
            });
            move || drop(listener)
        });
    }
    let Some((lesson, step)) = lesson.and_then(|lesson| Some((lesson, lesson.steps.get(at - 1)?))) else {
        return html! {};
    };
    let mut asked = 0;
    let parts = step.parts.iter().enumerate().map(|(place, part)| {
        // A key of its own for every place: a question of the last step keeps nothing for one of this step.
        let key = format!("{number}/{at}/{place}");
        match part {
            Part::Text(text) => {
                html! { <div class="prose" {key}>{ Html::from_html_unchecked(text.clone().into()) }</div> }
            }
            Part::Piece(text) => match text.parse::<Kind>() {
                Ok(Kind::Ask(question)) => {
                    asked += 1;
                    let mark = Mark { lesson: number, step: at, question: Some(asked) };
                    let solved = page.progress.contains(&mark);
                    let ui = page.ui.clone();
                    let answered = move |(answer, worth)| {
                        if worth == Verdict::Right {
                            ui.emit(Learn::Learnt(mark));
                        }
                        ui.emit(Assign::Tried(mark, answer, worth, clock::now()));
                    };
                    html! { <Ask {key} {lang} {question} number={asked} {solved} {answered} /> }
                }
                Ok(piece) => html! { <Piece {key} page={page.clone()} {piece} /> },
                Err(_) => html! {},
            },
        }
    });
    let parts: Vec<Html> = parts.collect();
    html! {
        <main class="lessons">
            <nav class="trail" aria-label={words.title}>
                <a href={route::Page::Lessons.address()}>{ words.all }</a>
                <span class="dim">{ format!("{} · {}", lesson_name(lang, number), lesson.title) }</span>
            </nav>
            <ol class="dots" aria-hidden="true">
                { for (1..=all).map(|one| html! { <li class={if one <= at { "done" } else { "" }} /> }) }
            </ol>
            <article class="step">
                <p class="dim">{ step_of(lang, at, all) }</p>
                <h2 ref={heading} tabindex="-1">{ &step.title }</h2>
                { parts }
                <EmbedThis {lang} of={route::of_step(number, at)} title={step.title.clone()} />
            </article>
            <div class="turn">
                if let Some(back) = back {
                    <a class="button" href={back} rel="prev">{ "← " }{ words.back }</a>
                }
                if let Some(next) = next {
                    <a class="button primary" href={next} rel="next">
                        { if at < all { words.next } else { words.next_lesson } }{ " →" }
                    </a>
                } else {
                    <a class="button primary" href={route::Page::Lessons.address()}>{ words.all }</a>
                }
                <span class="dim">{ words.keys }</span>
            </div>
        </main>
    }
}
