//! The page, built as `www/index.html` says: its links to Trunk name what the page is made of, to Trunk and here.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{bindgen, remap, sh, stage, tools, variants::TARGET};

/// For whom the page is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For everybody: small and fast.
    Release,
    /// For whoever changes it: soon.
    Quick,
}

impl Mode {
    /// The cargo profile of the page's own module.
    pub fn profile(self, written: &str) -> String {
        match self {
            Mode::Release => written.to_owned(),
            Mode::Quick => format!("{written}-quick"),
        }
    }
}

/// Where the built page stands.
pub fn dist() -> PathBuf {
    sh::root().join("dist")
}

/// Builds the page into `dist/`, for everybody.
pub fn build() -> Result<()> {
    tools::setup()?;
    make(Mode::Release)
}

/// Builds the page into `dist/`, which stays as it was if that fails.
pub fn make(mode: Mode) -> Result<()> {
    let staging = sh::target().join("page");
    remove(&staging)?;
    fs::create_dir_all(&staging)?;
    let source = sh::root().join("www");
    let html = fs::read_to_string(source.join("index.html")).context("www/index.html")?;
    let mut rest = Vec::new();
    for line in html.lines() {
        match Link::read(line)? {
            Some(link) => link.follow(&source, &staging, mode)?,
            None => rest.push(line),
        }
    }
    fs::write(staging.join("index.html"), rest.join("\n") + "\n")?;
    stage::stage(&staging, mode)?;
    let dist = dist();
    remove(&dist)?;
    fs::rename(&staging, &dist).or_else(|_| copy(&staging, &dist))
}

/// A link that is meant for Trunk.
#[derive(Debug, PartialEq, Eq)]
enum Link<'a> {
    /// The page's own module: the crate's manifest, and the cargo profile.
    Rust { manifest: &'a str, profile: &'a str },
    /// A file or a folder that is copied as it is.
    Copy { from: &'a str },
}

impl Link<'_> {
    /// The link on a line, if it is meant for Trunk.
    fn read(line: &str) -> Result<Option<Link<'_>>> {
        if !line.contains("data-trunk") {
            return Ok(None);
        }
        let attribute = |name: &str| {
            let (_, value) = line.split_once(&format!(" {name}=\""))?;
            value.split_once('"').map(|(value, _)| value)
        };
        let href = attribute("href").with_context(|| format!("no href: {line}"))?;
        match attribute("rel") {
            Some("rust") => {
                let profile = attribute("data-cargo-profile").context("the page's module has no profile")?;
                Ok(Some(Link::Rust { manifest: href, profile }))
            }
            Some("copy-file" | "copy-dir") => Ok(Some(Link::Copy { from: href })),
            _ => bail!("www/index.html has a link that only Trunk knows: {line}"),
        }
    }

    fn follow(&self, source: &Path, out: &Path, mode: Mode) -> Result<()> {
        match self {
            Link::Copy { from } => {
                copy(&source.join(from), &out.join(Path::new(from).file_name().context("no name")?))
            }
            Link::Rust { manifest, profile } => {
                let profile = mode.profile(profile);
                let manifest = source.join(manifest);
                sh::run(
                    sh::cargo()
                        .args(["build", "--target", TARGET, "--profile", &profile, "--manifest-path"])
                        .arg(manifest)
                        .envs([remap::variable()?]),
                )?;
                let wasm = sh::target().join(TARGET).join(&profile).join(format!("{APP}.wasm"));
                bindgen::run(&wasm, out)
            }
        }
    }
}

/// The crate of the page's own module.
const APP: &str = "vggscope-app";

/// Copies a file, or a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop).with_context(|| format!("cannot copy {}", from.display()));
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_trunk() -> Result<()> {
        assert_eq!(Link::read(r#"<link rel="icon" href="icon.svg" />"#)?, None);
        let file = Link::read(r#"<link data-trunk rel="copy-file" href="boot.js" />"#)?;
        assert_eq!(file, Some(Link::Copy { from: "boot.js" }));
        assert!(Link::read(r#"<link data-trunk rel="sass" href="a.scss" />"#).is_err());
        let html = fs::read_to_string(sh::root().join("www/index.html"))?;
        let links: Vec<_> =
            html.lines().filter_map(|line| Link::read(line).transpose()).collect::<Result<_>>()?;
        assert!(
            links.contains(&Link::Rust { manifest: "../src/app/Cargo.toml", profile: "ui" }),
            "{links:?}"
        );
        Ok(())
    }
}
