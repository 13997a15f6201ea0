//! Every test there is, in order of how soon each can fail.

use std::{
    env, fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    browser::{self, Kind},
    files, models, npm, page, python, remap, sh, size, tools,
    variants::{TARGET, VARIANTS},
};

/// The exports that the page is to show: a whole network of the size of the official ones among them.
const EXPORTS: [&str; 3] = [
    "vgg11 --random-init --precision int8",
    "vgg16 --random-init --precision int8",
    "vgg11_bn --random-init --features-only --precision f16",
];

/// The visit that shows them.
const EXPORTS_VISIT: &str = "takes_exports_from_the_server";

/// What runs natively, always the same packages, so that one build of what they need serves all steps: all but the page,
/// which holds nothing that could be tried outside of a browser.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "vggscope-app"];

/// Has our own crates compiled by clippy, a warning being an error, so that what is linted is also built for the native
/// tests. It optimises less: what the browser gets is built without.
const LINTS: [(&str, &str); 2] = [
    ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__"),
];

/// Runs all of them, up to the first that fails; the browser's in each of these.
pub fn run(browsers: &[Kind]) -> Result<()> {
    tools::setup()?;
    browsers.iter().try_for_each(|&kind| browser::find_or_install(kind).map(drop))?;
    let [_, chromedriver] = browser::chromium()?;
    let mut steps = Steps::default();
    steps.run("format", format)?;
    steps.run("dependencies", dependencies)?;
    steps.run("lints and native tests", || sh::run(&mut native_tests()))?;
    steps.run("lints and a try of the benchmark", || sh::run(native_tests().args(["--bench", "field"])))?;
    // One variant has all the code of the other but a few lines, and a second check of tract takes minutes.
    steps.run("lints of page and engine", || {
        let packages = ["--package", "vggscope-app", "--package", "vggscope-reader", "--profile", "engine"];
        sh::run(VARIANTS[0].cargo("clippy")?.args(packages).args(["--", "-D", "warnings"]))
    })?;
    // What lies between the first and the last has the threads of the one and the instructions of the other.
    for variant in VARIANTS.iter().take(1).chain(VARIANTS.last()) {
        steps.run(&format!("engine {} in a browser's worker", variant.name), || {
            sh::run(
                variant
                    .cargo("test")?
                    .args(["--profile", "engine", "--test", "browser"])
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
                    .env("CHROMEDRIVER", &chromedriver),
            )
        })?;
    }
    steps.run("page", page::build)?;
    steps.run("the same page by Trunk", by_trunk)?;
    steps.run("no path of this machine in the page", no_paths)?;
    steps.run("size", size::check)?;
    for &kind in browsers {
        steps.run(&format!("visits in {}", kind.name()), || {
            sh::run(visits(kind)?.args(["--skip", EXPORTS_VISIT]))
        })?;
    }
    steps.summary();
    Ok(())
}

/// What tells most in the least time: while one writes, and before a commit.
pub fn quick() -> Result<()> {
    tools::setup()?;
    let mut steps = Steps::default();
    steps.run("format", format)?;
    steps.run("lints of the page", || {
        let target =
            ["--package", "vggscope-app", "--package", "vggscope-reader", "--target", TARGET, "--target-dir"];
        let folder = sh::target().join("lints");
        sh::run(sh::cargo().arg("clippy").args(target).arg(folder).args(["--", "-D", "warnings"]))
    })?;
    steps.run("lints and native tests", || sh::run(&mut native_tests()))?;
    steps.summary();
    Ok(())
}

/// Exports of torchvision's networks, and the page with them; and what is saved of networks that were trained here.
pub fn exports() -> Result<()> {
    tools::setup()?;
    let mut steps = Steps::default();
    steps.run("exports", || EXPORTS.iter().try_for_each(|words| models::Export::of(words)?.run()))?;
    steps.run("trained networks elsewhere", || {
        let python = python::environment("models/official-requirements.txt")?;
        sh::run(sh::command(python).arg("tests/exports/check.py"))
    })?;
    steps.run("page", page::build)?;
    steps.run("browser", || sh::run(visits(Kind::Chromium)?.args(["--exact", EXPORTS_VISIT])))?;
    steps.summary();
    Ok(())
}

/// One visit, on the page that was built last.
pub fn visit(name: &str, kind: Kind) -> Result<()> {
    sh::run(visits(kind)?.arg(name))
}

fn format() -> Result<()> {
    sh::run(sh::cargo().args(["fmt", "--all", "--check"]))
}

/// Licences and sources of everything that is built in. What is known against it (advisories) stands in a repository that
/// the tests do without.
fn dependencies() -> Result<()> {
    tools::install_deny()?;
    sh::run(sh::cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

/// Whether `trunk build` makes the page that the project's own commands make, file by file.
fn by_trunk() -> Result<()> {
    tools::install_trunk()?;
    let out = sh::target().join("trunk");
    // Trunk reads NO_COLOR as an option's value and stops at "1", which others understand.
    let mut trunk = sh::command("trunk");
    trunk
        .args(["build", "--skip-version-check", "--dist"])
        .arg(&out)
        .env_remove("NO_COLOR")
        .envs([remap::variable()?]);
    sh::run(&mut trunk)?;
    let dist = page::dist();
    let (ours, theirs) = (files::of_page(&dist)?, files::of_page(&out)?);
    ensure!(ours == theirs, "Trunk's page has other files: {theirs:?} for {ours:?}");
    for file in ours.iter().filter(|file| *file != "index.html") {
        ensure!(fs::read(dist.join(file))? == fs::read(out.join(file))?, "{file} is another one by Trunk");
    }
    Ok(())
}

/// Whether another machine would build the same page, as far as that can be seen on one: no file names a folder of this one.
fn no_paths() -> Result<()> {
    let dist = page::dist();
    for file in files::of_page(&dist)?.iter().filter(|file| file.ends_with(".wasm") || file.ends_with(".js"))
    {
        let bytes = fs::read(dist.join(file))?;
        let text = String::from_utf8_lossy(&bytes);
        for (folder, _) in remap::folders()? {
            let folder = folder.display().to_string();
            // A root at the top of the disk would be found in any path.
            ensure!(folder.len() < 4 || !text.contains(&folder), "{file} names {folder}");
        }
    }
    Ok(())
}

/// The browser's tests, ready for options of their own.
fn visits(kind: Kind) -> Result<Command> {
    let mut command = browser_test("page", kind)?;
    command.arg("--");
    Ok(command)
}

/// A program of tests that drives a browser over the page that was built last.
pub fn browser_test(name: &str, kind: Kind) -> Result<Command> {
    let mut command = native_tests();
    command
        .args(["--test", name])
        .envs(browser::find_or_install(kind)?)
        .env("BROWSER_KIND", kind.name())
        .env("AXE", npm::axe()?)
        .env(
            "VGGSCOPE_DIST",
            env::var_os("VGGSCOPE_DIST").map_or_else(|| sh::root().join("dist"), PathBuf::from),
        );
    Ok(command)
}

fn native_tests() -> Command {
    let mut cargo = sh::cargo();
    cargo.envs(LINTS).arg("test").args(NATIVE);
    cargo
}

#[derive(Default)]
struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    fn run(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n== {name}");
        let start = Instant::now();
        let result = step();
        let time = start.elapsed();
        if result.is_err() {
            self.summary();
            println!("{:>8.1} s  {name}: FAILED", time.as_secs_f64());
        } else {
            println!("== {name}: {:.1} s", time.as_secs_f64());
            self.done.push((name.to_owned(), time));
        }
        result.with_context(|| format!("the step \"{name}\" failed"))
    }

    fn summary(&self) {
        println!();
        for (name, time) in &self.done {
            println!("{:>8.1} s  {name}", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, time)| *time).sum();
        println!("{:>8.1} s  {} steps passed", total.as_secs_f64(), self.done.len());
    }
}
