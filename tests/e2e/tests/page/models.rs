//! Another network comes to the page, or other names for its classes.

use anyhow::{Context, Result, ensure};
use vggscope_core::error::{Error, ModelError};
use vggscope_core::image::{Fit, Preset};
use vggscope_core::model::LabelsFrom;
use vggscope_core::nn::meaning::Meaning;
use vggscope_core::text;
use vggscope_core::vgg::configuration::{Configuration, SIDE};
use vggscope_e2e::oracle::{self, apart};
use vggscope_e2e::{Harness, Page, Profile, TestFile, fixtures, onnx};
use vggscope_engine::Network;

use crate::common::{agrees, all_layers_lit, default_model, with_cat, with_picture};

crate::scenarios![
    drops_every_kind_of_model,
    drops_weights_of_every_format,
    drops_weights_that_are_refused,
    drops_a_model_and_its_weights_apart,
    reads_what_an_output_means,
    looks_where_weights_can_be_had,
    drops_a_model_whose_names_are_html,
    drops_a_model_whose_names_are_very_long,
    drops_lists_of_class_names,
    drops_a_photo_a_model_and_a_list_at_once,
    changes_the_preprocessing,
    takes_models_from_the_server,
    takes_exports_from_the_server,
    fetches_a_model_of_the_server_once,
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
    all_layers_lit(page, &model.architecture.layers).await?;
    let input = page.picture(words.input).await?;
    let plain = fixtures::picture("tests/golden/photos/plain.jpg")?;
    let wanted = oracle::network_input_picture(&plain, Fit::Centre, model).context("no such input")?;
    ensure!(apart(&input, &wanted).0 < 2.0, "another picture: {:?} of 255 apart", apart(&input, &wanted));
    agrees(page, &answer, &oracle::pass(&network, &input, model.preset)?, &model.labels)?;

    let labels = match model.labels_from {
        LabelsFrom::Model => words.labels_model,
        LabelsFrom::ImageNet => words.labels_imagenet,
        LabelsFrom::File => words.labels_file,
        LabelsFrom::Nowhere => words.labels_nowhere,
    };
    page.says(words.model, labels).await?;
    page.says(words.model, text::preset_from(page.lang(), model.preset_from)).await?;
    page.says(words.model, &text::outputs(page.lang(), model.meaning, model.architecture.classes)).await
}

async fn drops_every_kind_of_model(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let nets = fixtures::names("tests/golden/nets", ".onnx")?;
    ensure!(nets.len() >= 9, "only {nets:?}");
    let nets = nets.iter().map(|name| ("nets", name.as_str()));
    for (folder, name) in nets.chain([("bad", "gray.onnx"), ("bad", "labels-in-metadata.onnx")]) {
        let bytes = fixtures::bytes(&format!("tests/golden/{folder}/{name}"))?;
        drop_model(&page, name, &bytes).await.with_context(|| name.to_owned())?;
    }
    // A name with the start of the sum, as torch.hub writes them.
    let bytes = fixtures::bytes("tests/golden/weights/vgg11-stream.pth")?;
    let checked = page.words().checked;
    ensure!(!page.text_of(page.words().model).await?.contains(checked), "it says what was not checked");
    drop_model(&page, &format!("small-{}.pth", &fixtures::sha256(&bytes)[..8]), &bytes).await?;
    page.says(page.words().model, checked).await
}

async fn drops_weights_of_every_format(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    // One is called as nothing is; its first bytes tell.
    let bytes = fixtures::bytes("tests/golden/weights/vgg16-timm.safetensors")?;
    drop_model(&page, "download", &bytes).await.context("without a name")?;
    for name in [
        "vgg11-stream.pth",
        "vgg13bn-zip.pth",
        "vgg16-timm.safetensors",
        "vgg16.h5",
        "vgg16.keras",
        "vgg16.caffemodel",
        "vgg-32.pth",
    ] {
        let bytes = fixtures::bytes(&format!("tests/golden/weights/{name}"))?;
        drop_model(&page, name, &bytes).await.with_context(|| name.to_owned())?;
    }
    Ok(())
}

async fn drops_weights_that_are_refused(harness: &Harness) -> Result<()> {
    let (page, before) = with_picture(harness).await?;
    for name in ["module.pth", "command.pth", "resnet.pth", "compressed.pth", "nested.pth"] {
        let bytes = fixtures::bytes(&format!("tests/golden/weights/bad/{name}"))?;
        let why = Network::read(&bytes[..], [SIDE, SIDE]).err().context("taken")?;
        page.drop_file(name, bytes).await?;
        let error = Error::Model { name: name.to_owned(), why };
        page.complains(&text::error(page.lang(), &error)).await?;
    }
    // A download that broke: its name says what it should be.
    let broken = fixtures::bytes("tests/golden/weights/vgg-32.pth")?;
    let found = fixtures::sha256(&broken)[..8].to_owned();
    for (name, said) in [("vgg16-397923af.pth", "397923af"), ("vgg11-bbd30ac9.pth", "bbd30ac9")] {
        page.drop_file(name, broken.clone()).await?;
        let why = ModelError::WrongSum { said: said.into(), found: found.clone() };
        let error = Error::Model { name: name.into(), why };
        page.complains(&text::error(page.lang(), &error)).await?;
    }
    let after = page.answer().await?;
    ensure!(after.top[0].name == before.top[0].name, "what was on screen is gone");
    Ok(())
}

async fn drops_a_model_and_its_weights_apart(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let words = page.words();
    let model = fixtures::bytes("tests/cases/models/M25.onnx")?;
    let weights = fixtures::bytes("tests/cases/models/M25.onnx.data")?;
    let both = [TestFile::new("M25.onnx", model.clone()), TestFile::new("M25.onnx.data", weights.clone())];
    page.drop_files(&both).await?;
    page.says(words.model, "M25.onnx").await?;
    page.answer().await?;
    ensure!(page.alert().await?.is_none(), "the page complains: {:?}", page.alert().await?);

    // The one, then the other, which the page asks for by its name.
    let page = harness.open(Profile::default()).await?;
    page.drop_file("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
    page.sees("plain.jpg").await?;
    page.drop_file("M25.onnx", model).await?;
    let why = ModelError::ExternalData { files: vec!["M25.onnx.data".into()] };
    page.complains(&text::error(page.lang(), &Error::Model { name: "M25.onnx".into(), why })).await?;
    page.drop_file("M25.onnx.data", weights).await?;
    page.says(words.model, "M25.onnx").await
}

/// A cat-or-dog network with one sigmoid, findings that do not exclude each other, and a vector that names no class.
async fn reads_what_an_output_means(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let words = page.words();
    for (case, meaning, outputs, column) in [
        ("M01", Meaning::Sigmoids, 1, "%"),
        ("M65", Meaning::Sigmoids, 18, "%"),
        ("M05", Meaning::Embedding, 64, "–"),
    ] {
        let bytes = fixtures::bytes(&format!("tests/cases/models/{case}.onnx"))?;
        page.drop_file(&format!("{case}.onnx"), bytes).await?;
        page.says(words.model, &format!("{case}.onnx")).await?;
        page.answer().await?;
        let hint = text::meaning(page.lang(), meaning, outputs).context("no hint")?;
        page.says(words.answer, hint).await.with_context(|| case.to_owned())?;
        let said = page.text_of(words.answer).await?;
        ensure!(said.contains(column), "{case}: {said}");
        ensure!(case != "M01" || said.contains(words.only_output), "{case}: {said}");
    }
    Ok(())
}

async fn looks_where_weights_can_be_had(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    default_model(&page).await?;
    page.js("document.querySelector('.published summary').click()", vec![]).await?;
    let link = page.find("link", "VGG-16 · torchvision").await?;
    let address = link.attr("href").await?.unwrap_or_default();
    ensure!(address.starts_with("https://download.pytorch.org/models/vgg16-"), "{address}");
    page.says(words.model, "vgg16-397923af.pth · 553.4 MB · BSD-3-Clause").await
}

async fn drops_a_model_whose_names_are_html(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
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

async fn drops_a_model_whose_names_are_very_long(harness: &Harness) -> Result<()> {
    for profile in [Profile::default(), Profile::PHONE] {
        let page = harness.open(profile).await?;
        page.drop_file("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
        page.sees("plain.jpg").await?;
        let bytes = fixtures::bytes("tests/golden/bad/long-names.onnx")?;
        let name = format!("{}.onnx", "n".repeat(200));
        page.drop_file(&name, bytes.clone()).await?;
        page.says(page.words().model, &"n".repeat(100)).await?;
        page.answer().await?;
        let layers = oracle::model(&bytes)?.architecture.layers;
        all_layers_lit(&page, &layers).await?;
        page.fits(profile.size[0]).await?;
    }
    Ok(())
}

fn list(names: usize) -> Vec<u8> {
    (0..names).map(|class| format!("thing {class}\r\n")).collect::<String>().into_bytes()
}

async fn drops_lists_of_class_names(harness: &Harness) -> Result<()> {
    let (page, before) = with_cat(harness, Profile::default()).await?;
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

async fn drops_a_photo_a_model_and_a_list_at_once(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    crate::common::default_model(&page).await?;
    let model = fixtures::bytes("tests/golden/bad/labels-in-metadata.onnx")?;
    let files = [
        TestFile::new("names.txt", b"one\ntwo\nthree\n".to_vec()),
        TestFile::new("small.onnx", model),
        TestFile::new("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?),
    ];
    page.drop_files(&files).await?;
    page.says(words.model, "small.onnx").await?;
    page.says(words.model, words.labels_file).await?;
    let answer = page.sees("plain.jpg").await?;
    let names: Vec<&str> = answer.top.iter().map(|row| row.name.as_str()).collect();
    ensure!(names.len() == 3 && names.iter().all(|name| ["one", "two", "three"].contains(name)), "{names:?}");
    Ok(())
}

async fn changes_the_preprocessing(harness: &Harness) -> Result<()> {
    let (page, before) = with_picture(harness).await?;
    let words = page.words();
    let network = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let input = page.picture(words.input).await?;
    page.choose(words.preset, words.preset_torchvision).await?;
    page.says(words.model, words.preset_chosen).await?;
    let answer = page
        .until("another answer", async || {
            let answer = page.answer().await?;
            Ok((answer.top != before.top).then_some(answer))
        })
        .await?;
    ensure!(page.picture(words.input).await? == input, "the pixels changed as well");
    agrees(&page, &answer, &oracle::pass(&network, &input, Preset::Torchvision)?, &fixtures::CLASSES)
}

/// Takes models of the catalog one after the other, each by its button: the official networks' size among them, and one
/// without a classifier.
async fn takes_models_from_the_server(harness: &Harness) -> Result<()> {
    let of = |letter: &str| Configuration::of(letter).context("no such configuration");
    let models = [
        ("small.onnx", fixtures::bytes("tests/golden/nets/vgg11-torchscript.onnx")?),
        ("vgg16.int8.onnx", onnx::vgg(of("D")?, true)),
        ("features.onnx", onnx::vgg(of("A")?, false)),
    ];
    let lines = models.iter().map(|(name, bytes)| format!("{name}\t{}\t\n", bytes.len()));
    let list = format!("file\tbytes\tsha256\n{}", lines.collect::<String>());
    let mut files = vec![("models/local/index.tsv".to_owned(), list.into_bytes())];
    files.extend(models.iter().map(|(name, bytes)| (format!("models/local/{name}"), bytes.clone())));
    let files: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
    let server = harness.with("catalog", &files)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    page.drop_file("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
    let before = page.sees("plain.jpg").await?;
    let words = page.words();

    let [small, whole, features] = &models;
    for (name, bytes) in [small, whole] {
        take(&page, &button(name, bytes)).await?;
        shows_model(&page, bytes).await.with_context(|| (*name).to_owned())?;
    }
    page.says(words.model, "138,344,128").await?;
    take(&page, &button(features.0, &features.1)).await?;
    page.says(words.answer, words.answer_none).await?;
    take(&page, words.default_model).await?;
    page.until_true("the first answer again", async || Ok(page.answer().await?.top == before.top)).await
}

/// The same of torchvision's networks, as `cargo xtask test --exports` exports them before it builds the page.
async fn takes_exports_from_the_server(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let words = page.words();
    let exported = |name: &str| fixtures::bytes(&format!("models/local/{name}"));
    for name in ["vgg11-random-int8.onnx", "vgg16-random-int8.onnx"] {
        let bytes = exported(name)?;
        take(&page, &button(name, &bytes)).await?;
        shows_model(&page, &bytes).await.with_context(|| name.to_owned())?;
    }
    page.says(words.model, "138,357,544").await?;
    let name = "vgg11-bn-random-features-f16.onnx";
    take(&page, &button(name, &exported(name)?)).await?;
    page.says(words.answer, words.answer_none).await
}

/// What the button of a model of the catalog is called.
fn button(name: &str, bytes: &[u8]) -> String {
    format!("{name} · {}", text::bytes(bytes.len() as u64))
}

/// Takes a model of the catalog, and waits until it is in use.
async fn take(page: &Page, button: &str) -> Result<()> {
    page.click("button", button).await?;
    page.until_true("the model to be in use", async || {
        Ok(page.find("button", button).await?.attr("aria-pressed").await?.as_deref() == Some("true"))
    })
    .await
}

/// A model of the catalog is kept under the sum of what is in it, and taken again only if it still has that.
async fn fetches_a_model_of_the_server_once(harness: &Harness) -> Result<()> {
    let model = fixtures::bytes("tests/golden/nets/vgg11-torchscript.onnx")?;
    let list = format!("file\tbytes\tsha256\nsmall.onnx\t{}\t{}\n", model.len(), fixtures::sha256(&model));
    let files = [("models/local/index.tsv", list.into_bytes()), ("models/local/small.onnx", model.clone())];
    let server = harness.with("kept", &files)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    default_model(&page).await?;
    let button = button("small.onnx", &model);
    let fetches = async || -> Result<bool> {
        let names = "return performance.getEntriesByType('resource').some(entry => entry.name.endsWith('/small.onnx'))";
        Ok(page.js(names, vec![]).await? == true)
    };
    // How many bytes the browser keeps under the only name there is.
    let kept = async || -> Result<u64> {
        let script = "const cache = await caches.open('models'); const [name] = await cache.keys();
            return name ? (await (await cache.match(name)).arrayBuffer()).byteLength : 0";
        let script = format!("return (async () => {{ {script} }})()");
        page.js(&script, vec![]).await?.as_u64().context("no number")
    };
    take(&page, &button).await?;
    ensure!(fetches().await?, "the model came from nowhere");
    page.until_true("the model to be kept", async || Ok(kept().await? == model.len() as u64)).await?;

    page.reload().await?;
    default_model(&page).await?;
    take(&page, &button).await?;
    ensure!(!fetches().await?, "the model was fetched again");

    let damage = "const cache = await caches.open('models'); const [name] = await cache.keys();
        const bytes = new Uint8Array(await (await cache.match(name)).arrayBuffer());
        bytes[bytes.length >> 1] ^= 1; await cache.put(name, new Response(bytes));";
    page.js(&format!("return (async () => {{ {damage} }})()"), vec![]).await?;
    page.reload().await?;
    default_model(&page).await?;
    take(&page, &button).await?;
    ensure!(fetches().await?, "a damaged model was taken");
    Ok(())
}
