//! Addresses within the page: what stands behind the `#`.

use crate::nn::LayerId;
use crate::nn::stack::{ParseError, Stack};
use crate::pages::assignment::Assignment;
use crate::pages::builder::Builder;
use crate::pages::calculator::Calculator;
use crate::pages::embed::Embed;
use crate::pages::workbench::{Choice, Workbench};

use crate::vgg::build::Build;
use crate::vgg::configuration::Configuration;
use crate::vgg::paper::Pair;

/// A page of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// A photo, and every layer of the network that looks at it.
    #[default]
    Explore,
    /// The receptive-field calculator.
    Calculator,
    /// The six configurations of the paper.
    Architectures,
    /// A network that is built here.
    Build,
    /// A person's photos, which are judged and trained on.
    Train,
    /// The lessons.
    Lessons,
    /// An assignment, or the form that makes one.
    Assignment,
}

impl Page {
    /// Every page that the head lists.
    pub const ALL: [Page; 6] =
        [Page::Explore, Page::Calculator, Page::Architectures, Page::Build, Page::Train, Page::Lessons];

    /// Its address.
    pub fn address(self) -> &'static str {
        match self {
            Page::Explore => "#/",
            Page::Calculator => "#/field",
            Page::Architectures => "#/architectures",
            Page::Build => "#/build",
            Page::Train => "#/train",
            Page::Lessons => "#/lessons",
            Page::Assignment => "#/assignment",
        }
    }
}

/// What an address names.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// A page as it is.
    Page(Page),
    /// The explorer on a layer.
    Link(Link),
    /// The calculator on a stack, and on another beside it.
    Stack(Stack, Option<Stack>),
    /// The calculator on a text that is no stack.
    NoStack(ParseError),
    /// The workbench with these choices.
    Choices(Vec<Choice>),
    /// The form of a network, from a text that may be none.
    Build(Builder),
    /// A step of a lesson, both counted from 1; whether there is such a step is not known here.
    Lesson(usize, usize),
    /// An assignment; none where one is to be made.
    Assignment(Option<Assignment>),
    /// A piece of the page, within another page.
    Embed(Embed),
}

/// A layer, and perhaps a map of it and a unit of that; never the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The layer.
    pub layer: LayerId,
    /// The open channel.
    pub channel: Option<u16>,
    /// The pinned unit: row and column.
    pub unit: Option<[usize; 2]>,
}

/// What an address names; one that is none of ours leads to the first page.
pub fn read(address: &str) -> Destination {
    let path = address.trim_start_matches('#').trim_matches('/');
    if let Some(rest) = path.strip_prefix("assignment") {
        return Destination::Assignment(Assignment::read(rest.trim_start_matches(['/', '?'])));
    }
    match path.split_once('/').unwrap_or((path, "")) {
        ("field", "") => Destination::Page(Page::Calculator),
        ("field", text) => stacks(text).unwrap_or_else(Destination::NoStack),
        ("layer", place) => link(place).map_or(Destination::Page(Page::Explore), Destination::Link),
        ("embed", text) => Destination::Embed(Embed::read(text)),
        ("architectures", "") => Destination::Page(Page::Architectures),
        ("architectures", names) => Destination::Choices(choices(names)),
        ("build", "") => Destination::Page(Page::Build),
        ("build", text) => Destination::Build(Builder::of_text(text)),
        ("train", _) => Destination::Page(Page::Train),
        ("lessons", "") => Destination::Page(Page::Lessons),
        ("lessons", place) => {
            match place.split('/').map(str::parse).collect::<Result<Vec<usize>, _>>().as_deref() {
                Ok([lesson]) => Destination::Lesson(*lesson, 1),
                Ok([lesson, step]) => Destination::Lesson(*lesson, *step),
                _ => Destination::Page(Page::Lessons),
            }
        }
        _ => Destination::Page(Page::Explore),
    }
}

/// A layer, and perhaps a channel and a unit, as numbers between slashes.
pub fn link(place: &str) -> Option<Link> {
    let numbers: Vec<u16> = place.split('/').map(str::parse).collect::<Result<_, _>>().ok()?;
    let (layer, channel, unit) = match *numbers.as_slice() {
        [layer] => (layer, None, None),
        [layer, channel] => (layer, Some(channel), None),
        [layer, channel, row, column] => (layer, Some(channel), Some([row, column].map(usize::from))),
        _ => return None,
    };
    Some(Link { layer: LayerId(layer), channel, unit })
}

impl Link {
    /// Its address.
    pub fn address(&self) -> String {
        format!("#/layer/{}", self.place())
    }

    /// Its address on a photo that comes with the page, to be embedded.
    pub fn address_on(&self, photo: &str) -> String {
        format!("#/explore/{photo}/{}", self.place())
    }

    /// What its address says of it: numbers between slashes.
    pub(super) fn place(&self) -> String {
        let mut address = self.layer.0.to_string();
        if let Some(channel) = self.channel {
            address += &format!("/{channel}");
            if let Some([row, column]) = self.unit {
                address += &format!("/{row}/{column}");
            }
        }
        address
    }
}

fn stacks(text: &str) -> Result<Destination, ParseError> {
    let (one, other) = text.split_once('/').map_or((text, None), |(one, other)| (one, Some(other)));
    Ok(Destination::Stack(one.parse()?, other.map(str::parse).transpose()?))
}

/// The address of the page that builds this network.
pub fn of_build(build: &Build) -> String {
    format!("{}/{build}", Page::Build.address())
}

/// The address of the calculator on this stack.
pub fn of_stack(stack: &Stack) -> String {
    format!("{}/{stack}", Page::Calculator.address())
}

/// The address of the calculator as it is.
pub fn of_calculator(calculator: &Calculator) -> String {
    let base = of_stack(calculator.stack());
    calculator.other().map_or(base.clone(), |other| format!("{base}/{other}"))
}

/// What an address of the workbench names: configurations and comparisons, in any order; what is neither is passed over.
fn choices(names: &str) -> Vec<Choice> {
    let choice = |name: &str| {
        let configuration = Configuration::of(name).map(Choice::Configuration);
        configuration.or_else(|| Pair::named(name).map(Choice::Pair))
    };
    names.split('/').filter_map(choice).collect()
}

/// The address of the workbench with this configuration and this comparison.
pub fn of_workbench(bench: &Workbench) -> String {
    format!("{}/{}/{}", Page::Architectures.address(), bench.open.letter, bench.pair.name())
}

/// The address of a step of a lesson, both counted from 1.
pub fn of_step(lesson: usize, step: usize) -> String {
    format!("{}/{lesson}/{step}", Page::Lessons.address())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::calculator::Edit;

    #[test]
    fn addresses() {
        assert_eq!(read(""), Destination::Page(Page::Explore));
        assert_eq!(read("#/nowhere"), Destination::Page(Page::Explore));
        for page in Page::ALL {
            assert_eq!(read(page.address()), Destination::Page(page));
        }
        assert!(matches!(read("#/field/9x9;no"), Destination::NoStack(_)));
        assert!(matches!(read("#/field/9x9;3,1,1/no"), Destination::NoStack(_)));
    }

    #[test]
    fn layers() {
        let link = Link { layer: LayerId(9), channel: Some(7), unit: Some([25, 3]) };
        assert_eq!(link.address(), "#/layer/9/7/25/3");
        assert_eq!(read(&link.address()), Destination::Link(link));
        assert_eq!(Link { unit: None, channel: None, ..link }.address(), "#/layer/9");
        for nonsense in ["#/layer", "#/layer/x", "#/layer/1/2/3", "#/layer/-1", "#/layer/99999999"] {
            assert_eq!(read(nonsense), Destination::Page(Page::Explore), "{nonsense}");
        }
    }

    #[test]
    fn lessons() {
        assert_eq!(read(&of_step(3, 2)), Destination::Lesson(3, 2));
        assert_eq!(read("#/lessons/3"), Destination::Lesson(3, 1));
        assert_eq!(read("#/lessons/three"), Destination::Page(Page::Lessons));
        assert_eq!(read("#/lessons/1/2/3"), Destination::Page(Page::Lessons));
    }

    #[test]
    fn the_calculator_is_in_its_address() {
        let [one, other] = ["9x9;3,2,0;m2,2,0", "11x11;7,1,0"].map(|text| text.parse::<Stack>().unwrap());
        let mut calculator = Calculator::new(one.clone());
        assert_eq!(read(&of_calculator(&calculator)), Destination::Stack(one.clone(), None));
        calculator.edit(Edit::Beside(Some(other.clone())));
        assert_eq!(read(&of_calculator(&calculator)), Destination::Stack(one, Some(other)));
    }

    #[test]
    fn the_workbench() {
        let chosen = |address: &str| match read(address) {
            Destination::Choices(choices) => choices,
            other => panic!("{address}: {other:?}"),
        };
        let mut bench = Workbench::default();
        chosen("#/architectures/D-E/B/nonsense").into_iter().for_each(|choice| bench.choose(choice));
        assert_eq!((bench.open.letter, bench.pair.name()), ("B", "D-E".to_owned()));
        let mut other = Workbench::default();
        chosen(&of_workbench(&bench)).into_iter().for_each(|choice| other.choose(choice));
        assert_eq!(other, bench);
    }
}
