//! The page's address behind the `#`.

use gloo::events::EventListener;
use vggscope_core::session::Event;
use yew::Callback;

/// What stands there now.
pub fn read() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).map(decoded).unwrap_or_default()
}

/// The same with the page's own before it, to be used elsewhere.
pub fn whole(address: &str) -> String {
    let page = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    format!("{}{address}", page.split('#').next().unwrap_or_default())
}

/// Shows another, which is no visit: the back button leads past it.
pub fn show(address: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address));
    }
}

/// Goes to another, which is a visit.
pub fn go(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_hash(address);
    }
}

/// Tells of every visit until it is dropped.
pub fn listen(visit: Callback<Event>) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "hashchange", move |_| visit.emit(Event::Visit(read()))))
}

fn decoded(hash: String) -> String {
    js_sys::decode_uri_component(&hash).map(String::from).unwrap_or(hash)
}
