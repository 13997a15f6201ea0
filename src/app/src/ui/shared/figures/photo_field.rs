//! The receptive field of a unit, to scale on a photo: the padding drawn outside it, the rest dimmed.

use std::rc::Rc;

use vggscope_core::image::Fit;
use vggscope_core::nn::stack::Stack;
use vggscope_core::receptive_field::{Reach, Span};
use vggscope_core::session::Lang;
use vggscope_core::text::{sees, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::shared::controls::Choice;

/// What the picture is given.
#[derive(Properties, PartialEq)]
pub struct PhotoFieldProps {
    /// The language.
    pub lang: Lang,
    /// The stack.
    pub stack: Rc<Stack>,
    /// Names of its layers, where it has any.
    #[prop_or_default]
    pub names: Vec<AttrValue>,
    /// Where the photo can be had.
    pub photo: AttrValue,
    /// How it becomes the stack's input.
    pub fit: Fit,
}

/// What a centre crop leaves out on each side, as a share of the crop: 224 of 256 pixels are taken.
const EDGE: f64 = 16.0 / 224.0;

/// The picture.
#[component]
pub fn PhotoField(props: &PhotoFieldProps) -> Html {
    let layer = use_state_eq(|| usize::MAX);
    let chosen = use_state_eq(|| None::<[usize; 2]>);
    let over = use_node_ref();
    let words = words(props.lang);
    let Ok(rows) = props.stack.rows() else { return html! {} };
    let at = (*layer).min(rows.len().saturating_sub(1));
    let Some(row) = rows.get(at) else { return html! {} };
    let input = props.stack.input;
    let middle = row.size.map(|count| count / 2);
    let unit = chosen.map_or(middle, |unit| [0, 1].map(|axis| unit[axis].min(row.size[axis] - 1)));
    let seen = [0, 1].map(|axis| row.reach[axis].pixels(unit[axis]));
    let margin = margin(&row.reach, row.size, input);

    let onpointermove = {
        let (chosen, over, reach, size) = (chosen.clone(), over.clone(), row.reach.clone(), row.size);
        move |event: PointerEvent| {
            let Some((across, down)) = input::place(&event, &over) else { return };
            let shares = [down, across];
            chosen.set(Some([0, 1].map(|axis| {
                let pixel = shares[axis] * (input[axis] as f64 + 2.0 * margin[axis]) - margin[axis] - 0.5;
                let unit = ((pixel - reach[axis].centre()) / reach[axis].stride()).round();
                unit.clamp(0.0, size[axis] as f64 - 1.0) as usize
            })));
        }
    };
    let onkeydown = {
        let (chosen, size) = (chosen.clone(), row.size);
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            chosen.set(step.on_grid(size, unit));
        }
    };
    let pick = {
        let layer = layer.clone();
        move |at| layer.set(at)
    };
    let name = |at: usize| {
        props.names.get(at).cloned().unwrap_or_else(|| format!("{} {}", words.calc_layer, at + 1).into())
    };
    let aspect = match props.fit {
        Fit::Centre | Fit::Crop { .. } => "xMidYMid slice",
        Fit::Squeeze => "none",
        Fit::Letterbox => "xMidYMid meet",
    };
    let [height, width] = input;
    // The middle of a larger picture is what is fed: its edges lie beyond the stack's input.
    let edge = if aspect.ends_with("slice") { EDGE } else { 0.0 };
    let image = html! {
        <image href={props.photo.clone()} preserveAspectRatio={aspect}
            x={(-edge * width as f64).to_string()} y={(-edge * height as f64).to_string()}
            width={((1.0 + 2.0 * edge) * width as f64).to_string()}
            height={((1.0 + 2.0 * edge) * height as f64).to_string()} />
    };
    html! {
        <div class="photo-field">
            <div class="controls">
                <Choice label={words.calc_layer} options={(0..rows.len()).map(name).collect::<Vec<_>>()} chosen={at} {pick} />
                <span class="dim">{ words.calc_photo_hint }</span>
            </div>
            <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={words.calc_photo} {onpointermove} {onkeydown}>
                { on_photo(words.calc_photo, image, input, margin, marks(input, &seen)) }
            </div>
            <p class="reading" aria-live="polite">{ sees(props.lang, at + 1, unit, &seen[0], &seen[1]) }</p>
        </div>
    }
}

/// A photo of the input's size with room around it, and marks on it.
pub fn on_photo(label: &'static str, image: Html, input: [usize; 2], margin: [f64; 2], marks: Html) -> Html {
    let [height, width] = input;
    let view = format!(
        "{} {} {} {}",
        -margin[1],
        -margin[0],
        width as f64 + 2.0 * margin[1],
        height as f64 + 2.0 * margin[0]
    );
    html! {
        <svg viewBox={view} role="img" aria-label={label}>
            <svg width={width.to_string()} height={height.to_string()}>{ image }</svg>
            { marks }
        </svg>
    }
}

/// What a unit sees: what lies in the padding hatched, what is not seen dimmed.
pub fn marks(input: [usize; 2], seen: &[Span; 2]) -> Html {
    html! {
        <>
            <path class="dimmed" d={around(input, seen)} />
            <path class="padded" d={outside(input, seen)} />
            { frame(seen) }
        </>
    }
}

/// Room around the photo for what units see beyond it: as much as there is, up to half of the photo.
pub fn margin(reach: &[Reach; 2], size: [usize; 2], input: [usize; 2]) -> [f64; 2] {
    [0, 1].map(|axis| {
        let side = input[axis] as f64;
        let before = -reach[axis].first() as f64;
        let beyond = *reach[axis].pixels(size[axis] - 1).end() as f64 - side + 1.0;
        before.max(beyond).clamp(side * 0.02, side * 0.42) + side * 0.01
    })
}

/// The photo without what is seen of it.
fn around([height, width]: [usize; 2], [rows, columns]: &[Span; 2]) -> String {
    let inside = |span: &Span, side: usize| ((*span.start()).max(0), (span.end() + 1).min(side as i64));
    let ((top, bottom), (left, right)) = (inside(rows, height), inside(columns, width));
    let hole = if top < bottom && left < right {
        format!("M{left} {top}V{bottom}H{right}V{top}Z")
    } else {
        String::new()
    };
    format!("M0 0H{width}V{height}H0Z{hole}")
}

/// What is seen without the photo.
fn outside([height, width]: [usize; 2], [rows, columns]: &[Span; 2]) -> String {
    let (top, bottom) = (*rows.start(), rows.end() + 1);
    let (left, right) = (*columns.start(), columns.end() + 1);
    let cut = |value: i64, side: usize| value.clamp(0, side as i64);
    let ((t, b), (l, r)) = ((cut(top, height), cut(bottom, height)), (cut(left, width), cut(right, width)));
    format!("M{left} {top}H{right}V{bottom}H{left}ZM{l} {t}V{b}H{r}V{t}Z")
}

/// The edge of what is seen.
pub fn frame([rows, columns]: &[Span; 2]) -> Html {
    html! {
        <rect class="field" x={columns.start().to_string()} y={rows.start().to_string()}
            width={(columns.end() - columns.start() + 1).to_string()} height={(rows.end() - rows.start() + 1).to_string()} />
    }
}
