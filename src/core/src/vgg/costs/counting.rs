//! On what terms figures are counted.

/// Bytes of a float, as all these figures take it.
pub const BYTES: u64 = 4;

/// Which activations count as memory; figures that do not say so cannot be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// One forward pass: the photo and every layer's output once, since ReLU and batch norm work in place.
    #[default]
    Once,
    /// The same, and the outputs of ReLU and of batch norm kept beside those that they are made of.
    Apart,
    /// torchinfo's "forward/backward pass size": twice the output of every layer that learns, nothing else.
    Torchinfo,
}

impl Memory {
    /// Every convention, as the page offers them.
    pub const ALL: [Memory; 3] = [Memory::Once, Memory::Apart, Memory::Torchinfo];
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counting {
    /// Biases, besides weights.
    pub biases: bool,
    /// torchvision's variant with batch norm, which learns a scale and a shift a channel; running means and variances
    /// are not learnt and never counted.
    pub norms: bool,
    /// Which activations.
    pub memory: Memory,
}

impl Default for Counting {
    fn default() -> Counting {
        Counting { biases: true, norms: false, memory: Memory::Once }
    }
}

/// A figure for VGG-16's activations that is copied from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Floats.
    pub floats: u64,
    /// Megabytes, as it says.
    pub megabytes: u64,
}

/// "24M × 4 bytes ≈ 93 MB": the notes of Stanford's CS231n, and the seed of this project after them. It does not
/// follow from the rows that stand above it.
pub const COPIED: Copied = Copied { floats: 24_000_000, megabytes: 93 };
