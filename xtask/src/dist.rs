//! `dist/` as it is published: compressed twins of its files, and an archive of all of it.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{files, page, sh, size};

/// What is small already.
const PACKED: [&str; 8] = ["br", "gz", "jpg", "png", "webp", "onnx", "zip", "woff2"];

/// Builds the page, makes the twins and the archive.
pub fn run() -> Result<()> {
    page::build()?;
    let dist = page::dist();
    println!("dist: compressing");
    for file in files::of_page(&dist)?.into_iter().filter(|file| !is_packed(file)) {
        twins(&dist.join(file))?;
    }
    let archive = archive(&dist)?;
    println!("dist: {} ({} bytes)", archive.display(), fs::metadata(&archive)?.len());
    Ok(())
}

fn is_packed(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, end)| PACKED.contains(&end))
}

/// Writes what a server may send in place of a file: FILE.br and FILE.gz.
fn twins(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    // Its best would take minutes for the engine.
    fs::write(twin(file, "br"), size::brotli(&bytes, 9)?)?;
    // No name and no time, so that the same bytes give the same twin.
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    Ok(fs::write(twin(file, "gz"), gzip.finish()?)?)
}

fn twin(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{end}"));
    name.into()
}

/// Packs all of `dist/` but exports into target/vggscope-VERSION.zip: in the order of names and all of one time, so that the
/// same files give the same archive.
fn archive(dist: &Path) -> Result<PathBuf> {
    let name = format!("vggscope-{}", env!("CARGO_PKG_VERSION"));
    let path = sh::target().join(format!("{name}.zip"));
    let mut zip = ZipWriter::new(File::create(&path).with_context(|| path.display().to_string())?);
    let time = DateTime::from_date_and_time(2026, 1, 1, 0, 0, 0)?;
    for file in files::all(dist)?.into_iter().filter(|file| !file.starts_with("models/local/")) {
        let method = if is_packed(&file) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .last_modified_time(time)
            .compression_method(method)
            .unix_permissions(0o644);
        zip.start_file(format!("{name}/{file}"), options)?;
        io::copy(&mut File::open(dist.join(&file))?, &mut zip).with_context(|| file.clone())?;
    }
    zip.finish()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_stands_beside_its_file() {
        assert_eq!(twin(Path::new("dist/a.wasm"), "br"), Path::new("dist/a.wasm.br"));
        assert!(is_packed("photos/cat.jpg") && !is_packed("engine/plain/a.wasm") && !is_packed("LICENSE"));
    }
}
