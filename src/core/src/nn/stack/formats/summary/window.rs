//! Windows that lead from one size to another, kernels of so many parameters, and inputs of a first layer.

use super::rows::Map;
use crate::nn::Window;
use crate::nn::stack::{End, StackLayer, StackLayerKind};

/// The most padding that is tried, and the largest stride other than the kernel.
const MOST: usize = 16;

/// How the parameters of a convolution follow from its channels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// A kernel from each channel to each.
    Full,
    /// A kernel for each channel of the output.
    Depthwise,
    /// A kernel for each channel of the input, and a number from each channel to each.
    Separable,
}

impl Weights {
    /// The side of the square kernel of a layer with so many parameters between so many channels, with a bias or
    /// without; none where there is no such, or several.
    pub fn side(self, params: u64, [from, to]: [u64; 2]) -> Option<usize> {
        let side = |bias: u64| {
            let weights = params.checked_sub(bias)?;
            let area = match self {
                Weights::Full => quotient(weights, from.checked_mul(to)?)?,
                Weights::Depthwise => quotient(weights, to)?,
                Weights::Separable => quotient(weights.checked_sub(from.checked_mul(to)?)?, from)?,
            };
            let side = area.isqrt();
            (side > 0 && side * side == area).then_some(usize::try_from(side).ok()?)
        };
        match [side(0), side(to)] {
            [Some(one), None] | [None, Some(one)] => Some(one),
            _ => None,
        }
    }
}

/// How many channels each number of a layer's output may see, by its parameters: of those of the map below, all or a
/// group. Without a bias, and with one.
pub fn channels(params: u64, kernel: [usize; 2], to: u64) -> impl Iterator<Item = u64> {
    let [rows, columns] = kernel.map(|side| side as u64);
    let each = rows.checked_mul(columns).and_then(|area| area.checked_mul(to)).unwrap_or(0);
    let weights = [Some(params), params.checked_sub(to)];
    weights.into_iter().flatten().filter_map(move |weights| quotient(weights, each))
}

/// A quotient without remainder, above 0.
fn quotient(of: u64, by: u64) -> Option<u64> {
    (by > 0 && of.is_multiple_of(by)).then(|| of / by).filter(|quotient| *quotient > 0)
}

/// What is known of a layer, and where from.
#[derive(Clone, Copy)]
pub struct Known {
    /// What it does.
    pub kind: StackLayerKind,
    /// A pool's may be unknown.
    pub kernel: Option<[usize; 2]>,
    /// Whether it pads as Keras does, else as PyTorch.
    pub keras: bool,
    /// Whether nothing that the summary leaves out can stand before it.
    pub next: bool,
}

/// The layer that leads from one size to the other.
pub fn between(known: Known, below: [usize; 2], above: [usize; 2]) -> Option<StackLayer> {
    let leads = |layer: &StackLayer| {
        [0, 1].iter().all(|axis| layer.over(below[*axis], *axis).is_ok_and(|(size, _)| size == above[*axis]))
    };
    let Some(kernel) = known.kernel else { return pools(known, below, above).into_iter().find(leads) };
    strides(known, kernel).into_iter().find_map(|stride| candidates(known, kernel, stride, below).find(leads))
}

/// Strides, the likeliest first. An unknown function between two convolutions would look like others.
fn strides(known: Known, kernel: [usize; 2]) -> Vec<[usize; 2]> {
    let mut strides = vec![[1; 2], [2; 2], kernel, [4; 2]];
    if known.kind.pools() {
        // PyTorch's pools take their kernel for their stride; those of AlexNet and ResNet are of 3 with 2.
        strides.swap(0, if kernel == [3, 3] { 1 } else { 2 });
    }
    if known.next {
        strides.extend((3..=kernel[0].clamp(4, MOST)).map(|stride| [stride; 2]));
    }
    strides
}

/// Layers with this kernel and stride, the likeliest first.
fn candidates(
    known: Known,
    kernel: [usize; 2],
    stride: [usize; 2],
    below: [usize; 2],
) -> impl Iterator<Item = StackLayer> {
    let window = |padding| Window { kernel, stride, dilation: [1, 1], padding };
    let plain = StackLayer::new(known.kind, window([0, 0]));
    let mut layers = Vec::new();
    if known.keras {
        layers.extend([plain, StackLayer::same(known.kind, window([0, 0]), below)]);
        return layers.into_iter();
    }
    let mut paddings = paddings(kernel);
    let others = paddings.split_off(2);
    // A stride of the kernel cuts the map into patches.
    if known.kind.pools() || stride == kernel {
        paddings.reverse();
    }
    let padded = |padding: &[usize; 2]| StackLayer::new(known.kind, window(*padding));
    layers.extend(paddings.iter().map(padded));
    if known.kind.pools() {
        layers.push(StackLayer { end: End::Ceil, ..plain });
    }
    layers.extend(others.iter().map(padded));
    if known.kind == StackLayerKind::Transposed {
        // With a row and a column more of output, which a stride of 2 often needs.
        let more = layers.clone().into_iter().map(|layer| StackLayer { end: End::More([1, 1]), ..layer });
        layers.extend(more);
    }
    layers.into_iter()
}

/// Padding at both ends: half of the kernel, none, and others up to PyTorch's most for pools.
fn paddings(kernel: [usize; 2]) -> Vec<[usize; 2]> {
    let half = kernel.map(|side| side.saturating_sub(1) / 2);
    let most = kernel[0].max(kernel[1]) / 2;
    let others = (1..=most.min(MOST)).map(|padding| kernel.map(|side| padding.min(side / 2)));
    [half, [0, 0]].into_iter().chain(others).collect()
}

/// Pools that are as large as their stride; and of 3 with 2, as in AlexNet.
fn pools(known: Known, below: [usize; 2], above: [usize; 2]) -> Vec<StackLayer> {
    // Of the sizes that fit one axis: 2, else what parts it without remainder, else the smallest.
    let side = |axis: usize, up: bool| {
        let (below, above) = (below[axis], above[axis]);
        let parts =
            |side: &usize| *side > 0 && above == if up { below.div_ceil(*side) } else { below / side };
        let smallest = if up { below.div_ceil(above) } else { below / above.saturating_add(1) + 1 };
        if below == above { Some(1) } else { [2, below / above, smallest].into_iter().find(parts) }
    };
    let pool = |up: bool| {
        let kernel = [side(0, up)?, side(1, up)?];
        let window = Window { kernel, stride: kernel, dilation: [1, 1], padding: [0, 0] };
        // A pool over one unit is none: its kernel must be larger than its stride.
        (kernel != [1, 1]).then(|| match up {
            true => StackLayer::same(known.kind, window, below),
            false => StackLayer::new(known.kind, window),
        })
    };
    let alone = [Some(false), known.keras.then_some(true)].into_iter().flatten().filter_map(pool);
    let window = Window { kernel: [3; 2], stride: [2; 2], dilation: [1; 2], padding: [0; 2] };
    alone.chain([StackLayer::new(known.kind, window)]).collect()
}

/// What a summary says at its end of the size of its input.
pub struct Footer {
    megabytes: f64,
    /// Whether a megabyte is a million bytes, as in torchinfo, or 1,024 times 1,024, as in torchsummary.
    million: bool,
}

impl Footer {
    /// The footer of a summary that has one.
    pub fn of(text: &str) -> Option<Footer> {
        let line = text.lines().find_map(|line| line.trim().strip_prefix("Input size (MB):"))?;
        let megabytes = line.trim().parse().ok().filter(|size: &f64| size.is_finite())?;
        Some(Footer { megabytes, million: text.contains("mult-adds") })
    }

    /// Whether an input of so many 32-bit floats may be meant; two digits are stated.
    fn fits(&self, batch: usize, [channels, rows, columns]: Map) -> bool {
        let floats = [batch, channels, rows, columns].iter().map(|side| *side as f64).product::<f64>();
        let unit = if self.million { 1e6 } else { 1024.0 * 1024.0 };
        (floats * 4.0 / unit - self.megabytes).abs() <= 0.005_001
    }
}

/// Sides of inputs that people use.
const USUAL: [usize; 29] = [
    28, 32, 48, 64, 84, 96, 128, 150, 160, 180, 192, 200, 224, 227, 240, 256, 299, 300, 320, 331, 380, 384,
    416, 448, 480, 512, 600, 640, 1024,
];

/// The first layer of a summary that states no input.
pub struct First {
    /// What its channels and its kernel may be.
    pub options: Vec<(usize, [usize; 2])>,
    /// The batch.
    pub batch: usize,
    /// The size of its output.
    pub above: [usize; 2],
    /// Whether it pads as Keras does, else as PyTorch.
    pub keras: bool,
    /// Whether the layers behind it have no padding.
    pub unpadded: bool,
}

impl First {
    /// The likeliest input that fits the footer, if there is one: of a usual size, else for a stride of 1.
    pub fn input(&self, footer: Option<&Footer>) -> Option<Map> {
        if footer.is_none() && self.options.len() > 1 {
            return None;
        }
        let fits = |map: &Map| footer.is_none_or(|footer| footer.fits(self.batch, *map));
        let of = |usual: bool, place: usize| {
            self.options.iter().find_map(|&(channels, kernel)| {
                let mut strides = [[1; 2], [2; 2], kernel, [4; 2]];
                // Large even kernels cut the input into patches.
                if kernel[0] > 4 && kernel[0].is_multiple_of(2) {
                    strides.swap(1, 2);
                }
                let sizes = self.sizes(kernel, strides[place], usual).into_iter();
                sizes.map(|[rows, columns]| [channels, rows, columns]).find(fits)
            })
        };
        let strides = if footer.is_some() { 4 } else { 1 };
        (0..4).find_map(|place| of(true, place)).or_else(|| (0..strides).find_map(|place| of(false, place)))
    }

    /// Sizes from which a kernel and a stride lead to the output, the likeliest first.
    fn sizes(&self, kernel: [usize; 2], stride: [usize; 2], usual: bool) -> Vec<[usize; 2]> {
        let side = |axis: usize, padding: [usize; 2]| {
            let (stride, same) = (stride[axis], self.keras && padding != [0, 0]);
            let span = self.above[axis].checked_sub(1)?.checked_mul(stride)?;
            let padded = span.checked_add(if same { 1 } else { kernel[axis] })?;
            let least = padded.checked_sub(if same { 0 } else { padding[axis].checked_mul(2)? })?;
            let sides = least..least.checked_add(stride)?;
            match usual {
                true => USUAL.into_iter().find(|side| sides.contains(side)),
                // Padding keeps each stride within the map, so that its size is a multiple of it.
                false if padding == [0, 0] => Some(least),
                false => least.checked_next_multiple_of(stride),
            }
        };
        let mut paddings = paddings(kernel);
        if self.unpadded {
            paddings.swap(0, 1);
        }
        paddings.into_iter().filter_map(|padding| Some([side(0, padding)?, side(1, padding)?])).collect()
    }
}
