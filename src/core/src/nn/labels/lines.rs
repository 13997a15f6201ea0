//! Names one a line, with what other programs write around them.

use std::collections::HashSet;

use super::{ID, Label, in_order, is_id, literal, tidy};
use crate::csv::cells;

/// How often something around all lines is taken off: a bullet, then a number, then quotes.
const LAYERS: usize = 4;

/// What the column with the names of classes is called, the likeliest first.
const NAMES: &str = "display_name name names class_name classname label_name category_name english en label labels class classes \
                     class_label category species breed signname description title 名称 类名 类别 标签 synset wnid";
/// What one with their Chinese names is called.
const CHINESE: &str = "zh chinese name_zh 中文 中文名";

/// The names, one a line. An empty line is a class without a name, but not among lines that are numbered or quoted.
pub fn labels(text: &str) -> Vec<Label> {
    let lines = || text.lines().map(str::trim);
    let mut rows: Vec<String> = lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if peel(&mut rows) { rows.iter().map(|row| label(row)).collect() } else { lines().map(label).collect() }
}

/// The names in a table below a line that names its columns, in the order of a column that counts them.
pub fn table(text: &str) -> Option<Vec<Label>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines.next()?;
    let mark = ['\t', ';'].into_iter().find(|mark| head.contains(*mark)).unwrap_or(',');
    let cell = |cell: &str| literal::quoted(cell.trim()).unwrap_or_else(|| cell.trim().to_owned());
    let row = |line| cells(line, mark).into_iter().map(cell).collect::<Vec<String>>();
    let heads: Vec<String> = row(head).iter().map(|head| head.to_lowercase().replace(' ', "_")).collect();
    let rows: Vec<Vec<String>> = lines.map(row).collect();
    if rows.iter().any(|row| row.len() < heads.len()) {
        return None;
    }
    let column =
        |names: &'static str| names.split(' ').filter_map(|name| heads.iter().position(|head| head == name));
    let is_name = |at: &usize| !rows.iter().all(|row| row[*at].parse::<usize>().is_ok() || is_id(&row[*at]));
    let name = column(NAMES).find(is_name).or_else(|| column(NAMES).next())?;
    if name + 1 < heads.len() && rows.iter().any(|row| row.len() > heads.len()) {
        return None;
    }
    let zh = column(CHINESE).next();
    let cells = |at: usize| {
        // The last may hold marks of its own.
        let more = |row: &Vec<String>| if at + 1 == heads.len() { row.len() - at } else { 1 };
        let cell = |row: &Vec<String>| tidy(&row[at..at + more(row)].join(", "));
        let counted = (0..heads.len()).filter(|by| *by != name).find_map(|by| {
            in_order(rows.iter().map(|row| Some((row[by].parse().ok()?, cell(row)))).collect::<Option<_>>()?)
        });
        counted.unwrap_or_else(|| rows.iter().map(cell).collect())
    };
    let mut labels: Vec<Label> = cells(name).into_iter().map(|en| Label { en, zh: None, id: None }).collect();
    for (label, zh) in labels.iter_mut().zip(zh.into_iter().flat_map(cells)) {
        label.zh = Some(zh);
    }
    Some(labels)
}

/// A line's name, with a Chinese one behind a tab where there is one; other columns are no part of it.
fn label(line: &str) -> Label {
    let mut cells =
        without_id(line).unwrap_or(line).split('\t').map(str::trim).filter(|cell| !cell.is_empty());
    let en = cells.next().unwrap_or_default();
    let zh = cells.next().filter(|zh| has_chinese(zh) && !has_chinese(en));
    Label { en: tidy(en), zh: zh.map(tidy), id: None }
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
        let both = Label { en: "tench".into(), zh: Some("丁鱥".into()), id: None };
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
    fn tables_with_a_head() {
        for text in [
            "index,label\n0,cat\n1,dog",
            "Class Name\r\ncat\r\ndog",
            "folder,class_id,class_name\nd,1,dog\nc,0,cat",
            "wnid\tdescription\nn02119789\tcat\nn02119790\tdog",
            "label;name;count\n0;cat;10\n1;dog;12",
            "class,description\n1,\"dog\"\n0,\"cat\"",
            "\"path\",\"name\"\n\"a, b\",\"cat\"\n\"b\",\"dog\"",
        ] {
            let names: Vec<String> = table(text).unwrap().into_iter().map(|label| label.en).collect();
            assert_eq!(names, ["cat", "dog"], "{text}");
        }
        assert_eq!(table("name\n\"tench, \"\"Tinca\"\"\"").unwrap()[0].en, "tench, \"Tinca\"");
        assert_eq!(table("index,name\n0,tench, Tinca").unwrap()[0].en, "tench, Tinca");
        assert_eq!(table("name,description\ncat,x\n911,y").unwrap()[1].en, "911");
        assert_eq!(table("wnid\nn02119789").unwrap()[0].en, "n02119789");
        for none in ["cat,dog\nowl,fox", "name,index\ntench, Tinca,0", "name,index\ntench", ""] {
            assert_eq!(table(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(text in "[n0-9,.:'\"\\\\\t\n\\- é猫]{0,64}") {
            let _ = (labels(&text), table(&format!("name,label\n{text}")));
        }
    }
}
