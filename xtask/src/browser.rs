//! Finds the browser and the driver that tests and benchmarks need.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::sh;

/// A Chromium and the chromedriver that drives it.
#[derive(Debug)]
pub struct Browser {
    /// The browser's program.
    pub chromium: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
}

const HELP: &str = "install Chromium and chromedriver (on Debian and Ubuntu: apt-get install chromium chromium-driver), \
or set CHROMIUM and CHROMEDRIVER to their paths";

/// Takes what $CHROMIUM and $CHROMEDRIVER name, else what PATH has, else what apt can install.
pub fn find_or_install() -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let root = sh::output(sh::command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !root || sh::find(&["apt-get"]).is_none() {
        bail!("the browser tests need a browser: {HELP}");
    }
    println!("setup: installing chromium and chromium-driver (apt-get)");
    sh::run(sh::command("apt-get").arg("update"))?;
    sh::run(
        sh::command("apt-get")
            .args(["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    find().with_context(|| format!("apt-get brought no browser: {HELP}"))
}

fn find() -> Option<Browser> {
    let chromium = env::var_os("CHROMIUM").map(PathBuf::from);
    let driver = env::var_os("CHROMEDRIVER").map(PathBuf::from);
    Some(Browser {
        chromium: chromium.or_else(|| sh::find(&["chromium", "chromium-browser", "google-chrome"]))?,
        driver: driver.or_else(|| sh::find(&["chromedriver"]))?,
    })
}
