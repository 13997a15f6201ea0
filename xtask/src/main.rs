//! The project's own commands; `cargo xtask help` lists them.

mod apt;
mod bench;
mod bindgen;
mod browser;
mod cases;
mod dist;
mod engine;
mod files;
mod models;
mod npm;
mod page;
mod python;
mod reader;
mod remap;
mod report;
mod serve;
mod sh;
mod size;
mod stage;
mod style;
mod test;
mod tools;
mod variants;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

/// Installs what is missing, then builds, serves, tests or measures vggscope.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and serve it on localhost, again after every change
    Serve {
        /// The port [default: the one in Trunk.toml]
        #[arg(long)]
        port: Option<u16>,
    },
    /// Run every test there is, the browser's too
    Test {
        /// Only format, lints and native tests: some minutes
        #[arg(long, conflicts_with = "exports")]
        quick: bool,
        /// Only exports by torchvision (installs PyTorch: 6 GB), and the page with them
        #[arg(long)]
        exports: bool,
        /// The browsers to run the visits in
        #[arg(long, value_delimiter = ',', default_values_t = browser::Kind::value_variants().to_vec())]
        browsers: Vec<browser::Kind>,
    },
    /// Run one visit of the browser tests on the page that was built last
    Visit {
        /// Its name, or a part of it
        name: String,
        /// The browser
        #[arg(long, default_value_t = browser::Kind::Chromium)]
        browser: browser::Kind,
    },
    /// Build the page into dist/
    Build,
    /// Build the engine's variants
    Engine {
        /// Only the variant of this name
        #[arg(long)]
        variant: Option<String>,
    },
    /// Build the page with compressed twins of its files, and an archive of it that any server can unpack
    Dist,
    /// Export one of torchvision's VGGs to models/local/, where the page finds it, and check it
    Models(models::Export),
    /// Put everything beside the page that Trunk does not make (Trunk calls this while it builds the page)
    #[command(hide = true)]
    Stage {
        /// Into this folder
        #[arg(long, value_name = "DIR", env = "TRUNK_STAGING_DIR")]
        out: PathBuf,
    },
    /// Measure the engine against onnxruntime-web in a headless Chromium, and against native onnxruntime
    Bench {
        /// Runs of each contender
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
        /// Only the case of this name
        #[arg(long, value_name = "NAME", conflicts_with = "pointer")]
        case: Option<String>,
        /// Only what a move of the pointer costs the page that was built last
        #[arg(long)]
        pointer: bool,
    },
    /// Print what the page weighs, compressed; fail if the interface is over its budget
    Size,
    /// Install what building needs and is missing
    Setup,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Returned from main it would bring a backtrace of no use to anybody.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Serve { port } => serve::serve(port),
        Task::Test { quick: true, .. } => test::quick(),
        Task::Test { exports: true, .. } => test::exports(),
        Task::Test { browsers, .. } => test::run(&browsers),
        Task::Visit { name, browser } => test::visit(&name, browser),
        Task::Build => page::build(),
        Task::Engine { variant } => engine::build(variant.as_deref()),
        Task::Dist => dist::run(),
        Task::Models(export) => export.run(),
        Task::Stage { out } => stage::stage(&out, page::Mode::Release),
        Task::Bench { pointer: true, .. } => bench::pointer_alone(),
        Task::Bench { rounds, case, .. } => bench::run(rounds, case.as_deref()),
        Task::Size => size::run(),
        Task::Setup => tools::setup(),
    }
}
