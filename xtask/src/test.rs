//! Every test there is, in order of how soon each can fail.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{
    browser, models, sh, size, tools, trunk,
    variants::{TARGET, VARIANTS},
};

/// The exports that the page is to show: a whole network of the size of the official ones among them.
const EXPORTS: [&str; 3] = [
    "vgg11 --random-init --precision int8",
    "vgg16 --random-init --precision int8",
    "vgg11_bn --random-init --features-only --precision f16",
];

/// Runs all of them, up to the first that fails.
pub fn run() -> Result<()> {
    tools::setup()?;
    let browser = browser::find_or_install()?;
    let mut steps = Steps::default();
    steps.run("format", || sh::run(sh::cargo().args(["fmt", "--all", "--check"])))?;
    steps.run("lints", || sh::run(deny(sh::cargo().args(["clippy", "--workspace", "--all-targets"]))))?;
    steps.run("lints, page", || {
        sh::run(deny(sh::cargo().args(["clippy", "--package", "vggscope-app", "--target", TARGET])))
    })?;
    // One variant has all the code of the other but a few lines, and a second check of tract takes minutes.
    steps.run(&format!("lints, engine {}", VARIANTS[0].name), || {
        sh::run(deny(VARIANTS[0].cargo("clippy").args(["--profile", "engine"])))
    })?;
    steps.run("native tests", || sh::run(sh::cargo().args(["test", "--workspace"])))?;
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
            sh::cargo()
                // The same packages as above, so that the same builds of what they need serve for both.
                .args(["test", "--workspace", "--test", "page"])
                .env("CHROMIUM", &browser.chromium)
                .env("CHROMEDRIVER", &browser.driver)
                .env("VGGSCOPE_DIST", sh::root().join("dist")),
        )
    })?;
    steps.summary();
    Ok(())
}

fn deny(clippy: &mut std::process::Command) -> &mut std::process::Command {
    clippy.args(["--", "-D", "warnings"])
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
