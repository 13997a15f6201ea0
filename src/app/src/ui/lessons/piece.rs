//! A piece of a lesson as the component that plays it.

use std::rc::Rc;

use vggscope_core::nn::stack::Stack;
use vggscope_core::pages::calculator::Costs;
use vggscope_core::pages::lesson::Piece as Kind;
use vggscope_core::pages::workbench::Workbench;
use vggscope_core::session::Learn;
use vggscope_core::text::{arch_words, words};
use vggscope_core::vgg::configuration;
use yew::prelude::*;

use super::LessonsProps;
use super::cfg::Cfg;
use super::crops::Crops;
use super::dense::Dense;
use super::evaluate::Evaluate;
use super::kernels::Kernels;
use super::maps::Maps;
use crate::ui::architectures::{Comparison, Configurations, Layers, Shares, Standings};
use crate::ui::shared::figures::chart::Chart;
use crate::ui::shared::figures::compare::Compare;
use crate::ui::shared::figures::grid::Grid;
use crate::ui::shared::figures::lattice::Lattice;
use crate::ui::shared::figures::photo_field::PhotoField;
use crate::ui::shared::figures::recurrence::{Recurrence, Steps};
use crate::ui::shared::figures::table::Table;

/// What a piece is given.
#[derive(Properties, PartialEq)]
pub struct PieceProps {
    /// What the page is given.
    pub page: LessonsProps,
    /// The piece.
    pub piece: Kind,
}

/// The piece. What a person does to it is forgotten with the step.
#[component]
pub fn Piece(props: &PieceProps) -> Html {
    let steps = use_state_eq(|| 0usize);
    let from = use_state_eq(|| usize::MAX);
    let costs = use_state_eq(Costs::default);
    let bench = use_state_eq(Workbench::default);
    let PieceProps { page, piece } = props;
    {
        let ui = page.ui.clone();
        use_effect_with(piece.needs_engine(), move |needs| {
            if *needs {
                ui.emit(Learn::NeedsEngine);
            }
        });
    }
    let lang = page.ui.lang;
    let (words, arch) = (words(lang), arch_words(lang));
    let shared = |stack: &Stack| Rc::new(stack.clone());
    let (name, body) = match piece {
        Kind::Lattice(stack) => (words.calc_lattice, html! { <Lattice {lang} stack={shared(stack)} /> }),
        Kind::Grid(stack) => (words.calc_grid, html! { <Grid {lang} stack={shared(stack)} /> }),
        Kind::Table(stack) => (words.calc_layers, html! { <Table {lang} stack={shared(stack)} /> }),
        Kind::Chart(stack, other) => (
            words.calc_chart,
            html! { <Chart {lang} stack={shared(stack)} other={other.as_ref().map(shared)} /> },
        ),
        Kind::Recurrence(stack) => {
            let go = {
                let (steps, from) = (steps.clone(), from.clone());
                Callback::from(move |to: Steps| {
                    from.set(to.from);
                    steps.set(to.shown);
                })
            };
            let now = Steps { from: (*from).min(stack.layers.len().saturating_sub(1)), shown: *steps };
            (words.calc_back_title, html! { <Recurrence {lang} stack={shared(stack)} steps={now} {go} /> })
        }
        Kind::Compare(stack, other) => {
            let set = {
                let costs = costs.clone();
                Callback::from(move |next| costs.set(next))
            };
            let compare =
                html! { <Compare {lang} stack={shared(stack)} other={shared(other)} costs={*costs} {set} /> };
            (words.calc_compare, compare)
        }
        Kind::Photo(stack) => (words.calc_photo, field_over_photo(page, shared(stack), Vec::new())),
        Kind::PhotoOf(configuration) => {
            let architecture = configuration::architecture(
                configuration.name,
                configuration.entries,
                configuration::SIDE,
                &configuration::CLASSIFIER,
                false,
            );
            let names =
                architecture.layers[1..].iter().map(|layer| AttrValue::from(layer.name.clone())).collect();
            (
                words.calc_photo,
                field_over_photo(
                    page,
                    Rc::new(configuration::stack(configuration.entries, configuration::SIDE)),
                    names,
                ),
            )
        }
        Kind::Kernels => return html! { <Kernels ..page.clone() /> },
        Kind::Maps => return html! { <Maps ..page.clone() /> },
        Kind::Crops => return html! { <Crops ..page.clone() /> },
        Kind::Dense => return html! { <Dense ..page.clone() /> },
        Kind::Evaluation => return html! { <Evaluate ..page.clone() /> },
        Kind::Cfg => return html! { <Cfg {lang} /> },
        // These are sections of their own.
        Kind::Standings => return html! { <div class="piece"><Standings {lang} /></div> },
        Kind::Layers(open) => return html! { <div class="piece"><Layers {lang} open={*open} /></div> },
        Kind::Shares(open) => return html! { <div class="piece"><Shares {lang} open={*open} /></div> },
        Kind::Comparison(pair) => {
            // A step may hold several.
            let name = format!("{} {}", arch.comparisons_title, pair.name());
            let pair = *pair;
            return html! { <section class="piece" aria-label={name}><Comparison {lang} {pair} alone=false /></section> };
        }
        Kind::Configurations => {
            let pick = {
                let bench = bench.clone();
                Callback::from(move |choice| {
                    let mut next = *bench;
                    next.choose(choice);
                    bench.set(next);
                })
            };
            let Workbench { open, layer, bars, .. } = *bench;
            (arch.title, html! { <Configurations {lang} {open} {layer} {bars} {pick} /> })
        }
        // Questions are the step's.
        Kind::Ask(_) => return html! {},
    };
    html! { <section class="piece" aria-label={name}>{ body }</section> }
}

fn field_over_photo(page: &LessonsProps, stack: Rc<Stack>, names: Vec<AttrValue>) -> Html {
    html! { <PhotoField lang={page.ui.lang} {stack} {names} photo={page.url.clone()} fit={page.fit} /> }
}
