//! What a person can do anywhere on the page: drag and drop, and paste.

use gloo::events::{EventListener, EventListenerOptions};
use vggscope_core::session::Item;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, Window};
use yew::Callback;

use super::Files;
use super::files::of_transfer;

/// Listeners that end when this is dropped.
pub struct Gestures {
    _listeners: Vec<EventListener>,
}

impl Gestures {
    /// Listens on the whole page.
    pub fn listen(given: Callback<Vec<Item>>, dragging: Callback<bool>, files: Files) -> Gestures {
        let Some(window) = web_sys::window() else { return Gestures { _listeners: Vec::new() } };
        let over = dragging.clone();
        let left = dragging.clone();
        let (pasted, pasted_files) = (given.clone(), files.clone());
        let listeners = vec![
            on(&window, "dragover", move |event| {
                if carries_files(event) {
                    event.prevent_default();
                    over.emit(true);
                }
            }),
            on(&window, "dragleave", move |event| {
                // Leaving one element for another has a target to go to; leaving the page has none.
                if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                    left.emit(false);
                }
            }),
            on(&window, "drop", move |event| {
                event.prevent_default();
                dragging.emit(false);
                let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                give(&given, &files, transfer);
            }),
            on(&window, "paste", move |event| {
                let transfer = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
                give(&pasted, &pasted_files, transfer);
            }),
        ];
        Gestures { _listeners: listeners }
    }
}

fn give(given: &Callback<Vec<Item>>, files: &Files, transfer: Option<DataTransfer>) {
    if let Some(transfer) = transfer {
        files.give(of_transfer(&transfer), given);
    }
}

fn carries_files(event: &Event) -> bool {
    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn on(window: &Window, name: &'static str, act: impl FnMut(&Event) + 'static) -> EventListener {
    EventListener::new_with_options(window, name, EventListenerOptions::enable_prevent_default(), act)
}
