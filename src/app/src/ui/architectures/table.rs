//! The six configurations side by side, as the paper's table 1 shows them; every cell can be chosen.

use vggscope_core::pages::keys::Move;
use vggscope_core::pages::workbench::Choice;
use vggscope_core::session::Lang;
use vggscope_core::text::{self, ArchWords, arch_words};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{
    ConfigurationCosts, Counting, LayerKind, LayerPlace, Line, Measure, grid, novel,
};
use yew::prelude::*;

use super::totals::totals;
use crate::browser::input;

/// What the table is given.
#[derive(Properties, PartialEq)]
pub struct ConfigurationsProps {
    /// The language.
    pub lang: Lang,
    /// The open configuration.
    pub open: Configuration,
    /// The chosen layer of it.
    pub layer: usize,
    /// How figures are counted.
    #[prop_or_default]
    pub terms: Counting,
    /// What the bars measure.
    #[prop_or(Measure::Parameters)]
    pub bars: Measure,
    /// Told a configuration or a layer.
    #[prop_or_default]
    pub pick: Callback<Choice>,
}

/// The table.
#[component]
pub fn Configurations(props: &ConfigurationsProps) -> Html {
    let ConfigurationsProps { lang, open, layer, terms, bars, pick } = props;
    let words = arch_words(*lang);
    let chosen = use_node_ref();
    let keyed = use_mut_ref(|| false);
    {
        let (chosen, keyed) = (chosen.clone(), keyed.clone());
        use_effect_with((*open, *layer), move |_| {
            if keyed.replace(false) {
                input::focus(&chosen);
            }
        });
    }
    let costs = ConfigurationCosts::all();
    let lines = grid(&costs);
    let column = costs.iter().position(|one| one.configuration == *open).unwrap_or_default();
    let onkeydown = {
        let (pick, lines, layer) = (pick.clone(), lines.clone(), (*layer).max(1));
        let letters: Vec<Configuration> = costs.iter().map(|one| one.configuration).collect();
        Callback::from(move |event: KeyboardEvent| {
            let Some((column, layer)) =
                input::moved(&event).and_then(|step| neighbour(&lines, column, layer, step))
            else {
                return;
            };
            keyed.replace(true);
            pick.emit(Choice::Layer(letters[column], layer));
        })
    };
    let most = costs.iter().flat_map(|one| &one.layers).map(|layer| layer.measure(*bars, *terms)).max();
    let scene = Scene { props, words, costs: &costs, new: new(&costs), most: most.unwrap_or(1), chosen };
    html! {
        <div class="scroll" tabindex="0" role="group">
            <table class="six">
                <thead>
                    <tr>
                        <td></td>
                        { for costs.iter().map(|one| head(props, words, one)) }
                    </tr>
                </thead>
                <tbody>
                    <tr class="whole">
                        <th scope="row">{ text::place(*lang, LayerPlace::Input) }</th>
                        <td colspan="6"><span class="map">{ text::shape(costs[0].layers[0].shape) }</span></td>
                    </tr>
                </tbody>
                { for lines.chunk_by(|one, next| one.place == next.place).map(|lines| {
                    group(&scene, lines, onkeydown.clone())
                }) }
                <tbody>
                    <tr class="whole"><th scope="row">{ words.output.to_lowercase() }</th><td colspan="6">{ words.softmax }</td></tr>
                </tbody>
                { totals(*lang, &costs, *terms) }
            </table>
        </div>
    }
}

struct Scene<'a> {
    props: &'a ConfigurationsProps,
    words: &'static ArchWords,
    costs: &'a [ConfigurationCosts],
    /// For each configuration, which entries the one on its left has not.
    new: Vec<Vec<bool>>,
    most: u64,
    /// The chosen cell.
    chosen: NodeRef,
}

fn new(costs: &[ConfigurationCosts]) -> Vec<Vec<bool>> {
    let entries: Vec<_> = costs.iter().map(|one| one.configuration.entries).collect();
    let first = vec![false; entries.first().map_or(0, |first| first.len())];
    std::iter::once(first).chain(entries.windows(2).map(|pair| novel(pair[0], pair[1]))).collect()
}

fn head(props: &ConfigurationsProps, words: &ArchWords, costs: &ConfigurationCosts) -> Html {
    let one = costs.configuration;
    let onclick = props.pick.reform(move |_: MouseEvent| Choice::Configuration(one));
    html! {
        <th scope="col">
            <button aria-pressed={(one == props.open).to_string()} {onclick}>
                <b>{ one.letter }</b>
                <span>{ one.name }</span>
                <span class="dim">{ format!("{} {}", one.depth(), words.weight_layers) }</span>
            </button>
        </th>
    }
}

/// The lines of one place: a group of rows under one head.
fn group(scene: &Scene, lines: &[Line], onkeydown: Callback<KeyboardEvent>) -> Html {
    html! {
        <tbody {onkeydown}>
            { for lines.iter().enumerate().map(|(at, line)| html! {
                <tr>
                    if at == 0 {
                        <th scope="rowgroup" rowspan={lines.len().to_string()}>{ place(scene, line) }</th>
                    }
                    { for line.cells.iter().enumerate().map(|(column, layer)| match layer {
                        Some(layer) => cell(scene, column, *layer),
                        None => html! { <td class={open(scene, column)}></td> },
                    }) }
                </tr>
            }) }
        </tbody>
    }
}

fn place(scene: &Scene, line: &Line) -> Html {
    let layer = line.cells.iter().zip(scene.costs).find_map(|(at, one)| one.layers.get((*at)?));
    let map = layer.filter(|_| matches!(line.place, LayerPlace::Block(_)));
    html! {
        <>
            { text::place(scene.props.lang, line.place) }
            if let Some(layer) = map {
                <span class="map">{ text::shape_short(layer.shape) }</span>
            }
        </>
    }
}

fn cell(scene: &Scene, column: usize, at: usize) -> Html {
    let costs = &scene.costs[column];
    let ConfigurationsProps { open: opened, layer: chosen, terms, bars, pick, .. } = scene.props;
    let (one, layer) = (costs.configuration, &costs.layers[at]);
    let pressed = one == *opened && at == *chosen;
    // The photo has no cell of its own: the Tab key comes to the first one then.
    let stop = one == *opened && at == (*chosen).max(1);
    let new = layer.entry.is_some_and(|entry| scene.new[column][entry]);
    let name = format!("{} {}: {}", one.letter, layer.name, layer.label());
    let name = if new { format!("{name}, {}", scene.words.adds) } else { name };
    let width = layer.measure(*bars, *terms) as f64 / scene.most as f64 * 100.0;
    let pool = matches!(layer.kind, LayerKind::Pool(_));
    html! {
        <td class={open(scene, column)}>
            <button class={classes!(new.then_some("new"), pool.then_some("pool"))} aria-label={name}
                aria-pressed={pressed.to_string()} tabindex={if stop { "0" } else { "-1" }}
                ref={if pressed { scene.chosen.clone() } else { NodeRef::default() }}
                onclick={pick.reform(move |_: MouseEvent| Choice::Layer(one, at))}>
                <span>{ layer.label() }</span>
                <svg class={class(*bars)} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
                    <rect x={format!("{:.2}", 50.0 - width / 2.0)} width={format!("{width:.2}")} height="3" />
                </svg>
            </button>
        </td>
    }
}

fn open(scene: &Scene, column: usize) -> Option<&'static str> {
    (scene.costs[column].configuration == scene.props.open).then_some("open")
}

fn class(measure: Measure) -> &'static str {
    match measure {
        Measure::Parameters => "kernel",
        Measure::Macs => "work",
        Measure::Floats => "map",
        Measure::Field => "field",
    }
}

/// The nearest cell in a direction, past those that are empty.
fn neighbour(lines: &[Line], column: usize, layer: usize, step: Move) -> Option<(usize, usize)> {
    let at = lines.iter().position(|line| line.cells.get(column) == Some(&Some(layer)))?;
    let across = |column: usize| Some((column, (*lines[at].cells.get(column)?)?));
    let down = |line: &Line| Some((column, (*line.cells.get(column)?)?));
    match step {
        Move::Left => (0..column).rev().find_map(across),
        Move::Right => (column + 1..lines[at].cells.len()).find_map(across),
        Move::Up => lines[..at].iter().rev().find_map(down),
        Move::Down => lines[at + 1..].iter().find_map(down),
        Move::Escape => None,
    }
}
