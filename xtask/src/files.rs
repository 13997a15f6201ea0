//! The files of a built page.

use std::{fs, path::Path, time::SystemTime};

use anyhow::{Context, Result};

use crate::sh;

/// What the service worker neither keeps nor checks: itself, what only hosts read, exports, and compressed twins.
const ASIDE: [&str; 5] = ["sw.js", "_headers", ".htaccess", ".nojekyll", "models/local/"];

/// All files of a folder, as paths inside it with slashes, sorted.
pub fn all(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(folder)?.iter().map(|part| part.to_string_lossy());
                files.push(inside.collect::<Vec<_>>().join("/"));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The files that the page is made of.
pub fn of_page(folder: &Path) -> Result<Vec<String>> {
    let mut files = all(folder)?;
    files.retain(|file| {
        let twin = file.ends_with(".br") || file.ends_with(".gz");
        !twin
            && !ASIDE.iter().any(|aside| {
                file.strip_prefix(aside).is_some_and(|rest| rest.is_empty() || aside.ends_with('/'))
            })
    });
    Ok(files)
}

/// What has its content's sum in its name, so that it can be cached for ever: folders of the engine, with a slash, and models.
pub fn forever(folder: &Path) -> Result<Vec<String>> {
    let named = |name: &str| {
        let (_, sum) = name.trim_end_matches(".onnx").rsplit_once('-')?;
        (sum.len() == SUM && sum.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(())
    };
    let mut found: Vec<_> = of_page(folder)?
        .iter()
        .filter_map(|file| {
            let mut parts = file.splitn(3, '/');
            match (parts.next()?, parts.next()?, parts.next()) {
                ("engine", module, Some(_)) => named(module).map(|()| format!("engine/{module}/")),
                ("models", model, None) => named(model).map(|()| format!("models/{model}")),
                _ => None,
            }
        })
        .collect();
    found.dedup();
    Ok(found)
}

/// When a file was written last.
pub fn modified(file: &Path) -> Result<SystemTime> {
    fs::metadata(file)
        .and_then(|data| data.modified())
        .with_context(|| format!("cannot read {}", file.display()))
}

/// When any of these files and folders of the repository, or of what is in them, changed last.
pub fn newest(sources: &[&str]) -> Option<SystemTime> {
    sources.iter().filter_map(|source| newest_in(&sh::root().join(source))).max()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    if path.is_dir() {
        return fs::read_dir(path).ok()?.filter_map(|entry| newest_in(&entry.ok()?.path())).max();
    }
    modified(path).ok()
}

/// Digits of a sum in a name.
pub const SUM: usize = 12;

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_and_what_for_ever() -> Result<()> {
        let folder = sh::target().join("xtask-files");
        let page = [
            "engine/plain-0123456789ab/a.wasm",
            "engine/variants.json",
            "index.html",
            "models/m-0123456789ab.onnx",
        ];
        for file in page.iter().chain(&["sw.js", "_headers", "index.html.br", "models/local/big.onnx"]) {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            fs::write(path, "")?;
        }
        assert_eq!(of_page(&folder)?, page);
        assert_eq!(forever(&folder)?, ["engine/plain-0123456789ab/", "models/m-0123456789ab.onnx"]);
        Ok(())
    }
}
