//! What each layer of a configuration is and costs: shapes, receptive fields, weights, arithmetic, memory, all
//! counted from its list of layers.

mod changes;
mod counting;
mod csv;
mod table;

use crate::nn::stack::{StackLayer, StackLayerKind};
use crate::nn::{Layer, Op, Shape, Window};
use crate::receptive_field::Reach;
use crate::vgg::configuration::{self, CLASSIFIER, Configuration, Entry, SIDE};

pub use changes::{Change, changes, novel};
pub use counting::{BYTES, COPIED, Copied, Counting, Memory};
pub use csv::{layers_csv, table_csv};
pub use table::{Line, grid};

/// What a layer of a configuration does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Gives the photo.
    Input,
    /// A convolution.
    Convolution(Window),
    /// Local response normalisation.
    Lrn,
    /// A maximum pool.
    Pool(Window),
    /// A fully connected layer.
    Dense,
}

/// Where a layer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerPlace {
    /// Before all layers.
    Input,
    /// In this block, counted from 1.
    Block(usize),
    /// In the classifier: this dense layer, counted on from the blocks as its name is.
    Dense(usize),
}

/// One layer of a configuration and its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerCosts {
    /// Its name: conv1_1, pool1, fc6.
    pub name: String,
    /// Where it stands.
    pub place: LayerPlace,
    /// Its place in the configuration's list; none for the photo and the classifier.
    pub entry: Option<usize>,
    /// What it does.
    pub kind: LayerKind,
    /// Whether a ReLU follows.
    pub relu: bool,
    /// Shape of its output.
    pub shape: Shape,
    /// What its units see, along either axis.
    pub reach: Reach,
    /// Weights.
    pub weights: u64,
    /// Biases.
    pub biases: u64,
    /// Scales and shifts of a batch norm behind it, in torchvision's variant.
    pub norms: u64,
    /// Multiply-accumulates for one photo.
    pub macs: u64,
}

/// A figure of a layer that can be drawn as a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Learnt numbers.
    Parameters,
    /// Multiply-accumulates.
    Macs,
    /// Activation memory, in floats.
    Floats,
    /// Size of the receptive field, in pixels.
    Field,
}

impl Measure {
    /// Every measure, as the page offers them.
    pub const ALL: [Measure; 4] = [Measure::Parameters, Measure::Macs, Measure::Floats, Measure::Field];
}

impl LayerCosts {
    /// Learnt numbers, on these terms.
    pub fn parameters(&self, terms: Counting) -> u64 {
        let biases = if terms.biases { self.biases } else { 0 };
        let norms = if terms.norms { self.norms } else { 0 };
        self.weights + biases + norms
    }

    /// Floats that it keeps for one photo, on these terms.
    pub fn floats(&self, terms: Counting) -> u64 {
        let units = self.shape.units() as u64;
        let norm = u64::from(terms.norms && self.norms > 0);
        match terms.memory {
            Memory::Once => units,
            Memory::Apart => units * (1 + norm + u64::from(self.relu)),
            Memory::Torchinfo if self.weights > 0 => units * 2 * (1 + norm),
            Memory::Torchinfo => 0,
        }
    }

    /// A figure, on these terms.
    pub fn measure(&self, measure: Measure, terms: Counting) -> u64 {
        match measure {
            Measure::Parameters => self.parameters(terms),
            Measure::Macs => self.macs,
            Measure::Floats => self.floats(terms),
            Measure::Field => u64::try_from(self.reach.size()).unwrap_or_default(),
        }
    }

    /// How the paper's table writes it: conv3-64, maxpool, FC-4096.
    pub fn label(&self) -> String {
        match self.kind {
            LayerKind::Input => "input".to_owned(),
            LayerKind::Convolution(window) => format!("conv{}-{}", window.kernel[0], self.shape.channels),
            LayerKind::Lrn => "LRN".to_owned(),
            LayerKind::Pool(_) => "maxpool".to_owned(),
            LayerKind::Dense => format!("FC-{}", self.shape.channels),
        }
    }
}

/// All layers of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationCosts {
    /// Whose.
    pub configuration: Configuration,
    /// The photo, the layers, the classifier.
    pub layers: Vec<LayerCosts>,
}

impl ConfigurationCosts {
    /// The layers of a configuration over the paper's photo.
    pub fn of(configuration: Configuration) -> ConfigurationCosts {
        let Configuration { name, entries, .. } = configuration;
        let plain = configuration::architecture(name, entries, SIDE, &CLASSIFIER, false);
        let normed = configuration::architecture(name, entries, SIDE, &CLASSIFIER, true);
        let has_norms = configuration.torchvision().is_some();
        let reaches = reaches(configuration, &plain.layers);
        let mut layers =
            plain.layers.iter().zip(&normed.layers).zip(reaches).map(|((layer, normed), reach)| {
                let norms = if has_norms { normed.parameters - layer.parameters } else { 0 };
                costs_of(layer, norms, reach)
            });
        let mut all: Vec<LayerCosts> = layers.next().into_iter().collect();
        let mut block = 1;
        for (at, entry) in entries.iter().enumerate() {
            let part = match entry {
                Entry::Lrn => all.last().map(|before| normalisation(before, block)),
                _ => layers.next(),
            };
            all.extend(part.map(|part| LayerCosts {
                place: LayerPlace::Block(block),
                entry: Some(at),
                ..part
            }));
            block += usize::from(*entry == Entry::Pool);
        }
        let dense =
            layers.enumerate().map(|(at, part)| LayerCosts { place: LayerPlace::Dense(block + at), ..part });
        all.extend(dense);
        ConfigurationCosts { configuration, layers: all }
    }

    /// Of all six, in the paper's order.
    pub fn all() -> Vec<ConfigurationCosts> {
        configuration::CONFIGURATIONS.into_iter().map(ConfigurationCosts::of).collect()
    }

    /// A figure summed over the layers, on these terms; of the field, the largest.
    pub fn total(&self, measure: Measure, terms: Counting) -> u64 {
        let figures = self.layers.iter().map(|part| part.measure(measure, terms));
        if measure == Measure::Field { figures.max().unwrap_or_default() } else { figures.sum() }
    }

    /// A figure summed over the dense layers.
    pub fn dense(&self, measure: Measure, terms: Counting) -> u64 {
        let dense = self.layers.iter().filter(|part| part.kind == LayerKind::Dense);
        dense.map(|part| part.measure(measure, terms)).sum()
    }

    /// The dense layers' share of the parameters, from 0 to 1.
    pub fn dense_share(&self, terms: Counting) -> f32 {
        let of = |count: u64| count as f32;
        of(self.dense(Measure::Parameters, terms)) / of(self.total(Measure::Parameters, terms))
    }

    /// The receptive field of the last pool, where the classifier begins.
    pub fn field(&self) -> i64 {
        let pool = self.layers.iter().rev().find(|part| matches!(part.kind, LayerKind::Pool(_)));
        pool.map_or(1, |part| part.reach.size())
    }

    /// A figure summed by place, first to last; places that have nothing of it are left out.
    pub fn shares(&self, measure: Measure, terms: Counting) -> Vec<(LayerPlace, u64)> {
        let mut shares: Vec<(LayerPlace, u64)> = Vec::new();
        for part in &self.layers {
            let figure = part.measure(measure, terms);
            match shares.last_mut() {
                Some((place, sum)) if *place == part.place => *sum += figure,
                _ => shares.push((part.place, figure)),
            }
        }
        shares.retain(|(_, figure)| *figure > 0);
        shares
    }
}

/// The fields of all layers; the first dense layer is a convolution over the whole of its input, and the later ones
/// see no more than it does.
fn reaches(configuration: Configuration, layers: &[Layer]) -> Vec<Reach> {
    let mut stack = configuration::stack(configuration.entries, configuration::SIDE);
    let dense = layers.iter().position(|layer| layer.op == Op::Dense).unwrap_or(layers.len());
    let mut side = layers.get(dense.wrapping_sub(1)).map_or(1, |layer| layer.shape.height);
    for _ in dense..layers.len() {
        let window = Window { kernel: [side; 2], stride: [1; 2], dilation: [1; 2], padding: [0; 2] };
        stack.layers.push(StackLayer::new(StackLayerKind::Convolution, window));
        side = 1;
    }
    let rows = stack.rows().unwrap_or_default();
    std::iter::once(Reach::pixel()).chain(rows.into_iter().map(|row| row.reach[0].clone())).collect()
}

fn costs_of(layer: &Layer, norms: u64, reach: Reach) -> LayerCosts {
    let learns = layer.macs > 0;
    let biases = if learns { layer.shape.channels as u64 } else { 0 };
    let kind = match layer.op {
        Op::Convolution(window) => LayerKind::Convolution(window),
        Op::MaxPool(window) => LayerKind::Pool(window),
        Op::Dense => LayerKind::Dense,
        _ => LayerKind::Input,
    };
    LayerCosts {
        name: layer.name.clone(),
        place: LayerPlace::Input,
        entry: None,
        kind,
        relu: layer.activation.is_some(),
        shape: layer.shape,
        reach,
        weights: layer.parameters - biases,
        biases,
        norms,
        macs: layer.macs,
    }
}

/// A local response normalisation: of the shape and field of what is before it, and it learns nothing.
fn normalisation(before: &LayerCosts, block: usize) -> LayerCosts {
    LayerCosts {
        name: format!("lrn{block}"),
        kind: LayerKind::Lrn,
        relu: false,
        weights: 0,
        biases: 0,
        norms: 0,
        macs: 0,
        ..before.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(letter: &str) -> ConfigurationCosts {
        ConfigurationCosts::of(Configuration::of(letter).unwrap())
    }

    fn on(biases: bool, norms: bool, memory: Memory) -> Counting {
        Counting { biases, norms, memory }
    }

    /// Facts: the paper's table 2, torchvision's metadata.
    #[test]
    fn parameters() {
        let count = |letter: &str, biases, norms| {
            of(letter).total(Measure::Parameters, on(biases, norms, Memory::Once))
        };
        let all = ["A", "A-LRN", "B", "C", "D", "E"].map(|letter| count(letter, true, false));
        assert_eq!(all, [132_863_336, 132_863_336, 133_047_848, 133_638_952, 138_357_544, 143_667_240]);
        let normed = ["A", "B", "D", "E"].map(|letter| count(letter, true, true));
        assert_eq!(normed, [132_868_840, 133_053_736, 138_365_992, 143_678_248]);
        assert_eq!(count("D", false, false), 138_344_128);
        // torchvision has no variant of these.
        assert_eq!([count("A-LRN", true, true), count("C", true, true)], [132_863_336, 133_638_952]);
    }

    #[test]
    fn where_the_weights_are() {
        let terms = Counting::default();
        let shares = ["A", "D", "E"].map(|letter| (of(letter).dense_share(terms) * 1000.0).round() / 10.0);
        assert_eq!(shares, [93.1, 89.4, 86.1]);
        let d = of("D");
        assert_eq!(d.dense(Measure::Parameters, terms), 123_642_856);
        let dense: Vec<u64> = d.layers.iter().rev().take(3).map(|part| part.parameters(terms)).collect();
        assert_eq!(dense, [4_097_000, 16_781_312, 102_764_544]);
        let shares = d.shares(Measure::Parameters, terms);
        assert_eq!(shares.len(), 8);
        assert_eq!(shares[5], (LayerPlace::Dense(6), 102_764_544));
        assert_eq!(shares.iter().map(|(_, count)| count).sum::<u64>(), 138_357_544);
    }

    #[test]
    fn arithmetic() {
        let giga =
            |letter: &str| (of(letter).total(Measure::Macs, Counting::default()) as f64 / 1e6).round() / 1e3;
        assert_eq!(["A", "B", "C", "D", "E"].map(giga), [7.609, 11.308, 11.771, 15.470, 19.632]);
    }

    #[test]
    fn memory_by_convention() {
        let floats = |memory| of("D").total(Measure::Floats, on(true, false, memory));
        assert_eq!(floats(Memory::Once), 15_237_608);
        assert_eq!((floats(Memory::Torchinfo) * BYTES) as f64 / 1e6, 108.453_696);
        assert_eq!(floats(Memory::Apart), 28_793_320);
        // A normalisation keeps a map as large as the one before it.
        let kept = |letter: &str| of(letter).total(Measure::Floats, Counting::default());
        assert_eq!(kept("A-LRN") - kept("A"), 64 * 224 * 224);
    }

    #[test]
    fn fields_to_the_end() {
        let last = |letter: &str| of(letter).layers.last().unwrap().reach.size();
        assert_eq!(["A", "A-LRN", "B", "C", "D", "E"].map(last), [342, 342, 348, 348, 404, 460]);
        assert_eq!(["A", "A-LRN", "B", "C", "D", "E"].map(|l| of(l).field()), [150, 150, 156, 156, 212, 268]);
        let d: Vec<i64> = of("D").layers.iter().take(9).map(|part| part.reach.size()).collect();
        assert_eq!(d, [1, 3, 5, 6, 10, 14, 16, 24, 32]);
    }

    #[test]
    fn names_and_labels() {
        let part = |letter: &str, at: usize| {
            let part = of(letter).layers[at].clone();
            (part.name.clone(), part.label(), part.place)
        };
        assert_eq!(part("D", 0), ("input".into(), "input".into(), LayerPlace::Input));
        assert_eq!(part("A-LRN", 2), ("lrn1".into(), "LRN".into(), LayerPlace::Block(1)));
        assert_eq!(part("C", 9), ("conv3_3".into(), "conv1-256".into(), LayerPlace::Block(3)));
        assert_eq!(part("D", 18), ("pool5".into(), "maxpool".into(), LayerPlace::Block(5)));
        assert_eq!(part("D", 19), ("fc6".into(), "FC-4096".into(), LayerPlace::Dense(6)));
        assert_eq!(part("D", 21), ("fc8".into(), "FC-1000".into(), LayerPlace::Dense(8)));
    }
}
