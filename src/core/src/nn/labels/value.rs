//! What lists and dictionaries say of classes.

use super::{in_order, is_id};

/// What a file holds in brackets.
pub enum Value {
    Text(String),
    /// A whole number without quotes, as written.
    Number(String),
    List(Vec<Value>),
    Dictionary(Vec<(Value, Value)>),
    /// Other numbers, truth, nothing: no name.
    Other,
}

/// Keys under which a file of more than names has them.
pub const WITHIN: [&str; 6] = ["names", "class_names", "classes", "labels", "id2label", "categories"];
/// Keys of a class's name in a record; the first that is there has it.
const NAME: [&str; 6] = ["display_name", "name", "label", "class_name", "class", "title"];
/// Keys of a class's number.
const CLASS: [&str; 5] = ["id", "index", "class_id", "class_index", "idx"];

impl Value {
    /// The names in the order of their numbers, or else in their own.
    pub fn names(&self) -> Option<Vec<String>> {
        match self {
            Value::Dictionary(entries) => dictionary(entries),
            Value::List(values) => list(values),
            _ => None,
        }
    }

    fn number(&self) -> Option<usize> {
        match self {
            Value::Text(text) | Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn bare_number(&self) -> Option<usize> {
        if let Value::Number(_) = self { self.number() } else { None }
    }

    /// A text or a number as it is, the name of a record, or what in a list is no id and no number; where lists hold several
    /// texts, as Keras' class index does, the last is the name.
    fn name(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::List(values) => best(values.iter()),
            Value::Dictionary(entries) => NAME.iter().find_map(|key| field(entries, key)?.name()),
            Value::Other => None,
        }
    }
}

fn best<'a>(values: impl Iterator<Item = &'a Value>) -> Option<&'a str> {
    let is_number = |name: &str| name.bytes().all(|letter| letter.is_ascii_digit());
    let mut fallback = None;
    let mut found = None;
    for name in values.filter_map(Value::name) {
        fallback = Some(name);
        if !is_id(name) && !is_number(name) {
            found = Some(name);
        }
    }
    found.or(fallback)
}

fn field<'a>(entries: &'a [(Value, Value)], name: &str) -> Option<&'a Value> {
    let is_it = |key: &Value| matches!(key, Value::Text(key) if key == name);
    entries.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

fn dictionary(entries: &[(Value, Value)]) -> Option<Vec<String>> {
    let within = WITHIN.iter().find_map(|key| field(entries, key));
    if let Some(inner @ (Value::List(_) | Value::Dictionary(_))) = within {
        return inner.names();
    }
    in_order(entries.iter().map(|(key, value)| entry(key, value)).collect::<Option<_>>()?)
}

/// Some files give numbers to names, others names to numbers. Of two numbers the one in quotes is a name: folders may be
/// called by numbers, and then they are sorted as texts.
fn entry(key: &Value, value: &Value) -> Option<(usize, String)> {
    let (class, name) = match (key, value) {
        (Value::Text(name), Value::Number(_)) => (value.number()?, name.as_str()),
        _ => match (key.number(), value.number()) {
            (Some(class), _) => (class, value.name()?),
            (None, class) => (class?, key.name()?),
        },
    };
    Some((class, name.to_owned()))
}

fn list(values: &[Value]) -> Option<Vec<String>> {
    records(values).or_else(|| numbered(values)).or_else(|| {
        // Where a class has no name, the others would move up.
        values.iter().map(|value| value.name().map(str::to_owned)).collect()
    })
}

/// Records in the order of their numbers, of which some may be missing: COCO's have gaps.
fn records(values: &[Value]) -> Option<Vec<String>> {
    let record = |value: &Value| {
        let Value::Dictionary(entries) = value else { return None };
        let class = CLASS.iter().find_map(|key| field(entries, key)?.number())?;
        Some((class, value.name()?.to_owned()))
    };
    ranked(values.iter().map(record).collect::<Option<_>>()?)
}

/// Names in the order of numbers that differ.
pub fn ranked(mut named: Vec<(usize, String)>) -> Option<Vec<String>> {
    named.sort_by_key(|(class, _)| *class);
    let differ = named.windows(2).all(|two| two[0].0 != two[1].0);
    differ.then(|| named.into_iter().map(|(_, name)| name).collect())
}

/// Lists of a name and its number, in either order.
fn numbered(values: &[Value]) -> Option<Vec<String>> {
    const COLUMNS: usize = 3;
    let columns = || 0..COLUMNS;
    let bare = columns().find_map(|at| by_column(values, at, Value::bare_number));
    bare.or_else(|| columns().find_map(|at| by_column(values, at, Value::number)))
}

fn by_column(
    values: &[Value],
    column: usize,
    number: impl Fn(&Value) -> Option<usize>,
) -> Option<Vec<String>> {
    let named = |value: &Value| {
        let Value::List(cells) = value else { return None };
        let class = number(cells.get(column)?)?;
        let others = cells.iter().enumerate().filter(|(at, _)| *at != column).map(|(_, cell)| cell);
        Some((class, best(others)?.to_owned()))
    };
    in_order(values.iter().map(named).collect::<Option<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::super::literal::names;

    #[test]
    fn folders_called_by_numbers() {
        let folders = names("{'0': 0, '1': 1, '10': 2, '11': 3, '2': 4}").unwrap();
        assert_eq!(folders, ["0", "1", "10", "11", "2"]);
        assert_eq!(names(r#"{"0": 2, "1": 0, "2": 1}"#).unwrap(), ["1", "2", "0"]);
        assert_eq!(names("[('0', 0), ('1', 1), ('10', 2), ('2', 3)]").unwrap(), ["0", "1", "10", "2"]);
    }

    #[test]
    fn lists_in_lists() {
        for (text, expected) in [
            ("[('ants', 0), ('bees', 1)]", ["ants", "bees"]),
            ("[(1, 'ants'), (0, 'bees')]", ["bees", "ants"]),
            ("[('1', 'ants'), ('0', 'bees')]", ["bees", "ants"]),
            ("[(1, 'n01440764', 'ants'), (0, 'n01443537', 'bees')]", ["bees", "ants"]),
            ("{0: ('tench', 'n01440764'), 1: ('n01443537', 'fish')}", ["tench", "fish"]),
            ("[('ants', 7), ('bees', 9)]", ["ants", "bees"]),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn records() {
        for text in [
            r#"[{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]"#,
            r#"[{"id": 7, "name": "dog", "of": null}, {"id": 2, "name": "cat", "of": -1.5}]"#,
            r#"[{"name": "cat"}, {"name": "dog"}]"#,
            r#"{"0": {"name": "cat"}, "1": {"name": "dog"}}"#,
            r#"{"x": [1], "id2label": {"0": "cat", "1": "dog"}}"#,
        ] {
            assert_eq!(names(text).unwrap(), ["cat", "dog"], "{text}");
        }
        assert_eq!(names("[{'id': 0}, {'id': 1}]"), None);
        assert_eq!(names("[('cat'), None]"), None);
    }
}
