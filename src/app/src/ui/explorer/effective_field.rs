//! The effective receptive field of the pinned unit: how much each pixel counts, and how that grows with a box.

use vggscope_core::receptive_field::Span;
use vggscope_core::receptive_field::effective::Growth;
use vggscope_core::render::{ColourMap, Range, Tile};
use vggscope_core::session::selection::Seen;
use vggscope_core::session::{Event, Influence, Session};
use vggscope_core::text::{effective, unit_words};
use vggscope_core::wire::Task;
use yew::prelude::*;

use crate::browser::canvas;
use crate::ui::Props;
use crate::ui::shared::controls::Busy;

/// Bright is much.
const COLOURS: ColourMap = ColourMap::Magma;
/// Width and height of the chart.
const SIZE: [f64; 2] = [256.0, 80.0];

/// What is known of the pinned unit, where it is asked for.
pub fn found(session: &Session) -> Option<&Influence> {
    let (unit, run) = (session.pinned_unit()?, session.run.as_ref()?);
    let influence = session.influence.as_ref().filter(|_| session.effective)?;
    (influence.unit == unit && influence.job == run.job).then_some(influence)
}

/// How much each pixel counts, as a picture to lie over the photo.
#[derive(Properties, PartialEq)]
pub struct GlowProps {
    /// How much each counts.
    pub influence: Influence,
    /// Rows and columns of what the network is fed.
    pub input: [usize; 2],
}

/// The picture, in an SVG whose units are pixels of what the network is fed.
#[component]
pub fn Glow(props: &GlowProps) -> Html {
    let [height, width] = props.input;
    let url = use_memo((props.influence.clone(), width), |(influence, width)| {
        let most = influence.values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let range = Range { low: 0.0, high: 1.0 };
        let pixel = |value: &f32| {
            // The tail of a bell would be black on any other scale.
            let strength = (value / most).sqrt();
            let [r, g, b] = COLOURS.tint(strength, range);
            [r, g, b, ((0.25 + 0.75 * strength) * 255.0) as u8]
        };
        let rgba = influence.values.iter().flat_map(pixel).collect();
        canvas::url(&Tile { width: *width, height: influence.values.len() / (*width).max(1), rgba })
    });
    html! {
        if let Some(url) = &*url {
            <image class="glow" href={url.clone()} width={width.to_string()} height={height.to_string()}
                preserveAspectRatio="none" />
        }
    }
}

/// The button, and below it what was found.
#[component]
pub fn Effective(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = unit_words(session.lang);
    let shown = session.effective;
    let toggle = emit.reform(move |_: MouseEvent| Event::Effective(!shown));
    let growth = {
        let input = session.model.as_ref().map(|model| model.about.net.input());
        let field = match session.seen() {
            Some(Seen::Field { pixels, .. }) => Some(pixels),
            _ => None,
        };
        use_memo((found(session).cloned(), input, field), |(influence, input, field)| {
            let (influence, input, field) = (influence.as_ref()?, (*input)?, field.clone()?);
            Some((Growth::of(&influence.values, input.width, &field), field))
        })
    };
    let body = match (shown, found(session), &*growth) {
        (false, ..) => html! {},
        (_, Some(influence), _) if influence.values.is_empty() => html! { <p>{ words.effective_none }</p> },
        (_, Some(_), Some((growth, field))) => html! {
            <>
                { chart(words.effective_chart, growth, field) }
                <p class="reading">{ effective(session.lang, growth, field) }</p>
                <p class="dim">{ words.effective_hint }</p>
            </>
        },
        _ if session.pinned_unit().is_none() => html! { <p class="dim">{ words.effective_pin }</p> },
        _ => html! {},
    };
    html! {
        <div class="effective">
            <button class="small" aria-pressed={shown.to_string()} onclick={toggle}>
                { if shown { words.effective_hide } else { words.effective } }
            </button>
            <Busy session={session.clone()} emit={emit.clone()} task={Task::Influence} />
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
