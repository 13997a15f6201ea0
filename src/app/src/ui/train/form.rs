//! How a head is to be trained.

use vggscope_core::session::Train;
use vggscope_core::session::trainer::{Trainer, TrainingState};
use vggscope_core::shared::Shared;
use vggscope_core::text::{patience, train_words};
use vggscope_core::training::{HeadKind, Optimiser, Settings};
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, place};

/// What the form is given.
#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// Language and events.
    pub ui: Ui,
    /// The photos, and how a head is to be trained on them.
    pub trainer: Shared<Trainer>,
    /// Whether the engine has a model.
    pub live: bool,
}

const HEADS: [HeadKind; 4] =
    [HeadKind::Linear, HeadKind::Dense(64), HeadKind::Dense(256), HeadKind::Dense(1024)];
const OPTIMISERS: [(Optimiser, &str); 2] = [(Optimiser::Adam, "Adam"), (Optimiser::Sgd, "SGD, momentum 0.9")];
const RATES: [f32; 11] = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0];
const DECAYS: [f32; 6] = [0.0, 0.0001, 0.0005, 0.001, 0.01, 0.1];
const EPOCHS: [u16; 7] = [5, 10, 20, 40, 60, 100, 300];
const BATCHES: [u16; 6] = [4, 8, 16, 32, 64, 256];
const PATIENCES: [u16; 4] = [0, 5, 10, 20];
const CROPS: [u8; 6] = [0, 1, 2, 4, 8, 16];
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// The form.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let FormProps { ui, trainer, live } = props;
    let words = train_words(ui.lang);
    let settings = trainer.settings;
    let heads = HEADS.map(|head| match head {
        HeadKind::Linear => words.linear.to_owned(),
        HeadKind::Dense(units) => format!("{} {units}", words.dense),
    });
    let start = ui.tell(|event: SubmitEvent| {
        event.prevent_default();
        Train::Start
    });
    let is_busy = trainer.extraction.as_ref().is_some_and(|extraction| extraction.then_train)
        || trainer
            .training
            .as_ref()
            .is_some_and(|run| matches!(run.state, TrainingState::Running | TrainingState::Paused));
    html! {
        <form class="training-form" onsubmit={start}>
            { choice(ui, settings, words.head, &HEADS, settings.kind, heads.to_vec(), |settings, kind| settings.kind = kind) }
            { choice(ui, settings, words.crops, &CROPS, settings.crops, names(&CROPS), |settings, crops| settings.crops = crops) }
            <small class="dim">{ words.crops_hint }</small>
            <div class="controls">
                { choice(ui, settings, words.optimiser, &OPTIMISERS.map(|(one, _)| one), settings.optimiser,
                    OPTIMISERS.map(|(_, name)| name.to_owned()).to_vec(), |settings, by| settings.optimiser = by) }
                { choice(ui, settings, words.rate, &RATES, settings.rate, names(&RATES), |settings, rate| settings.rate = rate) }
                { choice(ui, settings, words.decay, &DECAYS, settings.decay, names(&DECAYS), |settings, decay| settings.decay = decay) }
                { choice(ui, settings, words.epochs, &EPOCHS, settings.epochs, names(&EPOCHS), |settings, epochs| settings.epochs = epochs) }
                { choice(ui, settings, words.batch, &BATCHES, settings.batch, names(&BATCHES), |settings, batch| settings.batch = batch) }
                { choice(ui, settings, words.patience, &PATIENCES, settings.patience,
                    PATIENCES.map(|epochs| patience(ui.lang, epochs)).to_vec(), |settings, epochs| settings.patience = epochs) }
                { choice(ui, settings, words.seed, &SEEDS, settings.seed, names(&SEEDS), |settings, seed| settings.seed = seed) }
            </div>
            <button class="primary" disabled={!live || is_busy}>{ words.start }</button>
        </form>
    }
}

fn names<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(T::to_string).collect()
}

/// A choice of one of the settings.
fn choice<T: Copy + PartialEq + 'static>(
    ui: &Ui,
    settings: Settings,
    label: &'static str,
    all: &[T],
    chosen: T,
    names: Vec<String>,
    set: fn(&mut Settings, T),
) -> Html {
    let values = all.to_vec();
    let pick = ui.tell(move |at: usize| {
        let mut settings = settings;
        if let Some(value) = values.get(at) {
            set(&mut settings, *value);
        }
        Train::Set(settings)
    });
    let options: Vec<AttrValue> = names.into_iter().map(AttrValue::from).collect();
    html! { <Choice {label} {options} chosen={place(all, &chosen)} {pick} /> }
}
