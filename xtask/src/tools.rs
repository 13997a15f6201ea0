//! Installs the tools that building needs: each missing one is announced, what is there is passed over in silence.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{sh, variants::TARGET};

/// Sees to the wasm target, the standard library's source, trunk and wasm-bindgen.
pub fn setup() -> Result<()> {
    let sysroot = sh::output(sh::command("rustc").args(["--print", "sysroot"]))
        .context("rustc is missing: install Rust from https://rustup.rs")?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib");
    if !library.join(TARGET).exists() {
        rustup(&format!("the target {TARGET}"), &["target", "add", TARGET])?;
    }
    // The variant with threads needs a standard library built for shared memory.
    if !library.join("src/rust/library").exists() {
        rustup("the source of Rust's standard library", &["component", "add", "rust-src"])?;
    }
    install("trunk", "trunk", &trunk_version()?, &["--locked"])?;
    // Not --locked: its lock file names a version of webpki-roots that was withdrawn.
    install("wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen_version()?, &[])
}

/// Sees to cargo-deny, which the tests need.
pub fn install_deny() -> Result<()> {
    install("cargo-deny", "cargo-deny", DENY_VERSION, &["--locked", "--debug"])
}

/// The version of cargo-deny.
const DENY_VERSION: &str = "0.20.2";

fn rustup(what: &str, arguments: &[&str]) -> Result<()> {
    if sh::find(&["rustup"]).is_none() {
        bail!(
            "this Rust lacks {what}, and there is no rustup to add it: install Rust from https://rustup.rs"
        );
    }
    println!("setup: adding {what}");
    sh::run(sh::command("rustup").args(arguments))
}

fn install(program: &str, package: &str, version: &str, options: &[&str]) -> Result<()> {
    let found = sh::output(sh::command(program).arg("--version"));
    let found = found.as_deref().and_then(|text| text.split_whitespace().nth(1));
    if found == Some(version) {
        return Ok(());
    }
    let instead = found.map(|found| format!(" in place of {found}")).unwrap_or_default();
    println!("setup: installing {package} {version}{instead} (cargo install; some minutes)");
    sh::run(
        sh::cargo()
            .args(["install", package, "--version", version, "--force"])
            .args(options)
            // It would otherwise be built into this project's target folder, where such a variable is set.
            .env_remove("CARGO_TARGET_DIR"),
    )
}

/// The version that Trunk.toml pins.
fn trunk_version() -> Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Config {
        trunk_version: String,
    }
    let config: Config = toml::from_str(&read("Trunk.toml")?).context("Trunk.toml")?;
    let version =
        config.trunk_version.strip_prefix('=').context("Trunk.toml does not pin trunk-version with =")?;
    Ok(version.to_owned())
}

/// The version of the crate, which the program's must equal.
fn wasm_bindgen_version() -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<BTreeMap<String, toml::Value>>,
    }
    let lock: Lock = toml::from_str(&read("Cargo.lock")?).context("Cargo.lock")?;
    let is = |package: &&BTreeMap<_, toml::Value>| {
        package.get("name").and_then(toml::Value::as_str) == Some("wasm-bindgen")
    };
    let package = lock.package.iter().find(is).context("Cargo.lock has no wasm-bindgen")?;
    let version =
        package.get("version").and_then(toml::Value::as_str).context("wasm-bindgen has no version")?;
    Ok(version.to_owned())
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(sh::root().join(file)).with_context(|| format!("cannot read {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_versions_are_found() -> Result<()> {
        for version in [trunk_version()?, wasm_bindgen_version()?] {
            assert!(version.starts_with("0."), "{version}");
        }
        Ok(())
    }
}
