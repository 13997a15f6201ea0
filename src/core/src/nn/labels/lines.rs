//! Names one a line, with what other programs write around them.

use std::collections::HashSet;

use super::{ID, Label, in_order, is_id, literal, tidy};

/// How often something around all lines is taken off: a bullet, then a number, then quotes.
const LAYERS: usize = 4;

/// What the columns of a table of classes are called.
const HEADS: [&str; 25] = [
    "",
    "#",
    "no",
    "number",
    "index",
    "idx",
    "id",
    "class_id",
    "class_index",
    "class_idx",
    "label_id",
    "label",
    "labels",
    "class",
    "classes",
    "name",
    "names",
    "class_name",
    "classname",
    "label_name",
    "category",
    "wnid",
    "synset",
    "en",
    "zh",
];

/// The names, one a line. An empty line is a class without a name, but not among lines that are numbered or quoted.
pub fn labels(text: &str) -> Vec<Label> {
    let lines = || text.lines().map(str::trim);
    let mut rows: Vec<String> = lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if peel(&mut rows) { rows.iter().map(|row| label(row)).collect() } else { lines().map(label).collect() }
}

/// What follows a line that only names columns.
pub fn below_head(text: &str) -> Option<&str> {
    let (head, rows) = text.trim_start().split_once('\n')?;
    let is_head = |cell: &str| {
        let cell = cell.trim().trim_matches(['"', '\'']).to_lowercase().replace(' ', "_");
        HEADS.contains(&cell.as_str())
    };
    head.split([',', ';', '\t']).all(is_head).then_some(rows)
}

/// A line's name, with a Chinese one behind a tab where there is one; other columns are no part of it.
fn label(line: &str) -> Label {
    let mut cells =
        without_id(line).unwrap_or(line).split('\t').map(str::trim).filter(|cell| !cell.is_empty());
    let en = cells.next().unwrap_or_default();
    let zh = cells.next().filter(|zh| has_chinese(zh) && !has_chinese(en));
    Label { en: tidy(en), zh: zh.map(tidy) }
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

/// Takes off what stands around every line; whether anything did. What only some lines have may be part of their names.
fn peel(rows: &mut Vec<String>) -> bool {
    let (mut peeled, mut counted) = (false, false);
    for _ in 0..LAYERS {
        let mut any = replace(rows, commas) | replace(rows, bullets) | replace(rows, quotes);
        if !counted {
            counted = replace(rows, numbers);
            any |= counted;
        }
        if !any {
            break;
        }
        peeled = true;
    }
    peeled
}

fn replace(rows: &mut Vec<String>, with: impl Fn(&[String]) -> Option<Vec<String>>) -> bool {
    let new = if rows.is_empty() { None } else { with(rows) };
    let is_new = new.is_some();
    if let Some(new) = new {
        *rows = new;
    }
    is_new
}

/// Without the commas behind them, which the last needs not have.
fn commas(rows: &[String]) -> Option<Vec<String>> {
    let (last, others) = rows.split_last()?;
    let cut = |row: &String| row.strip_suffix(',').map(|row| row.trim_end().to_owned());
    let mut cut_rows: Vec<String> = others.iter().map(cut).collect::<Option<_>>()?;
    let last = cut(last).or_else(|| (!others.is_empty()).then(|| last.clone()))?;
    cut_rows.push(last);
    Some(cut_rows)
}

fn bullets(rows: &[String]) -> Option<Vec<String>> {
    let marks = ["- ", "* ", "• "];
    let cut =
        |row: &str| marks.iter().find_map(|mark| row.strip_prefix(mark).map(|row| row.trim().to_owned()));
    rows.iter().map(|row| cut(row)).collect()
}

fn quotes(rows: &[String]) -> Option<Vec<String>> {
    rows.iter().map(|row| literal::quoted(row)).collect()
}

/// The rows in the order of the numbers before or behind them, or behind the ids before them.
fn numbers(rows: &[String]) -> Option<Vec<String>> {
    let behind_id = |row| before(without_id(row)?);
    counted(rows, before).or_else(|| counted(rows, behind)).or_else(|| counted(rows, behind_id))
}

/// Numbers that count the rows from 0 or 1. Where they are all that tells most names apart, they are part of these:
/// `class 0`, `1 euro`.
fn counted<'a>(
    rows: &'a [String],
    split: impl Fn(&'a str) -> Option<(usize, &'a str)>,
) -> Option<Vec<String>> {
    let named: Vec<(usize, &str)> = rows.iter().map(|row| split(row)).collect::<Option<_>>()?;
    let names: HashSet<&str> = named.iter().map(|(_, name)| *name).collect();
    let differ = rows.len() > 1 && 2 * names.len() > rows.len();
    let names = if differ { in_order(named) } else { None };
    names.map(|names| names.into_iter().map(str::to_owned).collect())
}

/// The number before a name, and the name.
fn before(row: &str) -> Option<(usize, &str)> {
    let (digits, rest) = row.split_at(row.find(|letter: char| !letter.is_ascii_digit())?);
    let name = rest.trim_start();
    let is_apart = name.len() < rest.len();
    let marked = name.strip_prefix([':', ',', ')', '：', '、']);
    let dotted = name.strip_prefix('.').filter(|rest| rest.starts_with(char::is_whitespace));
    let name = marked.or(dotted).or(is_apart.then_some(name))?.trim_start();
    if name.is_empty() { None } else { Some((digits.parse().ok()?, name)) }
}

/// The number behind a name, and the name.
fn behind(row: &str) -> Option<(usize, &str)> {
    let name = row.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = row[name.len()..].parse().ok()?;
    let is_mark = |letter: char| matches!(letter, ',' | ':' | ';');
    let is_apart = name.ends_with(|letter: char| letter.is_whitespace() || is_mark(letter));
    let name = name.trim_end();
    let name = name.strip_suffix(is_mark).unwrap_or(name).trim_end();
    (is_apart && !name.is_empty()).then_some((number, name))
}

/// What follows the id of a noun of WordNet: `n01440764 tench`.
fn without_id(line: &str) -> Option<&str> {
    let (id, rest) = line.split_at_checked(ID)?;
    let name = rest.trim_start_matches([' ', '\t', ',', ':']);
    (is_id(id) && name.len() < rest.len() && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        labels(text).into_iter().map(|label| label.en).collect()
    }

    #[test]
    fn tabs_separate() {
        assert_eq!(names("0\tcat\n1\tdog"), ["cat", "dog"]);
        assert_eq!(names("cat\t0\ndog\t1"), ["cat", "dog"]);
        assert_eq!(names("n01440764\ttench\nn01443537\tgoldfish"), ["tench", "goldfish"]);
        assert_eq!(names("cat\tfelid\ndog"), ["cat", "dog"]);
        let both = Label { en: "tench".into(), zh: Some("丁鱥".into()) };
        for text in ["tench\t丁鱥", "n01440764\ttench\t丁鱥"] {
            assert_eq!(labels(text), std::slice::from_ref(&both), "{text}");
        }
        assert_eq!(labels("0\tn01440764\ttench\t丁鱥\n1\tn01443537\tgoldfish\t金鱼")[0], both);
    }

    #[test]
    fn numbers_of_all_lines() {
        for text in [
            "1: cat\n2: dog",
            "1 cat\n\n2 dog",
            "0,cat\n1,dog",
            "1. cat\n2. dog",
            "1) cat\n2) dog",
            "1 dog\n0 cat",
            "cat,0\ndog,1",
            "dog 2\ncat 1",
            "0 : 'cat',\n1 : 'dog'",
            "0,\"cat\"\n1,\"dog\"",
            "01  cat\n02  dog",
            "n02119789 1 cat\nn02119790 2 dog",
            "n02119790 2 dog\nn02119789 1 cat",
            "n02119789,cat\nn02119790,dog",
            "0 n02119789 cat\n1 n02119790 dog",
            "n02119789 cat 0\nn02119790 dog 1",
            "1、cat\n2、dog",
        ] {
            assert_eq!(names(text), ["cat", "dog"], "{text}");
        }
        assert_eq!(names("n02119789 0\nn02119790 1"), ["n02119789", "n02119790"]);
    }

    #[test]
    fn marks_of_all_lines() {
        for text in ["- cat\n- dog", "'cat',\n'dog',", "\"cat\"\n\"dog\"", "cat,\ndog,", "* 'cat'\n* 'dog'"] {
            assert_eq!(names(text), ["cat", "dog"], "{text}");
        }
        assert_eq!(names("'it\\'s',\n'it''s'"), ["it's", "it's"]);
    }

    #[test]
    fn real_names_stay() {
        for text in [
            "7 up\n1 dog",
            "- cat\ndog",
            "'cat'\ndog",
            "1 euro\n2 euro\n3 euro",
            "class 0\nclass 1\nclass 2",
            "0.5 mm\n1.5 mm",
            "0 cat\n0 dog",
            "0 cat\n1 dog\nx",
            "cat\n\ndog",
            "Boeing 737\nBoeing 747",
            "1 dog",
            "1:00\n2:00\n3:00",
            "'a' or 'b'\n'c' or 'd'",
            "3D\n2D\n1D",
        ] {
            assert_eq!(names(text), text.lines().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn heads_of_columns() {
        assert_eq!(below_head("index,label\n0,cat"), Some("0,cat"));
        assert_eq!(below_head("Class Name\r\ncat"), Some("cat"));
        assert_eq!(below_head("cat,label\ndog"), None);
        assert_eq!(below_head("label"), None);
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(text in "[n0-9,.:'\"\\\\\t\n\\- é猫]{0,64}") {
            let _ = (labels(&text), below_head(&text));
        }
    }
}
