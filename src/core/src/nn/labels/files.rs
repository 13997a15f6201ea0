//! Files that hold more than names: ultralytics' data sets in YAML, and TensorFlow's label maps.

use super::in_order;
use super::literal::{self, Reader};
use super::value::ranked;

/// What follows the key of the names in YAML, where a list or a dictionary does.
pub fn begin_yaml(text: &str) -> Option<&str> {
    const KEY: &str = "names:";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if let Some(value) = line.strip_prefix(KEY) {
            let value = value.trim();
            if value.starts_with(['[', '{']) {
                return Some(&text[at - line.len() + KEY.len()..]);
            }
            let is_block = value.is_empty() || value.starts_with('#');
            return is_block.then_some(&text[at..]).filter(|block| entries(block).next().is_some());
        }
    }
    None
}

/// The names in YAML, from where they begin.
pub fn yaml(text: &str) -> Option<Vec<String>> {
    if text.trim_start().starts_with(['[', '{']) {
        return literal::yaml_names(text);
    }
    let listed: Option<Vec<String>> = entries(text).map(|entry| scalar(entry.strip_prefix("- ")?)).collect();
    listed.or_else(|| in_order(entries(text).map(numbered).collect::<Option<_>>()?))
}

/// The lines of a block, which ends where a line begins with the next key.
fn entries(block: &str) -> impl Iterator<Item = &str> {
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let is_within = |line: &&str| line.starts_with([' ', '\t', '-']);
    block.lines().filter(is_said).take_while(is_within).map(str::trim)
}

/// `0: person`, or `person: 0`.
fn numbered(entry: &str) -> Option<(usize, String)> {
    let (key, value) = entry.split_once(':')?;
    let (key, value) = (scalar(key)?, scalar(value)?);
    match key.parse() {
        Ok(class) => Some((class, value)),
        Err(_) => Some((value.parse().ok()?, key)),
    }
}

/// A text with quotes or without, before a comment.
fn scalar(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with(['"', '\'']) {
        return literal::quoted(text);
    }
    let text = text.split_once(" #").map_or(text, |(text, _)| text).trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether a text begins with an item of a label map.
pub fn is_label_map(text: &str) -> bool {
    begin_item(&mut Reader::new(text, false)).is_some()
}

/// The names in a label map in the order of its numbers, of which some may be missing.
pub fn label_map(text: &str) -> Option<Vec<String>> {
    let mut reader = Reader::new(text, false);
    let mut named = Vec::new();
    while !reader.rest.is_empty() {
        begin_item(&mut reader)?;
        named.push(item(&mut reader)?);
        reader.space();
    }
    ranked(named)
}

fn begin_item(reader: &mut Reader) -> Option<()> {
    (reader.word() == "item" && {
        reader.takes(':');
        reader.takes('{')
    })
    .then_some(())
}

/// The number and the name of an item; what is displayed wins over an id that is called a name.
fn item(reader: &mut Reader) -> Option<(usize, String)> {
    let (mut id, mut name, mut displayed) = (None, None, None);
    while !reader.takes('}') {
        let key = reader.word();
        (!key.is_empty()).then_some(())?;
        reader.takes(':');
        reader.space();
        let value =
            if reader.rest.starts_with(['"', '\'']) { reader.text()? } else { reader.word().to_owned() };
        match key {
            "id" => id = Some(value.parse().ok()?),
            "name" => name = Some(value),
            "display_name" => displayed = Some(value),
            _ => {}
        }
        if !reader.takes(',') {
            reader.takes(';');
        }
    }
    Some((id?, displayed.or(name)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn data_sets_in_yaml() {
        for text in [
            "path: ../coco\nnc: 2\nnames:\n  0: cat\n  1: dog\n\ndownload: x\n",
            "train: a\r\nnames: ['cat', 'dog']\r\nval: b",
            "names: [cat,\n  dog] # all\nnc: 2",
            "names: {0: cat, 1: dog}",
            "names: # here\n- cat\n- 'dog' # no cat\nnc: 2",
            "names:\n  # two\n  1: \"dog\"\n  0: cat # no dog",
        ] {
            assert_eq!(yaml(begin_yaml(text).unwrap()).unwrap(), ["cat", "dog"], "{text}");
        }
        assert_eq!(yaml(begin_yaml("names:\n - it's\n - 'it''s'").unwrap()).unwrap(), ["it's", "it's"]);
        assert_eq!(begin_yaml("cat\nnames: of dogs"), None);
        assert_eq!(begin_yaml("names:\ncat\ndog"), None);
        assert_eq!(yaml(begin_yaml("names:\n  0: cat\n  2: dog").unwrap()), None);
    }

    #[test]
    fn label_maps() {
        let map =
            "# two\nitem {\n  id: 2\n  name: 'dog'\n}\nitem{ name: '/m/1', id: 1 display_name: \"Cat\" }\n";
        assert!(is_label_map(map));
        assert_eq!(label_map(map).unwrap(), ["Cat", "dog"]);
        assert_eq!(label_map("item { id: 1 name: 'cat'"), None);
        assert_eq!(label_map("item { id: 1 name: 'cat' } item { id: 1 name: 'dog' }"), None);
        assert!(!is_label_map("item\ncat"));
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(text in "(names:|item|id:|[{}\\[\\],:'\"0-9a-c#\n\\- é]){0,24}") {
            let _ = (label_map(&text), begin_yaml(&text).map(yaml));
        }
    }
}
