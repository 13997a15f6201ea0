//! The lessons: a list of them, and one step at a time.

mod ask;
mod cfg;
mod crops;
mod dense;
mod evaluate;
mod kernels;
mod maps;
mod material;
mod piece;
mod step;

pub use piece::Piece;

use vggscope_core::image::Fit;
use vggscope_core::model::Model;
use vggscope_core::pages::lesson::{self, Lesson, Part};
use vggscope_core::pages::route;
use vggscope_core::session::explorer::{Layers, NetworkInput, RunState};
use vggscope_core::session::{Lang, Learn, Photo, Progress, Session};
use vggscope_core::shared::Shared;
use vggscope_core::text::{lesson_name, lesson_words, progress};
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::explorer::EvaluationProps;

/// What the page is given.
#[derive(Properties, PartialEq, Clone)]
pub struct LessonsProps {
    /// Language, events and files.
    pub ui: Ui,
    /// The open step of a lesson, both counted from 1; none where the lessons are listed.
    pub open: Option<(usize, usize)>,
    /// All lessons, once they are there.
    pub lessons: Option<Shared<Vec<Lesson>>>,
    /// Whether they could not be had.
    pub failed: bool,
    /// What the person has learnt.
    pub progress: Shared<Progress>,
    /// The photo that lessons work on, once there is one.
    pub photo: Option<Shared<Photo>>,
    /// Where a photo can be had: the person's, or one that comes with the page.
    pub url: AttrValue,
    /// How a photo becomes the network's rectangle.
    pub fit: Fit,
    /// The model in use.
    pub model: Option<Shared<Model>>,
    /// What the network is fed.
    pub input: Option<Shared<NetworkInput>>,
    /// What is known of each layer.
    pub layers: Option<Shared<Layers>>,
    /// How the run stands.
    pub state: Option<RunState>,
    /// The class whose attribution is shown on the explorer.
    pub class: Option<usize>,
    /// What the paper's protocols say, once there is an answer that they can be compared with.
    pub evaluation: Option<EvaluationProps>,
}

/// The page of a session; `url` is where a photo can be had.
pub fn page(session: &Session, ui: &Ui, url: AttrValue) -> Html {
    html! { <Lessons ..props(session, ui, url) /> }
}

/// What the page of a session is given, and each piece of a lesson.
pub fn props(session: &Session, ui: &Ui, url: AttrValue) -> LessonsProps {
    let explorer = session.explorer.as_ref();
    let run = explorer.and_then(|explorer| explorer.run.as_ref());
    LessonsProps {
        ui: ui.clone(),
        open: session.lessons.open,
        lessons: session.lessons.content.lessons(),
        failed: session.lessons.content.failed,
        progress: session.lessons.progress.clone(),
        photo: session.photo.clone(),
        fit: session.fit,
        model: explorer.map(|explorer| explorer.model.clone()),
        input: run.and_then(|run| run.input.clone()),
        layers: run.map(|run| run.layers.clone()),
        state: run.map(|run| run.state.clone()),
        class: explorer.and_then(|explorer| explorer.selection.class),
        evaluation: explorer.and_then(|explorer| EvaluationProps::of(explorer, ui, url.clone())),
        url,
    }
}

/// The page.
#[component]
fn Lessons(props: &LessonsProps) -> Html {
    let lang = props.ui.lang;
    let words = lesson_words(lang);
    let Some(lessons) = &props.lessons else {
        let again = props.ui.tell(|_: MouseEvent| Learn::Again);
        return html! {
            <main class="lessons" aria-busy={(!props.failed).to_string()}>
                if props.failed {
                    <p class="fault" role="alert">{ words.failed }</p>
                    <p><button onclick={again}>{ words.again }</button></p>
                } else {
                    <p role="status">{ words.coming }</p>
                }
            </main>
        };
    };
    match props.open {
        None => list(lang, lessons, &props.progress),
        Some((lesson, step)) => {
            let found = lesson.checked_sub(1).and_then(|at| lessons.get(at));
            let there = found.filter(|found| (1..=found.steps.len()).contains(&step));
            match there {
                Some(_) => html! {
                    <step::Step page={props.clone()} lessons={lessons.clone()} number={lesson} {step} />
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

fn list(lang: Lang, lessons: &[Lesson], learnt: &Progress) -> Html {
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
                    <strong>{ &lesson.title }</strong>
                    <span>{ &lesson.goal }</span>
                    <progress max={lesson.steps.len().to_string()} value={read.to_string()} aria-hidden="true" />
                    <span class="dim">{ progress(lang, [read, lesson.steps.len()], [right, questions(lesson)]) }</span>
                </a>
            </li>
        }
    };
    html! {
        <main class="lessons">
            <h2>{ words.title }<small>{ words.intro }</small></h2>
            <ol class="contents">{ for lessons.iter().enumerate().map(entry) }</ol>
        </main>
    }
}

fn questions(lesson: &Lesson) -> usize {
    let parts = lesson.steps.iter().flat_map(|step| &step.parts);
    parts
        .filter(|part| matches!(part, Part::Piece(text) if matches!(text.parse(), Ok(lesson::Piece::Ask(_)))))
        .count()
}
