//! The form of a network that is to be built.

use vggscope_core::pages::builder::{Builder, Edit};
use vggscope_core::session::Construct;
use vggscope_core::shared::Shared;
use vggscope_core::text::{about_rule, build_error, build_words, lesson_words, rule};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::cfg::{self, NAMES};
use vggscope_core::vgg::initialise::Initialisation;
use vggscope_core::vgg::transfer::Transfer;
use yew::prelude::*;

use super::keys::keys;
use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, place};

/// The paper's networks that torchvision has no name for.
const LETTERS: [&str; 2] = ["A-LRN", "C"];

/// What the form is given.
#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// Language and events.
    pub ui: Ui,
    /// What is typed.
    pub builder: Shared<Builder>,
    /// Whether a network is being built.
    pub building: bool,
    /// The network in use, where weights of it can be taken over.
    pub from: Option<Build>,
}

/// Which weights of it can be.
const TRANSFERS: [Option<Transfer>; 3] = [None, Some(Transfer::Names), Some(Transfer::Paper)];

/// The form.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let FormProps { ui, builder, building, from } = props;
    let (words, lesson) = (build_words(ui.lang), lesson_words(ui.lang));
    let edit = |make: fn(String) -> Edit| {
        ui.tell(move |event: InputEvent| Construct::Edit(make(input::text(&event))))
    };
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).chain(LETTERS).collect();
    let lists: Vec<String> =
        names.iter().map(|name| cfg::read(name).map(|list| cfg::write(&list)).unwrap_or_default()).collect();
    let chosen =
        lists.iter().position(|list| *list == builder.list || names.contains(&builder.list.as_str()));
    let own = chosen.is_none().then_some("–");
    let options: Vec<AttrValue> = names.iter().copied().chain(own).map(AttrValue::from).collect();
    let count = lists.len();
    let start =
        ui.tell(move |at: usize| Construct::Edit(Edit::List(lists.get(at).cloned().unwrap_or_default())));
    let rules = Initialisation::ALL.map(|one| AttrValue::from(rule(ui.lang, one))).to_vec();
    let choose = ui.tell(|at: usize| Construct::Edit(Edit::Initialisation(Initialisation::ALL[at])));
    let norm = builder.batch_norm;
    let turn = ui.tell(move |_: yew::Event| Construct::Edit(Edit::BatchNorm(!norm)));
    let number = |label: &'static str, value: &str, make: fn(String) -> Edit, hint: Option<&'static str>| {
        html! {
            <label class="line">
                <span>{ label }</span>
                <input type="text" inputmode="numeric" autocomplete="off" value={value.to_owned()} oninput={edit(make)} />
                if let Some(hint) = hint {
                    <small class="dim">{ hint }</small>
                }
            </label>
        }
    };
    let read = builder.read();
    let run = ui.tell(|event: SubmitEvent| {
        event.prevent_default();
        Construct::Run
    });
    html! {
        <form class="network-form" onsubmit={run}>
            <div class="controls">
                <Choice label={lesson.cfg_start} {options} chosen={chosen.unwrap_or(count)} pick={start} />
                <label class="choice"><input type="checkbox" checked={norm} onchange={turn} /><span>{ lesson.norm }</span></label>
            </div>
            <label class="line">
                <span>{ lesson.cfg_list }</span>
                <input type="text" spellcheck="false" autocomplete="off" value={builder.list.clone()} oninput={edit(Edit::List)}
                    aria-invalid={read.is_err().then_some("true")} />
            </label>
            <div class="numbers">
                { number(words.classes, &builder.classes, Edit::Classes, None) }
                { number(words.hidden, &builder.hidden, Edit::Hidden, Some(words.hidden_hint)) }
                { number(words.side, &builder.side, Edit::Side, None) }
                { number(words.seed, &builder.seed, Edit::Seed, None) }
            </div>
            <Choice label={words.initialisation} options={rules} chosen={place(&Initialisation::ALL, &builder.initialisation)} pick={choose} />
            <p class="dim">{ about_rule(ui.lang, builder.initialisation) }</p>
            if let Some(from) = from {
                <div class="begins"><Choice label={words.begins} options={[words.anew, words.by_name, words.by_paper].map(AttrValue::from).to_vec()}
                    chosen={place(&TRANSFERS, &builder.transfer)} pick={ui.tell(|at: usize| Construct::Edit(Edit::Transfer(TRANSFERS[at])))} /></div>
                if let (Some(transfer), Ok(to)) = (builder.transfer, &read) {
                    { keys(ui, transfer, from, to) }
                    if transfer == Transfer::Names {
                        <p class="dim">{ words.keys_hint }</p>
                    }
                }
            }
            if let Err(error) = &read {
                <p class="fault" role="alert">{ build_error(ui.lang, error) }</p>
            }
            <button class="primary" disabled={read.is_err() || *building}>{ words.run }</button>
        </form>
    }
}
