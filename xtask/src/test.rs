//! Every test there is, in order of how soon each can fail.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{browser, models, sh, size, tools, trunk, variants::VARIANTS};

/// The exports that the page is to show: a whole network of the size of the official ones among them.
const EXPORTS: [&str; 3] = [
    "vgg11 --random-init --precision int8",
    "vgg16 --random-init --precision int8",
    "vgg11_bn --random-init --features-only --precision f16",
];

/// What runs natively, always the same packages, so that one build of what they need serves all steps: all but the page,
/// which holds nothing that could be tried outside of a browser.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "vggscope-app"];

/// Has our own crates compiled by clippy, a warning being an error, so that what is linted is also built for the native
/// tests. It optimises less: what the browser gets is built without.
const LINTS: [(&str, &str); 2] = [
    ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    ("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__"),
];

/// Runs all of them, up to the first that fails.
pub fn run() -> Result<()> {
    tools::setup()?;
    let browser = browser::find_or_install()?;
    let mut steps = Steps::default();
    steps.run("format", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])))?;
    steps.run("lints and native tests", || sh::run(&mut native_tests()))?;
    steps.run("lints and a try of the benchmark", || sh::run(native_tests().args(["--bench", "field"])))?;
    // One variant has all the code of the other but a few lines, and a second check of tract takes minutes.
    steps.run("lints of page and engine", || {
        let packages = ["--package", "vggscope-app", "--profile", "engine"];
        sh::run(VARIANTS[0].cargo("clippy").args(packages).args(["--", "-D", "warnings"]))
    })?;
    for variant in VARIANTS {
        steps.run(&format!("engine {} in a browser's worker", variant.name), || {
            sh::run(
                variant
                    .cargo("test")
                    .args(["--profile", "engine", "--test", "browser"])
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
                    .env("CHROMEDRIVER", &browser.driver),
            )
        })?;
    }
    steps.run("models", || EXPORTS.iter().try_for_each(|words| models::Export::of(words)?.run()))?;
    steps.run("page", trunk::build)?;
    steps.run("size", size::check)?;
    steps.run("browser", || {
        sh::run(
            native_tests()
                .args(["--test", "page"])
                .env("CHROMIUM", &browser.chromium)
                .env("CHROMEDRIVER", &browser.driver)
                .env("VGGSCOPE_DIST", sh::root().join("dist")),
        )
    })?;
    steps.summary();
    Ok(())
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
