//! What a person reads off the page.

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use fantoccini::elements::Element;
use image::RgbaImage;
use serde_json::Value;
use vggscope_core::nn::labels::Label;
use vggscope_core::session::Lang;
use vggscope_core::text;

use crate::{Page, fixtures::CLASSES};

/// What the network says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The line over it, with the time.
    pub head: String,
    /// The likeliest classes.
    pub top: Vec<Row>,
    /// What a search found.
    pub found: Vec<Row>,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name, in the page's language and then in the other.
    pub name: String,
    /// Its probability.
    pub probability: String,
    /// Its score.
    pub logit: String,
}

impl Page {
    /// Waits until there is an answer, and reads it.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn answer(&self) -> Result<Answer> {
        self.until("an answer", async || {
            let answer = self.answer_now().await?;
            // The time is there once all layers are.
            let done = answer.head.ends_with("MAC/s");
            Ok((done && !answer.top.is_empty()).then_some(answer))
        })
        .await
    }

    /// What the answer's panel holds now.
    ///
    /// # Errors
    /// There is no such panel.
    pub async fn answer_now(&self) -> Result<Answer> {
        let region = self.region(self.words().answer).await?;
        let script = "const line = element => element.innerText.replace(/\\s+/g, ' ').trim();
            const [head] = arguments[0].querySelectorAll('h2');
            const rows = table => [...table.tBodies[0].rows].map(row => [...row.cells].map(line));
            return [line(head), ...[...arguments[0].querySelectorAll('table')].map(rows)];";
        let mut parts = match self.js(script, vec![serde_json::to_value(&region)?]).await? {
            Value::Array(parts) => parts.into_iter(),
            other => anyhow::bail!("no list: {other}"),
        };
        let head = parts.next().and_then(|head| Some(head.as_str()?.to_owned())).context("no headline")?;
        let mut tables = parts.map(|table| rows(&table));
        let mut next = || tables.next().unwrap_or_else(|| Ok(Vec::new()));
        Ok(Answer { head, top: next()?, found: next()? })
    }

    /// How the page names a class of ImageNet.
    pub fn class(&self, class: usize) -> String {
        name_of(self.lang(), &CLASSES, class)
    }

    /// The buttons of the layers, in order: their names and all that is written on them.
    ///
    /// # Errors
    /// There are none.
    pub async fn layers(&self) -> Result<Vec<(String, String)>> {
        let region = self.region(self.words().layers).await?;
        let mut layers = Vec::new();
        for (name, button) in self.all("button", Some(&region)).await? {
            layers.push((name, self.read(&button).await?));
        }
        Ok(layers)
    }

    /// The pixels of the picture of this name, once there are some.
    ///
    /// # Errors
    /// There is no such picture.
    pub async fn picture(&self, name: &str) -> Result<RgbaImage> {
        let canvas = self.find("image", name).await?;
        self.pixels(&canvas).await
    }

    /// The pixels of a canvas.
    ///
    /// # Errors
    /// It is none.
    pub async fn pixels(&self, canvas: &Element) -> Result<RgbaImage> {
        let script = "return arguments[0].toDataURL('image/png')";
        let url = self.js(script, vec![serde_json::to_value(canvas)?]).await?;
        let (_, data) = url.as_str().and_then(|url| url.split_once(',')).context("no data URL")?;
        Ok(image::load_from_memory(&BASE64_STANDARD.decode(data)?)?.to_rgba8())
    }

    /// Waits until the picture of this name is another one than this, and gives it.
    ///
    /// # Errors
    /// It stays the same.
    pub async fn another_picture(&self, name: &str, than: &RgbaImage) -> Result<RgbaImage> {
        self.until(&format!("\"{name}\" to change"), async || {
            let picture = self.picture(name).await?;
            Ok((picture != *than).then_some(picture))
        })
        .await
    }

    /// What a photo that was given is called in its description.
    pub fn photo_name(&self, file: &str) -> String {
        format!("{} {file}", self.words().photo_of)
    }

    /// Waits until this photo is on the screen and has an answer.
    ///
    /// # Errors
    /// It does not come to that.
    pub async fn sees(&self, file: &str) -> Result<Answer> {
        self.find("image", &self.photo_name(file)).await?;
        let answer = self.answer().await.with_context(|| file.to_owned())?;
        let alert = self.alert().await?;
        ensure!(alert.is_none(), "{file}: the page complains: {alert:?}");
        Ok(answer)
    }
}

/// A class's name in this language and, where it is known, in the other.
pub fn name_of(lang: Lang, labels: &[Label], class: usize) -> String {
    match text::class(lang, labels, class) {
        (name, Some(other)) => format!("{name} {other}"),
        (name, None) => name,
    }
}

fn rows(table: &Value) -> Result<Vec<Row>> {
    let row = |row: &Value| {
        let cell = |at: usize| Some(row.get(at)?.as_str()?.to_owned());
        Some(Row { name: cell(0)?, probability: cell(1)?, logit: cell(2)? })
    };
    table.as_array().context("no table")?.iter().map(|one| row(one).context("an odd row")).collect()
}
