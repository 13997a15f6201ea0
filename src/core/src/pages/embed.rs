//! What other pages show within themselves: one piece of the page, without the page's frame.

use crate::pages::lesson::Piece;
use crate::pages::route::{Destination, Link};

/// What is shown, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Embed {
    /// What is shown.
    pub content: Content,
    /// Whether it speaks Chinese or English, where the address says so.
    pub chinese: Option<bool>,
    /// Whether it is dark or light, where the address says so.
    pub dark: Option<bool>,
}

/// One piece of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A place of the page that has an address: the calculator on a stack, the workbench, a step of a lesson.
    Place(Box<Destination>),
    /// The explorer on a sample photo, by the photo's name, and perhaps at a layer, a channel and a unit.
    Sample(String, Option<Link>),
    /// A piece of a lesson.
    Piece(Piece),
    /// The address names nothing that can be shown.
    Nothing,
}

impl Embed {
    /// Reads what follows `#/embed/`: `field/STACK`, `lessons/3/2`, `explore/cat/9/7/25/3`, or a piece with its values, such
    /// as `lattice/stack=9x9;3,2,0`; then perhaps `?lang=zh&theme=dark`.
    pub fn read(text: &str) -> Embed {
        let (place, settings) = text.split_once('?').unwrap_or((text, ""));
        let setting = |key: &str| {
            settings
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key))
                .map(|(_, value)| value)
        };
        // Which of two words the address has for a setting.
        let is = |key: &str, [yes, no]: [&str; 2]| match setting(key)? {
            value if value == yes => Some(true),
            value if value == no => Some(false),
            _ => None,
        };
        Embed {
            content: content(place.trim_matches('/')),
            chinese: is("lang", ["zh", "en"]),
            dark: is("theme", ["dark", "light"]),
        }
    }
}

fn content(place: &str) -> Content {
    let (name, rest) = place.split_once('/').unwrap_or((place, ""));
    match name {
        "field" | "architectures" | "lessons" => match super::route::read(place) {
            Destination::NoStack(_) => Content::Nothing,
            found => Content::Place(Box::new(found)),
        },
        "explore" => {
            let (photo, rest) = rest.split_once('/').unwrap_or((rest, ""));
            match (photo, rest) {
                ("", _) => Content::Nothing,
                (photo, "") => Content::Sample(photo.to_owned(), None),
                (photo, rest) => match super::route::link(rest) {
                    Some(link) => Content::Sample(photo.to_owned(), Some(link)),
                    None => Content::Nothing,
                },
            }
        }
        _ => format!("{{{}}}", place.replace('/', " ")).parse().map_or(Content::Nothing, Content::Piece),
    }
}

/// The address of a piece by what the page's own address is: `#/field/…` becomes `#/embed/field/…`.
pub fn address(of: &str) -> String {
    format!("#/embed/{}", of.trim_start_matches("#/"))
}

/// The text of an HTML element that shows an address within another page. It is told its height by a message of the page,
/// and begins with this one.
pub fn iframe(url: &str, title: &str, height: u32) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
    };
    format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"{height}\" style=\"border: 0\" loading=\"lazy\" \
         allow=\"clipboard-write; cross-origin-isolated\"></iframe>",
        escape(url),
        escape(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::LayerId;
    use crate::nn::stack::Stack;

    #[test]
    fn what_can_be_embedded() {
        let stack: Stack = "9x9;3,2,0;m2,2,0".parse().unwrap();
        let read = |text: &str| Embed::read(text).content;
        assert_eq!(
            read("field/9x9;3,2,0;m2,2,0"),
            Content::Place(Box::new(Destination::Stack(stack.clone(), None)))
        );
        assert_eq!(read("lessons/3/2"), Content::Place(Box::new(Destination::Lesson(3, 2))));
        assert_eq!(read("lattice/stack=9x9;3,2,0;m2,2,0"), Content::Piece(Piece::Lattice(stack.clone())));
        assert_eq!(
            read("compare/stack=9x9;3,2,0;m2,2,0/other=9x9;3,2,0;m2,2,0"),
            Content::Piece(Piece::Compare(stack.clone(), stack))
        );
        let link = Link { layer: LayerId(9), channel: Some(7), unit: Some([25, 3]) };
        assert_eq!(read("explore/cat/9/7/25/3"), Content::Sample("cat".into(), Some(link)));
        assert_eq!(read("explore/cat"), Content::Sample("cat".into(), None));
        for nothing in ["", "explore", "explore/cat/x", "field/no", "lattice", "unknown"] {
            assert_eq!(read(nothing), Content::Nothing, "{nothing}");
        }
    }

    #[test]
    fn language_and_theme() {
        let embed = Embed::read("lessons/1/1?lang=zh&theme=dark");
        assert_eq!((embed.chinese, embed.dark), (Some(true), Some(true)));
        assert_eq!(Embed::read("lessons/1/1?lang=fr").chinese, None);
    }

    #[test]
    fn the_text_of_an_iframe_is_data() {
        let text = iframe("https://a.example/#/embed/x?a=1&b=\"", "<b>", 480);
        assert!(text.contains("?a=1&amp;b=&quot;\"") && text.contains("title=\"&lt;b&gt;\""), "{text}");
        assert_eq!(address("#/field/9x9;3,2,0"), "#/embed/field/9x9;3,2,0");
    }
}
