//! The photos: how to give some, how far they are looked at, and their classes.

use vggscope_core::model::Model;
use vggscope_core::session::explorer::Pace;
use vggscope_core::session::trainer::{Example, Trainer};
use vggscope_core::session::{Input, Train};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, collision, contradictions, photo_count, time_left, train_words, unbalanced};
use vggscope_core::training::class_of;
use yew::prelude::*;

use super::{class_name, label_name};
use crate::browser::{clock, input};
use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::FileButton;

/// What the panel is given.
#[derive(Clone, Properties, PartialEq)]
pub struct PhotosProps {
    /// Language, events and files.
    pub ui: Ui,
    /// The photos.
    pub trainer: Shared<Trainer>,
    /// What is known of the model in use.
    pub model: Option<Shared<Model>>,
    /// Whether the engine has it.
    pub live: bool,
}

/// Photos of a class that are shown at first.
const FIRST: usize = 12;
/// What is offered as a photo.
const ACCEPT: &str = "image/*";
/// How many times as large the largest class may be as the smallest without a word.
const UNBALANCED: usize = 4;

/// The panel.
#[component]
pub fn Photos(props: &PhotosProps) -> Html {
    let PhotosProps { ui, trainer, model, .. } = props;
    let words = train_words(ui.lang);
    let given = ui.tell(Input::Given);
    let clear = ui.tell(|_: MouseEvent| Train::Clear);
    let counts = |class: usize| trainer.sound().filter(move |photo| photo.class == class).count();
    let counts: Vec<usize> = (0..trainer.classes.len()).map(counts).filter(|count| *count > 0).collect();
    let contradicting = trainer.contradictions();
    let extremes = counts.iter().min().zip(counts.iter().max());
    html! {
        <>
            <div class="controls">
                <FileButton label={words.folder} accept="" folder=true files={ui.files.clone()} given={given.clone()} class="primary" />
                <FileButton label={words.files} accept={ACCEPT} multiple=true files={ui.files.clone()} given={given.clone()} />
                <FileButton label={words.archive} accept=".zip" files={ui.files.clone()} {given} />
                if !trainer.photos.is_empty() {
                    <button onclick={clear}>{ words.clear }</button>
                }
                <span class="dim">{ words.drop }</span>
            </div>
            if let Some(archive) = &trainer.unpacking {
                <p role="status">{ format!("{} {}", words.unpacking, archive.name) }</p>
            }
            if !trainer.photos.is_empty() {
                <Progress ..props.clone() />
                if let Some(model) = model {
                    <datalist id="labels">
                        { for (0..model.labels.len()).map(|label| html! { <option value={label_name(ui, &model.labels, label)} /> }) }
                    </datalist>
                }
                <ul class="classes">
                    { for (0..trainer.classes.len()).map(|class| html! {
                        <ClassRow key={class_name(ui, trainer, class, &[]).to_string()} ui={ui.clone()} trainer={trainer.clone()} model={model.clone()} {class} />
                    }) }
                </ul>
                if let Some((least, most)) = extremes.filter(|(least, most)| **most >= UNBALANCED * **least) {
                    <p class="dim">{ unbalanced(ui.lang, *least, *most) }</p>
                }
                if let Some(model) = model {
                    { for trainer.collisions(&model.labels).iter().map(|classes| {
                        let [one, other] = classes.map(|class| class_name(ui, trainer, class, &[]));
                        html! { <p class="dim">{ collision(ui.lang, &one, &other) }</p> }
                    }) }
                }
                { broken(ui, trainer) }
                if contradicting > 0 {
                    <p>{ contradictions(ui.lang, contradicting) }</p>
                }
                { twins(ui, trainer) }
            }
        </>
    }
}

/// How far the photos are looked at.
#[component]
fn Progress(props: &PhotosProps) -> Html {
    let PhotosProps { ui, trainer, live, .. } = props;
    let words = train_words(ui.lang);
    let pace = use_mut_ref(Pace::default);
    let [done, of] = trainer.progress();
    let Some(extraction) = trainer.extraction.as_ref().filter(|_| *live) else {
        return html! { <p role="status">{ words.needs_model }</p> };
    };
    if done == of {
        pace.take();
        return html! { <p class="dim" role="status">{ photo_count(ui.lang, of) }</p> };
    }
    let left = if extraction.paused {
        pace.take();
        None
    } else {
        pace.borrow_mut().left(clock::now().ms, done as u32, of as u32)
    };
    let paused = extraction.paused;
    let pause = ui.tell(move |_: MouseEvent| Train::Pause(!paused));
    html! {
        <div class="busy" role="status">
            <progress max={of.to_string()} value={done.to_string()} aria-label={words.looking} />
            <span class="dim">{ format!("{done} / {}", photo_count(ui.lang, of)) }</span>
            { left.map(|left| html! { <span class="dim">{ time_left(ui.lang, left) }</span> }) }
            <button class="small" onclick={pause}>{ if paused { words.go_on } else { words.pause } }</button>
        </div>
    }
}

/// What a class is given.
#[derive(Properties, PartialEq)]
struct ClassProps {
    ui: Ui,
    trainer: Shared<Trainer>,
    model: Option<Shared<Model>>,
    class: usize,
}

/// A class: its name, its photos, and which of the network's classes it is.
#[component]
fn ClassRow(props: &ClassProps) -> Html {
    let ClassProps { ui, trainer, model, class } = props;
    let (words, class) = (train_words(ui.lang), *class);
    let all = use_state_eq(|| false);
    let photos: Vec<&Example> = trainer.sound().filter(|photo| photo.class == class).collect();
    let name = class_name(ui, trainer, class, &[]);
    let remove = ui.tell(move |_: MouseEvent| Train::Remove(class));
    let labelled = model.as_ref().map(|model| {
        let label = trainer.label(class, &model.labels);
        let value = label.map(|label| label_name(ui, &model.labels, label)).unwrap_or_default();
        let choose = {
            let model = model.clone();
            ui.tell(move |event: Event| Train::Label(class, class_of(&input::text(&event), &model.labels)))
        };
        html! {
            <label class="of">
                <span>{ words.is_class }</span>
                <input type="text" list="labels" autocomplete="off" {value} placeholder={words.no_class} onchange={choose}
                    aria-label={format!("{name}: {}", words.is_class)} />
            </label>
        }
    });
    let remove_name = format!("{} {name}", words.remove);
    let shown = if *all { photos.len() } else { FIRST };
    let turn = {
        let all = all.clone();
        move |_: MouseEvent| all.set(!*all)
    };
    html! {
        <li aria-label={name.clone()}>
            <div class="head">
                <strong>{ name }</strong>
                <span class="dim">{ photo_count(ui.lang, photos.len()) }</span>
                { labelled }
                <button class="small" onclick={remove} aria-label={remove_name}>{ words.remove }</button>
            </div>
            <div class="thumbnails">
                { for photos.iter().take(shown).map(|photo| thumbnail(ui, photo)) }
                if photos.len() > FIRST {
                    <button class="small" onclick={turn}>{ if *all { words.fewer } else { words.more } }</button>
                }
            </div>
        </li>
    }
}

/// A photo, small, that leads to the explorer.
pub fn thumbnail(ui: &Ui, photo: &Example) -> Html {
    let id = photo.id;
    let look = ui.tell(move |_: MouseEvent| Train::Look(id));
    html! {
        <a class="thumbnail" href="#/" onclick={look} title={photo.name.clone()} aria-label={photo.name.clone()}>
            if let Some((_, found)) = &photo.found {
                <Canvas tile={found.thumbnail.clone()} />
            }
        </a>
    }
}

/// Photos that were left out, each with the reason.
fn broken(ui: &Ui, trainer: &Trainer) -> Html {
    let words = train_words(ui.lang);
    let broken: Vec<_> = trainer.photos.iter().filter_map(|photo| photo.refused.as_ref()).collect();
    if broken.is_empty() {
        return html! {};
    }
    html! {
        <details class="broken">
            <summary>{ format!("{}: {}", words.broken, broken.len()) }</summary>
            <ul>{ for broken.iter().map(|error| html! { <li>{ text::error(ui.lang, error) }</li> }) }</ul>
        </details>
    }
}

/// Photos that are there more than once.
fn twins(ui: &Ui, trainer: &Trainer) -> Html {
    let words = train_words(ui.lang);
    let twins = trainer.twins();
    if twins.is_empty() {
        return html! {};
    }
    let name = |id: u32| {
        let photo = trainer.photo(id);
        photo
            .map(|photo| format!("{}/{}", class_name(ui, trainer, photo.class, &[]), photo.name))
            .unwrap_or_default()
    };
    html! {
        <details class="broken">
            <summary>{ format!("{}: {}", words.twins, twins.len()) }</summary>
            <p class="dim">{ words.twins_hint }</p>
            <ul>{ for twins.iter().map(|[one, other]| html! { <li>{ format!("{} = {}", name(*other), name(*one)) }</li> }) }</ul>
        </details>
    }
}
