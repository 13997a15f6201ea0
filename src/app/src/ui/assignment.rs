//! An assignment: what is to be done and what was answered, or the form that makes one.

use vggscope_core::pages::assignment::{self, Answers, Assignment, Entry, Item};
use vggscope_core::pages::lesson::Lesson;
use vggscope_core::pages::route::{self, Page};
use vggscope_core::session::{Assign, Assigned, Session};
use vggscope_core::shared::Shared;
use vggscope_core::text::{assignment_words, entry, lesson_name};
use yew::prelude::*;

use crate::browser::{address, clock, input};
use crate::samples::SAMPLES;
use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, Copy};

/// The page of a session.
pub fn page(session: &Session, ui: &Ui) -> Html {
    match &session.assigned {
        Some(Assigned { assignment, answers, .. }) => html! {
            <Work lessons={session.lessons.content.lessons()} ui={ui.clone()} assignment={assignment.clone()} answers={answers.clone()} />
        },
        None => html! { <Form ui={ui.clone()} models={models(session)} /> },
    }
}

/// The names of the models that stand ready on the server.
fn models(session: &Session) -> Vec<AttrValue> {
    session.inputs.catalog().iter().map(|entry| AttrValue::from(entry.file.clone())).collect()
}

/// The line that leads back to the assignment from another page.
pub fn line(session: &Session, ui: &Ui) -> Html {
    let Some(assigned) = session.assigned.as_ref().filter(|_| session.page != Page::Assignment) else {
        return html! {};
    };
    let words = assignment_words(ui.lang);
    let leave = ui.tell(|_: MouseEvent| Assign::Leave);
    html! {
        <div class="assigned">
            <strong>{ title(&assigned.assignment, ui) }</strong>
            <a href={assigned.assignment.address()}>{ words.back }</a>
            <button class="small" onclick={leave}>{ words.leave }</button>
        </div>
    }
}

fn title(assignment: &Assignment, ui: &Ui) -> String {
    let untitled = assignment_words(ui.lang).untitled;
    if assignment.title.is_empty() { untitled.to_owned() } else { assignment.title.clone() }
}

#[derive(Properties, PartialEq)]
struct WorkProps {
    ui: Ui,
    assignment: Shared<Assignment>,
    answers: Shared<Answers>,
    /// Once they are there.
    lessons: Option<Shared<Vec<Lesson>>>,
}

#[component]
fn Work(props: &WorkProps) -> Html {
    let WorkProps { ui, assignment, answers, lessons } = props;
    let words = assignment_words(ui.lang);
    let name = ui.tell(|event: Event| Assign::Name(input::text(&event)));
    let hand_in = ui.tell(|_: MouseEvent| Assign::HandIn);
    let step = |&(lesson, step): &(usize, usize)| {
        let found =
            lesson.checked_sub(1).and_then(|at| lessons.as_ref()?.get(at)?.steps.get(step.checked_sub(1)?));
        let called = found.map(|step| step.title.as_str()).unwrap_or_default();
        let given = answers.of_step((lesson, step));
        html! {
            <li>
                <a href={route::of_step(lesson, step)}>{ format!("{} · {step} · {called}", lesson_name(ui.lang, lesson)) }</a>
                <ul class="dim">{ for given.map(|(_, given)| html! { <li>{ &given.answer }{ " · " }{ entry(ui.lang, given) }</li> }) }</ul>
            </li>
        }
    };
    html! {
        <main class="assignment">
            <h2>{ title(assignment, ui) }<small>{ words.intro }</small></h2>
            <label class="line">
                <span>{ words.name }</span>
                <input type="text" autocomplete="name" value={answers.name.clone()} onchange={name} />
            </label>
            if let Some(place) = &assignment.place {
                <section aria-label={words.look}>
                    <h3>{ words.look }</h3>
                    <p><a class="button" href={place.address()}>
                        { if assignment.photo.is_some() { words.look_at } else { words.own_photo } }
                    </a></p>
                </section>
            }
            if !assignment.steps.is_empty() {
                <section aria-label={words.steps}>
                    <h3>{ words.steps }</h3>
                    <ol>{ for assignment.steps.iter().map(step) }</ol>
                </section>
            }
            if !assignment.questions.is_empty() {
                <section aria-label={words.questions}>
                    <h3>{ words.questions }</h3>
                    <ol>
                        { for assignment.questions.iter().enumerate().map(|(at, question)| {
                            let number = at + 1;
                            let given = answers.to(Item::Question(number)).cloned();
                            html! { <Question ui={ui.clone()} {number} text={question.clone()} {given} key={number} /> }
                        }) }
                    </ol>
                </section>
            }
            <p>
                <button class="primary" onclick={hand_in}>{ words.hand_in }</button>
                { " " }<span class="dim">{ words.hand_in_hint }</span>
            </p>
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct QuestionProps {
    ui: Ui,
    number: usize,
    text: AttrValue,
    given: Option<Entry>,
}

#[component]
fn Question(props: &QuestionProps) -> Html {
    let QuestionProps { ui, number, text, given } = props;
    let words = assignment_words(ui.lang);
    let draft = use_state_eq(|| None::<String>);
    let before = given.as_ref().map(|given| given.answer.clone()).unwrap_or_default();
    let shown = (*draft).clone().unwrap_or_else(|| before.clone());
    let changed = !shown.trim().is_empty() && shown != before;
    let oninput = {
        let draft = draft.clone();
        move |event: InputEvent| draft.set(Some(input::text(&event)))
    };
    let onsubmit = {
        let (ui, number, shown) = (ui.clone(), *number, shown.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            draft.set(None);
            ui.emit(Assign::Answer(number, shown.clone(), clock::now()));
        }
    };
    let label = format!("{} {number}", words.questions);
    html! {
        <li>
            <form {onsubmit} aria-label={label.clone()}>
                <p>{ text }</p>
                <textarea rows="3" aria-label={format!("{label}: {text}")} value={shown} {oninput} />
                <div class="controls">
                    <button type="submit" disabled={!changed}>{ words.save }</button>
                    <span class="dim" role="status">{ given.as_ref().map(|given| entry(ui.lang, given)) }</span>
                </div>
            </form>
        </li>
    }
}

/// What a teacher fills in, and the link that it makes.
#[component]
fn Form(props: &FormProps) -> Html {
    let FormProps { ui, models } = props;
    let words = assignment_words(ui.lang);
    let title = use_state_eq(String::new);
    let photo = use_state_eq(|| 0usize);
    let model = use_state_eq(|| 0usize);
    let place = use_state_eq(String::new);
    let steps = use_state_eq(String::new);
    let questions = use_state_eq(String::new);
    let typed = |state: &UseStateHandle<String>| {
        let state = state.clone();
        move |event: InputEvent| state.set(input::text(&event))
    };
    let picked = |state: &UseStateHandle<usize>| {
        let state = state.clone();
        move |at| state.set(at)
    };
    // Read back as the learner's page will read it: what is no place and no step does not come along.
    let made = Assignment {
        title: title.trim().to_owned(),
        photo: photo.checked_sub(1).and_then(|at| Some(SAMPLES.get(at)?.name().to_owned())),
        model: model.checked_sub(1).and_then(|at| Some(models.get(at)?.to_string())),
        place: route::link(place.trim()),
        steps: steps.split_whitespace().filter_map(assignment::step).collect(),
        questions: questions
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect(),
    };
    let link = address::whole(&made.address());
    let photos: Vec<AttrValue> = [AttrValue::from(words.own)]
        .into_iter()
        .chain(SAMPLES.iter().map(|sample| AttrValue::from(sample.title(ui.lang))))
        .collect();
    let offered: Vec<AttrValue> =
        [AttrValue::from(words.default_model)].into_iter().chain(models.iter().cloned()).collect();
    html! {
        <main class="assignment">
            <h2>{ words.make }<small>{ words.make_hint }</small></h2>
            <label class="line"><span>{ words.its_title }</span>
                <input type="text" value={(*title).clone()} oninput={typed(&title)} /></label>
            <Choice label={words.photo} options={photos} chosen={*photo} pick={picked(&photo)} />
            if !models.is_empty() {
                <Choice label={words.model} options={offered} chosen={*model} pick={picked(&model)} />
            }
            <label class="line"><span>{ words.place }</span>
                <input type="text" value={(*place).clone()} oninput={typed(&place)} aria-describedby="place-hint" /></label>
            <p class="dim" id="place-hint">{ words.place_hint }</p>
            <label class="line"><span>{ words.steps }</span>
                <input type="text" value={(*steps).clone()} oninput={typed(&steps)} aria-describedby="steps-hint" /></label>
            <p class="dim" id="steps-hint">{ words.steps_hint }</p>
            <label class="line"><span>{ words.questions }</span>
                <textarea rows="4" value={(*questions).clone()} oninput={typed(&questions)} aria-describedby="questions-hint" /></label>
            <p class="dim" id="questions-hint">{ words.questions_hint }</p>
            if made.asks() {
                <label class="line"><span>{ words.link }</span>
                    <textarea rows="3" readonly=true spellcheck="false" value={link.clone()} /></label>
                <p><Copy lang={ui.lang} text={link} class="primary" />
                    { " " }<a href={made.address()}>{ words.title }</a></p>
            } else {
                <p class="dim" role="status">{ words.link_none }</p>
            }
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    ui: Ui,
    models: Vec<AttrValue>,
}
