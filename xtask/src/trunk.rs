//! Trunk: builds the page, serves it.

use std::{env, process::Command};

use anyhow::Result;

use crate::{sh, tools};

/// Serves the page until interrupted, building it again after every change.
pub fn serve(port: Option<u16>) -> Result<()> {
    tools::setup()?;
    let mut trunk = trunk("serve");
    if let Some(port) = port {
        trunk.args(["--port", &port.to_string()]);
    }
    sh::hand_over(trunk)
}

/// Builds the page into dist/.
pub fn build() -> Result<()> {
    tools::setup()?;
    sh::run(&mut trunk("build"))
}

fn trunk(subcommand: &str) -> Command {
    let mut trunk = sh::command("trunk");
    // The version is pinned, so asking for newer ones is of no use.
    trunk.arg(subcommand).env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads this variable as an option's value and stops at "1", which others understand.
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        trunk.env("NO_COLOR", "true");
    }
    trunk
}
