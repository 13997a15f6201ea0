//! Two photos on one channel: what was kept beside what is there now, on one scale.

use std::rc::Rc;

use vggscope_core::nn::Shape;
use vggscope_core::render::stats::ChannelStats;
use vggscope_core::render::{self, ColourMap, Range, Tile};
use vggscope_core::session::{Event, Map};
use vggscope_core::text::{unit_words, value, words};
use yew::prelude::*;

use crate::ui::Props;
use crate::ui::shared::canvas::Canvas;

/// What the figure is given.
#[derive(Properties, PartialEq)]
pub struct BesideProps {
    /// State and events.
    pub part: Props,
    /// The open map.
    pub map: Map,
    /// Its layer's shape.
    pub shape: Shape,
}

/// A button that keeps this photo; once another one is there, both maps.
#[component]
pub fn Beside(props: &BesideProps) -> Html {
    let BesideProps { part: Props { session, emit }, map, shape } = props;
    let words = unit_words(session.lang);
    let button = |label: &'static str, event: Event| {
        let onclick = emit.reform(move |_: MouseEvent| event.clone());
        html! { <button class="small" {onclick}>{ label }</button> }
    };
    let Some(held) = &session.held else {
        return html! { <div class="ways">{ button(words.hold, Event::Hold) }</div> };
    };
    if held.job == map.job {
        return html! {
            <p class="dim">{ words.held }{ " " }{ button(words.release, Event::Release) }</p>
        };
    }
    let fits = |other: &&Map| (other.job, other.layer, other.channel) == (held.job, map.layer, map.channel);
    let other = session.beside.as_ref().filter(fits);
    let stats = [Some(map), other].map(|map| map.map(|map| ChannelStats::of(&map.values)));
    let colours = session.look.colours;
    let range = colours.range(stats.iter().flatten());
    let now = session.photo.as_ref().map(|photo| photo.name.clone()).unwrap_or_default();
    let fed = session.run.as_ref().and_then(|run| run.fed.clone());
    let [here, there] = stats;
    html! {
        <section class="beside" aria-label={words.beside}>
            <h3>{ words.beside }{ button(words.release, Event::Release) }</h3>
            <div class="twins">
                <Half name={held.name.clone()} fed={held.fed.clone()} map={other.cloned()} stats={there}
                    width={shape.width} {colours} {range} lang={session.lang} />
                <Half name={now} {fed} map={Some(map.clone())} stats={here}
                    width={shape.width} {colours} {range} lang={session.lang} />
            </div>
            <p class="dim">{ format!("{} … {} · {}", value(range.low), value(range.high), words.same_scale) }</p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct HalfProps {
    name: String,
    fed: Option<Rc<Tile>>,
    map: Option<Map>,
    stats: Option<ChannelStats>,
    width: usize,
    colours: ColourMap,
    range: Range,
    lang: vggscope_core::session::Lang,
}

#[component]
fn Half(props: &HalfProps) -> Html {
    let HalfProps { name, fed, map, stats, width, colours, range, lang } = props;
    let words = words(*lang);
    let tile = use_memo((map.clone(), *range, *colours, *width), |(map, range, colours, width)| {
        map.as_ref().map(|map| Rc::new(render::plane(&map.values, *width, *range, *colours)))
    });
    html! {
        <figure>
            if let Some(fed) = fed {
                <Canvas tile={fed.clone()} label={name.clone()} />
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
