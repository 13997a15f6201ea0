//! The engine's worker, seen from the page.

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::callback::Interval;
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use vggscope_core::error::EngineError;
use vggscope_core::session::{EngineEvent, Event};
use vggscope_core::wire::{LoadId, Reply, Request, RunId, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// A worker that runs; dropping it ends it.
pub struct Engine {
    worker: Worker,
    watch: Rc<Cell<Watch>>,
    _clock: Interval,
    _answered: Closure<dyn FnMut(MessageEvent)>,
    _died: Closure<dyn FnMut(web_sys::Event)>,
}

/// What goes to the engine beside a request.
pub enum Part {
    /// Bytes, which are then gone from here.
    Buffer(ArrayBuffer),
    /// A file, which the engine reads where the browser has it.
    File(Blob),
}

/// What the engine has been asked and not answered yet, and for how long it has been silent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Watch {
    load: Option<LoadId>,
    run: Option<RunId>,
    /// Photos whose features are awaited, and the passes that each takes.
    photos: u32,
    passes: u32,
    /// Ticks of the clock since it was last heard of.
    silent: u32,
}

/// The clock that silence is measured by. It stands still while the computer sleeps, as the engine does.
const TICK_MS: u32 = 5_000;
/// Ticks that a layer may take: many times as long as the largest of VGG-19 takes a slow telephone.
const RUN_TICKS: u32 = 4;
/// Ticks that reading a model may take.
const LOAD_TICKS: u32 = 24;

impl Watch {
    /// After a request.
    fn asked(self, request: &Request) -> Watch {
        match request {
            Request::Load { load, .. } | Request::Build { load, .. } | Request::Resize { load, .. } => {
                Watch { load: Some(*load), silent: 0, ..self }
            }
            Request::Run { run, .. } => Watch { run: Some(*run), silent: 0, ..self },
            Request::Extract { crops, .. } => {
                let silent = if self.photos == 0 { 0 } else { self.silent };
                Watch { photos: self.photos + 1, passes: u32::from(*crops) + 1, silent, ..self }
            }
            Request::StopRun { .. } => Watch { run: None, ..self },
            _ => self,
        }
    }

    /// After an answer.
    fn heard(self, event: &EngineEvent) -> Watch {
        let heard = Watch { silent: 0, ..self };
        match event {
            // What was under way is given up for another network.
            EngineEvent::Reply(Reply::Loaded { load, .. }) => {
                Watch { load: heard.load.filter(|one| one != load), run: None, photos: 0, ..heard }
            }
            EngineEvent::Reply(Reply::NotLoaded { load, .. }) => {
                Watch { load: heard.load.filter(|one| one != load), ..heard }
            }
            EngineEvent::Reply(Reply::Done { run, .. } | Reply::RunFailed { run, .. }) => {
                Watch { run: heard.run.filter(|one| one != run), ..heard }
            }
            EngineEvent::Reply(Reply::Extracted { .. } | Reply::NotExtracted { .. }) => {
                Watch { photos: heard.photos.saturating_sub(1), ..heard }
            }
            _ => heard,
        }
    }

    /// After a tick; and whether it has been silent for too long.
    fn ticked(self) -> (Watch, bool) {
        let most = match (self.load, self.run, self.photos) {
            (Some(_), _, _) => LOAD_TICKS,
            (None, Some(_), 0) => RUN_TICKS,
            (None, None, 0) => return (self, false),
            // It says nothing between two layers of these.
            (None, ..) => RUN_TICKS * self.passes,
        };
        let silent = self.silent + 1;
        if silent < most { (Watch { silent, ..self }, false) } else { (Watch::default(), true) }
    }
}

impl Engine {
    /// Starts a worker; of one thread if one was `lost`. `?variant=…` and `?threads=…` of the page's address are passed on
    /// to it.
    pub fn start(emit: Callback<Event>, lost: &Rc<Cell<bool>>) -> Result<Engine, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
        let query = if lost.get() { format!("?lost&{}", query.trim_start_matches('?')) } else { query };
        let worker = Worker::new_with_options(&format!("./engine.js{query}"), &options).map_err(text)?;

        let watch = Rc::new(Cell::new(Watch::default()));
        let (answer, heard) = (emit.clone(), watch.clone());
        let answered = Closure::new(move |event: MessageEvent| {
            if let Some(event) = read(&event.data()) {
                heard.set(heard.get().heard(&event));
                answer.emit(event.into());
            }
        });
        let (silent, lost, left) = (emit.clone(), lost.clone(), watch.clone());
        let clock = Interval::new(TICK_MS, move || {
            let (next, lasts) = left.get().ticked();
            left.set(next);
            if lasts {
                lost.set(true);
                silent.emit(EngineEvent::Silent.into());
            }
        });
        worker.set_onmessage(Some(answered.as_ref().unchecked_ref()));
        let died = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            // A script that cannot be fetched is told of by an event without a message.
            let message =
                Reflect::get(&event, &"message".into()).ok().and_then(|message| message.as_string());
            emit.emit(EngineEvent::Died { detail: message.unwrap_or_default() }.into());
        });
        worker.set_onerror(Some(died.as_ref().unchecked_ref()));
        Ok(Engine { worker, watch, _clock: clock, _answered: answered, _died: died })
    }

    /// Sends a request with what is beside it: buffers, which are handed over, and files.
    pub fn send(&self, request: &Request, parts: Vec<Part>) {
        self.watch.set(self.watch.get().asked(request));
        let message = Uint8Array::from(encode(request).as_slice());
        let transfer = Array::of1(&message.buffer());
        let pair = Array::of1(&message);
        for part in parts {
            match part {
                Part::Buffer(buffer) => {
                    pair.push(&buffer);
                    transfer.push(&buffer);
                }
                Part::File(file) => {
                    pair.push(&file);
                }
            }
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

/// A message is an encoded reply, or what kept the engine from starting or going on.
fn read(data: &JsValue) -> Option<EngineEvent> {
    if let Some(message) = data.dyn_ref::<Uint8Array>() {
        return Some(EngineEvent::Reply(decode(&message.to_vec())?));
    }
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let detail = field("message").map(text).unwrap_or_default();
    match field("failed")?.as_string()?.as_str() {
        "unsupported" => {
            let missing: Array = field("missing")?.dyn_into().ok()?;
            let missing = missing.iter().filter_map(|feature| feature.as_string()).collect();
            Some(EngineEvent::Failed(EngineError::Unsupported { missing }))
        }
        "died" => Some(EngineEvent::Died { detail }),
        _ => Some(EngineEvent::Failed(EngineError::Start { detail })),
    }
}

fn text(value: JsValue) -> String {
    value.as_string().or_else(|| js_sys::JSON::stringify(&value).ok()?.as_string()).unwrap_or_default()
}
