//! The explorer: a photo, what the network says of it, every layer, and one unit under the microscope.

mod answer;
mod attribution;
mod breakdown;
mod effective_field;
mod evaluation;
mod feature_map;
mod focus;
mod kernels;
mod keys;
mod layer;
mod model;
mod photo;
mod preprocess;
mod receptive_field;
mod reference;
mod size;
mod strip;
mod timing;

use vggscope_core::session::Session;
use vggscope_core::session::explorer::timing::Timing;
use yew::prelude::*;

use super::Ui;
use focus::{Focus, FocusProvider};

pub use answer::Answer;
pub use evaluation::{Evaluation, EvaluationProps};
pub use photo::{Pictures, samples};

/// The page; `url` is where the photo on screen can be had.
pub fn page(session: &Session, ui: &Ui, url: Option<AttrValue>) -> Html {
    let explorer = session.explorer.as_ref();
    let run = explorer.and_then(|explorer| explorer.run.as_ref());
    let fresh = session.photo.is_none();
    let model = html! {
        <model::ModelPanel ui={ui.clone()} model={explorer.map(|explorer| explorer.model.clone())}
            name={explorer.map(|explorer| AttrValue::from(explorer.name.clone())).unwrap_or_default()}
            source={explorer.map(|explorer| explorer.source)} preset={explorer.and_then(|explorer| explorer.preset)}
            checked={explorer.is_some_and(|explorer| explorer.checked)} loading={session.inputs.loading.is_some()}
            catalog={session.inputs.catalog().to_vec()} />
    };
    let open = explorer.and_then(|explorer| explorer.selection.channel).is_some();
    html! {
        <FocusProvider context={Focus::of(session)}>
            // Before any photo the page is an invitation.
            <main class={fresh.then_some("fresh")}>
                <div class="side">
                    <photo::PhotoPanel ui={ui.clone()} photo={session.photo.clone()} url={url.clone()}
                        input={run.and_then(|run| run.input.clone())} fit={session.fit} />
                    if !fresh {
                        { answer::panel(session, ui) }
                        { explorer.map(|explorer| attribution::panel(explorer, ui)) }
                        { model.clone() }
                    }
                </div>
                <div class="bench">
                    <strip::Strip ui={ui.clone()} model={explorer.map(|explorer| explorer.model.clone())}
                        layers={run.map(|run| run.layers.clone())}
                        open={explorer.and_then(|explorer| explorer.selection.layer)} />
                    <keys::Keys ui={ui.clone()} help={session.help} letters={session.prefs.letter_keys}
                        photo={session.photo.as_ref().map(|photo| photo.source)} />
                    if fresh {
                        { model }
                    } else {
                        <div class={classes!("look", open.then_some("close"))}>
                            { layer::panel(explorer, ui) }
                            <div class="one">
                                { feature_map::panel(session, ui, url.clone()) }
                                { breakdown::panel(explorer, ui) }
                            </div>
                            { explorer.map(|explorer| kernels::panel(explorer, ui)) }
                        </div>
                        { explorer.zip(url).and_then(|(explorer, url)| EvaluationProps::of(explorer, ui, url)).map(|props| html! { <Evaluation ..props /> }) }
                        { timing(session, ui) }
                    }
                </div>
            </main>
        </FocusProvider>
    }
}

fn timing(session: &Session, ui: &Ui) -> Html {
    let shown = || {
        let explorer = session.explorer.as_ref()?;
        let run = explorer.run.as_ref()?;
        let decoded = session.photo.as_ref().map_or(0.0, |photo| photo.ms);
        let timing = Timing::of(&explorer.model, run, decoded)?;
        let (model, variant) = (explorer.model.clone(), session.engine.variant()?.clone());
        Some(html! { <timing::TimingPanel ui={ui.clone()} {model} run={run.id} {timing} {variant} /> })
    };
    shown().unwrap_or_default()
}
