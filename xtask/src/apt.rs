//! What Debian's and Ubuntu's packages bring.

use anyhow::{Result, bail};

use crate::sh;

/// Installs packages that bring something, as root or as one who may become it without being asked.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let root = sh::output(sh::command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let may = root || sh::output(sh::command("sudo").args(["--non-interactive", "true"])).is_some();
    if !may || sh::find(&["apt-get"]).is_none() {
        bail!(
            "the tests need {what}: install it (on Debian and Ubuntu: apt-get install {}); --browsers leaves browsers out",
            packages.join(" ")
        );
    }
    println!("setup: installing {what} (apt-get)");
    let apt_get = || {
        let mut command = sh::command(if root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    sh::run(apt_get().arg("update"))?;
    sh::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}
