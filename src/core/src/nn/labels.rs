//! Names of classes, in English and where known in Chinese.

mod literal;

use serde::{Deserialize, Serialize};

/// The name of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// English name, or whatever the model's file calls it.
    pub en: String,
    /// Chinese name.
    pub zh: Option<String>,
}

/// The most characters of a name that is shown; a model's file may hold anything.
const LONGEST: usize = 120;

/// A name from a file, cut to a length that a page can show, without control characters.
pub fn tidy(name: &str) -> String {
    let mut out: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if name.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// The names in a labels file: one a line, blank lines at the end left out, or a dictionary or a list as JSON and Python write
/// them. WordNet ids before names, and numbers that count the lines, are no part of the names.
pub fn parse(text: &str) -> Vec<Label> {
    let text = text.trim_start_matches('\u{feff}').trim_end();
    if let Some(names) = literal::names(text) {
        return names.iter().map(|name| Label { en: tidy(name.trim()), zh: None }).collect();
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let counts = lines.len() > 1 && lines.iter().enumerate().all(|(at, line)| after_number(line) == Some(at));
    let name = |line: &&str| {
        let name =
            if counts || is_synset(line) { line.split_once(' ').map_or("", |(_, name)| name) } else { line };
        Label { en: tidy(name.trim()), zh: None }
    };
    lines.iter().map(name).collect()
}

/// The number that a line begins with, if a name follows.
fn after_number(line: &str) -> Option<usize> {
    line.split_once(' ').filter(|(_, name)| !name.trim().is_empty())?.0.parse().ok()
}

/// Whether a line begins with the id of a noun of WordNet: `n01440764 tench`.
fn is_synset(line: &str) -> bool {
    let digits = line.strip_prefix('n').and_then(|rest| rest.split_once(' ')).map(|(digits, _)| digits);
    digits.is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Names for so many classes: as many, or one fewer where the first class stands for the background.
pub fn for_classes(mut names: Vec<Label>, classes: usize) -> Result<Vec<Label>, Vec<Label>> {
    const WITH_BACKGROUND: usize = 1001;
    if classes == WITH_BACKGROUND && names.len() + 1 == classes {
        names.insert(0, Label { en: "background".to_owned(), zh: Some("背景".to_owned()) });
    }
    if names.len() == classes { Ok(names) } else { Err(names) }
}

/// English and Chinese lists of equal length, one name a line; Chinese is dropped where the lengths differ.
pub fn pair(en: &str, zh: Option<&str>) -> Vec<Label> {
    let mut labels = parse(en);
    let zh = zh.map(parse).filter(|zh| zh.len() == labels.len());
    for (label, zh) in labels.iter_mut().zip(zh.into_iter().flatten()) {
        label.zh = Some(zh.en);
    }
    labels
}

/// Reads the table of classes with the columns index, wnid, English and Chinese, one class a line.
pub fn parse_table(tsv: &str) -> Vec<Label> {
    let rows = tsv.lines().skip(1).filter_map(|row| {
        let mut cells = row.split('\t').skip(2);
        Some(Label { en: cells.next()?.to_owned(), zh: cells.next().map(str::to_owned) })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labels_file() {
        let labels = parse("\u{feff}cat\r\ndog \n\n");
        assert_eq!(labels.iter().map(|l| l.en.as_str()).collect::<Vec<_>>(), ["cat", "dog"]);
        assert_eq!(parse("").len(), 0);
    }

    #[test]
    fn what_stands_before_names() {
        let names = |text: &str| parse(text).into_iter().map(|label| label.en).collect::<Vec<_>>();
        assert_eq!(names("n01440764 tench, Tinca\nn01443537 goldfish"), ["tench, Tinca", "goldfish"]);
        assert_eq!(names("0 cat\n1 dog\n"), ["cat", "dog"]);
        assert_eq!(names("7 up\n1 dog"), ["7 up", "1 dog"]);
        assert_eq!(names("{0: 'cat',\n 1: 'dog'}"), ["cat", "dog"]);
    }

    #[test]
    fn a_thousand_and_one() {
        let thousand: Vec<Label> = (0..1000).map(|at| Label { en: at.to_string(), zh: None }).collect();
        let named = for_classes(thousand.clone(), 1001).unwrap();
        assert_eq!((named[0].en.as_str(), named[1].en.as_str()), ("background", "0"));
        assert_eq!(for_classes(thousand.clone(), 1000), Ok(thousand.clone()));
        assert_eq!(for_classes(thousand.clone(), 999), Err(thousand));
    }

    #[test]
    fn chinese_only_where_it_fits() {
        assert_eq!(pair("cat\ndog", Some("猫\n狗"))[1].zh.as_deref(), Some("狗"));
        assert_eq!(pair("cat\ndog", Some("猫"))[1].zh, None);
    }

    #[test]
    fn names_are_cut() {
        assert_eq!(tidy("a\u{0}b\n"), "ab");
        assert_eq!(tidy(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_table() {
        let labels = parse_table("index\twnid\ten\tzh\n0\tn01440764\ttench\t丁鱥\n");
        assert_eq!(labels, [Label { en: "tench".into(), zh: Some("丁鱥".into()) }]);
    }
}
