//! What the unit pointed at sees, on the photo; and the other way round, which units see a pixel.

use vggscope_core::image::{Fit, Rect, placement};
use vggscope_core::model::Model;
use vggscope_core::nn::{LayerId, Position};
use vggscope_core::receptive_field::Span;
use vggscope_core::session::Photo;
use vggscope_core::session::explorer::export::files;
use vggscope_core::session::explorer::selection::Lit;
use vggscope_core::session::explorer::{Cursor, Explore, NetworkInput, Target};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, unit_words, words};
use yew::prelude::*;

use super::effective_field::Glow;
use super::focus::use_focus;
use crate::browser::{input, save};
use crate::ui::Ui;
use crate::ui::shared::figures::photo_field::{frame, margin, marks, on_photo};
use crate::ui::shared::zoom::Zoom;

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// The open layer.
    pub layer: LayerId,
    /// The photo.
    pub photo: Shared<Photo>,
    /// What the network is fed of it.
    pub input: Shared<NetworkInput>,
    /// How the photo was made that.
    pub fit: Fit,
    /// Where the photo can be had.
    pub url: AttrValue,
}

/// The photo with room for the padding around it, and what is lit on it.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { ui, model, layer: id, photo, input: pixels, fit, url } = props;
    let words = words(ui.lang);
    let over = use_node_ref();
    let focus = use_focus();
    let field = model.receptive_fields.get(usize::from(id.0));
    let (Some(layer), Some(field)) = (model.architecture.layer(*id), field) else { return html! {} };
    let Some(reach) = &field.reach else {
        return html! { <p class="dim">{ words.sees_unknown }</p> };
    };
    let shape = model.architecture.input();
    let input = [shape.height, shape.width];
    let margin = margin(reach, [layer.shape.height, layer.shape.width], input);
    let Rect { x, y, width, height } = placement([photo.width, photo.height], pixels.crop, *fit, shape);
    let image = html! {
        <image href={url.clone()} preserveAspectRatio="none" x={x.to_string()} y={y.to_string()}
            width={width.to_string()} height={height.to_string()} />
    };
    let pixel = match focus.cursor.target() {
        Some(Target::Pixel(pixel)) => pixel,
        _ => input.map(|side| side / 2),
    };
    let under = {
        let over = over.clone();
        move |event: &PointerEvent| {
            let (across, down) = input::place(event, &over)?;
            let at = |share: f64, axis: usize| {
                let place = share * (input[axis] as f64 + 2.0 * margin[axis]) - margin[axis];
                (place >= 0.0 && place < input[axis] as f64).then_some(place as usize)
            };
            Some(Target::Pixel([at(down, 0)?, at(across, 1)?]))
        }
    };
    let Pointing { onpointermove, onpointerleave, onpointerup } = pointing(ui, focus.cursor, under);
    let onkeydown = keys(ui, input, pixel, Target::Pixel);
    let take = {
        let (over, name) = (over.clone(), format!("{}-field.png", files::stem(&layer.name)));
        move |_: MouseEvent| save::figure(&name, &over)
    };
    let told = focus.lit.as_ref().map(|lit| match lit {
        Lit::Field { unit, pixels } => text::field(ui.lang, &layer.name, *unit, pixels, shape),
        Lit::Units { pixel, units } => text::seen_by(ui.lang, &layer.name, *pixel, units),
    });
    html! {
        <div class="photo-field field-of-unit">
            <Zoom lang={ui.lang}><div ref={over} class="overlaid" tabindex="0" role="group" aria-label={words.sees}
                {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
                { on_photo(words.sees, image, input, margin, html! { <LitPixels {input} /> }) }
            </div></Zoom>
            <div class="ways">
                <span class="dim">{ words.take_away }</span>
                <button class="small" title={format!("{}: PNG", unit_words(ui.lang).take_figure)} onclick={take}>{ "PNG" }</button>
            </div>
            <p class="reading" aria-live="polite">{ told.unwrap_or_else(|| words.sees_hint.to_owned()) }</p>
            if field.gated {
                <p class="dim">{ words.sees_gated }</p>
            }
            if focus.cursor.pinned.is_some() {
                <p><span class="dim">{ words.pinned }</span>{ " " }
                    <button class="small" onclick={ui.tell(|_: MouseEvent| Explore::Pin(None))}>{ words.free }</button></p>
            }
        </div>
    }
}

/// Rows and columns of the network's input.
#[derive(Properties, PartialEq)]
pub struct LitPixelsProps {
    /// Rows and columns.
    pub input: [usize; 2],
}

/// What is lit of the input, in an SVG whose units are its pixels: a unit's field with the rest dimmed, or a pixel's edge.
#[component]
pub fn LitPixels(props: &LitPixelsProps) -> Html {
    let focus = use_focus();
    let input = props.input;
    let glow = focus.gradient.filter(|answer| answer.gradient.is_some());
    match focus.lit {
        Some(Lit::Field { pixels, .. }) => html! {
            <>
                if let Some(answer) = glow {
                    <Glow {answer} {input} />
                }
                { marks(input, &pixels) }
            </>
        },
        Some(Lit::Units { pixel, .. }) => frame(&one(pixel)),
        None => html! {},
    }
}

/// Where the network's input lies on the photo.
#[derive(Properties, PartialEq)]
pub struct LitPhotoProps {
    /// The photo.
    pub photo: Shared<Photo>,
    /// What the network is fed of it.
    pub input: Shared<NetworkInput>,
    /// How the photo was made that.
    pub fit: Fit,
}

/// The edge of what is lit, in an SVG whose units are pixels of the whole photo.
#[component]
pub fn LitPhoto(props: &LitPhotoProps) -> Html {
    let LitPhotoProps { photo, input, fit } = props;
    let pixels = match use_focus().lit {
        Some(Lit::Field { pixels, .. }) => pixels,
        Some(Lit::Units { pixel, .. }) => one(pixel),
        None => return html! {},
    };
    let size = [photo.width, photo.height];
    let Rect { x, y, width, height } = placement(size, input.crop, *fit, input.shape());
    let (across, down) = (photo.width as f64 / width, photo.height as f64 / height);
    html! {
        <g transform={format!("scale({across} {down}) translate({} {})", -x, -y)}>{ frame(&pixels) }</g>
    }
}

fn one(pixel: Position) -> [Span; 2] {
    pixel.map(|at| at as i64..=at as i64)
}

/// What a pointer does over something that can be pointed at.
pub struct Pointing {
    /// It moves.
    pub onpointermove: Callback<PointerEvent>,
    /// It leaves.
    pub onpointerleave: Callback<PointerEvent>,
    /// It is let go: pins what is under it, or frees it if it was pinned.
    pub onpointerup: Callback<PointerEvent>,
}

/// Pointing at something of which `under` tells what the pointer is over.
pub fn pointing(
    ui: &Ui,
    cursor: Cursor,
    under: impl Fn(&PointerEvent) -> Option<Target> + Clone + 'static,
) -> Pointing {
    let Cursor { pointed, pinned } = cursor;
    let point = {
        let (ui, under) = (ui.clone(), under.clone());
        // A unit is many pixels wide: the page is drawn again for another unit, not for every step of the pointer.
        move |event: PointerEvent| {
            let target = under(&event);
            if target != pointed {
                ui.emit(Explore::Point(target));
            }
        }
    };
    let pin = ui.tell(move |event: PointerEvent| {
        let target = under(&event);
        Explore::Pin(if target == pinned { None } else { target })
    });
    Pointing {
        onpointermove: point.into(),
        onpointerleave: ui.tell(|_| Explore::Point(None)),
        onpointerup: pin,
    }
}

/// Arrow keys from a place of a grid of this size, Escape to free.
pub fn keys(
    ui: &Ui,
    size: [usize; 2],
    from: Position,
    target: fn(Position) -> Target,
) -> Callback<KeyboardEvent> {
    let ui = ui.clone();
    Callback::from(move |event: KeyboardEvent| {
        let Some(step) = input::moved(&event) else { return };
        let place = step.on_grid(size, from);
        if place.is_none() {
            ui.emit(Explore::Point(None));
        }
        ui.emit(Explore::Pin(place.map(target)));
    })
}
