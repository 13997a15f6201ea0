//! Files that hold the weights of an ONNX model beside it (ONNX calls them external data). They come together with the model,
//! or one after the other.

use crate::error::{Error, ModelError};
use crate::nn::labels::tidy;

use super::items::FileKind;
use super::{Effect, FileId, Item, Notice, Session, Source};

/// The files that wait for their model, and the model that waits for its files.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    files: Vec<BesideFile>,
    lacking: Option<Lacking>,
}

/// A file of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BesideFile {
    /// The model that it was given with or for; none of one that waits.
    of: Option<FileId>,
    id: FileId,
    name: String,
    bytes: u64,
    /// Whether it is handed over with the model. What came in the model's folder is none of it until the model names it.
    wanted: bool,
}

/// A model whose file names others that were not given.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lacking {
    id: FileId,
    name: String,
    files: Vec<String>,
}

/// The most files that wait; of more, the oldest go.
const MOST: usize = 256;

/// What names of such files end with, as exporters write them.
const EXTENSIONS: [&str; 3] = [".data", ".onnx_data", ".onnx.bin"];

impl Beside {
    /// Whether a file that was given, perhaps with a graph, holds weights of one.
    pub fn is_of(&self, item: &Item, graph: Option<&Item>) -> bool {
        let is_named = self.lacking.as_ref().is_some_and(|lacking| lacking.files.contains(&item.name));
        // Names lead to files beside the graph only.
        let is_other = graph.is_some_and(|graph| graph.within == item.within)
            && !item.name.to_lowercase().ends_with(".onnx")
            && !matches!(item.kind(), FileKind::Photo | FileKind::Labels);
        is_named || is_other || is_weights(&item.name)
    }

    /// The files of a model, with their names.
    pub fn of(&self, source: Source) -> Vec<(FileId, String)> {
        let Source::File(model) = source else { return Vec::new() };
        let own = self.files.iter().filter(|file| file.of == Some(model));
        own.filter(|file| file.wanted).map(|file| (file.id, file.name.clone())).collect()
    }

    /// The bytes of the files of a model.
    pub fn bytes_of(&self, model: FileId) -> u64 {
        let own = self.files.iter().filter(|file| file.of == Some(model) && file.wanted);
        own.map(|file| file.bytes).sum()
    }

    /// All that is to be kept: files that wait, a model that lacks some, and the files of these models.
    pub fn sources(&self, models: &[Source]) -> Vec<Source> {
        let lacking = self.lacking.iter().map(|lacking| lacking.id);
        let files =
            self.files.iter().filter(|file| file.of.is_none_or(|of| models.contains(&Source::File(of))));
        lacking.chain(files.map(|file| file.id)).map(Source::File).collect()
    }

    /// Files of weights were given, of this model or of one that comes or came apart from them.
    fn take(&mut self, items: &[Item], model: Option<FileId>, folder: Option<&str>) {
        if let Some(model) = model {
            // What waited may be its own.
            self.files.iter_mut().filter(|file| file.of.is_none()).for_each(|file| file.of = Some(model));
        }
        for Item { id, name, bytes, within, .. } in items {
            // Names lead to files beside the graph only.
            let is_beside = folder.is_none_or(|folder| folder == within);
            let wanted = within.is_empty() || is_weights(name) && is_beside;
            self.files.push(BesideFile { of: model, id: *id, name: name.clone(), bytes: *bytes, wanted });
        }
        let spare = self.files.len().saturating_sub(MOST);
        self.files.drain(..spare);
    }
}

/// Whether a file's name says that it holds weights of a graph.
fn is_weights(name: &str) -> bool {
    let name = name.to_lowercase();
    EXTENSIONS.iter().any(|end| name.ends_with(end))
}

impl Session {
    /// Takes files of weights that were given with a model, or without one.
    pub(super) fn take_beside(&mut self, items: &[Item], model: Option<&Item>, effects: &mut Vec<Effect>) {
        let Beside { files, lacking } = &mut self.inputs.beside;
        if model.is_some() {
            *lacking = None;
        }
        let complete = lacking.take_if(|lacking| {
            let own =
                files.iter().filter(|file| file.of.is_none_or(|of| of == lacking.id)).map(|file| &file.name);
            let names: Vec<_> = own.chain(items.iter().map(|item| &item.name)).collect();
            lacking.files.iter().all(|name| names.contains(&name))
        });
        let of = lacking.as_ref().map(|lacking| lacking.id);
        let of = model.map(|item| item.id).or(complete.as_ref().map(|complete| complete.id)).or(of);
        self.inputs.beside.take(items, of, model.as_ref().map(|item| item.within.as_str()));
        if let Some(Lacking { id, name, .. }) = complete {
            self.open_model(Source::File(id), name, self.inputs.beside.bytes_of(id), effects);
        } else if let (Some(first), None) = (items.first(), model) {
            self.notice = Some(match &self.inputs.beside.lacking {
                Some(lacking) => {
                    let why = ModelError::ExternalData { files: lacking.files.clone() };
                    Notice::Error(Error::Model { name: lacking.name.clone(), why })
                }
                None => Notice::Beside(tidy(&first.name)),
            });
        }
    }

    /// A model names files that were not given with it. Whether all of them came in its folder, and it is read again with them.
    pub(super) fn finds(
        &mut self,
        source: Source,
        name: &str,
        files: &[String],
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Source::File(id) = source else { return false };
        let own = self.inputs.beside.files.iter_mut().filter(|file| file.of == Some(id) && !file.wanted);
        let found: Vec<_> = own.filter(|file| files.contains(&file.name)).collect();
        let is_all = found.len() == files.len();
        found.into_iter().for_each(|file| file.wanted = true);
        if is_all {
            // A list that came with it still waits for it.
            let labels = self.inputs.labels.take();
            self.open_model(source, name.to_owned(), self.inputs.beside.bytes_of(id), effects);
            self.inputs.labels = labels;
        } else {
            self.inputs.beside.lacking = Some(Lacking { id, name: name.to_owned(), files: files.to_vec() });
        }
        is_all
    }
}
