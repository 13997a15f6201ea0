//! Which of a network's classes a folder is of, by its name.

use crate::nn::labels::{Label, is_id, tidy};

/// The class that a name is of: by the id of WordNet, by one of its names in English or Chinese, or by its number. None where that
/// is not plain.
pub fn class_of(name: &str, labels: &[Label]) -> Option<usize> {
    let name = name.trim();
    let only = |is: &dyn Fn(&Label) -> bool| {
        let mut found = labels.iter().enumerate().filter(|(_, label)| is(label)).map(|(at, _)| at);
        // Of two classes with one name, neither is meant for sure.
        found.next().filter(|_| found.next().is_none())
    };
    // Downloaded archives call a folder "n02123045-tabby" or "n02123045_tabby".
    let id = name.split(['-', '_', ' ', '.']).next().unwrap_or_default().to_ascii_lowercase();
    if is_id(&id)
        && let Some(found) = only(&|label| label.id.as_ref() == Some(&id))
    {
        return Some(found);
    }
    let plain = normal(name);
    let is_called = |names: &str| names.split(',').any(|one| normal(one) == plain);
    let named = only(&|label| is_called(&label.en) || label.zh.as_deref().is_some_and(is_called));
    named.or_else(|| name.parse().ok().filter(|number| *number < labels.len()))
}

/// A folder's name as that of a class.
pub fn tidy_class(name: &str) -> String {
    tidy(name.trim())
}

/// A name without what spellings differ in.
fn normal(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders() {
        let label =
            |en: &str, zh: &str, id: &str| Label { en: en.into(), zh: Some(zh.into()), id: Some(id.into()) };
        let labels = [
            label("tench", "丁鱥", "n01440764"),
            label("English springer, springer", "史宾格犬", "n02102040"),
            label("crane", "鹤", "n02012849"),
            label("crane", "起重机", "n03126707"),
            // A head of one's own may call a class by its folder.
            Label { en: "n12345678".into(), zh: None, id: None },
        ];
        for (name, class) in [
            ("n01440764", Some(0)),
            ("N02102040-English_springer", Some(1)),
            ("english_springer", Some(1)),
            ("Springer ", Some(1)),
            ("丁鱥", Some(0)),
            ("起重机", Some(3)),
            ("2", Some(2)),
            ("crane", None),
            ("5", None),
            ("n09999999", None),
            ("n12345678", Some(4)),
            ("my cat", None),
        ] {
            assert_eq!(class_of(name, &labels), class, "{name}");
        }
    }
}
