//! What events of controls mean.

use std::cell::Cell;

use vggscope_core::pages::keys::Move;
use vggscope_core::session::Item;
use wasm_bindgen::JsCast;
use web_sys::{
    Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent, PointerEvent,
};

use yew::{Callback, NodeRef};

use super::Files;
use super::files::of_list;

/// The text in the input that an event comes from, of one line or several.
pub fn text(event: &Event) -> String {
    let area = || target::<HtmlTextAreaElement>(event).map(|area| area.value());
    target::<HtmlInputElement>(event).map(|input| input.value()).or_else(area).unwrap_or_default()
}

/// The place of the chosen option.
pub fn picked(event: &Event) -> usize {
    target::<HtmlSelectElement>(event)
        .map_or(0, |select| usize::try_from(select.selected_index()).unwrap_or(0))
}

/// Takes the files of a file input, which is emptied so that the same file can be chosen again.
pub fn give_files(event: &Event, files: &Files, given: &Callback<Vec<Item>>) {
    let Some(input) = target::<HtmlInputElement>(event) else { return };
    if let Some(list) = input.files() {
        files.give(of_list(&list), given);
    }
    input.set_value("");
}

/// Where on an element a pointer is, as shares of width and height. The element is named, since Yew listens on the
/// body for all, and an event's own current target is that.
pub fn place(event: &PointerEvent, element: &NodeRef) -> Option<(f64, f64)> {
    let element: HtmlElement = element.cast()?;
    let rect = element.get_bounding_client_rect();
    let across = (f64::from(event.client_x()) - rect.left()) / rect.width();
    let down = (f64::from(event.client_y()) - rect.top()) / rect.height();
    Some((across, down))
}

/// Has an element hear of a pointer until it is let go of, wherever that goes.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = target::<HtmlElement>(event) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// What a key press means; the page does not scroll for it.
pub fn moved(event: &KeyboardEvent) -> Option<Move> {
    let key = match event.key().as_str() {
        "ArrowLeft" => Move::Left,
        "ArrowRight" => Move::Right,
        "ArrowUp" => Move::Up,
        "ArrowDown" => Move::Down,
        "Escape" => Move::Escape,
        _ => return None,
    };
    event.prevent_default();
    Some(key)
}

/// Whether a checkbox is checked.
pub fn checked(event: &Event) -> bool {
    target::<HtmlInputElement>(event).is_some_and(|input| input.checked())
}

thread_local! {
    static LETTERS: Cell<bool> = const { Cell::new(true) };
}

/// Has single letters do something, or nothing: whoever speaks to the computer types letters without meaning them.
pub fn use_letters(letters: bool) {
    LETTERS.set(letters);
}

/// The key of a press that nothing else on the page has use for.
pub fn free_key(event: &KeyboardEvent) -> Option<String> {
    let typing = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let busy = typing.is_some_and(|at| ["INPUT", "TEXTAREA", "SELECT"].contains(&at.tag_name().as_str()));
    if busy || event.default_prevented() || event.alt_key() || event.ctrl_key() || event.meta_key() {
        return None;
    }
    Some(event.key()).filter(|key| LETTERS.get() || key.chars().count() > 1)
}

/// Whether a key press anywhere on the page turns it on, or back.
pub fn turned(event: &KeyboardEvent) -> Option<bool> {
    match free_key(event)?.as_str() {
        "ArrowRight" => Some(true),
        "ArrowLeft" => Some(false),
        _ => None,
    }
}

/// Brings an element into view.
pub fn show(element: &NodeRef) {
    if let Some(element) = element.cast::<HtmlElement>() {
        element.scroll_into_view();
    }
}

/// Puts the focus on an element.
pub fn focus(element: &NodeRef) {
    if let Some(element) = element.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Whether a key press is an arrow up, or down.
pub fn moved_vertically(event: &KeyboardEvent) -> Option<bool> {
    match event.key().as_str() {
        "ArrowUp" => Some(true),
        "ArrowDown" => Some(false),
        _ => None,
    }
}

/// Puts a text where a person can paste it from; a browser that forbids it leaves it as it was.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}
