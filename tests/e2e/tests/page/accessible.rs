//! What keeps people from using the page: found by axe, by forced colours, and at sizes that make it reflow.

use std::env;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use vggscope_core::pages::route;
use vggscope_core::text::lesson_words;
use vggscope_e2e::{Harness, Page, Profile, fixtures};

use crate::common::{cat, click_sample, default_model};

crate::scenarios![
    shows_axe_every_page_in_light,
    shows_axe_every_page_in_dark,
    shows_axe_every_lesson,
    forces_its_own_colours_on_the_page,
    reads_the_page_at_four_times_its_size,
];

/// What axe finds on the page as it is.
async fn axe(page: &Page, place: &str) -> Result<()> {
    let script = env::var("AXE").context("$AXE does not name the script of axe-core")?;
    let script = std::fs::read_to_string(&script).with_context(|| script.clone())?;
    if page.js("return !window.axe", vec![]).await? == true {
        page.js(&script, vec![]).await.context("axe")?;
    }
    // The rules of WCAG 2.2 AA and axe's own best practices.
    let run = "return (async () => {
        await Promise.all(document.getAnimations().map(({ finished }) => finished));
        const { violations } = await axe.run(document, { resultTypes: ['violations'] });
        return violations.map(({ id, help, nodes }) => [id, help, nodes.length, nodes[0].html]);
    })()";
    let found = page.js(run, vec![]).await?;
    let found = found.as_array().context("axe said something else")?;
    let lines: Vec<String> = found.iter().map(Value::to_string).collect();
    ensure!(lines.is_empty(), "{place}:\n{}", lines.join("\n"));
    Ok(())
}

async fn every_page(harness: &Harness, profile: Profile<'_>) -> Result<()> {
    let page = harness.open(profile).await?;
    let words = page.words();
    default_model(&page).await?;
    axe(&page, "before any photo").await?;

    page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
    page.sees("cat.jpg").await?;
    axe(&page, "a photo").await?;
    let (layer, _) = page.layers().await?.into_iter().nth(5).context("no layer")?;
    page.click("button", &layer).await?;
    page.fill("spinbutton", words.channel_pick, "7").await?;
    let name = layer.split(':').next().context("no name")?;
    let map = page.find("group", &format!("{name} 7")).await?;
    page.click_at(&map, 0.4, 0.6).await?;
    page.find("heading", words.sees).await?;
    axe(&page, "a unit").await?;
    page.press('h').await?;
    axe(&page, "the keys").await?;
    page.press('h').await?;
    page.drop_file("broken.onnx", b"no model".to_vec()).await?;
    page.until("the page to complain", async || page.alert().await).await?;
    axe(&page, "a broken file").await?;

    for address in [
        "#/field/9x9;3,2,0;m2,2,0/11x11;7,1,0",
        "#/architectures/D/D-E",
        "#/build",
        "#/lessons",
        "#/assignment",
        "#/assignment?photo=cat&title=Homework&at=3/5&step=2/1&ask=Why",
    ] {
        page.go(&harness.server().url(address)).await?;
        axe(&page, address).await?;
    }
    page.go_to_piece(&harness.server().url("#/embed/recurrence/stack=9x9;3,2,0;m2,2,0")).await?;
    page.until_true("the piece", async || Ok(page.text().await?.contains("F(3) = 1"))).await?;
    axe(&page, "embedded").await
}

async fn shows_axe_every_page_in_light(harness: &Harness) -> Result<()> {
    every_page(harness, Profile::default()).await?;
    every_page(harness, Profile { language: "zh-CN", ..Profile::PHONE }).await
}

async fn shows_axe_every_page_in_dark(harness: &Harness) -> Result<()> {
    every_page(harness, Profile { dark: true, ..Profile::default() }).await
}

async fn shows_axe_every_lesson(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    default_model(&page).await?;
    let mut found = Vec::new();
    for (at, lesson) in vggscope_lessons::EN.iter().enumerate() {
        for (number, step) in lesson.steps.iter().enumerate() {
            page.go(&harness.server().url(&route::of_step(at + 1, number + 1))).await?;
            page.find("heading", &step.title).await?;
            found.extend(axe(&page, &format!("lesson {}, step {}", at + 1, number + 1)).await.err());
        }
    }
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    ensure!(found.is_empty(), "{}", found.join("\n"));
    page.find("link", lesson_words(page.lang()).all).await?;
    Ok(())
}

/// With forced colours the field's outline, the chosen layer and the focus are still told from what is beside them.
async fn forces_its_own_colours_on_the_page(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let media = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    page.devtools("Emulation.setEmulatedMedia", media).await?;
    ensure!(
        page.js("return matchMedia('(forced-colors: active)').matches", vec![]).await? == true,
        "not forced"
    );
    click_sample(&page, cat()?).await?;
    let (layer, _) = page.layers().await?.into_iter().nth(5).context("no layer")?;
    page.click("button", &layer).await?;
    let told = "const [one, other] = ['true', 'false'].map(pressed =>
            getComputedStyle(document.querySelector(`.card[aria-pressed=${pressed}]`)));
        return [one.borderColor, one.borderWidth, one.outlineStyle] + '' !== [other.borderColor, other.borderWidth, other.outlineStyle] + ''";
    ensure!(page.js(told, vec![]).await? == true, "the open layer looks like any other");
    axe(&page, "forced colours").await
}

/// 1280 pixels at 400 % are 320: nothing is cut off, and nothing scrolls sideways but what is a table or a figure.
async fn reads_the_page_at_four_times_its_size(harness: &Harness) -> Result<()> {
    // At 400 %, and at 200 %.
    for size in [[320, 256], [640, 400]] {
        let page = harness.open(Profile { size, ..Profile::default() }).await?;
        click_sample(&page, cat()?).await?;
        for address in ["#/", "#/field/9x9;3,2,0;m2,2,0", "#/architectures", "#/build", "#/lessons/2/1"] {
            page.go(&harness.server().url(address)).await?;
            page.fits(size[0]).await.with_context(|| format!("{address} at {} pixels", size[0]))?;
        }
    }
    Ok(())
}
