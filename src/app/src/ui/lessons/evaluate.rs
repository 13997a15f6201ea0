//! The paper's protocols at test time, run on the learner's photo.

use vggscope_core::session::explorer::RunState;
use vggscope_core::text::evaluation_words;
use yew::prelude::*;

use super::LessonsProps;
use super::material::Material;
use crate::ui::explorer::{Answer, Evaluation, EvaluationProps};

/// The piece.
#[component]
pub fn Evaluate(page: &LessonsProps) -> Html {
    let LessonsProps { ui, photo, evaluation, .. } = page;
    let done = page.layers.as_ref().map_or((0, 0), |layers| (layers.iter().flatten().count(), layers.len()));
    html! {
        <section class="piece" aria-label={evaluation_words(ui.lang).title}>
            <Material ..page.clone() />
            if let Some(evaluation) = evaluation {
                <Evaluation ..EvaluationProps { open: true, ..evaluation.clone() } />
            } else if photo.is_some() {
                <Answer ui={ui.clone()} model={page.model.clone()} state={page.state.clone()} {done} class={page.class} />
                if let Some(RunState::Done(_)) = page.state {
                    <p class="dim">{ evaluation_words(ui.lang).none }</p>
                }
            }
        </section>
    }
}
