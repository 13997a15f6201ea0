//! Flags that keep this machine's paths out of what is built, so that another machine builds the same bytes: panics name
//! the file that they come from.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};

use crate::sh;

/// The variable by which cargo, and Trunk through it, passes flags on to what is built for the browser and to nothing else.
const VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// The compiler's flags.
pub fn flags() -> Result<Vec<String>> {
    let flag = |(from, to): &(PathBuf, &str)| format!("--remap-path-prefix={}={to}", from.display());
    Ok(folders()?.iter().map(flag).collect())
}

/// The same as a variable of the environment. Cargo takes it apart at spaces, so that a path with one stays in what is built.
pub fn variable() -> Result<(&'static str, String)> {
    let whole: Vec<_> = flags()?.into_iter().filter(|flag| !flag.contains(char::is_whitespace)).collect();
    Ok((VARIABLE, whole.join(" ")))
}

/// Folders of this machine that sources lie in, and what they are called instead.
pub fn folders() -> Result<Vec<(PathBuf, &'static str)>> {
    let sysroot =
        sh::output(sh::command("rustc").args(["--print", "sysroot"])).context("rustc does not start")?;
    let cargo =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let mut folders = vec![(sh::root().to_owned(), "/vggscope"), (sysroot.trim().into(), "/rust")];
    folders.extend(cargo.map(|cargo| (cargo, "/cargo")));
    Ok(folders)
}
