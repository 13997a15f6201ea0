//! A person's photos: judged, and a head trained on them.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::json;
use vggscope_core::error::{Error, PhotoError, TrainingError};
use vggscope_core::session::Lang;
use vggscope_core::text::{self, build_words, train_words};
use vggscope_e2e::{Harness, Page, Profile, TestFile, fixtures, oracle};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::common::{agrees, cat, default_model, number, table};

crate::scenarios![
    trains_a_head_and_takes_it_home,
    judges_photos_by_their_folders,
    is_given_photos_that_train_nothing,
    unpacks_photos,
    records_by_the_camera
];

/// Pixels of a photo's side.
const SIDE: u32 = 64;
/// Photos of each class.
const EACH: u32 = 20;
/// What the photos show.
const CLASSES: [&str; 3] = ["checks", "disc", "stripes"];

/// A photo of a class: colours and places differ from one to the next.
fn picture(class: usize, number: u32) -> RgbImage {
    let colour =
        |shift: u32| Rgb([0, 1, 2].map(|channel| ((number * 37 + channel * 83 + shift) % 200) as u8 + 28));
    let (ink, paper) = (colour(0), colour(101));
    let (period, shift) = (6 + number % 5, number * 3);
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (across, down) = ((x + shift) / period, (y + shift) / period);
        let far = (i64::from(x) - 32 + i64::from(number % 7)).pow(2) + (i64::from(y) - 30).pow(2);
        let is_ink = match class {
            0 => (across + down) % 2 == 0,
            1 => far < i64::from(140 + 12 * number),
            _ => across % 2 == 0,
        };
        if is_ink { ink } else { paper }
    })
}

fn png(picture: RgbImage) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// A folder on the disk with a folder for each class.
fn folder(harness: &Harness, each: u32) -> Result<PathBuf> {
    let folder = harness.folder("photos")?;
    for (class, name) in CLASSES.iter().enumerate() {
        fs::create_dir_all(folder.join(name))?;
        for number in 0..each {
            fs::write(folder.join(name).join(format!("{number}.png")), png(picture(class, number))?)?;
        }
    }
    Ok(folder)
}

/// Drops a folder of the disk on the page.
async fn drop(page: &Page, folder: &Path) -> Result<()> {
    for step in ["dragEnter", "dragOver", "drop"] {
        page.drag(step, folder).await?;
    }
    Ok(())
}

/// The shares in a sentence that says how many were right.
async fn held_out(page: &Page) -> Result<[usize; 2]> {
    let words = train_words(page.lang());
    page.says(words.train, words.held_out).await?;
    let text = page.text_of(words.train).await?;
    let line = text.lines().find(|line| line.contains("95 %")).context("no line of what was right")?;
    let numbers: Vec<usize> =
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    Ok([numbers[0], numbers[1]])
}

async fn trains_a_head_and_takes_it_home(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let (lang, words) = (page.lang(), train_words(page.lang()));
    // A network of four classes that has not learnt anything: what its kernels tell apart is enough.
    page.go(&harness.server().url("#/build/vgg11/kaiming/1/4/0/64")).await?;
    page.click("button", cat()?.title).await?;
    page.click("button", build_words(lang).run).await?;
    page.says(build_words(lang).title, build_words(lang).look).await?;
    page.click("button", build_words(lang).compare).await?;
    page.find("image", build_words(lang).spread).await?;

    page.go(&harness.server().url("#/train")).await?;
    page.find("heading", &format!("{} {}", words.title, words.intro)).await?;
    let photos = folder(harness, EACH)?;
    drop(&page, &photos).await?;
    page.says(words.title, &text::photo_count(lang, 3 * EACH as usize)).await?;
    for name in CLASSES {
        page.find("listitem", name).await?;
    }
    page.says(words.judged, words.none_known).await?;
    page.click("button", words.start).await?;
    let [right, of] = held_out(&page).await?;
    ensure!(of == 12 && right * 10 > of * 9, "{right} of {of}");
    let rows = table(&page, words.matrix).await?;
    ensure!(rows.len() == 4 && rows[1][0].contains(CLASSES[0]), "{rows:?}");
    page.fits(1440).await?;

    // With its head on, the network answers to a photo in the explorer, and says the same once it was saved and opened.
    page.click("button", words.use_it).await?;
    page.says(words.train, words.in_use).await?;
    let downloads = harness.folder("downloads")?;
    page.devtools("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }))
        .await?;
    page.click("button", words.float32).await?;
    let file = downloads.join("VGG-11--checks--disc--stripes.onnx");
    page.until_true("the file", async || Ok(file.exists())).await?;
    page.click("link", words.look).await?;
    page.drop_file("disc.png", png(picture(1, 5))?).await?;
    let answer = page.sees("disc.png").await?;
    ensure!(answer.top.len() == 3 && answer.top[0].name == "disc", "{:?}", answer.top);
    let network = oracle::network(&fs::read(&file)?)?;
    let input = page.picture(page.words().input).await?;
    agrees(&page, &answer, &oracle::pass(&network, &input, network.model.preset)?, &network.model.labels)?;
    drop(&page, &file).await?;
    page.says(page.words().model, "VGG-11--checks--disc--stripes.onnx").await?;
    page.says(page.words().model, page.words().labels_model).await?;
    let again = page.sees("disc.png").await?;
    for (one, other) in answer.top.iter().zip(&again.top) {
        let apart = (number(&one.logit)? - number(&other.logit)?).abs();
        ensure!(
            one.name == other.name && apart < 0.002,
            "{} {} for {} {}",
            other.name,
            other.logit,
            one.name,
            one.logit
        );
    }
    Ok(())
}

async fn judges_photos_by_their_folders(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile { language: "zh-CN", ..Profile::default() }).await?;
    page.expect_lang(Lang::Zh);
    let words = train_words(Lang::Zh);
    default_model(&page).await?;
    page.go(&harness.server().url("#/train")).await?;
    // Folders called by an id and by a Chinese name; beside the photos a file that is broken, and one that is none.
    let all = harness.folder("photos")?;
    let samples: Vec<_> = fixtures::SAMPLES.iter().take(3).collect();
    let labels = &fixtures::CLASSES;
    for (place, sample) in samples.iter().enumerate() {
        let label = &labels[sample.class];
        let name = if place == 0 { label.id.clone() } else { label.zh.clone() };
        let folder = all.join(name.context("no name")?);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(sample.file), fixtures::bytes(&format!("www/photos/{}", sample.file))?)?;
    }
    let first = all.join(labels[samples[0].class].id.as_deref().context("no id")?);
    fs::write(first.join("broken.jpg"), b"\xff\xd8\xff\xe0 and no more")?;
    fs::write(first.join("notes.txt"), "none")?;
    drop(&page, &all).await?;
    page.says(words.title, &format!("{}: 1", words.broken)).await?;
    page.says(words.judged, words.top5).await?;
    page.until_true("all photos", async || Ok(!page.has("progressbar", words.looking).await?)).await?;
    let [right, of] = {
        let text = page.text_of(words.judged).await?;
        let line = text.lines().find(|line| line.contains("95 %")).context("no line")?;
        let numbers: Vec<usize> =
            line.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        [numbers[1], numbers[0]]
    };
    // The samples are photos that the default model knows.
    ensure!([right, of] == [3, 3], "{right} of {of}");
    // A thumbnail leads to the explorer.
    page.click("link", samples[0].file).await?;
    page.sees(samples[0].file).await?;
    Ok(())
}

async fn is_given_photos_that_train_nothing(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = train_words(page.lang());
    default_model(&page).await?;
    page.go(&harness.server().url("#/train")).await?;
    page.drop_files(&[
        TestFile::new("one.png", png(picture(0, 1))?),
        TestFile::new("two.png", png(picture(0, 2))?),
    ])
    .await?;
    page.says(words.title, &text::photo_count(page.lang(), 2)).await?;
    page.find("listitem", words.no_folder).await?;
    page.click("button", words.start).await?;
    page.complains(&text::training_error(page.lang(), &TrainingError::OneClass)).await?;
    page.click("button", words.clear).await?;
    page.until_true("no photos", async || Ok(!page.has("listitem", words.no_folder).await?)).await
}

/// A zip archive of these files, deflated.
fn archive(files: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(
            *path,
            SimpleFileOptions::default().compression_method(CompressionMethod::Deflated),
        )?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

async fn unpacks_photos(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = train_words(page.lang());
    default_model(&page).await?;
    page.go(&harness.server().url("#/train")).await?;
    let files = [
        ("all/checks/1.png", png(picture(0, 1))?),
        ("all/checks/2.png", png(picture(0, 2))?),
        ("all/disc/1.png", png(picture(1, 1))?),
        ("all/disc/notes.txt", b"none".to_vec()),
        ("__MACOSX/all/disc/._1.png", b"none".to_vec()),
    ];
    let whole = archive(&files)?;
    page.drop_file("photos.zip", whole.clone()).await?;
    page.says(words.title, &text::photo_count(page.lang(), 3)).await?;
    for (name, count) in [("checks", 2), ("disc", 1)] {
        let class = page.find("listitem", name).await?;
        ensure!(page.read(&class).await?.contains(&text::photo_count(page.lang(), count)), "{name}");
    }
    // Cut short, it is said to be, and what is there stays.
    page.drop_file("cut.zip", whole[..whole.len() / 2].to_vec()).await?;
    let error = Error::Photo { name: "cut.zip".to_owned(), why: PhotoError::Archive };
    page.complains(&text::error(page.lang(), &error)).await?;
    page.says(words.title, &text::photo_count(page.lang(), 3)).await
}

/// The browser's own moving picture stands for a camera.
async fn records_by_the_camera(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = train_words(page.lang());
    default_model(&page).await?;
    page.go(&harness.server().url("#/train")).await?;
    page.click("button", words.camera).await?;
    page.until_true("a picture of the camera", async || {
        Ok(page.js("return document.querySelector('video')?.videoWidth > 0", vec![]).await? == true)
    })
    .await?;
    for (name, count) in [("left", 2), ("right", 1)] {
        page.fill("textbox", words.class, name).await?;
        for _ in 0..count {
            page.click("button", words.hold).await?;
        }
        let class = page.find("listitem", name).await?;
        let photos = |text: String| text.split_whitespace().find_map(|word| word.parse::<usize>().ok());
        page.until_true("examples", async || {
            Ok(photos(page.read(&class).await?).is_some_and(|photos| photos >= count))
        })
        .await?;
    }
    page.click("checkbox", words.live).await?;
    page.until_true("answers", async || {
        Ok(page.js("return document.querySelectorAll('.live li').length", vec![]).await? == 3)
    })
    .await?;
    // Turned off, it is off.
    page.click("button", words.camera).await?;
    page.until_true("no camera", async || {
        Ok(page.js("return document.querySelector('video') === null", vec![]).await? == true)
    })
    .await
}
