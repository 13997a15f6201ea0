//! A contact sheet that answers the pointer and the arrow keys.

use vggscope_core::render::{Sheet as Geometry, Tile};
use vggscope_core::shared::Shared;
use yew::prelude::*;

use crate::browser::input;
use crate::ui::shared::canvas::Canvas;

/// What the sheet is given.
#[derive(Properties, PartialEq)]
pub struct SheetProps {
    /// Its pixels.
    pub tile: Shared<Tile>,
    /// Where each cell stands.
    pub sheet: Geometry,
    /// The channel that each cell is of.
    pub order: Shared<Vec<u16>>,
    /// The channel that is chosen.
    pub chosen: Option<u16>,
    /// What it shows, in words.
    pub label: String,
    /// Told which channel is chosen, or none any more.
    pub pick: Callback<Option<u16>>,
    /// Told which channel is pointed at.
    pub hover: Callback<Option<u16>>,
}

/// The sheet.
#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    let SheetProps { tile, sheet, order, chosen, label, pick, hover } = props;
    let pointed = use_state_eq(|| None::<usize>);
    let sheet = *sheet;
    let over = use_node_ref();
    let under = {
        let over = over.clone();
        move |event: &PointerEvent| {
            let (across, down) = input::place(event, &over)?;
            sheet.place(across, down)
        }
    };
    let onpointermove = {
        let (order, hover, pointed) = (order.clone(), hover.clone(), pointed.clone());
        let under = under.clone();
        move |event: PointerEvent| {
            let place = under(&event);
            pointed.set(place);
            hover.emit(place.and_then(|place| order.get(place).copied()));
        }
    };
    let onpointerleave = {
        let (hover, pointed) = (hover.clone(), pointed.clone());
        move |_: PointerEvent| {
            pointed.set(None);
            hover.emit(None);
        }
    };
    let onpointerup = {
        let (order, pick) = (order.clone(), pick.clone());
        move |event: PointerEvent| {
            if let Some(channel) = under(&event).and_then(|place| order.get(place)) {
                pick.emit(Some(*channel));
            }
        }
    };
    let chosen = chosen.and_then(|channel| order.iter().position(|one| *one == channel));
    let onkeydown = {
        let (order, pick) = (order.clone(), pick.clone());
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            pick.emit(step.in_rows(sheet.columns, order.len(), chosen).map(|place| order[place]));
        }
    };
    let mark = |place: Option<usize>, class: &'static str| {
        place.map(|place| {
            let (x, y) = sheet.corner(place);
            html! {
                <rect {class} x={x.to_string()} y={y.to_string()} width={sheet.cell_width.to_string()}
                    height={sheet.cell_height.to_string()} />
            }
        })
    };
    html! {
        <div ref={over} class="overlaid" tabindex="0" role="group" aria-label={label.clone()}
            {onpointermove} {onpointerleave} {onpointerup} {onkeydown}>
            <Canvas tile={tile.clone()} label={label.clone()} />
            <svg viewBox={format!("0 0 {} {}", sheet.width(), sheet.height())} preserveAspectRatio="none"
                aria-hidden="true">
                { mark(*pointed, "pointed") }
                { mark(chosen, "chosen") }
            </svg>
        </div>
    }
}
