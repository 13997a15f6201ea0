//! The table of ImageNet's classes, which the default model carries and which the engine falls back to.

use std::collections::HashSet;

const TABLE: &str = include_str!("../../../../models/imagenet-classes.tsv");

#[test]
fn a_thousand_classes_without_gaps_or_doubles() {
    let mut lines = TABLE.lines();
    assert_eq!(lines.next(), Some("index\twnid\ten\tzh"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 1000);
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), 4, "{row:?}");
        assert_eq!(row[0], at.to_string(), "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty() && *cell == cell.trim()), "{row:?}");
        let digits = row[1].strip_prefix('n').unwrap_or_default();
        assert!(digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{row:?}");
        assert!(row[2].is_ascii() || row[2].contains('é'), "{row:?}");
        assert!(row[3].chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c)), "{row:?}");
    }
    // ImageNet sorts its classes by id.
    assert!(rows.windows(2).all(|pair| pair[0][1] < pair[1][1]));
    for column in [2, 3] {
        let names: HashSet<String> = rows.iter().map(|row| row[column].to_lowercase()).collect();
        assert_eq!(names.len(), 1000, "names in column {column} repeat");
    }
}

/// Where ImageNet's order is a trap: words that name two of its classes, or that are easily put a place off.
#[test]
fn classes_stand_at_their_places() {
    let row = |at: usize| TABLE.lines().nth(at + 1).unwrap_or_default();
    for (at, wnid, zh) in [
        (0, "n01440764", "丁鱥"),
        (134, "n02012849", "鹤"),
        (281, "n02123045", "虎斑猫"),
        (263, "n02113023", "彭布罗克柯基犬"),
        (517, "n03126707", "起重机"),
        (980, "n09472597", "火山"),
        (999, "n15075141", "卫生纸"),
    ] {
        let cells: Vec<&str> = row(at).split('\t').collect();
        assert_eq!((cells[1], cells[3]), (wnid, zh));
    }
}
