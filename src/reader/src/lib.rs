//! Reads texts in other programs' forms: stacks and class names. The page fetches it when there is one to read, and has it work in a
//! worker of its own (`www/reader.js`).
#![cfg(target_arch = "wasm32")]

use vggscope_core::wire::{Reading, decode, encode};
use wasm_bindgen::prelude::*;

/// Reads a text, which comes and goes as `wire` encodes it; nothing where the request is none.
#[wasm_bindgen]
pub fn read(request: &[u8]) -> Option<Vec<u8>> {
    Some(encode(&decode::<Reading>(request)?.read()))
}
