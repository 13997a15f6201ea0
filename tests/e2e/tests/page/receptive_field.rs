//! What a unit sees on the photo, and which units see a pixel: by pointer and by keyboard.

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use vggscope_core::nn::Shape;
use vggscope_core::text;
use vggscope_e2e::{Harness, Page, Profile, Row, fixtures, name_of, oracle};

use crate::common::{layer_name, with_cat};

crate::scenarios![
    points_at_units_and_sees_their_fields,
    points_at_pixels_and_sees_their_units,
    comes_back_to_a_unit_by_its_address,
    asks_why_of_a_class,
];

/// The layer that is opened: 56x56 units that see 24 pixels and are 4 apart; the first begins 10 before the photo.
const NAME: &str = "conv3_1";
const INPUT: Shape = Shape { channels: 3, height: 224, width: 224 };

async fn open(harness: &Harness, profile: Profile<'_>) -> Result<Page> {
    let (page, _) = with_cat(harness, profile).await?;
    let model = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?;
    let layer = model.architecture.layers.iter().find(|layer| layer.name == NAME);
    page.click("button", &layer_name(&page, layer.ok_or_else(|| anyhow::anyhow!("no such layer"))?)).await?;
    page.fill("spinbutton", page.words().channel_pick, "7").await?;
    page.says(page.words().channel, page.words().sees_hint).await?;
    Ok(page)
}

fn field(page: &Page, row: usize, column: usize) -> String {
    let span = |at: usize| at as i64 * 4 - 10..=at as i64 * 4 + 13;
    text::field(page.lang(), NAME, [row, column], &[span(row), span(column)], INPUT)
}

async fn points_at_units_and_sees_their_fields(harness: &Harness) -> Result<()> {
    for profile in [Profile::default(), Profile::PHONE] {
        let page = open(harness, profile).await?;
        let words = page.words();
        let map = page.find("group", &format!("{NAME} 7")).await?;
        let share = |at: usize| (at as f64 + 0.5) / 56.0;
        let says =
            async |row: usize, column: usize| page.says(words.channel, &field(&page, row, column)).await;

        page.point(&map, share(20), share(5)).await?;
        says(5, 20).await?;
        // A click pins: the pointer goes on without it, and a click elsewhere pins anew.
        page.click_at(&map, share(0), share(0)).await?;
        says(0, 0).await?;
        page.says(words.channel, words.pinned).await?;
        page.point(&map, share(40), share(40)).await?;
        says(0, 0).await?;
        // On a phone's screen a scrollbar may lie over the last columns.
        page.click_at(&map, share(52), share(30)).await?;
        says(30, 52).await?;
        let right = [53, 54, 55, 55].map(|column| (Key::Right, 30, column));
        for (key, row, column) in
            right.into_iter().chain([(Key::Up, 29, 55), (Key::Left, 29, 54), (Key::Down, 30, 54)])
        {
            map.send_keys(&char::from(key).to_string()).await?;
            says(row, column).await?;
        }
        map.send_keys(&char::from(Key::Escape).to_string()).await?;
        page.says(words.channel, words.sees_hint).await?;

        page.click_at(&map, share(10), share(10)).await?;
        says(10, 10).await?;
        page.click("button", words.free).await?;
        page.until_true("the unit to be freed", async || Ok(!page.has("button", words.free).await?)).await?;
        page.fits(profile.size[0]).await?;
    }
    Ok(())
}

async fn points_at_pixels_and_sees_their_units(harness: &Harness) -> Result<()> {
    let page = open(harness, Profile::default()).await?;
    let words = page.words();
    let photo = page.find("group", words.sees).await?;
    let says = async |row: usize, column: usize, units: [std::ops::RangeInclusive<usize>; 2]| {
        page.says(words.channel, &text::seen_by(page.lang(), NAME, [row, column], &units)).await
    };
    // The photo's middle; by keys from there. 4u − 10 ≤ 112 ≤ 4u + 13 for u from 25 to 30, and 114 from 26 to 31.
    photo.send_keys(&char::from(Key::Right).to_string()).await?;
    says(112, 113, [25..=30, 25..=30]).await?;
    photo.send_keys(&char::from(Key::Right).to_string()).await?;
    says(112, 114, [25..=30, 26..=31]).await?;
    // It stays when another layer is opened: of pool1's units one sees a pixel twice.
    let model = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?;
    let pool = model.architecture.layers.iter().find(|layer| layer.name == "pool1").context("no pool1")?;
    page.click("button", &layer_name(&page, pool)).await?;
    // Unit u of pool1 sees 2u − 2 to 2u + 3.
    let said = text::seen_by(page.lang(), "pool1", [112, 114], &[55..=57, 56..=58]);
    page.says(words.channel, &said).await?;
    // The figure is another one now.
    page.find("group", words.sees).await?.send_keys(&char::from(Key::Escape).to_string()).await?;
    page.says(words.channel, words.sees_hint).await?;

    page.point(&page.find("group", words.sees).await?, 0.5, 0.5).await?;
    page.until_true("a pixel to be told of", async || {
        Ok(!page.text_of(words.channel).await?.contains(words.sees_hint))
    })
    .await?;
    let corner = page.find("group", words.sees).await?;
    page.point(&corner, 0.001, 0.001).await?;
    page.says(words.channel, words.sees_hint).await?;
    ensure!(page.alert().await?.is_none(), "the page complains");
    Ok(())
}

async fn comes_back_to_a_unit_by_its_address(harness: &Harness) -> Result<()> {
    // conv3_1 is the seventh layer after the input.
    let page = harness.open_at(Profile::default(), harness.server(), "#/layer/7/7/5/20").await?;
    crate::common::click_sample(&page, crate::common::cat()?).await?;
    page.says(page.words().channel, &field(&page, 5, 20)).await?;
    let map = page.find("group", &format!("{NAME} 7")).await?;
    map.send_keys(&char::from(Key::Down).to_string()).await?;
    page.says(page.words().channel, &field(&page, 6, 20)).await?;
    let address = page.js("return location.hash", vec![]).await?;
    ensure!(address == "#/layer/7/7/6/20", "{address}");
    Ok(())
}

async fn asks_why_of_a_class(harness: &Harness) -> Result<()> {
    for profile in [Profile::default(), Profile::PHONE] {
        let (page, answer) = with_cat(harness, profile).await?;
        let words = page.words();
        let shown = |row: &Row| {
            let class = (0..1000).find(|class| name_of(page.lang(), &fixtures::CLASSES, *class) == row.name);
            class.map_or_else(
                || row.name.clone(),
                |class| text::class(page.lang(), &fixtures::CLASSES, class).0,
            )
        };
        for row in &answer.top[..2] {
            let name = shown(row);
            page.click("button", &name).await?;
            // The mean of the map and the bias are the logit that the answer shows.
            page.says(words.attribution, &format!("{} ", words.attribution)).await?;
            page.find("image", &format!("{}: {name}", words.attribution)).await?;
            page.says(words.attribution, &row.logit).await?;
        }
        page.fits(profile.size[0]).await?;
        let name = shown(&answer.top[1]);
        page.click("button", &name).await?;
        page.until_true("the map to go", async || {
            Ok(!page.has("image", &format!("{}: {name}", words.attribution)).await?)
        })
        .await?;
    }
    Ok(())
}
