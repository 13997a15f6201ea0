//! An assignment in an address: what a learner is to look at and to answer, and what they answered.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::csv;
use crate::pages::route::{self, Link, Page};

/// What a learner is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// What it is called.
    pub title: String,
    /// The sample photo by its name; the learner's own where there is none.
    pub photo: Option<String>,
    /// The model by its file's name in the server's catalog; the one that comes with the page where there is none.
    pub model: Option<String>,
    /// The layer to look at, and perhaps a channel and a unit.
    pub place: Option<Link>,
    /// Steps of lessons, both counted from 1.
    pub steps: Vec<(usize, usize)>,
    /// Questions that a person will read the answers to.
    pub questions: Vec<String>,
}

/// The most that an address may ask for.
const MOST: usize = 50;
/// The most letters of a title or a question.
const LONGEST: usize = 1000;

/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/');

impl Assignment {
    /// Reads what follows `#/assignment?`; what it does not know is passed over. None where nothing is asked for.
    pub fn read(text: &str) -> Option<Assignment> {
        let mut read = Assignment::default();
        for (key, value) in text.split('&').filter_map(|pair| pair.split_once('=')).take(4 + 2 * MOST) {
            let value: String = percent_decode_str(value).decode_utf8_lossy().chars().take(LONGEST).collect();
            match key {
                "title" => read.title = value,
                "photo" if value != "own" => read.photo = Some(value),
                "model" => read.model = Some(value),
                "at" => read.place = route::link(&value),
                "step" if read.steps.len() < MOST => {
                    read.steps.extend(step(&value));
                }
                "ask" if read.questions.len() < MOST && !value.trim().is_empty() => {
                    read.questions.push(value)
                }
                _ => {}
            }
        }
        read.asks().then_some(read)
    }

    /// Whether anything is to be done.
    pub fn asks(&self) -> bool {
        self.place.is_some() || !self.steps.is_empty() || !self.questions.is_empty()
    }

    /// Its address. Values are escaped once more than an address needs, since a browser undoes that once for all of it.
    pub fn address(&self) -> String {
        let mut pairs = vec![("photo", self.photo.clone().unwrap_or_else(|| "own".to_owned()))];
        if !self.title.is_empty() {
            pairs.push(("title", self.title.clone()));
        }
        pairs.extend(self.model.clone().map(|model| ("model", model)));
        pairs.extend(self.place.map(|place| ("at", place.place())));
        pairs.extend(self.steps.iter().map(|(lesson, step)| ("step", format!("{lesson}/{step}"))));
        pairs.extend(self.questions.iter().map(|question| ("ask", question.clone())));
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
        format!("{}?{}", Page::Assignment.address(), pairs.join("&"))
    }
}

/// A lesson and a step of it, both counted from 1, as numbers with a slash between them.
pub fn step(text: &str) -> Option<(usize, usize)> {
    let (lesson, step) = text.split_once('/')?;
    Some((lesson.parse().ok()?, step.parse().ok()?))
}

fn escaped(text: &str) -> String {
    let once = utf8_percent_encode(text, PLAIN).to_string();
    once.replace('%', "%25")
}

/// What an answer is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Item {
    /// A question of a step of a lesson: lesson, step and question, all counted from 1.
    Lesson(usize, usize, usize),
    /// A question of the assignment, counted from 1.
    Question(usize),
}

/// An answer as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is to.
    pub item: Item,
    /// The learner's words.
    pub answer: String,
    /// Whether it is right; nothing where a person is to judge.
    pub right: Option<bool>,
    /// How often it was given.
    pub tries: u32,
    /// Seconds from when the assignment was opened to this answer.
    pub seconds: f64,
    /// When it was given, as the learner's computer has it: RFC 3339.
    pub at: String,
}

/// What a learner has answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// The learner, as they want to be called.
    pub name: String,
    /// Each answer, in the order of the first tries.
    pub entries: Vec<Entry>,
}

impl Answers {
    /// Takes an answer; the same once more counts as another try.
    pub fn take(&mut self, item: Item, answer: String, right: Option<bool>, seconds: f64, at: String) {
        let tries = self.to(item).map_or(0, |entry| entry.tries) + 1;
        let entry = Entry { item, answer, right, tries, seconds, at };
        match self.entries.iter_mut().find(|entry| entry.item == item) {
            Some(before) => *before = entry,
            None => self.entries.push(entry),
        }
    }

    /// The answer to something.
    pub fn to(&self, item: Item) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.item == item)
    }

    /// The answers to the questions of a step of a lesson, each with the question's number.
    pub fn of_step(&self, of: (usize, usize)) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().filter_map(move |entry| match entry.item {
            Item::Lesson(lesson, step, question) if (lesson, step) == of => Some((question, entry)),
            _ => None,
        })
    }

    /// All of it as CSV (RFC 4180): a line for each step and each question, answered or not. A text that a spreadsheet would
    /// take for a formula begins with an apostrophe.
    pub fn csv(&self, assignment: &Assignment) -> String {
        let mut table = csv::record([
            "assignment",
            "learner",
            "item",
            "question",
            "answer",
            "right",
            "tries",
            "seconds",
            "at",
        ]);
        let mut line = |item: String, question: &str, entry: Option<&Entry>| {
            let right =
                entry.and_then(|entry| entry.right).map_or("", |right| if right { "yes" } else { "no" });
            let number = |number: Option<String>| number.unwrap_or_default();
            table += &csv::record([
                plain(&assignment.title),
                plain(&self.name),
                item,
                plain(question),
                plain(entry.map_or("", |entry| &entry.answer)),
                right.to_owned(),
                number(entry.map(|entry| entry.tries.to_string())),
                number(entry.map(|entry| format!("{:.0}", entry.seconds))),
                entry.map(|entry| entry.at.clone()).unwrap_or_default(),
            ]);
        };
        for &(lesson, step) in &assignment.steps {
            let mut asked = self.of_step((lesson, step)).peekable();
            if asked.peek().is_none() {
                line(format!("lesson {lesson}/{step}"), "", None);
            }
            for (question, entry) in asked {
                line(format!("lesson {lesson}/{step}"), &question.to_string(), Some(entry));
            }
        }
        for (at, question) in assignment.questions.iter().enumerate() {
            line(format!("question {}", at + 1), question, self.to(Item::Question(at + 1)));
        }
        table
    }
}

fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::LayerId;

    fn assignment() -> Assignment {
        Assignment {
            title: "第 3 课: 3×3 & why?".into(),
            photo: Some("cat".into()),
            model: Some("vgg11 & bn.onnx".into()),
            place: Some(Link { layer: LayerId(9), channel: Some(7), unit: Some([25, 3]) }),
            steps: vec![(3, 2), (4, 1)],
            questions: vec!["What does it see? 100 % = all".into()],
        }
    }

    #[test]
    fn there_and_back() {
        let address = assignment().address();
        let (_, query) = address.split_once('?').unwrap();
        // As the browser gives it to the page.
        let once = percent_decode_str(query).decode_utf8().unwrap().into_owned();
        assert_eq!(Assignment::read(&once), Some(assignment()));
        for nothing in ["", "title=x", "at=x", "step=3", "ask=%20"] {
            assert_eq!(Assignment::read(nothing), None, "{nothing}");
        }
        let many = "step=1/1&".repeat(1000);
        assert_eq!(Assignment::read(&many).unwrap().steps.len(), MOST);
    }

    #[test]
    fn what_is_handed_in() {
        let mut answers = Answers { name: "Li, Wei".into(), entries: Vec::new() };
        let item = Item::Lesson(3, 2, 1);
        answers.take(item, "4".into(), Some(false), 12.0, "2026-01-01T08:00:12Z".into());
        answers.take(item, "5".into(), Some(true), 31.4, "2026-01-01T08:00:31Z".into());
        answers.take(Item::Question(1), "=1+1".into(), None, 60.0, "2026-01-01T08:01:00Z".into());
        let table = answers.csv(&assignment());
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(lines[1].contains("\"Li, Wei\",lesson 3/2,1,5,yes,2,31,2026-01-01T08:00:31Z"), "{table}");
        assert!(lines[2].ends_with("lesson 4/1,,,,,,"), "{table}");
        assert!(lines[3].contains("'=1+1,,1,60,"), "{table}");
    }
}
