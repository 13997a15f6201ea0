//! How a head is to be trained.

use vggscope_core::session::Train;
use vggscope_core::session::trainer::Trainer;
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

/// A choice of one of the settings: what it is called, the names of all values, which is chosen, and what chooses one.
struct Row {
    label: &'static str,
    names: Vec<String>,
    chosen: usize,
    set: fn(&mut Settings, usize),
}

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
    let row = |label, names: Vec<String>, chosen, set| Row { label, names, chosen, set };
    let rows = [
        row(words.head, heads.to_vec(), place(&HEADS, &settings.kind), |settings, at| {
            settings.kind = HEADS[at]
        }),
        row(words.crops, names(&CROPS), place(&CROPS, &settings.crops), |settings, at| {
            settings.crops = CROPS[at]
        }),
        row(
            words.optimiser,
            OPTIMISERS.map(|(_, name)| name.to_owned()).to_vec(),
            OPTIMISERS.iter().position(|(one, _)| *one == settings.optimiser).unwrap_or_default(),
            |settings, at| settings.optimiser = OPTIMISERS[at].0,
        ),
        row(words.rate, names(&RATES), place(&RATES, &settings.rate), |settings, at| {
            settings.rate = RATES[at]
        }),
        row(words.decay, names(&DECAYS), place(&DECAYS, &settings.decay), |settings, at| {
            settings.decay = DECAYS[at]
        }),
        row(words.epochs, names(&EPOCHS), place(&EPOCHS, &settings.epochs), |settings, at| {
            settings.epochs = EPOCHS[at]
        }),
        row(words.batch, names(&BATCHES), place(&BATCHES, &settings.batch), |settings, at| {
            settings.batch = BATCHES[at]
        }),
        row(
            words.patience,
            PATIENCES.map(|epochs| patience(ui.lang, epochs)).to_vec(),
            place(&PATIENCES, &settings.patience),
            |settings, at| settings.patience = PATIENCES[at],
        ),
        row(words.seed, names(&SEEDS), place(&SEEDS, &settings.seed), |settings, at| {
            settings.seed = SEEDS[at]
        }),
    ];
    let start = ui.tell(|event: SubmitEvent| {
        event.prevent_default();
        Train::Start
    });
    let is_busy = trainer.extraction.as_ref().is_some_and(|extraction| extraction.then_train)
        || trainer.training.as_ref().is_some_and(|run| run.state.is_under_way());
    let [head, crops, others @ ..] = rows.map(|row| choice(ui, settings, row));
    html! {
        <form class="training-form" onsubmit={start}>
            { head }
            { crops }
            <small class="dim">{ words.crops_hint }</small>
            <div class="controls">{ for others }</div>
            <button class="primary" disabled={!live || is_busy}>{ words.start }</button>
        </form>
    }
}

fn names<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(T::to_string).collect()
}

fn choice(ui: &Ui, settings: Settings, row: Row) -> Html {
    let Row { label, names, chosen, set } = row;
    let pick = ui.tell(move |at: usize| {
        let mut settings = settings;
        set(&mut settings, at);
        Train::Set(settings)
    });
    let options: Vec<AttrValue> = names.into_iter().map(AttrValue::from).collect();
    html! { <Choice {label} {options} {chosen} {pick} /> }
}
