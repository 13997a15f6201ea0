//! Two lists of layers side by side, and what was changed.

use vggscope_core::session::Lang;
use vggscope_core::text::{ArchWords, arch_words, differences};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{Change, ConfigurationCosts, changes};
use vggscope_core::vgg::paper::Pair;
use yew::prelude::*;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct DifferencesProps {
    /// The language.
    pub lang: Lang,
    /// The two.
    pub pair: Pair,
}

/// The table.
#[component]
pub fn Differences(props: &DifferencesProps) -> Html {
    let DifferencesProps { lang, pair } = props;
    let [from, to] = [pair.from, pair.to].map(|letter| Configuration::of(letter).map(ConfigurationCosts::of));
    let (Some(from), Some(to)) = (from, to) else { return html! {} };
    let words = arch_words(*lang);
    let changes = changes(from.configuration.entries, to.configuration.entries);
    html! {
        <>
            <p class="prose">{ differences(*lang, *pair) }</p>
            <table class="difference">
                <thead>
                    <tr>
                        <th scope="col">{ pair.from }</th>
                        <th scope="col">{ pair.to }</th>
                        <th scope="col">{ words.differs }</th>
                    </tr>
                </thead>
                <tbody>{ for changes.into_iter().map(|change| row(words, &from, &to, change)) }</tbody>
            </table>
        </>
    }
}

fn row(words: &ArchWords, from: &ConfigurationCosts, to: &ConfigurationCosts, change: Change) -> Html {
    let (before, after, class, what) = match change {
        Change::Same { from, to } => (Some(from), Some(to), "same", None),
        Change::Kernel { from, to } => (Some(from), Some(to), "changed", Some(("≠", words.kernel_now))),
        Change::Added { to } => (None, Some(to), "changed", Some(("+", words.added))),
        Change::Removed { from } => (Some(from), None, "changed", Some(("−", words.removed))),
    };
    html! {
        <tr {class}>
            <td>{ label(from, before) }</td>
            <td>{ label(to, after) }</td>
            <td>if let Some((sign, what)) = what { <b>{ sign }</b>{ " " }{ what } }</td>
        </tr>
    }
}

fn label(costs: &ConfigurationCosts, entry: Option<usize>) -> String {
    let part = entry.and_then(|entry| costs.layers.iter().find(|part| part.entry == Some(entry)));
    part.map(|part| part.label()).unwrap_or_default()
}
