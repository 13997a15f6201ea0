//! The driver's process, and the browser that it is to start.

use std::{
    env,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// A browser's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, in its MiniBrowser.
    WebKit,
}

impl Kind {
    /// The one that $BROWSER_KIND names; Chromium where it is not set.
    ///
    /// # Errors
    /// It names none.
    pub fn chosen() -> Result<Kind> {
        match env::var("BROWSER_KIND").as_deref().unwrap_or("chromium") {
            "chromium" => Ok(Kind::Chromium),
            "firefox" => Ok(Kind::Firefox),
            "webkit" => Ok(Kind::WebKit),
            other => bail!("there is no browser {other}; there are: chromium, firefox, webkit"),
        }
    }
}

/// A running driver; dropping it ends it.
pub struct Driver {
    /// The driver, and the screen that a browser without a headless mode draws on.
    processes: Vec<Child>,
    /// Which browser it starts.
    pub kind: Kind,
    /// Where it takes commands.
    pub url: String,
    /// The browser's program.
    pub browser: PathBuf,
}

/// Where Debian has the browser that WebKitWebDriver drives.
const MINI_BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// How long a driver may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

impl Driver {
    /// Starts the driver of this kind of browser on a free port.
    ///
    /// # Errors
    /// There is none, no browser either, or it does not start.
    pub fn start(kind: Kind) -> Result<Driver> {
        let browser = match kind {
            Kind::Chromium => program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?,
            Kind::Firefox => program("FIREFOX", &["firefox-esr", "firefox"])?,
            Kind::WebKit => {
                env::var_os("MINIBROWSER").map_or_else(|| PathBuf::from(MINI_BROWSER), PathBuf::from)
            }
        };
        let mut driver = Driver { processes: Vec::new(), kind, url: String::new(), browser };
        let port = match kind {
            Kind::Chromium => {
                let program = program("CHROMEDRIVER", &["chromedriver"])?;
                driver.listens(Command::new(&program).arg("--port=0"), "started successfully on port ")?
            }
            Kind::Firefox => {
                let program = program("GECKODRIVER", &["geckodriver"])?;
                driver.listens(Command::new(&program).arg("--port=0"), "Listening on 127.0.0.1:")?
            }
            Kind::WebKit => driver.start_webkit()?,
        };
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    /// Starts a driver that says where it listens, behind these words.
    fn listens(&mut self, command: &mut Command, words: &str) -> Result<u16> {
        let output = self.spawn(command.stdout(Stdio::piped()))?.stdout.take();
        let mut lines = BufReader::new(output.context("the driver has no output")?).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once(words)?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // Nobody reads on, and a full pipe would stop the driver.
        thread::spawn(move || lines.for_each(drop));
        port.context("the driver did not start")
    }

    /// This driver has to be told a port, and its browser has no headless mode.
    fn start_webkit(&mut self) -> Result<u16> {
        let screen = program("XVFB", &["Xvfb"])?;
        let screen = Command::new(screen)
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        self.processes.push(screen);
        let output =
            self.processes.last_mut().and_then(|screen| screen.stdout.take()).context("no output")?;
        let mut display = String::new();
        BufReader::new(output).read_line(&mut display)?;
        ensure!(!display.trim().is_empty(), "Xvfb did not start");

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let program = program("WEBKITWEBDRIVER", &["WebKitWebDriver"])?;
        let mut command = Command::new(&program);
        command.arg(format!("--port={port}")).env("DISPLAY", format!(":{}", display.trim()));
        // Root, as in most containers, gets no sandbox of this browser.
        command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1").stdout(Stdio::null());
        self.spawn(&mut command)?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(start.elapsed() < PATIENCE, "{} did not start", program.display());
            thread::sleep(Duration::from_millis(50));
        }
        Ok(port)
    }

    fn spawn(&mut self, command: &mut Command) -> Result<&mut Child> {
        let child = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        self.processes.push(child);
        self.processes.last_mut().context("the driver is gone")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver before its screen.
        for mut process in self.processes.drain(..).rev() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Ok(PathBuf::from(path));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    // Where cargo installs programs, which PATH may lack.
    let cargo =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(cargo.map(|home| home.join("bin"))).collect();
    let found = |folder: &Path, name: &str| Some(folder.join(name)).filter(|file| file.is_file());
    names
        .iter()
        .find_map(|name| folders.iter().find_map(|folder| found(folder, name)))
        .with_context(|| format!("PATH has no {}; install it, or say in ${variable} where it is", names[0]))
}
