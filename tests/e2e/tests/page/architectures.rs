//! The architectures workbench.

use anyhow::{Result, ensure};
use vggscope_core::paper::PAIRS;
use vggscope_core::text::{arch_words, conclusion};
use vggscope_e2e::{Page, Stage, Visitor};

crate::scenarios![
    reads_the_figures_of_a_cell,
    counts_batch_norm_and_leaves_biases_out,
    reads_what_two_configurations_show,
    saves_tables_and_charts,
    reads_the_workbench_on_a_phone,
];

async fn workbench(stage: &Stage, visitor: Visitor<'_>) -> Result<Page> {
    let page = stage.open(visitor).await?;
    page.click("link", page.words().page_architectures).await?;
    let words = arch_words(page.lang());
    page.find("heading", &format!("{} {}", words.title, words.intro)).await?;
    Ok(page)
}

async fn reads_the_figures_of_a_cell(stage: &Stage) -> Result<()> {
    let page = workbench(stage, Visitor::default()).await?;
    let words = arch_words(page.lang());
    page.says(words.layers_title, "138,357,544").await?;
    page.says(words.layers_title, "15,237,608").await?;
    page.says(words.layers_title, "15,470,264,320").await?;
    page.click("button", "E conv5_4: conv3-512").await?;
    for figure in ["2,359,296", "252", "462,422,016"] {
        page.says(words.layer, figure).await?;
    }
    page.says(words.layers_title, "143,667,240").await
}

async fn counts_batch_norm_and_leaves_biases_out(stage: &Stage) -> Result<()> {
    let page = workbench(stage, Visitor::default()).await?;
    let words = arch_words(page.lang());
    page.click("checkbox", words.norms).await?;
    page.says(words.layers_title, "138,365,992").await?;
    page.click("checkbox", words.norms).await?;
    page.click("checkbox", words.biases).await?;
    page.says(words.layers_title, "138,344,128").await
}

async fn reads_what_two_configurations_show(stage: &Stage) -> Result<()> {
    let page = workbench(stage, Visitor::default()).await?;
    let words = arch_words(page.lang());
    for pair in PAIRS {
        page.choose(words.pair, &format!("{} → {}", pair.from, pair.to)).await?;
        for sentence in conclusion(page.lang(), pair) {
            page.says(words.conclusion, &sentence).await?;
        }
    }
    // D against E: worse at one training scale, better at many.
    let errors = page.text_of(words.errors_say).await?;
    ensure!(errors.contains("+0.3") && errors.contains("−0.1"), "{errors}");
    let address = page.js("return location.hash", vec![]).await?;
    ensure!(address == "#/architectures/D/D-E", "the address is {address}");
    Ok(())
}

async fn saves_tables_and_charts(stage: &Stage) -> Result<()> {
    let page = workbench(stage, Visitor::default()).await?;
    let words = arch_words(page.lang());
    // What a click on a link to a file would save, without a folder to save it to.
    page.js(
        "window.saved = [];
        HTMLAnchorElement.prototype.click = () => {};
        const make = URL.createObjectURL;
        URL.createObjectURL = blob => {
            const entry = {};
            window.saved.push(entry);
            const kind = blob.type;
            blob.text().then(text => { entry.text = kind === 'image/png' ? `PNG ${blob.size}` : text; });
            return make.call(URL, blob);
        };",
        vec![],
    )
    .await?;
    page.click("button", words.layers_csv).await?;
    page.click("button", words.svg).await?;
    page.click("button", words.png).await?;
    // A picture is drawn from a file of its own, which comes before it.
    page.until_true("three files", async || {
        let saved = page.js("return window.saved.map(entry => entry.text ?? '')", vec![]).await?;
        let texts: Vec<&str> =
            saved.as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
        let has = |begin: &str| texts.iter().any(|text| text.starts_with(begin));
        Ok(has("layer,") && has("<svg") && has("PNG "))
    })
    .await
}

async fn reads_the_workbench_on_a_phone(stage: &Stage) -> Result<()> {
    let page = workbench(stage, Visitor::PHONE).await?;
    page.fits(390).await
}
