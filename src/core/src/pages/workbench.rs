//! The architectures workbench: which configuration, which layer, which comparison a person looks at, and on what
//! terms its figures are counted.

use crate::vgg::configuration::{CONFIGURATIONS, Configuration};
use crate::vgg::costs::{ConfigurationCosts, Measure, Memory, Terms};
use crate::vgg::paper::{PAIRS, Pair};

/// The workbench.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Workbench {
    /// The open configuration.
    pub open: Configuration,
    /// The place of the chosen layer among its parts.
    pub part: usize,
    /// The comparison.
    pub pair: Pair,
    /// How figures are counted.
    pub terms: Terms,
    /// What the bars in the table measure.
    pub bars: Measure,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// A configuration.
    Configuration(Configuration),
    /// A layer of it, by its place among the parts.
    Part(Configuration, usize),
    /// A comparison.
    Pair(Pair),
    /// Whether biases count.
    Biases(bool),
    /// Whether it is the variant with batch norm.
    Norms(bool),
    /// Which activations count.
    Memory(Memory),
    /// What the bars measure.
    Bars(Measure),
}

impl Default for Workbench {
    fn default() -> Workbench {
        let [.., d, _] = CONFIGURATIONS;
        Workbench { open: d, part: 1, pair: PAIRS[0], terms: Terms::default(), bars: Measure::Macs }
    }
}

impl Workbench {
    /// Takes a choice; a layer that is not there changes nothing.
    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Configuration(open) if open != self.open => self.turn(open),
            Choice::Configuration(_) => {}
            Choice::Part(open, part) => {
                if part < ConfigurationCosts::of(open).parts.len() {
                    (self.open, self.part) = (open, part);
                }
            }
            Choice::Pair(pair) => self.pair = pair,
            Choice::Biases(biases) => self.terms.biases = biases,
            Choice::Norms(norms) => self.terms.norms = norms,
            Choice::Memory(memory) => self.terms.memory = memory,
            Choice::Bars(bars) => self.bars = bars,
        }
    }

    /// Opens another configuration, at the layer of the same name where it has one.
    fn turn(&mut self, open: Configuration) {
        let name = ConfigurationCosts::of(self.open).parts.get(self.part).map(|part| part.name.clone());
        let parts = ConfigurationCosts::of(open).parts;
        self.part = parts.iter().position(|part| Some(&part.name) == name.as_ref()).unwrap_or(1);
        self.open = open;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(letter: &str) -> Configuration {
        Configuration::of(letter).unwrap()
    }

    #[test]
    fn opens_at_vgg16() {
        let bench = Workbench::default();
        assert_eq!((bench.open.letter, bench.part, bench.pair.name()), ("D", 1, "A-A-LRN".to_owned()));
    }

    #[test]
    fn another_configuration_keeps_the_layer() {
        let mut bench = Workbench::default();
        bench.choose(Choice::Part(of("D"), 9));
        bench.choose(Choice::Configuration(of("E")));
        assert_eq!(ConfigurationCosts::of(bench.open).parts[bench.part].name, "conv3_3");
        bench.choose(Choice::Configuration(of("A")));
        assert_eq!(bench.part, 1);
        bench.choose(Choice::Part(of("A"), 99));
        assert_eq!(bench.part, 1);
    }

    #[test]
    fn terms() {
        let mut bench = Workbench::default();
        for choice in [
            Choice::Biases(false),
            Choice::Norms(true),
            Choice::Memory(Memory::Torchinfo),
            Choice::Bars(Measure::Field),
            Choice::Pair(PAIRS[4]),
        ] {
            bench.choose(choice);
        }
        let terms = Terms { biases: false, norms: true, memory: Memory::Torchinfo };
        assert_eq!((bench.terms, bench.bars, bench.pair.to), (terms, Measure::Field, "E"));
    }
}
