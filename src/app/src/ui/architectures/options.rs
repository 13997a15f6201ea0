//! How the figures are counted, and what the bars of the table show.

use vggscope_core::pages::workbench::{Choice as Chosen, Workbench};
use vggscope_core::session::Lang;
use vggscope_core::text::{self, arch_words};
use vggscope_core::vgg::costs::{ConfigurationCosts, Measure, Memory, table_csv};
use yew::prelude::*;

use super::export::CsvButton;
use crate::ui::shared::controls::{Choice, place};

/// What the options are given.
#[derive(Properties, PartialEq)]
pub struct OptionsProps {
    /// The language.
    pub lang: Lang,
    /// What is chosen.
    pub bench: Workbench,
    /// Told a choice.
    pub pick: Callback<Chosen>,
}

/// The options.
#[component]
pub fn Options(props: &OptionsProps) -> Html {
    let OptionsProps { lang, bench, pick } = props;
    let words = arch_words(*lang);
    let terms = bench.terms;
    let switch = |label: &'static str, on: bool, choice: Chosen| {
        let onclick = pick.reform(move |_: MouseEvent| choice);
        html! { <button class="switch" aria-pressed={on.to_string()} {onclick}>{ label }</button> }
    };
    let conventions = Memory::ALL.map(|memory| AttrValue::from(text::memory_name(*lang, memory))).to_vec();
    let measures = Measure::ALL.map(|measure| AttrValue::from(text::measure(*lang, measure))).to_vec();
    html! {
        <>
            <div class="controls" role="group" aria-label={words.options}>
                { switch(words.biases, terms.biases, Chosen::Biases(!terms.biases)) }
                { switch(words.norms, terms.norms, Chosen::Norms(!terms.norms)) }
                <Choice label={words.memory} options={conventions} chosen={place(&Memory::ALL, &terms.memory)}
                    pick={pick.reform(|at: usize| Chosen::Memory(Memory::ALL[at]))} />
                <Choice label={words.bars} options={measures} chosen={place(&Measure::ALL, &bench.bars)}
                    pick={pick.reform(|at: usize| Chosen::Bars(Measure::ALL[at]))} />
                <CsvButton label={words.table_csv} name="vgg-configurations.csv"
                    make={Callback::from(move |()| table_csv(&ConfigurationCosts::all(), terms))} />
            </div>
            if terms.norms {
                <p class="remarks">{ words.norms_hint }</p>
            }
        </>
    }
}
