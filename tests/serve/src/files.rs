//! From a URL's path to an open file and its media type.

use std::{
    fs::File,
    path::{Component, Path},
};

/// The media type of plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// Opens what `path`, the URL's part after the mount's prefix, names in `folder`; a folder means its index.html.
pub fn open(folder: &Path, path: &str) -> Option<(&'static str, File)> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return None;
    }
    let mut file = folder.join(path);
    if file.is_dir() {
        file.push("index.html");
    }
    if !file.is_file() {
        return None;
    }
    Some((media_type(&file), File::open(file).ok()?))
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "txt" | "md" => TEXT,
        _ => "application/octet-stream",
    }
}
