//! The VGG configurations as data (Simonyan and Zisserman, arXiv 1409.1556v6, table 1), and a network built from any
//! such list.

use crate::nn::stack::{Stack, StackLayer, StackLayerKind};
use crate::nn::{Architecture, Layer, Op, Shape, Unshown, Window};

/// One entry of a configuration's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A 3x3 convolution, stride 1, padding 1, with this many output channels.
    Conv3(usize),
    /// A 1x1 convolution, stride 1, without padding.
    Conv1(usize),
    /// Local response normalisation.
    Lrn,
    /// A 2x2 maximum pool with stride 2.
    Pool,
}

use Entry::{Conv1, Conv3, Lrn, Pool};

/// One of the paper's six configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Its letter in the paper.
    pub letter: &'static str,
    /// Its usual name, by the number of layers with weights.
    pub name: &'static str,
    /// Its convolutions and pools.
    pub entries: &'static [Entry],
}

impl Configuration {
    /// The configuration of this letter.
    pub fn of(letter: &str) -> Option<Configuration> {
        CONFIGURATIONS.into_iter().find(|one| one.letter == letter)
    }

    /// Layers with weights, as the paper counts depth.
    pub fn depth(&self) -> usize {
        let convolutions = self.entries.iter().filter(|entry| matches!(entry, Conv3(_) | Conv1(_))).count();
        convolutions + CLASSIFIER.len()
    }

    /// Its name in torchvision, which has four of the six, each with and without batch norm.
    pub fn torchvision(&self) -> Option<String> {
        let has = matches!(self.letter, "A" | "B" | "D" | "E");
        has.then(|| format!("vgg{}", self.depth()))
    }
}

/// The six, in the paper's order.
pub const CONFIGURATIONS: [Configuration; 6] = [
    Configuration { letter: "A", name: "VGG-11", entries: A },
    Configuration { letter: "A-LRN", name: "VGG-11 LRN", entries: A_LRN },
    Configuration { letter: "B", name: "VGG-13", entries: B },
    Configuration { letter: "C", name: "VGG-16 (1x1)", entries: C },
    Configuration { letter: "D", name: "VGG-16", entries: D },
    Configuration { letter: "E", name: "VGG-19", entries: E },
];

#[rustfmt::skip]
const A: &[Entry] = &[
    Conv3(64), Pool,
    Conv3(128), Pool,
    Conv3(256), Conv3(256), Pool,
    Conv3(512), Conv3(512), Pool,
    Conv3(512), Conv3(512), Pool,
];
#[rustfmt::skip]
const A_LRN: &[Entry] = &[
    Conv3(64), Lrn, Pool,
    Conv3(128), Pool,
    Conv3(256), Conv3(256), Pool,
    Conv3(512), Conv3(512), Pool,
    Conv3(512), Conv3(512), Pool,
];
#[rustfmt::skip]
const B: &[Entry] = &[
    Conv3(64), Conv3(64), Pool,
    Conv3(128), Conv3(128), Pool,
    Conv3(256), Conv3(256), Pool,
    Conv3(512), Conv3(512), Pool,
    Conv3(512), Conv3(512), Pool,
];
#[rustfmt::skip]
const C: &[Entry] = &[
    Conv3(64), Conv3(64), Pool,
    Conv3(128), Conv3(128), Pool,
    Conv3(256), Conv3(256), Conv1(256), Pool,
    Conv3(512), Conv3(512), Conv1(512), Pool,
    Conv3(512), Conv3(512), Conv1(512), Pool,
];
#[rustfmt::skip]
const D: &[Entry] = &[
    Conv3(64), Conv3(64), Pool,
    Conv3(128), Conv3(128), Pool,
    Conv3(256), Conv3(256), Conv3(256), Pool,
    Conv3(512), Conv3(512), Conv3(512), Pool,
    Conv3(512), Conv3(512), Conv3(512), Pool,
];
#[rustfmt::skip]
const E: &[Entry] = &[
    Conv3(64), Conv3(64), Pool,
    Conv3(128), Conv3(128), Pool,
    Conv3(256), Conv3(256), Conv3(256), Conv3(256), Pool,
    Conv3(512), Conv3(512), Conv3(512), Conv3(512), Pool,
    Conv3(512), Conv3(512), Conv3(512), Conv3(512), Pool,
];

/// The classifier of every configuration: units of its dense layers.
pub const CLASSIFIER: [usize; 3] = [4096, 4096, 1000];

/// The side of the photo that the configurations are made for.
pub const SIDE: usize = 224;

/// The network of a list, with a classifier of these units, over a square photo; a single dense layer reads the means of the maps. With
/// batch norm each convolution learns two numbers more a channel.
pub fn architecture(
    name: &str,
    entries: &[Entry],
    side: usize,
    units: &[usize],
    batch_norm: bool,
) -> Architecture {
    let mut shape = Shape { channels: 3, height: side, width: side };
    let input =
        Layer { parameters: 0, macs: 0, name: "input".into(), op: Op::Input, activation: None, shape };
    let mut layers = vec![input];
    let (mut block, mut place) = (1, 0);
    for entry in entries {
        let (layer_name, op, learnt) = match *entry {
            Lrn => continue,
            Pool => {
                shape = Shape { channels: shape.channels, height: shape.height / 2, width: shape.width / 2 };
                let name = format!("pool{block}");
                (block, place) = (block + 1, 0);
                (name, Op::MaxPool(window(*entry)), None)
            }
            Conv3(channels) | Conv1(channels) => {
                place += 1;
                let window = window(*entry);
                let each = window.kernel[0] * window.kernel[1] * shape.channels;
                shape.channels = channels;
                (format!("conv{block}_{place}"), Op::Convolution(window), Some(each))
            }
        };
        let norm = if batch_norm { 2 * shape.channels } else { 0 };
        let (parameters, macs) = learnt
            .map_or((0, 0), |each| (each * shape.channels + shape.channels + norm, each * shape.units()));
        layers.push(layer(layer_name, op, shape, parameters, macs, learnt.is_some()));
    }
    let (classes, count) = (units.last().copied().unwrap_or_default(), units.len());
    if count == 1 {
        shape = Shape { height: 1, width: 1, ..shape };
        layers.push(layer("gap".into(), Op::GlobalAveragePool, shape, 0, 0, false));
    }
    for (at, units) in units.iter().copied().enumerate() {
        let each = shape.units();
        shape = Shape { channels: units, height: 1, width: 1 };
        let last = at + 1 == count;
        layers.push(layer(
            if count == 1 { "fc".to_owned() } else { format!("fc{}", at + 6) },
            Op::Dense,
            shape,
            each * units + units,
            each * units,
            !last,
        ));
    }
    Architecture { name: name.to_owned(), layers, unshown: Unshown::default(), classes }
}

/// Sides of the map after each of the five pools that every configuration has, over a picture of this side.
pub fn pooled(side: usize) -> Vec<usize> {
    let rows = stack(A, side).rows().unwrap_or_default();
    let pools = A.iter().zip(&rows).filter(|(entry, _)| **entry == Pool);
    pools.map(|(_, row)| row.size[0]).collect()
}

/// The side of the map of class scores, where the first dense layer slides as a convolution over a picture of this
/// side: it takes all of the map that a photo of the usual side leaves (the paper, section 3.2).
pub fn score_map(side: usize) -> usize {
    let last = |side| pooled(side).last().copied().unwrap_or_default();
    (last(side) + 1).saturating_sub(last(SIDE))
}

/// The convolutions and pools of a list, as a stack.
pub fn stack(entries: &[Entry], side: usize) -> Stack {
    let step = |entry: &Entry| {
        let kind = match entry {
            Lrn => return None,
            Pool => StackLayerKind::MaxPool,
            Conv1(_) | Conv3(_) => StackLayerKind::Convolution,
        };
        Some(StackLayer::new(kind, window(*entry)))
    };
    Stack { input: [side; 2], layers: entries.iter().filter_map(step).collect() }
}

fn window(entry: Entry) -> Window {
    let (kernel, stride, padding) = match entry {
        Conv3(_) => (3, 1, 1),
        Pool => (2, 2, 0),
        Conv1(_) | Lrn => (1, 1, 0),
    };
    Window { kernel: [kernel; 2], stride: [stride; 2], dilation: [1; 2], padding: [padding; 2] }
}

fn layer(name: String, op: Op, shape: Shape, parameters: usize, macs: usize, relu: bool) -> Layer {
    Layer {
        name,
        op,
        activation: relu.then(|| "Relu".to_owned()),
        shape,
        parameters: parameters as u64,
        macs: macs as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(letter: &str, batch_norm: bool) -> Architecture {
        let configuration = CONFIGURATIONS.iter().find(|one| one.letter == letter).unwrap();
        architecture(configuration.name, configuration.entries, SIDE, &CLASSIFIER, batch_norm)
    }

    fn dense(architecture: &Architecture) -> u64 {
        architecture.layers.iter().filter(|layer| layer.op == Op::Dense).map(|layer| layer.parameters).sum()
    }

    /// torchvision's own counts; C by the same arithmetic.
    #[test]
    fn parameters_as_published() {
        let plain = ["A", "A-LRN", "B", "C", "D", "E"].map(|letter| of(letter, false).parameters());
        assert_eq!(plain, [132_863_336, 132_863_336, 133_047_848, 133_638_952, 138_357_544, 143_667_240]);
        let normed = ["A", "B", "D", "E"].map(|letter| of(letter, true).parameters());
        assert_eq!(normed, [132_868_840, 133_053_736, 138_365_992, 143_678_248]);
        // The paper's table 2, in millions.
        assert_eq!(plain.map(|count| (count as f64 / 1e6).round() as u64), [133, 133, 133, 134, 138, 144]);
    }

    #[test]
    fn depths_and_names() {
        assert_eq!(CONFIGURATIONS.map(|one| one.depth()), [11, 11, 13, 16, 16, 19]);
        let names: Vec<String> = CONFIGURATIONS.iter().filter_map(Configuration::torchvision).collect();
        assert_eq!(names, ["vgg11", "vgg13", "vgg16", "vgg19"]);
        assert_eq!(Configuration::of("D").map(|one| one.name), Some("VGG-16"));
        assert_eq!(Configuration::of("F"), None);
    }

    #[test]
    fn where_the_parameters_are() {
        for letter in ["A", "D", "E"] {
            assert_eq!(dense(&of(letter, false)), 123_642_856);
        }
        let convolutions = ["A", "B", "C", "D", "E"].map(|letter| {
            let architecture = of(letter, false);
            architecture.parameters() - dense(&architecture)
        });
        assert_eq!(convolutions, [9_220_480, 9_404_992, 9_996_096, 14_714_688, 20_024_384]);
        let d = of("D", false);
        let share = |architecture: &Architecture| {
            (dense(architecture) as f64 / architecture.parameters() as f64 * 1000.0).round() / 10.0
        };
        assert_eq!([share(&of("A", false)), share(&d), share(&of("E", false))], [93.1, 89.4, 86.1]);
        let biases: u64 = d.layers.iter().filter(|l| l.macs > 0).map(|l| l.shape.channels as u64).sum();
        assert_eq!(d.parameters() - biases, 138_344_128);
    }

    #[test]
    fn maps_of_larger_pictures() {
        assert_eq!(pooled(SIDE), [112, 56, 28, 14, 7]);
        assert_eq!([224, 384, 512].map(score_map), [1, 6, 10]);
    }

    #[test]
    fn multiplications_as_published() {
        let giga = |letter: &str| (of(letter, false).macs() as f64 / 1e6).round() / 1e3;
        assert_eq!(["A", "B", "C", "D", "E"].map(giga), [7.609, 11.308, 11.771, 15.470, 19.632]);
    }

    /// One forward pass with ReLU in place: every layer's output and the input.
    #[test]
    fn activations_of_vgg16() {
        let units: usize = of("D", false).layers.iter().map(|layer| layer.shape.units()).sum();
        assert_eq!(units, 15_237_608);
    }

    #[test]
    fn the_stack_agrees_with_the_network() {
        for configuration in CONFIGURATIONS {
            let architecture =
                architecture(configuration.name, configuration.entries, SIDE, &CLASSIFIER, false);
            let rows = stack(configuration.entries, SIDE).rows().unwrap();
            for (row, layer) in rows.iter().zip(&architecture.layers[1..]) {
                assert_eq!(
                    row.size,
                    [layer.shape.height, layer.shape.width],
                    "{} {}",
                    architecture.name,
                    layer.name
                );
                assert_eq!(row.cut, [0, 0]);
            }
            let fields = [150, 150, 156, 156, 212, 268];
            let place = CONFIGURATIONS.iter().position(|one| one.letter == configuration.letter).unwrap();
            assert_eq!(rows.last().unwrap().reach[0].size(), fields[place]);
        }
    }
}
