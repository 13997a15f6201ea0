//! Reads what few people give, in a worker of its own (`www/reader.js`), so that nobody else fetches what reads it: texts in other
//! programs' forms, and archives of photos.
#![cfg(target_arch = "wasm32")]

mod archive;

use vggscope_core::wire::{Reading, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// Reads a text, which comes and goes as `wire` encodes it; nothing where the request is none.
#[wasm_bindgen]
pub fn read(request: &[u8]) -> Option<Vec<u8>> {
    Some(encode(&decode::<Reading>(request)?.read()))
}

/// Gives the photos of a zip archive one by one, each with its path and its bytes; whether it could be read to its end.
#[wasm_bindgen]
pub fn unpack(file: Blob, give: &js_sys::Function) -> bool {
    archive::unpack(file, give).is_some()
}
