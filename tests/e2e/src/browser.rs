//! A fresh browser, as one kind of profile has it.

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::{commands, driver::Driver};

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
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": driver.browser,
                "prefs": { "intl.accept_languages": self.language },
                // Root, as in most containers, gets no sandbox; their /dev/shm is too small for photos.
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                    "--disable-background-networking", "--disable-component-update", "--no-first-run"],
            },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("written above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .context("no browser")?;
        self.dress(&client).await?;
        Ok(client)
    }

    async fn dress(&self, client: &Client) -> Result<()> {
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
