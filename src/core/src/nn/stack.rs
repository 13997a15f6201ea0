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
pub use formats::{Form, Imported, import};
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
}

/// One layer of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackLayer {
    /// What it does.
    pub kind: StackLayerKind,
    /// Over which window.
    pub window: Window,
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
                let (next, through) = if step.kind == StackLayerKind::Transposed {
                    (spread(slide, size[axis]), reach[axis].through_transposed(slide))
                } else {
                    (slid(slide, size[axis]), reach[axis].through(slide))
                };
                (size[axis], cut[axis]) = next.map_err(fault)?;
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

/// Output units of a slide over this many input units, rounded down as frameworks do, and input units left over.
fn slid(slide: Slide, length: usize) -> Result<(usize, usize), Flaw> {
    if [slide.kernel, slide.stride, slide.dilation].contains(&0) {
        return Err(Flaw::Zero);
    }
    let extent = slide.extent().ok_or(Flaw::Overflow)?;
    let padded =
        slide.padding.checked_mul(2).and_then(|both| both.checked_add(length)).ok_or(Flaw::Overflow)?;
    let room = padded.checked_sub(extent).ok_or(Flaw::KernelTooLarge { extent, padded })?;
    Ok((room / slide.stride + 1, room % slide.stride))
}

/// Output units of a transposed convolution over this many input units: (length − 1)·stride + extent − 2·padding, as
/// in PyTorch without output padding. It leaves nothing over.
fn spread(slide: Slide, length: usize) -> Result<(usize, usize), Flaw> {
    let Slide { kernel, stride, dilation, padding } = slide;
    if [kernel, stride, dilation].contains(&0) {
        return Err(Flaw::Zero);
    }
    if kernel < stride || dilation > 1 && stride > 1 {
        return Err(Flaw::Gaps);
    }
    let full = (length - 1).checked_mul(stride).and_then(|span| span.checked_add(slide.extent()?));
    let full = full.ok_or(Flaw::Overflow)?;
    let left = padding.checked_mul(2).and_then(|both| full.checked_sub(both)).filter(|left| *left > 0);
    Ok((left.ok_or(Flaw::Nothing)?, 0))
}
