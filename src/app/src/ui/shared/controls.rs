//! Controls that several parts of the page share.

use vggscope_core::explain::Kind;
use vggscope_core::session::explorer::{Explore, Pace, Phase};
use vggscope_core::session::{Item, Lang};
use vggscope_core::text::{self, steps_done, time_left, unit_words, words};
use yew::prelude::*;

use crate::browser::{Files, clock, input};
use crate::ui::Ui;

/// A choice of one of several.
#[derive(Properties, PartialEq)]
pub struct ChoiceProps {
    /// What is chosen.
    pub label: AttrValue,
    /// What there is to choose from.
    pub options: Vec<AttrValue>,
    /// The place of what is chosen.
    pub chosen: usize,
    /// Told the place of a new choice.
    pub pick: Callback<usize>,
}

/// A labelled list to choose from.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let pick = props.pick.clone();
    let onchange = move |event: Event| pick.emit(input::picked(&event));
    html! {
        <label class="choice">
            <span>{ &props.label }</span>
            <select {onchange}>
                { for props.options.iter().enumerate().map(|(at, option)| html! {
                    <option selected={at == props.chosen}>{ option }</option>
                }) }
            </select>
        </label>
    }
}

/// A button that asks for a file.
#[derive(Properties, PartialEq)]
pub struct FileProps {
    /// What it says.
    pub label: AttrValue,
    /// Which files are offered.
    pub accept: AttrValue,
    /// Whether the camera is asked first.
    #[prop_or_default]
    pub camera: bool,
    /// Whether several can be chosen at once.
    #[prop_or_default]
    pub multiple: bool,
    /// Whether a whole folder is chosen.
    #[prop_or_default]
    pub folder: bool,
    /// How it looks.
    #[prop_or_default]
    pub class: Classes,
    /// Where files go.
    pub files: Files,
    /// Told what was chosen.
    pub given: Callback<Vec<Item>>,
}

/// A file input that looks like a button.
#[component]
pub fn FileButton(props: &FileProps) -> Html {
    let (files, given) = (props.files.clone(), props.given.clone());
    let onchange = move |event: Event| input::give_files(&event, &files, &given);
    html! {
        <label class={classes!("button", props.class.clone())}>
            { &props.label }
            <input type="file" accept={props.accept.clone()} capture={props.camera.then_some("environment")} multiple={props.multiple}
                webkitdirectory={props.folder} {onchange} />
        </label>
    }
}

/// What is waited for.
#[derive(Properties, PartialEq)]
pub struct WaitingProps {
    /// Language and events.
    pub ui: Ui,
    /// The kind of question.
    pub kind: Kind,
    /// How it stands.
    pub phase: Option<Phase>,
}

/// How far a question is, with a way to stop it; and once it was stopped or has failed, a way to ask it again. Nothing
/// where there is nothing to wait for.
#[component]
pub fn Waiting(props: &WaitingProps) -> Html {
    let WaitingProps { ui, kind, phase } = props;
    let (words, more, kind) = (words(ui.lang), unit_words(ui.lang), *kind);
    let pace = use_mut_ref(Pace::default);
    let left = match phase {
        Some(Phase::Running { done, of }) => pace.borrow_mut().left(clock::now().ms, *done, *of),
        _ => {
            pace.take();
            None
        }
    };
    let again = || {
        let onclick = ui.tell(move |_: MouseEvent| Explore::AskAgain(kind));
        html! { <button class="small" {onclick}>{ words.retry }</button> }
    };
    match phase {
        Some(Phase::Running { done, of }) if *of > 0 => {
            let label = match kind {
                Kind::Occlusion => more.places,
                Kind::Evaluation => more.passes,
                _ => more.back,
            };
            let stop = ui.tell(move |_: MouseEvent| Explore::Stop(kind));
            html! {
                <div class="busy" role="status">
                    <progress max={of.to_string()} value={done.to_string()} aria-label={label} />
                    <span class="dim">{ steps_done(ui.lang, kind, *done, *of) }</span>
                    { left.map(|left| html! { <span class="dim">{ time_left(ui.lang, left) }</span> }) }
                    <button class="small" onclick={stop}>{ words.stop }</button>
                </div>
            }
        }
        Some(Phase::Stopped) => html! {
            <div class="busy" role="status"><span>{ words.stopped }</span>{ again() }</div>
        },
        Some(Phase::Failed(error)) => html! {
            <div class="busy" role="status"><span>{ text::error(ui.lang, error) }</span>{ again() }</div>
        },
        _ => html! {},
    }
}

/// What a button that copies is given.
#[derive(Properties, PartialEq)]
pub struct CopyProps {
    /// The language.
    pub lang: Lang,
    /// What it copies.
    pub text: AttrValue,
    /// How it looks.
    #[prop_or_default]
    pub class: Classes,
}

/// A button that copies a text, and says so until there is another.
#[component]
pub fn Copy(props: &CopyProps) -> Html {
    let CopyProps { lang, text, class } = props;
    let words = words(*lang);
    let copied = use_state_eq(|| None::<AttrValue>);
    let just = copied.as_ref() == Some(text);
    let onclick = {
        let text = text.clone();
        move |_: MouseEvent| {
            input::copy(&text);
            copied.set(Some(text.clone()));
        }
    };
    html! {
        <button type="button" class={class.clone()} {onclick}>{ if just { words.calc_copied } else { words.calc_copy } }</button>
    }
}

/// The place of a value in a list of all choices.
pub fn place<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|one| one == value).unwrap_or_default()
}
