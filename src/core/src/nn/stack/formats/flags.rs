//! Conditions on flags that the code itself states.

use super::code::is_word;
use super::loops::block;

/// The most conditions that are looked at, and that are decided.
const MOST: usize = 100;

/// Code with `if FLAG:` and its `else:` as the lines that are run, where the code gives the flag one value.
pub fn decided(code: &str) -> String {
    let mut code = code.to_owned();
    for _ in 0..MOST {
        let Some(shorter) = last_decided(&code) else { break };
        code = shorter;
    }
    code
}

fn last_decided(code: &str) -> Option<String> {
    code.rmatch_indices("if ").take(MOST).find_map(|(at, word)| {
        let (condition, rest) = code[at + word.len()..].split_once(':')?;
        let (name, wanted) = condition.strip_prefix("not ").map_or((condition, true), |name| (name, false));
        let taken = flag(code, name.trim())? == wanted;
        let rest = &code[code.len() - rest.len() - 1..];
        let (before, body, behind) = block(&code[..at], rest)?;
        let indent = &code[before.len()..at];
        let next = behind.strip_prefix(indent).unwrap_or_default();
        if next.starts_with("elif") {
            return None;
        }
        let (other, behind) = match next.strip_prefix("else") {
            Some(next) => block(indent, next).map(|(_, other, behind)| (other, behind))?,
            None => (String::new(), behind),
        };
        Some([before, if taken { &body } else { &other }, behind].concat())
    })
}

/// What a flag is wherever the code gives it a value: as a default, by assignment or in a call.
fn flag(code: &str, name: &str) -> Option<bool> {
    let literal = |text: &str| match text {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    };
    let mut known = literal(name);
    if name.is_empty() || !name.chars().all(is_word) {
        return None;
    }
    for (at, _) in code.match_indices(name) {
        let behind = code[at + name.len()..].trim_start();
        let value = behind.strip_prefix(": bool").unwrap_or(behind).trim_start().strip_prefix('=');
        let is_whole = !code[..at].ends_with(|last| is_word(last) || last == '.');
        if let Some(value) = value.filter(|value| is_whole && !value.starts_with('=')) {
            let value = literal(value.split([',', ')', '\n']).next()?.trim())?;
            if known.is_some_and(|known| known != value) {
                return None;
            }
            known = Some(value);
        }
    }
    known
}
