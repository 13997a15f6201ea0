//! The worker that reads texts, seen from the page: it is started when there is one to read.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Uint8Array;
use vggscope_core::session::Event;
use vggscope_core::wire::{Read, Reading, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The worker, if it was started; dropping it ends it.
pub struct Reader {
    emit: Callback<Event>,
    worker: Option<Running>,
    /// Whether it was lost: then the next text has another started.
    lost: Rc<Cell<bool>>,
}

struct Running {
    worker: Worker,
    _answered: Closure<dyn FnMut(MessageEvent)>,
    _died: Closure<dyn FnMut(web_sys::Event)>,
}

impl Reader {
    /// One that is not started yet.
    pub fn new(emit: Callback<Event>) -> Reader {
        Reader { emit, worker: None, lost: Rc::default() }
    }

    /// Has a text read.
    pub fn read(&mut self, reading: &Reading) {
        if self.lost.take() || self.worker.is_none() {
            self.worker = Running::start(&self.emit, &self.lost).ok();
        }
        let request = Uint8Array::from(encode(reading).as_slice());
        let sent = self.worker.as_ref().is_some_and(|running| running.worker.post_message(&request).is_ok());
        if !sent {
            self.emit.emit(Event::Read(None));
        }
    }
}

impl Running {
    fn start(emit: &Callback<Event>, lost: &Rc<Cell<bool>>) -> Result<Running, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./reader.js", &options)?;
        let tell = {
            let (emit, lost) = (emit.clone(), lost.clone());
            move |read: Option<Read>| {
                lost.set(read.is_none());
                emit.emit(Event::Read(read));
            }
        };
        let answer = tell.clone();
        let answered = Closure::new(move |event: MessageEvent| {
            let bytes = event.data().dyn_into::<Uint8Array>().ok();
            answer(bytes.and_then(|bytes| decode(&bytes.to_vec())));
        });
        let died = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            tell(None);
        });
        worker.set_onmessage(Some(answered.as_ref().unchecked_ref()));
        worker.set_onerror(Some(died.as_ref().unchecked_ref()));
        Ok(Running { worker, _answered: answered, _died: died })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
