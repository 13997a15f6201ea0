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
mod style;
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
    Test {
        /// Only format, lints and native tests: some minutes
        #[arg(long, conflicts_with = "exports")]
        quick: bool,
        /// Only exports by torchvision (installs PyTorch: 6 GB), and the page with them
        #[arg(long)]
        exports: bool,
    },
    /// Run one visit of the browser tests on the page that was built last
    Visit {
        /// Its name, or a part of it
        name: String,
    },
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
    /// Put the style of the page beside it (Trunk calls this while it builds the page)
    #[command(hide = true)]
    Style {
        /// Write DIR/style.css [default: $TRUNK_STAGING_DIR, where Trunk sets it]
        #[arg(long, value_name = "DIR", env = "TRUNK_STAGING_DIR")]
        out: PathBuf,
    },
    /// Put what models/local/ holds beside the page (Trunk calls this while it builds the page)
    #[command(hide = true)]
    Catalog {
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
        Task::Serve { port } => trunk::serve(port),
        Task::Test { quick: true, .. } => test::quick(),
        Task::Test { exports: true, .. } => test::exports(),
        Task::Test { .. } => test::run(),
        Task::Visit { name } => test::visit(&name),
        Task::Build => trunk::build(),
        Task::Engine { variant, out } => engine::build(variant.as_deref(), out.as_deref()),
        Task::Models(export) => export.run(),
        Task::Style { out } => style::stage(&out),
        Task::Catalog { out } => models::stage(&out),
        Task::Bench { pointer: true, .. } => bench::pointer_alone(),
        Task::Bench { rounds, case, .. } => bench::run(rounds, case.as_deref()),
        Task::Size => size::run(),
        Task::Setup => tools::setup(),
    }
}
