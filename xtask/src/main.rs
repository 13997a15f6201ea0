//! The project's own commands; `cargo xtask help` lists them.

mod bench;
mod browser;
mod cases;
mod engine;
mod models;
mod python;
mod report;
mod sh;
mod size;
mod test;
mod tools;
mod trunk;
mod variants;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    Test,
    /// Build the page into dist/
    Build,
    /// Build the engine's variants (Trunk calls this while it builds the page)
    Engine {
        /// Only the variant of this name
        #[arg(long)]
        variant: Option<String>,
        /// Put them into DIR/engine/ [default: $TRUNK_STAGING_DIR, where Trunk sets it]
        #[arg(long, value_name = "DIR", env = "TRUNK_STAGING_DIR")]
        out: Option<PathBuf>,
    },
    /// Export one of torchvision's VGGs to models/local/, where the page finds it, and check it
    Models(models::Export),
    /// Put what models/local/ holds beside the page (Trunk calls this while it builds the page)
    #[command(hide = true)]
    Shelf {
        /// Put them into DIR/models/local/ [default: $TRUNK_STAGING_DIR, where Trunk sets it]
        #[arg(long, value_name = "DIR", env = "TRUNK_STAGING_DIR")]
        out: PathBuf,
    },
    /// Measure the engine against onnxruntime-web in a headless Chromium, and against native onnxruntime
    Bench {
        /// Runs of each contender
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
        /// Only the case of this name
        #[arg(long, value_name = "NAME")]
        case: Option<String>,
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
        Task::Serve { port } => trunk::serve(port),
        Task::Test => test::run(),
        Task::Build => trunk::build(),
        Task::Engine { variant, out } => engine::build(variant.as_deref(), out.as_deref()),
        Task::Models(export) => export.run(),
        Task::Shelf { out } => models::stage(&out),
        Task::Bench { rounds, case } => bench::run(rounds, case.as_deref()),
        Task::Size => size::run(),
        Task::Setup => tools::setup(),
    }
}
