//! The model in use: what it is, how it wants its photos, and the ways to open another.

use std::rc::Rc;

use vggscope_core::image::Preset;
use vggscope_core::nn::labels::tidy;
use vggscope_core::session::{Event, Session, Source};
use vggscope_core::text::{bytes, count, macs, words};
use vggscope_core::wire::LabelsFrom;
use yew::prelude::*;

use crate::browser::Files;
use crate::ui::shared::controls::{Choice, FileButton, place};

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct ModelProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where files go.
    pub files: Files,
}

/// The panel.
#[component]
pub fn Model(props: &ModelProps) -> Html {
    let ModelProps { session, emit, files } = props;
    let words = words(session.lang);
    let given = emit.reform(Event::Given);
    let about = session.model.as_ref().map(|model| {
        let (net, about) = (&model.about.net, &model.about);
        let name = if model.name.is_empty() { words.default_model } else { &model.name };
        let presets =
            [words.preset_torchvision, words.preset_caffe, words.preset_unit, words.preset_signed].map(AttrValue::from);
        let preset = session.preset_in_use().unwrap_or(about.preset);
        let pick = emit.reform(|at: usize| Event::Preset(Preset::ALL[at]));
        let why = match (session.preset, about.preset_known) {
            (Some(_), _) => words.preset_chosen,
            (None, true) => words.preset_from_file,
            (None, false) => words.preset_guessed,
        };
        let labels = match about.labels_from {
            LabelsFrom::Model => words.labels_model,
            LabelsFrom::ImageNet => words.labels_imagenet,
            LabelsFrom::File => words.labels_file,
            LabelsFrom::Nowhere => words.labels_nowhere,
        };
        html! {
            <>
                <p>
                    <strong>{ name }</strong><br />
                    { format!("{} {} · {} · {} {}", count(net.parameters()), words.parameters, macs(net.macs() as f64), count(net.classes as u64), words.classes) }
                    <br /><span class="dim">{ labels }</span>
                </p>
                <Choice label={words.preset} options={presets.to_vec()} chosen={place(&Preset::ALL, &preset)} {pick} />
                <p class="dim">{ why }</p>
            </>
        }
    });
    html! {
        <section class="model" aria-label={words.model}>
            <h2>{ words.model }</h2>
            { about }
            <div class="ways">
                <FileButton label={words.open_model} accept=".onnx" files={files.clone()} given={given.clone()} />
                if session.model.is_some() {
                    <FileButton label={words.open_labels} accept=".txt" files={files.clone()} {given} />
                }
            </div>
            { shelf(session, emit) }
        </section>
    }
}

/// The models that stand ready on the server, if there are any.
fn shelf(session: &Session, emit: &Callback<Event>) -> Html {
    if session.shelf.is_empty() {
        return html! {};
    }
    let words = words(session.lang);
    let in_use = session.model.as_ref().map(|model| model.source);
    let own =
        (Source::Default, words.default_model.to_owned(), emit.reform(|_: MouseEvent| Event::Take(None)));
    let others = session.shelf.iter().enumerate().map(|(place, ready)| {
        let name = format!("{} · {}", tidy(&ready.file), bytes(ready.bytes));
        (Source::Shelf(place), name, emit.reform(move |_: MouseEvent| Event::Take(Some(place))))
    });
    html! {
        <>
            <p class="dim">{ words.shelf }</p>
            <ul class="shelf" aria-label={words.shelf}>
                { for std::iter::once(own).chain(others).map(|(source, name, onclick)| html! {
                    <li><button {onclick} aria-pressed={(in_use == Some(source)).to_string()}>{ name }</button></li>
                }) }
            </ul>
        </>
    }
}
