//! Loops in code: those that only repeat are written out, all others are said.

use super::code::{enclosed, is_word, last_word, length, opening};
use super::flags::decided;
use super::names::inlined;
use super::{edits, refused};
use crate::nn::stack::{ParseError, ParseErrorKind};

/// The most letters of code with its loops written out.
pub const LONGEST: usize = 1 << 16;

/// The most loops, lists and printed lists that are written out.
const MOST: usize = 500;

/// Code with its loops over `range(N)` written out, where they use their variable for nothing, and its lists times N.
///
/// # Errors
/// The first line that is run not at all or several times, depending on more than that, or that changes what is made before.
pub fn written_out(code: &str) -> Result<String, ParseError> {
    // An inner loop begins behind the outer one.
    let code = multiplied(&rewritten(&inlined(&decided(code)), last_written_out));
    // Words of prose stand elsewhere.
    let within = |line: &str, [word, other]: [&str; 2]| {
        line.split_once(word).is_some_and(|(_, behind)| behind.contains(other))
    };
    let is_key = |word: &str| matches!(word, "for" | "if" | "else");
    let mut depth = 0;
    let depends = code.lines().find(|line| {
        let inside = depth > 0 && line.split([' ', '(']).any(is_key);
        depth += line.chars().map(edits::turn).sum::<isize>();
        inside
            || begins(line)
            || [[" for ", " in "], [" if ", " else "], [" or ", "2d("]].iter().any(|two| within(line, *two))
    });
    let wrong = |line: &str, kind| Err(refused(0, line, kind));
    match (depends, edits::edited(&code), edits::second(&code)) {
        (Some(line), ..) => wrong(line, ParseErrorKind::Branch),
        (_, Some(line), _) => wrong(line, ParseErrorKind::Edit),
        (.., Some(line)) => wrong(line, ParseErrorKind::Second),
        _ => Ok(code),
    }
}

/// Whether a line begins what is run not at all or several times.
pub fn begins(line: &str) -> bool {
    let words = ["for ", "while ", "if ", "elif ", "else:", "try:", "except"];
    words.iter().any(|word| line.trim_start().starts_with(word))
}

/// Code with each `[…] * N` as a list of so many times its parts.
pub fn multiplied(code: &str) -> String {
    rewritten(code, last_multiplied)
}

/// Code with a step taken as often as it can be.
fn rewritten(code: &str, step: fn(&str) -> Option<String>) -> String {
    let mut code = code.to_owned();
    for _ in 0..MOST {
        let Some(longer) = step(&code).filter(|longer| longer.len() <= LONGEST) else { break };
        code = longer;
    }
    code
}

/// Code with its last `[…] * N` as a list of so many times its parts.
fn last_multiplied(code: &str) -> Option<String> {
    code.rmatch_indices([']', ')']).find_map(|(end, _)| {
        let behind = code[end + 1..].trim_start().strip_prefix('*')?.trim_start();
        let (count, rest) = behind.split_at(behind.find(|c| !is_word(c)).unwrap_or(behind.len()));
        let count: usize = count.parse().ok()?;
        let at = opening(&code[..end])?;
        let parts = code[at + 1..end].trim().trim_end_matches(',');
        // Of numbers it is a product; behind a name the brackets are a call or an index.
        let is_list = code[at..].starts_with('[') || parts.contains(char::is_uppercase);
        let is_part = code[..at].ends_with(|last| is_word(last) || matches!(last, ')' | ']'));
        let fits = parts.len().checked_mul(count).is_some_and(|length| length <= LONGEST);
        (is_list && !is_part && fits)
            .then(|| [&code[..=at], &vec![parts; count].join(", "), &code[end..=end], rest].concat())
    })
}

/// A printed model with lists of equal modules written out: `(0-2): 3 x Conv2d(…)`.
pub fn repeated(code: &str) -> String {
    // What stands within another is written out first.
    rewritten(code, last_repeated)
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
    let at = opening(before)?;
    Some((&before[..=at], format!("{},", before[at + 1..].trim()), behind))
}

/// What is before a loop, the lines of its block, and what is behind them.
pub fn block<'a>(before: &'a str, behind: &'a str) -> Option<(&'a str, String, &'a str)> {
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
