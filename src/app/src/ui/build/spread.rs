//! How far activations and gradients spread in the network in use, and in networks like it that were only just built.

use vggscope_core::explain::spread::{Answer, Question, Spread as OfLayer, Spreads, expected};
use vggscope_core::explain::{Ask, Kind};
use vggscope_core::model::Model;
use vggscope_core::session::Lang;
use vggscope_core::session::explorer::{Explore, Explorer, Phase};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, build_words, percent, rule};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::initialise::Initialisation;
use yew::prelude::*;

use super::chart::{Chart, Series};
use super::histograms::Histograms;
use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, Waiting};

/// What the panel is given.
#[derive(Clone, Properties, PartialEq)]
pub struct SpreadProps {
    /// Language and events.
    pub ui: Ui,
    /// What is known of the model in use.
    pub model: Shared<Model>,
    /// Whether networks like it can be built.
    pub can: bool,
    /// Whether the run on the photo is over.
    pub over: bool,
    /// What is asked.
    pub asked: Option<Question>,
    /// What is known of that.
    pub answer: Option<Shared<Answer>>,
    /// How the question stands.
    pub phase: Option<Phase>,
}

impl SpreadProps {
    /// Of the model in use.
    pub fn of(explorer: &Explorer, ui: &Ui) -> SpreadProps {
        let run = explorer.run.as_ref();
        let asked = run.and_then(|run| run.spread);
        SpreadProps {
            ui: ui.clone(),
            model: explorer.model.clone(),
            can: explorer.can_compare_spreads(),
            over: run.is_some_and(|run| run.outcome().is_some()),
            asked,
            answer: run.zip(asked).and_then(|(run, question)| run.answers.to(question).cloned()),
            phase: run.and_then(|run| run.answers.phase(Question::KIND).cloned()),
        }
    }

    /// The name of a layer.
    fn name(&self, layer: &OfLayer) -> String {
        let layer = self.model.architecture.layer(layer.layer);
        layer.map(|layer| layer.short_name().to_owned()).unwrap_or_default()
    }
}

/// The seed of the networks that are compared with.
const SEED: u64 = 1;

/// The panel.
#[component]
pub fn Spread(props: &SpreadProps) -> Html {
    let SpreadProps { ui, can, over, asked, answer, phase, .. } = props;
    let words = build_words(ui.lang);
    let gradients = use_state_eq(|| false);
    if !can {
        return html! { <p>{ words.not_plain }</p> };
    }
    let question = asked.is_none().then_some(Question { seed: SEED });
    let ask = ui.tell(move |_: MouseEvent| Explore::Spread(question));
    let pick = {
        let gradients = gradients.clone();
        move |at: usize| gradients.set(at == 1)
    };
    let options = [words.activations, words.gradients].map(AttrValue::from).to_vec();
    html! {
        <>
            <div class="controls">
                <button onclick={ask} aria-pressed={asked.is_some().to_string()}>{ words.compare }</button>
                if answer.is_some() {
                    <Choice label={words.measure} {options} chosen={usize::from(*gradients)} {pick} />
                }
            </div>
            if asked.is_some() && !over {
                <p role="status">{ words.waiting }</p>
            }
            <Waiting ui={ui.clone()} kind={Kind::Spread} phase={phase.clone()} />
            if let Some(answer) = answer {
                <Chart lang={ui.lang} series={series(props, answer, *gradients)} names={names(props, answer)} />
                <p class="dim">{ if *gradients { words.gradients_hint } else { words.activations_hint } }</p>
                <Histograms lang={ui.lang} answer={answer.clone()} names={names(props, answer)} />
                { numbers(props, answer, *gradients) }
            }
        </>
    }
}

/// The names of the layers with weights.
fn names(props: &SpreadProps, answer: &Answer) -> Vec<AttrValue> {
    let layers = answer.networks.first().map(|network| network.layers.as_slice()).unwrap_or_default();
    layers.iter().map(|layer| AttrValue::from(props.name(layer))).collect()
}

/// What a network is called in the comparison.
pub fn name(lang: Lang, initialisation: Option<Initialisation>) -> &'static str {
    initialisation.map_or(build_words(lang).own, |initialisation| rule(lang, initialisation))
}

fn series(props: &SpreadProps, answer: &Answer, gradients: bool) -> Vec<Series> {
    let like = Build::like(&props.model.architecture);
    let of_rule = |network: &Spreads| {
        let build =
            network.rule.zip(like.clone()).map(|(initialisation, like)| Build { initialisation, ..like });
        // Of gradients there is no such line: where they begin is not known.
        let theory = build.filter(|_| !gradients).map(|build| expected(&build, answer.input));
        let value = |layer: &OfLayer| if gradients { layer.gradient } else { Some(layer.deviation) };
        Series {
            name: name(props.ui.lang, network.rule),
            place: network
                .rule
                .map(|rule| Initialisation::ALL.iter().position(|one| *one == rule).unwrap_or(0)),
            values: network.layers.iter().map(|layer| value(layer).map(f64::from)).collect(),
            theory: theory.unwrap_or_default(),
        }
    };
    answer.networks.iter().map(of_rule).collect()
}

/// The same as numbers.
fn numbers(props: &SpreadProps, answer: &Answer, gradients: bool) -> Html {
    let lang = props.ui.lang;
    let words = build_words(lang);
    let names = names(props, answer);
    let cell = |layer: Option<&OfLayer>| {
        let text = match layer {
            Some(layer) if gradients => layer.gradient.map_or("–".to_owned(), text::value),
            Some(layer) => format!("{} ({})", text::value(layer.deviation), percent(layer.silent)),
            None => "–".to_owned(),
        };
        html! { <td class="number">{ text }</td> }
    };
    html! {
        <details class="spread-numbers">
            <summary>{ words.numbers }</summary>
            <div class="scroll" tabindex="0" role="group" aria-label={words.numbers}>
                <table class="figures" aria-label={words.numbers}>
                    <thead>
                        <tr>
                            <th scope="col">{ words.layer }</th>
                            { for answer.networks.iter().map(|network| html! {
                                <th scope="col" class="number">
                                    { name(lang, network.rule) }
                                    if !gradients {
                                        { format!(" ({})", words.silent) }
                                    }
                                </th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>
                        { for names.iter().enumerate().map(|(at, name)| html! {
                            <tr>
                                <th scope="row">{ name }</th>
                                { for answer.networks.iter().map(|network| cell(network.layers.get(at))) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </details>
    }
}
