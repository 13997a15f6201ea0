//! What a person does: clicks, types, points, chooses, gives files.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use fantoccini::{
    actions::{
        InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction, TouchActions,
    },
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};

use crate::Page;

/// A file to be given to the page.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// Its name.
    pub name: String,
    /// The media type that the browser has for it; may be empty.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl TestFile {
    /// A file; browsers tell the media type from the name's end.
    pub fn new(name: &str, bytes: Vec<u8>) -> TestFile {
        let media = match name.rsplit_once('.').map_or("", |(_, end)| end) {
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "svg" => "image/svg+xml",
            "txt" => "text/plain",
            "md" => "text/markdown",
            _ => "",
        };
        TestFile { name: name.to_owned(), media, bytes }
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "type": self.media, "bytes": BASE64_STANDARD.encode(&self.bytes) })
    }
}

const TRANSFER: &str = "const transfer = new DataTransfer();
    for (const { name, type, bytes } of arguments[0]) {
        const content = Uint8Array.from(atob(bytes), c => c.charCodeAt(0));
        transfer.items.add(new File([content], name, { type }));
    }
    const at = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;";

impl Page {
    /// Clicks on what has this role and this name.
    ///
    /// # Errors
    /// It is not there, or something else lies over it.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        element.click().await.with_context(|| format!("clicking on the {role} \"{name}\""))
    }

    /// Chooses from a list.
    ///
    /// # Errors
    /// There is no such list, or not this option.
    pub async fn choose(&self, list: &str, option: &str) -> Result<()> {
        let element = self.find("combobox", list).await?;
        element.select_by_label(option).await.with_context(|| format!("choosing \"{option}\" of \"{list}\""))
    }

    /// Types into a field in place of what it holds, and confirms it.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, role: &str, name: &str, text: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        self.type_over(&element, &format!("{text}{}", char::from(Key::Enter))).await
    }

    /// Types into a field in place of what it holds.
    ///
    /// The driver's own way of clearing a field tells the page nothing of it, and the page may write back what it knows
    /// before the first key comes; a person selects, and types.
    ///
    /// # Errors
    /// It is not on the screen.
    pub async fn type_over(&self, field: &Element, text: &str) -> Result<()> {
        self.js("arguments[0].focus(); arguments[0].select()", vec![serde_json::to_value(field)?]).await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Errors
    /// The driver's.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let stroke =
            KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client().perform_actions(stroke).await?;
        Ok(())
    }

    /// Points at a place of an element, given as shares of its width and height.
    ///
    /// # Errors
    /// It is not on the screen.
    pub async fn point(&self, element: &Element, across: f64, down: f64) -> Result<()> {
        let over = self.over(element, across, down).await?;
        self.client().perform_actions(MouseActions::new("mouse".into()).then(over)).await?;
        Ok(())
    }

    /// Points at a place of an element and clicks there.
    ///
    /// # Errors
    /// It is not on the screen.
    pub async fn click_at(&self, element: &Element, across: f64, down: f64) -> Result<()> {
        let click = MouseActions::new("mouse".into())
            .then(self.over(element, across, down).await?)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client().perform_actions(click).await?;
        Ok(())
    }

    /// Taps on a place of an element with a finger.
    ///
    /// # Errors
    /// It is not on the screen.
    pub async fn tap(&self, element: &Element, across: f64, down: f64) -> Result<()> {
        let tap = TouchActions::new("finger".into())
            .then(self.over(element, across, down).await?)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client().perform_actions(tap).await?;
        Ok(())
    }

    async fn over(&self, element: &Element, across: f64, down: f64) -> Result<PointerAction> {
        let show = "arguments[0].scrollIntoView({ block: 'center' })";
        self.js(show, vec![serde_json::to_value(element)?]).await?;
        let (_, _, width, height) = element.rectangle().await?;
        Ok(PointerAction::MoveToElement {
            element: element.clone(),
            duration: Some(Duration::ZERO),
            x: (across - 0.5) * width,
            y: (down - 0.5) * height,
        })
    }

    /// Drags files over the page and lets them go.
    ///
    /// # Errors
    /// The page takes no files here.
    pub async fn drop_files(&self, files: &[TestFile]) -> Result<()> {
        let script = format!(
            "{TRANSFER}
            const give = type => !at.dispatchEvent(
                new DragEvent(type, {{ dataTransfer: transfer, bubbles: true, cancelable: true }}));
            give('dragenter');
            const taken = give('dragover');
            if (taken) give('drop');
            return taken;"
        );
        let files: Vec<Value> = files.iter().map(TestFile::json).collect();
        let taken = self.js(&script, vec![files.into()]).await?;
        ensure!(taken == true, "the page does not let files be dropped");
        Ok(())
    }

    /// Drags a file over the page and lets it go.
    ///
    /// # Errors
    /// The page takes no files here.
    pub async fn drop_file(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        self.drop_files(&[TestFile::new(name, bytes)]).await
    }

    /// Drags something of the disk, a folder too, to the middle of the page: "dragEnter", "dragOver", "drop".
    ///
    /// # Errors
    /// The browser's.
    pub async fn drag(&self, step: &str, path: &Path) -> Result<()> {
        let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
        let event = json!({ "type": step, "x": 400, "y": 400, "data": data });
        self.devtools("Input.dispatchDragEvent", event).await?;
        Ok(())
    }

    /// Pastes a file.
    ///
    /// # Errors
    /// The browser's.
    pub async fn paste(&self, file: TestFile) -> Result<()> {
        let script = format!(
            "{TRANSFER}
            at.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: transfer, bubbles: true }}));"
        );
        self.js(&script, vec![vec![file.json()].into()]).await?;
        Ok(())
    }

    /// Picks a file of the disk through a button that asks for one.
    ///
    /// # Errors
    /// There is no such button.
    pub async fn pick(&self, button: &str, path: &Path) -> Result<()> {
        let button = self.find("button", button).await?;
        button.send_keys(&path.to_string_lossy()).await.with_context(|| path.display().to_string())
    }
}
