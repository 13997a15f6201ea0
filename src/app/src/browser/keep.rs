//! Models that were fetched before, kept in the browser under what is in them: the SHA-256 of their bytes. A page that is
//! no secure context, or a browser that keeps nothing, fetches them each time.

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, Request, Response};

/// The browser's name for what is kept.
const CACHE: &str = "models";
/// The most models that are kept; of more, the oldest go.
const MOST: u32 = 4;

/// The bytes with this hash. What is kept under it and has another is thrown away.
pub async fn get(sha256: &str) -> Option<ArrayBuffer> {
    let (cache, address) = (cache().await?, address(sha256));
    let found: Response = JsFuture::from(cache.match_with_str(&address)).await.ok()?.dyn_into().ok()?;
    let bytes: Option<ArrayBuffer> = match found.array_buffer() {
        Ok(bytes) => JsFuture::from(bytes).await.ok().and_then(|bytes| bytes.dyn_into().ok()),
        Err(_) => None,
    };
    if let Some(bytes) = bytes
        && hash(&bytes).await.as_deref() == Some(sha256)
    {
        return Some(bytes);
    }
    let _ = JsFuture::from(cache.delete_with_str(&address)).await;
    None
}

/// Keeps bytes, if they have this hash. Where there is no room, nothing is kept.
pub async fn put(sha256: String, bytes: ArrayBuffer) {
    if hash(&bytes).await.as_ref() != Some(&sha256) {
        return;
    }
    let Some(cache) = cache().await else { return };
    let Ok(response) = Response::new_with_opt_buffer_source(Some(&bytes)) else { return };
    let _ = JsFuture::from(cache.put_with_str(&address(&sha256), &response)).await;
    // The browser lists them in the order in which they came.
    let Ok(kept) = JsFuture::from(cache.keys()).await else { return };
    let kept: Array = kept.unchecked_into();
    for old in 0..kept.length().saturating_sub(MOST) {
        let old: Request = kept.get(old).unchecked_into();
        let _ = JsFuture::from(cache.delete_with_request(&old)).await;
    }
}

/// What all of them take, in bytes.
pub async fn size() -> u64 {
    let Some(cache) = cache().await else { return 0 };
    let Ok(kept) = JsFuture::from(cache.match_all()).await else { return 0 };
    let mut bytes = 0.0;
    for response in Array::from(&kept) {
        let Ok(blob) = response.unchecked_into::<Response>().blob() else { continue };
        if let Ok(blob) = JsFuture::from(blob).await {
            bytes += blob.unchecked_into::<web_sys::Blob>().size();
        }
    }
    bytes as u64
}

/// Forgets all of them.
pub async fn forget() {
    if let Some(caches) = caches() {
        let _ = JsFuture::from(caches.delete(CACHE)).await;
    }
}

async fn cache() -> Option<Cache> {
    JsFuture::from(caches()?.open(CACHE)).await.ok()?.dyn_into().ok()
}

/// Absent where the page is no secure context, which the bindings take for granted.
fn caches() -> Option<CacheStorage> {
    let window: JsValue = web_sys::window()?.into();
    Reflect::get(&window, &"caches".into()).ok()?.dyn_into().ok()
}

/// Nothing stands at this address; it is a name.
fn address(sha256: &str) -> String {
    format!("./models/sha256/{sha256}")
}

/// The SHA-256 in hexadecimal digits, where the browser can tell.
pub async fn hash(bytes: &ArrayBuffer) -> Option<String> {
    let crypto = web_sys::window()?.crypto().ok()?;
    let subtle: JsValue = Reflect::get(&crypto, &"subtle".into()).ok().filter(JsValue::is_object)?;
    let subtle: web_sys::SubtleCrypto = subtle.unchecked_into();
    let hash = JsFuture::from(subtle.digest_with_str_and_buffer_source("SHA-256", bytes).ok()?).await.ok()?;
    Some(Uint8Array::new(&hash).to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}
