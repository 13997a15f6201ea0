//! Everything that touches the browser. The rest of the app sees only [`Host`], and what it makes of events.

pub mod address;
pub mod camera;
pub mod canvas;
pub mod chance;
pub mod clock;
mod engine;
mod fetch;
mod files;
pub mod frame;
mod gestures;
pub mod input;
mod keep;
mod offline;
mod photo;
mod reader;
pub mod save;
pub mod settings;
mod store;
pub mod zoom;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use vggscope_core::error::{EngineError, ModelError, PhotoError};
use vggscope_core::session::catalog::{self, CatalogEntry};
use vggscope_core::session::{
    Assign, Effect, EngineEvent, Event, Explore, FileId, Input, Item, Lang, Learn, PhotoId, Source, Train,
};
use vggscope_core::vgg::published;
use vggscope_core::wire::{LoadId, Request};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::Callback;

use crate::samples::SAMPLES;
use engine::{Engine, Part};
pub use files::Files;
pub use gestures::Gestures;

/// Folder of the models that stand ready on the server, and its list.
const CATALOG: &str = "models/local/";
const CATALOG_LIST: &str = "index.tsv";

/// Performs effects.
pub struct Host {
    emit: Callback<Event>,
    engine: Option<Engine>,
    offline: offline::Offline,
    reader: reader::Reader,
    /// The files that the person gave.
    pub files: Files,
    /// The loading whose bytes are wanted; those of any other are fetched no further.
    wanted: Rc<Cell<LoadId>>,
    /// Whether a thread of the engine was lost, so that the next one does without.
    lost: Rc<Cell<bool>>,
    /// The photo that is wanted; the pixels of any other are let go of.
    opening: Rc<Cell<PhotoId>>,
    /// Pixels that wait to be handed to the engine.
    photo: Slot,
    /// Files of a model that wait to be handed to the engine.
    model: Slot,
    /// The same of photos among many, by their numbers.
    examples: Rc<RefCell<HashMap<u32, Part>>>,
}

type Slot = Rc<RefCell<Vec<Part>>>;

impl Host {
    /// A host whose events go this way.
    pub fn new(emit: Callback<Event>) -> Host {
        let files = Files::default();
        Host {
            offline: offline::Offline::watch(emit.clone()),
            reader: reader::Reader::new(emit.clone(), files.clone()),
            emit,
            engine: None,
            files,
            wanted: Rc::default(),
            lost: Rc::default(),
            opening: Rc::default(),
            photo: Slot::default(),
            model: Slot::default(),
            examples: Rc::default(),
        }
    }

    /// Takes files that were dropped or pasted.
    pub fn given(&self) -> Callback<Vec<Item>> {
        self.emit.reform(|items| Input::Given(items).into())
    }

    /// Asks the server which models stand ready.
    pub fn look_at_catalog(&self) {
        let emit = self.emit.clone();
        spawn_local(async move {
            let list = fetch::text(&format!("{CATALOG}{CATALOG_LIST}")).await.unwrap_or_default();
            emit.emit(Input::Catalog(catalog::parse(&list)).into());
        });
    }

    /// Performs one effect.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::StartEngine => {
                self.engine = None;
                match Engine::start(self.emit.clone(), &self.lost) {
                    Ok(engine) => self.engine = Some(engine),
                    Err(detail) => self.emit.emit(EngineEvent::Failed(EngineError::Start { detail }).into()),
                }
            }
            Effect::Send(request) => {
                let parts = match request {
                    Request::Load { .. } | Request::Build { .. } => self.model.take(),
                    Request::Photo { .. } => self.photo.take(),
                    Request::Extract { photo, .. } => {
                        self.examples.borrow_mut().remove(&photo).into_iter().collect()
                    }
                    _ => Vec::new(),
                };
                if let Some(engine) = &self.engine {
                    engine.send(&request, parts);
                }
            }
            Effect::FetchModel { load, source, entry, beside } => {
                self.fetch_model(load, source, entry, &beside);
            }
            Effect::StopFetching => self.wanted.set(LoadId::default()),
            Effect::OpenPhoto { id, source } => self.open_photo(id, source),
            Effect::OpenExample { photo, file } => self.open_example(photo, file),
            Effect::Unpack(id) => match self.files.get(id) {
                Some(file) => self.reader.unpack(&file),
                None => self.emit.emit(Train::Unpacked(Vec::new(), false).into()),
            },
            Effect::ReadLabels(id) => {
                let (emit, file) = (self.emit.clone(), self.files.get(id));
                spawn_local(async move {
                    let Some(file) = file else { return };
                    let input = match fetch::bytes(&file).await {
                        Some(bytes) => Input::LabelsRead { text: fetch::decoded(&bytes) },
                        None => Input::LabelsGone { name: file.name() },
                    };
                    emit.emit(input.into());
                });
            }
            Effect::Read(reading) => self.reader.read(&reading),
            Effect::SavePicture { name, tile } => save::picture(&name, &tile),
            Effect::SaveBytes { name, media, bytes } => save::bytes(&name, media, &bytes),
            Effect::SaveFrom { name, url } => save::from(&name, url),
            Effect::Address(address) => address::show(&address),
            Effect::FetchLessons(lang) => {
                let emit = self.emit.clone();
                let language = match lang {
                    Lang::En => "en",
                    Lang::Zh => "zh",
                };
                spawn_local(async move {
                    let text = fetch::text(&format!("lessons/{language}.json")).await;
                    let lessons = text.and_then(|text| serde_json::from_str(&text).ok());
                    emit.emit(Learn::Fetched(lang, lessons).into());
                });
            }
            Effect::SaveProgress(progress) => settings::save_progress(&progress),
            Effect::SavePreset { of, preset } => settings::save_preset(&of, preset),
            Effect::RestorePreset(of) => {
                if let Some(preset) = settings::preset(&of) {
                    self.emit.emit(Explore::Remembered { of, preset }.into());
                }
            }
            Effect::SaveLang(lang) => settings::save_lang(lang),
            Effect::SaveTheme(theme) => settings::save_theme(theme),
            Effect::SaveAnswers { of, answers, opened } => settings::save_answers(&of, &answers, opened),
            Effect::RestoreAnswers(of) => {
                let (answers, opened) = settings::answers(&of);
                self.emit.emit(Assign::Restored { answers, opened }.into());
            }
            Effect::SaveLetterKeys(letter_keys) => settings::save_letter_keys(letter_keys),
            Effect::Show(prefs) => settings::show(prefs),
            Effect::OpenSample(name, lang) => {
                if let Some(index) = SAMPLES.iter().position(|sample| sample.name() == name) {
                    let name = SAMPLES[index].title(lang).to_owned();
                    self.emit.emit(Input::Sample { index, name }.into());
                }
            }
            Effect::Offline(task) => self.offline.perform(task),
        }
    }

    /// An address under which the page can show a photo.
    pub fn url(&self, source: Source) -> Option<String> {
        match source {
            Source::Sample(index) => SAMPLES.get(index).map(|sample| sample.url.clone()),
            Source::File(id) => self.files.url(id),
            Source::Default | Source::Catalog(_) | Source::Built(_) | Source::Trained(_) => None,
        }
    }

    /// Lets go of the files that nothing on the page comes from any more.
    pub fn keep_only(&self, sources: impl Iterator<Item = Source>) {
        let ids: Vec<_> = sources
            .filter_map(|source| match source {
                Source::File(id) => Some(id),
                _ => None,
            })
            .collect();
        self.files.keep_only(&ids);
    }

    fn fetch_model(&self, load: LoadId, source: Source, entry: Option<CatalogEntry>, beside: &[FileId]) {
        let (emit, slot, wanted) = (self.emit.clone(), self.model.clone(), self.wanted.clone());
        wanted.set(load);
        let file = match source {
            Source::File(id) => Some(self.files.get(id)),
            _ => None,
        };
        let beside: Vec<_> = beside.iter().filter_map(|id| self.files.get(*id)).collect();
        // The default model's address says what is in it: browser and service worker keep it by that.
        let (url, sha256) = match entry {
            Some(entry) => {
                (format!("{CATALOG}{}", js_sys::encode_uri_component(&entry.file)), Some(entry.sha256))
            }
            None => (catalog::default_address(), None),
        };
        spawn_local(async move {
            let found = match file {
                Some(Some(file)) => checked(file).await,
                Some(None) => Err(ModelError::Gone),
                None => {
                    let progress = |loaded, total| {
                        emit.emit(Input::ModelProgress { load, loaded, total }.into());
                        wanted.get() == load
                    };
                    fetched(&url, sha256, progress).await
                }
            };
            match found {
                Ok(_) if wanted.get() != load => {}
                Ok((part, checked)) => {
                    let beside = beside.into_iter().map(|file| Part::File(file.into()));
                    *slot.borrow_mut() = std::iter::once(part).chain(beside).collect();
                    emit.emit(Input::ModelFetched { load, checked }.into());
                }
                Err(why) => emit.emit(Input::ModelRefused { load, why }.into()),
            }
        });
    }

    fn open_photo(&self, id: PhotoId, source: Source) {
        let (emit, slot, opening) = (self.emit.clone(), self.photo.clone(), self.opening.clone());
        opening.set(id);
        let (file, url) = match source {
            Source::File(file) => (self.files.get(file), None),
            _ => (None, self.url(source)),
        };
        spawn_local(async move {
            let started = now();
            let blob = match (file, url) {
                (Some(file), _) => Some(file.into()),
                (None, Some(url)) => fetch::blob(&url).await,
                (None, None) => None,
            };
            let decoded = match blob {
                Some(blob) => photo::decode(&blob).await,
                None => Err(PhotoError::Fetch),
            };
            match decoded {
                // Another was chosen since, and its pixels may be here already.
                Ok(_) if opening.get() != id => {}
                Ok(photo::Decoded { width, height, rgba, incomplete }) => {
                    *slot.borrow_mut() = vec![Part::Buffer(rgba)];
                    let ms = now() - started;
                    emit.emit(Input::PhotoOpened { id, width, height, ms, incomplete }.into());
                }
                Err(why) => emit.emit(Input::PhotoRefused { id, why }.into()),
            }
        });
    }
}

impl Host {
    fn open_example(&self, photo: u32, file: FileId) {
        let (emit, slot, file) = (self.emit.clone(), self.examples.clone(), self.files.get(file));
        spawn_local(async move {
            let decoded = match file {
                Some(file) => photo::decode(&file).await,
                None => Err(PhotoError::Gone),
            };
            emit.emit(match decoded {
                Ok(photo::Decoded { width, height, rgba, .. }) => {
                    slot.borrow_mut().insert(photo, Part::Buffer(rgba));
                    Train::Opened { photo, width, height }.into()
                }
                Err(why) => Train::Refused { photo, why }.into(),
            });
        });
    }
}

/// A file of the person's, and whether its SHA-256 begins as its name says.
async fn checked(file: File) -> Result<(Part, bool), ModelError> {
    let name = file.name();
    let Some(said) = published::sum(&name) else {
        return Ok((Part::File(file.into()), false));
    };
    let bytes = fetch::bytes(&file).await.ok_or(ModelError::Gone)?;
    let found = keep::hash(&bytes).await;
    let matches = found.as_ref().is_some_and(|found| found.starts_with(said.digits));
    match found {
        Some(found) if said.certain && !matches => {
            let found = found[..said.digits.len()].to_owned();
            Err(ModelError::WrongSum { said: said.digits.to_owned(), found })
        }
        _ => Ok((Part::File(file.into()), matches)),
    }
}

/// What the server has at an address, or the browser has kept under its sum.
async fn fetched(
    url: &str,
    sha256: Option<String>,
    progress: impl Fn(u64, Option<u64>) -> bool,
) -> Result<(Part, bool), ModelError> {
    if let Some(sha256) = &sha256
        && let Some(kept) = keep::get(sha256).await
    {
        return Ok((Part::Buffer(kept), false));
    }
    let bytes = fetch::with_progress(url, progress).await.ok_or(ModelError::Fetch)?;
    if let Some(sha256) = sha256 {
        // What is handed over is gone from here.
        spawn_local(keep::put(sha256, bytes.slice(0)));
    }
    Ok((Part::Buffer(bytes), false))
}

/// Milliseconds since the page began to load.
fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}
