//! Measures the engine against onnxruntime-web, by turns, in one headless Chromium, and against native onnxruntime.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use vggscope_serve::{Server, Site, trunk_headers};

use crate::{
    browser::{self, Kind},
    cases::{self, Case, PEER},
    engine::Made,
    npm, page, python,
    report::Report,
    sh, size, test,
    variants::VARIANTS,
};

/// The peer's version on npm; nothing of it is shipped.
const PEER_VERSION: &str = "1.30.0";

/// The longest that a page may be silent.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs every case, or the one of a name; prints tables and writes bench.json under target/bench.
pub fn run(rounds: u32, only: Option<&str>) -> Result<()> {
    let [chromium, _] = browser::chromium()?;
    let folder = sh::target().join("bench");
    let peer = npm::package(&folder, PEER, PEER_VERSION)?.join("dist");
    let python = python::environment("benches/requirements.txt")?;
    let made = folder.join("models");
    println!("bench: making networks of random weights (2 GB, once)");
    sh::run(sh::command(&python).arg("benches/models.py").arg(&made))?;
    let cases = cases::all(rounds, only, &made)?;
    page::build()?;

    let site = folder.join("site");
    fs::create_dir_all(&site)?;
    fs::write(site.join("cases.json"), serde_json::to_string(&cases)?)?;
    let mut headers = trunk_headers(&sh::root().join("Trunk.toml"))?;
    // onnxruntime-web starts its threads from a script that it makes itself, which the page's policy forbids.
    headers.retain(|header| !header.name.eq_ignore_ascii_case("Content-Security-Policy"));
    let mut page = Site::default().mount("/bench/", sh::root().join("benches")).mount("/ort/", &peer);
    for (prefix, models) in cases::folders(&made) {
        page = page.mount(prefix, models);
    }
    let server = page
        .mount("/", sh::root().join("dist"))
        .mount("/", sh::root().join("benches"))
        .mount("/", site)
        .headers(headers)
        .start()?;
    // Half before and half after, so that a machine that grows warm or busy does so for both.
    let before = native(&python, &cases, rounds.div_ceil(2))?;
    let window = Window::open(&chromium, &server.url("bench/bench.html"), folder.join("profile"))?;
    let runs = wait(&server)?;
    drop(window);
    let window = Window::open(&chromium, &server.url("page.html"), folder.join("profile"))?;
    let mut report = Report::parse(&runs, &wait(&server)?)?;
    drop(window);
    println!("bench: moves of the pointer");
    report.add_pointer(&pointer()?)?;
    report.add_native(before);
    report.add_native(native(&python, &cases, rounds / 2)?);
    report.add_modules(modules(&peer)?);
    println!("\n{report}");
    let json = folder.join("bench.json");
    fs::write(&json, report.json()?)?;
    println!("written to {}", json.display());
    Ok(())
}

/// What native onnxruntime takes for each case, on one thread.
fn native(python: &Path, cases: &[Case], rounds: u32) -> Result<Vec<Vec<f64>>> {
    if rounds == 0 {
        return Ok(Vec::new());
    }
    println!("bench: native onnxruntime");
    let mut command = sh::command(python);
    command.arg("benches/native.py").arg(rounds.to_string());
    command.args(cases.iter().map(|case| format!("{}:{}:1", case.file.display(), case.side)));
    let said = sh::output(&mut command).context("benches/native.py failed")?;
    serde_json::from_str(&said).context("benches/native.py printed something else than numbers")
}

/// Prints what a move of the pointer costs the page that was built last.
pub fn pointer_alone() -> Result<()> {
    print!("{}", pointer()?);
    Ok(())
}

/// What a move of the pointer costs the page, as JSON.
fn pointer() -> Result<String> {
    sh::output(test::browser_test("pointer", Kind::Chromium)?.arg("--quiet"))
        .context("the pointer's measurement failed")
}

/// The engine's modules and the peer's, and what they weigh.
fn modules(peer: &Path) -> Result<Vec<(String, usize)>> {
    let ours = VARIANTS.iter().map(|variant| {
        let module = Made::Whole.module(variant).join("vggscope_engine_bg.wasm");
        (format!("engine, {}", variant.name), module)
    });
    let theirs = (PEER.to_owned(), peer.join("ort-wasm-simd-threaded.wasm"));
    println!("bench: compressing the engine and its peer (some minutes)");
    thread::scope(|scope| {
        let weigh = |(name, module): (String, PathBuf)| {
            scope.spawn(move || Ok((name, size::compressed(&fs::read(module)?)?)))
        };
        let work: Vec<_> = ours.chain([theirs]).map(weigh).collect();
        work.into_iter().map(|one| one.join().map_err(|_| anyhow!("compressing failed"))?).collect()
    })
}

/// Prints what the page says until it posts its results.
fn wait(server: &Server) -> Result<String> {
    loop {
        let post = server.posts().recv_timeout(PATIENCE).context("the page has fallen silent")?;
        match post.path.as_str() {
            "/log" => println!("bench: {}", post.body),
            "/done" | "/page" => return Ok(post.body),
            _ => bail!("the page says: {}", post.body),
        }
    }
}

/// A headless browser with a fresh profile; closed, and the profile deleted, when dropped.
struct Window {
    browser: Child,
    profile: PathBuf,
}

impl Window {
    fn open(chromium: &Path, page: &str, profile: PathBuf) -> Result<Self> {
        let _ = fs::remove_dir_all(&profile);
        let browser = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            // Without a port for a debugger a headless browser ends when the page has loaded.
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(page)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Chromium")?;
        Ok(Self { browser, profile })
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // It may have ended by itself; the profile may be held a moment longer and is deleted next time.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
