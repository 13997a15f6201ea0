//! The files that a person gave, under numbers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use vggscope_core::session::{DEEPEST, FileId, Folder, Item, MOST_ENTRIES};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry, Url,
};
use yew::Callback;

use super::photo::part;

/// What was dropped, picked or pasted.
pub enum Given {
    /// A file.
    File(File),
    /// A folder.
    Folder(FileSystemDirectoryEntry),
}

/// How much of a file is looked at that neither its name nor its type tells of.
const HEAD: f64 = 1024.0;

/// A shared store of files.
#[derive(Clone, Default)]
pub struct Files {
    store: Rc<RefCell<Store>>,
}

#[derive(Default)]
struct Store {
    last: u32,
    /// The last that the session has been told of.
    told: u32,
    files: HashMap<FileId, Kept>,
}

struct Kept {
    file: File,
    url: Option<String>,
}

impl PartialEq for Files {
    fn eq(&self, other: &Files) -> bool {
        Rc::ptr_eq(&self.store, &other.store)
    }
}

impl Files {
    /// Puts what was given on the store, once its folders are read, and tells of it.
    pub fn give(&self, given: Vec<Given>, tell: &Callback<Vec<Item>>) {
        if given.is_empty() {
            return;
        }
        let (files, tell) = (self.clone(), tell.clone());
        spawn_local(async move {
            let mut found = Vec::new();
            for one in given {
                match one {
                    Given::File(file) => found.push((item(&file, folder_of(&file)).await, Some(file))),
                    Given::Folder(folder) => {
                        let at = found.len();
                        let read = read_folder(&folder, &mut found).await;
                        found.insert(
                            at,
                            (Item { name: folder.name(), folder: Some(read), ..Item::default() }, None),
                        );
                    }
                }
            }
            // Numbered at last, since what is given meanwhile may be told of first.
            tell.emit(found.into_iter().map(|(item, file)| files.add(item, file)).collect());
        });
    }

    fn add(&self, mut item: Item, file: Option<File>) -> Item {
        let mut store = self.store.borrow_mut();
        store.last += 1;
        item.id = FileId(store.last);
        if let Some(file) = file {
            // A file's address costs nothing until it is used.
            let url = Url::create_object_url_with_blob(&file).ok();
            store.files.insert(item.id, Kept { file, url });
        }
        item
    }

    /// Puts a file on the store that stands at a path in an archive.
    pub fn add_at(&self, path: &str, file: File) -> Item {
        let within = path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
        let item = Item { name: file.name(), bytes: file.size() as u64, within, ..Item::default() };
        self.add(item, Some(file))
    }

    /// The file of a number.
    pub fn get(&self, id: FileId) -> Option<File> {
        self.store.borrow().files.get(&id).map(|kept| kept.file.clone())
    }

    /// An address under which the page can show a file.
    pub fn url(&self, id: FileId) -> Option<String> {
        self.store.borrow().files.get(&id)?.url.clone()
    }

    /// From now on it is for the session to say whether these are kept.
    pub fn told(&self, items: &[Item]) {
        let mut store = self.store.borrow_mut();
        store.told = items.iter().map(|item| item.id.0).fold(store.told, u32::max);
    }

    /// Lets go of all other files that the session has been told of; the rest is still on its way there.
    pub fn keep_only(&self, ids: &[FileId]) {
        let Store { told, files, .. } = &mut *self.store.borrow_mut();
        files.retain(|id, _| id.0 > *told || ids.contains(id));
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(url) = &self.url {
            let _ = Url::revoke_object_url(url);
        }
    }
}

/// The files of an input.
pub fn of_list(list: &FileList) -> Vec<Given> {
    (0..list.length()).filter_map(|at| list.get(at)).map(Given::File).collect()
}

/// The files and folders of a transfer, which is empty as soon as its event is over.
pub fn of_transfer(transfer: &DataTransfer) -> Vec<Given> {
    let items = transfer.items();
    let listed = (0..items.length()).filter_map(|at| items.get(at)).filter(|item| item.kind() == "file");
    let given: Vec<Given> = listed
        .filter_map(|item| match item.webkit_get_as_entry().ok().flatten() {
            Some(entry) if entry.is_directory() => Some(Given::Folder(entry.unchecked_into())),
            _ => item.get_as_file().ok().flatten().map(Given::File),
        })
        .collect();
    match transfer.files() {
        Some(list) if given.is_empty() => of_list(&list),
        _ => given,
    }
}

/// The path of the folder that a file was chosen with; empty of a file that was chosen by itself.
fn folder_of(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned())).unwrap_or_default()
}

/// What is to be told of a file.
async fn item(file: &File, within: String) -> Item {
    let (name, media, bytes) = (file.name(), file.type_(), file.size() as u64);
    let mut item = Item { name, media, bytes, within, ..Item::default() };
    if item.wants_head() {
        item.head = part(file, 0.0, HEAD).await.unwrap_or_default();
    }
    item
}

/// Finds the files of a folder and of those in it, but for hidden ones.
async fn read_folder(folder: &FileSystemDirectoryEntry, found: &mut Vec<(Item, Option<File>)>) -> Folder {
    let (mut folders, mut seen, mut read) = (vec![(folder.clone(), 0)], 0, Folder::Whole);
    while let Some((folder, depth)) = folders.pop() {
        let reader = folder.create_reader();
        // It gives some at a time, and at last none.
        loop {
            let entries = called_back::<Array>(|done, failed| {
                let _ = reader.read_entries_with_callback_and_callback(done, failed);
            });
            let Some(entries) = entries.await else {
                read = Folder::Partly;
                break;
            };
            if entries.length() == 0 {
                break;
            }
            for entry in entries.iter().map(JsCast::unchecked_into::<FileSystemEntry>) {
                if entry.name().starts_with('.') {
                    continue;
                }
                seen += 1;
                if seen > MOST_ENTRIES {
                    return Folder::Partly;
                }
                if !entry.is_directory() {
                    let entry: FileSystemFileEntry = entry.unchecked_into();
                    if let Some(file) = called_back::<File>(|done, failed| {
                        entry.file_with_callback_and_callback(done, failed)
                    })
                    .await
                    {
                        found.push((item(&file, folder.full_path()).await, Some(file)));
                    } else {
                        read = Folder::Partly;
                    }
                } else if depth < DEEPEST {
                    folders.push((entry.unchecked_into(), depth + 1));
                } else {
                    read = Folder::Partly;
                }
            }
        }
    }
    read
}

/// What a function gives that calls one of two others back; nothing where it fails.
async fn called_back<T: JsCast>(call: impl FnOnce(&Function, &Function)) -> Option<T> {
    let mut call = Some(call);
    let promise = Promise::new(&mut |done, failed| {
        if let Some(call) = call.take() {
            call(&done, &failed);
        }
    });
    JsFuture::from(promise).await.ok().map(JsValue::unchecked_into)
}
