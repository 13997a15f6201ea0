//! The model in use: what it is, how it wants its photos, and the ways to open another.

use vggscope_core::image::Preset;
use vggscope_core::model::{EXTENSIONS, LabelsFrom, Model};
use vggscope_core::nn::labels::tidy;
use vggscope_core::session::catalog::CatalogEntry;
use vggscope_core::session::{Input, LABELS, Lang, Source};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, bytes, count, macs, model_name, words};
use vggscope_core::vgg::published::{PUBLISHED, Published};
use yew::prelude::*;

use super::preprocess::Preprocess;
use super::size::InputSize;
use crate::ui::Ui;
use crate::ui::shared::controls::FileButton;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct ModelProps {
    /// Language, events and files.
    pub ui: Ui,
    /// What is known of it.
    pub model: Option<Shared<Model>>,
    /// Its file's name; empty for the default model.
    pub name: AttrValue,
    /// Where it comes from.
    pub source: Option<Source>,
    /// Whether the SHA-256 of its file was compared with the one in its name.
    pub checked: bool,
    /// Whether another is on its way.
    pub loading: bool,
    /// The preset that the person chose, if any.
    pub preset: Option<Preset>,
    /// The models that stand ready on the server.
    pub catalog: Vec<CatalogEntry>,
}

/// The panel.
#[component]
pub fn ModelPanel(props: &ModelProps) -> Html {
    let ModelProps { ui, model, .. } = props;
    let words = words(ui.lang);
    let given = ui.tell(Input::Given);
    html! {
        <section class="model" aria-label={words.model}>
            <h2>{ words.model }</h2>
            { model.as_ref().map(|model| about(props, model)) }
            <div class="ways">
                <FileButton label={words.open_model} accept={format!("{},.data,.onnx_data", EXTENSIONS.join(","))} multiple=true files={ui.files.clone()} given={given.clone()} />
                if model.is_some() {
                    <FileButton label={words.open_labels} accept={LABELS.join(",")} files={ui.files.clone()} {given} />
                }
            </div>
            <p class="dim">{ words.open_model_hint }</p>
            { catalog(props) }
            { published(ui.lang) }
        </section>
    }
}

fn about(props: &ModelProps, model: &Shared<Model>) -> Html {
    let ModelProps { ui, name, preset: chosen, .. } = props;
    let words = words(ui.lang);
    let architecture = &model.architecture;
    let name = model_name(ui.lang, props.source.unwrap_or(Source::Default), name);
    let labels = match model.labels_from {
        LabelsFrom::Model => words.labels_model,
        LabelsFrom::ImageNet => words.labels_imagenet,
        LabelsFrom::File => words.labels_file,
        LabelsFrom::Nowhere => words.labels_nowhere,
    };
    let figures = format!(
        "{} {} · {} · {}",
        count(architecture.parameters()),
        words.parameters,
        macs(architecture.macs() as f64),
        text::outputs(ui.lang, model.meaning, architecture.classes)
    );
    html! {
        <>
            <p><strong>{ name }</strong><br />{ figures }<br /><span class="dim">{ labels }</span></p>
            if architecture.unshown.layers > 0 {
                <p class="dim">{ text::unshown(ui.lang, architecture.unshown) }</p>
            }
            <Preprocess ui={ui.clone()} model={model.clone()} chosen={*chosen} />
            <InputSize ui={ui.clone()} model={model.clone()} loading={props.loading} />
            if props.checked {
                <p class="dim">{ words.checked }</p>
            }
        </>
    }
}

/// The models that stand ready on the server, if there are any.
fn catalog(props: &ModelProps) -> Html {
    let ModelProps { ui, source: in_use, catalog, .. } = props;
    if catalog.is_empty() {
        return html! {};
    }
    let words = words(ui.lang);
    let own = (Source::Default, words.default_model.to_owned(), ui.tell(|_: MouseEvent| Input::Choose(None)));
    let others = catalog.iter().enumerate().map(|(place, entry)| {
        let name = format!("{} · {}", tidy(&entry.file), bytes(entry.bytes));
        (Source::Catalog(place), name, ui.tell(move |_: MouseEvent| Input::Choose(Some(place))))
    });
    html! {
        <>
            <p class="dim">{ words.catalog }</p>
            <ul class="catalog" aria-label={words.catalog}>
                { for std::iter::once(own).chain(others).map(|(source, name, onclick)| html! {
                    <li><button {onclick} aria-pressed={(*in_use == Some(source)).to_string()}>{ name }</button></li>
                }) }
            </ul>
        </>
    }
}

/// Where files of weights can be had.
fn published(lang: Lang) -> Html {
    let words = words(lang);
    let item = |one: &Published| {
        let about = [one.file().to_owned(), bytes(one.bytes()), one.licence.to_owned()].join(" · ");
        html! {
            <li>
                <a href={one.address} rel="noreferrer">{ format!("{} · {}", one.name(), one.publisher) }</a>
                <span class="dim">{ about }</span>
            </li>
        }
    };
    html! {
        <details class="published">
            <summary>{ words.published }</summary>
            <p class="dim">{ words.published_hint }</p>
            <ul aria-label={words.published}>{ for PUBLISHED.iter().map(item) }</ul>
        </details>
    }
}
