//! The paper's table 1, every cell of it alive, and the figures of the chosen one.

use vggscope_core::anatomy::{Anatomy, BYTES, Line, Measure, Part, Place, Terms, grid, novel};
use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, macs, megabytes, part_line, percent, place, shape};
use vggscope_core::workbench::Choice;
use vggscope_core::zoo::{CONFIGURATIONS, Configuration};
use yew::prelude::*;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct ConfigurationsProps {
    /// The language.
    pub lang: Lang,
    /// The open configuration.
    pub open: Configuration,
    /// The place of the chosen layer among its parts.
    pub part: usize,
    /// How figures are counted.
    pub terms: Terms,
    /// Told what is chosen.
    pub choose: Callback<Choice>,
}

/// The table.
#[component]
pub fn Configurations(props: &ConfigurationsProps) -> Html {
    let ConfigurationsProps { lang, open, part, terms, choose } = props;
    let words = arch_words(*lang);
    let anatomies = use_memo((), |()| Anatomy::all());
    let new: Vec<Vec<bool>> = CONFIGURATIONS
        .iter()
        .enumerate()
        .map(|(at, one)| match at.checked_sub(1) {
            Some(left) => novel(CONFIGURATIONS[left].entries, one.entries),
            None => vec![false; one.entries.len()],
        })
        .collect();
    let lines = grid(&anatomies);
    let cell = |column: usize, at: Option<usize>| {
        let Some((at, cell)) = at.and_then(|at| Some((at, anatomies[column].parts.get(at)?))) else {
            return html! { <td></td> };
        };
        let configuration = CONFIGURATIONS[column];
        let chosen = configuration == *open && at == *part;
        let onclick = choose.reform(move |_: MouseEvent| Choice::Part(configuration, at));
        let fresh = cell.entry.is_some_and(|entry| new[column].get(entry) == Some(&true));
        let label = if fresh {
            html! { <b>{ cell.label() }</b> }
        } else {
            html! { { cell.label() } }
        };
        let name = format!("{} {}: {}", configuration.letter, cell.name, cell.label());
        html! { <td><button {onclick} aria-pressed={chosen.to_string()} aria-label={name}>{ label }</button></td> }
    };
    let line = |(at, line): (usize, &Line)| {
        let first = at == 0 || lines[at - 1].place != line.place;
        let rows = lines.iter().filter(|other| other.place == line.place).count();
        html! {
            <tr class={classes!(first.then_some("first"), matches!(line.place, Place::Dense(_)).then_some("dense"))}>
                if first {
                    <th scope="rowgroup" rowspan={rows.to_string()}>{ place(*lang, line.place) }</th>
                }
                { for line.cells.iter().enumerate().map(|(column, at)| cell(column, *at)) }
            </tr>
        }
    };
    let total = |name: &str, class: &'static str, of: &dyn Fn(&Anatomy) -> String| {
        html! {
            <tr>
                <th scope="row">{ name.to_owned() }</th>
                { for anatomies.iter().map(|one| html! { <td class={classes!("number", class)}>{ of(one) }</td> }) }
            </tr>
        }
    };
    let sum = |measure: Measure| move |one: &Anatomy| count(one.total(measure, *terms));
    let found = anatomies.iter().find(|one| one.configuration == *open).and_then(|one| one.parts.get(*part));
    html! {
        <div class="six">
            <div class="scroll" tabindex="0" role="group" aria-label={words.title}>
                <table>
                    <thead>
                        <tr>
                            <td></td>
                            { for CONFIGURATIONS.iter().map(|one| html! {
                                <th scope="col">{ one.letter }<small>{ format!("{} {}", one.depth(), words.weight_layers) }</small></th>
                            }) }
                        </tr>
                    </thead>
                    <tbody>{ for lines.iter().enumerate().map(line) }</tbody>
                    <tfoot>
                        { total(words.parameters, "kernel", &sum(Measure::Parameters)) }
                        { total(words.of_convolutions, "", &|one| {
                            count(one.total(Measure::Parameters, *terms) - one.dense(Measure::Parameters, *terms))
                        }) }
                        { total(words.dense_share, "", &|one| percent(one.dense_share(*terms))) }
                        { total(words.macs, "", &|one| macs(one.total(Measure::Macs, *terms) as f64)) }
                        { total(words.floats, "map", &sum(Measure::Floats)) }
                        { total(words.last_pool, "field", &|one| one.field().to_string()) }
                    </tfoot>
                </table>
            </div>
            if let Some(part) = found {
                { detail(*lang, *open, part, *terms) }
            }
        </div>
    }
}

fn detail(lang: Lang, open: Configuration, part: &Part, terms: Terms) -> Html {
    let words = arch_words(lang);
    let floats = part.floats(terms);
    html! {
        <section class="detail" aria-label={words.layer} aria-live="polite">
            <h2>{ &part.name }<small>{ format!("{} · {}", open.letter, open.name) }</small></h2>
            <p>{ part_line(lang, part) }</p>
            <dl class="facts">
                <dt>{ words.shape }</dt><dd class="map">{ shape(part.shape) }</dd>
                <dt>{ words.field }</dt><dd class="field">{ part.reach.size() }</dd>
                <dt>{ words.weights }</dt><dd class="kernel">{ count(part.weights) }</dd>
                <dt>{ words.bias_count }</dt><dd class="kernel">{ count(part.biases) }</dd>
                if terms.norms {
                    <dt>{ words.norm_count }</dt><dd class="kernel">{ count(part.norms) }</dd>
                }
                <dt>{ words.parameters }</dt><dd class="kernel">{ count(part.parameters(terms)) }</dd>
                <dt>{ words.macs }</dt><dd>{ count(part.macs) }</dd>
                <dt>{ words.floats }</dt><dd class="map">{ format!("{} · {}", count(floats), megabytes(floats * BYTES)) }</dd>
            </dl>
        </section>
    }
}
