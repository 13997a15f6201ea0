//! What code in any framework has in common: calls with their arguments, comments, numbers.

use super::refused;
use crate::nn::stack::{ParseError, ParseErrorKind};

/// An argument that is not read, and why.
pub type Wrong = (String, ParseErrorKind);

/// What is done with each call: its name, its arguments, and the code before and behind it. False ends it.
pub type Each<'e, 'a> = &'e mut dyn FnMut(&'a str, &[String], [&'a str; 2]) -> Result<bool, ParseError>;

/// Hands each call in some code to `each`, in order; of what only `holds` others, those.
pub fn calls<'a>(
    code: &'a str,
    holds: &dyn Fn(&str, &str) -> bool,
    each: Each<'_, 'a>,
) -> Result<(), ParseError> {
    let mut from = 0;
    while let Some(at) = code[from..].find('(').map(|way| from + way) {
        from = at + 1;
        let name = last_word(&code[..at]);
        // A tuple, or what only holds others.
        if name.chars().all(|letter| letter.is_ascii_digit()) || holds(name, &code[from..]) {
            continue;
        }
        let arguments = enclosed(&code[from..]).ok_or(refused(0, name, ParseErrorKind::Number))?;
        // What stands in its brackets is read.
        from += arguments.iter().map(|argument| argument.len() + 1).sum::<usize>();
        if !each(name, &arguments, [&code[..at - name.len()], &code[from..]])? {
            return Ok(());
        }
    }
    Ok(())
}

/// The name that some code ends with; nothing where it ends with something else.
pub fn last_word(code: &str) -> &str {
    &code[code.trim_end_matches(is_word).len()..]
}

/// Whether names are made of it.
pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Code without what stands behind a #.
pub fn without_comments(code: &str) -> String {
    let bare = |line: &str| line.split('#').next().unwrap_or_default().to_owned();
    code.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// The arguments up to the bracket that closes them; commas inside brackets part none.
pub fn enclosed(code: &str) -> Option<Vec<String>> {
    let (mut depth, mut arguments) = (0, vec![String::new()]);
    for letter in code.chars() {
        match letter {
            ')' if depth == 0 => return Some(arguments),
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
    let bare = text.trim().trim_matches(['(', ')', '[', ']', ' ']);
    match bare.split_once(',') {
        Some((rows, columns)) if !columns.trim().is_empty() => Some([whole(rows)?, whole(columns)?]),
        Some((both, _)) => whole(both).map(|both| [both, both]),
        None => whole(bare).map(|both| [both, both]),
    }
}

/// A whole number, perhaps as the product or quotient of others: `3 // 2`.
fn whole(text: &str) -> Option<usize> {
    /// Longer than anything that people write.
    const LONGEST: usize = 100;
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if let Some((above, below)) = text.rsplit_once("//") {
        return whole(above)?.checked_div(whole(below)?);
    }
    if let Some((one, other)) = text.rsplit_once('*') {
        return whole(one)?.checked_mul(whole(other)?);
    }
    if let Some((one, other)) = text.rsplit_once(['+', '-']) {
        let (a, b) = (whole(one)?, whole(other)?);
        return if text[one.len()..].starts_with('+') { a.checked_add(b) } else { a.checked_sub(b) };
    }
    text.parse().ok()
}
