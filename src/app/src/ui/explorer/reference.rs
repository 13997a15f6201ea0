//! Two photos on one channel: what the reference run left beside what this one did, on one scale.

use vggscope_core::explain::feature_map;
use vggscope_core::render::stats::ChannelStats;
use vggscope_core::render::{self, ColourMap, Range};
use vggscope_core::session::Lang;
use vggscope_core::session::explorer::{Explore, NetworkInput};
use vggscope_core::shared::Shared;
use vggscope_core::text::{unit_words, value, words};
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;

/// What is shown of the reference run.
#[derive(Clone, PartialEq)]
pub struct Reference {
    /// Its photo's name.
    pub name: String,
    /// What the network was fed.
    pub input: Option<Shared<NetworkInput>>,
    /// The same map of it.
    pub map: Option<Shared<feature_map::Answer>>,
    /// Whether it is the run on screen.
    pub same: bool,
}

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct ReferenceProps {
    /// Language and events.
    pub ui: Ui,
    /// The reference run, if one is kept.
    pub reference: Option<Reference>,
    /// The open map.
    pub map: Shared<feature_map::Answer>,
    /// Its width.
    pub width: usize,
    /// Its colours.
    pub colours: ColourMap,
    /// What the network is fed.
    pub input: Option<Shared<NetworkInput>>,
    /// The photo's name.
    pub name: String,
}

/// A button that keeps this run; once another one is there, both maps.
#[component]
pub fn ReferencePanel(props: &ReferenceProps) -> Html {
    let ReferenceProps { ui, reference, map, width, colours, input, name } = props;
    let words = unit_words(ui.lang);
    let button = |label: &'static str, event: Explore| {
        let onclick = ui.tell(move |_: MouseEvent| event.clone());
        html! { <button class="small" {onclick}>{ label }</button> }
    };
    let Some(reference) = reference else {
        return html! { <div class="ways">{ button(words.keep_reference, Explore::KeepReference) }</div> };
    };
    if reference.same {
        return html! {
            <p class="dim">{ words.reference_kept }{ " " }{ button(words.drop_reference, Explore::DropReference) }</p>
        };
    }
    let stats = [Some(map), reference.map.as_ref()].map(|map| map.map(|map| ChannelStats::of(&map.values)));
    let range = colours.range(stats.iter().flatten());
    let [here, there] = stats;
    let half = |name: &str,
                input: &Option<Shared<NetworkInput>>,
                map: Option<&Shared<feature_map::Answer>>,
                stats| {
        html! {
            <Half name={name.to_owned()} input={input.clone()} map={map.cloned()} {stats} width={*width}
                colours={*colours} {range} lang={ui.lang} />
        }
    };
    html! {
        <section class="reference" aria-label={words.reference}>
            <h3>{ words.reference }{ button(words.drop_reference, Explore::DropReference) }</h3>
            <div class="twins">
                { half(&reference.name, &reference.input, reference.map.as_ref(), there) }
                { half(name, input, Some(map), here) }
            </div>
            <p class="dim">{ format!("{} … {} · {}", value(range.low), value(range.high), words.same_scale) }</p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct HalfProps {
    name: String,
    input: Option<Shared<NetworkInput>>,
    map: Option<Shared<feature_map::Answer>>,
    stats: Option<ChannelStats>,
    width: usize,
    colours: ColourMap,
    range: Range,
    lang: Lang,
}

#[component]
fn Half(props: &HalfProps) -> Html {
    let HalfProps { name, input, map, stats, width, colours, range, lang } = props;
    let words = words(*lang);
    let tile = use_memo((map.clone(), *range, *colours, *width), |(map, range, colours, width)| {
        map.as_ref().map(|map| Shared::new(render::plane(&map.values, *width, *range, *colours)))
    });
    html! {
        <figure>
            if let Some(input) = input {
                <Canvas tile={input.tile.clone()} label={name.clone()} />
            }
            if let Some(tile) = &*tile {
                <Canvas tile={tile.clone()} label={format!("{}: {name}", words.maps)} />
            }
            <figcaption>
                <strong>{ name }</strong>
                if let Some(stats) = stats {
                    { format!(" · {} {} · {} {}", words.mean, value(stats.mean), words.max, value(stats.max)) }
                }
            </figcaption>
        </figure>
    }
}
