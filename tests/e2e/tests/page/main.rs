//! The built page in a real browser, from the first paint to the last error. Every test is one person's visit.

mod accessible;
mod architectures;
mod build;
mod calculator;
mod common;
mod engine;
mod language;
mod lecture;
mod lessons;
mod maps;
mod models;
mod odd_models;
mod odd_photos;
mod offline;
mod opens;
mod photos;
mod reach;
mod receptive_field;
mod sizes;
mod touch;
mod train;
mod unit;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use libtest_mimic::{Arguments, Failed, Trial};
use vggscope_e2e::{Harness, Kind, NO_BROWSER, Scenario};

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

/// The main job, as it is done in every browser; the rest is looked at in Chromium, whose driver tells most.
const EVERYWHERE: [&str; 15] = [
    "opens_the_page_and_reads_what_it_does",
    "drops_a_photo_and_reads_what_it_is",
    "clicks_on_every_sample_photo",
    "switches_to_chinese_and_back",
    "opens_a_layer_and_sees_all_of_its_maps",
    "points_at_units_and_sees_their_fields",
    "reads_how_a_number_came_to_be",
    "drops_files_that_are_no_photo",
    "drops_every_kind_of_model",
    "drops_models_that_cannot_be_shown",
    "is_told_what_is_wrong_and_what_is_right",
    "turns_the_pages_with_the_arrow_keys",
    "steps_through_the_recurrence",
    "gets_threads_from_a_server_without_headers",
    "goes_on_with_the_server_stopped",
];

fn is_played(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Chromium => true,
        Kind::Firefox => EVERYWHERE.contains(&name),
        // It takes an address other than 127.0.0.1 for one without TLS.
        Kind::WebKit => EVERYWHERE.contains(&name) && name != "goes_on_with_the_server_stopped",
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let kind = match Kind::chosen() {
        Ok(kind) => kind,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
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
        sizes::scenarios(),
        build::scenarios(),
        language::scenarios(),
        reach::scenarios(),
        odd_photos::scenarios(),
        odd_models::scenarios(),
        engine::scenarios(),
        offline::scenarios(),
        touch::scenarios(),
        lecture::scenarios(),
        accessible::scenarios(),
        calculator::scenarios(),
        architectures::scenarios(),
        lessons::scenarios(),
        train::scenarios(),
    ]
    .concat();
    let played = scenarios.into_iter().filter(|scenario| is_played(kind, scenario.name));
    let trials = played.map(|scenario| trial(scenario, kind, Arc::clone(&harnesses))).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A static would never be dropped, and the driver would outlive the tests.
    drop(harnesses);
    conclusion.exit_code()
}

/// Played on a harness that nobody else is on.
fn trial(scenario: Scenario, kind: Kind, harnesses: Arc<Mutex<Vec<Harness>>>) -> Trial {
    Trial::test(scenario.name, move || {
        let idle = || harnesses.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
        // Taken first: nobody waits while a new one is set.
        let harness = idle().pop();
        let harness = harness.map_or_else(|| Harness::set(shots()), Ok).map_err(failed)?;
        let played = harness.play(scenario);
        let lost = played.as_ref().is_err_and(|error| format!("{error:#}").contains(NO_BROWSER));
        // Beside another session WebKitGTK now and then stalls, or loses a click, anywhere.
        let stalls = kind == Kind::WebKit && played.is_err();
        let (harness, played) = if lost || stalls {
            if let Err(error) = &played {
                eprintln!("{}, tried once more: {error:#}", scenario.name);
            }
            // Another driver, once.
            let harness = Harness::set(shots()).map_err(failed)?;
            let played = harness.play(scenario);
            (harness, played)
        } else {
            (harness, played)
        };
        idle().push(harness);
        played.map_err(failed)
    })
}

/// Beside the folder that cargo gives tests for their files.
fn shots() -> PathBuf {
    let files = Path::new(env!("CARGO_TARGET_TMPDIR"));
    files.parent().unwrap_or(files).join("e2e")
}
