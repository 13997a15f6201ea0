//! Names of classes, in English and where known in Chinese.

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

/// One name a line, as labels files hold them; blank lines at the end are left out.
pub fn parse(text: &str) -> Vec<Label> {
    text.trim_start_matches('\u{feff}')
        .trim_end()
        .lines()
        .map(|line| Label { en: tidy(line.trim()), zh: None })
        .collect()
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
