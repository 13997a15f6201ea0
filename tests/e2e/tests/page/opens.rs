//! Before any photo: what the page is, and what it says of itself.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use vggscope_core::text::{self, bytes, count};
use vggscope_core::wire::Variant;
use vggscope_e2e::{Harness, Kind, Page, Profile, fixtures};
use vggscope_engine::{Network, SIDE};

crate::scenarios![opens_the_page_and_reads_what_it_does, watches_the_model_arrive];

/// The page says which engine runs in how many threads, and what keeps it from being the fastest.
pub async fn engine(page: &Page, name: &str, threads: u32, missing: &[&str]) -> Result<()> {
    let isolated = page.js("return crossOriginIsolated", vec![]).await? == true;
    let variant = &Variant {
        name: name.to_owned(),
        threads,
        missing: missing.iter().map(|&why| why.to_owned()).collect(),
        isolated,
        memory_mib: if name == "plain" { 0 } else { 4096 },
    };
    let short = format!("{} {}", page.words().engine, text::variant_short(page.lang(), variant));
    page.states(&short).await?;
    let line = text::variant_line(page.lang(), variant);
    page.until_true(&format!("\"{line}\""), async || Ok(page.text().await?.contains(&line))).await
}

/// The page says that the fastest engine of this browser runs, in as many threads as there are processors.
pub async fn fastest(page: &Page) -> Result<()> {
    // Debian's WebKitGTK has no shared memory, on a page that is isolated.
    if page.kind() == Kind::WebKit {
        return engine(page, "plain", 1, &["shared-memory", "relaxed-simd"]).await;
    }
    let processors = page.js("return navigator.hardwareConcurrency", vec![]).await?;
    let threads = processors.as_u64().context("no number of processors")?.min(8) as u32;
    engine(page, "threads-relaxed", threads, &[]).await
}

async fn opens_the_page_and_reads_what_it_does(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    page.find("heading", &format!("vggscope {}", words.tagline)).await?;
    page.says(words.photo, words.invitation).await?;
    let text = page.text().await?;
    for sentence in [words.private, words.samples, words.layers_hint] {
        ensure!(text.contains(sentence), "\"{sentence}\" is not in: {text}");
    }
    for sample in fixtures::SAMPLES.iter() {
        page.find("button", sample.title).await?;
    }

    ensure!(page.js("return crossOriginIsolated", vec![]).await? == true, "the page is not isolated");
    fastest(&page).await?;

    crate::common::default_model(&page).await?;
    let model = Network::read(&fixtures::bytes("models/vgg16.onnx")?, [SIDE, SIDE])
        .map_err(|error| anyhow::anyhow!("{error:?}"))?
        .model;
    page.says(words.model, &format!("{} {}", count(model.architecture.parameters()), words.parameters))
        .await?;
    page.says(words.model, &format!("{} {}", count(1000), words.classes)).await?;
    page.says(words.model, words.preset_from_file).await?;
    ensure!(page.alert().await?.is_none(), "the page complains");
    page.fits(1440).await
}

async fn watches_the_model_arrive(harness: &Harness) -> Result<()> {
    let page = harness.sit_down(Profile::default()).await?;
    // Eight megabytes a second, so that there is something to watch.
    let line = json!({ "offline": false, "latency": 5, "downloadThroughput": 8e6, "uploadThroughput": 8e6 });
    page.devtools("Network.enable", json!({})).await?;
    page.devtools("Network.emulateNetworkConditions", line).await?;
    page.go(&harness.server().url("")).await?;
    let words = page.words();
    let size = fixtures::bytes("models/vgg16.onnx")?.len() as u64;
    let bar = page.find("progressbar", words.fetching).await?;
    ensure!(bar.attr("max").await? == Some(size.to_string()), "the bar does not end at {size} bytes");
    let of = format!("/ {}", bytes(size));
    page.until_true("bytes so far", async || {
        let text = page.text().await?;
        Ok(text.contains(words.fetching)
            && text.contains(&of)
            && !text.contains(&format!("{} 0.0 MB", words.fetching)))
    })
    .await?;
    crate::common::default_model(&page).await?;
    page.until_true("the bar to go", async || Ok(!page.text().await?.contains(words.fetching))).await
}
