//! Dictionaries and lists as JSON, Python and YAML write them.

use super::value::Value;

/// The most values that are read, in lists and dictionaries together.
const MOST: usize = 1 << 18;
/// How deep lists may be in each other.
const DEEPEST: usize = 4;

/// Where the literal begins in a text that holds one: behind comments and behind what it is assigned to.
pub fn begin(text: &str) -> Option<&str> {
    let mut reader = Reader::new(text, false);
    reader.space();
    let text = assigned(reader.rest).unwrap_or(reader.rest);
    (text.starts_with(['{', '[', '(']) && !is_remark(text)).then_some(text)
}

/// The names in a literal; None where it is none, or where a class has no name.
pub fn names(text: &str) -> Option<Vec<String>> {
    let mut reader = Reader::new(text, false);
    let value = reader.collection()?;
    reader.takes(';');
    reader.space();
    if reader.rest.is_empty() { value.names() } else { None }
}

/// The names in a list or a dictionary of YAML, which needs no quotes and may have more after it.
pub fn yaml_names(text: &str) -> Option<Vec<String>> {
    Reader::new(text, true).collection()?.names()
}

/// What a text in quotes says, if that is all there is beside a comment. Quotes in it are doubled or escaped.
pub fn quoted(text: &str) -> Option<String> {
    let mut reader = Reader::new(text, true);
    let quoted = reader.text()?;
    reader.space();
    reader.rest.is_empty().then_some(quoted)
}

/// What a name is assigned: `names = [`.
fn assigned(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.'))?;
    let value = text[end..].trim_start().strip_prefix('=')?.trim_start();
    (end > 0).then_some(value)
}

/// Whether the first line is a name that begins with a word in brackets, as `(none)` and `[PAD]` do, and others follow it.
fn is_remark(text: &str) -> bool {
    let Some((first, _)) = text.split_once('\n') else { return false };
    let Some((word, _)) = first.get(1..).and_then(|rest| rest.split_once([')', ']'])) else { return false };
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '-');
    !first.starts_with('{') && word.starts_with(char::is_alphabetic) && word.chars().all(plain)
}

/// Reads on through a text; what it has read it does not look at again.
pub struct Reader<'a> {
    /// What is still to be read.
    pub rest: &'a str,
    yaml: bool,
    left: usize,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, yaml: bool) -> Self {
        Self { rest: text, yaml, left: MOST }
    }

    /// Passes over space and comments.
    pub fn space(&mut self) {
        self.rest = self.rest.trim_start();
        while self.rest.starts_with('#') {
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
    }

    /// Passes over a mark, if it comes next.
    pub fn takes(&mut self, mark: char) -> bool {
        self.space();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The letters up to the first that is none of a word.
    pub fn word(&mut self) -> &'a str {
        self.space();
        let is_end = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.' | '+' | '-');
        self.until(is_end)
    }

    fn until(&mut self, is_end: impl Fn(char) -> bool) -> &'a str {
        let (word, rest) = self.rest.split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn collection(&mut self) -> Option<Value> {
        self.space();
        if self.rest.starts_with(['{', '[', '(']) { self.value(DEEPEST) } else { None }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if self.takes('{') {
            self.dictionary(depth.checked_sub(1)?)
        } else if self.takes('[') {
            self.list(']', depth.checked_sub(1)?)
        } else if self.takes('(') {
            self.list(')', depth.checked_sub(1)?)
        } else {
            self.scalar()
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Value> {
        let mut entries = Vec::new();
        while !self.takes('}') {
            let key = self.scalar()?;
            self.takes(':').then_some(())?;
            entries.push((key, self.value(depth)?));
            self.ends_or_goes_on('}')?;
        }
        Some(Value::Dictionary(entries))
    }

    fn list(&mut self, end: char, depth: usize) -> Option<Value> {
        let mut values = Vec::new();
        while !self.takes(end) {
            values.push(self.value(depth)?);
            self.ends_or_goes_on(end)?;
        }
        Some(Value::List(values))
    }

    /// A comma, which may also stand behind the last value, or the end, which is left there.
    fn ends_or_goes_on(&mut self, end: char) -> Option<()> {
        (self.takes(',') || self.rest.starts_with(end)).then_some(())
    }

    fn scalar(&mut self) -> Option<Value> {
        self.space();
        if let Some(text) = self.prefixed() {
            return text.map(Value::Text);
        }
        let word = if self.yaml {
            self.until(|letter| matches!(letter, ',' | ':' | '[' | ']' | '{' | '}' | '\n')).trim()
        } else {
            self.word()
        };
        let is_number = word.bytes().all(|letter| letter.is_ascii_digit());
        let is_other = word
            .starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '.'))
            || matches!(word, "True" | "False" | "None" | "true" | "false" | "null" | "NaN");
        match word {
            "" => None,
            _ if is_number => Some(Value::Number(word.to_owned())),
            _ if self.yaml => Some(Value::Text(word.to_owned())),
            _ => is_other.then_some(Value::Other),
        }
    }

    /// A text in quotes, with the letters that Python allows before them: `u'cat'`. None where no text comes next.
    fn prefixed(&mut self) -> Option<Option<String>> {
        let letters = self.rest.bytes().take_while(|b| b"uUbBrR".contains(b)).take(3).count();
        let (prefix, rest) = self.rest.split_at(letters);
        if letters > 2 || !rest.starts_with(['"', '\'']) || (self.yaml && letters > 0) {
            return None;
        }
        self.rest = rest;
        let has = |letter: char| prefix.contains([letter, letter.to_ascii_uppercase()]);
        let text = if has('r') { self.raw() } else { self.text() };
        Some(text.map(|text| if has('b') { decoded(text) } else { text }))
    }

    /// A text in quotes whose backslashes mean themselves.
    fn raw(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let (text, rest) = self.rest.get(1..)?.split_once(quote)?;
        self.rest = rest;
        Some(text.to_owned())
    }

    /// A text in quotes.
    pub fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        self.rest = &self.rest[1..];
        let mut text = String::new();
        loop {
            text.push_str(self.until(|letter| letter == quote || letter == '\\'));
            let mut letters = self.rest.chars();
            let mark = letters.next()?;
            self.rest = letters.as_str();
            if mark == '\\' {
                text.extend(self.escape()?);
            } else if self.yaml && self.rest.starts_with(quote) {
                self.rest = &self.rest[1..];
                text.push(quote);
            } else {
                return Some(text);
            }
        }
    }

    /// What stands behind a backslash. A line's end there stands for nothing.
    fn escape(&mut self) -> Option<Option<char>> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        if letter.is_digit(8) {
            return self.digits(3, 8).map(char::from_u32);
        }
        self.rest = letters.as_str();
        Some(match letter {
            'n' | 't' | 'r' | 'a' | 'b' | 'f' | 'v' => Some(' '),
            'x' => char::from_u32(self.exactly(2)?),
            'u' => Some(self.unit()?),
            'U' => Some(char::from_u32(self.exactly(8)?)?),
            '\n' => None,
            other => Some(other),
        })
    }

    /// A letter by its number in UTF-16, where letters past the first 65,536 are two numbers. Half of one is no letter.
    fn unit(&mut self) -> Option<char> {
        let first = self.exactly(4)?;
        let behind = self.rest;
        if (0xd800..0xdc00).contains(&first)
            && let Some(rest) = self.rest.strip_prefix("\\u")
        {
            self.rest = rest;
            let second = self.exactly(4)?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            self.rest = behind;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn exactly(&mut self, count: usize) -> Option<u32> {
        let before = self.rest.len();
        self.digits(count, 16).filter(|_| before - self.rest.len() == count)
    }

    /// A number of at most so many digits.
    fn digits(&mut self, most: usize, radix: u32) -> Option<u32> {
        let count = self.rest.chars().take(most).take_while(|letter| letter.is_digit(radix)).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        u32::from_str_radix(digits, radix).ok()
    }
}

/// A text of bytes, which are letters in UTF-8 as a rule.
fn decoded(text: String) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        names(begin(text)?)
    }

    fn some<const N: usize>(names: [&str; N]) -> Option<Vec<String>> {
        Some(names.map(str::to_owned).to_vec())
    }

    #[test]
    fn dictionaries_and_lists() {
        let two = Some(vec!["cat".to_owned(), "dog".to_owned()]);
        for text in [
            r#"{"0": ["n1", "cat"], "1": ["n2", "dog"]}"#,
            "{0: 'cat',\n 1: \"dog\",}",
            r#"{"dog": 1, "cat": 0}"#,
            r#"{"dog": "1", "cat": "0"}"#,
            "['cat', 'dog']",
            "(\"cat\", \"dog\")",
            "{1: 'cat', 2: 'dog'}",
            "names = ['cat', # the first\n 'dog'];",
            "# classes\nc.names={0: u'cat', 1: b'dog'} # all",
            "[r'cat', 'do\\\ng']",
        ] {
            assert_eq!(read(text), two, "{text}");
        }
        assert_eq!(names(r#"{"0": "\u732b", "1": "it's"}"#), Some(vec!["猫".to_owned(), "it's".to_owned()]));
        for none in
            ["", "cat\ndog", "{0: 'cat', 2: 'dog'}", "{0: 'cat'", "[[[[['cat']]]]]", "{0: 'cat'} x", "{a: b}"]
        {
            assert_eq!(names(none), None, "{none}");
        }
        assert_eq!(read("['a # b', 'c']"), some(["a # b", "c"]));
    }

    #[test]
    fn escapes() {
        assert_eq!(read(r"['caf\xe9', '\u732b', b'caf\xc3\xa9']"), some(["café", "猫", "café"]));
        assert_eq!(read(r#"["\ud83d\ude00", "\ud83dx", "\U0001F600"]"#), some(["😀", "\u{fffd}x", "😀"]));
        assert_eq!(read(r#"["a\/b", "\101", "it\"s"]"#), some(["a/b", "A", "it\"s"]));
        assert_eq!(read(r"['\ud83d\u0041', '\xzz']"), None);
        assert_eq!(read(r"['\ud83d\u0041']"), some(["\u{fffd}A"]));
        assert_eq!(read(r"['\u+123']"), None);
    }

    #[test]
    fn where_one_begins() {
        assert_eq!(begin("cat\n[dog]"), None);
        assert_eq!(begin("(none)\ncat"), None);
        assert_eq!(begin("a = b"), None);
        assert_eq!(begin("{1: 'cat',"), Some("{1: 'cat',"));
        assert_eq!(begin("[cat,\ndog]"), Some("[cat,\ndog]"));
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(text in "[\\[\\]{}(),:'\"\\\\#\n=0-9a-uxéU猫 ]{0,64}") {
            let _ = (names(&text), read(&text), yaml_names(&text), quoted(&text));
        }
    }
}
