//! The service worker, seen from the page: what it keeps, and whether a new one stands ready.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo::events::EventListener;
use gloo::timers::future::sleep;
use js_sys::{Array, Object, Reflect};
use vggscope_core::session::{Event, NotKept, OfflineEvent, OfflineTask};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageChannel, MessageEvent, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerState,
};
use yew::Callback;

use super::{keep, store};

/// Where it is remembered that the person wants nothing kept.
const UNWANTED: &str = "vggscope.offline";

/// How long the page is left to what a person does first, before it is kept.
const PAUSE: Duration = Duration::from_secs(4);

/// Watches the service worker, if there is one.
pub struct Offline {
    emit: Callback<Event>,
    /// Whether the person has asked for the new version, so that the page is loaded again once that is in charge.
    updating: Rc<Cell<bool>>,
    _changed: Option<EventListener>,
}

impl Offline {
    /// Begins to watch, and asks what is kept.
    pub fn watch(emit: Callback<Event>) -> Offline {
        let updating = Rc::new(Cell::new(false));
        let container = container();
        let changed = container.as_ref().map(|container| {
            // The first worker of a page takes charge of it too, and is no new version.
            let (emit, asked, had) =
                (emit.clone(), updating.clone(), Cell::new(container.controller().is_some()));
            EventListener::new(container, "controllerchange", move |_| {
                match (asked.get(), had.replace(true)) {
                    (true, _) => reload(),
                    (false, true) => emit.emit(OfflineEvent::NewVersion.into()),
                    (false, false) => {}
                }
            })
        });
        let told = emit.clone();
        spawn_local(async move {
            match registration(container).await {
                Some(registration) => {
                    watch_for_versions(&registration, &told);
                    ask(&registration, "kept", None, &told);
                    look_for_version(&registration).await;
                }
                None => told.emit(OfflineEvent::Unavailable.into()),
            }
        });
        Offline { emit, updating, _changed: changed }
    }

    /// Has the service worker do something.
    pub fn perform(&self, task: OfflineTask) {
        let (emit, updating) = (self.emit.clone(), self.updating.clone());
        spawn_local(async move {
            let Some(registration) = registration(container()).await else {
                return emit.emit(OfflineEvent::Unavailable.into());
            };
            match task {
                OfflineTask::Keep { variant } => {
                    store::delete(UNWANTED);
                    sleep(PAUSE).await;
                    ask(&registration, "keep", Some(&variant), &emit);
                }
                OfflineTask::Forget => {
                    // A browser that stores nothing will keep the page again, and say so.
                    store::set(UNWANTED, &true);
                    keep::forget().await;
                    ask(&registration, "forget", None, &emit);
                }
                OfflineTask::Update => match registration.waiting() {
                    Some(waiting) => {
                        updating.set(true);
                        send(&waiting, "use", None, &Array::new());
                    }
                    // It is in charge already: another tab let it.
                    None => reload(),
                },
            }
        });
    }
}

fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The browser's side of service workers; absent where the page is no secure context, which the bindings take for granted.
fn container() -> Option<ServiceWorkerContainer> {
    let window = web_sys::window()?;
    // An embedded page keeps nothing.
    if window.top().ok()? != Some(window.clone()) {
        return None;
    }
    Reflect::get(&window.navigator(), &"serviceWorker".into()).ok()?.dyn_into().ok()
}

/// The registration, once a worker of it is active. That may be never: a page that is not registered has none.
async fn registration(container: Option<ServiceWorkerContainer>) -> Option<ServiceWorkerRegistration> {
    let container = container?;
    let registered = JsFuture::from(container.get_registration()).await.ok()?;
    // Where registering failed there is none to wait for; it is under way since before the app began.
    if registered.is_undefined() && JsFuture::from(registering(&container)?).await.is_err() {
        return None;
    }
    JsFuture::from(container.ready().ok()?).await.ok()?.dyn_into().ok()
}

/// The same registration as that of `boot.js`, whose outcome it shares.
fn registering(container: &ServiceWorkerContainer) -> Option<js_sys::Promise> {
    let options = web_sys::RegistrationOptions::new();
    options.set_update_via_cache(web_sys::ServiceWorkerUpdateViaCache::None);
    Some(container.register_with_options("sw.js", &options))
}

fn watch_for_versions(registration: &ServiceWorkerRegistration, emit: &Callback<Event>) {
    if registration.waiting().is_some() {
        emit.emit(OfflineEvent::NewVersion.into());
    }
    let (emit, watched) = (emit.clone(), registration.clone());
    let found = EventListener::new(registration, "updatefound", move |_| {
        let Some(worker) = watched.installing() else { return };
        let (emit, installing, watched) = (emit.clone(), worker.clone(), watched.clone());
        let changed = EventListener::new(&worker, "statechange", move |_| {
            // With nobody before it, it does not wait.
            if installing.state() == ServiceWorkerState::Installed && watched.active().is_some() {
                emit.emit(OfflineEvent::NewVersion.into());
            }
        });
        changed.forget();
    });
    // For as long as the page is there.
    found.forget();
}

/// Looks for a new version once all else is loaded. Browsers do so by themselves at every visit, but drop it where they are
/// busy with another look, and one whose fetching failed is not tried again before the next visit.
async fn look_for_version(registration: &ServiceWorkerRegistration) {
    sleep(PAUSE).await;
    if let Ok(updated) = registration.update() {
        // Without a network there is none.
        let _ = JsFuture::from(updated).await;
    }
}

/// Has the active worker do something, and tells what it says until it is done.
fn ask(registration: &ServiceWorkerRegistration, task: &str, variant: Option<&str>, emit: &Callback<Event>) {
    let (Some(worker), Ok(channel)) = (registration.active(), MessageChannel::new()) else { return };
    let (emit, port) = (emit.clone(), channel.port1());
    let answered = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let number =
            |name: &str| Reflect::get(&data, &name.into()).ok()?.as_f64().map(|number| number as u64);
        if let (Some(done), Some(of)) = (number("done"), number("of")) {
            return emit.emit(OfflineEvent::Keeping { done, of }.into());
        }
        // Nothing else comes.
        port.set_onmessage(None);
        let Some(bytes) = number("kept") else {
            let failed = Reflect::get(&data, &"failed".into()).ok().and_then(|why| why.as_string());
            let why = if failed.as_deref() == Some("room") { NotKept::Room } else { NotKept::Fetch };
            return emit.emit(OfflineEvent::Failed(why).into());
        };
        let emit = emit.clone();
        spawn_local(async move {
            let models = if bytes == 0 { 0 } else { keep::size().await };
            emit.emit(OfflineEvent::Found { bytes: bytes + models, wanted: is_wanted() }.into());
        });
    });
    channel.port1().set_onmessage(Some(answered.into_js_value().unchecked_ref()));
    send(&worker, task, variant, &Array::of1(&channel.port2()));
}

fn send(worker: &ServiceWorker, task: &str, variant: Option<&str>, ports: &Array) {
    let message = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&message, &name.into(), &value.into());
    if set("task", task).and_then(|_| variant.map_or(Ok(true), |variant| set("variant", variant))).is_ok() {
        // Only what cannot be cloned is refused.
        let _ = worker.post_message_with_transferable(&message, ports);
    }
}

/// Whether the page is to be kept unasked: the person has not forgotten it, and does not save data.
fn is_wanted() -> bool {
    let connection = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"connection".into()).ok())
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()).ok());
    let saves = connection.is_some_and(|saves| saves.is_truthy());
    !saves && !store::get(UNWANTED).unwrap_or(false)
}
