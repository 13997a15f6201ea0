//! Names of classes, in English and where known in Chinese.

mod files;
mod lines;
mod literal;
mod value;

use serde::{Deserialize, Serialize};

/// The name of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// English name, or whatever the model's file calls it.
    pub en: String,
    /// Chinese name.
    pub zh: Option<String>,
    /// The id of its noun in WordNet.
    pub id: Option<String>,
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
/// them, or YAML's names, or a label map. WordNet ids before names, and numbers that count the lines, are no part of the names.
/// None of a file that is one of these and cannot be read: its lines are no names.
pub fn parse(text: &str) -> Vec<Label> {
    let text = text.trim_start_matches('\u{feff}').trim_end();
    let names = if let Some(literal) = literal::begin(text) {
        literal::names(literal)
    } else if let Some(yaml) = files::begin_yaml(text) {
        files::yaml(yaml)
    } else if files::is_label_map(text) {
        files::label_map(text)
    } else {
        return lines::labels(text);
    };
    names.unwrap_or_default().iter().map(|name| plain(name)).collect()
}

/// A name that was written as one, in which a tab is a space.
fn plain(name: &str) -> Label {
    Label { en: tidy(name.replace(['\t', '\n'], " ").trim()), zh: None, id: None }
}

/// The names in a labels file for so many classes, or else those that it has. A first line that only names columns is no
/// class where the others are as many as are wanted: a class may be called "label".
pub fn parse_for(text: &str, classes: usize) -> Result<Vec<Label>, Vec<Label>> {
    for_classes(parse(text), classes).or_else(|names| {
        let rows = lines::table(text.trim_start_matches('\u{feff}'));
        rows.filter(|rows| rows.len() == classes).ok_or(names)
    })
}

/// What numbers belong to, in their order, where they count from 0 or 1 without a gap.
fn in_order<T>(mut numbered: Vec<(usize, T)>) -> Option<Vec<T>> {
    numbered.sort_by_key(|(number, _)| *number);
    let first = numbered.first().map_or(0, |(number, _)| *number).min(1);
    let counts = numbered.iter().enumerate().all(|(at, (number, _))| first + at == *number);
    counts.then(|| numbered.into_iter().map(|(_, one)| one).collect())
}

/// The length of an id of WordNet.
const ID: usize = 9;

/// Whether a text is the id of a noun of WordNet.
pub fn is_id(text: &str) -> bool {
    let digits = text.strip_prefix('n').filter(|_| text.len() == ID);
    digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Names for so many classes: as many, or one fewer where the first class stands for the background.
pub fn for_classes(mut names: Vec<Label>, classes: usize) -> Result<Vec<Label>, Vec<Label>> {
    const WITH_BACKGROUND: usize = 1001;
    if classes == WITH_BACKGROUND && names.len() + 1 == classes {
        names.insert(0, Label { en: "background".to_owned(), zh: Some("背景".to_owned()), id: None });
    }
    if names.len() == classes { Ok(names) } else { Err(names) }
}

/// Lists of equal length, one name a line: English, Chinese and ids of WordNet; of the latter those of another length are dropped.
pub fn lists(en: &str, zh: Option<&str>, ids: Option<&str>) -> Vec<Label> {
    let en: Vec<&str> = en.lines().collect();
    let list = |text: Option<&str>| {
        let lines = text.map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        lines.filter(|lines| lines.len() == en.len()).unwrap_or_default().into_iter()
    };
    let (mut zh, mut ids) = (list(zh), list(ids));
    let label = |en: &&str| {
        let zh = zh.next().filter(|name| !name.is_empty()).map(|name| tidy(&name));
        Label { en: tidy(en), zh, id: ids.next().filter(|id| is_id(id)) }
    };
    en.iter().map(label).collect()
}

/// Reads the table of classes with the columns index, wnid, English and Chinese, one class a line.
pub fn parse_table(tsv: &str) -> Vec<Label> {
    let rows = tsv.lines().skip(1).filter_map(|row| {
        let mut cells = row.split('\t').skip(1);
        let id = cells.next().filter(|id| is_id(id)).map(str::to_owned);
        Some(Label { en: cells.next()?.to_owned(), zh: cells.next().map(str::to_owned), id })
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
    fn what_cannot_be_read_is_no_list_of_lines() {
        for text in
            ["{1: 'cat',\n 2: dog}", "names = [\n'cat'\n'dog'", "names:\n  0: cat\n  5: dog", "item {\n}"]
        {
            assert_eq!(parse(text), [], "{text}");
        }
        assert_eq!(parse("['a\tb']")[0].en, "a b");
    }

    #[test]
    fn megabytes_are_read_once() {
        for part in [
            "[",
            "# x\n",
            "['a',\n",
            "names:\n",
            "item {",
            "{0:",
            "'\\u",
            "- 1,",
            "a = ",
            "\t",
            "0 a\n",
            "['\\ud83d",
        ] {
            let _ = parse_for(&part.repeat((1 << 20) / part.len()), 3);
            let _ = parse(&format!("['{}", part.repeat((1 << 20) / part.len())));
        }
    }

    #[test]
    fn heads_of_columns() {
        let names = |text, classes| parse_for(text, classes).map(|names| names[0].en.clone());
        assert_eq!(names("\u{feff}index,label\n0,cat\n1,dog\n", 2).unwrap(), "cat");
        assert_eq!(names("name\ncat\ndog", 2).unwrap(), "cat");
        assert_eq!(names("label\ncat\ndog", 3).unwrap(), "label");
        assert_eq!(parse_for("label\ncat\ndog", 4).unwrap_err().len(), 3);
        let table = "index\twnid\ten\tzh\n0\tn01440764\ttench\t丁鱥\n1\tn01443537\tgoldfish\t金鱼\n";
        let named = parse_table(table).into_iter().map(|label| Label { id: None, ..label });
        assert_eq!(parse_for(table, 2).unwrap(), named.collect::<Vec<_>>());
    }

    #[test]
    fn a_thousand_and_one() {
        let thousand: Vec<Label> =
            (0..1000).map(|at| Label { en: at.to_string(), zh: None, id: None }).collect();
        let named = for_classes(thousand.clone(), 1001).unwrap();
        assert_eq!((named[0].en.as_str(), named[1].en.as_str()), ("background", "0"));
        assert_eq!(for_classes(thousand.clone(), 1000), Ok(thousand.clone()));
        assert_eq!(for_classes(thousand.clone(), 999), Err(thousand));
    }

    #[test]
    fn chinese_only_where_it_fits() {
        assert_eq!(lists("cat\ndog", Some("猫\n狗"), None)[1].zh.as_deref(), Some("狗"));
        assert_eq!(lists("cat\ndog", Some("猫"), None)[1].zh, None);
        // A class may be called by a number, or by what is an id elsewhere.
        let named = lists("0\nn02102040", None, Some("n02123045\n"));
        assert_eq!([&*named[0].en, &*named[1].en], ["0", "n02102040"]);
        assert_eq!(lists("a\nb", None, Some("n02123045\n-"))[0].id.as_deref(), Some("n02123045"));
    }

    #[test]
    fn names_are_cut() {
        assert_eq!(tidy("a\u{0}b\n"), "ab");
        assert_eq!(tidy(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_table() {
        let labels = parse_table("index\twnid\ten\tzh\n0\tn01440764\ttench\t丁鱥\n");
        let id = Some("n01440764".into());
        assert_eq!(labels, [Label { en: "tench".into(), zh: Some("丁鱥".into()), id }]);
    }
}
