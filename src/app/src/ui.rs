//! Components: state comes in as properties, events go out through a callback. A page has a room of its own; what several
//! pages show is in `shared`.
//!
//! A component is given the parts of the state that it shows and no more. Large parts are [`Shared`], which are compared by
//! where they stand, so that an event draws what it changed and nothing else.
//!
//! [`Shared`]: vggscope_core::shared::Shared

mod architectures;
mod assignment;
mod build;
mod calculator;
mod embed;
mod explorer;
mod lessons;
mod shared;
mod train;

use vggscope_core::pages::route::Page;
use vggscope_core::session::{Event, Lang, Session};
use vggscope_core::text::{assignment_words, offline_words, variant_line, words};
use yew::prelude::*;

use crate::browser::Files;
use crate::samples::SAMPLES;

/// What every part of the page is given.
#[derive(Clone, PartialEq)]
pub struct Ui {
    /// The language.
    pub lang: Lang,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where files go.
    pub files: Files,
    /// The page's version, where the build has said it.
    pub version: Option<AttrValue>,
}

impl Ui {
    /// A callback that tells what happened.
    pub fn tell<In: 'static, Told: Into<Event>>(&self, told: impl Fn(In) -> Told + 'static) -> Callback<In> {
        self.emit.reform(move |input| told(input).into())
    }

    /// Tells what happened.
    pub fn emit(&self, told: impl Into<Event>) {
        self.emit.emit(told.into());
    }
}

/// The whole page; `photo` is where the photo on screen can be had, and something may be dragged over it.
pub fn page(session: &Session, ui: &Ui, photo: Option<AttrValue>, dragging: bool) -> Html {
    let words = words(ui.lang);
    if let Some(content) = &session.embed {
        return embed::page(session, content, ui, photo);
    }
    html! {
        <div class="page">
            if session.page == Page::Explore {
                <a class="skip" href="#layers">{ words.skip }</a>
            }
            <shared::header::Header ui={ui.clone()} page={session.page} theme={session.prefs.theme} presenting={session.prefs.presenting}
                engine={session.engine.clone()} />
            { hatching() }
            { shared::notice::banner(session, ui) }
            <shared::offline::Update ui={ui.clone()} offline={session.offline.clone()} />
            { assignment::line(session, ui) }
            { body(session, ui, photo) }
            <footer>
                <p>{ words.private }{ " " }<a href={Page::Assignment.address()}>{ assignment_words(ui.lang).make }</a></p>
                if let Some(variant) = session.engine.variant() {
                    <p>{ variant_line(ui.lang, variant) }</p>
                }
                <shared::offline::OfflineLine ui={ui.clone()} offline={session.offline.clone()} />
                if let Some(version) = &ui.version {
                    <p>{ offline_words(ui.lang).version }{ " " }{ version }</p>
                }
            </footer>
            if dragging {
                <div class="drop" aria-hidden="true"><p>{ words.drop_here }</p></div>
            }
        </div>
    }
}

/// What the open page shows.
fn body(session: &Session, ui: &Ui, photo: Option<AttrValue>) -> Html {
    match session.page {
        Page::Explore => explorer::page(session, ui, photo),
        Page::Calculator => calculator::page(session, ui, or_sample(photo)),
        Page::Architectures => architectures::page(session, ui),
        Page::Assignment => assignment::page(session, ui),
        Page::Build => build::page(session, ui),
        Page::Train => train::page(session, ui),
        Page::Lessons => lessons::page(session, ui, or_sample(photo)),
    }
}

/// Where there is no photo yet, one that comes with the page.
fn or_sample(photo: Option<AttrValue>) -> AttrValue {
    photo.or_else(|| SAMPLES.first().map(|sample| AttrValue::from(sample.url.clone()))).unwrap_or_default()
}

/// The pattern of padding, which pictures everywhere on the page name as `#hatch`.
fn hatching() -> Html {
    html! {
        <svg class="hatching" width="0" height="0" aria-hidden="true">
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <line x1="0" y1="0" x2="0" y2="6" />
            </pattern>
        </svg>
    }
}
