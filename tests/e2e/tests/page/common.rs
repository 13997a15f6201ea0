//! What several visits have in common.

use anyhow::{Context, Result, ensure};
use vggscope_core::nn::Layer;
use vggscope_core::nn::labels::Label;
use vggscope_core::text;
use vggscope_e2e::fixtures::{SAMPLES, Sample};
use vggscope_e2e::oracle::Pass;
use vggscope_e2e::{Answer, Harness, Page, Profile, name_of};

/// The sample photo of a cat.
pub fn cat() -> Result<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.file == "cat.jpg").context("no cat among the samples")
}

/// Clicks on a sample photo, and reads what it is.
pub async fn click_sample(page: &Page, sample: &Sample) -> Result<Answer> {
    page.click("button", sample.title).await?;
    page.find("image", sample.alt).await?;
    page.answer().await
}

/// Opens the page and has it look at the cat.
pub async fn with_cat(harness: &Harness, profile: Profile<'_>) -> Result<(Page, Answer)> {
    let page = harness.open(profile).await?;
    let answer = click_sample(&page, cat()?).await?;
    Ok((page, answer))
}

/// Waits until the default model is in use: its name stands over the number of its parameters.
pub async fn default_model(page: &Page) -> Result<()> {
    let words = page.words();
    page.until_true("the default model to be in use", async || {
        let text = page.text_of(words.model).await?;
        let lines: Vec<&str> = text.lines().collect();
        Ok(lines.windows(2).any(|pair| pair[0] == words.default_model && pair[1].contains(words.parameters)))
    })
    .await
}

/// Opens the page and drops a small picture on it.
pub async fn with_picture(harness: &Harness) -> Result<(Page, Answer)> {
    let page = harness.open(Profile::default()).await?;
    page.drop_file("plain.jpg", vggscope_e2e::fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
    let answer = page.sees("plain.jpg").await?;
    Ok((page, answer))
}

/// The cells of each row of a table.
pub async fn table(page: &Page, name: &str) -> Result<Vec<Vec<String>>> {
    let table = page.find("table", name).await?;
    let script =
        "return [...arguments[0].rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))";
    let rows = page.js(script, vec![serde_json::to_value(&table)?]).await?;
    Ok(serde_json::from_value(rows)?)
}

/// A number as the page writes it, with a true minus.
pub fn number(text: &str) -> Result<f64> {
    let plain = text.trim().replace('−', "-");
    plain.parse().with_context(|| format!("no number: \"{text}\""))
}

/// What the button of a layer is called.
pub fn layer_name(page: &Page, layer: &Layer) -> String {
    let line = text::layer_line(page.lang(), layer);
    format!("{}: {line}, {}", layer.name, text::shape(layer.shape))
}

/// Every layer has a button, in the order of the network, and each button a time.
pub async fn all_layers_lit(page: &Page, layers: &[Layer]) -> Result<()> {
    let shown = page.layers().await?;
    let names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<String> = layers.iter().map(|layer| layer_name(page, layer)).collect();
    ensure!(names == wanted, "the page lists\n{names:#?}\nfor\n{wanted:#?}");
    for (name, text) in &shown {
        ensure!(text.trim_end().ends_with(" ms"), "{name} is not lit: {text}");
    }
    Ok(())
}

/// The page's answer is that of a pass, but for what rounding does.
pub fn agrees(page: &Page, answer: &Answer, pass: &Pass, labels: &[Label]) -> Result<()> {
    ensure!(answer.top.len() == pass.ranking.len().min(5), "{} classes are shown", answer.top.len());
    for (rank, (row, class)) in answer.top.iter().zip(&pass.ranking).enumerate() {
        let (shown, wanted) = (number(&row.logit)?, f64::from(pass.logits[*class]));
        ensure!((shown - wanted).abs() < 0.02 + 1e-3 * wanted.abs(), "rank {rank}: {shown} for {wanted}");
        // Two classes may be too close to call.
        let next = pass.ranking.get(rank + 1).map_or(f32::NEG_INFINITY, |next| pass.logits[*next]);
        let last = if rank == 0 { f32::INFINITY } else { pass.logits[pass.ranking[rank - 1]] };
        let clear = (last - pass.logits[*class]).min(pass.logits[*class] - next) > 0.01;
        let name = name_of(page.lang(), labels, *class);
        ensure!(!clear || row.name == name, "rank {rank}: \"{}\" for \"{name}\"", row.name);
    }
    Ok(())
}
