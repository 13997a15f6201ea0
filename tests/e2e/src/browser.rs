//! A fresh browser, as one kind of profile has it.

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

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
}

impl Default for Profile<'_> {
    fn default() -> Self {
        Profile { language: "en-US", size: [1440, 900], phone: false, dark: false }
    }
}

impl Profile<'_> {
    /// Someone with a phone of 390 pixels.
    pub const PHONE: Profile<'static> =
        Profile { language: "en-US", size: [390, 844], phone: true, dark: false };

    /// Starts a browser that has never been here.
    pub(crate) async fn browser(&self, driver: &Driver) -> Result<Client> {
        let Value::Object(capabilities) = self.capabilities(driver) else { unreachable!("written below") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .context("no browser")?;
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
                    "prefs": { "intl.accept_languages": self.language },
                    // Root, as in most containers, gets no sandbox; their /dev/shm is too small for photos.
                    "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                        "--disable-background-networking", "--disable-component-update", "--no-first-run"],
                },
            }),
            Kind::Firefox => json!({
                "moz:firefoxOptions": {
                    "binary": driver.browser,
                    "args": ["-headless"],
                    "prefs": {
                        "intl.accept_languages": self.language,
                        "ui.systemUsesDarkTheme": i32::from(self.dark),
                    },
                },
            }),
            Kind::WebKit => json!({
                "webkitgtk:browserOptions": { "binary": driver.browser, "args": ["--automation"] },
            }),
        }
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
