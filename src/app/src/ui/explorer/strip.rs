//! Every layer of the network in a row, lit up as it is done.

use vggscope_core::nn::{Layer, LayerId, Op};
use vggscope_core::session::Event;
use vggscope_core::text::{layer_line, milliseconds, shape, shape_short, words};
use yew::prelude::*;

use crate::ui::Props;
use crate::ui::shared::canvas::Canvas;

/// The strip.
#[component]
pub fn Strip(props: &Props) -> Html {
    let Props { session, .. } = props;
    let words = words(session.lang);
    let layers = session.model.as_ref().map_or(&[][..], |model| &model.about.net.layers);
    html! {
        <section class="strip" id="layers" aria-label={words.layers}>
            <h2>{ words.layers }<small>{ words.layers_hint }</small></h2>
            <ol tabindex="-1">
                { for layers.iter().enumerate().map(|(at, layer)| {
                    html! { <li class={kind(layer)} key={at}>{ card(props, LayerId(at as u16), layer) }</li> }
                }) }
            </ol>
        </section>
    }
}

fn card(Props { session, emit }: &Props, id: LayerId, layer: &Layer) -> Html {
    let words = words(session.lang);
    let finished = session.run.as_ref().and_then(|run| run.finished(id));
    let open = session.look.layer == Some(id);
    let onclick = emit.reform(move |_: MouseEvent| Event::Look(id));
    let line = layer_line(session.lang, layer);
    let name = format!("{}: {line}, {}", layer.name, shape(layer.shape));
    html! {
        <button class={classes!("card", finished.is_some().then_some("lit"))} {onclick} aria-pressed={open.to_string()}
            aria-label={name} title={format!("{} · {line}", layer.name)}>
            <span class="thumbs">
                if let Some(finished) = finished {
                    <Canvas tile={finished.thumbs.clone()} />
                }
            </span>
            <span class="name">{ if layer.op == Op::Input { words.fed_short } else { layer.short_name() } }</span>
            <span class="dim">{ shape_short(layer.shape) }</span>
            <span class="dim">
                { finished.map_or_else(|| "·".to_owned(), |finished| milliseconds(finished.done.ms)) }
            </span>
        </button>
    }
}

fn kind(layer: &Layer) -> &'static str {
    match layer.op {
        Op::Input => "input",
        Op::Convolution(_) => "convolution",
        Op::MaxPool(_) | Op::AveragePool(_) | Op::GlobalAveragePool => "pool",
        Op::Dense => "dense",
        Op::Sum => "sum",
    }
}
