//! The engine is slow, missing, impossible, or dies.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vggscope_core::error::{EngineError, Error};
use vggscope_core::model::Algorithm;
use vggscope_core::text;
use vggscope_core::wire::Variant;
use vggscope_e2e::fixtures::{self, SAMPLES};
use vggscope_e2e::{Harness, Page, Profile};
use vggscope_serve::{Server, without_isolation};

use crate::common::{cat, click_sample};
use crate::opens::engine;

crate::scenarios![
    visits_a_server_that_does_not_isolate_the_page,
    visits_a_server_that_lost_the_fast_engine,
    visits_a_server_that_lost_the_engine,
    visits_with_a_browser_that_is_too_old,
    takes_what_memory_it_is_given,
    goes_on_without_threads_that_do_not_start,
    keeps_everything_when_the_engine_dies,
    tries_again_when_the_engine_dies_at_work,
    gives_up_on_an_engine_that_always_dies,
    goes_on_with_one_thread_when_another_is_lost,
    says_what_a_run_took,
];

/// A missing file is an error to the console, whatever the page makes of it.
const NOT_FOUND: &str = "404 (Not Found)";

fn sentence(page: &Page, why: EngineError) -> String {
    text::error(page.lang(), &Error::Engine(why))
}

async fn visits_a_server_that_does_not_isolate_the_page(harness: &Harness) -> Result<()> {
    // A service worker would do it instead.
    harness.expect_error("A bad HTTP response code (404)");
    let server = harness.serve(&["/sw.js"], without_isolation)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    ensure!(page.js("return crossOriginIsolated", vec![]).await? == false, "the page is isolated");
    engine(&page, "plain", 1, &["isolation"]).await?;
    page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
    let answer = page.sees("cat.jpg").await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    Ok(())
}

async fn visits_a_server_that_lost_the_fast_engine(harness: &Harness) -> Result<()> {
    harness.expect_error(NOT_FOUND);
    let lost = ["threads-relaxed", "threads"].map(|name| harness.module(name));
    let [relaxed, threads] = lost;
    let (relaxed, threads) = (relaxed?, threads?);
    let server = harness.serve(&[&relaxed, &threads], |headers| headers)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    engine(&page, "plain", 1, &["failed"]).await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    Ok(())
}

async fn visits_a_server_that_lost_the_engine(harness: &Harness) -> Result<()> {
    harness.expect_error(NOT_FOUND);
    let server = harness.serve(&["/engine/variants.json"], |headers| headers)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let detail = "/engine/variants.json: HTTP 404".to_owned();
    page.complains(&sentence(&page, EngineError::Start { detail })).await?;
    page.find("button", page.words().retry).await?;

    let server = harness.serve(&["/engine.js"], |headers| headers)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let alert = page.until("the page to complain", async || page.alert().await).await?;
    // Nothing more is known of it than that it did not start: it has not stopped, and memory has nothing to do with it.
    let start = sentence(&page, EngineError::Start { detail: String::new() });
    ensure!(alert.contains(&start), "wanted: {start}\nthe page says: {alert}");
    Ok(())
}

async fn visits_with_a_browser_that_is_too_old(harness: &Harness) -> Result<()> {
    let variants = harness.built("engine/variants.json")?;
    let server = harness
        .with("old", &[("engine/variants.json", variants.replace("\"simd\"", "\"not-yet\"").into_bytes())])?;
    let page = harness.open_at(Profile::default(), &server, "?variant=plain").await?;
    let missing = vec!["asked".into(), "not-yet".into()];
    page.complains(&sentence(&page, EngineError::Unsupported { missing })).await?;
    page.states(page.words().engine_failed).await
}

async fn takes_what_memory_it_is_given(harness: &Harness) -> Result<()> {
    let loader = harness.built("engine.js")?;
    // As a phone does: no shared memory that may grow beyond so many pages.
    let refuse = |pages: u32| {
        format!(
            "const {{ Memory }} = WebAssembly;
            WebAssembly.Memory = function (wanted) {{
                if (wanted.shared && wanted.maximum > {pages}) throw new RangeError('too much');
                return new Memory(wanted);
            }};
            {loader}"
        )
    };
    let server = harness.with("phone", &[("engine.js", refuse(16384).into_bytes())])?;
    let page = harness.open_at(Profile::default(), &server, "?threads=2").await?;
    let variant = |name: &str, threads, missing: &[&str], memory_mib| Variant {
        name: name.into(),
        threads,
        missing: missing.iter().map(|&why| why.to_owned()).collect(),
        isolated: true,
        memory_mib,
    };
    let line = text::variant_line(page.lang(), &variant("threads-relaxed", 2, &[], 1024));
    ensure!(line.contains("1 GiB"), "{line}");
    page.until_true(&line, async || Ok(page.text().await?.contains(&line))).await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);

    let server = harness.with("smaller", &[("engine.js", refuse(0).into_bytes())])?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let line = text::variant_line(page.lang(), &variant("plain", 1, &["memory"], 0));
    page.until_true(&line, async || Ok(page.text().await?.contains(&line))).await
}

async fn goes_on_without_threads_that_do_not_start(harness: &Harness) -> Result<()> {
    // The pool's workers are told that they failed.
    let loader = harness.built("engine.js")?;
    let started = "workers.push(this);";
    ensure!(loader.contains(started), "the loader no longer says {started}");
    let fails = format!(
        "{started} setTimeout(() => this.dispatchEvent(new ErrorEvent('error', {{ message: 'no' }})));"
    );
    let server = harness.with("poolless", &[("engine.js", loader.replace(started, &fails).into_bytes())])?;
    let page = harness.open_at(Profile::default(), &server, "?threads=2").await?;
    engine(&page, "plain", 1, &["pool"]).await?;
    let answer = click_sample(&page, cat()?).await?;
    ensure!(answer.top[0].name == page.class(285), "it says {}", answer.top[0].name);
    Ok(())
}

/// A server whose engine dies by a trap: at once on the word "now", in the middle of the next pass on "next", or
/// always, soon after it has started.
fn mortal(harness: &Harness, always: bool) -> Result<Server> {
    let script = "import { load } from './engine-itself.js';

// A module that does nothing but trap.
const module = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11);
const trap = () => new WebAssembly.Instance(new WebAssembly.Module(module));

let next = ALWAYS;
const { postMessage } = self;
self.postMessage = (...message) => {
  if (next) setTimeout(trap);
  next = false;
  postMessage.apply(self, message);
};
new BroadcastChannel('doom').onmessage = ({ data }) => {
  if (data === 'now') trap();
  next = true;
};

const { name, module: engine, missing, threads, isolated, mebibytes } = await load();
engine.start(name, missing.join(','), threads, isolated, mebibytes);
";
    let script = script.replace("ALWAYS", if always { "true" } else { "false" });
    let itself = harness.built("engine.js")?.into_bytes();
    let files = [("engine.js", script.into_bytes()), ("engine-itself.js", itself)];
    harness.with(if always { "always" } else { "mortal" }, &files)
}

async fn doom(page: &Page, when: &str) -> Result<()> {
    page.js("new BroadcastChannel('doom').postMessage(arguments[0])", vec![Value::from(when)]).await?;
    Ok(())
}

fn died(page: &Page) -> String {
    sentence(page, EngineError::Died { detail: "Uncaught RuntimeError: unreachable".into() })
}

async fn keeps_everything_when_the_engine_dies(harness: &Harness) -> Result<()> {
    let server = mortal(harness, false)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let words = page.words();
    let answer = click_sample(&page, cat()?).await?;
    page.fill("spinbutton", words.channel_pick, "5").await?;
    let names = layer_names(&page).await?;
    let first = names[1].split(':').next().context("no name")?.to_owned();
    let (maps, map) = (format!("{} {first}", words.maps), format!("{first} 5"));
    let pictures = async || -> Result<_> {
        let input = page.picture(words.input).await?;
        Ok((input, page.picture(&maps).await?, page.picture(&map).await?, page.layers().await?))
    };
    let before = pictures().await?;

    doom(&page, "now").await?;
    page.complains(&died(&page)).await?;
    ensure!(page.answer().await? == answer, "the answer went");
    ensure!(pictures().await? == before, "a picture went");
    page.find("image", cat()?.alt).await?;
    page.find("image", &maps).await?;

    // The new engine has nothing of the old one's: it runs the photo again for what it is asked next.
    page.click("button", words.close).await?;
    page.click("button", &names[4]).await?;
    let fourth = names[4].split(':').next().context("no name")?;
    page.find("image", &format!("{} {fourth}", words.maps)).await?;
    ensure!(page.answer().await?.top == answer.top, "another answer by the new engine");
    ensure!(page.alert().await?.is_none(), "the page complains again: {:?}", page.alert().await?);
    Ok(())
}

async fn layer_names(page: &Page) -> Result<Vec<String>> {
    Ok(page.layers().await?.into_iter().map(|(name, _)| name).collect())
}

async fn tries_again_when_the_engine_dies_at_work(harness: &Harness) -> Result<()> {
    let server = mortal(harness, false)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    click_sample(&page, cat()?).await?;
    let coffee = SAMPLES.iter().find(|sample| sample.file == "coffee.jpg").context("no coffee")?;
    doom(&page, "next").await?;
    page.click("button", coffee.title).await?;
    page.complains(&died(&page)).await?;
    page.find("image", coffee.alt).await?;
    page.click("button", page.words().retry).await?;
    let answer = page.answer().await?;
    ensure!(answer.top[0].name == page.class(coffee.class), "it says {}", answer.top[0].name);
    ensure!(page.alert().await?.is_none(), "the page still complains: {:?}", page.alert().await?);
    // And with another photo all is as before.
    click_sample(&page, cat()?).await?;
    Ok(())
}

async fn gives_up_on_an_engine_that_always_dies(harness: &Harness) -> Result<()> {
    let server = mortal(harness, true)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let words = page.words();
    for _ in 0..2 {
        page.states(words.engine_failed).await?;
        page.complains(&died(&page)).await?;
        page.click("button", words.retry).await?;
    }
    page.states(words.engine_failed).await
}

async fn goes_on_with_one_thread_when_another_is_lost(harness: &Harness) -> Result<()> {
    // The threads of the pool end on a word, without a word to anybody.
    let started = "workers.push(this);";
    let loader = harness.built("engine.js")?;
    ensure!(loader.contains(started), "the loader no longer says {started}");
    let doomed = format!(
        "{started} new BroadcastChannel('doom').addEventListener('message', () => this.terminate());"
    );
    let server = harness.with("lost", &[("engine.js", loader.replace(started, &doomed).into_bytes())])?;
    let page = harness.open_at(Profile::default(), &server, "?threads=2").await?;
    click_sample(&page, cat()?).await?;
    doom(&page, "now").await?;
    // Chromium gives a worker that is at work, as these always are, two seconds to end by itself.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let coffee = SAMPLES.iter().find(|sample| sample.file == "coffee.jpg").context("no coffee")?;
    page.click("button", coffee.title).await?;
    page.complains(&sentence(&page, EngineError::Silent)).await?;
    engine(&page, "threads-relaxed", 1, &["lost"]).await?;
    page.click("button", page.words().retry).await?;
    let answer = page.answer().await?;
    ensure!(answer.top[0].name == page.class(coffee.class), "it says {}", answer.top[0].name);
    Ok(())
}

async fn says_what_a_run_took(harness: &Harness) -> Result<()> {
    for language in ["en", "zh"] {
        let page = harness.open(Profile { language, ..Profile::default() }).await?;
        page.drop_file("cat.jpg", fixtures::bytes("www/photos/cat.jpg")?).await?;
        page.sees("cat.jpg").await?;
        let words = text::timing_words(page.lang());
        page.js("document.querySelector('.performance summary').click()", vec![]).await?;
        let table = page.find("table", words.title).await?;
        let lines = page.read(&table).await?;
        for wanted in ["conv5_3", "Winograd", text::algorithm(page.lang(), Algorithm::Dense), words.whole] {
            ensure!(lines.contains(wanted), "no {wanted} in: {lines}");
        }
        // The thirteen convolutions and the head do 15.3 billion multiplications, as facts of VGG-16 have it.
        let sum = lines.lines().find(|line| line.starts_with(words.all_layers)).context("no sum")?;
        ensure!(sum.contains("15.3 GMAC") && sum.ends_with("100 %"), "{sum}");
        page.click("button", words.copy).await?;
        page.find("button", words.copied).await?;
    }
    Ok(())
}
