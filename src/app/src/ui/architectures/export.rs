//! Buttons that save tables and charts as files.

use vggscope_core::anatomy::{Anatomy, Terms, layers_csv, table_csv};
use vggscope_core::session::Lang;
use vggscope_core::text::arch_words;
use vggscope_core::zoo::Configuration;
use yew::prelude::*;

use crate::browser::save;

const CSV: &str = "text/csv";

/// What the tables' buttons are given.
#[derive(Properties, PartialEq)]
pub struct TablesProps {
    /// The language.
    pub lang: Lang,
    /// Whose layers are saved.
    pub configuration: Configuration,
    /// How figures are counted.
    pub terms: Terms,
}

/// Buttons for the tables.
#[component]
pub fn Tables(props: &TablesProps) -> Html {
    let TablesProps { lang, configuration, terms } = *props;
    let words = arch_words(lang);
    let table =
        move |_: MouseEvent| save::text("vgg-configurations.csv", CSV, &table_csv(&Anatomy::all(), terms));
    let layers = move |_: MouseEvent| {
        let name = format!("vgg-{}-layers.csv", configuration.letter.to_lowercase());
        save::text(&name, CSV, &layers_csv(&Anatomy::of(configuration), terms));
    };
    html! {
        <div class="ways" role="group" aria-label={words.save}>
            <button onclick={table}>{ words.table_csv }</button>
            <button onclick={layers}>{ words.layers_csv }</button>
        </div>
    }
}

/// What a chart's buttons are given.
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The language.
    pub lang: Lang,
    /// The chart.
    pub chart: NodeRef,
    /// What its files are called.
    pub name: &'static str,
}

/// Buttons for a chart.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let ChartProps { lang, chart, name } = props;
    let (words, name) = (arch_words(*lang), *name);
    let svg = {
        let chart = chart.clone();
        move |_: MouseEvent| save::svg(&format!("{name}.svg"), &chart)
    };
    let png = {
        let chart = chart.clone();
        move |_: MouseEvent| save::png(&format!("{name}.png"), &chart)
    };
    html! {
        <div class="ways" role="group" aria-label={words.save}>
            <button class="small" onclick={svg}>{ words.svg }</button>
            <button class="small" onclick={png}>{ words.png }</button>
        </div>
    }
}
