//! In a lecture and in a course: pieces within other pages, larger type, assignments.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vggscope_core::error::{Error, ModelError};
use vggscope_core::nn::LayerId;
use vggscope_core::pages::assignment::Assignment;
use vggscope_core::pages::lesson::Verdict;
use vggscope_core::pages::route::{self, Link};
use vggscope_core::session::Lang;
use vggscope_core::text::{self, assignment_words, lesson_words, verdict};
use vggscope_e2e::{Harness, Page, Profile, fixtures};

use crate::common::{cat, click_sample, default_model};

crate::scenarios![
    embeds_pieces_in_another_page,
    copies_the_text_of_an_iframe,
    presents_to_many,
    works_on_an_assignment,
    makes_an_assignment,
];

/// A page of somebody else's, without headers, that shows pieces and takes their heights.
const HOST: &str =
    "<!doctype html><html lang=en><link rel=icon href=data:,><title>host</title><h1>host</h1><body><script>
addEventListener('message', ({ data, source }) => {
  if (data?.vggscope !== 'size') return;
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === source) frame.height = data.height;
});
</script>";

async fn embeds_pieces_in_another_page(harness: &Harness) -> Result<()> {
    let server = harness.serve(&[], |headers| headers)?;
    let pieces = [
        ("lattice/stack=9x9;3,2,0;m2,2,0?lang=zh&theme=dark", "看到"),
        ("recurrence/stack=9x9;3,2,0;m2,2,0", "F(3) = 1"),
        ("compare/stack=9x9;3,1,0/other=9x9;3,1,0;3,1,0", "3,1,0"),
        ("lessons/2/1?lang=zh", "步"),
        ("lessons/7/1", "The first maps"),
        ("field/9x9;3,2,0;m2,2,0", "F(3) = 1"),
        ("nothing/at/all", "embed"),
    ];
    for (piece, text) in pieces {
        let frame = format!(
            "<iframe title=piece width=800 height=100 src=\"{}#/embed/{piece}\"></iframe>",
            server.url("")
        );
        let host = harness.folder("host")?;
        std::fs::write(host.join("index.html"), format!("{HOST}{frame}"))?;
        let around = harness.plain(&host)?;
        let page = harness.open_at(Profile::default(), &around, "").await?;
        let height = async || page.js("return Number(document.querySelector('iframe').height)", vec![]).await;
        page.until_true(&format!("the height of {piece}"), async || {
            Ok(height().await?.as_f64().is_some_and(|height| height != 100.0 && height > 20.0))
        })
        .await?;
        page.enter_frame(0).await?;
        page.until_true(&format!("\"{text}\" in {piece}"), async || {
            let shown = page.js("return document.body.innerText + document.body.innerHTML", vec![]).await?;
            Ok(shown.as_str().unwrap_or_default().contains(text))
        })
        .await?;
        ensure!(
            page.js(
                "return [...document.querySelectorAll('nav, footer')].some(part => part.checkVisibility())",
                vec![]
            )
            .await?
                == false,
            "{piece} has a frame"
        );
        // What needs no network fetches none; the maps of lesson 7 are a network's.
        let model =
            "return performance.getEntriesByType('resource').some(entry => entry.name.endsWith('.onnx'))";
        let fetches = async || Ok(page.js(model, vec![]).await? == true);
        if piece == "lessons/7/1" {
            page.until_true("a model to be fetched", fetches).await?;
        } else {
            ensure!(!fetches().await?, "{piece} fetches a model");
        }
        page.leave_frame().await?;
    }
    Ok(())
}

async fn copies_the_text_of_an_iframe(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = page.words();
    default_model(&page).await?;
    click_sample(&page, cat()?).await?;
    let (layer, _) = page.layers().await?.into_iter().nth(3).context("no layer")?;
    page.click("button", &layer).await?;
    page.fill("spinbutton", words.channel_pick, "5").await?;
    let name = layer.split(':').next().context("no name")?;
    let map = page.find("group", &format!("{name} 5")).await?;
    page.click_at(&map, 0.5, 0.5).await?;
    page.says(words.channel, words.pinned).await?;
    page.js("document.querySelector('.unit .embed summary').click()", vec![]).await?;
    let text = page.find("textbox", words.embed).await?;
    let text = text.prop("value").await?.context("no text")?;
    ensure!(
        text.starts_with("<iframe src=\"http://127.0.0.1") && text.contains("#/embed/explore/cat/3/5/"),
        "{text}"
    );

    // What it shows is the same map, without any click.
    let address = text.split('"').nth(1).context("no address")?.to_owned();
    let answer = page.js("return location.hash", vec![]).await?;
    page.go_to_piece(&address).await?;
    page.find("group", &format!("{name} 5")).await?;
    page.says(words.channel, words.pinned).await?;
    ensure!(answer.as_str().is_some_and(|hash| hash.starts_with("#/layer/3/5/")), "{answer}");
    Ok(())
}

async fn presents_to_many(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile { size: [1280, 720], ..Profile::default() }).await?;
    click_sample(&page, cat()?).await?;
    let smallest = async || -> Result<f64> {
        let script = "const sizes = [...document.querySelectorAll('main *')].filter(element =>
                [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && element.checkVisibility())
            .map(element => parseFloat(getComputedStyle(element).fontSize) * (element.currentCSSZoom ?? 1));
            return Math.min(...sizes)";
        page.js(script, vec![]).await?.as_f64().context("no size")
    };
    let before = smallest().await?;
    page.press('p').await?;
    page.until_true("larger type", async || Ok(smallest().await? >= before * 1.4)).await?;
    page.fits(1280).await?;
    for address in ["#/field/9x9;3,2,0;m2,2,0", "#/lessons/2/1", "#/architectures"] {
        page.js("location.hash = arguments[0]", vec![address.into()]).await?;
        page.fits(1280).await.context(address)?;
    }
    page.press('p').await?;
    page.js("location.hash = '#/'", vec![]).await?;
    page.until_true("the usual type", async || Ok(smallest().await? == before)).await
}

/// The first step of a lesson that asks something, and the number that answers it.
fn asked() -> Result<((usize, usize), String)> {
    use vggscope_core::pages::lesson::Piece;
    for (at, lesson) in vggscope_lessons::EN.iter().enumerate() {
        for (number, step) in lesson.steps.iter().enumerate() {
            for part in &step.parts {
                if let vggscope_lessons::Part::Piece(text) = part
                    && let Ok(Piece::Ask(question)) = text.parse()
                {
                    let answer = question.answer().context("no answer")?;
                    return Ok(((at + 1, number + 1), text::lesson_answer(answer)));
                }
            }
        }
    }
    anyhow::bail!("no lesson asks anything")
}

fn assignment(step: (usize, usize)) -> Assignment {
    Assignment {
        title: "Why 3×3? & more".into(),
        photo: Some("cat".into()),
        model: None,
        place: Some(Link { layer: LayerId(3), channel: Some(5), unit: None }),
        steps: vec![step],
        questions: vec!["What does channel 5 respond to? <b>".into()],
    }
}

async fn works_on_an_assignment(harness: &Harness) -> Result<()> {
    let (step, right) = asked()?;
    let assignment = assignment(step);
    for lang in [Lang::En, Lang::Zh] {
        let language = if lang == Lang::Zh { "zh-CN" } else { "en-US" };
        let page = harness.sit_down(Profile { language, ..Profile::default() }).await?;
        page.go(&harness.server().url(&assignment.address())).await?;
        let (words, lesson) = (assignment_words(lang), lesson_words(lang));
        page.find("heading", &format!("{} {}", assignment.title, words.intro)).await?;
        page.find("textbox", words.name).await?;
        page.type_over(&page.find("textbox", words.name).await?, "Li Wei").await?;

        let label = format!("{} 1: {}", words.questions, assignment.questions[0]);
        page.type_over(&page.find("textbox", &label).await?, "Edges, \"diagonal\"").await?;
        page.click("button", words.save).await?;

        // A step with a question: one wrong try, one right one.
        page.js("location.hash = arguments[0]", vec![route::of_step(step.0, step.1).into()]).await?;
        let answer = format!("{} 1: {}", lesson.question, lesson.answer);
        for (text, worth) in [("-1", Verdict::Low), (right.as_str(), Verdict::Right)] {
            page.type_over(&page.find("textbox", &answer).await?, text).await?;
            page.click("button", lesson.check).await?;
            let told = verdict(lang, worth);
            page.until_true("the verdict", async || Ok(page.text().await?.contains(told))).await?;
        }
        page.click("link", words.back).await?;
        let spy = "const make = URL.createObjectURL;
            URL.createObjectURL = blob => { blob.text().then(text => { window.given = text; }); return make(blob) }";
        page.js(spy, vec![]).await?;
        page.click("button", words.hand_in).await?;
        let table = saved(&page).await?;
        let lines: Vec<&str> = table.lines().collect();
        ensure!(lines.len() == 3, "{table}");
        ensure!(
            lines[1].contains(&format!("Li Wei,lesson {}/{},1,", step.0, step.1))
                && lines[1].contains(",yes,2,"),
            "{table}"
        );
        ensure!(lines[2].contains("\"Edges, \"\"diagonal\"\"\",,1,"), "{table}");

        // It outlives a reload.
        page.reload().await?;
        page.until_true("the answer again", async || {
            Ok(page
                .find("textbox", &label)
                .await?
                .prop("value")
                .await?
                .is_some_and(|value| value.starts_with("Edges")))
        })
        .await?;
    }
    Ok(())
}

/// The text of the file that the page gave last.
async fn saved(page: &Page) -> Result<String> {
    page.until("a file", async || {
        let text = page.js("return window.given ?? null", vec![]).await?;
        Ok(if let Value::String(text) = text { Some(text) } else { None })
    })
    .await
}

async fn makes_an_assignment(harness: &Harness) -> Result<()> {
    let (model, file) = (fixtures::bytes("tests/golden/nets/vgg11-torchscript.onnx")?, "small.onnx");
    let list = format!("file\tbytes\tsha256\n{file}\t{}\t{}\n", model.len(), fixtures::sha256(&model));
    let files = [("models/local/index.tsv", list.into_bytes()), ("models/local/small.onnx", model)];
    let server = harness.with("assigned", &files)?;
    let page = harness.open_at(Profile::default(), &server, "").await?;
    let words = assignment_words(page.lang());
    page.click("link", words.make).await?;
    page.states(words.link_none).await?;
    for (field, text) in [
        (words.its_title, "Homework"),
        (words.place, "9/7/25/3"),
        (words.steps, "3/2 nonsense 4/1"),
        (words.questions, "Why?"),
    ] {
        page.type_over(&page.find("textbox", field).await?, text).await?;
    }
    page.choose(words.photo, cat()?.title).await?;
    page.choose(words.model, file).await?;
    let link = page.find("textbox", words.link).await?.prop("value").await?.context("no link")?;
    page.go(&link).await?;
    page.find("heading", &format!("Homework {}", words.intro)).await?;
    let text = page.text().await?;
    ensure!(text.contains("Why?") && text.contains(&vggscope_lessons::EN[2].steps[1].title), "{text}");
    page.click("link", words.look_at).await?;
    page.says(page.words().model, file).await?;

    // On a server without that model, the page says so and goes on with its own.
    page.go(&link.replace(&server.url(""), &harness.server().url(""))).await?;
    let why = Error::Model { name: file.into(), why: ModelError::NotInCatalog };
    page.complains(&text::error(page.lang(), &why)).await?;
    page.click("link", words.look_at).await?;
    default_model(&page).await
}
