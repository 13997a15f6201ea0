//! Installs the tools that building needs: each missing one is announced, what is there is passed over in silence.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{sh, variants::TARGET};

/// Sees to the wasm target, the standard library's source and wasm-bindgen.
pub fn setup() -> Result<()> {
    toolchain()?;
    // Not --locked: its lock file names a version of webpki-roots that was withdrawn.
    install("wasm-bindgen", BINDGEN, &wasm_bindgen_version()?, &[])
}

const BINDGEN: &str = "wasm-bindgen-cli";

/// The tools that `setup` would have to install.
pub fn missing() -> Result<Vec<&'static str>> {
    let there = is_there("wasm-bindgen", &wasm_bindgen_version()?).is_ok();
    Ok(if there { vec![] } else { vec![BINDGEN] })
}

/// Sees to Trunk, which the project's own commands do without: one of them tries whether it builds the same page.
pub fn install_trunk() -> Result<()> {
    install("trunk", "trunk", &trunk_version()?, &["--locked"])
}

/// Sees to what the compiler needs to build for the browser.
pub fn toolchain() -> Result<()> {
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
    Ok(())
}

/// Sees to cargo-deny, which the tests need.
pub fn install_deny() -> Result<()> {
    install("cargo-deny", "cargo-deny", DENY_VERSION, &["--locked"])
}

/// Sees to geckodriver, which drives Firefox; one of another version that is there does.
pub fn install_geckodriver() -> Result<()> {
    if std::env::var_os("GECKODRIVER").is_some() || sh::find(&["geckodriver"]).is_some() {
        return Ok(());
    }
    install("geckodriver", "geckodriver", GECKODRIVER_VERSION, &["--locked"])
}

/// The version of geckodriver.
const GECKODRIVER_VERSION: &str = "0.37.1";

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

/// Whether a program of this version is there; if not, the version that is.
fn is_there(program: &str, version: &str) -> Result<(), Option<String>> {
    let found = sh::output(sh::command(program).arg("--version"));
    let found = found.as_deref().and_then(|text| text.split_whitespace().nth(1));
    if found == Some(version) { Ok(()) } else { Err(found.map(str::to_owned)) }
}

fn install(program: &str, package: &str, version: &str, options: &[&str]) -> Result<()> {
    let Err(found) = is_there(program, version) else { return Ok(()) };
    let instead = found.map(|found| format!(" in place of {found}")).unwrap_or_default();
    // Where cargo-binstall is, it fetches the program from the project's releases, if the network lets it.
    if sh::find(&["cargo-binstall"]).is_some() {
        println!("setup: fetching {package} {version}{instead} (cargo binstall)");
        let wanted = format!("{package}@{version}");
        let fetched = sh::cargo()
            .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--force", &wanted])
            .status();
        if fetched.is_ok_and(|status| status.success()) {
            return Ok(());
        }
    }
    println!("setup: building {package} {version}{instead} (cargo install; a few minutes)");
    sh::run(
        sh::cargo()
            // They run for seconds: to optimise them would take longer than all that they ever do.
            .args(["install", package, "--version", version, "--force", "--debug"])
            .args(options)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
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
