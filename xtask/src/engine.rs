//! Builds the engine's variants for the browser.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};

use crate::{
    sh, tools,
    variants::{self, TARGET, VARIANTS, Variant},
};

/// Builds every variant, or the one of a name, and puts them into `out`/engine/ with the list that the page reads.
pub fn build(name: Option<&str>, out: Option<&Path>) -> Result<()> {
    let one = name.map(variants::named).transpose()?;
    tools::setup()?;
    for variant in VARIANTS.iter().filter(|variant| one.is_none_or(|one| one.name == variant.name)) {
        println!("engine: {}", variant.name);
        compile(variant)?;
        let module = bind(variant)?;
        if let Some(out) = out {
            copy(&module, &out.join("engine").join(variant.name))?;
        }
    }
    if let Some(out) = out {
        let list = out.join("engine/variants.json");
        fs::write(&list, variants::list()?).with_context(|| format!("cannot write {}", list.display()))?;
    }
    Ok(())
}

fn compile(variant: &Variant) -> Result<()> {
    sh::run(variant.cargo("build").args(["--lib", "--profile", "engine"]))
}

/// Makes the JavaScript module around the compiled wasm, if what is there is older; returns its folder.
fn bind(variant: &Variant) -> Result<PathBuf> {
    let wasm = variant.folder().join(TARGET).join("engine/vggscope_engine.wasm");
    let module = variant.folder().join("module");
    let made = module.join("vggscope_engine_bg.wasm");
    if made.is_file() && modified(&made)? >= modified(&wasm)? {
        return Ok(module);
    }
    if module.exists() {
        // Snippets of an older build have other names and would stay.
        fs::remove_dir_all(&module)?;
    }
    sh::run(
        sh::command("wasm-bindgen")
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--remove-name-section",
                "--remove-producers-section",
            ])
            .arg("--out-dir")
            .arg(&module)
            .arg(&wasm),
    )?;
    Ok(module)
}

fn modified(file: &Path) -> Result<SystemTime> {
    fs::metadata(file)
        .and_then(|data| data.modified())
        .with_context(|| format!("cannot read {}", file.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}
