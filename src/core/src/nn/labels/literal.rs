//! Class names in a dictionary or a list, as JSON or Python writes them.

/// The most names that are read.
const MOST: usize = 1 << 16;
/// How deep lists may be in each other.
const DEEPEST: usize = 4;

/// The names of a dictionary in the order of its numbers, or of a list in its own. A name may itself be a list, as in Keras'
/// class index; its last text is the name. None where the text is no such literal, or a class has no name.
pub fn names(text: &str) -> Option<Vec<String>> {
    let mut reader = Reader { rest: text.trim().trim_start_matches('\u{feff}').trim() };
    let names = match reader.rest.chars().next()? {
        '{' => reader.dictionary()?,
        '[' | '(' => reader.list(DEEPEST)?,
        _ => return None,
    };
    reader.space();
    reader.rest.is_empty().then_some(names)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Passes over a mark, if it comes next.
    fn takes(&mut self, mark: char) -> bool {
        self.space();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn dictionary(&mut self) -> Option<Vec<String>> {
        self.takes('{').then_some(())?;
        let mut named: Vec<(usize, String)> = Vec::new();
        while !self.takes('}') {
            let key = self.key()?;
            self.takes(':').then_some(())?;
            let value = self.name(DEEPEST)?;
            // Some files give numbers to names, others names to numbers.
            let entry = match (key.parse(), value.parse()) {
                (Ok(class), _) => (class, value),
                (_, Ok(class)) => (class, key),
                _ => return None,
            };
            (named.len() < MOST).then_some(())?;
            named.push(entry);
            if !self.takes(',') {
                self.takes('}').then_some(())?;
                break;
            }
        }
        named.sort_by_key(|(class, _)| *class);
        named.iter().enumerate().all(|(at, (class, _))| at == *class).then_some(())?;
        Some(named.into_iter().map(|(_, name)| name).collect())
    }

    fn key(&mut self) -> Option<String> {
        self.space();
        if self.rest.starts_with(['"', '\'']) { self.text() } else { self.number() }
    }

    /// A text, a number, or a list whose last text is the name.
    fn name(&mut self, depth: usize) -> Option<String> {
        self.space();
        match self.rest.chars().next()? {
            '"' | '\'' => self.text(),
            '[' | '(' => self.list(depth)?.pop(),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        let end = if self.takes('[') { ']' } else { self.takes('(').then_some(')')? };
        let mut names = Vec::new();
        while !self.takes(end) {
            (names.len() < MOST).then_some(())?;
            names.push(self.name(depth)?);
            if !self.takes(',') {
                self.takes(end).then_some(())?;
                break;
            }
        }
        Some(names)
    }

    fn number(&mut self) -> Option<String> {
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!number.is_empty()).then(|| number.to_owned())
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut letters = self.rest.char_indices().skip(1);
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    self.rest = &self.rest[at + letter.len_utf8()..];
                    return Some(text);
                }
                '\\' => match letters.next()?.1 {
                    'n' | 't' | 'r' => text.push(' '),
                    'u' => {
                        let code: String = letters.by_ref().take(4).map(|(_, digit)| digit).collect();
                        text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                    }
                    other => text.push(other),
                },
                _ => text.push(letter),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dictionaries_and_lists() {
        let two = Some(vec!["cat".to_owned(), "dog".to_owned()]);
        for text in [
            r#"{"0": ["n1", "cat"], "1": ["n2", "dog"]}"#,
            "{0: 'cat',\n 1: \"dog\",}",
            r#"{"dog": 1, "cat": 0}"#,
            "['cat', 'dog']",
            "(\"cat\", \"dog\")",
        ] {
            assert_eq!(names(text), two, "{text}");
        }
        assert_eq!(names(r#"{"0": "\u732b", "1": "it's"}"#), Some(vec!["猫".to_owned(), "it's".to_owned()]));
        for none in
            ["", "cat\ndog", "{0: 'cat', 2: 'dog'}", "{0: 'cat'", "[[[[['cat']]]]]", "{0: 'cat'} x", "{a: b}"]
        {
            assert_eq!(names(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(text in "[\\[\\]{}(),:'\"\\\\0-9a-u ]{0,64}") {
            let _ = names(&text);
        }
    }
}
