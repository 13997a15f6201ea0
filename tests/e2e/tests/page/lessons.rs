//! The lessons, walked from the first step to the last.

use anyhow::{Context, Result, ensure};
use fantoccini::elements::Element;
use vggscope_core::pages::lesson::{Piece, Question, Verdict};
use vggscope_core::pages::route;
use vggscope_core::session::Lang;
use vggscope_core::text::{lesson_answer, lesson_name, lesson_words, progress, verdict};
use vggscope_e2e::{Harness, Page, Profile};
use vggscope_lessons::{EN, Lesson, Part, Step, ZH};

use crate::common::{cat, click_sample};

crate::scenarios![
    walks_all_lessons_in_english,
    walks_all_lessons_in_chinese,
    is_told_what_is_wrong_and_what_is_right,
    turns_the_pages_with_the_arrow_keys,
    composes_kernels_on_a_photo,
    draws_crops_and_reads_what_the_network_says,
    edits_the_list_of_a_network,
    fetches_the_lessons_again,
];

async fn walks_all_lessons_in_english(harness: &Harness) -> Result<()> {
    walk(harness, Profile::default(), &EN).await
}

async fn walks_all_lessons_in_chinese(harness: &Harness) -> Result<()> {
    walk(harness, Profile { language: "zh-CN", ..Profile::PHONE }, &ZH).await
}

fn questions(step: &Step) -> Vec<Question> {
    let ask = |part: &Part| match part {
        Part::Piece(text) => match text.parse() {
            Ok(Piece::Ask(question)) => Some(question),
            _ => None,
        },
        Part::Text(_) => None,
    };
    step.parts.iter().filter_map(ask).collect()
}

/// Reads every step, answers every question, and goes on by the links alone.
async fn walk(harness: &Harness, profile: Profile<'_>, lessons: &[Lesson]) -> Result<()> {
    let width = profile.size[0];
    let page = harness.open(profile).await?;
    let (lang, words) = (page.lang(), lesson_words(page.lang()));
    page.go(&harness.server().url(&route::of_step(1, 1))).await?;
    for (at, lesson) in lessons.iter().enumerate() {
        for (number, step) in lesson.steps.iter().enumerate() {
            page.find("heading", &step.title).await?;
            page.fits(width).await.with_context(|| format!("lesson {}, \"{}\"", at + 1, step.title))?;
            for (place, question) in questions(step).iter().enumerate() {
                let answer = lesson_answer(question.answer().context("a question without an answer")?);
                reply(&page, place + 1, &answer, verdict(lang, Verdict::Right)).await?;
            }
            match (number + 1 == lesson.steps.len(), at + 1 == lessons.len()) {
                (false, _) => page.click("link", &format!("{} →", words.next)).await?,
                (true, false) => page.click("link", &format!("{} →", words.next_lesson)).await?,
                (true, true) => page.go(&harness.server().url(route::Page::Lessons.address())).await?,
            }
        }
    }
    // All of it is remembered, over a reload too.
    page.reload().await?;
    let last = lessons.last().context("no lessons")?;
    let asked = last.steps.iter().map(|step| questions(step).len()).sum();
    let done = progress(lang, [last.steps.len(); 2], [asked; 2]);
    page.until_true("the progress", async || Ok(page.text().await?.contains(&done))).await
}

/// Types an answer, checks it, and waits for the sentence.
async fn reply(page: &Page, question: usize, answer: &str, sentence: &str) -> Result<()> {
    let words = lesson_words(page.lang());
    let form = page.find("form", &format!("{} {question}", words.question)).await?;
    let name = format!("{} {question}: {}", words.question, words.answer);
    let field = page.find_in(Some(&form), "textbox", &name).await?;
    page.type_over(&field, answer).await?;
    page.find_in(Some(&form), "button", words.check).await?.click().await?;
    page.until_true(sentence, async || Ok(page.read(&form).await?.contains(sentence))).await
}

async fn is_told_what_is_wrong_and_what_is_right(harness: &Harness) -> Result<()> {
    let page = harness.open(Profile::default()).await?;
    let words = lesson_words(page.lang());
    let (at, step) = EN[0]
        .steps
        .iter()
        .enumerate()
        .find(|(_, step)| !questions(step).is_empty())
        .context("no question in the first lesson")?;
    let answer = questions(step)[0].answer().context("no answer")?;
    page.go(&harness.server().url(&route::of_step(1, at + 1))).await?;
    let more = (answer.value + 1.0).to_string();
    reply(&page, 1, &more, verdict(Lang::En, Verdict::High)).await?;
    reply(&page, 1, "-99", verdict(Lang::En, Verdict::Low)).await?;
    reply(&page, 1, "many", verdict(Lang::En, Verdict::NoNumber)).await?;
    page.click("button", words.show).await?;
    let told = format!("{} {}", words.it_is, lesson_answer(answer));
    page.until_true(&told, async || Ok(page.text().await?.contains(&told))).await?;
    reply(&page, 1, &lesson_answer(answer), verdict(Lang::En, Verdict::Right)).await
}

async fn turns_the_pages_with_the_arrow_keys(harness: &Harness) -> Result<()> {
    use fantoccini::key::Key;
    let page = harness.open(Profile::default()).await?;
    page.click("link", page.words().page_lessons).await?;
    let name = lesson_name(page.lang(), 2);
    let lesson = |links: Vec<(String, Element)>| links.into_iter().find(|(text, _)| text.contains(&name));
    page.until_true("the list", async || Ok(lesson(page.all("link", None).await?).is_some())).await?;
    let (_, link) = lesson(page.all("link", None).await?).context("no second lesson")?;
    link.click().await?;
    page.find("heading", &EN[1].steps[0].title).await?;
    page.press(Key::Right).await?;
    page.find("heading", &EN[1].steps[1].title).await?;
    page.press(Key::Left).await?;
    page.find("heading", &EN[1].steps[0].title).await?;
    let (role, title) = page.focus().await?;
    ensure!(title == EN[1].steps[0].title, "the focus is on the {role} \"{title}\"");
    Ok(())
}

/// Goes to the first step that holds a piece.
async fn at_piece(harness: &Harness, piece: &str) -> Result<Page> {
    let holds = |step: &Step| step.parts.contains(&Part::Piece(piece.to_owned()));
    let places =
        EN.iter().enumerate().flat_map(|(at, lesson)| (0..lesson.steps.len()).map(move |step| (at, step)));
    let (lesson, step) =
        places.into_iter().find(|(at, step)| holds(&EN[*at].steps[*step])).context("no such piece")?;
    let page = harness.open(Profile::default()).await?;
    page.go(&harness.server().url(&route::of_step(lesson + 1, step + 1))).await?;
    page.find("heading", &EN[lesson].steps[step].title).await?;
    Ok(page)
}

async fn composes_kernels_on_a_photo(harness: &Harness) -> Result<()> {
    let page = at_piece(harness, "{kernels}").await?;
    let words = lesson_words(page.lang());
    page.click("button", cat()?.title).await?;
    let once = page.picture(words.at_once).await?;
    let steps = page.picture(words.by_steps).await?;
    ensure!(once.dimensions() == (218, 218), "a 7x7 kernel leaves {:?} of 224", once.dimensions());
    let far = once.as_raw().iter().zip(steps.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or_default();
    ensure!(far <= 1, "without ReLU the pictures are {far} levels apart");
    ensure!(page.picture(words.with_relu).await? != once, "ReLU changes nothing");
    page.choose(&format!("{} 1", words.kernel), words.kernel_names[1]).await?;
    page.another_picture(words.at_once, &once).await?;
    Ok(())
}

async fn draws_crops_and_reads_what_the_network_says(harness: &Harness) -> Result<()> {
    let page = at_piece(harness, "{crops}").await?;
    let words = lesson_words(page.lang());
    let centre = click_sample(&page, cat()?).await?;
    let input = page.picture(page.words().input).await?;
    page.click("button", words.draw).await?;
    page.another_picture(page.words().input, &input).await?;
    page.click("button", words.whole).await?;
    page.until_true("the first answer again", async || Ok(page.answer_now().await?.top == centre.top)).await
}

async fn edits_the_list_of_a_network(harness: &Harness) -> Result<()> {
    let page = at_piece(harness, "{cfg}").await?;
    let words = lesson_words(page.lang());
    page.says(words.cfg, "138,357,544").await?;
    page.choose(words.cfg_start, "vgg19").await?;
    page.says(words.cfg, "143,667,240").await?;
    page.fill("textbox", words.cfg_list, "vgg12").await?;
    page.says(words.cfg, "vgg11, vgg13, vgg16, vgg19").await?;
    page.fill("textbox", words.cfg_list, "vgg11").await?;
    page.says(words.cfg, "132,863,336").await
}

async fn fetches_the_lessons_again(harness: &Harness) -> Result<()> {
    let site = harness.folder("lessons")?;
    std::fs::create_dir_all(site.join("lessons"))?;
    let file = site.join("lessons/en.json");
    std::fs::write(&file, "{")?;
    let server = harness.over(&site)?;
    let page = harness.sit_down(Profile::default()).await?;
    let words = lesson_words(page.lang());
    page.go(&server.url(&route::of_step(2, 1))).await?;
    page.until_true("the alert", async || Ok(page.alert().await?.is_some_and(|said| said == words.failed)))
        .await?;
    std::fs::remove_file(&file)?;
    page.click("button", words.again).await?;
    page.find("heading", &EN[1].steps[0].title).await?;

    // With those of one language there, nothing is lost where the other's are not.
    std::fs::write(site.join("lessons/zh.json"), "{")?;
    page.click("button", "中文").await?;
    page.expect_lang(Lang::Zh);
    let said = lesson_words(Lang::Zh).failed;
    page.until_true(said, async || Ok(page.alert().await?.is_some_and(|alert| alert.contains(said)))).await?;
    page.find("heading", &EN[1].steps[0].title).await?;
    Ok(())
}
