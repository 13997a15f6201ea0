//! What the page weighs, compressed as a good server would.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{files, sh};

/// What the interface may weigh: its wasm, JavaScript, style sheets and HTML, by Brotli at its best. It is to be 480 KiB again: with
/// the pages that are not open, and the words of the language that is not shown, had when they are asked for.
const BUDGET: usize = 552 * 1024;

/// Folders of dist/ that are fetched after the page has painted.
const LATER: [&str; 5] = ["engine", "lessons", "models", "photos", "reader"];

/// Prints the size of everything in dist/; an error if the interface is over its budget.
pub fn run() -> Result<()> {
    let total = interface()?;
    println!();
    for file in files()?.iter().filter(|file| !is_interface(file)) {
        weigh(file)?;
    }
    judge(total)
}

/// Prints the size of the interface alone; an error if it is over its budget.
pub fn check() -> Result<()> {
    judge(interface()?)
}

fn interface() -> Result<usize> {
    println!("{:>12} {:>12}", "bytes", "brotli");
    let mut total = 0;
    for file in files()?.iter().filter(|file| is_interface(file)) {
        total += weigh(file)?;
    }
    println!("{:>12} {total:>12}  the interface; its budget is {BUDGET}", "");
    Ok(total)
}

fn judge(total: usize) -> Result<()> {
    if total > BUDGET {
        bail!("the interface is {} bytes over its budget", total - BUDGET);
    }
    Ok(())
}

fn is_interface(file: &Path) -> bool {
    let later = file.iter().next().is_some_and(|first| LATER.iter().any(|name| first == *name));
    let kind = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    !later && matches!(kind, "wasm" | "js" | "css" | "html")
}

/// The files of dist/, as paths inside it, sorted.
fn files() -> Result<Vec<PathBuf>> {
    let files = files::of_page(&dist()).context("there is no dist/: run `cargo xtask build` first")?;
    Ok(files.into_iter().chain(["sw.js".to_owned()]).map(PathBuf::from).collect())
}

fn weigh(file: &Path) -> Result<usize> {
    let bytes = fs::read(dist().join(file))?;
    let small = compressed(&bytes)?;
    println!("{:>12} {small:>12}  {}", bytes.len(), file.display());
    Ok(small)
}

/// What bytes weigh by Brotli at its best.
pub fn compressed(bytes: &[u8]) -> Result<usize> {
    Ok(brotli(bytes, 11)?.len())
}

/// Bytes by Brotli, at a quality from 0 to 11.
pub fn brotli(mut bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut small, &parameters)?;
    Ok(small)
}

fn dist() -> PathBuf {
    sh::root().join("dist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_is_what_paints_the_page() {
        for (file, expected) in [
            ("index.html", true),
            ("vggscope-app_bg.wasm", true),
            ("snippets/x/inline0.js", true),
            ("engine/plain-0123456789ab/vggscope_engine.js", false),
            ("models/vgg16-0123456789ab.onnx", false),
            ("photos/cat.jpg", false),
            ("reader/vggscope_reader_bg.wasm", false),
        ] {
            assert_eq!(is_interface(Path::new(file)), expected, "{file}");
        }
    }

    #[test]
    fn brotli_shrinks() -> Result<()> {
        assert!(compressed(&[7; 10_000])? < 100);
        Ok(())
    }
}
