//! How photos become the network's numbers: a preset, or values that a person types in.

use vggscope_core::image::{Preprocessing, Preset};
use vggscope_core::model::Model;
use vggscope_core::session::Explore;
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, preprocessing_words, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, place};

/// What the control is given.
#[derive(Properties, PartialEq)]
pub struct PreprocessProps {
    /// Language and events.
    pub ui: Ui,
    /// What is known of the model.
    pub model: Shared<Model>,
    /// The preset that the person chose, if any.
    pub chosen: Option<Preset>,
}

/// The control.
#[component]
pub fn Preprocess(props: &PreprocessProps) -> Html {
    let PreprocessProps { ui, model, chosen } = props;
    let words = words(ui.lang);
    let in_use = chosen.unwrap_or(model.preset);
    let own = Preset::Own(in_use.preprocessing());
    let all: Vec<Preset> = Preset::ALL.into_iter().chain([own]).collect();
    let names: Vec<AttrValue> =
        all.iter().map(|preset| text::photo_preset(ui.lang, *preset).into()).collect();
    let at = place(&all, &in_use);
    let pick = ui.tell(move |at: usize| Explore::Preset(all[at]));
    let why = match chosen {
        Some(_) => words.preset_chosen,
        None => text::preset_from(ui.lang, model.preset_from),
    };
    html! {
        <>
            <Choice label={words.preset} options={names} chosen={at} {pick} />
            if let Preset::Own(values) = in_use {
                // Other values are other fields.
                <Own key={format!("{values:?}")} ui={ui.clone()} {values} />
            }
            <p class="dim">{ why }</p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct OwnProps {
    ui: Ui,
    values: Preprocessing,
}

/// What stands in the fields: the divisor, then means and deviations.
type Fields = [String; 7];

/// The values, and a button that has them used.
#[component]
fn Own(props: &OwnProps) -> Html {
    let OwnProps { ui, values } = props;
    let words = preprocessing_words(ui.lang);
    let fields = use_state_eq(|| shown(values));
    let bgr = use_state_eq(|| values.bgr);
    let read = read(&fields, *bgr);
    let onsubmit = {
        let tell = ui.tell(|values| Explore::Preset(Preset::Own(values)));
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(values) = read {
                tell.emit(values);
            }
        }
    };
    let field = |at: usize, name: String| {
        let (value, fields) = (fields[at].clone(), fields.clone());
        let oninput = move |event: InputEvent| {
            let mut typed: Fields = (*fields).clone();
            typed[at] = input::text(&event);
            fields.set(typed);
        };
        html! { <input type="text" inputmode="decimal" autocomplete="off" aria-label={name} {value} {oninput} /> }
    };
    let channels = |first: usize, name: &str| {
        (0..3).map(|at| field(first + at, format!("{name}, {}", words.channels[at]))).collect::<Html>()
    };
    let pick = {
        let bgr = bgr.clone();
        Callback::from(move |at: usize| bgr.set(at == 1))
    };
    html! {
        <form class="own" aria-label={text::photo_preset(ui.lang, Preset::Own(*values))} {onsubmit}>
            <Choice label={words.order} options={vec!["RGB".into(), "BGR".into()]} chosen={usize::from(*bgr)} {pick} />
            <span>{ words.divisor }</span>{ field(0, words.divisor.to_owned()) }
            <span>{ words.mean }</span>{ channels(1, words.mean) }
            <span>{ words.deviation }</span>{ channels(4, words.deviation) }
            <p class="dim">{ words.formula }</p>
            if read.is_none() {
                <p class="fault" role="alert">{ words.wrong }</p>
            }
            <button type="submit" disabled={read.is_none() || read == Some(*values)}>{ words.set }</button>
        </form>
    }
}

fn shown(values: &Preprocessing) -> Fields {
    let Preprocessing { divisor, mean: [a, b, c], deviation: [d, e, f], .. } = values;
    [divisor, a, b, c, d, e, f].map(f32::to_string)
}

/// The values in the fields, if they make numbers of bytes.
fn read(fields: &Fields, bgr: bool) -> Option<Preprocessing> {
    let numbers: Vec<f32> = fields.iter().map(|text| number(text)).collect::<Option<_>>()?;
    let &[divisor, a, b, c, d, e, f] = numbers.as_slice() else { return None };
    Some(Preprocessing { bgr, divisor, mean: [a, b, c], deviation: [d, e, f] })
        .filter(Preprocessing::is_sound)
}

/// A number, or one over another.
fn number(text: &str) -> Option<f32> {
    let one = |text: &str| text.trim().replace('−', "-").parse::<f32>().ok();
    match text.split_once('/') {
        Some((above, below)) => Some(one(above)? / one(below)?),
        None => one(text),
    }
}
