//! Files of the repository that scenarios use.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use image::RgbaImage;
use sha2::{Digest, Sha256};
use vggscope_core::nn::labels::{Label, parse_table};

/// The repository's root.
pub fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// Where a file stands that is named by its path from the root.
pub fn path(file: &str) -> PathBuf {
    root().join(file)
}

/// The bytes of a file.
///
/// # Errors
/// It cannot be read.
pub fn bytes(file: &str) -> Result<Vec<u8>> {
    std::fs::read(path(file)).with_context(|| file.to_owned())
}

/// The sum of bytes as browsers are told of it: SHA-256, in Base64.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// The same in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The pixels of a picture.
///
/// # Errors
/// It cannot be read.
pub fn picture(file: &str) -> Result<RgbaImage> {
    let picture = image::load_from_memory(&bytes(file)?).with_context(|| file.to_owned())?;
    Ok(picture.to_rgba8())
}

/// The names of files of a folder that end like this, sorted.
///
/// # Errors
/// It cannot be read.
pub fn names(folder: &str, end: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(path(folder)).with_context(|| folder.to_owned())?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_>>()?;
    names.retain(|name| name.ends_with(end));
    names.sort();
    Ok(names)
}

/// The classes of ImageNet.
pub static CLASSES: LazyLock<Vec<Label>> =
    LazyLock::new(|| parse_table(include_str!("../../../models/imagenet-classes.tsv")));

/// A photo that comes with the page.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The file's name.
    pub file: &'static str,
    /// What it shows, as a class.
    pub class: usize,
    /// Its English title.
    pub title: &'static str,
    /// Its description in English.
    pub alt: &'static str,
}

/// The photos that come with the page.
pub static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let sample = |row: &'static str| {
        let cells: Vec<&str> = row.split('\t').collect();
        Some(Sample {
            file: cells.first()?,
            class: cells.get(1)?.parse().ok()?,
            title: cells.get(2)?,
            alt: cells.get(4)?,
        })
    };
    include_str!("../../../www/photos/photos.tsv").lines().skip(1).filter_map(sample).collect()
});
