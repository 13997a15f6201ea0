//! Builds the engine's variants for the browser.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{
    bindgen,
    files::{self, modified},
    page::Mode,
    sh, tools,
    variants::{self, Built, TARGET, VARIANTS, Variant},
};

/// What an engine is made from, in the repository.
const SOURCES: [&str; 5] = ["src/core", "src/engine", "Cargo.toml", "Cargo.lock", "xtask/src/variants.rs"];

/// How a variant is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Optimised.
    Whole,
    /// Its kernels only, for the time until the other is there.
    Quick,
}

impl Made {
    fn profile(self) -> &'static str {
        match self {
            Made::Whole => "engine",
            Made::Quick => "engine-quick",
        }
    }

    /// A variant's JavaScript module, with the wasm beside it.
    pub fn module(self, variant: &Variant) -> PathBuf {
        variant.modules().join(self.profile())
    }

    /// A file of the time when it was begun to be built last.
    fn stamp(self, variant: &Variant) -> PathBuf {
        variant.modules().join(format!("{}.built", self.profile()))
    }

    /// Whether nothing that it is made from has changed since it was built.
    pub fn is_fresh(self, variant: &Variant) -> bool {
        let changed = files::newest(&SOURCES);
        modified(&self.stamp(variant)).is_ok_and(|built| changed.is_none_or(|changed| changed <= built))
    }
}

/// Builds every variant, or the one of a name.
pub fn build(name: Option<&str>) -> Result<()> {
    let one = name.map(variants::named).transpose()?;
    tools::setup()?;
    let chosen = VARIANTS.iter().filter(|variant| one.is_none_or(|one| one.name == variant.name));
    chosen.into_iter().try_for_each(|variant| make(variant, Made::Whole))
}

/// Puts the variants into `out`/engine/ with the list that the page reads, having built them. For whoever changes the page,
/// those that are there already, and the first in any case.
pub fn stage(out: &Path, mode: Mode) -> Result<()> {
    let mut ready = Vec::new();
    for (rank, variant) in VARIANTS.iter().enumerate() {
        if mode == Mode::Release || Made::Whole.is_fresh(variant) {
            make(variant, Made::Whole)?;
            ready.push((variant, Made::Whole));
        } else if rank == 0 {
            make(variant, Made::Quick)?;
            ready.push((variant, Made::Quick));
        }
    }
    put(out, &ready)
}

/// Compiles a variant and makes the JavaScript module around it.
pub fn make(variant: &Variant, made: Made) -> Result<()> {
    let start = SystemTime::now();
    compile(variant, made)?;
    bind(variant, made)?;
    File::create(made.stamp(variant))?.set_modified(start)?;
    Ok(())
}

/// Compiles a variant.
pub fn compile(variant: &Variant, made: Made) -> Result<()> {
    println!("engine: {}", variant.name);
    let mut cargo = variant.cargo("rustc")?;
    cargo.args(["--lib", "--profile", made.profile(), "--"]).args(LINK);
    sh::run(&mut cargo)
}

/// Names of functions are most of an unoptimised module, and wasm-bindgen would read them for a minute; of what is stripped
/// with them it needs this.
const LINK: [&str; 2] = ["-Clink-arg=--strip-all", "-Clink-arg=--keep-section=target_features"];

/// Makes the JavaScript module around the compiled wasm, if what is there is older.
fn bind(variant: &Variant, made: Made) -> Result<()> {
    let wasm = variant.builds().join(TARGET).join(made.profile()).join("vggscope_engine.wasm");
    let module = made.module(variant);
    let bound = module.join("vggscope_engine_bg.wasm");
    if bound.is_file() && modified(&bound)? >= modified(&wasm)? {
        return Ok(());
    }
    if module.exists() {
        // Snippets of an older build have other names and would stay.
        fs::remove_dir_all(&module)?;
    }
    bindgen::run(&wasm, &module)
}

/// The folder that a module gets on the page, named by what it holds, so that browsers may keep it for ever.
fn place(variant: &Variant, module: &Path) -> Result<String> {
    let mut sum = Sha256::new();
    for file in files::all(module)? {
        sum.update(file.as_bytes());
        sum.update(fs::read(module.join(&file)).with_context(|| format!("cannot read {file}"))?);
    }
    Ok(format!("{}-{}", variant.name, &files::hex(&sum.finalize())[..files::SUM]))
}

/// The pages that a module's shared memory begins with, as wasm-bindgen makes it where nobody else does.
fn initial(module: &Path) -> Result<Option<u32>> {
    let script = fs::read_to_string(module.join("vggscope_engine.js"))?;
    let Some((_, memory)) = script.split_once("new WebAssembly.Memory({initial:") else { return Ok(None) };
    let digits: String = memory.chars().take_while(char::is_ascii_digit).collect();
    Ok(Some(digits.parse().context("wasm-bindgen makes memory in another way")?))
}

/// Puts these into `out`/engine/, with the list of them.
fn put(out: &Path, ready: &[(&Variant, Made)]) -> Result<()> {
    let engine = out.join("engine");
    let mut list = Vec::new();
    for &(variant, made) in ready {
        let module = made.module(variant);
        let place = place(variant, &module)?;
        crate::page::copy(&module, &engine.join(&place))?;
        list.push(Built { variant, folder: place, initial: initial(&module)? });
    }
    let path = engine.join("variants.json");
    fs::write(&path, variants::list(&list)?).with_context(|| format!("cannot write {}", path.display()))
}
