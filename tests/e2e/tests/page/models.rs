//! Another network comes to the page, or other names for its classes.

use anyhow::{Context, Result, ensure};
use vggscope_core::error::Error;
use vggscope_core::image::{Fit, Preset};
use vggscope_core::text;
use vggscope_core::wire::LabelsFrom;
use vggscope_e2e::oracle::{self, apart};
use vggscope_e2e::{Gift, Page, Stage, Visitor, fixtures};

use crate::common::{agrees, all_layers_lit, default_model, with_cat, with_picture};

crate::scenarios![
    drops_every_kind_of_model,
    drops_a_model_whose_names_are_html,
    drops_a_model_whose_names_are_very_long,
    drops_lists_of_class_names,
    drops_a_photo_a_model_and_a_list_at_once,
    changes_the_preprocessing,
    takes_models_from_the_server,
    fetches_the_default_model_once,
];

/// Drops a model on a page that shows plain.jpg.
async fn drop_model(page: &Page, name: &str, bytes: &[u8]) -> Result<()> {
    page.drop_file(name, bytes.to_vec()).await?;
    page.says(page.words().model, name).await?;
    shows_model(page, bytes).await
}

/// Compares all that the page says of its model and of plain.jpg with what it ought to say.
async fn shows_model(page: &Page, bytes: &[u8]) -> Result<()> {
    let words = page.words();
    let answer = page.answer().await?;
    ensure!(page.alert().await?.is_none(), "the page complains: {:?}", page.alert().await?);

    let network = oracle::network(bytes)?;
    let model = &network.model;
    all_layers_lit(page, &model.net.layers).await?;
    let fed = page.picture(words.fed).await?;
    let plain = fixtures::picture("tests/golden/photos/plain.jpg")?;
    let wanted = oracle::fed(&plain, Fit::Centre, model).context("not fed")?;
    ensure!(apart(&fed, &wanted).0 < 2.0, "fed another picture: {:?} of 255 apart", apart(&fed, &wanted));
    agrees(page, &answer, &oracle::pass(&network, &fed, model.preset)?, &model.labels)?;

    let labels = match model.labels_from {
        LabelsFrom::Model => words.labels_model,
        LabelsFrom::ImageNet => words.labels_imagenet,
        LabelsFrom::File => words.labels_file,
        LabelsFrom::Nowhere => words.labels_nowhere,
    };
    page.says(words.model, labels).await?;
    let preset = if model.preset_known { words.preset_from_file } else { words.preset_guessed };
    page.says(words.model, preset).await?;
    page.says(words.model, &format!("{} {}", text::count(model.net.classes as u64), words.classes)).await
}

async fn drops_every_kind_of_model(stage: &Stage) -> Result<()> {
    let (page, _) = with_picture(stage).await?;
    let nets = fixtures::names("tests/golden/nets", ".onnx")?;
    ensure!(nets.len() >= 9, "only {nets:?}");
    let nets = nets.iter().map(|name| ("nets", name.as_str()));
    for (folder, name) in nets.chain([("bad", "gray.onnx"), ("bad", "labels-in-metadata.onnx")]) {
        let bytes = fixtures::bytes(&format!("tests/golden/{folder}/{name}"))?;
        drop_model(&page, name, &bytes).await.with_context(|| name.to_owned())?;
    }
    Ok(())
}

async fn drops_a_model_whose_names_are_html(stage: &Stage) -> Result<()> {
    let (page, _) = with_picture(stage).await?;
    let pictures = async || Ok::<_, anyhow::Error>(page.all("image", None).await?.len());
    let (before, name) = (pictures().await?, "<img src=x onerror=alert(2)>.onnx");
    drop_model(&page, name, &fixtures::bytes("tests/golden/bad/html-names.onnx")?).await?;
    let answer = page.answer().await?;
    ensure!(answer.top[0].name.starts_with("<img src=x onerror=alert(1)>"), "{:?}", answer.top);
    let added = page.js("return document.querySelectorAll('[onerror], img[src=x]').length", vec![]).await?;
    ensure!(added == 0 && pictures().await? <= before, "a name became an element");

    page.drop_file("<img src=x onerror=alert(3)>.jpg", vec![]).await?;
    page.complains("<img src=x onerror=alert(3)>.jpg").await?;
    let added = page.js("return document.querySelectorAll('[onerror], img[src=x]').length", vec![]).await?;
    ensure!(added == 0, "a file's name became an element");
    Ok(())
}

async fn drops_a_model_whose_names_are_very_long(stage: &Stage) -> Result<()> {
    for visitor in [Visitor::default(), Visitor::PHONE] {
        let page = stage.open(visitor).await?;
        page.drop_file("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
        page.sees("plain.jpg").await?;
        let bytes = fixtures::bytes("tests/golden/bad/long-names.onnx")?;
        let name = format!("{}.onnx", "n".repeat(200));
        page.drop_file(&name, bytes.clone()).await?;
        page.says(page.words().model, &"n".repeat(100)).await?;
        page.answer().await?;
        let layers = oracle::model(&bytes)?.net.layers;
        all_layers_lit(&page, &layers).await?;
        page.fits(visitor.size[0]).await?;
    }
    Ok(())
}

fn list(names: usize) -> Vec<u8> {
    (0..names).map(|class| format!("thing {class}\r\n")).collect::<String>().into_bytes()
}

async fn drops_lists_of_class_names(stage: &Stage) -> Result<()> {
    let (page, before) = with_cat(stage, Visitor::default()).await?;
    let words = page.words();
    page.drop_file("short.txt", list(999)).await?;
    page.complains(&text::error(page.lang(), &Error::Labels { found: 999, expected: 1000 })).await?;
    ensure!(page.answer().await?.top == before.top, "the names changed");

    page.drop_file("labels.txt", list(1000)).await?;
    page.says(words.model, words.labels_file).await?;
    let after = page.answer().await?;
    ensure!(after.top[0].name == "thing 285", "it says {}", after.top[0].name);
    ensure!(after.top[0].logit == before.top[0].logit, "another answer for other names");
    page.until_true("the complaint to go", async || Ok(page.alert().await?.is_none())).await?;

    page.drop_file("empty.txt", vec![]).await?;
    page.complains(&text::error(page.lang(), &Error::Labels { found: 0, expected: 1000 })).await
}

async fn drops_a_photo_a_model_and_a_list_at_once(stage: &Stage) -> Result<()> {
    let page = stage.open(Visitor::default()).await?;
    let words = page.words();
    crate::common::default_model(&page).await?;
    let model = fixtures::bytes("tests/golden/bad/labels-in-metadata.onnx")?;
    let files = [
        Gift::new("names.txt", b"one\ntwo\nthree\n".to_vec()),
        Gift::new("small.onnx", model),
        Gift::new("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?),
    ];
    page.drop_files(&files).await?;
    page.says(words.model, "small.onnx").await?;
    page.says(words.model, words.labels_file).await?;
    let answer = page.sees("plain.jpg").await?;
    let names: Vec<&str> = answer.top.iter().map(|row| row.name.as_str()).collect();
    ensure!(names.len() == 3 && names.iter().all(|name| ["one", "two", "three"].contains(name)), "{names:?}");
    Ok(())
}

async fn changes_the_preprocessing(stage: &Stage) -> Result<()> {
    let (page, before) = with_picture(stage).await?;
    let words = page.words();
    let network = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let fed = page.picture(words.fed).await?;
    page.choose(words.preset, words.preset_torchvision).await?;
    page.says(words.model, words.preset_chosen).await?;
    let answer = page
        .until("another answer", async || {
            let answer = page.answer().await?;
            Ok((answer.top != before.top).then_some(answer))
        })
        .await?;
    ensure!(page.picture(words.fed).await? == fed, "the pixels changed as well");
    agrees(&page, &answer, &oracle::pass(&network, &fed, Preset::Torchvision)?, &fixtures::CLASSES)
}

/// The names of the files are those that the exports of `cargo xtask test` get.
async fn takes_models_from_the_server(stage: &Stage) -> Result<()> {
    let (page, before) = with_picture(stage).await?;
    let words = page.words();
    let take = async |button: &str| {
        page.click("button", button).await?;
        page.until_true("the model to be in use", async || {
            Ok(page.find("button", button).await?.attr("aria-pressed").await?.as_deref() == Some("true"))
        })
        .await
    };
    let exported = |name: &str| {
        let bytes = fixtures::bytes(&format!("models/local/{name}"))
            .with_context(|| format!("`cargo xtask test` exports {name} before it builds the page"))?;
        let button = format!("{name} · {}", text::bytes(bytes.len() as u64));
        Ok::<_, anyhow::Error>((bytes, button))
    };
    for name in ["vgg11-random-int8.onnx", "vgg16-random-int8.onnx"] {
        let (bytes, button) = exported(name)?;
        take(&button).await?;
        shows_model(&page, &bytes).await.with_context(|| name.to_owned())?;
    }
    page.says(words.model, "138,357,544").await?;

    let (_, button) = exported("vgg11-bn-random-features-f16.onnx")?;
    take(&button).await?;
    page.says(words.answer, words.answer_none).await?;

    take(words.default_model).await?;
    page.until_true("the first answer again", async || Ok(page.answer().await?.top == before.top)).await
}

async fn fetches_the_default_model_once(stage: &Stage) -> Result<()> {
    let page = stage.open(Visitor::default()).await?;
    let fetches = async || -> Result<bool> {
        let names = "return performance.getEntriesByType('resource').some(entry => entry.name.endsWith('/vgg16.onnx'))";
        Ok(page.js(names, vec![]).await? == true)
    };
    // How many bytes the browser keeps under the only name there is.
    let kept = async || -> Result<u64> {
        let script = "const cache = await caches.open('models'); const [name] = await cache.keys();
            return name ? (await (await cache.match(name)).arrayBuffer()).byteLength : 0";
        let script = format!("return (async () => {{ {script} }})()");
        page.js(&script, vec![]).await?.as_u64().context("no number")
    };
    let whole = fixtures::bytes("models/vgg16.onnx")?.len() as u64;
    default_model(&page).await?;
    ensure!(fetches().await?, "the model came from nowhere");
    page.until_true("the model to be kept", async || Ok(kept().await? == whole)).await?;

    page.reload().await?;
    default_model(&page).await?;
    ensure!(!fetches().await?, "the model was fetched again");

    let damage = "const cache = await caches.open('models'); const [name] = await cache.keys();
        const bytes = new Uint8Array(await (await cache.match(name)).arrayBuffer());
        bytes[bytes.length >> 1] ^= 1; await cache.put(name, new Response(bytes));";
    page.js(&format!("return (async () => {{ {damage} }})()"), vec![]).await?;
    page.reload().await?;
    default_model(&page).await?;
    ensure!(fetches().await?, "a damaged model was taken");
    Ok(())
}
