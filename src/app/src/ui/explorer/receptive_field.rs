//! What the unit pointed at sees, on the photo; and the other way round, which units see a pixel.

use vggscope_core::image::{Rect, laid};
use vggscope_core::receptive_field::Span;
use vggscope_core::session::export::files;
use vggscope_core::session::selection::{self, Seen, Spot};
use vggscope_core::session::{Event, Photo, Session};
use vggscope_core::text::{self, unit_words, words};
use yew::prelude::*;

use super::effective_field::{self, Glow};
use crate::browser::{input, save};
use crate::ui::Props;
use crate::ui::shared::figures::photo_field::{frame, margin, marks, on_photo};

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct GazeProps {
    /// State and events.
    pub part: Props,
    /// Where the photo can be had.
    pub url: AttrValue,
}

/// The photo with room for the padding around it.
#[component]
pub fn Gaze(props: &GazeProps) -> Html {
    let Props { session, emit } = &props.part;
    let words = words(session.lang);
    let over = use_node_ref();
    let about = session.look.layer.and_then(|layer| {
        let about = &session.model.as_ref()?.about;
        Some((about.net.layer(layer)?, about.receptive_fields.get(usize::from(layer.0))?, about.net.input()))
    });
    let taken = session.run.as_ref().and_then(|run| run.taken).zip(session.photo.as_ref());
    let (Some((layer, sight, shape)), Some((taken, photo))) = (about, taken) else { return html! {} };
    let Some(reach) = &sight.reach else {
        return html! { <p class="dim">{ words.sees_unknown }</p> };
    };
    let input = [shape.height, shape.width];
    let margin = margin(reach, [layer.shape.height, layer.shape.width], input);
    let Rect { x, y, width, height } = laid([photo.width, photo.height], taken, session.fit, shape);
    let image = html! {
        <image href={props.url.clone()} preserveAspectRatio="none" x={x.to_string()} y={y.to_string()}
            width={width.to_string()} height={height.to_string()} />
    };
    let seen = session.seen();
    let pixel = match session.gaze.spot() {
        Some(Spot::Pixel(pixel)) => pixel,
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
            Some(Spot::Pixel([at(down, 0)?, at(across, 1)?]))
        }
    };
    let Hands { onpointermove, onpointerleave, onpointerup } = hands(session, emit, under);
    let onkeydown = keys(emit, input, pixel, Spot::Pixel);
    let take = {
        let (over, name) = (over.clone(), format!("{}-field.png", files::stem(&layer.name)));
        move |_: MouseEvent| save::figure(&name, &over)
    };
    html! {
        <div class="sight gaze">
            <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={words.sees}
                {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
                { on_photo(words.sees, image, input, margin, lit(session, input)) }
            </div>
            <div class="ways">
                <span class="dim">{ words.take_away }</span>
                <button class="small" title={format!("{}: PNG", unit_words(session.lang).take_figure)} onclick={take}>{ "PNG" }</button>
            </div>
            <p class="reading" aria-live="polite">{ told(session, seen.as_ref()).unwrap_or_else(|| words.sees_hint.to_owned()) }</p>
            if session.gaze.pinned.is_some() {
                <p><span class="dim">{ words.pinned }</span>{ " " }
                    <button class="small" onclick={emit.reform(|_: MouseEvent| Event::Pin(None))}>{ words.free }</button></p>
            }
        </div>
    }
}

/// What lights up, in a sentence.
fn told(session: &Session, seen: Option<&Seen>) -> Option<String> {
    let net = &session.model.as_ref()?.about.net;
    let name = &net.layer(session.look.layer?)?.name;
    Some(match seen? {
        Seen::Field { unit, pixels } => text::field(session.lang, name, *unit, pixels, net.input()),
        Seen::Units { pixel, units } => text::seen_by(session.lang, name, *pixel, units),
    })
}

/// What is seen, over a picture of exactly what the network is fed.
pub fn over_fed(session: &Session) -> Html {
    let Some(model) = &session.model else { return html! {} };
    let input = model.about.net.input();
    html! {
        <svg viewBox={format!("0 0 {} {}", input.width, input.height)} preserveAspectRatio="none" aria-hidden="true">
            { lit(session, [input.height, input.width]) }
        </svg>
    }
}

/// The edge of what is seen, over the whole photo, of which `taken` is what the network is fed.
pub fn on_original(session: &Session, photo: &Photo, taken: Rect) -> Html {
    let (Some(model), Some(pixels)) = (&session.model, pixels(session)) else { return html! {} };
    let size = [photo.width, photo.height];
    let Rect { x, y, width, height } = laid(size, taken, session.fit, model.about.net.input());
    let (across, down) = (photo.width as f64 / width, photo.height as f64 / height);
    html! {
        <g transform={format!("scale({across} {down}) translate({} {})", -x, -y)}>{ frame(&pixels) }</g>
    }
}

/// What lights up of the input: a unit's field with the rest dimmed, or a pixel's edge.
fn lit(session: &Session, input: [usize; 2]) -> Html {
    match session.seen() {
        Some(Seen::Field { pixels, .. }) => html! {
            <>
                if let Some(influence) = effective_field::found(session).filter(|found| !found.values.is_empty()) {
                    <Glow influence={influence.clone()} {input} />
                }
                { marks(input, &pixels) }
            </>
        },
        Some(Seen::Units { pixel: [row, column], .. }) => frame(&one(row, column)),
        None => html! {},
    }
}

/// The pixels that light up.
fn pixels(session: &Session) -> Option<[Span; 2]> {
    Some(match session.seen()? {
        Seen::Field { pixels, .. } => pixels,
        Seen::Units { pixel: [row, column], .. } => one(row, column),
    })
}

fn one(row: usize, column: usize) -> [Span; 2] {
    [row, column].map(|at| at as i64..=at as i64)
}

/// What a pointer does over something that can be pointed at.
pub struct Hands {
    /// It moves.
    pub onpointermove: Callback<PointerEvent>,
    /// It leaves.
    pub onpointerleave: Callback<PointerEvent>,
    /// It is let go: pins what is under it, or frees it if it was pinned.
    pub onpointerup: Callback<PointerEvent>,
}

/// The hands over something of which `under` tells what the pointer is over.
pub fn hands(
    session: &Session,
    emit: &Callback<Event>,
    under: impl Fn(&PointerEvent) -> Option<Spot> + Clone + 'static,
) -> Hands {
    let selection::Gaze { pointed, pinned } = session.gaze;
    let point = {
        let (emit, under) = (emit.clone(), under.clone());
        // A unit is many pixels wide: the page is drawn again for another unit, not for every step of the pointer.
        move |event: PointerEvent| {
            let spot = under(&event);
            if spot != pointed {
                emit.emit(Event::Point(spot));
            }
        }
    };
    let pin = emit.reform(move |event: PointerEvent| {
        let spot = under(&event);
        Event::Pin(if spot == pinned { None } else { spot })
    });
    Hands {
        onpointermove: point.into(),
        onpointerleave: emit.reform(|_| Event::Point(None)),
        onpointerup: pin,
    }
}

/// Arrow keys from a place of a grid of this size, Escape to free.
pub fn keys(
    emit: &Callback<Event>,
    size: [usize; 2],
    from: [usize; 2],
    spot: fn([usize; 2]) -> Spot,
) -> Callback<KeyboardEvent> {
    let emit = emit.clone();
    Callback::from(move |event: KeyboardEvent| {
        let Some(step) = input::moved(&event) else { return };
        let place = step.on_grid(size, from);
        if place.is_none() {
            emit.emit(Event::Point(None));
        }
        emit.emit(Event::Pin(place.map(spot)));
    })
}
