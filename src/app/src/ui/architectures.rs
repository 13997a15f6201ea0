//! The architectures workbench: the paper's six configurations, what they cost, and what they are good for.

mod comparison;
mod detail;
mod differences;
mod errors;
mod export;
mod layers;
mod memory;
mod options;
mod shares;
mod slopes;
mod stacked;
mod standings;
mod table;
mod totals;
mod weights;

use vggscope_core::pages::route::{self, Destination};
use vggscope_core::pages::workbench::{Choice, Workbench};
use vggscope_core::session::Event;
use vggscope_core::session::Session;
use vggscope_core::text::arch_words;
use vggscope_core::vgg::paper::PAIRS;
use yew::prelude::*;

use crate::browser::{address, input};
use crate::ui::Ui;
pub use comparison::Comparison;
use detail::Detail;
use errors::Errors;
pub use layers::Layers;
use memory::MemoryTable;
use options::Options;
pub use shares::Shares;
pub use standings::Standings;
pub use table::Configurations;
pub use weights::Weights;

/// The page of a session.
pub fn page(session: &Session, ui: &Ui) -> Html {
    html! { <Architectures ui={ui.clone()} bench={session.workbench} /> }
}

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct ArchitecturesProps {
    /// Language and events.
    pub ui: Ui,
    /// The workbench.
    pub bench: Workbench,
}

/// The page.
#[component]
pub fn Architectures(props: &ArchitecturesProps) -> Html {
    let ArchitecturesProps { ui, bench } = props;
    let comparisons = use_node_ref();
    {
        // An address that names a comparison first means it.
        let comparisons = comparisons.clone();
        use_effect_with((), move |()| {
            if matches!(route::read(&address::read()), Destination::Choices(choices) if matches!(choices[..], [Choice::Pair(_), ..]))
            {
                input::show(&comparisons);
            }
        });
    }
    let (lang, bench) = (ui.lang, *bench);
    let words = arch_words(lang);
    let pick = ui.tell(Event::Compare);
    html! {
        <main class="architectures">
            <section class="configurations" aria-label={words.title}>
                <h2>{ words.title }<small>{ words.intro }</small></h2>
                <Options {lang} {bench} pick={pick.clone()} />
                <div class="beside">
                    <Configurations {lang} open={bench.open} layer={bench.layer} terms={bench.terms} bars={bench.bars}
                        pick={pick.clone()} />
                    <Detail {lang} open={bench.open} layer={bench.layer} terms={bench.terms} />
                </div>
            </section>
            <Weights {lang} open={bench.open} terms={bench.terms} />
            <Shares {lang} open={bench.open} terms={bench.terms} />
            <Layers {lang} open={bench.open} layer={bench.layer} terms={bench.terms} pick={pick.clone()} />
            <MemoryTable {lang} open={bench.open} norms={bench.terms.norms} />
            <section ref={comparisons} class="comparisons" aria-label={words.comparisons_title}>
                <h2>{ words.comparisons_title }<small>{ words.comparisons_hint }</small></h2>
                <div class="pairs" role="group" aria-label={words.pair}>
                    { for PAIRS.into_iter().map(|pair| html! {
                        <button aria-pressed={(bench.pair == pair).to_string()}
                            onclick={pick.reform(move |_: MouseEvent| Choice::Pair(pair))}>
                            { format!("{} → {}", pair.from, pair.to) }
                        </button>
                    }) }
                </div>
                <Comparison {lang} pair={bench.pair} />
            </section>
            <Errors {lang} />
            <Standings {lang} />
        </main>
    }
}
