//! Controls that several parts of the page share.

use std::rc::Rc;

use vggscope_core::session::{Event as Told, Item, Session};
use vggscope_core::text::{passed, unit_words, words};
use vggscope_core::wire::Task;
use yew::prelude::*;

use crate::browser::{Files, input};

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
    let onchange = move |event: Event| {
        let items = input::files(&event, &files);
        if !items.is_empty() {
            given.emit(items);
        }
    };
    html! {
        <label class={classes!("button", props.class.clone())}>
            { &props.label }
            <input type="file" accept={props.accept.clone()} capture={props.camera.then_some("environment")} {onchange} />
        </label>
    }
}

/// What takes long.
#[derive(Properties, PartialEq)]
pub struct BusyProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Told>,
    /// What is waited for.
    pub task: Task,
}

/// How far that is, with a way to stop it; nothing where it is not under way.
#[component]
pub fn Busy(props: &BusyProps) -> Html {
    let BusyProps { session, emit, task } = props;
    let Some(busy) = session.busy.filter(|busy| busy.task == *task) else { return html! {} };
    let stop = emit.reform(|_: MouseEvent| Told::StopTask);
    html! {
        <div class="busy" role="status">
            <progress max={busy.of.to_string()} value={busy.done.to_string()} aria-label={unit_words(session.lang).back} />
            <span class="dim">{ passed(session.lang, busy.done, busy.of) }</span>
            <button class="small" onclick={stop}>{ words(session.lang).stop }</button>
        </div>
    }
}

/// The place of a value in a list of all choices.
pub fn place<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|one| one == value).unwrap_or_default()
}
