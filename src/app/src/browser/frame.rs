//! The page within another page.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};
use yew::NodeRef;

/// Tells the page around this one how high an element is, whenever that changes: a message `{ vggscope: 'size', height }`,
/// in CSS pixels. Nothing else is told, so whoever it is may know.
pub struct Height {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut(Array)>,
}

impl Height {
    /// Begins to tell.
    pub fn tell(element: &NodeRef) -> Option<Height> {
        let element: HtmlElement = element.cast()?;
        let measured = element.clone();
        let changed = Closure::<dyn FnMut(Array)>::new(move |_| {
            let around = web_sys::window().and_then(|window| window.parent().ok().flatten());
            let message = Object::new();
            let set = |name: &str, value: JsValue| Reflect::set(&message, &name.into(), &value);
            let height = f64::from(measured.offset_height());
            if let Some(around) = around
                && set("vggscope", "size".into()).and(set("height", height.into())).is_ok()
            {
                // Only what cannot be cloned is refused.
                let _ = around.post_message(&message, "*");
            }
        });
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Height { observer, _changed: changed })
    }
}

impl Drop for Height {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
