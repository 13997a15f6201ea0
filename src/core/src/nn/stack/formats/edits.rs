//! Code that changes what it made before, or that makes a second network.

use super::code::{is_printed, is_word, last_word};

/// What takes modules out of others, or puts them between.
const METHODS: [&str; 9] =
    [".pop(", ".insert(", ".remove(", ".reverse(", "reversed(", "children(", "\ndel ", " del ", "\tdel "];

/// A line that takes modules out, puts others in their place, or repeats them so often as the code does not say.
pub fn edited(code: &str) -> Option<&str> {
    let method = METHODS.iter().find_map(|method| code.find(method)).map(|at| at + 1);
    let at = method.or_else(|| index(code))?;
    code[code[..at].rfind('\n').map_or(0, |end| end + 1)..].lines().next()
}

/// Where the first brackets open that are a slice, an index that is assigned to, or a list times what is no number.
fn index(code: &str) -> Option<usize> {
    // Of each bracket where it opens, and whether a colon stands in it.
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, letter) in code.char_indices() {
        match letter {
            '(' | '[' | '{' => open.push((at, false)),
            ':' => open.last_mut().into_iter().for_each(|(_, sliced)| *sliced = true),
            ')' | ']' | '}' => {
                let Some((start, sliced)) = open.pop() else { continue };
                let (before, behind) = (&code[..start], code[at + 1..].trim_start());
                let owner = before.trim_end_matches(|c| is_word(c) || c == '.');
                let is_index = owner.len() < before.len() || before.ends_with([')', ']']);
                let indented = owner.trim_end_matches([' ', '\t']);
                let is_statement = indented.is_empty() || indented.ends_with('\n');
                let assigned = is_statement && behind.starts_with('=') && !behind.starts_with("==");
                let factor = before.trim_end().strip_suffix('*').map_or("", str::trim_end);
                let is_factor = factor.ends_with(|last| is_word(last) || last == ')');
                let times = behind.starts_with('*') || is_factor;
                let is_list = letter == ']' || before.ends_with('*') && !is_factor;
                // What is given to functions is data.
                let sliced = sliced && !open.last().is_some_and(|(outer, _)| is_function(&code[..*outer]));
                if is_list && (is_index && (sliced || assigned) || !is_index && times) {
                    return Some(start);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether code ends with the name of a function, which has no capital, but for those that are given modules.
fn is_function(code: &str) -> bool {
    let name = last_word(code);
    name.starts_with(|first: char| first.is_lowercase()) && !matches!(name, "append" | "add" | "extend")
}

/// The line with which another network begins that the first is no part of.
pub fn second(code: &str) -> Option<&str> {
    let (mut depth, mut at, mut goes_on, mut found) = (0, 0, false, false);
    for line in code.split_inclusive('\n') {
        at += line.len();
        if depth == 0 && !goes_on && begins_network(line, &code[at..]) {
            if found {
                return Some(line);
            }
            found = true;
        }
        depth += line.chars().map(turn).sum::<isize>();
        goes_on = line.trim_end().ends_with(',') || goes_on && line.trim().is_empty();
    }
    None
}

/// How a letter changes the number of open brackets.
pub fn turn(letter: char) -> isize {
    match letter {
        '(' | '[' | '{' => 1,
        ')' | ']' | '}' => -1,
        _ => 0,
    }
}

/// Whether a line begins a network that is no part of one.
pub fn begins_network(line: &str, behind: &str) -> bool {
    let Some((head, inside)) = line.split_once('(') else { return false };
    let (name, class) = head.split_once('=').map_or(("", head), |(name, class)| (name.trim(), class));
    let class = class.trim();
    let is_printed = inside.trim().is_empty() && !class.is_empty() && is_printed(behind);
    let is_class = class.chars().all(|c| is_word(c) || c == '.');
    is_class && name.chars().all(is_word) && (class.ends_with("Sequential") || is_printed)
}
