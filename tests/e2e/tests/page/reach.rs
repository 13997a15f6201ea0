//! By keyboard alone, and on a phone.

use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;
use vggscope_e2e::{Harness, Page, Profile, fixtures};

use crate::common::{cat, click_sample};

crate::scenarios![does_everything_by_keyboard, uses_a_phone];

/// Goes on by the Tab key until the focus is where it is wanted, and can be seen there.
async fn tab_to(page: &Page, what: &str, wanted: impl Fn(&str, &str) -> bool) -> Result<(String, String)> {
    let mut passed = Vec::new();
    for _ in 0..60 {
        page.press(Key::Tab).await?;
        let (role, name) = page.focus().await?;
        if wanted(&role, &name) {
            let script = "const style = element => getComputedStyle(element);
                const ringed = [document.activeElement, document.activeElement.parentElement];
                return ringed.some(element => style(element).outlineStyle !== 'none')";
            ensure!(
                page.js(script, vec![]).await? == true,
                "nobody can see the focus on the {role} \"{name}\""
            );
            return Ok((role, name));
        }
        passed.push(format!("{role} \"{name}\""));
    }
    bail!("the Tab key does not come to {what}: {passed:?}")
}

async fn does_everything_by_keyboard(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    crate::common::default_model(&page).await?;
    tab_to(&page, "the way to the layers", |role, name| role == "link" && name == words.skip).await?;
    for (role, name) in [
        ("link", Some(words.page_calculator)),
        ("combobox", Some(words.theme)),
        ("button", Some("中文")),
        ("button", Some(words.choose_photo)),
    ] {
        tab_to(&page, role, |its, own| its == role && name.is_none_or(|name| own == name)).await?;
    }
    let title = cat()?.title;
    tab_to(&page, "the cat", |role, name| role == "button" && name == title).await?;
    page.press(Key::Enter).await?;
    let answer = page.answer().await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);

    let (_, card) =
        tab_to(&page, "a layer", |role, name| role == "button" && name.starts_with("conv2_1")).await?;
    page.press(Key::Enter).await?;
    let maps = format!("{} conv2_1", words.maps);
    page.find("image", &maps).await.context(card)?;
    for list in [words.sort, words.colours, words.scale] {
        tab_to(&page, list, |role, name| role == "combobox" && name == list).await?;
    }
    tab_to(&page, "the maps", |role, name| role == "group" && name == maps).await?;
    page.press(Key::Right).await?;
    page.press(Key::Right).await?;
    page.says(words.channel, &format!("conv2_1 · {} 1", words.channel)).await?;
    tab_to(&page, "the map", |role, name| role == "group" && name == "conv2_1 1").await?;
    page.press(Key::Down).await?;
    page.says(words.channel, &format!("{} 1, {} 0", words.row, words.column)).await?;

    // From the top again, past all that stands before the layers.
    let page = harness.open(Profile::default()).await?;
    crate::common::default_model(&page).await?;
    tab_to(&page, "the way to the layers", |role, name| role == "link" && name == words.skip).await?;
    page.press(Key::Enter).await?;
    page.press(Key::Tab).await?;
    let (role, name) = page.focus().await?;
    let first = page.layers().await?.swap_remove(0).0;
    ensure!(role == "button" && name == first, "the way leads to the {role} \"{name}\"");
    Ok(())
}

async fn uses_a_phone(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::PHONE).await?;
    let words = page.words();
    crate::common::default_model(&page).await?;
    page.fits(390).await?;
    page.find("button", words.camera).await?;

    click_sample(&page, cat()?).await?;
    page.fits(390).await?;
    let answer = page.region(words.answer).await?;
    let (x, _, width, height) = answer.rectangle().await?;
    ensure!(x >= 0.0 && x + width <= 390.0, "the answer lies from {x} to {}", x + width);
    ensure!(height > 100.0, "the answer is {height} pixels high");
    page.says(words.answer, &page.class(285)).await?;

    let (name, _) = page.layers().await?.into_iter().nth(7).context("no seventh layer")?;
    page.click("button", &name).await?;
    let layer = name.split(':').next().context("no name")?.to_owned();
    let maps = page.find("group", &format!("{} {layer}", words.maps)).await?;
    page.tap(&maps, 0.02, 0.02).await?;
    page.says(words.channel, &format!("{layer} · {} 0", words.channel)).await?;
    page.fits(390).await?;

    page.click("button", "中文").await?;
    page.fits(390).await?;
    page.drop_file("tall.png", fixtures::bytes("tests/golden/crops/tall.png")?).await?;
    page.expect_lang(vggscope_core::session::Lang::Zh);
    page.sees("tall.png").await?;
    page.fits(390).await
}
