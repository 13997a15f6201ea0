//! A Python environment of the project's own, for what only Python's libraries can do.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::sh;

/// The interpreter of an environment that holds what `requirements` lists; made anew when the list changes.
pub fn environment(requirements: &str) -> Result<PathBuf> {
    let list = sh::root().join(requirements);
    let wanted = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    // Each list has an environment of its own, so that none undoes another's.
    let folder = sh::target().join("python").join(list.with_extension("").strip_prefix(sh::root())?);
    let interpreter = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // Written last, so that an installation that was broken off is begun again.
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(interpreter);
    }
    println!("setup: a Python environment with what {requirements} lists (some minutes, some gigabytes)");
    make(&folder)?;
    sh::run(sh::command(&interpreter).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&list))?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(interpreter)
}

fn make(folder: &Path) -> Result<()> {
    let Some(python) = sh::find(&["python3", "python"]) else {
        bail!("there is no Python: install Python 3.11 or newer{}", hint());
    };
    sh::run(sh::command(python).args(["-m", "venv", "--clear"]).arg(folder))
        .with_context(|| format!("cannot make a Python environment{}", hint()))
}

fn hint() -> &'static str {
    if env::consts::OS == "linux" { " (Debian: apt install python3-venv)" } else { "" }
}
