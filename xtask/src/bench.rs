//! Measures the engine against onnxruntime-web, by turns, in one headless Chromium.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use vggscope_serve::{Server, Site, trunk_headers};

use crate::{browser, report::Report, sh, trunk};

/// The peer, from npm; nothing of it is shipped.
const PEER: &str = "onnxruntime-web";
const PEER_VERSION: &str = "1.30.0";

/// The longest that a page may be silent.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs every contender `rounds` times on `model`; prints a table and writes bench.json under target/bench.
pub fn run(rounds: u32, model: &Path) -> Result<()> {
    let model = sh::root().join(model);
    let name = model.file_name().and_then(|name| name.to_str()).context("the model's name is not UTF-8")?;
    if !model.is_file() {
        bail!("there is no {}", model.display());
    }
    let browser = browser::find_or_install()?;
    let folder = sh::target().join("bench");
    let peer = install_peer(&folder)?;
    trunk::build()?;

    let mut headers = trunk_headers(&sh::root().join("Trunk.toml"))?;
    // onnxruntime-web starts its threads from a script that it makes itself, which the page's policy forbids.
    headers.retain(|header| !header.name.eq_ignore_ascii_case("Content-Security-Policy"));
    let server = Site::default()
        .mount("/bench/", sh::root().join("benches"))
        .mount("/ort/", peer)
        .mount("/model/", model.parent().unwrap_or(sh::root()))
        .mount("/", sh::root().join("dist"))
        .mount("/", sh::root().join("benches"))
        .headers(headers)
        .start()?;
    let page = server.url(&format!("bench/bench.html?rounds={rounds}&model=/model/{name}"));
    let window = Window::open(&browser.chromium, &page, folder.join("profile"))?;
    let runs = wait(&server)?;
    drop(window);
    let _window = Window::open(&browser.chromium, &server.url("page.html"), folder.join("profile"))?;
    let report = Report::parse(&runs, &wait(&server)?)?;
    println!("\n{report}");
    let json = folder.join("bench.json");
    fs::write(&json, report.json()?)?;
    println!("written to {}", json.display());
    Ok(())
}

/// Has npm install the peer into `folder`, if it is not there; returns the folder of its modules.
fn install_peer(folder: &Path) -> Result<PathBuf> {
    let package = folder.join("node_modules").join(PEER);
    let wanted = format!("\"version\": \"{PEER_VERSION}\"");
    if !fs::read_to_string(package.join("package.json")).is_ok_and(|text| text.contains(&wanted)) {
        println!("setup: installing {PEER} {PEER_VERSION} (npm)");
        fs::create_dir_all(folder)?;
        let npm = sh::find(&["npm"]).context("npm is missing: install Node.js")?;
        sh::run(
            sh::command(npm)
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
                .arg(folder)
                .arg(format!("{PEER}@{PEER_VERSION}")),
        )?;
    }
    Ok(package.join("dist"))
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
