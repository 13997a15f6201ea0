//! Serves the page to whoever works on it: soon, and again after every change.

use std::{
    env,
    path::Path,
    process::Stdio,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use vggscope_serve::{Site, trunk_headers};

use crate::{
    engine::{self, Made},
    files,
    page::{self, Mode},
    sh, tools,
    variants::{VARIANTS, Variant},
};

/// What the page is made from.
const SOURCES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "Trunk.toml", "src", "www"];
/// How often to look whether something changed.
const LOOK: Duration = Duration::from_millis(300);
/// How long nothing may change before the computer's spare time is used.
const QUIET: Duration = Duration::from_secs(20);

/// Serves the page until interrupted.
pub fn serve(port: Option<u16>) -> Result<()> {
    let start = Instant::now();
    first(start)?;
    let port = port.map_or_else(default_port, Ok)?;
    let site =
        Site::default().mount("/", page::dist()).headers(trunk_headers(&sh::root().join("Trunk.toml"))?);
    let _server = site.start_on(port).with_context(|| format!("port {port}"))?;
    println!("serve: http://localhost:{port}/ ({})", since(start));
    // Who builds into dist/ at the moment.
    let building = Mutex::new(());
    let changed = Mutex::new(Instant::now());
    thread::scope(|scope| {
        scope.spawn(|| watch(&building, &changed));
        scope.spawn(|| follow(&building, &changed));
    });
    Ok(())
}

/// Builds the page for the first time: what takes longest, the engine, beside the tools.
fn first(start: Instant) -> Result<()> {
    tools::toolchain()?;
    let missing = tools::missing()?;
    let (first, name) = (&VARIANTS[0], VARIANTS[0].name);
    if !missing.is_empty() || !Made::Quick.module(first).exists() {
        println!("serve: to be built, each with its share of the time:");
        missing.iter().for_each(|tool| println!("serve:   {tool} (a third, beside the next)"));
        println!("serve:   the engine, {name}, not yet optimised (a half)");
        println!("serve:   the page (a fifth)");
    }
    let [tools, engine] = thread::scope(|scope| {
        let tools = scope
            .spawn(|| tools::setup().map(|()| println!("serve: the tools are there ({})", since(start))));
        let engine = scope.spawn(|| {
            engine::compile(first, Made::Quick)
                .map(|()| println!("serve: the engine is compiled ({})", since(start)))
        });
        [tools, engine].map(|work| work.join().unwrap_or_else(|_| Err(anyhow!("a build panicked"))))
    });
    tools.and(engine)?;
    page::make(Mode::Quick)
}

fn since(start: Instant) -> String {
    let seconds = start.elapsed().as_secs();
    format!("after {} min {} s", seconds / 60, seconds % 60)
}

/// Builds the page again after every change.
fn watch(building: &Mutex<()>, changed: &Mutex<Instant>) {
    let mut seen = files::newest(&SOURCES);
    loop {
        thread::sleep(LOOK);
        let now = files::newest(&SOURCES);
        if now == seen {
            continue;
        }
        seen = now;
        let start = Instant::now();
        let lock = building.lock();
        match page::make(Mode::Quick) {
            Ok(()) => {
                println!("serve: built again in {:.1} s; reload the page", start.elapsed().as_secs_f64())
            }
            Err(error) => eprintln!("serve: {error:#}; the page stays as it was"),
        }
        drop(lock);
        if let Ok(mut changed) = changed.lock() {
            *changed = Instant::now();
        }
    }
}

/// Builds the optimised variants with the computer's spare time, and puts each on the page.
fn follow(building: &Mutex<()>, changed: &Mutex<Instant>) {
    loop {
        thread::sleep(Duration::from_secs(1));
        if changed.lock().is_ok_and(|changed| changed.elapsed() <= QUIET) {
            continue;
        }
        let Some(stale) = VARIANTS.iter().find(|variant| !Made::Whole.is_fresh(variant)) else { continue };
        let start = Instant::now();
        let made = spare(stale);
        let lock = building.lock();
        match made.and_then(|()| engine::stage(&page::dist(), Mode::Quick)) {
            Ok(()) => println!(
                "serve: the engine, {}, optimised, in {:.0} s",
                stale.name,
                start.elapsed().as_secs_f64()
            ),
            Err(error) => {
                eprintln!("serve: {error:#}");
                return;
            }
        }
        drop(lock);
    }
}

/// Builds a variant behind everything else that the computer does.
fn spare(variant: &Variant) -> Result<()> {
    let own = env::current_exe()?;
    let mut build = match sh::find(&["nice"]) {
        Some(nice) => {
            let mut build = sh::command(nice);
            build.args(["-n", "19"]).arg(own);
            build
        }
        None => sh::command(own),
    };
    build.args(["engine", "--variant", variant.name]).stdout(Stdio::null()).stderr(Stdio::null());
    sh::run(&mut build)
}

/// The port that Trunk.toml names.
fn default_port() -> Result<u16> {
    #[derive(Deserialize)]
    struct Config {
        serve: Serve,
    }
    #[derive(Deserialize)]
    struct Serve {
        port: u16,
    }
    let text = std::fs::read_to_string(sh::root().join(Path::new("Trunk.toml")))?;
    Ok(toml::from_str::<Config>(&text).context("Trunk.toml")?.serve.port)
}
