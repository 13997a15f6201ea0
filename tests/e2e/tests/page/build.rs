//! The page that builds a network.

use anyhow::{Context, Result, bail, ensure};
use vggscope_core::error::ModelError;
use vggscope_core::text::{self, build_words, built, key_counts, lesson_words, percent, rule};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::initialise::Initialisation;
use vggscope_core::vgg::transfer::Transfer;
use vggscope_e2e::{Harness, Profile, fixtures, oracle};
use vggscope_engine::{Initialised, Network, SIDE};

use crate::common::{agrees, all_layers_lit, cat, number, table, with_cat};

crate::scenarios![
    builds_a_network_and_looks_inside,
    begins_with_weights_of_the_model_in_use,
    compares_initialisations,
    types_what_is_no_network
];

/// The network that the form holds at first.
const FIRST: &str = "vgg11/xavier/1/4/256";

async fn builds_a_network_and_looks_inside(harness: &Harness) -> Result<()> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let words = build_words(page.lang());
    page.click("link", page.words().page_build).await?;
    let build: Build = FIRST.parse().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    // As torchvision's VGG-11 with 256 units and 4 classes: 9,220,480 in its convolutions, and 25,088·256 + 256,
    // 256·256 + 256 and 256·4 + 4 in its dense layers.
    page.says(words.title, "15,710,084").await?;
    page.click("button", words.run).await?;
    page.says(words.title, &built(page.lang(), &build)).await?;
    page.click("link", words.look).await?;

    let network =
        Network::read(Initialised::of(&build), [SIDE; 2]).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    page.says(page.words().model, &built(page.lang(), &build)).await?;
    let answer = page.answer().await?;
    all_layers_lit(&page, &network.model.architecture.layers).await?;
    let input = page.picture(page.words().input).await?;
    agrees(&page, &answer, &oracle::pass(&network, &input, network.model.preset)?, &network.model.labels)
}

async fn begins_with_weights_of_the_model_in_use(harness: &Harness) -> Result<()> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let (lang, words) = (page.lang(), build_words(page.lang()));
    page.go(&harness.server().url("#/build/vgg16/xavier/1/10/0")).await?;
    page.choose(words.begins, words.by_name).await?;
    let [from, to] = ["vgg16/xavier/1/1000/0", "vgg16/xavier/1/10/0"].map(str::parse::<Build>);
    let (Ok(from), Ok(to)) = (from, to) else { bail!("no networks") };
    let keys = Transfer::Names.keys(&from, &to);
    ensure!(keys.loaded.len() == 26 && keys.mismatched.len() == 2, "{keys:?}");
    page.says(words.title, &key_counts(lang, Transfer::Names, &keys)).await?;
    page.click("button", words.run).await?;
    page.says(words.title, "vgg16").await?;
    page.says(words.title, words.look).await?;
    page.click("link", words.look).await?;
    page.says(page.words().model, "←").await?;

    let default = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let broken = |error: ModelError| anyhow::anyhow!("{error:?}");
    let begun = Initialised::begun(&to, &default, Transfer::Names).map_err(broken)?;
    let network = Network::read(begun, [SIDE; 2]).map_err(broken)?;
    let answer = page.answer().await?;
    let input = page.picture(page.words().input).await?;
    // What was learnt sees the photo as it did.
    agrees(&page, &answer, &oracle::pass(&network, &input, default.model.preset)?, &network.model.labels)
}

async fn compares_initialisations(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let (lang, words) = (page.lang(), build_words(page.lang()));
    page.go(&harness.server().url("#/build/16,M,32,M,64,64,M,64,64,M,64,64,M/xavier/1/4/32")).await?;
    page.says(words.spread, words.photo_first).await?;
    page.click("button", cat()?.title).await?;
    page.click("button", words.run).await?;
    page.says(words.title, rule(lang, Initialisation::Xavier)).await?;
    page.says(words.title, words.look).await?;
    page.click("button", words.compare).await?;
    for one in Initialisation::ALL {
        page.says(words.histograms, rule(lang, one)).await?;
    }
    let picture = page.find("image", words.spread).await?;
    ensure!(!page.read(&picture).await?.is_empty(), "the chart is empty");
    page.js("document.querySelector('.spread-numbers summary').click()", vec![]).await?;
    let rows = table(&page, words.numbers).await?.split_off(1);
    ensure!(rows.len() == 11, "{rows:?}");
    let spread = |row: &[String], column: usize| -> Result<String> {
        Ok(row.get(column).context("no column")?.split(' ').next().unwrap_or_default().to_owned())
    };
    for row in &rows {
        // The network in use is the one that this rule makes of this seed.
        ensure!(spread(row, 1)? == spread(row, 2)?, "{row:?}");
        let zeros = row.last().context("no zeros")?;
        ensure!(zeros.starts_with('0') && zeros.contains(&percent(1.0)), "{row:?}");
    }
    // What N(0, 0.01²) begins with dies out: less than a thousandth is left behind seven convolutions.
    let normal = |row: &[String]| number(&spread(row, 4)?);
    ensure!(normal(&rows[6])? < normal(&rows[0])? / 1000.0, "{rows:?}");
    page.fits(1440).await
}

async fn types_what_is_no_network(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let (lang, words) = (page.lang(), build_words(page.lang()));
    page.go(&harness.server().url("#/build")).await?;
    page.fill("textbox", lesson_words(lang).cfg_list, "64, X").await?;
    let fault = "64, X/xavier/1".parse::<Build>().err().context("it is a network")?;
    page.says(words.title, &text::build_error(lang, &fault)).await?;
    page.fill("textbox", lesson_words(lang).cfg_list, "64, M, 128, M").await?;
    page.fill("textbox", words.side, "98").await?;
    let fault = "64,M,128,M/xavier/1/4/256/98".parse::<Build>().err().context("it is a network")?;
    page.says(words.title, &text::build_error(lang, &fault)).await?;
    page.fill("textbox", words.side, "96").await?;
    page.until_true("the network in the address", async || {
        let address = page.js("return decodeURIComponent(location.hash)", vec![]).await?;
        Ok(address == "#/build/64,M,128,M/xavier/1/4/256/96")
    })
    .await
}
