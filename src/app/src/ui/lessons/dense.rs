//! Dense evaluation: over a larger picture the first dense layer, as a 7x7 convolution, gives a map of class scores.

use vggscope_core::text::lesson_words;
use vggscope_core::vgg::configuration;
use yew::prelude::*;

use super::LessonsProps;
use crate::browser::input;

/// Sides that are offered: whole multiples of the effective stride.
const SIDES: (usize, usize, usize) = (224, 512, 32);

/// The piece.
#[component]
pub fn Dense(page: &LessonsProps) -> Html {
    let side = use_state_eq(|| 384usize);
    let words = lesson_words(page.ui.lang);
    let oninput = {
        let side = side.clone();
        move |event: InputEvent| side.set(input::text(&event).parse().unwrap_or(*side))
    };
    let scores = configuration::score_map(*side);
    let chain: Vec<String> = configuration::pooled(*side).iter().map(usize::to_string).collect();
    let step = SIDES.2;
    let square = |class: &'static str, at: usize, length: usize| {
        html! { <rect {class} x={at.to_string()} y={at.to_string()} width={length.to_string()} height={length.to_string()} /> }
    };
    html! {
        <section class="piece" aria-label={words.dense}>
            <div class="controls">
                <label class="choice">
                    <span>{ words.side }</span>
                    <input type="range" min={SIDES.0.to_string()} max={SIDES.1.to_string()} step={step.to_string()}
                        value={side.to_string()} {oninput} />
                    <output>{ *side }</output>
                </label>
            </div>
            <div class="pair">
                <svg class="windows" viewBox={format!("-4 -4 {0} {0}", SIDES.1 + 8)} role="img" aria-label={words.window}>
                    <image href={page.url.clone()} width={side.to_string()} height={side.to_string()} preserveAspectRatio="xMidYMid slice" />
                    { for (0..scores).map(|at| square("faint", at * step, configuration::SIDE)) }
                    { square("field", 0, configuration::SIDE) }
                </svg>
                <dl class="facts">
                    <dt>{ words.dense_maps }</dt><dd>{ chain.join(" → ") }</dd>
                    <dt>{ words.scores }</dt><dd class="map">{ format!("{scores}×{scores}") }</dd>
                    <dt>{ words.window }</dt><dd class="field">{ format!("{0}×{0}", configuration::SIDE) }</dd>
                </dl>
            </div>
        </section>
    }
}
