//! Models that are none, or none that can be shown: refused with the reason, and the one in use goes on.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use vggscope_core::error::{Error, ModelError, NotCnn};
use vggscope_core::session::Lang;
use vggscope_core::text;
use vggscope_e2e::{Harness, Page, fixtures};
use vggscope_engine::{Network, SIDE};

use crate::common::with_picture;

crate::scenarios![drops_models_that_cannot_be_shown, drops_a_model_cut_short, opens_a_model_of_two_gigabytes];

/// The sentence stands there in both languages, and the photo still has its answer.
async fn refuses(page: &Page, name: &str, why: &ModelError) -> Result<()> {
    let error = Error::Model { name: name.to_owned(), why: why.clone() };
    page.complains(&text::error(Lang::En, &error)).await?;
    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    page.complains(&text::error(Lang::Zh, &error)).await?;
    page.click("button", "English").await?;
    page.expect_lang(Lang::En);
    page.find("button", "中文").await?;
    Ok(())
}

/// The model in use takes another photo.
async fn goes_on(page: &Page, before: &str) -> Result<()> {
    crate::common::default_model(page).await?;
    page.find("image", &page.photo_name("plain.jpg")).await?;
    ensure!(page.answer().await?.top[0].name == before, "the answer went");
    page.drop_file("grey.jpg", fixtures::bytes("tests/golden/photos/grey.jpg")?).await?;
    page.sees("grey.jpg").await?;
    Ok(())
}

async fn drops_models_that_cannot_be_shown(harness: &Harness) -> Result<()> {
    let (page, before) = with_picture(harness).await?;
    let unsupported = |operator: &str| ModelError::Unsupported { operator: operator.to_owned() };
    let known = [
        ("empty.onnx", ModelError::Empty),
        ("external-data.onnx", ModelError::ExternalData { files: vec!["model.onnx.data".into()] }),
        ("unsupported.onnx", unsupported("com.example.FrobnicateV2")),
        ("unsupported-std.onnx", unsupported("Optional")),
        ("bomb.onnx", ModelError::TooBig { units: 200_000 * 200_000 }),
        ("transformer.onnx", ModelError::NotCnn(NotCnn::Attention)),
        ("bert.onnx", ModelError::NotCnn(NotCnn::Attention)),
        ("mlp.onnx", ModelError::NotCnn(NotCnn::NoConvolution)),
        (
            "two-inputs.onnx",
            ModelError::NotCnn(NotCnn::Inputs { names: vec!["image".into(), "mask".into()] }),
        ),
    ];
    for (name, why) in &known {
        page.drop_file(name, fixtures::bytes(&format!("tests/golden/bad/{name}"))?).await?;
        refuses(&page, name, why).await.with_context(|| (*name).to_owned())?;
    }
    // Of these the engine says more than that they are broken: the same here as natively.
    for name in ["text.onnx", "wrong-dims.onnx"] {
        let bytes = fixtures::bytes(&format!("tests/golden/bad/{name}"))?;
        let Err(why) = Network::read(&bytes, [SIDE, SIDE]) else { bail!("{name} is taken") };
        page.drop_file(name, bytes).await?;
        refuses(&page, name, &why).await.with_context(|| name.to_owned())?;
    }
    goes_on(&page, &before.top[0].name).await
}

async fn drops_a_model_cut_short(harness: &Harness) -> Result<()> {
    let (page, before) = with_picture(harness).await?;
    let whole = fixtures::bytes("models/vgg16.onnx")?;
    for (name, length) in [("tenth.onnx", whole.len() / 10), ("ten.onnx", 10)] {
        let Err(why) = Network::read(&whole[..length], [SIDE, SIDE]) else { bail!("{name} is taken") };
        page.drop_file(name, whole[..length].to_vec()).await?;
        refuses(&page, name, &why).await.with_context(|| name.to_owned())?;
    }
    goes_on(&page, &before.top[0].name).await
}

async fn opens_a_model_of_two_gigabytes(harness: &Harness) -> Result<()> {
    let (page, before) = with_picture(harness).await?;
    let size = 2 << 30;
    // A hole of that size: it takes no place on the disk.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("huge.onnx");
    File::create(&path)?.set_len(size)?;
    page.pick(page.words().open_model, &path).await?;
    let why = ModelError::TooLarge { bytes: size, limit: 1 << 30 };
    let refused = refuses(&page, "huge.onnx", &why).await;
    fs::remove_file(&path)?;
    refused?;
    goes_on(&page, &before.top[0].name).await
}
