//! The architectures workbench: which configuration, which layer, which comparison a person looks at, and on what
//! terms its figures are counted.

use crate::vgg::configuration::{CONFIGURATIONS, Configuration};
use crate::vgg::costs::{ConfigurationCosts, Counting, Measure, Memory};
use crate::vgg::paper::{PAIRS, Pair};

/// The workbench.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Workbench {
    /// The open configuration.
    pub open: Configuration,
    /// The place of the chosen layer among its layers.
    pub layer: usize,
    /// The comparison.
    pub pair: Pair,
    /// How figures are counted.
    pub terms: Counting,
    /// What the bars in the table measure.
    pub bars: Measure,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// A configuration.
    Configuration(Configuration),
    /// A layer of it, by its place among the layers.
    Layer(Configuration, usize),
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
        Workbench { open: d, layer: 1, pair: PAIRS[0], terms: Counting::default(), bars: Measure::Macs }
    }
}

impl Workbench {
    /// Takes a choice; a layer that is not there changes nothing.
    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Configuration(open) if open != self.open => self.turn(open),
            Choice::Configuration(_) => {}
            Choice::Layer(open, layer) => {
                if layer < ConfigurationCosts::of(open).layers.len() {
                    (self.open, self.layer) = (open, layer);
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
        let name = ConfigurationCosts::of(self.open).layers.get(self.layer).map(|layer| layer.name.clone());
        let layers = ConfigurationCosts::of(open).layers;
        self.layer = layers.iter().position(|layer| Some(&layer.name) == name.as_ref()).unwrap_or(1);
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
        assert_eq!((bench.open.letter, bench.layer, bench.pair.name()), ("D", 1, "A-A-LRN".to_owned()));
    }

    #[test]
    fn another_configuration_keeps_the_layer() {
        let mut bench = Workbench::default();
        bench.choose(Choice::Layer(of("D"), 9));
        bench.choose(Choice::Configuration(of("E")));
        assert_eq!(ConfigurationCosts::of(bench.open).layers[bench.layer].name, "conv3_3");
        bench.choose(Choice::Configuration(of("A")));
        assert_eq!(bench.layer, 1);
        bench.choose(Choice::Layer(of("A"), 99));
        assert_eq!(bench.layer, 1);
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
        let terms = Counting { biases: false, norms: true, memory: Memory::Torchinfo };
        assert_eq!((bench.terms, bench.bars, bench.pair.to), (terms, Measure::Field, "E"));
    }
}
