//! From a file to pixels, by the browser's own decoders.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array, Uint8ClampedArray};
use vggscope_core::error::PhotoError;
use vggscope_core::image::{END_MARK, JpegEnd, admit, admit_size, jpeg_end, undecodable};
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
    /// Whether the file lacks its end mark.
    pub incomplete: bool,
}

/// How much is read to judge a file by: headers grow with embedded previews and colour profiles.
const HEAD: f64 = (1 << 20) as f64;
/// How much of a file's end is searched, since other data may stand behind the picture.
const TAIL: f64 = (16 << 20) as f64;

/// How much of a JPEG is searched for its end.
const LONGEST: f64 = (1 << 28) as f64;

/// Decodes a photo; of an animation, the first picture.
///
/// # Errors
/// What is wrong with it.
pub async fn decode(blob: &Blob) -> Result<Decoded, PhotoError> {
    let size = blob.size();
    let head = part(blob, 0.0, HEAD.min(size)).await.ok_or(PhotoError::Gone)?;
    let tail = part(blob, (size - TAIL).max(0.0), size).await.ok_or(PhotoError::Gone)?;
    admit(&head, &tail)?;
    let marked = marked(blob).await?;
    let bitmap = bitmap(marked.as_ref().unwrap_or(blob)).await.ok_or_else(|| undecodable(&head))?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let judged = admit_size(width as usize, height as usize);
    let rgba = judged.and_then(|()| pixels(&bitmap).ok_or(PhotoError::Undecodable));
    bitmap.close();
    Ok(Decoded { width: width as usize, height: height as usize, rgba: rgba?, incomplete: marked.is_some() })
}

/// A JPEG with the end mark that it lacks, without which no browser decodes it; nothing where it lacks none.
async fn marked(blob: &Blob) -> Result<Option<Blob>, PhotoError> {
    let (size, mut read) = (blob.size(), HEAD);
    loop {
        // A film behind the photo may be much longer than that.
        let bytes = part(blob, 0.0, read.min(size)).await.ok_or(PhotoError::Gone)?;
        let end = match jpeg_end(&bytes, read >= size) {
            JpegEnd::Behind if read < LONGEST => {
                read *= 4.0;
                continue;
            }
            JpegEnd::Marked | JpegEnd::Behind => return Ok(None),
            JpegEnd::Cut => return Err(PhotoError::Truncated),
            JpegEnd::Unmarked(end) => end as f64,
        };
        let parts = blob.slice_with_f64_and_f64(0.0, end).ok().map(|data| {
            let parts = Array::of1(&data);
            parts.push(&Uint8Array::from(&END_MARK[..]));
            parts
        });
        return Ok(parts.and_then(|parts| Blob::new_with_u8_array_sequence(&parts).ok()));
    }
}

/// Some of a file's bytes; nothing where it can be read no longer.
pub async fn part(blob: &Blob, from: f64, to: f64) -> Option<Vec<u8>> {
    let slice = blob.slice_with_f64_and_f64(from, to).ok()?;
    fetch::bytes(&slice).await.map(|bytes| Uint8Array::new(&bytes).to_vec())
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
