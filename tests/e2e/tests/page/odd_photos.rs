//! Photos that are none, and photos of unusual kinds.

use anyhow::{Context, Result, ensure};
use image::RgbaImage;
use vggscope_core::error::{Error, PhotoError, PictureFormat};
use vggscope_core::image::Fit;
use vggscope_core::session::{Lang, Notice};
use vggscope_core::text;
use vggscope_e2e::oracle::{self, apart};
use vggscope_e2e::{Answer, Harness, Page, TestFile, fixtures};

use crate::common::with_picture;

crate::scenarios![
    drops_files_that_are_no_photo,
    drops_photos_without_their_end_mark,
    drops_folders,
    picks_files_that_are_gone,
    drops_five_photos_at_once,
    drops_photos_of_every_kind,
    drops_a_photo_that_lies_on_its_side,
    drops_an_animation,
    drops_a_picture_with_holes,
];

/// All that must stay when something else is refused.
struct Kept {
    answer: Answer,
    input: RgbaImage,
}

async fn look(page: &Page) -> Result<Kept> {
    page.find("image", &page.photo_name("plain.jpg")).await?;
    Ok(Kept { answer: page.answer().await?, input: page.picture(page.words().input).await? })
}

/// The page says why it refuses something, in both languages, and keeps what it shows.
async fn refuses(page: &Page, kept: &Kept, name: &str, why: PhotoError) -> Result<()> {
    let error = Error::Photo { name: name.to_owned(), why };
    page.complains(&text::error(Lang::En, &error)).await?;
    let now = look(page).await?;
    ensure!(now.answer == kept.answer && now.input == kept.input, "the answer went");
    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    page.complains(&text::error(Lang::Zh, &error)).await?;
    page.click("button", page.words().close).await?;
    page.until_true("the complaint to go", async || Ok(page.alert().await?.is_none())).await?;
    page.click("button", "English").await?;
    page.expect_lang(Lang::En);
    page.find("button", "中文").await?;
    Ok(())
}

async fn drops_files_that_are_no_photo(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let kept = look(&page).await?;
    let golden = [
        ("not-an-image.jpg", PhotoError::Undecodable),
        ("empty.jpg", PhotoError::Empty),
        ("one.png", PhotoError::TooSmall { width: 1, height: 1 }),
        ("huge.png", PhotoError::TooLarge { width: 20_000, height: 20_000 }),
        ("truncated.jpg", PhotoError::Truncated),
        ("drawing.svg", PhotoError::Vector),
    ];
    for (name, why) in golden {
        page.drop_file(name, fixtures::bytes(&format!("tests/golden/photos/{name}"))?).await?;
        refuses(&page, &kept, name, why).await.with_context(|| name.to_owned())?;
    }
    let words = b"Only words.\n".to_vec();
    for name in ["notes.md", "notes", "notes.xyz"] {
        page.drop_file(name, words.clone()).await?;
        refuses(&page, &kept, name, PhotoError::UnknownKind).await.with_context(|| name.to_owned())?;
    }
    page.drop_file("paper.pdf", b"%PDF-1.7\n".to_vec()).await?;
    refuses(&page, &kept, "paper.pdf", PhotoError::Format(PictureFormat::Pdf)).await?;
    // A text file is taken for a list of names.
    page.drop_file("notes.txt", words).await?;
    page.complains(&text::error(Lang::En, &Error::Labels { found: 1, expected: 1000 })).await?;
    ensure!(look(&page).await?.answer == kept.answer, "the answer went");
    // After all that, a photo is a photo, whatever it is called.
    page.drop_file("grey", fixtures::bytes("tests/golden/photos/grey.jpg")?).await?;
    page.sees("grey").await?;
    Ok(())
}

/// They are shown, and said to be perhaps incomplete; one that lacks rows is refused, whatever its thumbnail ends with.
async fn drops_photos_without_their_end_mark(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let case = |name: &str| fixtures::bytes(&format!("tests/cases/photos/{name}"));
    let model = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?;
    for name in ["noeoi.jpg", "noeoi-progressive.jpg", "noeoi-trailer.jpg"] {
        page.drop_file(name, case(name)?).await?;
        page.find("image", &page.photo_name(name)).await?;
        page.answer().await?;
        page.complains(&text::notice(page.lang(), &Notice::Incomplete(name.to_owned()))).await?;
        let shown = page.picture(page.words().input).await?;
        let marked =
            [case(if name == "noeoi-trailer.jpg" { "noeoi.jpg" } else { name })?, vec![0xFF, 0xD9]].concat();
        let decoded = image::load_from_memory(&marked)?.to_rgba8();
        let wanted = oracle::network_input_picture(&decoded, Fit::Centre, &model).context("no such input")?;
        ensure!(apart(&shown, &wanted).0 < 2.0, "{name}: {:?} of 255 apart", apart(&shown, &wanted));
    }
    page.drop_file("plain.jpg", fixtures::bytes("tests/golden/photos/plain.jpg")?).await?;
    page.sees("plain.jpg").await?;
    let kept = look(&page).await?;
    page.drop_file("truncated-thumb.jpg", case("truncated-thumb.jpg")?).await?;
    refuses(&page, &kept, "truncated-thumb.jpg", PhotoError::Truncated).await?;
    page.drop_file("heic.heic", case("heic.heic")?).await?;
    refuses(&page, &kept, "heic.heic", PhotoError::Format(PictureFormat::Heic)).await
}

async fn drops_folders(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let kept = look(&page).await?;
    drop_folder(&page, &fixtures::path("tests/serve")).await?;
    refuses(&page, &kept, "serve", PhotoError::Folder).await?;
    // Of photos, the first by its name.
    drop_folder(&page, &fixtures::path("tests/cases/photos")).await?;
    page.find("image", &page.photo_name("cmyk-noadobe.jpg")).await?;
    page.answer().await?;
    let photos = std::fs::read_dir(fixtures::path("tests/cases/photos"))?.count();
    page.complains(&text::notice(Lang::En, &Notice::Spare(photos - 1))).await?;
    // A model with its weights beside it, in a folder of the folder.
    let folder = std::env::temp_dir().join(format!("vggscope-folder-{}", std::process::id()));
    let inner = folder.join("onnx");
    std::fs::create_dir_all(&inner)?;
    for name in ["M25.onnx", "M25.onnx.data"] {
        std::fs::write(inner.join(name), fixtures::bytes(&format!("tests/cases/models/{name}"))?)?;
    }
    std::fs::write(folder.join("config.json"), "{}")?;
    drop_folder(&page, &folder).await?;
    page.says(page.words().model, "M25.onnx").await?;
    page.answer().await?;
    std::fs::remove_dir_all(&folder)?;
    ensure!(page.alert().await?.is_none(), "the page complains: {:?}", page.alert().await?);
    Ok(())
}

async fn drop_folder(page: &Page, folder: &std::path::Path) -> Result<()> {
    for step in ["dragEnter", "dragOver", "drop"] {
        page.drag(step, folder).await?;
    }
    Ok(())
}

/// A file that was chosen and is gone when it is read: told, with nothing on screen lost.
async fn picks_files_that_are_gone(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let kept = look(&page).await?;
    // What a browser says of such a file, whoever asks for its bytes.
    page.js(
        "Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'));",
        vec![],
    )
    .await?;
    page.drop_file("gone.jpg", fixtures::bytes("tests/golden/photos/grey.jpg")?).await?;
    refuses(&page, &kept, "gone.jpg", PhotoError::Gone).await?;
    page.drop_file("gone.txt", b"a\nb\n".to_vec()).await?;
    page.complains(&text::error(Lang::En, &Error::Gone { name: "gone.txt".into() })).await?;
    let now = look(&page).await?;
    ensure!(now.answer == kept.answer && now.input == kept.input, "the answer went");
    Ok(())
}

async fn drops_five_photos_at_once(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let files = ["grey.jpg", "webp.webp", "rgb16.png", "palette.png", "cmyk.jpg"];
    let test_file =
        |name: &&str| Ok(TestFile::new(name, fixtures::bytes(&format!("tests/golden/photos/{name}"))?));
    let test_files: Vec<TestFile> = files.iter().map(test_file).collect::<Result<_>>()?;
    page.drop_files(&test_files).await?;
    page.complains(&text::notice(Lang::En, &Notice::Spare(4))).await?;
    page.find("image", &page.photo_name("grey.jpg")).await?;
    page.answer().await?;
    Ok(())
}

async fn network_input(page: &Page, name: &str) -> Result<RgbaImage> {
    page.drop_file(name, fixtures::bytes(&format!("tests/golden/photos/{name}"))?).await?;
    page.sees(name).await?;
    page.picture(page.words().input).await
}

async fn drops_photos_of_every_kind(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let plain = look(&page).await?.input;
    let model = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?;
    for name in ["grey.jpg", "rgb16.png", "palette.png", "webp.webp"] {
        let shown = network_input(&page, name).await?;
        let decoded = fixtures::picture(&format!("tests/golden/photos/{name}"))?;
        let wanted = oracle::network_input_picture(&decoded, Fit::Centre, &model).context("no such input")?;
        let (mean, most) = apart(&shown, &wanted);
        ensure!(mean < 2.0 && most < 32, "{name}: {mean} on average and {most} at most of 255 apart");
    }
    // Its inks are stored inverted: taken as they are, they would give the negative.
    let (mean, _) = apart(&network_input(&page, "cmyk.jpg").await?, &plain);
    ensure!(mean < 4.0, "cmyk.jpg: {mean} of 255 apart from plain.jpg");
    Ok(())
}

async fn drops_a_photo_that_lies_on_its_side(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let plain = look(&page).await?.input;
    let (mean, _) = apart(&network_input(&page, "exif6.jpg").await?, &plain);
    ensure!(mean < 4.0, "{mean} of 255 apart from the upright photo");
    page.says(page.words().photo, "300×200").await
}

async fn drops_an_animation(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let shown = network_input(&page, "animated.gif").await?;
    let model = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?;
    let first = fixtures::picture("tests/golden/photos/animated.gif")?;
    let wanted = oracle::network_input_picture(&first, Fit::Centre, &model).context("no such input")?;
    ensure!(apart(&shown, &wanted).1 < 4, "{:?} of 255 apart from the first frame", apart(&shown, &wanted));
    let red = shown.pixels().filter(|pixel| pixel[0] > 200 && pixel[1] < 60 && pixel[2] < 60).count();
    ensure!(red > 224 * 224 / 2, "the first frame is red, and {red} pixels are");
    Ok(())
}

async fn drops_a_picture_with_holes(harness: &Harness) -> Result<()> {
    let (page, _) = with_picture(harness).await?;
    let picture = network_input(&page, "transparent.png").await?;
    let corner = picture.get_pixel(0, 0);
    ensure!(corner.0 == [255; 4], "the hole is {corner:?}, not white");
    let magenta = picture.pixels().filter(|pixel| pixel[0] > 180 && pixel[2] > 180 && pixel[1] < 80).count();
    ensure!(magenta == 0, "what is under the hole shows in {magenta} pixels");
    Ok(())
}
