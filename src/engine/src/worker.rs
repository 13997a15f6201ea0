//! The engine inside a module worker: takes requests, works in small steps so that a newer request is heard between
//! two layers, and answers. The only room of the engine that knows of the browser.

mod bench;
mod kept;
mod written;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use vggscope_core::error::Error;
use vggscope_core::explain::Question;
use vggscope_core::image::{self, Fit, Photo, Preset};
use vggscope_core::model::SaveAs;
use vggscope_core::nn::LayerId;
use vggscope_core::render::Tile;
use vggscope_core::wire::{Begun, LayerDone, LoadId, Reply, Request, RunId, Variant, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use crate::explain::tasks::Tasks;
use crate::explain::{self, Work};
use crate::run::recording::Recording;
use crate::train::trainer::Trainer;
use crate::{About, Activations, Again, Extraction, Network, Pass, PassStep, SIDE, Size, write_safetensors};
use kept::{Kept, Origin};
use written::Written;

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

/// Begins to take requests, and says which variant this is.
#[wasm_bindgen]
pub fn start(variant: &str, missing: &str, threads: u32, isolated: bool, memory_mib: u32) {
    share_work();
    std::panic::set_hook(Box::new(|panic| tell_death(&panic.to_string())));
    let missing = missing.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect();
    post(&Reply::Ready(Variant { name: variant.to_owned(), threads, missing, isolated, memory_mib }));

    let channel = MessageChannel::new().unwrap_throw();
    WORKER.set(Some(Worker::new(channel.port2())));
    let tick = Closure::<dyn FnMut()>::new(|| with_worker(Worker::tick));
    channel.port1().set_onmessage(Some(tick.into_js_value().unchecked_ref()));
    let take = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some((request, parts)) = read(&event) {
            with_worker(|worker| worker.handle(request, parts));
        }
    });
    scope().set_onmessage(Some(take.into_js_value().unchecked_ref()));
}

struct Worker {
    network: Option<Network>,
    /// What it was read from.
    origin: Option<Rc<Origin>>,
    photo: Option<Arc<Photo>>,
    /// The newest run.
    run: Option<(RunId, Recording)>,
    /// The run that is kept for comparison.
    reference: Option<(RunId, Recording)>,
    /// The newest run's pass, while it is under way.
    under_way: Option<UnderWay>,
    /// Questions that take longer than a message may.
    tasks: Tasks,
    /// Photos and heads of training.
    trainer: Trainer,
    /// A message to it comes back as a task of its own, after those that already wait.
    again: MessagePort,
    /// Whether such a message is on its way: one at a time, so that requests are heard between two steps.
    waiting: Cell<bool>,
}

struct UnderWay {
    pass: Pass,
    started: f64,
}

impl Worker {
    fn new(again: MessagePort) -> Worker {
        let (network, origin, photo, run, reference, under_way) = (None, None, None, None, None, None);
        let (tasks, trainer, waiting) = (Tasks::default(), Trainer::default(), Cell::new(false));
        Worker { network, origin, photo, run, reference, under_way, tasks, trainer, again, waiting }
    }

    fn handle(&mut self, request: Request, mut parts: impl Iterator<Item = JsValue>) {
        match request {
            Request::Load { load, name, beside, size, head } => {
                let files = std::iter::once(name.clone()).chain(beside).zip(parts.map(Kept::new)).collect();
                self.read(load, &Origin::files(name, files, head), size);
            }
            Request::Build { load, network, from, size, head } => {
                let from = from.map(|Begun { transfer, name, beside, head }| {
                    let files =
                        std::iter::once(name.clone()).chain(beside).zip(parts.map(Kept::new)).collect();
                    (transfer, Origin::files(name, files, head))
                });
                self.read(load, &Origin::built(network, from, head), size);
            }
            Request::Resize { load, size } => {
                let network =
                    self.network.as_ref().and_then(|network| Some((network, network.again.clone()?)));
                match network.map(|(network, again)| (network.resized(size), again)) {
                    Some((read, again)) => self.loaded(load, read, &again),
                    None => post(&Reply::NotLoaded { load, error: Error::Run { detail: String::new() } }),
                }
            }
            Request::Photo { width, height } => {
                self.photo = pixels(width, height, &mut parts).map(Arc::new);
            }
            Request::Run { run, fit, preset } => {
                if let Err(error) = self.begin(run, fit, preset) {
                    post(&Reply::RunFailed { run, error });
                }
            }
            Request::StopRun { run } => {
                if self.run.as_ref().is_some_and(|(newest, _)| *newest == run) {
                    self.under_way = None;
                }
            }
            Request::KeepReference { run } => {
                self.reference = self.run.as_ref().filter(|(newest, _)| *newest == run).cloned();
            }
            Request::DropReference { run } => {
                self.reference.take_if(|(kept, _)| *kept == run);
            }
            Request::Ask { run, question } => self.ask(run, question),
            Request::Stop { run, question } => self.tasks.stop(run, &question),
            Request::Save { format, name, preset, classes } => {
                let saved = self.save(format, &About { name: &name, preset, classes: &classes });
                post(&match saved {
                    Ok(url) => Reply::Saved { format, url },
                    Err(error) => Reply::NotSaved { error },
                });
            }
            Request::Extract { extraction, photo, width, height, fit, preset, pooled, crops } => {
                match pixels(width, height, &mut parts) {
                    Some(pixels) => {
                        let work = Extraction::new(pixels, photo, fit, preset, pooled, crops);
                        self.trainer.extract(extraction, photo, work);
                        self.go_on();
                    }
                    None => {
                        let error = Error::Run { detail: String::new() };
                        post(&Reply::NotExtracted { extraction, photo, error });
                    }
                }
            }
            Request::Train { training, settings, samples, rounds, head } => {
                match self.trainer.train(training, settings, samples, rounds, head) {
                    Ok(()) => self.go_on(),
                    Err(error) => post(&Reply::NotTrained { training, error }),
                }
            }
            Request::PauseTraining { training, paused } => {
                self.trainer.pause(training, paused);
                self.go_on();
            }
            Request::StopTraining { training } => self.trainer.stop(training),
        }
    }

    /// What a run left, if it is still here.
    fn recording(&self, run: RunId) -> Option<&Recording> {
        let runs = [&self.run, &self.reference];
        runs.into_iter().flatten().find(|(one, _)| *one == run).map(|(_, recording)| recording)
    }

    fn ask(&mut self, run: RunId, question: Question) {
        // Of a run that a newer one has replaced, nobody waits for an answer.
        let (Some(network), Some(recording)) = (&self.network, self.recording(run)) else { return };
        match explain::answer(question, network, recording) {
            Some(Work::Done(answer)) => post(&Reply::Answer { run, question, answer }),
            Some(Work::Task(task)) => {
                self.tasks.add(run, question, task);
                self.go_on();
            }
            None => post(&Reply::Failed { run, question, error: Error::Run { detail: String::new() } }),
        }
    }

    /// Reads a network, which is the one in use from then on if it can be read.
    fn read(&mut self, load: LoadId, origin: &Rc<Origin>, size: Option<[usize; 2]>) {
        let again = origin.again();
        let read = again(size.map_or(Size::Own([SIDE; 2]), Size::Chosen));
        if read.is_ok() {
            self.origin = Some(origin.clone());
        }
        self.loaded(load, read, &again);
    }

    /// Writes the network in use to a file of the browser's; its address.
    fn save(&self, format: SaveAs, about: &About) -> Result<String, Error> {
        let lost = || Error::Run { detail: String::new() };
        let (network, origin) = self.network.as_ref().zip(self.origin.as_ref()).ok_or_else(lost)?;
        let mut file = Written::default();
        match format {
            SaveAs::Onnx(precision) => origin.write(about, precision, &mut |bytes| file.write(bytes))?,
            SaveAs::Safetensors => write_safetensors(network, about, &mut |bytes| file.write(bytes))
                .map_err(|why| Error::Model { name: about.name.to_owned(), why })?,
        }
        file.url().ok_or_else(lost)
    }

    fn loaded(&mut self, load: LoadId, read: Result<Network, Error>, again: &Again) {
        match read {
            Ok(mut network) => {
                network.again = Some(again.clone());
                // Runs are of the network that made them. A file that cannot be read leaves all as it was.
                (self.run, self.reference, self.under_way) = (None, None, None);
                self.tasks = Tasks::default();
                self.trainer.lose_network();
                post(&Reply::Loaded { load, model: Box::new(network.model.clone()) });
                self.network = Some(network);
            }
            Err(error) => post(&Reply::NotLoaded { load, error }),
        }
    }

    /// Feeds the photo to the network; layers follow tick by tick.
    fn begin(&mut self, run: RunId, fit: Fit, preset: Preset) -> Result<(), Error> {
        let (Some(network), Some(photo)) = (&self.network, &self.photo) else {
            return Err(Error::Run { detail: String::new() });
        };
        let started = now();
        let shape = network.model.architecture.input();
        let input = image::network_input(photo, fit, shape);
        let rgba: Vec<u8> = input.rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        let tile = Tile { width: input.width, height: input.height, rgba };
        post(&Reply::Input { run, tile: tile.into(), crop: image::crop(photo, fit, shape) });

        // Of the run before, nothing more is wanted, and its memory is. Of the reference run, only what takes no time is asked.
        (self.run, self.under_way) = (None, None);
        self.tasks = Tasks::default();
        let mut activations = Activations::default();
        activations.keep_input(shape, image::normalise(&input, preset, image::Layout::Nchw, shape.channels));
        let tensor = image::normalise(&input, preset, network.layout, shape.channels);
        self.under_way = Some(UnderWay { pass: Pass::new(network, tensor)?, started });
        let (photo, probabilities) = (photo.clone(), Vec::new());
        let recording = Recording { photo, input, preset, activations, probabilities, clock: now };
        self.report(run, &recording, LayerId(0), now() - started);
        self.run = Some((run, recording));
        self.go_on();
        Ok(())
    }

    /// One layer of the run under way, or else one step of a question.
    fn tick(&mut self) {
        self.waiting.set(false);
        let Some(UnderWay { pass, started }) = &mut self.under_way else { return self.work() };
        let (Some(network), Some((run, recording))) = (&self.network, &mut self.run) else { return };
        let run = *run;
        let before = now();
        match pass.step() {
            Ok(PassStep::Layer(layer, values)) => {
                let ms = now() - before;
                if let Some(about) = network.model.architecture.layer(layer) {
                    recording.activations.keep_layer(layer, about.shape, values);
                }
                if let Some((_, recording)) = &self.run {
                    self.report(run, recording, layer, ms);
                }
                self.go_on();
            }
            Ok(PassStep::Intermediate(id, values)) => {
                network.keep_intermediate(&mut recording.activations, id, values);
                self.go_on();
            }
            Ok(PassStep::Done(logits)) => {
                let (probabilities, ms) = (network.model.meaning.probabilities(&logits), now() - *started);
                recording.probabilities.clone_from(&probabilities);
                post(&Reply::Done { run, logits, probabilities, ms });
                self.under_way = None;
                self.go_on();
            }
            Err(error) => {
                post(&Reply::RunFailed { run, error });
                self.under_way = None;
                self.go_on();
            }
        }
    }

    /// One step of a question that takes its time, or else of training, if there is any.
    fn work(&mut self) {
        if let Some(mut task) = self.tasks.take_turn() {
            if let (Some(network), Some(recording)) = (&self.network, self.recording(task.run)) {
                let (reply, goes_on) = task.step(network, recording);
                if let Some(reply) = reply {
                    post(&reply);
                }
                if goes_on {
                    self.tasks.put_back(task);
                }
            }
        } else if let Some(reply) = self.trainer.step(self.network.as_ref()) {
            post(&reply);
        }
        if !self.tasks.is_empty() || !self.trainer.is_idle() {
            self.go_on();
        }
    }

    fn report(&self, run: RunId, recording: &Recording, layer: LayerId, ms: f64) {
        if let Some(done) = done(&recording.activations, layer, ms) {
            post(&Reply::Layer { run, done: done.into() });
        }
    }

    fn go_on(&self) {
        if !self.waiting.replace(true) {
            self.again.post_message(&JsValue::NULL).unwrap_throw();
        }
    }
}

/// The photo in the buffer beside a request.
fn pixels(width: usize, height: usize, parts: &mut impl Iterator<Item = JsValue>) -> Option<Photo> {
    let buffer: ArrayBuffer = parts.next()?.dyn_into().ok()?;
    Photo::new(width, height, Uint8Array::new(&buffer).to_vec())
}

/// What the page is told of a layer that is done.
pub fn done(kept: &Activations, layer: LayerId, ms: f64) -> Option<LayerDone> {
    let thumbnails = kept.thumbnails(layer)?;
    let stats = kept.stats(layer)?.to_vec();
    Some(LayerDone { layer, ms, stats, strongest: thumbnails.channels, thumbnails: thumbnails.tile.into() })
}

/// Has the runtime use the pool of threads, where there is more than one.
pub fn share_work() {
    #[cfg(feature = "threads")]
    if crate::ops::parallel::threads() > 1 {
        tract_linalg::multithread::set_default_executor(tract_linalg::multithread::Executor::RayonGlobal);
    }
}

fn with_worker(act: impl FnOnce(&mut Worker)) {
    WORKER.with_borrow_mut(|worker| worker.as_mut().map(act));
}

/// A message is the encoded request, and the buffers and files beside it.
fn read(event: &MessageEvent) -> Option<(Request, std::vec::IntoIter<JsValue>)> {
    let mut parts = event.data().dyn_into::<Array>().ok()?.to_vec().into_iter();
    let request = decode(&parts.next()?.dyn_into::<Uint8Array>().ok()?.to_vec())?;
    Some((request, parts))
}

/// Answers with the encoded reply, which is handed over.
fn post(reply: &Reply) {
    let message = Uint8Array::from(encode(reply).as_slice());
    scope().post_message_with_transfer(&message, &Array::of1(&message.buffer())).unwrap_throw();
}

/// Says why the worker is about to end: after a panic nothing of it can be used any more.
fn tell_death(message: &str) {
    let death = js_sys::Object::new();
    let set = |name: &str, value: &str| js_sys::Reflect::set(&death, &name.into(), &value.into());
    if set("failed", "died").and(set("message", &vggscope_core::nn::labels::tidy(message))).is_ok() {
        let _ = scope().post_message(&death);
    }
}

/// Milliseconds since the worker began.
pub fn now() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
