//! Hosts that send no headers, no network, new versions, and what is missing where a browser refuses.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use vggscope_core::pages::route;
use vggscope_core::session::{Kept, NotKept};
use vggscope_core::text::{self, offline_words};
use vggscope_e2e::{Harness, Page, Profile, Storage};
use vggscope_serve::Server;

use crate::common::{cat, click_sample, default_model};
use crate::opens::{engine, fastest};

crate::scenarios![
    gets_threads_from_a_server_without_headers,
    goes_on_with_the_server_stopped,
    keeps_nothing_that_was_forgotten,
    is_offered_a_new_version,
    has_no_room_to_keep_the_page,
    keeps_no_page_whose_files_are_cut_short,
    comes_back_after_the_browser_threw_all_away,
    works_in_a_private_window,
    works_where_site_data_is_blocked,
    takes_an_engine_under_another_media_type,
];

/// An address at which nothing is done for whoever changes the page: what is kept comes first.
fn published(server: &Server) -> String {
    server.url("").replace("127.0.0.1", "vggscope.localhost")
}

/// Waits until the page says that all of it is kept.
async fn is_kept(page: &Page) -> Result<()> {
    // The size is not known before.
    let line = text::kept(page.lang(), &Kept::Whole { bytes: 0 }).context("no line")?;
    let start = line.split("0.0").next().context("no size")?.to_owned();
    page.until_true("the page to be kept", async || Ok(page.text().await?.contains(&start))).await
}

/// Waits until the page says this of what is kept.
async fn says(page: &Page, kept: &Kept) -> Result<()> {
    let line = text::kept(page.lang(), kept).context("no line")?;
    page.until_true(&line, async || Ok(page.text().await?.contains(&line))).await
}

/// Names of the caches of whole pages.
async fn caches(page: &Page) -> Result<Vec<String>> {
    let script = "return (async () => (await caches.keys()).filter(name => name.startsWith('vggscope-')))()";
    let names = page.js(script, vec![]).await?;
    let names =
        names.as_array().context("no list")?.iter().filter_map(|name| Some(name.as_str()?.to_owned()));
    Ok(names.collect())
}

async fn gets_threads_from_a_server_without_headers(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |_| Vec::new())?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    page.reload().await?;
    ensure!(page.js("return crossOriginIsolated", vec![]).await? == true, "the page is not isolated");
    fastest(&page).await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    // Nothing forbids what the page's own policy forbids.
    let inline = "const script = document.createElement('script'); script.textContent = 'window.ran = true';
        document.head.append(script); return window.ran === true";
    harness.expect_error("Content Security Policy");
    ensure!(page.js(inline, vec![]).await? == false, "an inline script runs");
    Ok(())
}

async fn goes_on_with_the_server_stopped(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |headers| headers)?;
    let page = harness.sit_down(Profile::default()).await?;
    page.go(&published(&server)).await?;
    is_kept(&page).await?;
    let address = published(&server);
    // The list of a server's own models is asked for, and is not there.
    harness.expect_error("net::ERR");
    drop(server);

    page.reload().await?;
    fastest(&page).await?;
    for sample in vggscope_e2e::fixtures::SAMPLES.iter() {
        let answer = click_sample(&page, sample).await?;
        ensure!(answer.top[0].name == page.class(sample.class), "it says {}", answer.top[0].name);
    }
    let words = page.words();
    page.click("link", words.page_calculator).await?;
    page.find("heading", &format!("{} {}", words.calc_title, words.calc_intro)).await?;
    page.go(&format!("{address}{}", route::of_step(1, 1))).await?;
    page.find("heading", &vggscope_lessons::EN[0].steps[0].title).await?;
    Ok(())
}

async fn keeps_nothing_that_was_forgotten(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |headers| headers)?;
    let page = harness.sit_down(Profile::default()).await?;
    page.go(&published(&server)).await?;
    is_kept(&page).await?;
    let words = offline_words(page.lang());
    page.click("button", words.forget).await?;
    says(&page, &Kept::Nothing).await?;
    ensure!(caches(&page).await?.is_empty(), "something is kept: {:?}", caches(&page).await?);

    page.reload().await?;
    default_model(&page).await?;
    says(&page, &Kept::Nothing).await?;
    page.click("button", words.keep).await?;
    is_kept(&page).await
}

async fn is_offered_a_new_version(harness: &Harness) -> Result<()> {
    let site = harness.folder("versions")?;
    let server = harness.over(&site)?;
    let page = harness.sit_down(Profile::default()).await?;
    page.go(&published(&server)).await?;
    is_kept(&page).await?;
    let before = caches(&page).await?;
    page.click("link", page.words().page_lessons).await?;

    // The next build: its page says another version.
    let worker = harness.built("sw.js")?;
    let html = harness
        .built("index.html")?
        .replace("name=\"version\" content=\"", "name=\"version\" content=\"next ");
    let (known, rest) = worker.split_once(";\n").context("sw.js does not begin with its build")?;
    let mut build: Value = serde_json::from_str(known.trim_start_matches("const BUILD = "))?;
    build["id"] = "fedcba987654".into();
    build["files"]["index.html"] = json!([html.len(), vggscope_e2e::fixtures::integrity(html.as_bytes())]);
    std::fs::write(site.join("index.html"), html)?;
    std::fs::write(site.join("sw.js"), format!("const BUILD = {build};\n{rest}"))?;

    page.reload().await?;
    let words = offline_words(page.lang());
    page.states(words.new_version).await?;
    ensure!(!page.text().await?.contains("next "), "the new version was forced on the page");
    page.click("button", words.update).await?;
    page.until_true("the new version", async || {
        Ok(page.text().await?.contains(&format!("{} next ", words.version)))
    })
    .await?;
    ensure!(page.js("return location.hash", vec![]).await? == "#/lessons", "the place in the page is lost");
    let after = caches(&page).await?;
    ensure!(after == ["vggscope-fedcba987654"], "kept are {after:?}, before {before:?}");
    ensure!(!page.has("button", words.update).await?, "the version is offered again");
    Ok(())
}

async fn has_no_room_to_keep_the_page(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |headers| headers)?;
    let page = harness.sit_down(Profile::default()).await?;
    let address = published(&server);
    let quota = json!({ "origin": address.trim_end_matches('/'), "quotaSize": 1_000_000 });
    page.devtools("Storage.overrideQuotaForOrigin", quota).await?;
    page.go(&address).await?;
    says(&page, &Kept::Failed(NotKept::Room)).await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    page.find("button", offline_words(page.lang()).keep).await?;
    Ok(())
}

async fn keeps_no_page_whose_files_are_cut_short(harness: &Harness) -> Result<()> {
    harness.expect_error("integrity");
    let photo = std::fs::read(vggscope_e2e::fixtures::path("www/photos/rocket.jpg"))?;
    let server = harness.with("short", &[("photos/rocket.jpg", photo[..photo.len() / 2].to_vec())])?;
    let page = harness.sit_down(Profile::default()).await?;
    page.go(&published(&server)).await?;
    says(&page, &Kept::Failed(NotKept::Fetch)).await?;
    // With less than all of it nothing is answered from what is kept.
    page.reload().await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    Ok(())
}

async fn comes_back_after_the_browser_threw_all_away(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |headers| headers)?;
    let page = harness.sit_down(Profile::default()).await?;
    page.go(&published(&server)).await?;
    is_kept(&page).await?;
    for name in caches(&page).await? {
        page.js("return caches.delete(arguments[0])", vec![name.into()]).await?;
    }
    page.reload().await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    is_kept(&page).await
}

/// The main job, a preference, and an assignment's answer, all of which are stored where that can be done.
async fn main_job(page: &Page) -> Result<()> {
    let answer = click_sample(page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    page.choose(page.words().theme, page.words().theme_dark).await?;
    page.click("button", "中文").await
}

async fn works_in_a_private_window(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile { storage: Storage::Private, ..Profile::default() }).await?;
    main_job(&page).await
}

async fn works_where_site_data_is_blocked(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |_| Vec::new())?;
    let page = harness.sit_down(Profile { storage: Storage::Denied, ..Profile::default() }).await?;
    page.go(&server.url("")).await?;
    let denied =
        "try { return localStorage === null } catch (error) { return error.name === 'SecurityError' }";
    ensure!(page.js(denied, vec![]).await? == true, "this browser stores all the same");
    says(&page, &Kept::Unavailable).await?;
    main_job(&page).await
}

async fn takes_an_engine_under_another_media_type(harness: &Harness) -> Result<()> {
    let server = harness.with_media(".wasm", "application/octet-stream")?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    fastest(&page).await?;
    // What browsers may not take for a script at all leaves the next variant.
    harness.expect_error("MIME type");
    let script = harness.module("threads-relaxed")?.replace("_bg.wasm", ".js");
    let server = harness.with_media(&script, "text/html")?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let processors = page.js("return navigator.hardwareConcurrency", vec![]).await?.as_u64().unwrap_or(1);
    engine(&page, "threads", processors as u32, &["failed"]).await
}
