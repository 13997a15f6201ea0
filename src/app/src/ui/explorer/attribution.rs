//! Which places speak for a class: its map over the network's input, in one of several ways.

use std::rc::Rc;

use vggscope_core::explain::attribution::{AttributionMap, Method};
use vggscope_core::model::Model;
use vggscope_core::render::stats::ChannelStats;
use vggscope_core::render::{self, ColourMap};
use vggscope_core::session::explorer::{Explore, Explorer, NetworkInput, Phase};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, unit_words, value, words};
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::{Choice, Waiting, place};

/// Red speaks for the class, blue against it; where nothing speaks against, bright is much.
fn colours(method: Method) -> ColourMap {
    if method.is_signed() { ColourMap::Diverging } else { ColourMap::Magma }
}

/// How much of the map lies over the photo at first, of 100.
const SHARE: u32 = 80;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct AttributionProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Shared<Model>,
    /// What the network is fed.
    pub input: Option<Shared<NetworkInput>>,
    /// The class.
    pub class: usize,
    /// The way in use.
    pub method: Method,
    /// The ways there are.
    pub methods: Vec<Method>,
    /// The map, as far as it is known.
    pub map: Option<Shared<Option<AttributionMap>>>,
    /// How the question stands.
    pub phase: Option<Phase>,
}

/// The panel of a class that is asked for; nothing before.
pub fn panel(explorer: &Explorer, ui: &Ui) -> Html {
    let Some(class) = explorer.selection.class else { return html! {} };
    let (method, run) = (explorer.method(), explorer.run.as_ref());
    let question = method.question(class);
    let map = run.and_then(|run| run.answers.answer_to(&question)?.attribution());
    let methods: Vec<Method> = Method::ALL.iter().copied().filter(|method| explorer.can(*method)).collect();
    html! {
        <Attribution ui={ui.clone()} model={explorer.model.clone()} input={run.and_then(|run| run.input.clone())}
            {class} {method} {methods} map={map.cloned()}
            phase={run.and_then(|run| run.answers.phase(method.kind()).cloned())} />
    }
}

/// The panel.
#[component]
fn Attribution(props: &AttributionProps) -> Html {
    let AttributionProps { ui, model, input, class, method, methods, map, phase } = props;
    let share = use_state_eq(|| SHARE);
    let (words, more) = (words(ui.lang), unit_words(ui.lang));
    let (name, _) = text::class(ui.lang, &model.labels, *class);
    let close = ui.tell(|_: MouseEvent| Explore::Class(None));
    let oninput = {
        let share = share.clone();
        move |event: InputEvent| share.set(input::text(&event).parse().unwrap_or(SHARE))
    };
    let options: Vec<AttrValue> =
        methods.iter().map(|method| text::method(ui.lang, *method).name.into()).collect();
    let chosen = place(methods, method);
    let pick = {
        let methods = methods.clone();
        ui.tell(move |at: usize| Explore::Method(methods[at]))
    };
    let hint = text::method(ui.lang, *method).hint;
    let body = match (input, map.as_deref()) {
        (_, Some(None)) => html! { <p>{ words.attribution_none }</p> },
        (Some(input), known) => {
            let known = known.and_then(Option::as_ref);
            let maps = model.cam.and_then(|layer| model.architecture.layer(layer));
            let label = format!("{}: {name}", words.attribution);
            html! {
                <>
                    <div class="heat-map">
                        <Canvas tile={input.tile.clone()} />
                        if let Some(map) = map.clone() {
                            <HeatMap {map} method={*method} {label} share={*share} />
                        }
                    </div>
                    <Waiting ui={ui.clone()} kind={method.kind()} phase={phase.clone()} />
                    <label class="choice">
                        <span>{ words.attribution_share }</span>
                        <input type="range" min="0" max="100" value={share.to_string()} {oninput} />
                    </label>
                    if let Some(map) = known.filter(|_| *method == Method::Cam) {
                        <p class="reading">{ text::cam(ui.lang, maps.map_or("", |layer| &layer.name), &map.values, map.bias) }</p>
                    }
                    <p class="dim">{ hint }</p>
                </>
            }
        }
        _ => html! { <p class="waiting">{ words.answer_waiting }</p> },
    };
    html! {
        <section class="attribution" aria-label={words.attribution}>
            <h2>{ format!("{} {name}", words.attribution) }<button class="small" onclick={close}>{ words.close }</button></h2>
            <Choice label={more.method} {options} {chosen} {pick} />
            { body }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct HeatMapProps {
    map: Shared<Option<AttributionMap>>,
    method: Method,
    label: String,
    share: u32,
}

/// The map in colours, with the values at their ends. Where it says little, the photo shows through.
#[component]
fn HeatMap(props: &HeatMapProps) -> Html {
    let HeatMapProps { map, method, label, share } = props;
    let colours = colours(*method);
    let values = map.as_ref().map_or(&[][..], |map| &map.values);
    let range = colours.range([&ChannelStats::of(values)]);
    let tile = use_memo((map.clone(), *share), |(map, share)| {
        let map = map.as_ref();
        let mut values = map.map(|map| map.values.clone()).unwrap_or_default();
        values.resize(map.map_or(0, |map| map.of), 0.0);
        let mut tile = render::plane(&values, map.map_or(1, |map| map.width), range, colours);
        let most = range.high.max(f32::MIN_POSITIVE);
        for (pixel, value) in tile.rgba.chunks_exact_mut(4).zip(&values) {
            let strength = (value.abs() / most).min(1.0).sqrt();
            pixel[3] = (strength * *share as f32 * 2.55).min(255.0) as u8;
        }
        Shared::new(tile)
    });
    let ramp: Rc<_> = use_memo(colours, |colours| Shared::new(render::legend(*colours)));
    html! {
        <>
            <div class="over"><Canvas tile={(*tile).clone()} label={label.clone()} /></div>
            <div class="legend">
                <span>{ value(range.low) }</span><Canvas tile={(*ramp).clone()} /><span>{ value(range.high) }</span>
            </div>
        </>
    }
}
