//! The engine's worker, seen from the page.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use vggscope_core::error::EngineError;
use vggscope_core::session::Event;
use vggscope_core::wire::{Request, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// A worker that runs; dropping it ends it.
pub struct Engine {
    worker: Worker,
    _answered: Closure<dyn FnMut(MessageEvent)>,
    _died: Closure<dyn FnMut(web_sys::Event)>,
}

impl Engine {
    /// Starts a worker. `?variant=…` and `?threads=…` of the page's address are passed on to it.
    pub fn start(emit: Callback<Event>) -> Result<Engine, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
        let worker = Worker::new_with_options(&format!("./engine.js{query}"), &options).map_err(text)?;

        let answer = emit.clone();
        let answered = Closure::new(move |event: MessageEvent| {
            if let Some(event) = read(&event.data()) {
                answer.emit(event);
            }
        });
        worker.set_onmessage(Some(answered.as_ref().unchecked_ref()));
        let died = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            // A script that cannot be fetched is told of by an event without a message.
            let message =
                Reflect::get(&event, &"message".into()).ok().and_then(|message| message.as_string());
            emit.emit(Event::EngineDied { detail: message.unwrap_or_default() });
        });
        worker.set_onerror(Some(died.as_ref().unchecked_ref()));
        Ok(Engine { worker, _answered: answered, _died: died })
    }

    /// Sends a request, and hands over the buffer beside it.
    pub fn send(&self, request: &Request, buffer: Option<ArrayBuffer>) {
        let message = Uint8Array::from(encode(request).as_slice());
        let transfer = Array::of1(&message.buffer());
        let pair = Array::of1(&message);
        if let Some(buffer) = buffer {
            pair.push(&buffer);
            transfer.push(&buffer);
        }
        // Only a buffer that is no longer ours could be refused, and each is taken out of its slot once.
        let _ = self.worker.post_message_with_transfer(&pair, &transfer);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// A message is a pair of the encoded reply and a buffer, or what kept the engine from starting or going on.
fn read(data: &JsValue) -> Option<Event> {
    if let Some(pair) = data.dyn_ref::<Array>() {
        let reply = decode(&pair.get(0).dyn_into::<Uint8Array>().ok()?.to_vec())?;
        let buffer = pair.get(1).dyn_into::<ArrayBuffer>().map(|buffer| Uint8Array::new(&buffer).to_vec());
        return Some(Event::Reply(reply, buffer.unwrap_or_default()));
    }
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let detail = field("message").map(text).unwrap_or_default();
    match field("failed")?.as_string()?.as_str() {
        "unsupported" => {
            let missing: Array = field("missing")?.dyn_into().ok()?;
            let missing = missing.iter().filter_map(|feature| feature.as_string()).collect();
            Some(Event::EngineFailed(EngineError::Unsupported { missing }))
        }
        "died" => Some(Event::EngineDied { detail }),
        _ => Some(Event::EngineFailed(EngineError::Start { detail })),
    }
}

fn text(value: JsValue) -> String {
    value.as_string().or_else(|| js_sys::JSON::stringify(&value).ok()?.as_string()).unwrap_or_default()
}
