//! The architectures workbench.

use anyhow::{Result, ensure};
use vggscope_core::session::Lang;
use vggscope_core::text::{self, ArchWords, arch_words};
use vggscope_core::vgg::configuration::Configuration;
use vggscope_core::vgg::costs::{ConfigurationCosts, Counting, Measure};
use vggscope_core::vgg::paper::{PAIRS, Pair, Protocol, Scale, change_in};
use vggscope_e2e::{Harness, Page, Profile};

crate::scenarios![
    counts_the_six_configurations,
    argues_about_a_deeper_network,
    takes_tables_and_charts_away,
    shows_the_workbench_on_a_phone,
];

fn words(page: &Page) -> &'static ArchWords {
    arch_words(page.lang())
}

async fn workbench(harness: &Harness) -> Result<Page> {
    let page = harness.open(Profile::default()).await?;
    page.click("link", page.words().page_architectures).await?;
    page.region(words(&page).title).await?;
    Ok(page)
}

async fn counts_the_six_configurations(harness: &Harness) -> Result<()> {
    let page = workbench(harness).await?;
    let words = words(&page);
    for figure in ["138,357,544", "15,237,608", "60.95 MB", "143,667,240"] {
        page.says(words.title, figure).await?;
    }
    page.says(words.layers_title, "138,344,128").await?;
    page.says(words.memory_title, "108.45 MB").await?;
    page.click("button", &format!("D conv5_3: conv3-512, {}", words.adds)).await?;
    page.says(words.layer, "D conv5_3").await?;
    page.says(words.layer, "196").await?;

    page.click("button", words.norms).await?;
    page.says(words.title, "138,365,992").await?;
    page.click("button", words.norms).await?;
    page.click("button", words.biases).await?;
    page.says(words.title, "138,344,128").await
}

/// Every sentence that follows from a pair is on the page.
async fn concludes(page: &Page, pair: Pair) -> Result<()> {
    for sentence in text::conclusion(page.lang(), pair) {
        page.says(words(page).conclusion, &sentence).await?;
    }
    Ok(())
}

async fn argues_about_a_deeper_network(harness: &Harness) -> Result<()> {
    let page = workbench(harness).await?;
    concludes(&page, PAIRS[0]).await?;
    let [.., deeper] = PAIRS;
    page.click("button", &format!("{} → {}", deeper.from, deeper.to)).await?;
    concludes(&page, deeper).await?;
    for scale in [Scale::Fixed(256), Scale::Jitter] {
        let change = change_in(deeper.from, deeper.to, scale, Protocol::Single).unwrap_or_default();
        page.says(words(&page).errors_say, &text::points(change)).await?;
    }
    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    concludes(&page, deeper).await?;

    let page = harness.open(Profile::default()).await?;
    page.go(&harness.server().url("#/architectures/C-D")).await?;
    concludes(&page, PAIRS[3]).await
}

async fn takes_tables_and_charts_away(harness: &Harness) -> Result<()> {
    let page = workbench(harness).await?;
    let words = words(&page);
    // What would be saved is noted, and nothing is written to the disk.
    let spy = "window.saved = [];
        window.texts = [];
        const url = URL.createObjectURL;
        URL.createObjectURL = blob => {
            blob.text().then(text => window.texts.push(text));
            return url(blob);
        };
        HTMLAnchorElement.prototype.click = function () {
            window.saved.push(this.download);
        };";
    page.js(spy, vec![]).await?;
    for (button, file) in [
        (words.table_csv.to_owned(), "vgg-configurations.csv"),
        (words.layers_csv.to_owned(), "vgg-d-layers.csv"),
        (format!("{}: {}", words.svg, words.where_title), "vgg-weights.svg"),
        (format!("{}: {}", words.png, words.where_title), "vgg-weights.png"),
    ] {
        page.click("button", &button).await?;
        let script = format!("return window.saved.includes('{file}')");
        page.until_true(file, async || Ok(page.js(&script, vec![]).await? == true)).await?;
    }
    let texts = page.js("return window.texts", vec![]).await?;
    let texts: Vec<&str> = texts.as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
    for part in ["parameters,132863336", "conv1_1,convolution,3,64,224,224,3,1728", "138,357,544</text>"] {
        ensure!(texts.iter().any(|text| text.contains(part)), "nothing that was saved has {part}");
    }
    Ok(())
}

async fn shows_the_workbench_on_a_phone(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::PHONE).await?;
    page.click("link", page.words().page_architectures).await?;
    page.region(words(&page).title).await?;
    page.fits(390).await?;
    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    page.region(words(&page).comparisons_title).await?;
    page.fits(390).await?;
    let e = Configuration::of("E").map(ConfigurationCosts::of);
    let total = e.map(|e| e.total(Measure::Parameters, Counting::default())).unwrap_or_default();
    ensure!(page.text().await?.contains(&text::count(total)), "{total} is nowhere");
    Ok(())
}
