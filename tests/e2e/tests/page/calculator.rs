//! The receptive-field calculator.

use anyhow::{Result, ensure};
use vggscope_core::calculator::Preset;
use vggscope_core::stack::{Flaw, StackError};
use vggscope_core::text;
use vggscope_e2e::{Page, Stage, Visitor};

crate::scenarios![
    steps_through_the_recurrence,
    edits_a_stack_and_takes_it_back,
    opens_a_stack_by_its_address
];

async fn calculator(stage: &Stage) -> Result<Page> {
    let page = stage.open(Visitor::default()).await?;
    page.click("link", page.words().page_calculator).await?;
    page.find("heading", &format!("{} {}", page.words().calc_title, page.words().calc_intro)).await?;
    Ok(page)
}

async fn address(page: &Page) -> Result<String> {
    let address = page.js("return decodeURIComponent(location.hash)", vec![]).await?;
    Ok(address.as_str().unwrap_or_default().to_owned())
}

async fn steps_through_the_recurrence(stage: &Stage) -> Result<()> {
    let page = calculator(stage).await?;
    let words = page.words();
    page.says(words.calc_back_title, "F(3) = 1").await?;
    page.click("button", words.calc_step_next).await?;
    page.says(words.calc_back_title, "F(2) = (F(3) − 1) × 2 + 2 = (1 − 1) × 2 + 2 = 2").await?;
    page.click("button", words.calc_step_next).await?;
    page.says(words.calc_back_title, "F(1) = (F(2) − 1) × 2 + 3 = (2 − 1) × 2 + 3 = 5").await?;
    page.says(words.calc_back_title, &format!("{} r = 5", words.calc_agree)).await?;
    page.click("button", words.calc_step_back).await?;
    let shown = page.text_of(words.calc_back_title).await?;
    ensure!(!shown.contains("F(1)"), "stepping back leaves {shown}");

    // The paper's configuration D, 18 layers, sees 212 pixels.
    page.choose(words.calc_preset, &text::preset(page.lang(), Preset::Vgg(4))).await?;
    for _ in 0..18 {
        page.click("button", words.calc_step_next).await?;
    }
    page.says(words.calc_back_title, &format!("{} r = 212", words.calc_agree)).await
}

async fn edits_a_stack_and_takes_it_back(stage: &Stage) -> Result<()> {
    let page = calculator(stage).await?;
    let words = page.words();
    page.click("button", words.calc_add_conv).await?;
    page.until_true("the new layer in the address", async || {
        Ok(address(&page).await? == "#/field/9x9;3,2,0;m2,2,0;3,1,1")
    })
    .await?;
    let kernel = format!("{} 3: {}", words.calc_layer, words.calc_kernel);
    page.fill("textbox", &kernel, "11").await?;
    let fault = StackError { step: Some(2), flaw: Flaw::KernelTooLarge { extent: 11, padded: 4 } };
    page.says(words.calc_layers, &text::stack_error(page.lang(), fault)).await?;
    page.fill("textbox", &kernel, "wide").await?;
    page.says(words.calc_layers, words.calc_pair_hint).await?;
    page.click("button", words.calc_undo).await?;
    page.click("button", words.calc_undo).await?;
    page.until_true("the example again", async || Ok(address(&page).await? == "#/field/9x9;3,2,0;m2,2,0"))
        .await
}

async fn opens_a_stack_by_its_address(stage: &Stage) -> Result<()> {
    let page = stage.open(Visitor::default()).await?;
    let words = page.words();
    page.go(&stage.server().url("#/field/11x11;3,1,0;3,1,0;3,1,0")).await?;
    page.says(words.calc_back_title, "F(4) = 1").await?;
    for _ in 0..3 {
        page.click("button", words.calc_step_next).await?;
    }
    page.says(words.calc_back_title, "F(1) = (F(2) − 1) × 1 + 3 = (5 − 1) × 1 + 3 = 7").await?;
    page.fits(1440).await
}
