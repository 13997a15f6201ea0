//! The architectures workbench: the paper's six configurations, what they cost, and what it measured.

pub mod comparison;
mod errors;
mod export;
pub mod layers;
pub mod shares;
pub mod standings;
pub mod table;

use vggscope_core::anatomy::{Anatomy, Measure, Memory, Terms};
use vggscope_core::paper::{PAIRS, Pair};
use vggscope_core::session::{Event, Session};
use vggscope_core::text::{arch_words, copied, measure, memory_name};
use vggscope_core::workbench::Choice as Chosen;
use vggscope_core::zoo::CONFIGURATIONS;
use yew::prelude::*;

use super::Props;
use super::controls::{Choice, place};
use comparison::Comparison;
use errors::Errors;
use export::Tables;
use layers::Layers;
use shares::Shares;
use standings::Standings;
use table::Configurations;

/// The page.
#[component]
pub fn Architectures(props: &Props) -> Html {
    let Props { session, emit } = props;
    let lang = session.lang;
    let words = arch_words(lang);
    let bench = session.workbench;
    let choose = emit.reform(Event::Workbench);
    let pairs = PAIRS.map(|pair: Pair| AttrValue::from(format!("{} → {}", pair.from, pair.to))).to_vec();
    let pick_pair = choose.reform(|at: usize| Chosen::Pair(PAIRS[at]));
    let letters: Vec<AttrValue> =
        CONFIGURATIONS.iter().map(|one| AttrValue::from(format!("{} · {}", one.letter, one.name))).collect();
    let open = CONFIGURATIONS.iter().position(|one| *one == bench.open).unwrap_or_default();
    let pick_open = choose.reform(|at: usize| Chosen::Configuration(CONFIGURATIONS[at]));
    html! {
        <main class="architectures">
            <div class="intro">
                <h2>{ words.title }<small>{ words.intro }</small></h2>
                { terms(session, &choose) }
            </div>
            <Configurations {lang} open={bench.open} part={bench.part} terms={bench.terms} choose={choose.clone()} />
            <section aria-label={words.where_title}>
                <h2>{ words.where_title }<small>{ words.where_hint }</small></h2>
                { bars(session, &choose) }
                <Shares {lang} configurations={CONFIGURATIONS.to_vec()} measure={bench.bars} terms={bench.terms} />
            </section>
            <section aria-label={words.layers_title}>
                <h2>{ words.layers_title }</h2>
                <Choice label={words.configuration} options={letters} chosen={open} pick={pick_open} />
                <Layers {lang} configuration={bench.open} terms={bench.terms} />
                <Tables {lang} configuration={bench.open} terms={bench.terms} />
            </section>
            <section class="memory" aria-label={words.memory_title}>
                <h2>{ words.memory_title }<small>{ words.memory_hint }</small></h2>
                { for copied(lang).into_iter().map(|sentence| html! { <p>{ sentence }</p> }) }
            </section>
            <section aria-label={words.comparisons_title}>
                <h2>{ words.comparisons_title }<small>{ words.comparisons_hint }</small></h2>
                <Choice label={words.pair} options={pairs} chosen={place(&PAIRS, &bench.pair)} pick={pick_pair} />
                <Comparison {lang} pair={bench.pair} />
            </section>
            <Errors {lang} />
            <section aria-label={words.standings_title}>
                <h2>{ words.standings_title }<small>{ words.standings_hint }</small></h2>
                <Standings {lang} />
            </section>
        </main>
    }
}

/// How figures are counted.
fn terms(session: &Session, choose: &Callback<Chosen>) -> Html {
    let words = arch_words(session.lang);
    let Terms { biases, norms, memory } = session.workbench.terms;
    let turn_biases = choose.reform(move |_: yew::Event| Chosen::Biases(!biases));
    let turn_norms = choose.reform(move |_: yew::Event| Chosen::Norms(!norms));
    let memories = Memory::ALL.map(|one| AttrValue::from(memory_name(session.lang, one))).to_vec();
    let pick = choose.reform(|at: usize| Chosen::Memory(Memory::ALL[at]));
    html! {
        <>
            <div class="controls" role="group" aria-label={words.options}>
                <label class="choice">
                    <input type="checkbox" checked={biases} onchange={turn_biases} /><span>{ words.biases }</span>
                </label>
                <label class="choice">
                    <input type="checkbox" checked={norms} onchange={turn_norms} /><span>{ words.norms }</span>
                </label>
                <Choice label={words.memory} options={memories} chosen={place(&Memory::ALL, &memory)} {pick} />
            </div>
            if norms {
                <p class="dim">{ words.norms_hint }</p>
            }
        </>
    }
}

fn bars(session: &Session, choose: &Callback<Chosen>) -> Html {
    // A field does not add up.
    const SUMS: [Measure; 3] = [Measure::Parameters, Measure::Macs, Measure::Floats];
    let options = SUMS.map(|one| AttrValue::from(measure(session.lang, one))).to_vec();
    let pick = choose.reform(|at: usize| Chosen::Bars(SUMS[at]));
    let chosen = place(&SUMS, &session.workbench.bars);
    html! { <Choice label={arch_words(session.lang).bars} {options} {chosen} {pick} /> }
}

/// The figures of a configuration, counted once.
#[hook]
pub fn use_anatomy(configuration: vggscope_core::zoo::Configuration) -> std::rc::Rc<Anatomy> {
    use_memo(configuration, |configuration| Anatomy::of(*configuration))
}
