//! The page of a person's photos: what the network says of them, and a head that is trained on them.

mod camera;
mod curves;
mod form;
mod home;
mod judged;
mod photos;
mod result;

use vggscope_core::model::Model;
use vggscope_core::nn::labels::{Label, is_id};
use vggscope_core::session::explorer::{Explorer, Outcome, RunState};
use vggscope_core::session::trainer::Judged;
use vggscope_core::session::{Session, Source, Train, Trainer};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, build_words, model_name, train_words};
use yew::prelude::*;

use crate::ui::Ui;
use camera::CameraPanel;
use form::Form;
use home::Home;
use judged::JudgedPanel;
use photos::Photos;
use result::TrainingPanel;

/// The page of a session.
pub fn page(session: &Session, ui: &Ui) -> Html {
    let explorer = session.explorer.as_ref();
    let run = explorer.and_then(|explorer| explorer.run.as_ref());
    let busy = session.inputs.opening.is_some() || run.is_some_and(|run| run.state == RunState::Running);
    let name = |explorer: &Explorer| AttrValue::from(model_name(ui.lang, explorer.source, &explorer.name));
    html! {
        <TrainPage ui={ui.clone()} trainer={session.trainer.clone()} model={explorer.map(|one| one.model.clone())}
            name={explorer.map(name)} source={explorer.map(|one| one.source)} live={explorer.is_some_and(|one| one.live)}
            by_another={session.is_judged_by_another()} outcome={explorer.and_then(|one| one.outcome().cloned())} {busy} />
    }
}

/// What the page is given.
#[derive(Properties, PartialEq)]
struct TrainProps {
    /// Language, events and files.
    ui: Ui,
    /// The photos, and what became of them.
    trainer: Shared<Trainer>,
    /// What is known of the model in use.
    model: Option<Shared<Model>>,
    /// What it is called.
    name: Option<AttrValue>,
    /// Where it comes from.
    source: Option<Source>,
    /// Whether the engine has it.
    live: bool,
    /// Whether the photos were gone over by another, or in another way.
    by_another: bool,
    /// What the model in use says of the photo on screen.
    outcome: Option<Shared<Outcome>>,
    /// Whether a photo is on its way to an answer.
    busy: bool,
}

/// The page.
#[component]
fn TrainPage(props: &TrainProps) -> Html {
    let TrainProps { ui, trainer, model, name, source, live, by_another, outcome, busy } = props;
    let words = train_words(ui.lang);
    let labels: &[Label] = model.as_ref().map(|model| model.labels.as_slice()).unwrap_or_default();
    let outputs = model.as_ref().map_or(0, |model| model.architecture.classes);
    let judged: Option<Judged> = if *by_another {
        None
    } else {
        trainer.judged(labels, outputs).filter(|judged| judged.confusion.total() + judged.left_out > 0)
    };
    let judge = ui.tell(|_: MouseEvent| Train::Judge);
    let has_photos = !trainer.photos.is_empty();
    html! {
        <main class="train">
            <section class="wide" aria-label={words.title}>
                <h2>{ words.title }<small>{ words.intro }</small></h2>
                <Photos ui={ui.clone()} trainer={trainer.clone()} model={model.clone()} live={*live} />
                <CameraPanel ui={ui.clone()} model={model.clone()} outcome={outcome.clone()} busy={*busy} />
            </section>
            if has_photos {
                <section class="wide" aria-label={words.judged}>
                    <h2>{ words.judged }<small>{ name.clone() }</small></h2>
                    if *by_another {
                        <p role="status">{ words.by_another }{ " " }<button onclick={judge} disabled={!live}>{ words.judge }</button></p>
                    }
                    if matches!(source, Some(Source::Trained(_))) {
                        <p class="dim">{ words.own_photos }</p>
                    }
                    if judged.is_some() && !trainer.is_over() {
                        <p class="dim">{ words.so_far }</p>
                    }
                    if let (Some(judged), Some(model)) = (judged, model) {
                        <JudgedPanel ui={ui.clone()} trainer={trainer.clone()} {judged} model={model.clone()} />
                    }
                </section>
                <section class="wide" aria-label={words.train}>
                    <h2>{ words.train }<small>{ words.train_intro }</small></h2>
                    <div class="beside">
                        <Form ui={ui.clone()} trainer={trainer.clone()} live={*live} />
                        <TrainingPanel ui={ui.clone()} trainer={trainer.clone()} model={model.clone()} source={*source} />
                    </div>
                </section>
            }
            if let Some(model) = model {
                <section class="wide" aria-label={words.home}>
                    <h2>{ words.home }<small>{ words.home_intro }</small></h2>
                    <p>{ build_words(ui.lang).in_use }{ " " }<strong>{ name.clone() }</strong></p>
                    <Home ui={ui.clone()} model={model.clone()} saving={trainer.saving} />
                </section>
            }
        </main>
    }
}

/// The name of a class of photos: its folder's, or where that is an id of WordNet what the model calls it.
fn class_name(ui: &Ui, trainer: &Trainer, class: usize, labels: &[Label]) -> AttrValue {
    match trainer.classes.get(class) {
        // What a person says that it is does not rename it.
        Some(own) if is_id(&own.name) && own.said.is_none() => match trainer.label(class, labels) {
            Some(label) => label_name(ui, labels, label),
            None => own.name.clone().into(),
        },
        Some(own) if !own.name.is_empty() => own.name.clone().into(),
        _ => train_words(ui.lang).no_folder.into(),
    }
}

/// The name of one of the model's classes, in the page's language where it has one.
fn label_name(ui: &Ui, labels: &[Label], label: usize) -> AttrValue {
    text::class(ui.lang, labels, label).0.into()
}
