//! A stack of layers that a person edits: sizes and receptive fields of each, and a short text that says it all.

mod costs;
mod formats;
mod lattice;
#[cfg(test)]
mod tests;
mod text;

use serde::{Deserialize, Serialize};

use crate::nn::Window;
use crate::receptive_field::{Reach, Slide, Span, back};

pub use costs::Weight;
pub use formats::{Basis, Form, Imported, import};
pub use text::{Both, ParseError, ParseErrorKind, pair};

/// What a step of a stack does with its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StackLayerKind {
    /// A convolution.
    Convolution,
    /// A maximum pool.
    MaxPool,
    /// An average pool.
    AveragePool,
    /// A transposed convolution: its windows lie in its output, and its padding is cut off there.
    Transposed,
}

impl StackLayerKind {
    /// Every kind, as the page lists them.
    pub const ALL: [StackLayerKind; 4] = [
        StackLayerKind::Convolution,
        StackLayerKind::MaxPool,
        StackLayerKind::AveragePool,
        StackLayerKind::Transposed,
    ];

    /// Whether it is a pool.
    pub fn pools(self) -> bool {
        matches!(self, StackLayerKind::MaxPool | StackLayerKind::AveragePool)
    }
}

/// One layer of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackLayer {
    /// What it does.
    pub kind: StackLayerKind,
    /// Over which window.
    pub window: Window,
    /// What is at the end that is not at the start.
    pub end: End,
}

/// What is at the end of the rows and columns that a window slides over, and not at their start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// So much more padding, for rows and columns. Of a transposed convolution, so much more output: PyTorch's
    /// output_padding.
    More([isize; 2]),
    /// Of a pool: a window that begins in the map and reaches beyond it, where the stride leaves a remainder. PyTorch's
    /// ceil_mode.
    Ceil,
}

/// Layers one after the other, over an input of this size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Its layers, first to last.
    pub layers: Vec<StackLayer>,
}

/// What is known of a layer of a stack; each as `[rows, columns]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Units of its output.
    pub size: [usize; 2],
    /// Input units at the end that no window reaches, since the stride leaves a remainder.
    pub cut: [usize; 2],
    /// What its units see.
    pub reach: [Reach; 2],
}

/// Why a stack cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackError {
    /// The layer, counted from 0; none where the input itself is at fault.
    pub step: Option<usize>,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong with a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A kernel, stride, dilation or input size of 0.
    Zero,
    /// The kernel does not fit into its padded input.
    KernelTooLarge {
        /// The kernel's extent, dilation counted.
        extent: usize,
        /// The input with its padding on both sides.
        padded: usize,
    },
    /// The padding of a transposed convolution cuts off all of its output.
    Nothing,
    /// The output padding of a transposed convolution is as large as its stride and its dilation.
    OutputPadding,
    /// A transposed convolution whose kernel is shorter than its stride, or dilated while its stride is not 1: some of
    /// its units would see nothing, or fields with holes.
    Gaps,
    /// The numbers are too large to compute with.
    Overflow,
}

/// One step of the recurrence from the output back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The layer, counted from 0.
    pub step: usize,
    /// Whether it is a transposed convolution, for which the recurrence does not hold.
    pub transposed: bool,
    /// The layer's units that are seen.
    pub units: Span,
    /// F(i+1): how many of the layer's units are seen.
    pub above: u64,
    /// The layer's stride.
    pub stride: usize,
    /// The layer's padding.
    pub padding: usize,
    /// The layer's kernel extent, (kernel − 1)·dilation + 1.
    pub ksize: usize,
    /// F(i) = (F(i+1) − 1)·stride + ksize: how many of its input's units are seen. Of a transposed convolution, counted
    /// from the first to the last of them.
    pub below: u64,
}

impl Stack {
    /// Sizes and receptive fields of all layers, first to last.
    ///
    /// # Errors
    /// The first layer at fault.
    pub fn rows(&self) -> Result<Vec<Row>, StackError> {
        if self.input.contains(&0) {
            return Err(StackError { step: None, flaw: Flaw::Zero });
        }
        let (mut size, mut reach) = (self.input, [Reach::pixel(), Reach::pixel()]);
        let mut rows = Vec::with_capacity(self.layers.len());
        for (at, step) in self.layers.iter().enumerate() {
            let mut cut = [0; 2];
            for axis in 0..2 {
                let fault = |flaw| StackError { step: Some(at), flaw };
                let slide = step.window.along(axis);
                (size[axis], cut[axis]) = step.over(size[axis], axis).map_err(fault)?;
                let through = if step.kind == StackLayerKind::Transposed {
                    reach[axis].through_transposed(slide)
                } else {
                    reach[axis].through(slide)
                };
                reach[axis] = through.ok_or(fault(Flaw::Overflow))?;
            }
            rows.push(Row { size, cut, reach: reach.clone() });
        }
        Ok(rows)
    }

    /// The recurrence along an axis (0 for rows), from one unit of layer `from` back to the input, a step a layer. Of
    /// the units behind a transposed convolution, one that sees most.
    ///
    /// # Errors
    /// The layer at fault.
    pub fn recurrence(&self, from: usize, axis: usize) -> Result<Vec<Back>, StackError> {
        let rows = Stack { input: self.input, layers: self.layers.iter().take(from + 1).copied().collect() }
            .rows()?;
        let unit = rows.last().map_or(0, |row| row.reach[axis].widest()) as i64;
        let (mut units, mut above) = (unit..=unit, 1);
        let mut backs = Vec::new();
        for (at, step) in self.layers.iter().enumerate().take(from + 1).rev() {
            let slide = step.window.along(axis);
            let fault = StackError { step: Some(at), flaw: Flaw::Overflow };
            let seen = step.below(&units, axis).ok_or(fault)?;
            let transposed = step.kind == StackLayerKind::Transposed;
            let below = if transposed {
                (seen.end() - seen.start() + 1).unsigned_abs()
            } else {
                back(above, slide).ok_or(fault)?
            };
            let ksize = slide.extent().ok_or(fault)?;
            let Slide { stride, padding, .. } = slide;
            backs.push(Back { step: at, transposed, units, above, stride, padding, ksize, below });
            (units, above) = (seen, below);
        }
        Ok(backs)
    }
}

impl StackLayer {
    /// A layer with the same at both ends.
    pub fn new(kind: StackLayerKind, window: Window) -> StackLayer {
        StackLayer { kind, window, end: End::More([0; 2]) }
    }

    /// The same window for another kind of layer, with what both can have at their end.
    pub fn with_kind(self, kind: StackLayerKind) -> StackLayer {
        let transposed = |kind| kind == StackLayerKind::Transposed;
        let keeps = match self.end {
            End::More(_) => transposed(kind) == transposed(self.kind),
            End::Ceil => kind.pools(),
        };
        if keeps { StackLayer { kind, ..self } } else { StackLayer::new(kind, self.window) }
    }

    /// A layer over a map of this size, padded as TensorFlow's SAME: each stride begins in the map, and of an odd number
    /// the larger half is at the end. A transposed convolution's output is its input times its stride.
    pub fn same(kind: StackLayerKind, mut window: Window, size: [usize; 2]) -> StackLayer {
        let mut more = [0; 2];
        for axis in 0..2 {
            let slide = window.along(axis);
            // Where there is none, the stack is at fault and says so.
            let (extent, stride) = (slide.extent().unwrap_or(0), slide.stride.max(1));
            let transposed = kind == StackLayerKind::Transposed;
            let total = if transposed {
                extent.saturating_sub(stride)
            } else {
                let last = size[axis].div_ceil(stride).saturating_sub(1) * stride;
                last.saturating_add(extent).saturating_sub(size[axis])
            };
            window.padding[axis] = total / 2;
            more[axis] = if total.is_multiple_of(2) { 0 } else { 1 - 2 * isize::from(transposed) };
        }
        StackLayer { kind, window, end: End::More(more) }
    }

    /// Padding around the map below: rows and columns before it, and before and behind it together. A transposed
    /// convolution has none there.
    pub fn around(&self) -> [[usize; 2]; 2] {
        if self.kind == StackLayerKind::Transposed {
            return [[0; 2]; 2];
        }
        let (before, more) = (self.window.padding, self.more());
        [before, [0, 1].map(|axis| before[axis].saturating_mul(2).saturating_add_signed(more[axis]))]
    }

    /// Rows and columns that there are more of at the end than at the start.
    fn more(&self) -> [isize; 2] {
        if let End::More(more) = self.end { more } else { [0; 2] }
    }

    /// Along an axis, its output units over so many input units, and input units left over at the end.
    fn over(&self, length: usize, axis: usize) -> Result<(usize, usize), Flaw> {
        let slide = self.window.along(axis);
        if [length, slide.kernel, slide.stride, slide.dilation].contains(&0) {
            return Err(Flaw::Zero);
        }
        let more = self.more()[axis];
        if self.kind == StackLayerKind::Transposed {
            return Ok((spread(slide, more, length)?, 0));
        }
        slid(slide, more, self.end == End::Ceil, length)
    }
}

/// Output units of a slide over this many input units, and input units left over: rounded down, or up as PyTorch's
/// ceil_mode does.
fn slid(slide: Slide, more: isize, ceil: bool, length: usize) -> Result<(usize, usize), Flaw> {
    let Slide { stride, padding, .. } = slide;
    let extent = slide.extent().ok_or(Flaw::Overflow)?;
    let padded = padding.checked_mul(2).and_then(|both| both.checked_add(length)?.checked_add_signed(more));
    let padded = padded.ok_or(Flaw::Overflow)?;
    // PyTorch rounds what is less than a stride short of a window up to one.
    if ceil && padded < extent && padded + stride > extent {
        return Ok((1, 0));
    }
    let room = padded.checked_sub(extent).ok_or(Flaw::KernelTooLarge { extent, padded })?;
    let mut last = room / stride;
    if ceil {
        last = room.div_ceil(stride);
        // The last window begins in the map, or in the padding before it.
        if last.saturating_mul(stride) >= length + padding {
            last -= 1;
        }
    }
    Ok((last + 1, room.saturating_sub(last.saturating_mul(stride))))
}

/// Output units of a transposed convolution over this many input units: (length − 1)·stride + extent − 2·padding +
/// output padding, as in PyTorch.
fn spread(slide: Slide, more: isize, length: usize) -> Result<usize, Flaw> {
    let Slide { kernel, stride, dilation, padding } = slide;
    if kernel < stride || dilation > 1 && stride > 1 {
        return Err(Flaw::Gaps);
    }
    if usize::try_from(more).is_ok_and(|more| more > 0 && more >= stride.max(dilation)) {
        return Err(Flaw::OutputPadding);
    }
    let full = (length - 1).checked_mul(stride).and_then(|span| span.checked_add(slide.extent()?));
    let full = full.ok_or(Flaw::Overflow)?;
    let left = full.checked_add_signed(more).and_then(|full| full.checked_sub(padding.checked_mul(2)?));
    left.filter(|left| *left > 0).ok_or(Flaw::Nothing)
}
