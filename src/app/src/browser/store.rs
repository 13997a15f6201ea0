//! What the browser remembers for the page, as JSON under a name. A browser that stores nothing, as some do in a private
//! window and all where the person blocks site data, forgets it, which harms nobody.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// What is stored under a name; what is there in another form is taken for nothing.
pub fn get<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_str(&storage()?.get_item(name).ok()??).ok()
}

/// Stores something under a name, if the browser does.
pub fn set(name: &str, value: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(value)) {
        let _ = storage.set_item(name, &text);
    }
}

/// Forgets what is stored under a name.
pub fn delete(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

/// Absent, or an exception, where site data is blocked.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
