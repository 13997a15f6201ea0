//! Inputs of other sizes, and what the paper's protocols say of a photo.

use anyhow::{Context, Result, ensure};
use vggscope_core::error::{Error, ModelError};
use vggscope_core::image::{Fit, Preset};
use vggscope_core::text::{self, evaluation_words, own_size, unit_words};
use vggscope_e2e::oracle;
use vggscope_e2e::{Harness, Page, Profile, fixtures};

use crate::common::{agrees, all_layers_lit, cat, click_sample, number, table, with_cat, with_picture};

crate::scenarios![
    chooses_another_size,
    reads_dense_layers_as_convolutions,
    chooses_a_size_that_is_too_small,
    chooses_a_size_of_a_file_that_is_gone,
    evaluates_a_photo_by_the_papers_protocols,
    stops_an_evaluation_and_asks_again,
];

/// Types rows and columns, and sets them.
async fn set_size(page: &Page, [rows, columns]: [usize; 2]) -> Result<()> {
    let words = evaluation_words(page.lang());
    for (name, length) in [(words.rows, rows), (words.columns, columns)] {
        // Enter would set the one before the other is typed.
        page.type_over(&page.find("spinbutton", name).await?, &length.to_string()).await?;
    }
    page.click("button", words.set).await
}

/// The page shows a model of the size that was chosen, and what it says is what the same network says natively.
async fn shows_size(page: &Page, bytes: &[u8], size: [usize; 2]) -> Result<()> {
    let network = oracle::network_at(bytes, size)?;
    let wide = page.until("an input of the new size", async || {
        let input = page.picture(page.words().input).await?;
        Ok((input.dimensions() == (size[1] as u32, size[0] as u32)).then_some(input))
    });
    let input = wide.await?;
    let answer = page.answer().await?;
    all_layers_lit(page, &network.model.architecture.layers).await?;
    agrees(page, &answer, &oracle::pass(&network, &input, network.model.preset)?, &network.model.labels)
}

async fn chooses_another_size(harness: &Harness) -> Result<()> {
    let (page, before) = with_cat(harness, Profile::default()).await?;
    let bytes = fixtures::bytes("models/vgg16.onnx")?;
    let sizes = oracle::model(&bytes)?.sizes;
    page.says(page.words().model, &text::sizes(page.lang(), &sizes)).await?;
    set_size(&page, [160, 256]).await?;
    shows_size(&page, &bytes, [160, 256]).await?;
    page.click("button", &own_size(page.lang(), &sizes)).await?;
    page.until_true("the first answer again", async || Ok(page.answer_now().await?.top == before.top)).await
}

async fn reads_dense_layers_as_convolutions(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let name = "vgg13bn-zip.pth";
    let bytes = fixtures::bytes(&format!("tests/golden/weights/{name}"))?;
    page.drop_file(name, bytes.clone()).await?;
    page.says(page.words().model, name).await?;
    page.answer().await?;
    set_size(&page, [256, 288]).await?;
    shows_size(&page, &bytes, [256, 288]).await
}

async fn chooses_a_size_that_is_too_small(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let name = "vgg11-stream.pth";
    let bytes = fixtures::bytes(&format!("tests/golden/weights/{name}"))?;
    page.drop_file(name, bytes.clone()).await?;
    page.says(page.words().model, name).await?;
    let before = page.answer().await?;
    set_size(&page, [192, 224]).await?;
    // The field says so itself, as the browser words it, and nothing is asked for.
    let rows = page.find("spinbutton", evaluation_words(page.lang()).rows).await?;
    let validity =
        page.js("return arguments[0].validity.rangeUnderflow", vec![serde_json::to_value(&rows)?]).await?;
    ensure!(validity == true, "192 rows are no fewer than 224");
    page.says(page.words().model, &text::sizes(page.lang(), &oracle::model(&bytes)?.sizes)).await?;
    ensure!(page.answer_now().await?.top == before.top, "the answer is gone");
    Ok(())
}

/// A model's file is read again for another size, and may be gone by then.
async fn chooses_a_size_of_a_file_that_is_gone(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let name = format!("vgg-{}.pth", std::process::id());
    let path = std::env::temp_dir().join(&name);
    std::fs::write(&path, fixtures::bytes("tests/golden/weights/vgg-32.pth")?)?;
    page.pick(page.words().open_model, &path).await?;
    page.says(page.words().model, &name).await?;
    let before = page.answer().await?;
    std::fs::remove_file(&path)?;
    set_size(&page, [40, 48]).await?;
    let gone = Error::Model { name, why: ModelError::Gone };
    page.complains(&text::error(page.lang(), &gone)).await?;
    ensure!(page.answer_now().await?.top == before.top, "the answer is gone");
    Ok(())
}

async fn evaluates_a_photo_by_the_papers_protocols(harness: &Harness) -> Result<()> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let words = evaluation_words(page.lang());
    page.js("document.querySelector('.evaluation summary').click()", vec![]).await?;
    page.click("button", words.dense).await?;
    let rows = page
        .until("all scales and their mean", async || {
            let rows = if page.has("table", words.title).await? {
                table(&page, words.title).await?
            } else {
                Vec::new()
            };
            Ok(rows.first().is_some_and(|head| head.len() == 6).then_some(rows))
        })
        .await?;
    // Of the scale 256: the photo at that size, and the network read for it.
    let bytes = fixtures::bytes("models/vgg16.onnx")?;
    let photo = fixtures::picture(&format!("www/photos/{}", cat()?.file))?;
    let size =
        vggscope_core::explain::evaluation::whole([photo.width() as usize, photo.height() as usize], 256);
    let network = oracle::network_at(&bytes, size)?;
    let whole =
        oracle::network_input_picture(&photo, Fit::Squeeze, &network.model).context("no such input")?;
    let mirrored = image::imageops::flip_horizontal(&whole);
    let mut mean = vec![0.0; network.model.architecture.classes];
    for picture in [whole, mirrored] {
        let logits = oracle::pass(&network, &picture, Preset::Caffe)?.logits;
        let probabilities = network.model.meaning.probabilities(&logits);
        mean.iter_mut().zip(&probabilities).for_each(|(sum, one)| *sum += one / 2.0);
    }
    let ranking = vggscope_core::nn::softmax::ranking(&mean);
    let (name, _) = text::class(page.lang(), &network.model.labels, ranking[0]);
    let row =
        rows.iter().find(|row| row[0] == name).with_context(|| format!("no row of {name}: {rows:?}"))?;
    let shown = number(row[2].trim_end_matches('%').trim())?;
    ensure!((shown - f64::from(mean[ranking[0]]) * 100.0).abs() < 1.5, "{shown} % for {}", mean[ranking[0]]);
    ensure!(rows.iter().any(|row| row[..3] == [words.passes, "1", "2"]), "no passes: {rows:?}");
    // What each place says, over the photo.
    let pictures = page.all("image", None).await?;
    let maps = pictures.iter().filter(|(name, _)| name.contains(&format!("{}×{}", size[0], size[1]))).count();
    ensure!(maps == 1, "{maps} maps of the scale 256");
    Ok(())
}

async fn stops_an_evaluation_and_asks_again(harness: &Harness) -> Result<()> {
    let (page, answer) = with_cat(harness, Profile::default()).await?;
    let (words, more) = (evaluation_words(page.lang()), unit_words(page.lang()));
    page.js("document.querySelector('.evaluation summary').click()", vec![]).await?;
    page.click("button", words.crops).await?;
    page.find("progressbar", more.passes).await?;
    page.click("button", page.words().stop).await?;
    page.click("button", page.words().retry).await?;
    page.find("progressbar", more.passes).await?;
    // Another photo is not evaluated unasked, and nothing waits for it.
    page.click("button", fixtures::SAMPLES[1].title).await?;
    page.until_true("another answer", async || Ok(page.answer_now().await?.top != answer.top)).await?;
    ensure!(!page.has("progressbar", more.passes).await?, "another photo is evaluated too");
    click_sample(&page, cat()?).await.map(drop)
}
