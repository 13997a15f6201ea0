//! Files that hold more than names: ultralytics' data sets in YAML, and TensorFlow's label maps.

use super::in_order;
use super::literal::{self, Reader};
use super::value::{Value, WITHIN, ranked};

/// What follows the key of the names in YAML, where a list or a dictionary does; or a text that is records and nothing else.
pub fn begin_yaml(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let value = first.trim_end().split_once(':').filter(|(key, _)| key.parse::<usize>().is_ok());
    let is_record = value.is_some_and(|(_, value)| value.is_empty() || value.trim().starts_with('{'));
    let has_fields = first.contains(": ") && rest.starts_with("  ");
    if is_record || first.starts_with("- {") || first.starts_with("- ") && has_fields {
        return Some(text);
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let Some((key, value)) = line.split_once(':').filter(|(key, _)| WITHIN.contains(key)) else {
            continue;
        };
        if value.trim().starts_with(['[', '{']) {
            return Some(&text[at - line.len() + key.len() + 1..]);
        }
        let is_block = value.trim().is_empty() || value.trim().starts_with('#');
        if is_block && entries(&text[at..]).next().is_some() {
            return Some(&text[at..]);
        }
    }
    None
}

/// The names in YAML, from where they begin.
pub fn yaml(text: &str) -> Option<Vec<String>> {
    if text.trim_start().starts_with(['[', '{']) {
        return literal::yaml_names(text);
    }
    let listed: Option<Vec<&str>> = entries(text).map(|entry| entry.strip_prefix("- ")).collect();
    let braced = |entry: &str| entry.trim_end().ends_with('}');
    match listed {
        Some(listed) if listed.iter().all(|entry| braced(entry)) => {
            literal::yaml_names(&format!("[{}]", listed.join(",")))
        }
        Some(listed) => listed.into_iter().map(scalar).collect(),
        None if entries(text).all(braced) => {
            literal::yaml_names(&format!("{{{}}}", entries(text).collect::<Vec<_>>().join(",")))
        }
        None => {
            let numbered: Option<Vec<_>> = entries(text).map(numbered).collect();
            numbered.and_then(in_order).or_else(|| records(text))
        }
    }
}

/// The lines of a block, which ends where a line begins with the next key.
fn entries(block: &str) -> impl Iterator<Item = &str> {
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let is_within = |line: &&str| {
        line.starts_with(|first: char| matches!(first, ' ' | '\t' | '-') || first.is_ascii_digit())
    };
    block.lines().filter(is_said).take_while(is_within).map(str::trim)
}

/// Records of a field a line: `- id: 0` with `name: cat` below it, or both below `0:`.
fn records(block: &str) -> Option<Vec<String>> {
    let text = |text: &str| scalar(text).map(Value::Text);
    let mut records: Vec<Vec<(Value, Value)>> = Vec::new();
    for entry in entries(block) {
        let field = entry.strip_prefix("- ");
        let (key, value) = field.unwrap_or(entry).split_once(':')?;
        let is_head = value.trim().is_empty();
        if is_head || field.is_some() {
            records.push(Vec::new());
        }
        let field = if is_head { (text("id")?, text(key)?) } else { (text(key)?, text(value)?) };
        records.last_mut()?.push(field);
    }
    Value::List(records.into_iter().map(Value::Dictionary).collect()).names()
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
    fn records_in_yaml() {
        for text in [
            "names:\n  0: {name: cat, id: n01}\n  1: {name: dog, id: n02}\nnc: 2",
            "names:\n  1:\n    name: dog # no cat\n    id: n02\n  0:\n    name: cat\n    id: n01\n",
            "0: {name: cat}\n1: {name: dog}",
            "0:\n  name: cat\n1:\n  name: 'dog'\n",
            "- id: 1\n  name: dog\n- id: 0\n  name: cat\n",
            "categories:\n  - name: cat\n    supercategory: animal\n  - name: dog\n    supercategory: animal\ninfo: x",
            "- {id: 0, name: cat}\n- {id: 1, name: dog}",
        ] {
            assert_eq!(begin_yaml(text).and_then(yaml).unwrap(), ["cat", "dog"], "{text}");
        }
        assert_eq!(yaml("- id: 0\n  name: tench, Tinca").unwrap(), ["tench, Tinca"]);
        assert_eq!(yaml("- id: 0\n  name: cat\n- id: 1\n  colour: red"), None);
        for lines in ["- cat\n- dog", "- cat: a pet\n- dog", "0: cat\n1: dog", "1:00\n2:00"] {
            assert_eq!(begin_yaml(lines), None, "{lines}");
        }
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
        fn garbage_does_no_harm(text in "(names:|- |  |item|id:|[{}\\[\\],:'\"0-9a-c#\n\\- é]){0,24}") {
            let _ = (label_map(&text), begin_yaml(&text).map(yaml));
        }
    }
}
