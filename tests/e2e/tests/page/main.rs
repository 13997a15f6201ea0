//! The built page in a real browser, from the first paint to the last error. Every test is one person's visit.

mod architectures;
mod calculator;
mod common;
mod engine;
mod language;
mod lessons;
mod maps;
mod models;
mod odd_models;
mod odd_photos;
mod opens;
mod photos;
mod reach;
mod receptive_field;
mod unit;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use vggscope_e2e::{Harness, Scenario};

/// Functions that take a harness, as scenarios under their own names.
macro_rules! scenarios {
    ($($play:ident),+ $(,)?) => {
        /// What a person does here.
        pub fn scenarios() -> Vec<vggscope_e2e::Scenario> {
            vec![$(vggscope_e2e::Scenario { name: stringify!($play), play: |harness| Box::pin($play(harness)) }),+]
        }
    };
}
pub(crate) use scenarios;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A visit waits for its driver half of the time; more than two would wait for each other's networks.
    arguments.test_threads = Some(arguments.test_threads.unwrap_or(2));
    let harnesses = Arc::default();
    let scenarios = [
        opens::scenarios(),
        photos::scenarios(),
        maps::scenarios(),
        receptive_field::scenarios(),
        unit::scenarios(),
        models::scenarios(),
        language::scenarios(),
        reach::scenarios(),
        odd_photos::scenarios(),
        odd_models::scenarios(),
        engine::scenarios(),
        calculator::scenarios(),
        architectures::scenarios(),
        lessons::scenarios(),
    ]
    .concat();
    let trials = scenarios.into_iter().map(|scenario| trial(scenario, Arc::clone(&harnesses))).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A static would never be dropped, and the driver would outlive the tests.
    drop(harnesses);
    conclusion.exit_code()
}

/// Played on a harness that nobody else is on.
fn trial(scenario: Scenario, harnesses: Arc<Mutex<Vec<Harness>>>) -> Trial {
    Trial::test(scenario.name, move || {
        let idle = || harnesses.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
        // Taken first: nobody waits while a new one is set.
        let harness = idle().pop();
        let harness = harness.map_or_else(|| Harness::set(shots()), Ok).map_err(failed)?;
        let played = harness.play(scenario).map_err(failed);
        idle().push(harness);
        played
    })
}

/// Beside the folder that cargo gives tests for their files.
fn shots() -> PathBuf {
    let files = Path::new(env!("CARGO_TARGET_TMPDIR"));
    files.parent().unwrap_or(files).join("e2e")
}
