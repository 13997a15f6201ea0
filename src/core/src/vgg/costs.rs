//! What each layer of a configuration is and costs: shapes, receptive fields, weights, arithmetic, memory, all
//! counted from its list of layers.

mod changes;
mod counting;
mod csv;
mod table;

use crate::nn::stack::{Step, StepKind};
use crate::nn::{Layer, Op, Shape, Window};
use crate::receptive_field::Reach;
use crate::vgg::configuration::{self, Configuration, Entry};

pub use changes::{Change, changes, novel};
pub use counting::{BYTES, COPIED, Copied, Memory, Terms};
pub use csv::{layers_csv, table_csv};
pub use table::{Line, grid};

/// What a part of a configuration does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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

/// Where a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all layers.
    Input,
    /// In this block, counted from 1.
    Block(usize),
    /// In the classifier: this dense layer, counted on from the blocks as its name is.
    Dense(usize),
}

/// One part of a configuration and its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name: conv1_1, pool1, fc6.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Its place in the configuration's list; none for the photo and the classifier.
    pub entry: Option<usize>,
    /// What it does.
    pub kind: Kind,
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

/// A figure of a part that can be drawn as a bar.
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

impl Part {
    /// Learnt numbers, on these terms.
    pub fn parameters(&self, terms: Terms) -> u64 {
        let biases = if terms.biases { self.biases } else { 0 };
        let norms = if terms.norms { self.norms } else { 0 };
        self.weights + biases + norms
    }

    /// Floats that it keeps for one photo, on these terms.
    pub fn floats(&self, terms: Terms) -> u64 {
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
    pub fn measure(&self, measure: Measure, terms: Terms) -> u64 {
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
            Kind::Input => "input".to_owned(),
            Kind::Convolution(window) => format!("conv{}-{}", window.kernel[0], self.shape.channels),
            Kind::Lrn => "LRN".to_owned(),
            Kind::Pool(_) => "maxpool".to_owned(),
            Kind::Dense => format!("FC-{}", self.shape.channels),
        }
    }
}

/// All parts of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationCosts {
    /// Whose.
    pub configuration: Configuration,
    /// The photo, the layers, the classifier.
    pub parts: Vec<Part>,
}

impl ConfigurationCosts {
    /// The parts of a configuration over the paper's photo.
    pub fn of(configuration: Configuration) -> ConfigurationCosts {
        let Configuration { name, entries, .. } = configuration;
        let plain = configuration::net(name, entries, configuration::SIDE, false);
        let normed = configuration::net(name, entries, configuration::SIDE, true);
        let has_norms = configuration.torchvision().is_some();
        let reaches = reaches(configuration, &plain.layers);
        let mut layers =
            plain.layers.iter().zip(&normed.layers).zip(reaches).map(|((layer, normed), reach)| {
                let norms = if has_norms { normed.parameters - layer.parameters } else { 0 };
                part(layer, norms, reach)
            });
        let mut parts: Vec<Part> = layers.next().into_iter().collect();
        let mut block = 1;
        for (at, entry) in entries.iter().enumerate() {
            let part = match entry {
                Entry::Lrn => parts.last().map(|before| normalisation(before, block)),
                _ => layers.next(),
            };
            parts.extend(part.map(|part| Part { place: Place::Block(block), entry: Some(at), ..part }));
            block += usize::from(*entry == Entry::Pool);
        }
        let dense = layers.enumerate().map(|(at, part)| Part { place: Place::Dense(block + at), ..part });
        parts.extend(dense);
        ConfigurationCosts { configuration, parts }
    }

    /// Of all six, in the paper's order.
    pub fn all() -> Vec<ConfigurationCosts> {
        configuration::CONFIGURATIONS.into_iter().map(ConfigurationCosts::of).collect()
    }

    /// A figure summed over the parts, on these terms; of the field, the largest.
    pub fn total(&self, measure: Measure, terms: Terms) -> u64 {
        let figures = self.parts.iter().map(|part| part.measure(measure, terms));
        if measure == Measure::Field { figures.max().unwrap_or_default() } else { figures.sum() }
    }

    /// A figure summed over the dense layers.
    pub fn dense(&self, measure: Measure, terms: Terms) -> u64 {
        let dense = self.parts.iter().filter(|part| part.kind == Kind::Dense);
        dense.map(|part| part.measure(measure, terms)).sum()
    }

    /// The dense layers' share of the parameters, from 0 to 1.
    pub fn dense_share(&self, terms: Terms) -> f32 {
        let of = |count: u64| count as f32;
        of(self.dense(Measure::Parameters, terms)) / of(self.total(Measure::Parameters, terms))
    }

    /// The receptive field of the last pool, where the classifier begins.
    pub fn field(&self) -> i64 {
        let pool = self.parts.iter().rev().find(|part| matches!(part.kind, Kind::Pool(_)));
        pool.map_or(1, |part| part.reach.size())
    }

    /// A figure summed by place, first to last; places that have nothing of it are left out.
    pub fn shares(&self, measure: Measure, terms: Terms) -> Vec<(Place, u64)> {
        let mut shares: Vec<(Place, u64)> = Vec::new();
        for part in &self.parts {
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
        stack.steps.push(Step { kind: StepKind::Convolution, window });
        side = 1;
    }
    let rows = stack.rows().unwrap_or_default();
    std::iter::once(Reach::pixel()).chain(rows.into_iter().map(|row| row.reach[0].clone())).collect()
}

fn part(layer: &Layer, norms: u64, reach: Reach) -> Part {
    let learns = layer.macs > 0;
    let biases = if learns { layer.shape.channels as u64 } else { 0 };
    let kind = match layer.op {
        Op::Convolution(window) => Kind::Convolution(window),
        Op::MaxPool(window) => Kind::Pool(window),
        Op::Dense => Kind::Dense,
        _ => Kind::Input,
    };
    Part {
        name: layer.name.clone(),
        place: Place::Input,
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
fn normalisation(before: &Part, block: usize) -> Part {
    Part {
        name: format!("lrn{block}"),
        kind: Kind::Lrn,
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

    fn on(biases: bool, norms: bool, memory: Memory) -> Terms {
        Terms { biases, norms, memory }
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
        let terms = Terms::default();
        let shares = ["A", "D", "E"].map(|letter| (of(letter).dense_share(terms) * 1000.0).round() / 10.0);
        assert_eq!(shares, [93.1, 89.4, 86.1]);
        let d = of("D");
        assert_eq!(d.dense(Measure::Parameters, terms), 123_642_856);
        let dense: Vec<u64> = d.parts.iter().rev().take(3).map(|part| part.parameters(terms)).collect();
        assert_eq!(dense, [4_097_000, 16_781_312, 102_764_544]);
        let shares = d.shares(Measure::Parameters, terms);
        assert_eq!(shares.len(), 8);
        assert_eq!(shares[5], (Place::Dense(6), 102_764_544));
        assert_eq!(shares.iter().map(|(_, count)| count).sum::<u64>(), 138_357_544);
    }

    #[test]
    fn arithmetic() {
        let giga =
            |letter: &str| (of(letter).total(Measure::Macs, Terms::default()) as f64 / 1e6).round() / 1e3;
        assert_eq!(["A", "B", "C", "D", "E"].map(giga), [7.609, 11.308, 11.771, 15.470, 19.632]);
    }

    #[test]
    fn memory_by_convention() {
        let floats = |memory| of("D").total(Measure::Floats, on(true, false, memory));
        assert_eq!(floats(Memory::Once), 15_237_608);
        assert_eq!((floats(Memory::Torchinfo) * BYTES) as f64 / 1e6, 108.453_696);
        assert_eq!(floats(Memory::Apart), 28_793_320);
        // A normalisation keeps a map as large as the one before it.
        let kept = |letter: &str| of(letter).total(Measure::Floats, Terms::default());
        assert_eq!(kept("A-LRN") - kept("A"), 64 * 224 * 224);
    }

    #[test]
    fn fields_to_the_end() {
        let last = |letter: &str| of(letter).parts.last().unwrap().reach.size();
        assert_eq!(["A", "A-LRN", "B", "C", "D", "E"].map(last), [342, 342, 348, 348, 404, 460]);
        assert_eq!(["A", "A-LRN", "B", "C", "D", "E"].map(|l| of(l).field()), [150, 150, 156, 156, 212, 268]);
        let d: Vec<i64> = of("D").parts.iter().take(9).map(|part| part.reach.size()).collect();
        assert_eq!(d, [1, 3, 5, 6, 10, 14, 16, 24, 32]);
    }

    #[test]
    fn names_and_labels() {
        let part = |letter: &str, at: usize| {
            let part = of(letter).parts[at].clone();
            (part.name.clone(), part.label(), part.place)
        };
        assert_eq!(part("D", 0), ("input".into(), "input".into(), Place::Input));
        assert_eq!(part("A-LRN", 2), ("lrn1".into(), "LRN".into(), Place::Block(1)));
        assert_eq!(part("C", 9), ("conv3_3".into(), "conv1-256".into(), Place::Block(3)));
        assert_eq!(part("D", 18), ("pool5".into(), "maxpool".into(), Place::Block(5)));
        assert_eq!(part("D", 19), ("fc6".into(), "FC-4096".into(), Place::Dense(6)));
        assert_eq!(part("D", 21), ("fc8".into(), "FC-1000".into(), Place::Dense(8)));
    }
}
