//! The page as it is found: by role and name, and waited for.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};
use vggscope_core::session::Lang;
use vggscope_core::text::{Words, words};

use crate::{commands, driver::Kind};

/// How long anything may take, a network's pass on a busy computer included.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to look away in between.
const PAUSE: Duration = Duration::from_millis(40);

/// A page in a browser, and the language that it is expected to speak.
#[derive(Clone)]
pub struct Page {
    client: Client,
    kind: Kind,
    chinese: Arc<AtomicBool>,
}

impl Page {
    pub(crate) fn new(client: Client, kind: Kind, language: &str) -> Page {
        Page { client, kind, chinese: Arc::new(AtomicBool::new(language.starts_with("zh"))) }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The browser's engine.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the browser has counted of the page since it was opened: seconds of script, layout, tasks and more.
    ///
    /// # Errors
    /// The browser does not tell.
    pub async fn metrics(&self) -> Result<BTreeMap<String, f64>> {
        commands::devtools(&self.client, "Performance.enable", json!({})).await?;
        let told = commands::devtools(&self.client, "Performance.getMetrics", json!({})).await?;
        let metrics = told["metrics"].as_array().context("the metrics are no list")?;
        let pair = |one: &Value| Some((one["name"].as_str()?.to_owned(), one["value"].as_f64()?));
        Ok(metrics.iter().filter_map(pair).collect())
    }

    /// The language that the page is expected to speak.
    pub fn lang(&self) -> Lang {
        if self.chinese.load(Ordering::Relaxed) { Lang::Zh } else { Lang::En }
    }

    /// The words of that language.
    pub fn words(&self) -> &'static Words {
        words(self.lang())
    }

    /// From now on the page is expected to speak this language.
    pub fn expect_lang(&self, lang: Lang) {
        self.chinese.store(lang == Lang::Zh, Ordering::Relaxed);
    }

    /// Goes to an address, and waits until the page has painted itself.
    ///
    /// # Errors
    /// The browser does not get there.
    pub async fn go(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| url.to_owned())?;
        self.until("the page to paint", async || Ok(self.find_now("heading").await?.pop())).await?;
        Ok(())
    }

    /// Goes to an address that shows a piece of the page, which may have no heading.
    ///
    /// # Errors
    /// The browser does not get there.
    pub async fn go_to_piece(&self, url: &str) -> Result<()> {
        self.client.goto("about:blank").await?;
        self.client.goto(url).await.with_context(|| url.to_owned())
    }

    /// Looks into a frame of the page, counted from 0.
    ///
    /// # Errors
    /// There is no such frame.
    pub async fn enter_frame(&self, at: u16) -> Result<()> {
        self.client.enter_frame(at).await.context("no frame")
    }

    /// Looks at the page around the frame again.
    ///
    /// # Errors
    /// The driver's.
    pub async fn leave_frame(&self) -> Result<()> {
        self.client.enter_parent_frame().await.context("no page around the frame")
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// The browser does not get there.
    pub async fn reload(&self) -> Result<()> {
        let url = self.client.current_url().await?;
        self.go(url.as_str()).await
    }

    pub(crate) async fn leave(self) {
        // A browser that is gone already is what we want.
        let _ = self.client.close().await;
    }

    /// Looks again and again until there is something.
    ///
    /// # Errors
    /// There is nothing in time; the last error, if looking failed.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        let start = Instant::now();
        loop {
            // What is looked at may be replaced meanwhile, which is an error to the driver and nothing to a person.
            let seen = look().await;
            if let Ok(Some(thing)) = seen {
                return Ok(thing);
            }
            if start.elapsed() > PATIENCE {
                let waited = format!("waited {} s for {what}", PATIENCE.as_secs());
                return match seen {
                    Err(error) => Err(error.context(waited)),
                    Ok(_) => bail!(waited),
                };
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until something holds.
    ///
    /// # Errors
    /// It does not, in time.
    pub async fn until_true(&self, what: &str, mut look: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
        self.until(what, async || Ok(look().await?.then_some(()))).await
    }

    /// Everything of a role, with its name, in the order of the page.
    ///
    /// # Errors
    /// The driver's.
    pub async fn all(&self, role: &str, within: Option<&Element>) -> Result<Vec<(String, Element)>> {
        match self.kind {
            Kind::Chromium => commands::of_role(&self.client, role, within).await,
            Kind::Firefox | Kind::WebKit => commands::labelled(&self.client, role, within).await,
        }
    }

    async fn find_now(&self, role: &str) -> Result<Vec<Element>> {
        Ok(self.all(role, None).await?.into_iter().map(|(_, element)| element).collect())
    }

    /// Waits for what has this role and this name.
    ///
    /// # Errors
    /// It does not come.
    pub async fn find(&self, role: &str, name: &str) -> Result<Element> {
        self.find_in(None, role, name).await
    }

    /// Waits for what has this role and this name within something.
    ///
    /// # Errors
    /// It does not come.
    pub async fn find_in(&self, within: Option<&Element>, role: &str, name: &str) -> Result<Element> {
        self.until(&format!("the {role} \"{name}\""), async || {
            let all = self.all(role, within).await?;
            Ok(all.into_iter().find(|(its_name, _)| its_name == name).map(|(_, element)| element))
        })
        .await
    }

    /// Whether there is something of this role and this name now.
    ///
    /// # Errors
    /// The driver's.
    pub async fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(self.all(role, None).await?.iter().any(|(its_name, _)| its_name == name))
    }

    /// Role and name of what has the focus.
    ///
    /// # Errors
    /// The driver's.
    pub async fn focus(&self) -> Result<(String, String)> {
        let element = self.client.active_element().await?;
        commands::role_and_name(&self.client, &element).await
    }

    /// A part of the page by its name.
    ///
    /// # Errors
    /// It does not come.
    pub async fn region(&self, name: &str) -> Result<Element> {
        self.find("region", name).await
    }

    /// The text of a part of the page, as it is on the screen.
    ///
    /// # Errors
    /// There is no such part.
    pub async fn text_of(&self, region: &str) -> Result<String> {
        self.read(&self.region(region).await?).await
    }

    /// Waits until a part of the page says something.
    ///
    /// # Errors
    /// It does not, in time; the message has what it says instead.
    pub async fn says(&self, region: &str, text: &str) -> Result<()> {
        let mut last = String::new();
        let seen = self
            .until_true(&format!("\"{text}\" in \"{region}\""), async || {
                last = self.text_of(region).await?;
                Ok(last.contains(text))
            })
            .await;
        seen.with_context(|| format!("\"{region}\" says: {last}"))
    }

    /// The text of an element, as it is on the screen. WebKit's driver runs its lines together.
    ///
    /// # Errors
    /// The driver's.
    pub async fn read(&self, element: &Element) -> Result<String> {
        if self.kind != Kind::WebKit {
            return Ok(element.text().await?);
        }
        let text = self.js("return arguments[0].innerText", vec![serde_json::to_value(element)?]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// All text on the screen.
    ///
    /// # Errors
    /// The driver's.
    pub async fn text(&self) -> Result<String> {
        self.read(&self.client.find(Locator::Css("body")).await?).await
    }

    /// What the page says went wrong, if anything.
    ///
    /// # Errors
    /// The driver's.
    pub async fn alert(&self) -> Result<Option<String>> {
        match self.find_now("alert").await?.first() {
            Some(alert) => Ok(Some(self.read(alert).await?)),
            None => Ok(None),
        }
    }

    /// Waits until the page says that this went wrong.
    ///
    /// # Errors
    /// It does not; the message has what it says instead.
    pub async fn complains(&self, sentence: &str) -> Result<()> {
        let mut last = None;
        let seen = self
            .until_true("the page to complain", async || {
                last = self.alert().await?;
                Ok(last.as_ref().is_some_and(|text| text.contains(sentence)))
            })
            .await;
        seen.with_context(|| format!("wanted: {sentence}\nthe page says: {last:?}"))
    }

    /// Waits until the page states this of itself.
    ///
    /// # Errors
    /// It does not; the message has what it states instead.
    pub async fn states(&self, sentence: &str) -> Result<()> {
        let mut last = Vec::new();
        let seen = self
            .until_true("the page's state", async || {
                last.clear();
                for status in self.find_now("status").await? {
                    last.push(self.read(&status).await?);
                }
                Ok(last.iter().any(|text| text.contains(sentence)))
            })
            .await;
        seen.with_context(|| format!("wanted: {sentence}\nthe page states: {last:?}"))
    }

    /// Evaluates JavaScript, for what no role and no name tell.
    ///
    /// # Errors
    /// It throws.
    pub async fn js(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.client.execute(script, arguments).await.with_context(|| script.to_owned())
    }

    /// A method of the DevTools protocol.
    ///
    /// # Errors
    /// The browser's.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        commands::devtools(&self.client, method, parameters).await
    }

    /// Nothing of the page lies to the right of a window of this width.
    ///
    /// # Errors
    /// Something does.
    pub async fn fits(&self, width: u32) -> Result<()> {
        let widths = self.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await?;
        let [window, content] = [0, 1].map(|at| widths[at].as_f64().unwrap_or(f64::INFINITY));
        // A window that a phone would have is too small for other browsers.
        let width = if self.kind == Kind::Chromium { f64::from(width) } else { window.max(f64::from(width)) };
        ensure!(
            content <= width && window <= width,
            "the page takes {content} pixels of {width} (the window is {window} wide)"
        );
        Ok(())
    }
}
