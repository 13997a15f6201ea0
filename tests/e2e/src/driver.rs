//! The driver's process.

use std::{
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context, Result};

/// A running chromedriver; dropping it ends it.
pub struct Driver {
    child: Child,
    /// Where it takes commands.
    pub url: String,
    /// The browser that it is to start.
    pub browser: PathBuf,
}

impl Driver {
    /// Starts the chromedriver that $CHROMEDRIVER names or PATH has, on a free port.
    ///
    /// # Errors
    /// There is none, no browser either, or it does not start.
    pub fn start() -> Result<Driver> {
        let program = program("CHROMEDRIVER", &["chromedriver"])?;
        let browser = program_of_browser()?;
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("the driver has no output")?).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // Nobody reads on, and a full pipe would stop the driver.
        thread::spawn(move || lines.for_each(drop));
        let driver = |url| Driver { child, url, browser };
        let driver = driver(format!("http://127.0.0.1:{}", port.unwrap_or_default()));
        port.with_context(|| format!("{} did not start", program.display()))?;
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program_of_browser() -> Result<PathBuf> {
    program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

fn program(variable: &str, names: &[&str]) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Ok(PathBuf::from(path));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .with_context(|| format!("PATH has no {}; install it, or say in ${variable} where it is", names[0]))
}
