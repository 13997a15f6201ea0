//! Finds the browsers that tests and benchmarks need, and the programs that drive them.

use std::{env, path::PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{apt, sh, tools};

/// A browser's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Chromium
    Chromium,
    /// Firefox
    Firefox,
    /// WebKitGTK, in its MiniBrowser
    Webkit,
}

/// A program that a browser's tests need.
struct Program {
    /// The variable that may name it.
    variable: &'static str,
    /// Its names on PATH.
    names: &'static [&'static str],
    /// Where Debian puts it, if not on PATH.
    place: &'static str,
    /// The packages that have it on Debian and Ubuntu; none where cargo installs it.
    package: &'static str,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    /// As the tests know it, and people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Chromium => "chromium",
            Kind::Firefox => "firefox",
            Kind::Webkit => "webkit",
        }
    }

    fn programs(self) -> Vec<Program> {
        let program = |variable, names, package| Program { variable, names, place: "", package };
        match self {
            Kind::Chromium => vec![
                program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"], "chromium"),
                program("CHROMEDRIVER", &["chromedriver"], "chromium-driver"),
            ],
            Kind::Firefox => vec![
                program("FIREFOX", &["firefox-esr", "firefox"], "firefox-esr"),
                program("GECKODRIVER", &["geckodriver"], ""),
            ],
            Kind::Webkit => vec![
                program("WEBKITWEBDRIVER", &["WebKitWebDriver"], "webkit2gtk-driver"),
                Program {
                    variable: "MINIBROWSER",
                    names: &[],
                    place: "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                    package: "libwebkit2gtk-4.1-0",
                },
                program("XVFB", &["Xvfb"], "xvfb"),
            ],
        }
    }
}

impl Program {
    /// What its variable names, else what PATH has.
    fn find(&self) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from).or_else(|| sh::find(self.names));
        named.or_else(|| Some(PathBuf::from(self.place)).filter(|place| place.is_file()))
    }
}

/// The programs that a kind of browser needs, each under its variable: those that there are, else those that apt and cargo
/// install.
pub fn find_or_install(kind: Kind) -> Result<Vec<(&'static str, PathBuf)>> {
    if kind == Kind::Firefox {
        tools::install_geckodriver()?;
    }
    let programs = kind.programs();
    let missing: Vec<&str> =
        programs.iter().filter(|program| program.find().is_none()).map(|program| program.package).collect();
    if !missing.is_empty() {
        let missing: Vec<&str> = missing.into_iter().filter(|package| !package.is_empty()).collect();
        apt::install(kind.name(), &missing)?;
    }
    let found = |program: &Program| {
        let help =
            || format!("{} is missing; set {} to where it is", program.names.join(" or "), program.variable);
        Ok((program.variable, program.find().with_context(help)?))
    };
    programs.iter().map(found).collect()
}

/// A Chromium and its driver.
pub fn chromium() -> Result<[PathBuf; 2]> {
    let programs: Vec<_> = find_or_install(Kind::Chromium)?.into_iter().map(|(_, path)| path).collect();
    programs.try_into().ok().context("Chromium needs two programs")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_program_comes_from_somewhere() {
        for kind in Kind::value_variants() {
            for program in kind.programs() {
                assert!(
                    !program.package.is_empty() || program.variable == "GECKODRIVER",
                    "{}",
                    program.variable
                );
                assert!(
                    !program.names.is_empty() || Path::new(program.place).is_absolute(),
                    "{}",
                    program.variable
                );
            }
        }
    }
}
