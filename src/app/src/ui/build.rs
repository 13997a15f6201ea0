//! The page that builds a network: its list, how its weights begin, and what becomes of a photo in it.

mod chart;
mod form;
mod histograms;
mod keys;
mod spread;

use vggscope_core::pages::builder::Builder;
use vggscope_core::pages::route::Page;
use vggscope_core::session::{Loading, Session, Source};
use vggscope_core::shared::Shared;
use vggscope_core::text::{build_words, model_name};
use vggscope_core::vgg::build::Build as NetworkBuild;
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::explorer::samples;
use crate::ui::shared::figures::network::network;
use form::Form;
use spread::{Spread, SpreadProps};

/// The page of a session.
pub fn page(session: &Session, ui: &Ui) -> Html {
    let explorer = session.explorer.as_ref();
    let spread = explorer.filter(|explorer| explorer.live).map(|explorer| SpreadProps::of(explorer, ui));
    let loading = session.inputs.loading.as_ref();
    let from = explorer
        .filter(|_| session.can_take_over())
        .and_then(|explorer| NetworkBuild::like(explorer.architecture()));
    let in_use = explorer.map(|explorer| model_name(ui.lang, explorer.source, &explorer.name));
    html! {
        <Build ui={ui.clone()} builder={session.builder.clone()} in_use={in_use.map(AttrValue::from)}
            building={loading.is_some_and(is_built)} {from} has_photo={session.photo.is_some()} {spread} />
    }
}

fn is_built(loading: &Loading) -> bool {
    matches!(loading.source, Source::Built(_))
}

/// What the page is given.
#[derive(Properties, PartialEq)]
struct BuildProps {
    /// Language and events.
    ui: Ui,
    /// The form.
    builder: Shared<Builder>,
    /// What the network in use is called.
    in_use: Option<AttrValue>,
    /// Whether one is being built.
    building: bool,
    /// The network in use, where weights of it can be taken over.
    from: Option<NetworkBuild>,
    /// Whether there is a photo to run it on.
    has_photo: bool,
    /// What is known of the spreads of the network in use.
    spread: Option<SpreadProps>,
}

/// The page.
#[component]
fn Build(props: &BuildProps) -> Html {
    let BuildProps { ui, builder, in_use, building, from, has_photo, spread } = props;
    let words = build_words(ui.lang);
    let read = builder.read();
    html! {
        <main class="build">
            <section class="wide" aria-label={words.title}>
                <h2>{ words.title }<small>{ words.intro }</small></h2>
                <div class="beside">
                    <div>
                        <Form ui={ui.clone()} builder={builder.clone()} building={*building} from={from.clone()} />
                        if let Some(name) = in_use {
                            <p role="status">
                                if *building {
                                    { words.building }
                                } else {
                                    { words.in_use }{ " " }<strong>{ name }</strong>{ " " }
                                    <a href={Page::Explore.address()}>{ words.look }</a>
                                }
                            </p>
                        }
                    </div>
                    <div class="network">
                        if let Ok(build) = &read {
                            { network(ui.lang, build) }
                        }
                    </div>
                </div>
            </section>
            <section class="wide" aria-label={words.spread}>
                <h2>{ words.spread }<small>{ words.spread_intro }</small></h2>
                if !has_photo {
                    <p>{ words.photo_first }</p>
                    { samples(ui, None) }
                } else if let Some(spread) = spread {
                    <Spread ..spread.clone() />
                }
            </section>
        </main>
    }
}
