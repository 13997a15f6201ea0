//! The photo, what the network takes of it, and the ways to give one.

use std::rc::Rc;

use vggscope_core::image::{Fit, Rect};
use vggscope_core::session::{Event, Photo as Shown, Session, Source};
use vggscope_core::text::words;
use yew::prelude::*;

use super::receptive_field::{on_original, over_fed};
use crate::browser::Files;
use crate::samples::SAMPLES;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Choice, FileButton, place};

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct PhotoProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where the photo on screen can be had.
    pub url: Option<String>,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where files go.
    pub files: Files,
}

/// The panel.
#[component]
pub fn Photo(props: &PhotoProps) -> Html {
    let PhotoProps { session, url, emit, files } = props;
    let words = words(session.lang);
    let given = emit.reform(Event::Given);
    let fits = [words.fit_centre, words.fit_squeeze, words.fit_letterbox].map(AttrValue::from).to_vec();
    let fit = emit.reform(|at: usize| Event::Fit(Fit::ALL[at]));
    html! {
        <section class="photo" aria-label={words.photo}>
            if let (Some(photo), Some(url)) = (&session.photo, url) {
                { pictures(session, photo, url) }
                <Choice label={words.fit} options={fits} chosen={place(&Fit::ALL, &session.fit)} pick={fit} />
            } else {
                <p class="invitation">{ words.invitation }</p>
            }
            <div class="ways">
                <FileButton label={words.choose_photo} accept="image/*" class="primary" files={files.clone()} given={given.clone()} />
                <FileButton label={words.camera} accept="image/*" camera=true class="camera" files={files.clone()} {given} />
                <span class="dim">{ words.paste_hint }</span>
            </div>
            <h2 class="quiet">{ words.samples }</h2>
            { samples(session, emit) }
        </section>
    }
}

/// The photos that come with the page.
pub fn samples(session: &Session, emit: &Callback<Event>) -> Html {
    html! {
        <ul class="samples">
            { for SAMPLES.iter().enumerate().map(|(index, sample)| {
                let name = sample.title(session.lang);
                let chosen = session.photo.as_ref().is_some_and(|photo| photo.source == Source::Sample(index));
                let onclick = emit.reform(move |_: MouseEvent| Event::Sample { index, name: name.to_owned() });
                html! {
                    <li>
                        <button {onclick} title={format!("{name} · {}", sample.credit())} aria-pressed={chosen.to_string()}>
                            <img src={sample.url.clone()} alt={name} loading="lazy" />
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}

/// The photo and what of it the network is fed.
pub fn pictures(session: &Session, photo: &Shown, url: &str) -> Html {
    let words = words(session.lang);
    let run = session.run.as_ref();
    let (alt, credit) = match photo.source {
        Source::Sample(index) => {
            let sample = SAMPLES.get(index);
            (sample.map_or("", |s| s.alt(session.lang)).to_owned(), sample.map(|s| s.credit()))
        }
        _ => (format!("{} {}", words.photo_of, photo.name), None),
    };
    html! {
        <>
            <figure class="original">
                <div class="frame">
                    <img src={url.to_owned()} {alt} />
                    if let Some(taken) = run.and_then(|run| run.taken) {
                        { outline(session, photo, taken) }
                    }
                </div>
                <figcaption>
                    { &photo.name }{ format!(" · {}×{} · ", photo.width, photo.height) }
                    { words.crop_outline }
                    if let Some(credit) = credit {
                        <br /><span class="dim">{ credit }</span>
                    }
                </figcaption>
            </figure>
            <figure class="fed">
                <div class="frame">
                    if let Some(fed) = run.and_then(|run| run.fed.clone()) {
                        <Canvas tile={fed} label={words.fed} />
                        { over_fed(session) }
                    }
                </div>
                <figcaption>
                    <strong>{ words.fed }</strong><br />{ words.fed_hint }
                    if let Some(fed) = run.and_then(|run| run.fed.as_ref()) {
                        { format!(" · {}×{}", fed.width, fed.height) }
                    }
                </figcaption>
            </figure>
        </>
    }
}

/// The part of the photo that the network takes: outlined, the rest dimmed; in it, what is pointed at.
fn outline(session: &Session, photo: &Shown, taken: Rect) -> Html {
    let Rect { x, y, width, height } = taken;
    let around =
        format!("M0 0H{w}V{h}H0ZM{x} {y}v{height}h{width}v-{height}Z", w = photo.width, h = photo.height,);
    html! {
        <svg viewBox={format!("0 0 {} {}", photo.width, photo.height)} aria-hidden="true">
            <path class="dimmed" d={around} />
            <rect class="outline" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} />
            { on_original(session, photo, taken) }
        </svg>
    }
}
