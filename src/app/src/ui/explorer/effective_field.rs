//! The effective receptive field of the pinned unit: how much each pixel counts, and how that grows with a box.

use vggscope_core::explain::{Kind, effective_field};
use vggscope_core::receptive_field::Span;
use vggscope_core::receptive_field::effective::Growth;
use vggscope_core::render::{ColourMap, Range, Tile};
use vggscope_core::session::explorer::selection::Lit;
use vggscope_core::session::explorer::{Explore, Phase};
use vggscope_core::shared::Shared;
use vggscope_core::text::{effective, unit_words};
use yew::prelude::*;

use super::focus::use_focus;
use crate::browser::canvas;
use crate::ui::Ui;
use crate::ui::shared::controls::Waiting;

/// Bright is much.
const COLOURS: ColourMap = ColourMap::Magma;
/// Width and height of the chart.
const SIZE: [f64; 2] = [256.0, 80.0];

/// How much each pixel counts, as a picture to lie over the photo.
#[derive(Properties, PartialEq)]
pub struct GlowProps {
    /// How much each counts.
    pub answer: Shared<effective_field::Answer>,
    /// Rows and columns of the network's input.
    pub input: [usize; 2],
}

/// The picture, in an SVG whose units are pixels of the network's input.
#[component]
pub fn Glow(props: &GlowProps) -> Html {
    let [height, width] = props.input;
    let url = use_memo((props.answer.clone(), width), |(answer, width)| {
        let gradient = answer.gradient.as_deref().unwrap_or_default();
        let most = gradient.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let range = Range { low: 0.0, high: 1.0 };
        let pixel = |value: &f32| {
            // The tail of a bell would be black on any other scale.
            let strength = (value / most).sqrt();
            let [r, g, b] = COLOURS.tint(strength, range);
            [r, g, b, ((0.25 + 0.75 * strength) * 255.0) as u8]
        };
        let rgba = gradient.iter().flat_map(pixel).collect();
        canvas::url(&Tile { width: *width, height: gradient.len() / (*width).max(1), rgba })
    });
    html! {
        if let Some(url) = &*url {
            <image class="glow" href={url.clone()} width={width.to_string()} height={height.to_string()}
                preserveAspectRatio="none" />
        }
    }
}

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct EffectiveProps {
    /// Language and events.
    pub ui: Ui,
    /// Whether it is asked for.
    pub shown: bool,
    /// How the question stands.
    pub phase: Option<Phase>,
    /// Columns of the network's input.
    pub width: usize,
}

/// The button, and below it what was found.
#[component]
pub fn Effective(props: &EffectiveProps) -> Html {
    let EffectiveProps { ui, shown, phase, width } = props;
    let words = unit_words(ui.lang);
    let (shown, width) = (*shown, *width);
    let focus = use_focus();
    let toggle = ui.tell(move |_: MouseEvent| Explore::EffectiveField(!shown));
    let growth = {
        let field = match &focus.lit {
            Some(Lit::Field { pixels, .. }) => Some(pixels.clone()),
            _ => None,
        };
        use_memo((focus.gradient.clone(), width, field), |(answer, width, field)| {
            let (gradient, field) = (answer.as_ref()?.gradient.as_deref()?, field.clone()?);
            Some((Growth::of(gradient, *width, &field), field))
        })
    };
    let body = match (shown, &focus.gradient, &*growth) {
        (false, ..) => html! {},
        (_, Some(answer), _) if answer.gradient.is_none() => html! { <p>{ words.effective_none }</p> },
        (_, Some(_), Some((growth, field))) => html! {
            <>
                { chart(words.effective_chart, growth, field) }
                <p class="reading">{ effective(ui.lang, growth, field) }</p>
                <p class="dim">{ words.effective_hint }</p>
            </>
        },
        _ if focus.pinned_unit().is_none() => html! { <p class="dim">{ words.effective_pin }</p> },
        _ => html! {},
    };
    html! {
        <div class="effective">
            <button class="small" aria-pressed={shown.to_string()} onclick={toggle}>
                { if shown { words.effective_hide } else { words.effective } }
            </button>
            if shown {
                <Waiting ui={ui.clone()} kind={Kind::EffectiveField} phase={phase.clone()} />
            }
            { body }
        </div>
    }
}

/// The share within a box against its side, beside what it would be if all pixels of the field counted alike.
fn chart(label: &'static str, growth: &Growth, field: &[Span; 2]) -> Html {
    let sides = [0, 1].map(|axis: usize| (field[axis].end() - field[axis].start() + 1) as f64);
    let last = (growth.shares.len() - 1).max(1) as f64;
    let line = |share: &dyn Fn(usize) -> f64| {
        let point =
            |at: usize| format!("{:.1},{:.1}", at as f64 / last * SIZE[0], (1.0 - share(at)) * SIZE[1]);
        (0..growth.shares.len()).map(point).collect::<Vec<_>>().join(" ")
    };
    let even = |at: usize| {
        let side = 2.0 * at as f64 + 1.0;
        (side.min(sides[0]) * side.min(sides[1])) / (sides[0] * sides[1])
    };
    html! {
        <figure class="growth">
            <svg viewBox={format!("0 0 {} {}", SIZE[0], SIZE[1])} role="img" aria-label={label}>
                <polyline class="even" points={line(&even)} />
                <polyline class="share" points={line(&|at| growth.shares[at])} />
                <line x1="0" x2={SIZE[0].to_string()} y1={SIZE[1].to_string()} y2={SIZE[1].to_string()} />
            </svg>
            <p class="ends"><span>{ "1×1" }</span><span>{ format!("{}×{}", sides[0], sides[1]) }</span></p>
            <figcaption>{ label }</figcaption>
        </figure>
    }
}
