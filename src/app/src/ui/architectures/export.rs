//! Buttons that save a table or a chart.

use vggscope_core::session::Lang;
use vggscope_core::text::arch_words;
use yew::prelude::*;

use crate::browser::save;

/// What a button for a table is given.
#[derive(Properties, PartialEq)]
pub struct CsvProps {
    /// What it says.
    pub label: AttrValue,
    /// Name of the file.
    pub name: AttrValue,
    /// Makes what it holds.
    pub make: Callback<(), String>,
}

/// A button that saves a table.
#[component]
pub fn CsvButton(props: &CsvProps) -> Html {
    let (name, make) = (props.name.clone(), props.make.clone());
    let onclick = move |_: MouseEvent| save::text(&name, "text/csv;charset=utf-8", &make.emit(()));
    html! { <button class="small save" {onclick}>{ &props.label }</button> }
}

/// What the buttons for a chart are given.
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The language.
    pub lang: Lang,
    /// What the chart is called.
    pub title: AttrValue,
    /// Name of the file, without its end.
    pub name: AttrValue,
    /// The chart: an `svg` element.
    pub chart: NodeRef,
}

/// Buttons that save a chart.
#[component]
pub fn SaveChart(props: &ChartProps) -> Html {
    let ChartProps { lang, title, name, chart } = props;
    let words = arch_words(*lang);
    let button = |label: &'static str, end: &str, save: fn(&str, &NodeRef)| {
        let (chart, file) = (chart.clone(), format!("{name}.{end}"));
        let onclick = move |_: MouseEvent| save(&file, &chart);
        html! { <button class="small" aria-label={format!("{label}: {title}")} {onclick}>{ label }</button> }
    };
    html! {
        <span class="save" role="group" aria-label={words.save}>
            { button(words.svg, "svg", save::svg) }
            { button(words.png, "png", save::png) }
        </span>
    }
}
