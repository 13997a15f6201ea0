//! A training under way, and what it has brought.

use vggscope_core::model::Model;
use vggscope_core::nn::labels::Label;
use vggscope_core::pages::route::Page;
use vggscope_core::session::trainer::{Trainer, TrainingRun, TrainingState};
use vggscope_core::session::{Source, Train};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, right_of, split_line, train_words};
use vggscope_core::training::Trained;
use yew::prelude::*;

use super::curves::Curves;
use super::judged::{matrix, mistakes};
use super::photos::thumbnail;
use crate::ui::Ui;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct TrainingProps {
    /// Language and events.
    pub ui: Ui,
    /// The photos, and the training.
    pub trainer: Shared<Trainer>,
    /// What is known of the model in use.
    pub model: Option<Shared<Model>>,
    /// Where it comes from.
    pub source: Option<Source>,
}

/// The panel.
#[component]
pub fn TrainingPanel(props: &TrainingProps) -> Html {
    let TrainingProps { ui, trainer, .. } = props;
    let words = train_words(ui.lang);
    let stop = ui.tell(|_: MouseEvent| Train::Stop);
    if trainer.extraction.as_ref().is_some_and(|extraction| extraction.then_train) {
        return html! {
            <div class="training" role="status"><p>{ words.first_features }{ " " }<button class="small" onclick={stop}>{ words.stop }</button></p></div>
        };
    }
    let Some(run) = &trainer.training else { return html! { <div class="training" /> } };
    let paused = run.state == TrainingState::Paused;
    let pause = ui.tell(move |_: MouseEvent| Train::PauseTraining(!paused));
    let rounds = if run.rounds == 1 { 1 } else { u32::from(run.rounds) + 1 };
    let (done, of) = (run.epochs.len() as u32, rounds * u32::from(run.settings.epochs));
    // Once it is over, as many as there were.
    let longest =
        (0..=run.rounds).map(|round| run.epochs.iter().filter(|(own, _)| *own == round).count()).max();
    let is_under_way = run.state.is_under_way();
    let most = longest.filter(|_| !is_under_way).map_or(run.settings.epochs, |longest| longest as u16);
    html! {
        <div class="training">
            <p class="dim">{ split_line(ui.lang, run.rounds, run.counts) }</p>
            if is_under_way {
                <div class="busy" role="status">
                    <progress max={of.to_string()} value={done.to_string()} aria-label={words.epochs} />
                    <span class="dim">{ format!("{done} / {of}") }</span>
                    <button class="small" onclick={pause}>{ if paused { words.go_on } else { words.pause } }</button>
                    <button class="small" onclick={stop}>{ words.stop }</button>
                </div>
            }
            <Curves lang={ui.lang} epochs={run.epochs.clone()} most={most} />
            { match &run.state {
                TrainingState::Stopped => html! { <p role="status">{ words.stopped }</p> },
                TrainingState::Failed(error) => html! { <p role="status">{ text::error(ui.lang, &vggscope_core::error::Error::Training(error.clone())) }</p> },
                TrainingState::Done(trained, place) => done_with(props, run, trained, *place),
                TrainingState::Running | TrainingState::Paused => html! {},
            } }
        </div>
    }
}

/// What a training has brought.
fn done_with(props: &TrainingProps, run: &TrainingRun, trained: &Trained, place: usize) -> Html {
    let TrainingProps { ui, trainer, model, source } = props;
    let words = train_words(ui.lang);
    let judged = trainer.held_out(run, trained);
    let labels: &[Label] = model.as_ref().map(|model| model.labels.as_slice()).unwrap_or_default();
    let use_it = ui.tell(|_: MouseEvent| Train::Use);
    let changed = trainer.changed(trained);
    html! {
        <>
            <h3>{ words.held_out }</h3>
            <p role="status"><strong>{ right_of(ui.lang, judged.confusion.right(), judged.confusion.total()) }</strong></p>
            if let [(_, first), .., (_, last)] = run.epochs.as_slice()
                && last.loss > first.loss
            {
                <p role="alert">{ words.worse }</p>
            }
            if trained.chosen {
                <p class="dim">{ words.chosen }</p>
            }
            <p>
                if *source == Some(Source::Trained(place)) {
                    { words.in_use }{ " " }<a href={Page::Explore.address()}>{ words.look }</a>
                } else {
                    <button class="primary" onclick={use_it}>{ words.use_it }</button>
                }
            </p>
            { matrix(ui, trainer, &judged, labels, None) }
            { mistakes(ui, trainer, &judged, labels) }
            if let Some([now_wrong, now_right]) = changed {
                { these(ui, trainer, words.now_right, &now_right) }
                { these(ui, trainer, words.now_wrong, &now_wrong) }
            }
        </>
    }
}

/// Some photos under a heading; nothing where there are none.
fn these(ui: &Ui, trainer: &Trainer, heading: &'static str, photos: &[u32]) -> Html {
    if photos.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h3>{ heading }{ ": " }{ photos.len() }</h3>
            <div class="thumbnails">{ for photos.iter().filter_map(|id| trainer.photo(*id)).map(|photo| thumbnail(ui, photo)) }</div>
        </>
    }
}
