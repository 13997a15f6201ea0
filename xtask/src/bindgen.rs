//! The JavaScript around a compiled module of WebAssembly, by wasm-bindgen.

use std::path::Path;

use anyhow::Result;

use crate::sh;

/// Makes it, with the module beside it, in the folder `out`: as Trunk does, so that both make the same.
pub fn run(wasm: &Path, out: &Path) -> Result<()> {
    sh::run(
        sh::command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript"])
            .arg("--out-dir")
            .arg(out)
            .arg(wasm),
    )
}
