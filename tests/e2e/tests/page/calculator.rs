//! The receptive-field calculator.

use anyhow::{Result, ensure};
use vggscope_core::nn::stack::{Flaw, StackError};
use vggscope_core::pages::calculator::Preset;
use vggscope_core::text;
use vggscope_e2e::{Harness, Page, Profile, fixtures};

crate::scenarios![
    steps_through_the_recurrence,
    edits_a_stack_and_takes_it_back,
    opens_a_stack_by_its_address,
    compares_two_stacks,
    exchanges_a_stack_with_other_programs,
    slides_the_window_and_moves_on_the_photo,
    drags_a_layer_to_another_place,
    reads_the_graph_of_a_model_with_branches,
];

async fn calculator(harness: &Harness) -> Result<Page> {
    let page = harness.open(Profile::default()).await?;
    page.click("link", page.words().page_calculator).await?;
    page.find("heading", &format!("{} {}", page.words().calc_title, page.words().calc_intro)).await?;
    Ok(page)
}

async fn address(page: &Page) -> Result<String> {
    let address = page.js("return decodeURIComponent(location.hash)", vec![]).await?;
    Ok(address.as_str().unwrap_or_default().to_owned())
}

async fn steps_through_the_recurrence(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
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
    for step in (1..=18).rev() {
        page.click("button", words.calc_step_next).await?;
        page.says(words.calc_back_title, &format!("F({step}) = (")).await?;
    }
    page.says(words.calc_back_title, &format!("{} r = 212", words.calc_agree)).await
}

async fn edits_a_stack_and_takes_it_back(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
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

async fn opens_a_stack_by_its_address(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    page.go(&harness.server().url("#/field/11x11;3,1,0;3,1,0;3,1,0")).await?;
    page.says(words.calc_back_title, "F(4) = 1").await?;
    for _ in 0..3 {
        page.click("button", words.calc_step_next).await?;
    }
    page.says(words.calc_back_title, "F(1) = (F(2) − 1) × 1 + 3 = (5 − 1) × 1 + 3 = 7").await?;
    page.fits(1440).await
}

async fn compares_two_stacks(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
    let words = page.words();
    page.choose(words.calc_preset, &text::preset(page.lang(), Preset::ThreeThrees)).await?;
    page.choose(words.calc_beside, &text::preset(page.lang(), Preset::OneSeven)).await?;
    for figure in ["27 C²", "49 C²", "0.551", "110,592", "200,704"] {
        page.says(words.calc_compare, figure).await?;
    }
    page.click("checkbox", words.calc_biases).await?;
    page.says(words.calc_compare, "27 C² + 3 C").await?;
    page.until_true("both stacks in the address", async || {
        Ok(address(&page).await? == "#/field/11x11;3,1,0;3,1,0;3,1,0/11x11;7,1,0")
    })
    .await
}

async fn exchanges_a_stack_with_other_programs(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
    let words = page.words();
    page.choose(words.calc_form, "PyTorch").await?;
    let code = page.find("textbox", words.calc_share).await?;
    page.until_true("the code", async || {
        let text = code.prop("value").await?.unwrap_or_default();
        Ok(text.contains("nn.Conv2d(3, 64, kernel_size=3, stride=2)")
            && text.contains("nn.MaxPool2d(kernel_size=2, stride=2)"))
    })
    .await?;
    page.type_over(&code, "nn.Conv2d(3, 8, 5, padding=2), nn.AvgPool2d(2)").await?;
    page.click("button", words.calc_take).await?;
    page.until_true("the stack of the code", async || {
        Ok(address(&page).await? == "#/field/224x224;5,1,2;a2,2,0")
    })
    .await
}

async fn slides_the_window_and_moves_on_the_photo(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
    let words = page.words();
    let sees = |map, unit, rows, columns| text::sees(page.lang(), map, unit, &rows, &columns);
    page.says(words.calc_grid, &sees(2, [0, 0], 0..=4, 0..=4)).await?;
    page.click("button", words.calc_slide).await?;
    page.says(words.calc_grid, &sees(2, [1, 1], 4..=8, 4..=8)).await?;
    page.click("button", words.calc_pause).await?;

    page.choose(words.calc_preset, &text::preset(page.lang(), Preset::Vgg(4))).await?;
    let region = page.region(words.calc_photo).await?;
    let photo = page.find_in(Some(&region), "group", words.calc_photo).await?;
    // The corner of the picture is the corner of the padding that pool5's first unit sees.
    page.point(&photo, 0.01, 0.01).await?;
    page.says(words.calc_photo, &sees(18, [0, 0], -90..=121, -90..=121)).await
}

async fn drags_a_layer_to_another_place(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
    // The handle is for pointers; keys have buttons of their own.
    let drag = "const rows = [...document.querySelectorAll('.editor tbody tr')];
        const at = row => { const r = row.getBoundingClientRect(); return { clientX: r.x + 40, clientY: r.y + r.height / 2 }; };
        const give = (target, type, place) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, ...place }));
        give(rows[2].querySelector('.handle'), 'pointerdown', at(rows[2]));
        await new Promise(r => setTimeout(r, 100));
        give(rows[1], 'pointermove', at(rows[1]));
        await new Promise(r => setTimeout(r, 100));
        give(rows[1], 'pointerup', at(rows[1]));";
    page.js(&format!("return (async () => {{ {drag} }})()"), vec![]).await?;
    page.until_true("the other order", async || Ok(address(&page).await? == "#/field/9x9;m2,2,0;3,2,0")).await
}

async fn reads_the_graph_of_a_model_with_branches(harness: &Harness) -> Result<()> {
    let page = calculator(harness).await?;
    let words = page.words();
    page.drop_file("resnet50.onnx", fixtures::bytes("tests/golden/light/light_resnet50.onnx")?).await?;
    page.until_true("the model", async || {
        let lists = page.js("return document.body.innerText.includes('resnet50')", vec![]).await?;
        Ok(lists == true || page.choose(words.calc_preset, words.calc_model).await.is_ok())
    })
    .await?;
    page.choose(words.calc_preset, words.calc_model).await?;
    page.until_true("fields of the graph", async || {
        Ok(page.text_of(words.calc_graph).await.is_ok_and(|text| text.contains("427")))
    })
    .await
}
