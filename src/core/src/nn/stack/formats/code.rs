//! What code in any framework has in common: calls with their arguments, comments, numbers.

use super::refused;
use crate::nn::stack::{ParseError, ParseErrorKind};

/// An argument that is not read, and why.
pub type Wrong = (String, ParseErrorKind);

/// What is done with each call: its name, its arguments, and the code before and behind it. False ends it.
pub type Each<'e, 'a> = &'e mut dyn FnMut(&'a str, &[String], [&'a str; 2]) -> Result<bool, ParseError>;

/// Whether a call only holds others: by its name, and the code before and behind its opening bracket.
pub type Holds<'h> = &'h dyn Fn(&str, [&str; 2]) -> bool;

/// Hands each call in some code to `each`, in order; of what only `holds` others, those.
pub fn calls<'a>(code: &'a str, holds: Holds<'_>, each: Each<'_, 'a>) -> Result<(), ParseError> {
    let mut from = 0;
    while let Some(at) = code[from..].find('(').map(|way| from + way) {
        from = at + 1;
        let name = called(&code[..at]);
        let before = &code[..code[..at].trim_end_matches(is_gap).len() - name.len()];
        // A tuple, or what only holds others.
        if name.chars().all(|letter| letter.is_ascii_digit()) || holds(name, [before, &code[from..]]) {
            continue;
        }
        let arguments = enclosed(&code[from..]).ok_or(refused(0, name, ParseErrorKind::Number))?;
        // What stands in its brackets is read.
        from += length(&arguments);
        if !each(name, &arguments, [before, &code[from..]])? {
            return Ok(());
        }
    }
    Ok(())
}

/// Whether brackets hold modules as PyTorch prints them: each after its name in brackets.
pub fn is_printed(inside: &str) -> bool {
    let name = inside.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    name.is_some_and(|(_, after)| after.trim_start().starts_with(':'))
}

/// The name under which a class keeps what stands behind some code: `self.NAME = nn.` or, printed, `(NAME): `.
pub fn kept(before: &str) -> Option<&str> {
    let target = before.trim_end_matches(|letter| is_word(letter) || letter == '.').trim_end_matches(' ');
    let target = target.strip_suffix('=').or(target.strip_suffix("):"))?.trim_end();
    let name = last_word(target);
    let is_kept = target[..target.len() - name.len()].ends_with(['(', '.']);
    (is_kept && !name.is_empty() && !name.bytes().all(|letter| letter.is_ascii_digit())).then_some(name)
}

/// The name of what is called where some code ends before its bracket. A gap may stand between, as older versions of PyTorch
/// print it; of prose that goes on in brackets nothing is called, as far as classes have capitals.
fn called(code: &str) -> &str {
    let bare = code.trim_end_matches(is_gap);
    let name = last_word(bare);
    let is_class = name.starts_with(|first: char| first.is_ascii_uppercase());
    if bare.len() == code.len() || is_class { name } else { "" }
}

fn is_gap(letter: char) -> bool {
    letter.is_whitespace() || letter == '\\'
}

/// The name that some code ends with; nothing where it ends with something else.
pub fn last_word(code: &str) -> &str {
    &code[code.trim_end_matches(is_word).len()..]
}

/// Whether names are made of it.
pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Code without comments and without texts over several lines, such as docstrings; brackets within other texts are taken out.
pub fn without_comments(code: &str) -> String {
    let (mut bare, mut rest) = (String::with_capacity(code.len()), code);
    while let Some(at) = rest.find(['#', '"', '\'']) {
        bare += &rest[..at];
        rest = &rest[at..];
        let long = [r#"""""#, "'''"].into_iter().find(|mark| rest.starts_with(mark));
        if let Some(mark) = long {
            rest = rest[mark.len()..].split_once(mark).map_or("", |(_, behind)| behind);
        } else if rest.starts_with('#') {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else {
            // An apostrophe of prose closes nothing on its line.
            let line = rest.lines().next().unwrap_or_default();
            let length = line[1..].find(&rest[..1]).map_or(1, |length| length + 2);
            bare.extend(rest[..length].chars().filter(|letter| !"()[]{}".contains(*letter)));
            rest = &rest[length..];
        }
    }
    bare + rest
}

/// Where the bracket stands that is open at the end of some code.
pub fn opening(code: &str) -> Option<usize> {
    let mut open = 0;
    let opens = |letter: char| {
        open += match letter {
            ')' | ']' => 1,
            '(' | '[' => -1,
            _ => 0,
        };
        open < 0
    };
    code.rfind(opens)
}

/// The arguments up to the bracket that closes them; commas inside brackets part none.
pub fn enclosed(code: &str) -> Option<Vec<String>> {
    let (mut depth, mut arguments) = (0, vec![String::new()]);
    for letter in code.chars() {
        match letter {
            ')' | ']' if depth == 0 => return Some(arguments),
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        arguments.last_mut()?.push(letter);
    }
    None
}

/// How long arguments are as they stand, with the bracket that closes them.
pub fn length(arguments: &[String]) -> usize {
    arguments.iter().map(|argument| argument.len() + 1).sum()
}

/// Arguments by their names.
pub struct Arguments<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Arguments<'a> {
    /// Arguments of a function that has these names in this order, and others that change no size.
    pub fn of(
        arguments: &'a [String],
        names: &[&'a str],
        is_other: &dyn Fn(&str) -> bool,
    ) -> Result<Arguments<'a>, Wrong> {
        let mut given = Vec::new();
        for (place, argument) in arguments.iter().map(|argument| argument.trim()).enumerate() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.trim(), value.trim()),
                None if argument.is_empty() => continue,
                None => (names.get(place).copied().unwrap_or_default(), argument),
            };
            if !names.contains(&name) && !is_other(name) {
                return Err((argument.to_owned(), ParseErrorKind::Argument));
            }
            given.push((name, value));
        }
        Ok(Arguments(given))
    }

    /// What stands for an argument, without quotes.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().find(|(given, value)| *given == name && *value != "None")?;
        Some(value.trim_matches(['"', '\'']))
    }

    /// One number or two, or what is usual.
    pub fn pair(&self, name: &str, usual: Option<[usize; 2]>) -> Result<[usize; 2], Wrong> {
        match self.get(name) {
            Some(text) => numbers(text).ok_or_else(|| (format!("{name}={text}"), ParseErrorKind::Number)),
            None => usual.ok_or_else(|| (name.to_owned(), ParseErrorKind::Number)),
        }
    }

    /// Says of an argument that it is not computed.
    pub fn refuse(&self, name: &str) -> Wrong {
        (format!("{name}={}", self.get(name).unwrap_or_default()), ParseErrorKind::Argument)
    }
}

/// A text without brackets, quotes and spaces.
pub fn bare(text: &str) -> String {
    text.chars().filter(|letter| !"()[]'\" ".contains(*letter)).collect()
}

/// Whole numbers with commas between them, in any brackets.
pub fn list(text: &str) -> Option<Vec<isize>> {
    bare(text).trim_end_matches(',').split(',').map(|number| number.parse().ok()).collect()
}

/// One number for both axes, or two in brackets.
pub fn numbers(text: &str) -> Option<[usize; 2]> {
    let parts = enclosed(&format!("{})", within(text)))?;
    match parts.as_slice() {
        [both] => whole(both).map(|both| [both, both]),
        [both, rest] if rest.trim().is_empty() => whole(both).map(|both| [both, both]),
        [rows, columns] => Some([whole(rows)?, whole(columns)?]),
        _ => None,
    }
}

/// What stands in the brackets around all of a text, if there are such.
pub fn within(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix(['(', '[']).and_then(|text| text.strip_suffix([')', ']']));
    let is_one = |inner: &&str| {
        let mut open = 0;
        inner.chars().all(|letter| {
            open += match letter {
                '(' | '[' => 1,
                ')' | ']' => -1,
                _ => 0,
            };
            open >= 0
        })
    };
    inner.filter(is_one).unwrap_or(text)
}

/// A whole number, perhaps made of others: `(7 - 1) // 2`.
fn whole(text: &str) -> Option<usize> {
    /// Longer than anything that people write.
    const LONGEST: usize = 100;
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if text.len() > LONGEST {
        return None;
    }
    let mut rest = text.as_str();
    let sum = sum(&mut rest)?;
    rest.is_empty().then(|| usize::try_from(sum).ok())?
}

/// What makes a number of two.
type Operator = (&'static str, fn(i64, i64) -> Option<i64>);

/// Products, added and taken away.
fn sum(rest: &mut &str) -> Option<i64> {
    from_left(rest, &[("+", i64::checked_add), ("-", i64::checked_sub)], product)
}

/// Factors, multiplied and divided.
fn product(rest: &mut &str) -> Option<i64> {
    from_left(rest, &[("//", i64::checked_div_euclid), ("*", i64::checked_mul)], factor)
}

/// Parts with these operators between them, from left to right.
fn from_left(rest: &mut &str, operators: &[Operator], part: fn(&mut &str) -> Option<i64>) -> Option<i64> {
    let mut made = part(rest)?;
    while let Some((operator, behind)) =
        operators.iter().find_map(|(mark, operator)| Some((operator, rest.strip_prefix(mark)?)))
    {
        *rest = behind;
        made = operator(made, part(rest)?)?;
    }
    Some(made)
}

/// A number, or a sum in brackets.
fn factor(rest: &mut &str) -> Option<i64> {
    if let Some(behind) = rest.strip_prefix('(') {
        *rest = behind;
        let sum = sum(rest)?;
        *rest = rest.strip_prefix(')')?;
        return Some(sum);
    }
    let (number, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    *rest = behind;
    number.parse().ok()
}
