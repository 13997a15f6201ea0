//! What comes in: photos, models and class names, given by the person or fetched.

use crate::error::{Error, ModelError, PhotoError};
use crate::model::{LabelsFrom, Model};
use crate::nn::labels::{self, Label};
use crate::pages::route::{Link, Page};
use crate::shared::Shared;
use crate::training::Head;
use crate::vgg::build::Build;
use crate::vgg::transfer::Transfer;
use crate::wire::{Begun, LoadId, Reading, Request};

use super::beside::Beside;
use super::catalog::CatalogEntry;
use super::event::{Effect, Input, PhotoId, Source};
use super::explorer::{Explorer, Run};
use super::items::{FileKind, Folder, Item};
use super::trainer::TrainedNetwork;
use super::{Notice, Session};

/// What is on its way in, and what waits for it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The models that stand ready on the server; nothing where that is not known yet.
    pub catalog: Option<Vec<CatalogEntry>>,
    /// The model that is being fetched or read.
    pub loading: Option<Loading>,
    /// The photo that is being decoded.
    pub opening: Option<Opening>,
    /// The networks that were built here.
    pub(super) built: Vec<Built>,
    /// The networks with heads that were trained here.
    pub(super) trained: Vec<TrainedNetwork>,
    /// Files that hold weights of models beside them.
    pub(super) beside: Beside,
    /// Class names that wait for the model they came with.
    pub(super) labels: Option<String>,
    /// What an address names that waits for the model it is of.
    pub(super) link: Option<Link>,
    loads: LoadId,
    photos: u32,
}

/// A network that was built here.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// What it is.
    pub network: Build,
    /// The model that weights of it come from, and which.
    pub from: Option<(Source, Transfer)>,
}

/// A model on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loading {
    /// Names the loading.
    pub load: LoadId,
    /// Where from.
    pub source: Source,
    /// The file's name; empty for the default model.
    pub name: String,
    /// How far it is.
    pub stage: Stage,
    /// Whether the SHA-256 of its bytes was compared with the one in its name.
    pub checked: bool,
    /// Rows and columns of its input, where they are not to be the file's own.
    pub size: Option<[usize; 2]>,
}

/// How far a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes come in.
    Fetching {
        /// Bytes so far.
        loaded: u64,
        /// Bytes in all, if known.
        total: Option<u64>,
    },
    /// All bytes are here; the engine is not ready for them.
    Fetched,
    /// The engine reads it.
    Reading,
}

/// A photo on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Names the photo.
    pub id: PhotoId,
    /// Where from.
    pub source: Source,
    /// Its name.
    pub name: String,
}

/// The photo on screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Photo {
    /// Names the photo.
    pub id: PhotoId,
    /// Where it came from.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// Width in pixels, upright.
    pub width: usize,
    /// Height in pixels, upright.
    pub height: usize,
    /// Time that decoding it took, in milliseconds.
    pub ms: f64,
    /// Whether its pixels are at hand, or already with the engine.
    pub in_hand: bool,
}

/// The largest model file that is taken: what two copies of it leave of a tab's four gigabytes.
const LARGEST_MODEL: u64 = 1 << 30;

/// Whether a model file of this size can be taken.
fn check_model(bytes: u64) -> Result<(), ModelError> {
    match bytes {
        0 => Err(ModelError::Empty),
        bytes if bytes > LARGEST_MODEL => Err(ModelError::TooLarge { bytes, limit: LARGEST_MODEL }),
        _ => Ok(()),
    }
}

impl Inputs {
    /// The models that stand ready on the server, as far as is known.
    pub fn catalog(&self) -> &[CatalogEntry] {
        self.catalog.as_deref().unwrap_or_default()
    }

    /// What has the engine read a model whose bytes are at hand.
    pub(super) fn request(
        &self,
        load: LoadId,
        name: String,
        source: Source,
        size: Option<[usize; 2]>,
    ) -> Request {
        let (head, trunk) = (self.head(source), self.trunk(source));
        let beside = |source| self.beside.of(source).into_iter().map(|(_, name)| name).collect();
        let built = match trunk {
            Source::Built(place) => self.built.get(place),
            _ => None,
        };
        let Some(Built { network, from }) = built else {
            return Request::Load { load, name, beside: beside(trunk), size, head };
        };
        let from = from.map(|(source, transfer)| {
            let file = self.trunk(source);
            Begun { transfer, name: String::new(), beside: beside(file), head: self.head(source) }
        });
        Request::Build { load, network: network.to_string(), from, size, head }
    }

    /// A new loading: that of any other is stale from now on.
    fn next_load(&mut self) -> LoadId {
        self.loads = LoadId(self.loads.0 + 1);
        self.loads
    }

    /// The model whose layers a model has, under whatever head.
    pub(super) fn trunk(&self, source: Source) -> Source {
        match source {
            Source::Trained(place) => self.trained.get(place).map_or(source, |network| network.trunk),
            _ => source,
        }
    }

    /// The model whose file holds weights of a model.
    pub(super) fn file_of(&self, source: Source) -> Source {
        let trunk = self.trunk(source);
        match trunk {
            Source::Built(place) => {
                let from = self.built.get(place).and_then(|built| built.from);
                from.map_or(trunk, |(source, _)| self.trunk(source))
            }
            _ => trunk,
        }
    }

    /// The head that a model has in the place of its file's own.
    pub(super) fn head(&self, source: Source) -> Option<Shared<Head>> {
        match source {
            Source::Trained(place) => self.trained.get(place).map(|network| network.head.clone()),
            _ => None,
        }
    }

    fn entry(&self, place: usize) -> Option<CatalogEntry> {
        self.catalog().get(place).cloned()
    }
}

impl Session {
    pub(super) fn input(&mut self, input: Input, effects: &mut Vec<Effect>) {
        match input {
            Input::Given(items) => self.given(items, effects),
            Input::Sample { index, name } => self.open_photo(Source::Sample(index), name, effects),
            Input::PhotoOpened { id, width, height, ms, incomplete } => {
                self.photo_opened(id, [width, height], ms, incomplete);
            }
            Input::PhotoRefused { id, why } => {
                if let Some(opening) = self.inputs.opening.take_if(|opening| opening.id == id) {
                    self.complain(Error::Photo { name: opening.name, why });
                    // An engine that died meanwhile has not got the photo on screen back yet.
                    if self
                        .photo
                        .as_ref()
                        .is_some_and(|photo| !photo.in_hand && photo.source != opening.source)
                    {
                        self.open_photo_again(effects);
                    }
                }
            }
            Input::Catalog(catalog) => {
                self.inputs.catalog = Some(catalog);
                self.choose_assigned(effects);
            }
            Input::Choose(place) => self.choose(place, effects),
            Input::StopFetching => {
                let fetching = |loading: &mut Loading| matches!(loading.stage, Stage::Fetching { .. });
                if let Some(loading) = self.inputs.loading.take_if(fetching) {
                    effects.push(Effect::StopFetching);
                    self.fall_back(loading.source, effects);
                }
            }
            Input::ModelProgress { load, loaded, total } => {
                self.reached(load, Stage::Fetching { loaded, total });
            }
            Input::ModelFetched { load, checked } => {
                self.reached(load, Stage::Fetched);
                if let Some(loading) = self.inputs.loading.as_mut().filter(|loading| loading.load == load) {
                    loading.checked = checked;
                }
            }
            Input::ModelRefused { load, why } => {
                if let Some(loading) = self.inputs.loading.take_if(|loading| loading.load == load) {
                    self.complain(Error::Model { name: loading.name, why });
                    self.fall_back(loading.source, effects);
                }
            }
            Input::LabelsRead { text } => self.labels_read(text, effects),
            Input::LabelsGone { name } => {
                self.complain(Error::Gone { name: labels::tidy(&name) });
            }
            Input::Fit(fit) => self.fit = fit,
            Input::Size(size) => self.resize(size, effects),
        }
    }

    /// On the page of photos takes all of them; elsewhere sorts what a person dropped, picked or pasted into a photo, a model and labels.
    fn given(&mut self, mut items: Vec<Item>, effects: &mut Vec<Effect>) {
        let mut folders = items.iter().filter(|item| item.folder.is_some());
        let partly = folders.clone().find(|item| item.folder == Some(Folder::Partly));
        let folder = partly.or(folders.next()).cloned();
        items.retain(|item| item.folder.is_none());
        if self.page == Page::Train
            && let Some(place) = items.iter().position(Item::is_archive)
        {
            self.unpack(items.remove(place), effects);
        }
        if self.page == Page::Train && !items.iter().any(|item| item.kind() == FileKind::Model) {
            // Of an archive nothing else is there yet.
            if self.trainer.unpacking.is_none() || !items.is_empty() {
                self.take_photos(items);
            }
            return;
        }
        // In what order a folder is read is for the browser to say.
        items.sort_by_key(|item| {
            (item.within.clone(), if item.within.is_empty() { "" } else { &item.name }.to_owned())
        });
        let graph = items.iter().find(|item| item.name.to_lowercase().ends_with(".onnx")).cloned();
        let (beside, items): (Vec<Item>, Vec<Item>) =
            items.into_iter().partition(|item| self.inputs.beside.is_of(item, graph.as_ref()));
        let (mut photo, mut model, mut labels, mut spare) = (None, graph, None, 0);
        for item in items {
            let slot = match item.kind() {
                FileKind::Model => &mut model,
                FileKind::Labels => &mut labels,
                FileKind::Photo | FileKind::Refused(_) => &mut photo,
            };
            if item.is_bystander() || slot.as_ref().is_some_and(|taken| taken.id == item.id) {
                continue;
            }
            if slot.is_none() { *slot = Some(item) } else { spare += 1 }
        }
        self.notice = (spare > 0).then_some(Notice::Spare(spare));
        if let Some(Item { name, folder, .. }) = folder {
            if folder == Some(Folder::Partly) {
                self.notice = Some(Notice::Partly(labels::tidy(&name)));
            }
            if photo.is_none() && model.is_none() && labels.is_none() && beside.is_empty() {
                self.complain(Error::Photo { name: labels::tidy(&name), why: PhotoError::Folder });
            }
        }
        if model.is_some() || !beside.is_empty() {
            self.take_beside(&beside, model.as_ref(), effects);
        }
        if let Some(item) = model {
            let bytes = item.bytes.saturating_add(self.inputs.beside.bytes_of(item.id));
            self.open_model(Source::File(item.id), item.name, bytes, effects);
        }
        if let Some(item) = labels {
            effects.push(Effect::ReadLabels(item.id));
        }
        if let Some(item) = photo {
            match item.kind() {
                FileKind::Refused(why) => {
                    self.complain(Error::Photo { name: labels::tidy(&item.name), why });
                }
                _ if item.bytes == 0 => {
                    self.complain(Error::Photo { name: labels::tidy(&item.name), why: PhotoError::Empty });
                }
                _ => self.open_photo(Source::File(item.id), item.name, effects),
            }
        }
    }

    pub(super) fn open_photo(&mut self, source: Source, name: String, effects: &mut Vec<Effect>) {
        self.inputs.photos += 1;
        let id = PhotoId(self.inputs.photos);
        self.inputs.opening = Some(Opening { id, source, name: labels::tidy(&name) });
        effects.push(Effect::OpenPhoto { id, source });
    }

    fn photo_opened(&mut self, id: PhotoId, [width, height]: [usize; 2], ms: f64, incomplete: bool) {
        let Some(opening) = self.inputs.opening.take_if(|opening| opening.id == id) else {
            return;
        };
        if let Some(old) = self.photo.as_mut().filter(|old| old.source == opening.source) {
            // Given again: for a new engine, or by a person who wants it tried again.
            if old.in_hand
                && let Some(explorer) = &mut self.explorer
                && explorer.run.as_ref().is_some_and(Run::is_over_without_answer)
            {
                explorer.sent = None;
            }
            let old = old.change();
            old.id = id;
            old.in_hand = true;
            return;
        }
        let Opening { source, name, .. } = opening;
        if incomplete && self.notice.is_none() {
            self.notice = Some(Notice::Incomplete(name.clone()));
        }
        self.photo = Some(Photo { id, source, name, width, height, ms, in_hand: true }.into());
    }

    pub(super) fn fetch_model(&mut self, source: Source, name: String, effects: &mut Vec<Effect>) {
        let load = self.inputs.next_load();
        // Class names that waited were meant for another model.
        self.inputs.labels = None;
        let stage = Stage::Fetching { loaded: 0, total: None };
        let name = labels::tidy(&name);
        self.inputs.loading = Some(Loading { load, source, name, stage, checked: false, size: None });
        let source = self.inputs.file_of(source);
        let entry = match source {
            Source::Catalog(place) => self.inputs.entry(place),
            // The engine makes it itself.
            Source::Built(_) => return self.reached(load, Stage::Fetched),
            _ => None,
        };
        let beside = self.inputs.beside.of(source).into_iter().map(|(id, _)| id).collect();
        effects.push(Effect::FetchModel { load, source, entry, beside });
    }

    pub(super) fn choose(&mut self, place: Option<usize>, effects: &mut Vec<Effect>) {
        self.notice = None;
        match place.map(|place| (place, self.inputs.entry(place))) {
            None => self.fetch_model(Source::Default, String::new(), effects),
            Some((place, Some(entry))) => {
                self.open_model(Source::Catalog(place), entry.file, entry.bytes, effects);
            }
            Some((_, None)) => {}
        }
    }

    /// Has a network built, and takes it as the model; weights of it come from the model in use, where that is wanted.
    pub(super) fn build(&mut self, network: Build, transfer: Option<Transfer>, effects: &mut Vec<Effect>) {
        self.notice = None;
        // Where nothing is taken over, all is drawn anew.
        let explorer = self.explorer.as_ref().filter(|explorer| {
            let like = Build::like(explorer.architecture());
            let keys = transfer.zip(like).map(|(transfer, like)| transfer.keys(&like, &network));
            keys.is_some_and(|keys| !keys.loaded.is_empty())
        });
        // It is what it is built as no longer where it begins with weights of another.
        let name = match explorer {
            Some(explorer) => format!("{network} ← {}", explorer.architecture().name),
            None => network.to_string(),
        };
        let from = explorer.map(|explorer| explorer.source).zip(transfer);
        self.inputs.built.push(Built { network, from });
        self.fetch_model(Source::Built(self.inputs.built.len() - 1), name, effects);
    }

    /// Fetches a model, unless its size alone rules it out.
    pub(super) fn open_model(&mut self, source: Source, name: String, bytes: u64, effects: &mut Vec<Effect>) {
        match check_model(bytes) {
            Ok(()) => self.fetch_model(source, name, effects),
            Err(why) => self.complain(Error::Model { name: labels::tidy(&name), why }),
        }
    }

    /// Has the model in use read again, for an input of another size.
    fn resize(&mut self, size: [usize; 2], effects: &mut Vec<Effect>) {
        // A request names no model: the engine may have another by the time that it is heard.
        let settled = self.inputs.loading.is_none();
        let Some(explorer) = self.explorer.as_ref().filter(|explorer| explorer.live && settled) else {
            return;
        };
        let (name, sizes) = (explorer.name.clone(), explorer.model.sizes);
        self.notice = None;
        if !sizes.allow(size) {
            return self.complain(Error::Model { name, why: sizes.refusal() });
        }
        let (source, checked, stage) = (explorer.source, explorer.checked, Stage::Reading);
        let chosen = Some(size).filter(|size| *size != sizes.own);
        let load = self.inputs.next_load();
        self.inputs.loading = Some(Loading { load, source, name, stage, checked, size: chosen });
        effects.push(Effect::Send(Request::Resize { load, size }));
    }

    fn reached(&mut self, load: LoadId, stage: Stage) {
        if let Some(loading) = self.inputs.loading.as_mut().filter(|loading| loading.load == load) {
            loading.stage = stage;
        }
    }

    /// A model was read: an explorer of its own, unless a new engine has read for the old one what it had before.
    pub(super) fn model_loaded(&mut self, loading: Loading, model: Model, effects: &mut Vec<Effect>) {
        let Loading { source, name, checked, size, .. } = loading;
        let view = self.explorer.as_ref().map(|explorer| explorer.view).unwrap_or_default();
        self.explorer = Some(match self.explorer.take().filter(|explorer| explorer.source == source) {
            Some(mut explorer) if !explorer.live && explorer.size == size => {
                explorer.live = true;
                explorer
            }
            Some(explorer) if explorer.size != size => explorer.resized(model, size),
            _ => {
                let explorer = Explorer::new(source, name, checked, model, view);
                effects.extend(explorer.key().map(Effect::RestorePreset));
                explorer
            }
        });
        self.follow_link();
        if let Some(text) = self.inputs.labels.take() {
            self.labels_read(text, effects);
        }
    }

    /// Goes back to the model that was in use, or else to the default one, where the engine now has none.
    pub(super) fn fall_back(&mut self, failed: Source, effects: &mut Vec<Effect>) {
        self.inputs.labels = None;
        match &self.explorer {
            Some(explorer) if explorer.live => {}
            Some(explorer) if explorer.source != failed => self.fetch_model_in_use(effects),
            _ if failed != Source::Default => self.fetch_model(Source::Default, String::new(), effects),
            _ => {}
        }
    }

    fn labels_read(&mut self, text: String, effects: &mut Vec<Effect>) {
        // A list that comes with a model is meant for that model.
        if self.inputs.loading.is_some() {
            self.inputs.labels = Some(text);
        } else if let Some(explorer) = &self.explorer {
            let classes = explorer.architecture().classes;
            effects.push(Effect::Read(Reading::Labels { text, classes }));
        }
    }

    /// Takes the names of the classes of the model in use, unless they were read for one of so many others.
    pub(super) fn name_classes(&mut self, names: Result<Vec<Label>, usize>, expected: usize) {
        let Some(explorer) = &mut self.explorer else { return };
        match names {
            _ if explorer.architecture().classes != expected => {}
            Ok(names) => {
                let model = explorer.model.change();
                model.labels = names;
                model.labels_from = LabelsFrom::File;
            }
            Err(found) => self.complain(Error::Labels { found, expected }),
        }
    }
}
