//! Bytes from the server the page came from, and from files.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ReadableStreamDefaultReader, RequestCache, RequestInit, Response, TextDecoder, TextDecoderOptions,
};

/// All bytes of a file.
pub async fn bytes(blob: &Blob) -> Option<ArrayBuffer> {
    JsFuture::from(blob.array_buffer()).await.ok()?.dyn_into().ok()
}

/// The text of bytes: UTF-8, or else GB18030, in which Chinese text files are that are not.
pub fn decoded(bytes: &ArrayBuffer) -> String {
    let text = |label: &str, fatal: bool| {
        let options = TextDecoderOptions::new();
        options.set_fatal(fatal);
        let decoder = TextDecoder::new_with_label_and_options(label, &options).ok()?;
        decoder.decode_with_buffer_source(bytes).ok()
    };
    text("utf-8", true).or_else(|| text("gb18030", false)).unwrap_or_default()
}

/// What stands at an address, past the browser's cache: Chromium has a request wait up to twenty seconds for another of the
/// same address, such as that of a thumbnail which has just left the page.
pub async fn blob(url: &str) -> Option<Blob> {
    let past_cache = RequestInit::new();
    past_cache.set_cache(RequestCache::NoStore);
    let response = get(url, &past_cache).await?;
    JsFuture::from(response.blob().ok()?).await.ok()?.dyn_into().ok()
}

/// The text that stands at an address.
pub async fn text(url: &str) -> Option<String> {
    JsFuture::from(get(url, &RequestInit::new()).await?.text().ok()?).await.ok()?.as_string()
}

/// What stands at an address, bytes so far and in all being told as they come; given up as soon as `tell` says no.
pub async fn with_progress(url: &str, tell: impl Fn(u64, Option<u64>) -> bool) -> Option<ArrayBuffer> {
    let response = get(url, &RequestInit::new()).await?;
    let total =
        response.headers().get("content-length").ok().flatten().and_then(|length| length.parse().ok());
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().dyn_into().ok()?;
    let (mut chunks, mut loaded) = (Vec::new(), 0u64);
    loop {
        if !tell(loaded, total) {
            JsFuture::from(reader.cancel()).await.ok()?;
            return None;
        }
        let chunk = JsFuture::from(reader.read()).await.ok()?;
        if get_field(&chunk, "done")?.is_truthy() {
            break;
        }
        let chunk: Uint8Array = get_field(&chunk, "value")?.dyn_into().ok()?;
        loaded += u64::from(chunk.length());
        chunks.push(chunk);
    }
    let all = Uint8Array::new_with_length(u32::try_from(loaded).ok()?);
    let mut at = 0;
    for chunk in chunks {
        all.set(&chunk, at);
        at += chunk.length();
    }
    Some(all.buffer())
}

async fn get(url: &str, init: &RequestInit) -> Option<Response> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, init)).await.ok()?;
    response.dyn_into::<Response>().ok().filter(Response::ok)
}

fn get_field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}
