//! A fresh browser, as one kind of profile has it.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    commands,
    driver::{Driver, Kind},
};

/// Who opens the page.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// The languages that the browser asks for.
    pub language: &'a str,
    /// Size of the window's content, in pixels.
    pub size: [u32; 2],
    /// Whether it is a phone: touched, not pointed at.
    pub phone: bool,
    /// Whether the system is set to dark colours.
    pub dark: bool,
    /// What the browser lets a page store.
    pub storage: Storage,
}

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is said where it takes longer: a driver may lose the browser that it starts, and never answers then.
pub const NO_BROWSER: &str = "the driver has started no browser";

/// What a browser lets a page store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// As usual.
    #[default]
    Kept,
    /// For as long as a private window is open.
    Private,
    /// Nothing: the person blocks site data.
    Denied,
}

impl Default for Profile<'_> {
    fn default() -> Self {
        Profile { language: "en-US", size: [1440, 900], phone: false, dark: false, storage: Storage::Kept }
    }
}

impl Profile<'_> {
    /// Someone with a phone of 390 pixels.
    pub const PHONE: Profile<'static> =
        Profile { language: "en-US", size: [390, 844], phone: true, dark: false, storage: Storage::Kept };

    /// Starts a browser that has never been here.
    pub(crate) async fn browser(&self, driver: &Driver) -> Result<Client> {
        let Value::Object(capabilities) = self.capabilities(driver) else { unreachable!("written below") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = timeout(PATIENCE, builder.capabilities(capabilities).connect(&driver.url)).await;
        let client = connected.context(NO_BROWSER)?.context("no browser")?;
        match driver.kind {
            Kind::Chromium => self.emulate(&client).await?,
            Kind::Firefox | Kind::WebKit => self.resize(&client).await?,
        }
        Ok(client)
    }

    fn capabilities(&self, driver: &Driver) -> Value {
        match driver.kind {
            Kind::Chromium => json!({
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": {
                    "binary": driver.browser,
                    "prefs": self.chromium_preferences(),
                    "args": self.chromium_arguments(),
                },
            }),
            Kind::Firefox => json!({
                "moz:firefoxOptions": {
                    "binary": driver.browser,
                    "args": ["-headless"],
                    "prefs": {
                        "intl.accept_languages": self.language,
                        "ui.systemUsesDarkTheme": i32::from(self.dark),
                        "browser.privatebrowsing.autostart": self.storage == Storage::Private,
                        // 2: no cookies, and with them no site data.
                        "network.cookie.cookieBehavior": if self.storage == Storage::Denied { 2 } else { 5 },
                    },
                },
            }),
            Kind::WebKit => json!({
                "webkitgtk:browserOptions": { "binary": driver.browser, "args": ["--automation"] },
            }),
        }
    }

    fn chromium_preferences(&self) -> Value {
        let mut preferences = json!({ "intl.accept_languages": self.language });
        if self.storage == Storage::Denied {
            // 2: block.
            preferences["profile.default_content_setting_values.cookies"] = json!(2);
        }
        preferences
    }

    fn chromium_arguments(&self) -> Vec<&'static str> {
        // Root, as in most containers, gets no sandbox; their /dev/shm is too small for photos.
        let mut arguments = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            // A camera that needs none, and is allowed.
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ];
        if self.storage == Storage::Private {
            arguments.push("--incognito");
        }
        arguments
    }

    /// Gives the window's content the size.
    async fn resize(&self, client: &Client) -> Result<()> {
        let [mut width, mut height] = self.size;
        // The first tells how much the window's frame takes.
        for _ in 0..2 {
            client.set_window_size(width, height).await?;
            let inner = client.execute("return [innerWidth, innerHeight]", vec![]).await?;
            let missing =
                |at: usize, wanted: u32| wanted.saturating_sub(inner[at].as_u64().unwrap_or_default() as u32);
            width += missing(0, self.size[0]);
            height += missing(1, self.size[1]);
        }
        Ok(())
    }

    /// Has the browser pretend.
    async fn emulate(&self, client: &Client) -> Result<()> {
        let [width, height] = self.size;
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": self.phone });
        commands::devtools(client, "Emulation.setDeviceMetricsOverride", metrics).await?;
        let touch = json!({ "enabled": self.phone });
        commands::devtools(client, "Emulation.setTouchEmulationEnabled", touch).await?;
        let scheme = if self.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        commands::devtools(client, "Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }
}
