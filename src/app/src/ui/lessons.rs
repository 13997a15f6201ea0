//! The lessons: a list of them, and one step at a time.

mod ask;
mod cfg;
mod crops;
mod dense;
mod kernels;
mod maps;
mod material;
mod piece;
mod step;

use std::rc::Rc;

use vggscope_core::pages::lesson::Piece;
use vggscope_core::pages::route;
use vggscope_core::session::{Event, Lang, Progress, Session};
use vggscope_core::text::{lesson_name, lesson_words, progress};
use vggscope_lessons::{EN, Lesson, Part, ZH};
use yew::prelude::*;

use crate::browser::Files;

/// What the page is given.
#[derive(Properties, PartialEq, Clone)]
pub struct LessonsProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where a photo can be had: the person's, or one that comes with the page.
    pub photo: AttrValue,
    /// Where files go.
    pub files: Files,
}

/// The page.
#[component]
pub fn Lessons(props: &LessonsProps) -> Html {
    let lang = props.session.lang;
    let words = lesson_words(lang);
    let lessons = all(lang);
    match props.session.lesson {
        None => list(lang, &props.session.progress),
        Some((lesson, step)) => {
            let found = lesson.checked_sub(1).and_then(|at| lessons.get(at));
            let there = found.filter(|found| (1..=found.steps.len()).contains(&step));
            match there {
                Some(found) => html! {
                    <step::Step page={props.clone()} lesson={*found} number={lesson} {step} last={lesson == lessons.len()} />
                },
                None => html! {
                    <main class="lessons">
                        <p class="fault" role="alert">{ words.none }</p>
                        <p><a href={route::Page::Lessons.address()}>{ words.all }</a></p>
                    </main>
                },
            }
        }
    }
}

fn all(lang: Lang) -> &'static [Lesson] {
    match lang {
        Lang::En => EN,
        Lang::Zh => ZH,
    }
}

fn list(lang: Lang, learnt: &Progress) -> Html {
    let words = lesson_words(lang);
    let entry = |(at, lesson): (usize, &Lesson)| {
        let number = at + 1;
        let of_it = || learnt.iter().filter(|mark| mark.lesson == number);
        let read = of_it().filter(|mark| mark.question.is_none()).count();
        let right = of_it().filter(|mark| mark.question.is_some()).count();
        // One goes on at the first step that was not read.
        let fresh =
            (1..=lesson.steps.len()).find(|step| !of_it().any(|mark| mark.step == *step)).unwrap_or(1);
        html! {
            <li>
                <a href={route::of_step(number, fresh)}>
                    <span class="dim">{ lesson_name(lang, number) }</span>
                    <strong>{ lesson.title }</strong>
                    <span>{ lesson.goal }</span>
                    <progress max={lesson.steps.len().to_string()} value={read.to_string()} aria-hidden="true" />
                    <span class="dim">{ progress(lang, [read, lesson.steps.len()], [right, questions(lesson)]) }</span>
                </a>
            </li>
        }
    };
    html! {
        <main class="lessons">
            <h2>{ words.title }<small>{ words.intro }</small></h2>
            <ol class="contents">{ for all(lang).iter().enumerate().map(entry) }</ol>
        </main>
    }
}

fn questions(lesson: &Lesson) -> usize {
    let parts = lesson.steps.iter().flat_map(|step| step.parts);
    parts
        .filter(|part| matches!(part, Part::Piece(text) if matches!(text.parse(), Ok(Piece::Ask(_)))))
        .count()
}
