//! The files that a person gave, under numbers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use vggscope_core::session::{FileId, Item};
use web_sys::{DataTransfer, File, FileList, Url};

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
    /// Puts a file on the store.
    fn add(&self, file: File, folder: bool) -> Item {
        let mut store = self.store.borrow_mut();
        store.last += 1;
        let id = FileId(store.last);
        let item = Item { id, name: file.name(), media: file.type_(), bytes: file.size() as u64, folder };
        // A file's address costs nothing until it is used.
        let url = Url::create_object_url_with_blob(&file).ok();
        store.files.insert(id, Kept { file, url });
        item
    }

    /// Puts the files of an input on the store.
    pub fn add_list(&self, list: &FileList) -> Vec<Item> {
        (0..list.length()).filter_map(|at| list.get(at)).map(|file| self.add(file, false)).collect()
    }

    /// Puts what was dropped or pasted on the store.
    pub fn add_transfer(&self, transfer: &DataTransfer) -> Vec<Item> {
        let items = transfer.items();
        let listed = (0..items.length()).filter_map(|at| items.get(at)).filter(|item| item.kind() == "file");
        let mut given: Vec<Item> = listed
            .filter_map(|item| {
                let folder =
                    item.webkit_get_as_entry().ok().flatten().is_some_and(|entry| entry.is_directory());
                Some(self.add(item.get_as_file().ok()??, folder))
            })
            .collect();
        if given.is_empty()
            && let Some(list) = transfer.files()
        {
            given = self.add_list(&list);
        }
        given
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
