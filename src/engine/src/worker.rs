//! The engine inside a module worker: takes requests, works in small steps so that a newer request is heard between
//! two layers, and answers. The only module of the engine that knows of the browser.

mod bench;
mod long;

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use vggscope_core::error::Error;
use vggscope_core::image::{self, Fed, Fit, Photo, Preset};
use vggscope_core::nn::LayerId;
use vggscope_core::nn::softmax::softmax;
use vggscope_core::wire::{Job, LayerDone, Reply, Request, Variant, View, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use crate::{Activations, Backward, Bytes, Network, Pass, PassStep, SIDE};
use long::Long;

thread_local! {
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

/// Begins to take requests, and says which variant this is.
#[wasm_bindgen]
pub fn start(variant: &str, missing: &str, threads: u32) {
    share_work();
    std::panic::set_hook(Box::new(|panic| tell_death(&panic.to_string())));
    let missing = missing.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect();
    post(&Reply::Ready(Variant { name: variant.to_owned(), threads, missing }), &[]);

    let channel = MessageChannel::new().unwrap_throw();
    WORKER.set(Some(Worker::new(channel.port2())));
    let tick = Closure::<dyn FnMut()>::new(|| with_worker(Worker::tick));
    channel.port1().set_onmessage(Some(tick.into_js_value().unchecked_ref()));
    let take = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some((request, buffer)) = read(&event) {
            with_worker(|worker| worker.handle(request, buffer));
        }
    });
    scope().set_onmessage(Some(take.into_js_value().unchecked_ref()));
}

/// A file that stays outside of the engine's memory.
pub struct Outside(pub Uint8Array);

impl Bytes for Outside {
    fn count(&self) -> usize {
        self.0.length() as usize
    }

    fn copy(&self, from: usize, to: &mut [u8]) {
        self.0.subarray(from as u32, (from + to.len()) as u32).copy_to(to);
    }
}

struct Worker {
    network: Option<Network>,
    photo: Option<Photo>,
    kept: Activations,
    /// The run that the activations are of.
    job: Job,
    pass: Option<Running>,
    /// What the network was fed, and how it was made numbers.
    fed: Option<(Fed, Preset)>,
    /// The probabilities of the classes.
    probabilities: Vec<f32>,
    /// What takes longer than a message may, one step at a time.
    tasks: Vec<Long>,
    /// The run that is kept for comparison.
    held: Option<(Job, Activations)>,
    /// A message to it comes back as a task of its own, after those that already wait.
    again: MessagePort,
}

/// A pass under way.
struct Running {
    pass: Pass,
    started: f64,
}

impl Worker {
    fn new(again: MessagePort) -> Worker {
        let (kept, job) = (Activations::default(), Job::default());
        let (tasks, probabilities) = (Vec::new(), Vec::new());
        let (network, photo, pass, fed, held) = (None, None, None, None, None);
        Worker { network, photo, kept, job, pass, fed, probabilities, tasks, held, again }
    }

    fn handle(&mut self, request: Request, buffer: Option<Uint8Array>) {
        match request {
            Request::Load { job, name } => self.load(job, name, buffer),
            Request::Photo { width, height } => {
                self.photo = buffer.and_then(|buffer| Photo::new(width, height, buffer.to_vec()));
            }
            Request::Run { job, fit, preset } => {
                if let Err(error) = self.begin(job, fit, preset) {
                    post(&Reply::Failed { job, error }, &[]);
                }
            }
            Request::Cancel => {
                self.pass = None;
                self.tasks.clear();
            }
            Request::Draw { job, view } if job == self.job => {
                self.tasks.retain(|task| !matches!(task, Long::Contributions { .. }));
                let network = self.network.as_ref();
                let backward = view.toward.and_then(|class| Backward::of_class(network?, class));
                match backward {
                    Some(backward) => self.add(Long::Contributions { view, backward }),
                    None => self.draw(view, &[]),
                }
            }
            Request::Plane { job, layer, channel } if job == self.job => {
                if let Some(values) = self.kept.plane(layer, channel) {
                    post(&Reply::Plane { job, layer, channel }, &bytes(values));
                }
            }
            Request::Why { job, class, method } if job == self.job => self.tell_why(class, method),
            Request::Kernels { job, layer, side } if job == self.job => {
                let drawn =
                    self.network.as_ref().and_then(|network| network.kernels(&self.kept, layer, side));
                let (found, rgba) = match drawn {
                    Some(drawn) => (Some(Box::new((drawn.kernels, drawn.from))), drawn.tile.rgba),
                    None => (None, Vec::new()),
                };
                post(&Reply::Kernels { job, layer, side, found }, &rgba);
            }
            Request::Influence { job, unit } if job == self.job => {
                self.tasks.retain(|task| !matches!(task, Long::Influence { .. }));
                let network = self.network.as_ref();
                match network.and_then(|network| Backward::of_unit(network, &self.kept, unit)) {
                    Some(backward) => self.add(Long::Influence { unit, backward }),
                    None => post(&Reply::Influence { job, unit }, &[]),
                }
            }
            Request::Hold { job } if job == self.job => self.held = Some((job, self.kept.clone())),
            Request::Beside { job, layer, channel } => {
                let held = self.held.as_ref().filter(|(held, _)| *held == job);
                if let Some(values) = held.and_then(|(_, kept)| kept.plane(layer, channel)) {
                    post(&Reply::Beside { job, layer, channel }, &bytes(values));
                }
            }
            Request::Values { job, layer } if job == self.job => {
                if let Some(values) = self.kept.values(layer) {
                    post(&Reply::Values { job, layer }, &bytes(values));
                }
            }
            Request::Explain { job, unit, colours } if job == self.job => {
                let Some(network) = &self.network else { return };
                let found = network.explain(&self.kept, unit).map(Box::new);
                let terms = found.as_ref().map(|found| &found.terms);
                let maps =
                    terms.map(|terms| network.beside(&self.kept, terms, unit, colours)).unwrap_or_default();
                let size = maps.first().map_or([0, 0], |tile| [tile.width, tile.height]);
                let maps: Vec<u8> = maps.into_iter().flat_map(|tile| tile.rgba).collect();
                post(&Reply::Explained { job, unit, found, size }, &maps);
            }
            // Asked of a run that a newer one has replaced.
            Request::Draw { .. }
            | Request::Plane { .. }
            | Request::Values { .. }
            | Request::Why { .. }
            | Request::Explain { .. }
            | Request::Kernels { .. }
            | Request::Influence { .. }
            | Request::Hold { .. } => {}
        }
    }

    fn draw(&self, view: View, contributions: &[f32]) {
        let (job, started) = (self.job, now());
        let Some((sheet, order, tile)) = self.kept.draw(view, contributions) else { return };
        let Some(histogram) = self.kept.histogram(view.layer) else { return };
        let (contributions, ms) = (contributions.to_vec(), now() - started);
        post(&Reply::Drawn { job, view, sheet, order, contributions, histogram, ms }, &tile.rgba);
    }

    fn load(&mut self, job: Job, name: String, buffer: Option<Uint8Array>) {
        self.pass = None;
        let file = Outside(buffer.unwrap_or_default());
        match Network::read(file, [SIDE, SIDE]) {
            Ok(network) => {
                self.kept = Activations::default();
                self.held = None;
                self.tasks.clear();
                post(&Reply::Loaded { job, model: Box::new(network.model.clone()) }, &[]);
                self.network = Some(network);
            }
            Err(why) => post(&Reply::Failed { job, error: Error::Model { name, why } }, &[]),
        }
    }

    /// Feeds the photo to the network; layers follow tick by tick.
    fn begin(&mut self, job: Job, fit: Fit, preset: Preset) -> Result<(), Error> {
        let (Some(network), Some(photo)) = (&self.network, &self.photo) else {
            return Err(Error::Run { detail: String::new() });
        };
        let started = now();
        let input = network.model.net.input();
        let fed = image::feed(photo, fit, input);
        let rgba: Vec<u8> = fed.rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        let taken = image::taken(photo, fit, input);
        post(&Reply::Fed { job, width: fed.width, height: fed.height, taken }, &rgba);

        self.kept = Activations::default();
        self.tasks.clear();
        self.kept.keep_input(input, image::normalise(&fed, preset, image::Layout::Nchw, input.channels));
        let tensor = image::normalise(&fed, preset, network.layout, input.channels);
        self.pass = Some(Running { pass: Pass::new(network, tensor)?, started });
        self.job = job;
        self.fed = Some((fed, preset));
        self.report(LayerId(0), now() - started);
        self.go_on();
        Ok(())
    }

    /// One layer of the run under way, if there is one.
    fn tick(&mut self) {
        let Some(pass) = &mut self.pass else { return self.work() };
        let started = now();
        match pass.pass.step() {
            Ok(PassStep::Layer(layer, values)) => {
                let ms = now() - started;
                let layers = self.network.as_ref().map(|network| &network.model.net.layers);
                if let Some(about) = layers.and_then(|layers| layers.get(usize::from(layer.0))) {
                    self.kept.keep_layer(layer, about.shape, values);
                    self.report(layer, ms);
                }
                self.go_on();
            }
            Ok(PassStep::Intermediate(id, values)) => {
                if let Some(network) = &self.network {
                    network.keep_intermediate(&mut self.kept, id, values);
                }
                self.go_on();
            }
            Ok(PassStep::Done(logits)) => {
                let (probabilities, ms) = (softmax(&logits), now() - pass.started);
                self.probabilities.clone_from(&probabilities);
                post(&Reply::Done { job: self.job, logits, probabilities, ms }, &[]);
                self.pass = None;
            }
            Err(error) => {
                post(&Reply::Failed { job: self.job, error }, &[]);
                self.pass = None;
            }
        }
    }

    fn report(&self, layer: LayerId, ms: f64) {
        if let Some((done, pixels)) = done(&self.kept, layer, ms) {
            post(&Reply::Layer { job: self.job, done }, &pixels);
        }
    }

    fn go_on(&self) {
        self.again.post_message(&JsValue::NULL).unwrap_throw();
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// What the page is told of a layer that is done, and its thumbnails.
pub fn done(kept: &Activations, layer: LayerId, ms: f64) -> Option<(LayerDone, Vec<u8>)> {
    let thumbs = kept.thumbs(layer)?;
    let done = LayerDone {
        layer,
        ms,
        stats: kept.stats(layer)?.to_vec(),
        width: thumbs.tile.width,
        height: thumbs.tile.height,
        strongest: thumbs.channels,
    };
    Some((done, thumbs.tile.rgba))
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

/// A message is a pair: the encoded request, and a buffer or nothing.
fn read(event: &MessageEvent) -> Option<(Request, Option<Uint8Array>)> {
    let pair: Array = event.data().dyn_into().ok()?;
    let request = decode(&pair.get(0).dyn_into::<Uint8Array>().ok()?.to_vec())?;
    Some((request, pair.get(1).dyn_into::<js_sys::ArrayBuffer>().ok().map(|buffer| Uint8Array::new(&buffer))))
}

/// Answers with the encoded reply and a buffer, which is handed over.
fn post(reply: &Reply, buffer: &[u8]) {
    let message = Uint8Array::from(encode(reply).as_slice());
    let buffer = Uint8Array::from(buffer).buffer();
    let pair = Array::of2(&message, &buffer);
    scope().post_message_with_transfer(&pair, &Array::of2(&message.buffer(), &buffer)).unwrap_throw();
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
