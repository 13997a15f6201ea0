//! The lessons: www/lessons/{en,zh}/*.md, as HTML with mathematics in MathML, and the pieces that stand between. The page is
//! given them as files, which the build writes.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, Options, Parser, html};
use pulldown_latex::{
    Storage,
    config::{DisplayMode, RenderConfig},
    push_mathml,
};
pub use vggscope_core::pages::lesson::{Lesson, Part, Step};

/// All lessons in English, in order.
pub static EN: LazyLock<Vec<Lesson>> = LazyLock::new(|| own("en"));
/// All lessons in Chinese, in the same order.
pub static ZH: LazyLock<Vec<Lesson>> = LazyLock::new(|| own("zh"));

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The repository's own; one that is wrong is a mistake of whoever builds.
fn own(language: &str) -> Vec<Lesson> {
    read(language).unwrap_or_else(|error| panic!("the lessons in {language}: {error}"))
}

/// All lessons in the folder of a language, in order.
fn read(language: &str) -> Result<Vec<Lesson>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/lessons").join(language);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let one = |file: &PathBuf| {
        lesson(&fs::read_to_string(file)?).map_err(|error| format!("{}: {error}", file.display()).into())
    };
    files.iter().map(one).collect()
}

/// One file: a title, a goal, and steps that rules part.
fn lesson(text: &str) -> Result<Lesson> {
    let mut parts = text.split("\n---\n");
    let head = parts.next().unwrap_or_default();
    let line = |mark: &str| head.lines().find_map(|line| line.strip_prefix(mark)).map(str::to_owned);
    Ok(Lesson {
        title: line("# ").ok_or("no title")?,
        goal: line("> ").ok_or("no goal")?,
        steps: parts.map(step).collect::<Result<_>>()?,
    })
}

fn step(text: &str) -> Result<Step> {
    let text = text.trim();
    let (title, body) =
        text.strip_prefix("## ").and_then(|rest| rest.split_once('\n')).ok_or("a step without title")?;
    let mut parts = Vec::new();
    let mut paragraphs = String::new();
    for line in body.lines() {
        if line.starts_with('{') && line.ends_with('}') {
            flush(&mut paragraphs, &mut parts)?;
            parts.push(Part::Piece(line.to_owned()));
        } else {
            paragraphs += line;
            paragraphs.push('\n');
        }
    }
    flush(&mut paragraphs, &mut parts)?;
    Ok(Step { title: title.to_owned(), parts })
}

fn flush(paragraphs: &mut String, parts: &mut Vec<Part>) -> Result<()> {
    let markdown = std::mem::take(paragraphs);
    if !markdown.trim().is_empty() {
        parts.push(Part::Text(to_html(&markdown)?));
    }
    Ok(())
}

fn to_html(markdown: &str) -> Result<String> {
    let parser = Parser::new_ext(markdown, Options::ENABLE_MATH | Options::ENABLE_TABLES);
    let events = parser
        .map(|event| match event {
            Event::InlineMath(latex) => math(&latex, DisplayMode::Inline).map(Event::InlineHtml),
            Event::DisplayMath(latex) => math(&latex, DisplayMode::Block).map(Event::InlineHtml),
            Event::Html(raw) | Event::InlineHtml(raw) => Err(format!("raw HTML: {raw}").into()),
            other => Ok(other),
        })
        .collect::<Result<Vec<_>>>()?;
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    // What may be wider than the page is scrolled by keys too.
    Ok(out.replace("<pre>", "<pre tabindex=\"0\">"))
}

fn math(latex: &str, display_mode: DisplayMode) -> Result<CowStr<'static>> {
    let storage = Storage::new();
    let parser = pulldown_latex::Parser::new(latex, &storage);
    let mut out = String::new();
    push_mathml(&mut out, parser, RenderConfig { display_mode, ..RenderConfig::default() })?;
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vggscope_core::pages::lesson::Piece;

    fn piece(part: &Part) -> Option<&str> {
        match part {
            Part::Piece(text) => Some(text),
            Part::Text(_) => None,
        }
    }

    fn pieces(step: &Step) -> Vec<&str> {
        step.parts.iter().filter_map(piece).collect()
    }

    #[test]
    fn both_languages_have_the_same_steps() {
        assert_eq!((EN.len(), ZH.len()), (9, 9));
        for (at, (en, zh)) in EN.iter().zip(ZH.iter()).enumerate() {
            let [en, zh] = [en, zh].map(|lesson| lesson.steps.iter().map(pieces).collect::<Vec<_>>());
            assert_eq!(en, zh, "lesson {}", at + 1);
        }
    }

    #[test]
    fn every_piece_is_one_and_every_lesson_asks_at_least_twice() {
        for lesson in EN.iter() {
            let mut questions = 0;
            for text in lesson.steps.iter().flat_map(pieces) {
                match text.parse::<Piece>() {
                    Ok(Piece::Ask(question)) => {
                        assert!(question.answer().is_some(), "{text}");
                        questions += 1;
                    }
                    piece => assert!(piece.is_ok(), "{text}"),
                }
            }
            assert!(questions >= 2, "{}", lesson.title);
        }
    }

    #[test]
    fn formulas_are_mathematics() {
        for lesson in EN.iter().chain(ZH.iter()) {
            for part in lesson.steps.iter().flat_map(|step| &step.parts) {
                if let Part::Text(html) = part {
                    assert!(!html.contains('$') && !html.contains("<merror"), "{}: {html}", lesson.title);
                }
            }
        }
        let formulas = |lessons: &[Lesson]| {
            let parts = lessons.iter().flat_map(|lesson| &lesson.steps).flat_map(|step| &step.parts);
            parts.map(|part| format!("{part:?}").matches("<math").count()).sum::<usize>()
        };
        assert!(formulas(&EN) > 50 && formulas(&ZH) > 50);
    }
}
