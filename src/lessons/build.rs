//! Turns the lessons' Markdown into Rust constants of HTML, mathematics as MathML.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CowStr, Event, Options, Parser, html};
use pulldown_latex::{
    Storage,
    config::{DisplayMode, RenderConfig},
    push_mathml,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let lessons = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../www/lessons");
    println!("cargo::rerun-if-changed={}", lessons.display());
    let mut code = String::new();
    for (name, folder, words) in
        [("EN", "en", "English, in order."), ("ZH", "zh", "Chinese, in the same order.")]
    {
        writeln!(code, "/// All lessons in {words}\npub static {name}: &[Lesson] = &[")?;
        let mut files: Vec<PathBuf> =
            fs::read_dir(lessons.join(folder))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.sort();
        for file in files {
            code += &lesson(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        code += "];\n";
    }
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("lessons.rs"), code)?)
}

/// One file: a title, a goal, and steps that rules part.
fn lesson(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file)?;
    let mut parts = text.split("\n---\n");
    let head = parts.next().unwrap_or_default();
    let line = |mark: &str| head.lines().find_map(|line| line.strip_prefix(mark));
    let title = line("# ").ok_or("no title")?;
    let goal = line("> ").ok_or("no goal")?;
    let steps = parts.map(step).collect::<Result<String>>()?;
    Ok(format!("Lesson {{ title: {title:?}, goal: {goal:?}, steps: &[\n{steps}] }},\n"))
}

fn step(text: &str) -> Result<String> {
    let text = text.trim();
    let (title, body) =
        text.strip_prefix("## ").and_then(|rest| rest.split_once('\n')).ok_or("a step without title")?;
    let mut parts = String::new();
    let mut paragraphs = String::new();
    for line in body.lines() {
        if line.starts_with('{') && line.ends_with('}') {
            flush(&mut paragraphs, &mut parts)?;
            writeln!(parts, "Part::Piece({line:?}),")?;
        } else {
            paragraphs += line;
            paragraphs.push('\n');
        }
    }
    flush(&mut paragraphs, &mut parts)?;
    Ok(format!("Step {{ title: {title:?}, parts: &[\n{parts}] }},\n"))
}

fn flush(paragraphs: &mut String, parts: &mut String) -> Result<()> {
    let markdown = std::mem::take(paragraphs);
    if !markdown.trim().is_empty() {
        writeln!(parts, "Part::Text({:?}),", to_html(&markdown)?)?;
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
