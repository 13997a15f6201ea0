//! The worker that reads texts and archives, seen from the page: it is started when there is one to read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use vggscope_core::session::{Event, Train};
use vggscope_core::wire::{Read, Reading, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use super::Files;

/// The worker, if it was started; dropping it ends it.
pub struct Reader {
    emit: Callback<Event>,
    files: Files,
    worker: Option<Running>,
    /// Whether it was lost: then the next text has another started.
    lost: Rc<Cell<bool>>,
    /// The archive that is unpacked; what comes of any other is passed over.
    archive: Rc<RefCell<Archive>>,
}

/// What has come of an archive.
#[derive(Default)]
struct Archive {
    number: u32,
    under_way: bool,
    photos: Vec<(String, File)>,
}

struct Running {
    worker: Worker,
    _answered: Closure<dyn FnMut(MessageEvent)>,
    _died: Closure<dyn FnMut(web_sys::Event)>,
}

impl Reader {
    /// One that is not started yet; files from archives go to this store.
    pub fn new(emit: Callback<Event>, files: Files) -> Reader {
        Reader { emit, files, worker: None, lost: Rc::default(), archive: Rc::default() }
    }

    /// Has a text read.
    pub fn read(&mut self, reading: &Reading) {
        let request = Uint8Array::from(encode(reading).as_slice());
        if !self.send(&request) {
            self.emit.emit(Event::Read(None));
        }
    }

    /// Has the photos of an archive taken out.
    pub fn unpack(&mut self, archive: &File) {
        let number = self.archive.borrow().number + 1;
        self.archive.replace(Archive { number, under_way: true, photos: Vec::new() });
        if !self.send(&Array::of2(&number.into(), archive)) {
            self.emit.emit(Train::Unpacked(Vec::new(), false).into());
        }
    }

    fn send(&mut self, request: &JsValue) -> bool {
        if self.lost.take() || self.worker.is_none() {
            self.worker = Running::start(self).ok();
        }
        self.worker.as_ref().is_some_and(|running| running.worker.post_message(request).is_ok())
    }
}

impl Running {
    fn start(reader: &Reader) -> Result<Running, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./reader.js", &options)?;
        let tell = {
            let (emit, lost) = (reader.emit.clone(), reader.lost.clone());
            move |read: Option<Read>| {
                lost.set(read.is_none());
                emit.emit(Event::Read(read));
            }
        };
        let answer = tell.clone();
        let unpacked = {
            let (emit, files, archive) = (reader.emit.clone(), reader.files.clone(), reader.archive.clone());
            move |whole: bool| {
                // What else comes of it is passed over.
                let Archive { number, photos, .. } = archive.take();
                archive.borrow_mut().number = number;
                let items = photos.into_iter().map(|(path, file)| files.add_at(&path, file)).collect();
                emit.emit(Train::Unpacked(items, whole).into());
            }
        };
        let (archive, end) = (reader.archive.clone(), unpacked.clone());
        let answered = Closure::new(move |event: MessageEvent| match event.data().dyn_into::<Array>() {
            Ok(part) => {
                if part.get(0).as_f64() != Some(f64::from(archive.borrow().number)) {
                    return;
                }
                match (part.get(1).as_string(), part.get(2).dyn_into::<Uint8Array>()) {
                    (Some(path), Ok(bytes)) => {
                        let name = path.rsplit('/').next().unwrap_or_default();
                        if let Ok(file) = File::new_with_u8_array_sequence(&Array::of1(&bytes), name) {
                            archive.borrow_mut().photos.push((path, file));
                        }
                    }
                    _ => end(part.get(1).is_truthy()),
                }
            }
            Err(data) => {
                let bytes = data.dyn_into::<Uint8Array>().ok();
                answer(bytes.and_then(|bytes| decode(&bytes.to_vec())));
            }
        });
        let archive = reader.archive.clone();
        let died = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            let under_way = archive.borrow().under_way;
            if under_way {
                unpacked(false);
            }
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
