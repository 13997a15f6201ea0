//! Components: state comes in as properties, events go out through a callback. A page has a room of its own; what several
//! pages show is in `shared`.

mod architectures;
mod calculator;
mod explorer;
mod lessons;
mod shared;

use std::rc::Rc;

use vggscope_core::pages::route;
use vggscope_core::session::{Engine, Event, Session};
use vggscope_core::text::{variant_line, words};
use yew::prelude::*;

use crate::browser::Files;
use crate::samples::SAMPLES;

/// What every part of the page is given.
#[derive(Properties, PartialEq, Clone)]
pub struct Props {
    /// All state.
    pub session: Rc<Session>,
    /// Where events go.
    pub emit: Callback<Event>,
}

/// What the page is given.
#[derive(Properties, PartialEq)]
pub struct PageProps {
    /// All state.
    pub session: Rc<Session>,
    /// Where the photo on screen can be had.
    pub photo_url: Option<String>,
    /// Whether something is dragged over the page.
    pub dragging: bool,
    /// Where events go.
    pub emit: Callback<Event>,
    /// Where files go.
    pub files: Files,
}

/// The whole page.
#[component]
pub fn Page(props: &PageProps) -> Html {
    let PageProps { session, photo_url, dragging, emit, files } = props;
    let words = words(session.lang);
    // Before any photo the page is an invitation.
    let fresh = session.page == route::Page::Explore && session.photo.is_none();
    let part = Props { session: session.clone(), emit: emit.clone() };
    // Where there is none yet, one that comes with the page.
    let photo =
        photo_url.clone().or_else(|| SAMPLES.first().map(|sample| sample.url.clone())).unwrap_or_default();
    let body = match session.page {
        route::Page::Lessons => html! {
            <lessons::Lessons session={session.clone()} emit={emit.clone()} {photo} files={files.clone()} />
        },
        route::Page::Architectures => html! { <architectures::Architectures ..part.clone() /> },
        route::Page::Calculator => {
            html! { <calculator::Calculator session={session.clone()} emit={emit.clone()} {photo} /> }
        }
        route::Page::Explore => html! {
            <main>
                <div class="side">
                    <explorer::photo::Photo session={session.clone()} url={photo_url.clone()} emit={emit.clone()} files={files.clone()} />
                    if !fresh {
                        <explorer::answer::Answer ..part.clone() />
                        <explorer::attribution::Why ..part.clone() />
                        <explorer::model::Model session={session.clone()} emit={emit.clone()} files={files.clone()} />
                    }
                </div>
                <div class="bench">
                    <explorer::strip::Strip ..part.clone() />
                    <explorer::keys::Keys ..part.clone() />
                    if fresh {
                        <explorer::model::Model session={session.clone()} emit={emit.clone()} files={files.clone()} />
                    } else {
                        <div class={classes!("look", session.look.channel.is_some().then_some("close"))}>
                            <explorer::layer::Layer ..part.clone() />
                            <div class="one">
                                <explorer::feature_map::Map part={part.clone()} url={photo_url.clone()} />
                                <explorer::breakdown::Breakdown ..part.clone() />
                            </div>
                            <explorer::kernels::Kernels ..part.clone() />
                        </div>
                        <explorer::timing::Performance ..part.clone() />
                    }
                </div>
            </main>
        },
    };
    html! {
        <div class={classes!("page", fresh.then_some("fresh"))}>
            if session.page == route::Page::Explore {
                <a class="skip" href="#layers">{ words.skip }</a>
            }
            <shared::header::Header ..part.clone() />
            <shared::notice::Banner ..part />
            { body }
            <footer>
                <p>{ words.private }</p>
                if let Engine::Ready(variant) = &session.engine {
                    <p>{ variant_line(session.lang, variant) }</p>
                }
            </footer>
            if *dragging {
                <div class="drop" aria-hidden="true"><p>{ words.drop_here }</p></div>
            }
        </div>
    }
}
