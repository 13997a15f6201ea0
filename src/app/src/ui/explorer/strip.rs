//! Every layer of the network in a row, lit up as it is done.

use vggscope_core::model::Model;
use vggscope_core::nn::{Layer, LayerId, Op};
use vggscope_core::session::explorer::{Explore, Layers};
use vggscope_core::shared::Shared;
use vggscope_core::text::{layer_line, milliseconds, shape, shape_short, words};
use vggscope_core::wire::LayerDone;
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;

/// What the strip is given.
#[derive(Properties, PartialEq)]
pub struct StripProps {
    /// Language and events.
    pub ui: Ui,
    /// The model in use.
    pub model: Option<Shared<Model>>,
    /// What is known of each layer.
    pub layers: Option<Shared<Layers>>,
    /// The open layer.
    pub open: Option<LayerId>,
}

/// The strip.
#[component]
pub fn Strip(props: &StripProps) -> Html {
    let StripProps { ui, model, layers: known, open } = props;
    let words = words(ui.lang);
    let layers = model.as_ref().map_or(&[][..], |model| &model.architecture.layers);
    let done = |at: usize| known.as_ref().and_then(|known| known.get(at)?.clone());
    html! {
        <section class="strip" id="layers" aria-label={words.layers}>
            <h2>{ words.layers }<small>{ words.layers_hint }</small></h2>
            <ol tabindex="-1">
                { for layers.iter().enumerate().map(|(at, layer)| {
                    let id = LayerId(at as u16);
                    html! { <li class={kind(layer)} key={at}>{ card(ui, id, layer, done(at), *open == Some(id)) }</li> }
                }) }
            </ol>
        </section>
    }
}

fn card(ui: &Ui, id: LayerId, layer: &Layer, done: Option<Shared<LayerDone>>, open: bool) -> Html {
    let words = words(ui.lang);
    let onclick = ui.tell(move |_: MouseEvent| Explore::Layer(id));
    let line = layer_line(ui.lang, layer);
    let name = format!("{}: {line}, {}", layer.name, shape(layer.shape));
    html! {
        <button class={classes!("card", done.is_some().then_some("lit"))} {onclick} aria-pressed={open.to_string()}
            title={format!("{} · {line}", layer.name)}>
            // Its name in full; what is written small repeats parts of it, and the time stands in the table of times.
            <span class="unseen">{ name }</span>
            <span class="thumbs">
                if let Some(done) = &done {
                    <Canvas tile={done.thumbnails.clone()} />
                }
            </span>
            <span class="name" aria-hidden="true">{ if layer.op == Op::Input { words.input_short } else { layer.short_name() } }</span>
            <span class="dim" aria-hidden="true">{ shape_short(layer.shape) }</span>
            <span class="dim" aria-hidden="true">
                { done.map_or_else(|| "·".to_owned(), |done| milliseconds(done.ms)) }
            </span>
        </button>
    }
}

fn kind(layer: &Layer) -> &'static str {
    match layer.op {
        Op::Input => "input",
        Op::Convolution(_) | Op::Transposed(_) => "convolution",
        Op::MaxPool(_) | Op::AveragePool(_) | Op::GlobalAveragePool => "pool",
        Op::Dense => "dense",
        Op::Sum => "sum",
        Op::Resize(_) => "resize",
    }
}
