//! Chinese and English, light and dark.

use anyhow::{Context, Result, ensure};
use vggscope_core::session::Lang;
use vggscope_core::text::tag;
use vggscope_e2e::{Harness, Page, Profile, fixtures, oracle};

use crate::common::{all_layers_lit, with_cat};

crate::scenarios![
    switches_to_chinese_and_back,
    opens_the_page_in_the_language_of_the_browser,
    makes_the_page_dark_and_light,
];

const CAT: usize = 285;

/// Everything that has words speaks the language that is expected.
async fn speaks(page: &Page) -> Result<()> {
    let words = page.words();
    page.find("heading", &format!("vggscope {}", words.tagline)).await?;
    let root = page.js("return [document.documentElement.lang, document.title]", vec![]).await?;
    ensure!(root[0] == tag(page.lang()), "the page says that it is in {}", root[0]);
    ensure!(root[1].as_str().is_some_and(|title| title.ends_with(words.tagline)), "the title is {}", root[1]);
    for region in [words.photo, words.layers, words.model] {
        page.region(region).await?;
    }
    // Spelled out, so that the page is held to more than its own words.
    let (links, buttons) = match page.lang() {
        Lang::En => {
            (["Explore", "Receptive field", "Architectures", "Lessons"], ["Choose a photo", "Open a model"])
        }
        Lang::Zh => (["探索", "感受野", "网络结构", "课程"], ["选择照片", "打开模型"]),
    };
    for link in links {
        page.find("link", link).await?;
    }
    for button in buttons {
        page.find("button", button).await?;
    }
    Ok(())
}

async fn switches_to_chinese_and_back(harness: &Harness) -> Result<()> {
    let (page, english) = with_cat(harness, Profile::default()).await?;
    let net = oracle::model(&fixtures::bytes("models/vgg16.onnx")?)?.architecture;
    speaks(&page).await?;

    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    speaks(&page).await?;
    let chinese = page.answer().await?;
    ensure!(chinese.top[0].name == page.class(CAT), "it says {}", chinese.top[0].name);
    ensure!(chinese.top[0].name.starts_with("埃及猫"), "it says {}", chinese.top[0].name);
    ensure!(chinese.top[0].logit == english.top[0].logit, "another answer in another language");
    page.region(page.words().maps).await?;
    page.find("image", page.words().input).await?;
    all_layers_lit(&page, &net.layers).await?;

    page.reload().await?;
    speaks(&page).await?;
    page.click("button", "English").await?;
    page.expect_lang(Lang::En);
    speaks(&page).await?;
    page.reload().await?;
    speaks(&page).await
}

async fn opens_the_page_in_the_language_of_the_browser(harness: &Harness) -> Result<()> {
    for language in ["zh-CN,zh,en", "zh-TW", "en-GB", "fr-FR"] {
        let page = harness.open(Profile { language, ..Profile::default() }).await?;
        speaks(&page).await.context(language)?;
    }
    Ok(())
}

/// How light the page is, from 0 to 255, and the ink on it.
async fn paper_and_ink(page: &Page) -> Result<[f64; 2]> {
    let script = "const of = colour => {
            const canvas = new OffscreenCanvas(1, 1).getContext('2d');
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const style = getComputedStyle(document.body);
        return [of(style.backgroundColor), of(style.color)]";
    let both = page.js(script, vec![]).await?;
    let [paper, ink] = [0, 1].map(|at| both[at].as_f64().context("no colour"));
    Ok([paper?, ink?])
}

async fn is(page: &Page, dark: bool) -> Result<()> {
    page.until_true(if dark { "a dark page" } else { "a light page" }, async || {
        let [paper, ink] = paper_and_ink(page).await?;
        Ok(if dark { paper < 50.0 && ink > 180.0 } else { paper > 220.0 && ink < 60.0 })
    })
    .await
}

async fn makes_the_page_dark_and_light(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    is(&page, false).await?;
    page.choose(words.theme, words.theme_dark).await?;
    is(&page, true).await?;
    page.reload().await?;
    is(&page, true).await?;
    page.choose(words.theme, words.theme_system).await?;
    is(&page, false).await?;

    let page = harness.open(Profile { dark: true, ..Profile::default() }).await?;
    is(&page, true).await?;
    page.choose(words.theme, words.theme_light).await?;
    is(&page, false).await?;
    page.reload().await?;
    is(&page, false).await
}
