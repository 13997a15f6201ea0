//! Loops in code: those that only repeat are written out, all others are said.

use super::code::{enclosed, is_word, last_word, length};
use super::refused;
use crate::nn::stack::{ParseError, ParseErrorKind};

/// The most letters of code with its loops written out.
const LONGEST: usize = 1 << 16;

/// Code with its loops over `range(N)` written out, where they use their variable for nothing.
///
/// # Errors
/// The first line that is run not at all or several times, depending on more than that.
pub fn written_out(code: &str) -> Result<String, ParseError> {
    let mut code = code.to_owned();
    // An inner loop begins behind the outer one.
    while let Some(longer) = last_written_out(&code).filter(|longer| longer.len() <= LONGEST) {
        code = longer;
    }
    // Words of prose stand elsewhere.
    let begins = |line: &str| {
        ["for ", "while ", "if ", "elif ", "else:"].iter().any(|word| line.trim_start().starts_with(word))
    };
    let within = |line: &str, [word, other]: [&str; 2]| {
        line.split_once(word).is_some_and(|(_, behind)| behind.contains(other))
    };
    let depends =
        |line: &str| begins(line) || within(line, [" for ", " in "]) || within(line, [" if ", " else "]);
    match code.lines().find(|line| depends(line)) {
        Some(line) => Err(refused(0, line, ParseErrorKind::Branch)),
        None => Ok(code),
    }
}

/// A printed model with lists of equal modules written out: `(0-2): 3 x Conv2d(…)`.
pub fn repeated(code: &str) -> String {
    let mut code = code.to_owned();
    // What stands within another is written out first.
    while let Some(longer) = last_repeated(&code).filter(|longer| longer.len() <= LONGEST) {
        code = longer;
    }
    code
}

fn last_repeated(code: &str) -> Option<String> {
    let counts = code.rmatch_indices(" x ").filter_map(|(at, mark)| {
        let digits = code[..at].len() - code[..at].trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (before, behind) = (&code[..at - digits], &code[at + mark.len()..]);
        let count: usize = code[at - digits..at].parse().ok()?;
        before.trim_end().ends_with("):").then_some((before, count, behind))
    });
    let (before, count, behind) = counts.into_iter().next()?;
    let open = behind.find('(')?;
    let inside = length(&enclosed(&behind[open + 1..])?);
    let (module, rest) = behind.split_at(open + 1 + inside);
    (module.len().checked_mul(count)? <= LONGEST).then(|| {
        let modules = vec![module; count].join(", (): ");
        [before, &modules, rest].concat()
    })
}

fn last_written_out(code: &str) -> Option<String> {
    const OVER: &str = " in range(";
    let (before, behind) = code.rsplit_once(OVER)?;
    let variable = last_word(before);
    let before = before.strip_suffix(variable)?.strip_suffix("for ")?;
    let (count, behind) = behind.split_once(')')?;
    let count: usize = count.trim().parse().ok()?;
    let (before, body, behind) = comprehension(before, behind).or_else(|| block(before, behind))?;
    let uses = |word: &str| word == variable && variable != "_";
    let fits = body.len().checked_mul(count).is_some_and(|length| length <= LONGEST);
    if !fits || body.split(|c: char| !is_word(c)).any(uses) {
        return None;
    }
    Some([before, &body.repeat(count), behind].concat())
}

/// What is before the expression of `[expression for … ]`, the expression with a comma, and what is behind it.
fn comprehension<'a>(before: &'a str, behind: &'a str) -> Option<(&'a str, String, &'a str)> {
    if !behind.trim_start().starts_with([']', ')']) {
        return None;
    }
    let mut open = 0;
    let (at, _) = before.char_indices().rev().find(|(_, letter)| {
        open += match letter {
            ')' | ']' => 1,
            '(' | '[' => -1,
            _ => 0,
        };
        open < 0
    })?;
    Some((&before[..=at], format!("{},", before[at + 1..].trim()), behind))
}

/// What is before a loop, the lines of its block, and what is behind them.
fn block<'a>(before: &'a str, behind: &'a str) -> Option<(&'a str, String, &'a str)> {
    let (before, indent) = before.split_at(before.rfind('\n').map_or(0, |at| at + 1));
    let rest = behind.trim_start().strip_prefix(':')?;
    let (first, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    if !indent.trim().is_empty() {
        return None;
    }
    let deeper = |line: &&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent.len();
    let length = rest.split_inclusive('\n').take_while(deeper).map(str::len).sum();
    let (block, behind) = rest.split_at(length);
    Some((before, format!("{first}\n{block}\n"), behind))
}
