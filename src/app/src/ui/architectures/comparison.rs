//! Two configurations: what differs in the layers, what the errors say, and what follows.

use vggscope_core::anatomy::{Change, changes};
use vggscope_core::paper::{Pair, Protocol, Scale, change_in, errors};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, conclusion, costs, differences, points, tenths};
use vggscope_core::zoo::{Configuration, Entry};
use yew::prelude::*;

/// What the comparison is given.
#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    /// The language.
    pub lang: Lang,
    /// The two.
    pub pair: Pair,
}

/// The comparison.
#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let ComparisonProps { lang, pair } = *props;
    let words = arch_words(lang);
    html! {
        <div class="comparison">
            <section aria-label={words.differs}>
                <h3>{ words.differs }</h3>
                { lists(lang, pair) }
                <p>{ differences(lang, pair) }</p>
                <p class="dim">{ costs(lang, pair) }</p>
            </section>
            <section aria-label={words.errors_say}>
                <h3>{ words.errors_say }<small>{ words.top1 }{ " · %" }</small></h3>
                { table(lang, pair) }
            </section>
            <section class="conclusion" aria-label={words.conclusion}>
                <h3>{ words.conclusion }</h3>
                { for conclusion(lang, pair).into_iter().map(|sentence| html! { <p>{ sentence }</p> }) }
            </section>
        </div>
    }
}

/// Both lists side by side, what differs marked by a sign and a border.
fn lists(lang: Lang, pair: Pair) -> Html {
    let words = arch_words(lang);
    let (Some(from), Some(to)) = (Configuration::of(pair.from), Configuration::of(pair.to)) else {
        return html! {};
    };
    let line = |change: Change| {
        let (left, right, class, what) = match change {
            Change::Same { from: a, to: b } => (Some(a), Some(b), "", ""),
            Change::Kernel { from: a, to: b } => (Some(a), Some(b), "changed", words.kernel_now),
            Change::Added { to: b } => (None, Some(b), "changed", words.added),
            Change::Removed { from: a } => (Some(a), None, "changed", words.removed),
        };
        let name =
            |list: &[Entry], at: Option<usize>| at.and_then(|at| list.get(at)).map(entry).unwrap_or_default();
        html! {
            <tr {class}>
                <td>{ name(from.entries, left) }</td>
                <td>{ name(to.entries, right) }</td>
                <td class="dim">{ what }</td>
            </tr>
        }
    };
    html! {
        <table class="lists">
            <thead><tr><th scope="col">{ pair.from }</th><th scope="col">{ pair.to }</th><td></td></tr></thead>
            <tbody>{ for changes(from.entries, to.entries).into_iter().map(line) }</tbody>
        </table>
    }
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Conv3(channels) => format!("conv3-{channels}"),
        Entry::Conv1(channels) => format!("conv1-{channels}"),
        Entry::Lrn => "LRN".to_owned(),
        Entry::Pool => "maxpool".to_owned(),
    }
}

fn table(lang: Lang, pair: Pair) -> Html {
    let words = arch_words(lang);
    let lines = Scale::ALL
        .into_iter()
        .flat_map(|scale| [(scale, Protocol::Single, words.single), (scale, Protocol::Multi, words.multi)]);
    // A scale at which neither was measured says nothing.
    let measured =
        |scale, protocol| [pair.from, pair.to].iter().any(|letter| errors(letter, scale, protocol).is_some());
    let line = |(scale, protocol, name): (Scale, Protocol, &str)| {
        let of =
            |letter| errors(letter, scale, protocol).map_or("–".to_owned(), |errors| tenths(errors.top1));
        let change = change_in(pair.from, pair.to, scale, protocol);
        let class = match change {
            Some(change) if change < 0 => "better",
            Some(change) if change > 0 => "worse",
            _ => "",
        };
        html! {
            <tr>
                <th scope="row">{ format!("S = {} · {name}", scale.label()) }</th>
                <td class="number">{ of(pair.from) }</td>
                <td class="number">{ of(pair.to) }</td>
                <td class={classes!("number", class)}>{ change.map_or(words.not_measured.to_owned(), points) }</td>
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label={words.errors_say}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ words.training_scale }</th>
                        <th scope="col" class="number">{ pair.from }</th>
                        <th scope="col" class="number">{ pair.to }</th>
                        <th scope="col" class="number">{ words.change }</th>
                    </tr>
                </thead>
                <tbody>
                    { for lines.filter(|(scale, protocol, _)| measured(*scale, *protocol)).map(line) }
                </tbody>
            </table>
        </div>
    }
}
