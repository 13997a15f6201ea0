//! Builds what reads texts in other programs' forms, which the page fetches when there is one to read.

use std::path::Path;

use anyhow::Result;

use crate::{bindgen, page::Mode, remap, sh, variants::TARGET};

/// Puts its module into `out`/reader/.
pub fn stage(out: &Path, mode: Mode) -> Result<()> {
    let profile = mode.profile("ui");
    sh::run(
        sh::cargo()
            .args(["build", "--target", TARGET, "--profile", &profile, "--package", "vggscope-reader"])
            .envs([remap::variable()?]),
    )?;
    let wasm = sh::target().join(TARGET).join(&profile).join("vggscope_reader.wasm");
    bindgen::run(&wasm, &out.join("reader"))
}
