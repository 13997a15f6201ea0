//! With fingers: enlarging a map, moving it, staying on it; and targets that a finger hits.

use anyhow::{Context, Result, ensure};
use fantoccini::elements::Element;
use serde_json::{Value, json};
use vggscope_e2e::{Harness, Page, Profile};

use crate::common::{cat, click_sample};

crate::scenarios![
    enlarges_a_map_with_two_fingers,
    stays_on_a_map_with_one_finger,
    hits_every_control_with_a_finger
];

const SMALL_PHONE: Profile<'static> = Profile { size: [360, 740], ..Profile::PHONE };

/// A phone with a map open: its group, and the layer's name.
async fn with_map(harness: &Harness) -> Result<(Page, Element, String)> {
    let page = harness.open(SMALL_PHONE).await?;
    click_sample(&page, cat()?).await?;
    let (layer, _) = page.layers().await?.into_iter().nth(2).context("no layer")?;
    page.click("button", &layer).await?;
    page.fill("spinbutton", page.words().channel_pick, "3").await?;
    let name = format!("{} 3", layer.split(':').next().context("no name")?);
    let map = page.find("group", &name).await?;
    page.fits(360).await?;
    Ok((page, map, name))
}

/// Fingers at these places, in CSS pixels of the window.
async fn touch(page: &Page, kind: &str, points: &[[f64; 2]]) -> Result<()> {
    let points: Vec<Value> =
        points.iter().enumerate().map(|(id, [x, y])| json!({ "x": x, "y": y, "id": id })).collect();
    page.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await?;
    Ok(())
}

/// Left, top, width and height of what is there, in CSS pixels of the window.
async fn place(page: &Page, element: &Element) -> Result<[f64; 4]> {
    let script = "const { left, top, width, height } = arguments[0].getBoundingClientRect(); return [left, top, width, height]";
    let rect = page.js(script, vec![serde_json::to_value(element)?]).await?;
    let side = |at: usize| rect[at].as_f64().context("no rectangle");
    Ok([side(0)?, side(1)?, side(2)?, side(3)?])
}

async fn middle(page: &Page, element: &Element) -> Result<[f64; 2]> {
    page.js("arguments[0].scrollIntoView({ block: 'center' })", vec![serde_json::to_value(element)?]).await?;
    let [left, top, width, height] = place(page, element).await?;
    Ok([left + width / 2.0, top + height / 2.0])
}

async fn enlarges_a_map_with_two_fingers(harness: &Harness) -> Result<()> {
    let (page, map, _) = with_map(harness).await?;
    let [x, y] = middle(&page, &map).await?;
    let before = place(&page, &map).await?;
    touch(&page, "touchStart", &[[x - 30.0, y], [x + 30.0, y]]).await?;
    for apart in [40.0, 50.0, 60.0] {
        touch(&page, "touchMove", &[[x - apart, y], [x + apart, y]]).await?;
    }
    touch(&page, "touchEnd", &[]).await?;
    let after = place(&page, &map).await?;
    ensure!((after[2] / before[2] - 2.0).abs() < 0.05, "twice as far apart made {before:?} {after:?}");
    let centre = |[left, top, width, height]: [f64; 4]| [left + width / 2.0, top + height / 2.0];
    let (was, is) = (centre(before), centre(after));
    ensure!(
        (was[0] - is[0]).abs() < 3.0 && (was[1] - is[1]).abs() < 3.0,
        "its middle went from {was:?} to {is:?}"
    );
    page.fits(360).await?;

    // One finger moves it now, and the page stays.
    let scrolled = page.js("return scrollY", vec![]).await?;
    touch(&page, "touchStart", &[[x, y]]).await?;
    for step in [20.0, 40.0, 60.0] {
        touch(&page, "touchMove", &[[x + step, y]]).await?;
    }
    touch(&page, "touchEnd", &[]).await?;
    let moved = place(&page, &map).await?;
    ensure!((30.0..70.0).contains(&(moved[0] - after[0])), "60 pixels moved it from {after:?} to {moved:?}");
    ensure!(page.js("return scrollY", vec![]).await? == scrolled, "the page scrolled");
    page.click("button", page.words().zoom_reset).await?;
    ensure!((place(&page, &map).await?[2] - before[2]).abs() < 1.0, "it is not whole again");
    Ok(())
}

async fn stays_on_a_map_with_one_finger(harness: &Harness) -> Result<()> {
    let (page, map, _) = with_map(harness).await?;
    let words = page.words();
    let [x, y] = middle(&page, &map).await?;
    touch(&page, "touchStart", &[[x, y]]).await?;
    // Nothing is pinned yet, and the unit under the finger is told as to a mouse.
    page.says(words.channel, &format!(": {} ", words.value)).await?;
    let shown = page.text_of(words.channel).await?;
    ensure!(!shown.contains(words.pinned), "{shown}");
    let scrolled = page.js("return scrollY", vec![]).await?;
    for step in [10.0, 20.0, 40.0] {
        touch(&page, "touchMove", &[[x, y + step]]).await?;
    }
    page.until_true("another unit", async || Ok(page.text_of(words.channel).await? != shown)).await?;
    ensure!(page.js("return scrollY", vec![]).await? == scrolled, "the page scrolled");
    touch(&page, "touchEnd", &[]).await
}

async fn hits_every_control_with_a_finger(harness: &Harness) -> Result<()> {
    let (page, _, _) = with_map(harness).await?;
    let script = "return [...document.querySelectorAll('button, select, summary, nav a, a.button, input:not([type=file])')]
        .filter(element => element.checkVisibility())
        .map(element => element.closest('label') ?? element)
        .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 44 || height < 44)
        .map(([html, { width, height }]) => `${Math.round(width)} x ${Math.round(height)}: ${html}`)";
    for address in ["#/", "#/field/9x9;3,2,0;m2,2,0", "#/architectures", "#/build", "#/lessons/2/1"] {
        page.js("location.hash = arguments[0]", vec![address.into()]).await?;
        page.fits(360).await.with_context(|| address.to_owned())?;
        let small = page.js(script, vec![]).await?;
        let small: Vec<_> = small.as_array().context("no list")?.iter().map(Value::to_string).collect();
        ensure!(small.is_empty(), "{address}:\n{}", small.join("\n"));
    }
    Ok(())
}
