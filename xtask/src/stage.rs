//! What is no asset of the page, put beside it before it becomes `dist/`: the engine, the models, the style, the
//! policy in the page itself, the files that hosts read, and the service worker's list of all of it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::json;
use sha2::{Digest, Sha256};
use vggscope_lessons::{EN, ZH};
use vggscope_serve::Header;

use crate::{engine, files, models, page::Mode, reader, sh, style};

/// Does all of that in `out`, the folder that is about to become `dist/`.
pub fn stage(out: &Path, mode: Mode) -> Result<()> {
    engine::stage(out, mode)?;
    reader::stage(out, mode)?;
    models::stage(out)?;
    style::stage(out)?;
    lessons(out)?;
    finish(out)
}

/// The lessons of each language in a file, which the page fetches when they are opened.
fn lessons(out: &Path) -> Result<()> {
    let folder = out.join("lessons");
    fs::create_dir_all(&folder)?;
    for (language, lessons) in [("en", &*EN), ("zh", &*ZH)] {
        fs::write(folder.join(format!("{language}.json")), serde_json::to_string(lessons)?)?;
    }
    Ok(())
}

/// Writes what follows from the rest, once all of it is there.
pub fn finish(out: &Path) -> Result<()> {
    let headers = vggscope_serve::trunk_headers(&sh::root().join("Trunk.toml")).context("Trunk.toml")?;
    let index = out.join("index.html");
    let html = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    fs::write(&index, page(&html, &headers, &version())?)?;
    for (name, text) in hosts(out, &headers)? {
        fs::write(out.join(name), text)?;
    }
    // It holds the sums of all other files, so it comes last.
    let worker = fs::read_to_string(sh::root().join("www/sw.js")).context("www/sw.js")?;
    fs::write(out.join(WORKER), format!("const BUILD = {};\n\n{worker}", build(out)?))?;
    Ok(())
}

/// The service worker's script.
const WORKER: &str = "sw.js";

/// The project's version and, in a checkout, the commit.
pub fn version() -> String {
    let commit = sh::output(sh::command("git").args(["rev-parse", "--short=10", "HEAD"]));
    let commit = commit.map(|commit| format!(" ({})", commit.trim())).unwrap_or_default();
    format!("{}{commit}", env!("CARGO_PKG_VERSION"))
}

/// The page with the policy in itself, for hosts that send no headers, and with its version. A policy for embedding cannot be
/// set there.
fn page(html: &str, headers: &[Header], version: &str) -> Result<String> {
    let policy = headers.iter().find(|header| header.name == "Content-Security-Policy");
    let policy = &policy.context("Trunk.toml has no Content-Security-Policy")?.value;
    let policy: Vec<_> =
        policy.split(';').map(str::trim).filter(|rule| !rule.starts_with("frame-ancestors")).collect();
    let Some((before, after)) = html.split_once("<head>") else { bail!("index.html has no <head>") };
    Ok(format!(
        "{before}<head>\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{}\" />\n    \
         <meta name=\"version\" content=\"{version}\" />{after}",
        policy.join("; ")
    ))
}

/// What hosts read: `_headers` is for Cloudflare, Netlify and their like, `.htaccess` for Apache, `.nojekyll` has GitHub's
/// Pages take files as they are.
fn hosts(out: &Path, headers: &[Header]) -> Result<[(&'static str, String); 3]> {
    let forever: Vec<_> = files::forever(out)?;
    let mut netlify = "/*\n".to_owned();
    let mut apache =
        "AddType application/wasm .wasm\nAddType text/javascript .js\n<IfModule mod_headers.c>\n".to_owned();
    for Header { name, value } in headers {
        writeln!(netlify, "  {name}: {value}")?;
        writeln!(apache, "  Header always set {name} \"{value}\"")?;
    }
    writeln!(netlify, "  Cache-Control: no-cache")?;
    writeln!(apache, "  Header set Cache-Control \"no-cache\"")?;
    for path in forever {
        writeln!(netlify, "/{path}*\n  ! Cache-Control\n  Cache-Control: {FOREVER}")?;
        let pattern = path.replace('.', "\\.");
        writeln!(apache, "  SetEnvIf Request_URI \"/{pattern}\" forever")?;
    }
    writeln!(apache, "  Header set Cache-Control \"{FOREVER}\" env=forever\n</IfModule>")?;
    Ok([("_headers", netlify), (".htaccess", apache), (".nojekyll", String::new())])
}

const FOREVER: &str = "public, max-age=31536000, immutable";

/// What the service worker knows of this build: a number that changes with any file, and each file's size and sum.
fn build(out: &Path) -> Result<String> {
    let mut list = BTreeMap::new();
    let mut all = Sha256::new();
    for path in files::of_page(out)? {
        let bytes = fs::read(out.join(&path)).with_context(|| format!("cannot read {path}"))?;
        let sum = Sha256::digest(&bytes);
        all.update(path.as_bytes());
        all.update(sum);
        list.insert(path, json!([bytes.len(), format!("sha256-{}", base64(&sum))]));
    }
    let id = files::hex(&all.finalize())[..12].to_owned();
    Ok(serde_json::to_string(&json!({ "id": id, "files": list }))?)
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_carries_the_policy() -> Result<()> {
        let headers = vggscope_serve::trunk_headers(&sh::root().join("Trunk.toml"))?;
        let html = page("<html><head></head></html>", &headers, "1.2.3 (abc)")?;
        assert!(html.contains("script-src 'self' 'wasm-unsafe-eval'"), "{html}");
        assert!(html.contains("content=\"1.2.3 (abc)\"") && !html.contains("frame-ancestors"), "{html}");
        assert!(page("no head", &headers, "").is_err());
        Ok(())
    }
}
