//! A photo comes to the page, and the page says what it is.

use anyhow::{Result, ensure};
use vggscope_core::image::Preset;
use vggscope_core::nn::Op;
use vggscope_core::session::Lang;
use vggscope_e2e::fixtures::{self, CLASSES, SAMPLES};
use vggscope_e2e::{Harness, Profile, Row, TestFile, oracle};

use crate::common::{agrees, all_layers_lit, click_sample, number, with_cat};

crate::scenarios![
    drops_a_photo_and_reads_what_it_is,
    drags_a_photo_from_the_desktop,
    picks_a_photo_and_pastes_one,
    clicks_on_every_sample_photo,
    searches_all_classes_in_english_and_chinese,
    changes_how_the_photo_is_cropped,
    stops_the_network_and_lets_it_go_on,
    drops_a_photo_while_something_else_happens,
];

const CAT: usize = 285;

async fn drops_a_photo_and_reads_what_it_is(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
    let answer = page.sees("cat.jpg").await?;

    ensure!(answer.top[0].name == page.class(CAT), "it says {}", answer.top[0].name);
    ensure!(answer.top[0].name.starts_with("Egyptian cat"), "class {CAT} is {}", answer.top[0].name);
    let share = |row: &Row| number(row.probability.trim_start_matches("< ").trim_end_matches(" %"));
    let shares: Vec<f64> = answer.top.iter().map(share).collect::<Result<_>>()?;
    ensure!(shares.is_sorted_by(|a, b| a >= b) && shares.iter().sum::<f64>() <= 100.5, "{shares:?}");
    for unit in [" ms · ", " GMAC/s"] {
        ensure!(answer.head.contains(unit), "no \"{unit}\" in \"{}\"", answer.head);
    }

    let input = page.picture(words.input).await?;
    ensure!(input.dimensions() == (224, 224), "the input is {:?}", input.dimensions());
    page.says(words.photo, "224×224").await?;

    let network = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let layers = &network.model.architecture.layers;
    let count = |wanted: fn(&Op) -> bool| layers.iter().filter(|layer| wanted(&layer.op)).count();
    ensure!(layers.len() == 21 && count(|op| matches!(op, Op::Convolution(_))) == 13);
    ensure!(count(|op| matches!(op, Op::MaxPool(_))) == 5);
    all_layers_lit(&page, layers).await?;
    agrees(&page, &answer, &oracle::pass(&network, &input, Preset::Caffe)?, &CLASSES)
}

async fn drags_a_photo_from_the_desktop(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    let photo = fixtures::path("www/photos/coffee.jpg");
    page.drag("dragEnter", &photo).await?;
    page.drag("dragOver", &photo).await?;
    let says = async |wanted: bool| Ok(page.text().await?.contains(words.drop_here) == wanted);
    page.until_true("the page to say what can be dropped", async || says(true).await).await?;
    // The protocol's own dragCancel tells the page nothing.
    let leave = "document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))";
    page.js(leave, vec![]).await?;
    page.until_true("the page to stop saying so", async || says(false).await).await?;

    page.drag("dragEnter", &photo).await?;
    page.drag("dragOver", &photo).await?;
    page.drag("drop", &photo).await?;
    let answer = page.sees("coffee.jpg").await?;
    ensure!(answer.top[0].name == page.class(967), "it says {}", answer.top[0].name);
    ensure!(says(false).await?, "the page still waits for a drop");
    Ok(())
}

async fn picks_a_photo_and_pastes_one(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let button = page.words().choose_photo;
    page.pick(button, &fixtures::path("www/photos/cat.jpg")).await?;
    let first = page.sees("cat.jpg").await?;
    ensure!(first.top[0].name == page.class(CAT), "it says {}", first.top[0].name);

    page.paste(TestFile::new("image.png", fixtures::bytes("tests/golden/crops/source.png")?)).await?;
    page.sees("image.png").await?;

    // The same file once more, as after a mistake.
    page.pick(button, &fixtures::path("www/photos/cat.jpg")).await?;
    let again = page.sees("cat.jpg").await?;
    ensure!(again.top == first.top, "another answer: {:?}", again.top);
    Ok(())
}

async fn clicks_on_every_sample_photo(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    ensure!(SAMPLES.len() >= 5, "only {} sample photos", SAMPLES.len());
    for sample in SAMPLES.iter() {
        let answer = click_sample(&page, sample).await?;
        let (name, found) = (page.class(sample.class), &answer.top[0].name);
        ensure!(*found == name, "{}: {found}, not {name}", sample.file);
    }
    Ok(())
}

async fn searches_all_classes_in_english_and_chinese(harness: &Harness) -> Result<()> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let words = page.words();
    let field = format!("{} (1000)", words.search);
    let find = async |query: &str| {
        page.fill("searchbox", &field, query).await?;
        let said = format!("\"{query}\" to be searched");
        page.until(&said, async || {
            let nothing = page.text_of(words.answer).await?.contains(words.search_none);
            let found = page.answer().await?.found;
            Ok((nothing || !found.is_empty()).then_some(found))
        })
        .await
    };
    let tripod = find("TRIPOD").await?;
    ensure!(tripod.len() == 1 && tripod[0].name == page.class(872), "{tripod:?}");
    let number = find(" 285 ").await?;
    ensure!(number.len() == 1 && number[0].name == page.class(CAT), "{number:?}");

    let cats = find("猫").await?;
    let named = CLASSES.iter().filter(|label| label.zh.as_ref().is_some_and(|zh| zh.contains('猫'))).count();
    ensure!(named > 5 && cats.len() == named.min(12), "{} of {named} cats are found", cats.len());
    ensure!(cats.iter().all(|row| row.name.contains('猫')), "{cats:?}");
    ensure!(cats[0].name == page.class(CAT), "{cats:?}");
    ensure!(find("no such thing").await?.is_empty());
    Ok(())
}

async fn changes_how_the_photo_is_cropped(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    page.drop_file("source.png", fixtures::bytes("tests/golden/crops/source.png")?).await?;
    let mut logits = vec![page.sees("source.png").await?.top];
    let golden = |fit: &str| fixtures::picture(&format!("tests/golden/crops/source-{fit}.png"));
    let mut input = page.picture(words.input).await?;
    ensure!(input == golden("centre")?, "the middle is not what Pillow makes of it");
    for (choice, fit) in [(words.fit_squeeze, "squeeze"), (words.fit_letterbox, "letterbox")] {
        page.choose(words.fit, choice).await?;
        input = page.another_picture(words.input, &input).await?;
        ensure!(input == golden(fit)?, "\"{choice}\" is not what Pillow makes of it");
        logits.push(page.answer().await?.top);
    }
    ensure!(logits[0] != logits[1] && logits[1] != logits[2], "the answer does not change: {logits:?}");
    page.choose(words.fit, words.fit_centre).await?;
    page.another_picture(words.input, &input).await?;
    ensure!(page.answer().await?.top == logits[0], "another answer for the same pixels");
    Ok(())
}

async fn drops_a_photo_while_something_else_happens(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    // The page hears of a click first, and of what was dropped in the same moment only after it.
    let press = "const button = [...document.querySelectorAll('button')].find(one => one.textContent === arguments[0]);
        document.addEventListener('dragover', () => button.click(), { once: true })";
    page.js(press, vec!["中文".into()]).await?;
    page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
    page.expect_lang(Lang::Zh);
    let answer = page.sees("cat.jpg").await?;
    ensure!(answer.top[0].name == page.class(CAT), "it says {}", answer.top[0].name);
    Ok(())
}

async fn stops_the_network_and_lets_it_go_on(harness: &Harness) -> Result<()> {
    let page = harness.open_at(Profile::default(), harness.server(), "?variant=plain").await?;
    let words = page.words();
    // A pass may be over before a driver finds the button: it is pressed as soon as it is there.
    let press = "const [name] = arguments;
        const observer = new MutationObserver(() => {
            const stop = [...document.querySelectorAll('button')].find(button => button.textContent === name);
            if (!stop) return;
            observer.disconnect();
            stop.click();
        });
        observer.observe(document.body, { subtree: true, childList: true });";
    page.js(press, vec![words.stop.into()]).await?;
    page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
    page.says(words.answer, words.stopped).await?;
    let lit = page.layers().await?.iter().filter(|(_, text)| text.ends_with(" ms")).count();
    ensure!(lit < 21, "it was not stopped");
    page.click("button", words.retry).await?;
    let answer = page.sees("cat.jpg").await?;
    ensure!(answer.top[0].name == page.class(CAT), "it says {}", answer.top[0].name);

    // In the middle of a pass the newest photo wins.
    page.drop_file("coffee.jpg", fixtures::bytes("www/photos/coffee.jpg")?).await?;
    page.drop_file("tripod.jpg", fixtures::bytes("www/photos/tripod.jpg")?).await?;
    let answer = page.sees("tripod.jpg").await?;
    ensure!(answer.top.iter().any(|row| row.name == page.class(872)), "{:?}", answer.top);
    Ok(())
}
