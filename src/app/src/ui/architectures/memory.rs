//! Activation memory by convention, and the figure that does not follow from any.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, copied, count, mebibytes, megabytes, memory_name};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{BYTES, ConfigurationCosts, Counting, Measure, Memory};
use yew::prelude::*;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct MemoryProps {
    /// The language.
    pub lang: Lang,
    /// The configuration.
    pub open: Configuration,
    /// Whether it is the variant with batch norm.
    #[prop_or_default]
    pub norms: bool,
}

/// The table.
#[component]
pub fn MemoryTable(props: &MemoryProps) -> Html {
    let MemoryProps { lang, open, norms } = props;
    let words = arch_words(*lang);
    let costs = ConfigurationCosts::of(*open);
    let row = |memory: Memory| {
        let floats = costs.total(Measure::Floats, Counting { memory, norms: *norms, ..Counting::default() });
        html! {
            <tr>
                <th scope="row">{ memory_name(*lang, memory) }</th>
                <td class="number">{ count(floats) }</td>
                <td class="number">{ megabytes(floats * BYTES) }</td>
                <td class="number">{ mebibytes(floats * BYTES) }</td>
            </tr>
        }
    };
    html! {
        <section class="memory" aria-label={words.memory_title}>
            <h2>{ words.memory_title }<small>{ format!("{} · {}", open.letter, open.name) }</small></h2>
            <p class="dim">{ words.memory_hint }</p>
            <div class="apart">
            <div class="scroll" tabindex="0" role="group">
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{ words.convention }</th>
                            <th scope="col" class="number map">{ words.floats_short }</th>
                            <th scope="col" class="number map">{ "MB" }</th>
                            <th scope="col" class="number map">{ "MiB" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for Memory::ALL.into_iter().map(row) }</tbody>
                </table>
            </div>
            <div>{ for copied(*lang).into_iter().map(|sentence| html! { <p class="prose">{ sentence }</p> }) }</div>
            </div>
        </section>
    }
}
