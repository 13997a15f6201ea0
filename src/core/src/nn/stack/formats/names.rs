//! Names in code where modules are meant: those modules are put there, or it is said.

use super::code::{enclosed, is_word, last_word, length, opening};
use super::loops::LONGEST;

/// What holds modules.
const HOLDERS: [&str; 13] = [
    "Sequential(",
    "append(",
    "add(",
    "extend(",
    "Sequential([",
    "extend([",
    "ModuleList([",
    "*[",
    "*(",
    "*([",
    "= [",
    "=[",
    "+ [",
];
/// The most of them within each other.
const DEEPEST: usize = 32;

/// Code in which modules stand where their names are given to what holds modules, and no more where they are defined.
pub fn inlined(code: &str) -> String {
    let (mut code, mut from) = (code.to_owned(), 0);
    while from < code.len() && code.len() <= LONGEST {
        if let Some(other) = with_next(&code, from) {
            code = other;
        } else {
            from += code[from..].find('\n').map_or(code.len(), |end| end + 1);
        }
    }
    code
}

/// Code without the definition that begins here, which stands for its name everywhere.
fn with_next(code: &str, from: usize) -> Option<String> {
    let (name, value) = code[from..].split_once('=')?;
    let (name, value) = (name.trim(), value.trim_start_matches(' '));
    let (callee, inside) = value.split_once('(')?;
    let is_path = |text: &str| !text.is_empty() && text.chars().all(|c| is_word(c) || c == '.');
    let is_class = is_path(callee) && last_word(callee).starts_with(|first: char| first.is_uppercase());
    let (module, behind) = value.split_at(callee.len() + 1 + length(&enclosed(inside)?));
    let is_all = behind.lines().next().is_none_or(|rest| rest.trim().is_empty());
    let mut uses = words(behind, name).peekable();
    if !is_path(name) || !is_class || !is_all || uses.peek().is_none() {
        return None;
    }
    let (mut made, mut end) = (code[..from].to_owned(), 0);
    // What is said of the name before would be another module.
    let mut others = words(&code[..from], name);
    for [before, after] in uses {
        if holder(behind, opening(before)?).is_none()
            || !after.trim_start().starts_with([',', ')', ']'])
            || others.next().is_some()
        {
            return None;
        }
        made = made + &before[end..] + module;
        end = before.len() + name.len();
    }
    Some(made + &behind[end..])
}

/// What holds modules by a bracket that opens here, if it does; in pairs a text names each.
fn holder(code: &str, at: usize) -> Option<&'static str> {
    let is_pair = code[at + 1..].starts_with(['\'', '"']) && code[..at].trim_end().ends_with(['[', ',']);
    let known = HOLDERS.iter().rfind(|holder| code[..=at].ends_with(**holder)).copied();
    known.or(is_pair.then_some("("))
}

/// What a `Sequential`, a list or `append` is given that is no module but a name, unless it is that of a list that is unpacked;
/// these in the order in which they are defined. Behind one of `ends` nothing is read.
pub fn unread(code: &str, ends: &[&str]) -> Option<String> {
    // Where those end that are open: what stands in many is gone through as often.
    let mut open: Vec<usize> = Vec::new();
    let mut defined = 0;
    for (at, _) in code.match_indices(['(', '[']) {
        let inside = at + 1;
        let Some(holder) = holder(code, at) else { continue };
        let before = &code[..inside - holder.len()];
        let arguments = enclosed(&code[inside..])?;
        open.retain(|end| *end > at);
        open.push(inside + length(&arguments));
        if open.len() > DEEPEST {
            return Some(holder.to_owned());
        }
        let parts: Vec<&str> = arguments.iter().map(|part| part.trim()).collect();
        let is_call = |part: &&str| part.contains('(') && part.contains(char::is_uppercase);
        let owner = before.trim_end_matches([' ', '+']);
        let is_other = match holder {
            // Lists of numbers.
            "= [" | "=[" | "+ [" => {
                !parts.iter().any(is_call) && !code.contains(&format!("*{}", last_word(owner)))
            }
            // Products.
            "*(" | "*[" | "*([" => owner.ends_with(|last| is_word(last) || matches!(last, ')' | ']')),
            _ => false,
        };
        let is_end = |part: &&&str| ends.iter().any(|end| part.contains(&format!("{end}(")));
        for part in parts.iter().take_while(|part| !is_end(part) && !is_other) {
            let name = part.trim_start_matches('*');
            let is_list = name.len() < part.len() && is_list(code, name);
            let place = before.find(name).filter(|place| is_list && *place >= defined);
            let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
                && !name.contains(['(', '=', '"', '\'']);
            if is_name && place.is_none() {
                return Some((*part).to_owned());
            }
            defined = place.unwrap_or(defined);
        }
    }
    None
}

/// The places of a name that are no texts: the code before and behind each.
fn words<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = [&'a str; 2]> {
    let around = move |(at, _)| [&code[..at], &code[at + name.len()..]];
    let is_other = |letter: char| is_word(letter) || matches!(letter, '\'' | '"');
    let is_whole =
        move |[before, behind]: &[&str; 2]| !before.ends_with(is_other) && !behind.starts_with(is_word);
    code.match_indices(name).map(around).filter(is_whole)
}

/// Whether a name is that of a list that is defined once, filled in the order of the code, and unpacked once.
fn is_list(code: &str, name: &str) -> bool {
    let (mut defined, mut unpacked) = (0, 0);
    let longer = format!(" = {name} + [");
    let is_plain = |[before, behind]: [&str; 2]| {
        let is = |marks: &[&str]| marks.iter().any(|mark| behind.starts_with(mark));
        let (star, definition) = (before.ends_with('*'), is(&[" = [", "=["]));
        unpacked += usize::from(star);
        defined += usize::from(definition);
        star || definition || is(&[" += [", "+=[", " + [", ".append(", ".extend(", &longer])
    };
    words(code, name).all(is_plain) && (defined, unpacked) == (1, 1)
}
