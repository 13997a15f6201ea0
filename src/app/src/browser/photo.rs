//! From a file to pixels, by the browser's own decoders.

use js_sys::{ArrayBuffer, Reflect, Uint8Array, Uint8ClampedArray};
use vggscope_core::error::PhotoError;
use vggscope_core::image::{admit, admit_size};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::fetch;

/// A decoded photo, upright.
pub struct Decoded {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Rows of RGBA bytes, on the browser's side.
    pub rgba: ArrayBuffer,
}

/// How much is read to judge a file by: headers grow with embedded previews and colour profiles.
const HEAD: f64 = (1 << 20) as f64;
/// How much of a file's end is searched: some cameras put a film behind the photo.
const TAIL: f64 = (16 << 20) as f64;

/// Decodes a photo; of an animation, the first picture.
///
/// # Errors
/// What is wrong with it.
pub async fn decode(blob: &Blob) -> Result<Decoded, PhotoError> {
    let size = blob.size();
    admit(&part(blob, 0.0, HEAD.min(size)).await, &part(blob, (size - TAIL).max(0.0), size).await)?;
    let bitmap = bitmap(blob).await.ok_or(PhotoError::Undecodable)?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let judged = admit_size(width as usize, height as usize);
    let rgba = judged.and_then(|()| pixels(&bitmap).ok_or(PhotoError::Undecodable));
    bitmap.close();
    Ok(Decoded { width: width as usize, height: height as usize, rgba: rgba? })
}

async fn part(blob: &Blob, from: f64, to: f64) -> Vec<u8> {
    let Ok(slice) = blob.slice_with_f64_and_f64(from, to) else { return Vec::new() };
    fetch::bytes(&slice).await.map(|bytes| Uint8Array::new(&bytes).to_vec()).unwrap_or_default()
}

async fn bitmap(blob: &Blob) -> Option<ImageBitmap> {
    let promise = web_sys::window()?.create_image_bitmap_with_blob(blob).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn pixels(bitmap: &ImageBitmap) -> Option<ArrayBuffer> {
    let (width, height) = (bitmap.width(), bitmap.height());
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    let options = js_sys::Object::new();
    // Without this the pixels take a way over the graphics card and back.
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
    let context: OffscreenCanvasRenderingContext2d =
        canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
    context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0).ok()?;
    let data = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).ok()?;
    // Read as a field, the array stays where it is; through the binding it would be copied into this module.
    let array: Uint8ClampedArray = Reflect::get(&data, &"data".into()).ok()?.dyn_into().ok()?;
    Some(array.buffer())
}
