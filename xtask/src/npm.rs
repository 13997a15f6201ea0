//! Packages of npm that tests and benchmarks need, each of one version.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{apt, sh};

/// Sees to a package in `folder`; returns where it is.
pub fn package(folder: &Path, name: &str, version: &str) -> Result<PathBuf> {
    let package = folder.join("node_modules").join(name);
    let wanted = format!("\"version\": \"{version}\"");
    if !fs::read_to_string(package.join("package.json")).is_ok_and(|text| text.contains(&wanted)) {
        println!("setup: installing {name} {version} (npm)");
        fs::create_dir_all(folder)?;
        if sh::find(&["npm"]).is_none() {
            apt::install("npm", &["npm"])?;
        }
        let npm = sh::find(&["npm"]).context("npm is missing: install Node.js")?;
        sh::run(
            sh::command(npm)
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
                .arg(folder)
                .arg(format!("{name}@{version}")),
        )?;
    }
    Ok(package)
}

/// The version of axe-core.
const AXE: &str = "4.14.1";

/// The script of axe-core, which finds what keeps people from using a page.
pub fn axe() -> Result<PathBuf> {
    Ok(package(&sh::target().join("npm"), "axe-core", AXE)?.join("axe.min.js"))
}
