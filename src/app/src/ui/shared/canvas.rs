//! A picture made of numbers.

use vggscope_core::render::Tile;
use vggscope_core::shared::Shared;
use yew::prelude::*;

use crate::browser::canvas;

/// What is shown, and how.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The pixels.
    pub tile: Shared<Tile>,
    /// What it shows, in words; without, it is decoration.
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// A canvas that shows a tile.
#[component]
pub fn Canvas(props: &Props) -> Html {
    let canvas = use_node_ref();
    {
        let canvas = canvas.clone();
        use_effect_with(props.tile.clone(), move |tile| canvas::draw(&canvas, tile));
    }
    {
        let canvas = canvas.clone();
        use_effect_with([props.tile.width, props.tile.height], move |_| canvas::smooth(&canvas));
    }
    let (width, height) = (props.tile.width.to_string(), props.tile.height.to_string());
    match &props.label {
        Some(label) => html! { <canvas ref={canvas} {width} {height} role="img" aria-label={label} /> },
        None => html! { <canvas ref={canvas} {width} {height} aria-hidden="true" /> },
    }
}
