//! The built page in a real browser, from the first paint to the last error. Every test is one person's visit.

mod architectures;
mod calculator;
mod common;
mod engine;
mod gaze;
mod language;
mod lessons;
mod maps;
mod models;
mod odd_models;
mod odd_photos;
mod opens;
mod photos;
mod reach;
mod unit;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use vggscope_e2e::{Scenario, Stage};

/// Functions that take a stage, as scenarios under their own names.
macro_rules! scenarios {
    ($($play:ident),+ $(,)?) => {
        /// What a person does here.
        pub fn scenarios() -> Vec<vggscope_e2e::Scenario> {
            vec![$(vggscope_e2e::Scenario { name: stringify!($play), play: |stage| Box::pin($play(stage)) }),+]
        }
    };
}
pub(crate) use scenarios;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Two browsers at a time would take each other's processor, and their times would say nothing.
    arguments.test_threads = Some(1);
    let stage = Arc::new(Mutex::new(None));
    let scenarios = [
        opens::scenarios(),
        photos::scenarios(),
        maps::scenarios(),
        gaze::scenarios(),
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
    let trials = scenarios.into_iter().map(|scenario| trial(scenario, stage.clone())).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A static would never be dropped, and the driver would outlive the tests.
    drop(stage);
    conclusion.exit_code()
}

fn trial(scenario: Scenario, stage: Arc<Mutex<Option<Stage>>>) -> Trial {
    Trial::test(scenario.name, move || {
        let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
        let stage = match &mut *stage {
            Some(stage) => stage,
            empty => empty.insert(Stage::set(shots()).map_err(failed)?),
        };
        stage.play(scenario).map_err(failed)
    })
}

/// Beside the folder that cargo gives tests for their files.
fn shots() -> PathBuf {
    let files = Path::new(env!("CARGO_TARGET_TMPDIR"));
    files.parent().unwrap_or(files).join("e2e")
}
