//! Where scenarios are played: one driver and one server for all, a fresh browser for each, and what is looked at
//! after each of them.

use std::{
    cell::RefCell,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use vggscope_serve::{Header, Server, Site, trunk_headers};

use crate::{
    Page, Profile, commands,
    driver::{Driver, Kind},
    fixtures,
};

/// A scenario being played.
pub type Play<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One scenario: its name says what a person does.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// What a person does.
    pub name: &'static str,
    /// Does it.
    pub play: for<'a> fn(&'a Harness) -> Play<'a>,
}

/// The driver, the server and what a scenario has opened.
pub struct Harness {
    runtime: Option<Runtime>,
    driver: Driver,
    dist: PathBuf,
    headers: Vec<Header>,
    server: Server,
    /// Where screenshots go.
    shots: PathBuf,
    pages: RefCell<Vec<Page>>,
    expected: RefCell<Vec<&'static str>>,
}

impl Harness {
    /// Starts the driver, and serves the built page under the headers of Trunk.toml.
    ///
    /// # Errors
    /// One of them does not start, or the page has not been built.
    pub fn set(shots: PathBuf) -> Result<Harness> {
        let dist = env::var_os("VGGSCOPE_DIST").map_or_else(|| fixtures::root().join("dist"), PathBuf::from);
        if !dist.join("index.html").is_file() {
            bail!("{} holds no page: `cargo xtask build` makes it", dist.display());
        }
        let headers = trunk_headers(&fixtures::root().join("Trunk.toml")).context("Trunk.toml")?;
        let server = Site::default().mount("/", &dist).headers(headers.clone()).start()?;
        let driver = Driver::start(Kind::chosen()?)?;
        let runtime = Some(Builder::new_current_thread().enable_all().build()?);
        let (pages, expected) = (RefCell::default(), RefCell::default());
        Ok(Harness { runtime, driver, dist, headers, server, shots, pages, expected })
    }

    /// Opens the page.
    ///
    /// # Errors
    /// No browser starts, or it cannot open the page.
    pub async fn open(&self, profile: Profile<'_>) -> Result<Page> {
        self.open_at(profile, &self.server, "").await
    }

    /// Opens an address of a server.
    ///
    /// # Errors
    /// No browser starts, or it cannot open the page.
    pub async fn open_at(&self, profile: Profile<'_>, server: &Server, path: &str) -> Result<Page> {
        let page = self.sit_down(profile).await?;
        page.go(&server.url(path)).await?;
        Ok(page)
    }

    /// A browser that has opened nothing yet.
    ///
    /// # Errors
    /// No browser starts.
    pub async fn sit_down(&self, profile: Profile<'_>) -> Result<Page> {
        // Other drivers have one browser at a time.
        if self.driver.kind != Kind::Chromium {
            let before = self.pages.take();
            for page in before {
                page.leave().await;
            }
        }
        let page = Page::new(profile.browser(&self.driver).await?, self.driver.kind, profile.language);
        self.pages.borrow_mut().push(page.clone());
        Ok(page)
    }

    /// The server of the page as it is meant to be served.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// A server whose page lacks some files, and that sends other headers than those of Trunk.toml.
    ///
    /// # Errors
    /// It does not start.
    pub fn serve(&self, hidden: &[&str], headers: impl FnOnce(Vec<Header>) -> Vec<Header>) -> Result<Server> {
        let site = Site::default().mount("/", &self.dist).headers(headers(self.headers.clone()));
        Ok(hidden.iter().fold(site, |site, path| site.hide(path)).start()?)
    }

    /// The path of the module of a variant of the engine.
    ///
    /// # Errors
    /// The page has no such variant.
    pub fn module(&self, variant: &str) -> Result<String> {
        let variants: Value = serde_json::from_str(&self.built("engine/variants.json")?)?;
        let mut variants = variants.as_array().context("the variants are no list")?.iter();
        let found = variants.find(|one| one["name"] == variant).and_then(|one| one["module"].as_str());
        let module = found.with_context(|| format!("there is no variant {variant}"))?;
        Ok(format!("/engine/{}", module.replace(".js", "_bg.wasm")))
    }

    /// A server whose page has other files in place of, or beside, its own: pairs of path and content.
    ///
    /// # Errors
    /// They cannot be written, or it does not start.
    pub fn with(&self, name: &str, files: &[(&str, Vec<u8>)]) -> Result<Server> {
        let folder = self.folder(name)?;
        for (path, content) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(&path, content).with_context(|| path.display().to_string())?;
        }
        self.over(&folder)
    }

    /// An empty folder for files of a page.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        // Two visits at a time may ask for sites of one name.
        static SITES: AtomicUsize = AtomicUsize::new(0);
        let number = SITES.fetch_add(1, Ordering::Relaxed);
        let folder = self.shots.join("sites").join(format!("{name}-{number}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A server whose page has the files of a folder in place of, or beside, its own.
    ///
    /// # Errors
    /// It does not start.
    pub fn over(&self, folder: &Path) -> Result<Server> {
        let site = Site::default().mount("/", folder).mount("/", &self.dist);
        Ok(site.headers(self.headers.clone()).start()?)
    }

    /// A server of a folder of somebody else's, without any headers.
    ///
    /// # Errors
    /// It does not start.
    pub fn plain(&self, folder: &Path) -> Result<Server> {
        Ok(Site::default().mount("/", folder).start()?)
    }

    /// A server that has the wrong media type for every path that ends like this.
    ///
    /// # Errors
    /// It does not start.
    pub fn with_media(&self, end: &str, media: &str) -> Result<Server> {
        let site = Site::default().mount("/", &self.dist).headers(self.headers.clone());
        Ok(site.media(end, media).start()?)
    }

    /// A file of the built page, as text.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn built(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.dist.join(path)).with_context(|| format!("{path} of the built page"))
    }

    /// Takes errors of the console that have this in their message as part of the scenario.
    pub fn expect_error(&self, message: &'static str) {
        self.expected.borrow_mut().push(message);
    }

    /// Plays a scenario; if it fails, a screenshot is left behind.
    ///
    /// # Errors
    /// What went wrong, or what the console was told.
    pub fn play(&self, scenario: Scenario) -> Result<()> {
        let runtime = self.runtime.as_ref().context("the harness is being struck")?;
        let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on((scenario.play)(self))));
        let result = played.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            bail!("panicked: {}", text.unwrap_or_default())
        });
        runtime.block_on(self.clear(scenario.name, result))
    }

    /// Looks at what a scenario left behind, and closes its browsers.
    async fn clear(&self, name: &str, mut result: Result<()>) -> Result<()> {
        let (pages, expected) = (self.pages.take(), self.expected.take());
        for page in pages {
            let errors = errors(&page, &expected).await;
            if result.is_ok() {
                result = errors;
            } else if let Err(errors) = errors {
                result = result.map_err(|error| anyhow!("{error:#}\n{errors}"));
            }
            if result.is_err() {
                let shot = self.shots.join(format!("{name}.png"));
                match keep(&page, &shot).await {
                    Ok(()) => eprintln!("{name}: see {}", shot.display()),
                    Err(error) => eprintln!("{name}: no screenshot: {error:#}"),
                }
            }
            page.leave().await;
        }
        result
    }
}

/// The console's errors, but for those that are part of the scenario. Only Chromium's driver tells.
async fn errors(page: &Page, expected: &[&str]) -> Result<()> {
    if page.kind() != Kind::Chromium {
        return Ok(());
    }
    let told = commands::console(page.client()).await?;
    let errors: Vec<String> = told
        .into_iter()
        .filter(|(level, message)| level == "SEVERE" && !expected.iter().any(|part| message.contains(part)))
        .map(|(_, message)| message)
        .collect();
    if errors.is_empty() { Ok(()) } else { bail!("the console says: {}", errors.join("\n")) }
}

async fn keep(page: &Page, path: &Path) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, page.client().screenshot().await?)?;
    Ok(())
}

impl Drop for Harness {
    fn drop(&mut self) {
        // Sessions are tasks of the runtime: it must not wait for them once the driver is gone.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
