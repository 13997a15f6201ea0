//! What stands between the paragraphs of a lesson: pieces to play with, and questions, as `{name key=value …}`.

mod content;
mod question;

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::nn::stack::Stack;
use crate::vgg::configuration::Configuration;
use crate::vgg::paper::Pair;

pub use content::{Lesson, Part, Step};
pub use question::{Answer, Question, Verdict};

/// A piece of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// The lattice of a stack.
    Lattice(Stack),
    /// Its maps as grids.
    Grid(Stack),
    /// Its recurrence, step by step.
    Recurrence(Stack),
    /// Its layers and what they see.
    Table(Stack),
    /// Receptive fields against depth, of one stack or two.
    Chart(Stack, Option<Stack>),
    /// Two stacks and their costs.
    Compare(Stack, Stack),
    /// What a unit of a stack sees of the photo.
    Photo(Stack),
    /// The same of a configuration of the paper.
    PhotoOf(Configuration),
    /// The errors of ILSVRC 2014.
    Standings,
    /// The six configurations.
    Configurations,
    /// One of the five comparisons.
    Comparison(Pair),
    /// A configuration layer by layer.
    Layers(Configuration),
    /// Where its parameters are.
    Shares(Configuration),
    /// Three small kernels composed into a large one.
    Kernels,
    /// The feature maps of the photo.
    Maps,
    /// Crops at random scales.
    Crops,
    /// The map of class scores of a larger photo.
    Dense,
    /// The paper's protocols at test time, run on the photo.
    Evaluation,
    /// A configuration's list, to be edited.
    Cfg,
    /// A question.
    Ask(Question),
}

impl Piece {
    /// Whether it shows what a network makes of a photo.
    pub fn needs_engine(&self) -> bool {
        matches!(self, Piece::Maps | Piece::Crops | Piece::Dense | Piece::Evaluation)
    }
}

/// Why a text is no piece of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPiece(pub String);

impl FromStr for Piece {
    type Err = NoPiece;

    fn from_str(text: &str) -> Result<Piece, NoPiece> {
        piece(text).ok_or_else(|| NoPiece(text.to_owned()))
    }
}

fn piece(text: &str) -> Option<Piece> {
    let mut words = text.trim().strip_prefix('{')?.strip_suffix('}')?.split_whitespace();
    let name = words.next()?;
    let asked = if name == "ask" { words.next()? } else { "" };
    let values = Values(words.map(|word| word.split_once('=')).collect::<Option<_>>()?);
    Some(match name {
        "lattice" => Piece::Lattice(values.stack("stack")?),
        "grid" => Piece::Grid(values.stack("stack")?),
        "recurrence" => Piece::Recurrence(values.stack("stack")?),
        "table" => Piece::Table(values.stack("stack")?),
        "chart" => Piece::Chart(values.stack("stack")?, values.stack("other")),
        "compare" => Piece::Compare(values.stack("stack")?, values.stack("other")?),
        "photo" => match values.stack("stack") {
            Some(stack) => Piece::Photo(stack),
            None => Piece::PhotoOf(values.net("net")?),
        },
        "standings" => Piece::Standings,
        "configurations" => Piece::Configurations,
        "comparison" => Piece::Comparison(Pair::named(&values.text("pair")?.replace(':', "-"))?),
        "layers" => Piece::Layers(values.net("net")?),
        "shares" => Piece::Shares(values.net("net")?),
        "kernels" => Piece::Kernels,
        "maps" => Piece::Maps,
        "crops" => Piece::Crops,
        "dense" => Piece::Dense,
        "evaluation" => Piece::Evaluation,
        "cfg" => Piece::Cfg,
        "ask" => Piece::Ask(question::read(asked, &values)?),
        _ => return None,
    })
}

/// The values of a piece, by their keys.
struct Values<'a>(BTreeMap<&'a str, &'a str>);

impl Values<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).copied()
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.text(key)?.parse().ok()
    }

    /// A stack that can be computed.
    fn stack(&self, key: &str) -> Option<Stack> {
        let stack: Stack = self.text(key)?.parse().ok()?;
        stack.rows().is_ok().then_some(stack)
    }

    fn net(&self, key: &str) -> Option<Configuration> {
        Configuration::of(self.text(key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        let stack: Stack = "9x9;3,2,0".parse().unwrap();
        assert_eq!("{grid stack=9x9;3,2,0}".parse(), Ok(Piece::Grid(stack)));
        assert!(matches!("{comparison pair=A:A-LRN}".parse(), Ok(Piece::Comparison(_))));
        for wrong in
            ["grid", "{grid}", "{grid stack=9x9;11,1,0}", "{ask}", "{ask field}", "{unknown}", "{cfg x}"]
        {
            assert!(wrong.parse::<Piece>().is_err(), "{wrong}");
        }
    }
}
