//! The photo, what the network takes of it, and the ways to give one.

use vggscope_core::image::{Fit, Rect};
use vggscope_core::session::explorer::NetworkInput;
use vggscope_core::session::{Input, Photo, Source};
use vggscope_core::shared::Shared;
use vggscope_core::text::words;
use yew::prelude::*;

use super::receptive_field::{LitPhoto, LitPixels};
use crate::samples::SAMPLES;
use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Choice, FileButton, place};

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct PhotoProps {
    /// Language, events and files.
    pub ui: Ui,
    /// The photo on screen.
    pub photo: Option<Shared<Photo>>,
    /// Where it can be had.
    pub url: Option<AttrValue>,
    /// What the network is fed of it.
    pub input: Option<Shared<NetworkInput>>,
    /// How it becomes the network's rectangle.
    pub fit: Fit,
}

/// The panel.
#[component]
pub fn PhotoPanel(props: &PhotoProps) -> Html {
    let PhotoProps { ui, photo, url, input, fit } = props;
    let words = words(ui.lang);
    let given = ui.tell(Input::Given);
    let fits = [words.fit_centre, words.fit_squeeze, words.fit_letterbox].map(AttrValue::from).to_vec();
    let pick = ui.tell(|at: usize| Input::Fit(Fit::ALL[at]));
    html! {
        <section class="photo" aria-label={words.photo}>
            if let (Some(photo), Some(url)) = (photo, url) {
                <Pictures ui={ui.clone()} photo={photo.clone()} {url} input={input.clone()} fit={*fit} />
                <Choice label={words.fit} options={fits} chosen={place(&Fit::ALL, fit)} {pick} />
            } else {
                <p class="invitation">{ words.invitation }</p>
            }
            <div class="ways">
                <FileButton label={words.choose_photo} accept="image/*" class="primary" files={ui.files.clone()} given={given.clone()} />
                <FileButton label={words.camera} accept="image/*" camera=true class="camera" files={ui.files.clone()} {given} />
                <span class="dim">{ words.paste_hint }</span>
            </div>
            <h2 class="quiet">{ words.samples }</h2>
            { samples(ui, photo.as_ref().map(|photo| photo.source)) }
        </section>
    }
}

/// The photos that come with the page; the one of them that is on screen is marked.
pub fn samples(ui: &Ui, shown: Option<Source>) -> Html {
    html! {
        <ul class="samples">
            { for SAMPLES.iter().enumerate().map(|(index, sample)| {
                let name = sample.title(ui.lang);
                let chosen = shown == Some(Source::Sample(index));
                let onclick = ui.tell(move |_: MouseEvent| Input::Sample { index, name: name.to_owned() });
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

/// What the pictures are given.
#[derive(Properties, PartialEq)]
pub struct PicturesProps {
    /// The language.
    pub ui: Ui,
    /// The photo.
    pub photo: Shared<Photo>,
    /// Where it can be had.
    pub url: AttrValue,
    /// What the network is fed of it.
    pub input: Option<Shared<NetworkInput>>,
    /// How it becomes the network's rectangle.
    pub fit: Fit,
}

/// The photo and what of it the network is fed.
#[component]
pub fn Pictures(props: &PicturesProps) -> Html {
    let PicturesProps { ui, photo, url, input, fit } = props;
    let words = words(ui.lang);
    let (alt, credit) = match photo.source {
        Source::Sample(index) => {
            let sample = SAMPLES.get(index);
            (sample.map_or("", |s| s.alt(ui.lang)).to_owned(), sample.map(|s| s.credit()))
        }
        _ => (format!("{} {}", words.photo_of, photo.name), None),
    };
    html! {
        <>
            <figure class="original">
                <div class="frame">
                    <img src={url.clone()} {alt} />
                    if let Some(input) = input {
                        <svg viewBox={format!("0 0 {} {}", photo.width, photo.height)} aria-hidden="true">
                            { outline(photo, input.crop) }
                            <LitPhoto photo={photo.clone()} input={input.clone()} fit={*fit} />
                        </svg>
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
            <figure class="network-input">
                <div class="frame">
                    if let Some(input) = input {
                        <Canvas tile={input.tile.clone()} label={words.input} />
                        <svg viewBox={format!("0 0 {} {}", input.tile.width, input.tile.height)}
                            preserveAspectRatio="none" aria-hidden="true">
                            <LitPixels input={[input.tile.height, input.tile.width]} />
                        </svg>
                    }
                </div>
                <figcaption>
                    <strong>{ words.input }</strong><br />{ words.input_hint }
                    if let Some(input) = input {
                        { format!(" · {}×{}", input.tile.width, input.tile.height) }
                    }
                </figcaption>
            </figure>
        </>
    }
}

/// The part of the photo that the network takes: outlined, the rest dimmed.
fn outline(photo: &Photo, crop: Rect) -> Html {
    let Rect { x, y, width, height } = crop;
    let around =
        format!("M0 0H{w}V{h}H0ZM{x} {y}v{height}h{width}v-{height}Z", w = photo.width, h = photo.height,);
    html! {
        <>
            <path class="dimmed" d={around} />
            <rect class="outline" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} />
        </>
    }
}
