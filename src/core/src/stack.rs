//! A stack of layers that a person edits: sizes and receptive fields of each, and a short text that says it all.

mod kin;
mod text;

use serde::{Deserialize, Serialize};

use crate::field::{Reach, Slide, back};
use crate::net::Window;

pub use kin::Span;
pub use text::{Both, ParseError, ParseErrorKind, pair};

/// What a step of a stack does with its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    /// A convolution.
    Convolution,
    /// A maximum pool.
    MaxPool,
    /// An average pool.
    AveragePool,
}

/// One layer of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Over which window.
    pub window: Window,
}

/// Layers one after the other, over an input of this size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Its layers, first to last.
    pub steps: Vec<Step>,
}

/// What is known of a layer of a stack; each as `[rows, columns]`.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// The numbers are too large to compute with.
    Overflow,
}

/// One step of the recurrence from the output back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Back {
    /// The layer, counted from 0.
    pub step: usize,
    /// F(i+1): how many of the layer's units are seen.
    pub above: u64,
    /// The layer's stride.
    pub stride: usize,
    /// The layer's kernel extent, (kernel − 1)·dilation + 1.
    pub ksize: usize,
    /// F(i) = (F(i+1) − 1)·stride + ksize: how many of its input's units are seen.
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
        let (mut size, mut reach) = (self.input, [Reach::PIXEL; 2]);
        let mut rows = Vec::with_capacity(self.steps.len());
        for (step, Step { window, .. }) in self.steps.iter().enumerate() {
            let mut cut = [0; 2];
            for axis in 0..2 {
                let slide = Slide::of(window, axis);
                let fault = |flaw| StackError { step: Some(step), flaw };
                (size[axis], cut[axis]) = slid(slide, size[axis]).map_err(fault)?;
                reach[axis] = reach[axis].through(slide).ok_or(fault(Flaw::Overflow))?;
            }
            rows.push(Row { size, cut, reach });
        }
        Ok(rows)
    }

    /// The recurrence along an axis (0 for rows), from one unit of layer `from` back to the input, a step a layer.
    ///
    /// # Errors
    /// The layer at fault.
    pub fn recurrence(&self, from: usize, axis: usize) -> Result<Vec<Back>, StackError> {
        let mut above = 1;
        let mut steps = Vec::new();
        for (step, Step { window, .. }) in self.steps.iter().enumerate().take(from + 1).rev() {
            let slide = Slide::of(window, axis);
            let flaw = if [slide.kernel, slide.stride, slide.dilation].contains(&0) {
                Flaw::Zero
            } else {
                Flaw::Overflow
            };
            let fault = StackError { step: Some(step), flaw };
            let ksize = slide.extent().ok_or(fault)?;
            let below = back(above, slide).ok_or(fault)?;
            steps.push(Back { step, above, stride: slide.stride, ksize, below });
            above = below;
        }
        Ok(steps)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        text.parse::<Stack>().unwrap().rows().unwrap()
    }

    fn fields(text: &str) -> Vec<i64> {
        rows(text).iter().map(|row| row.reach[0].size()).collect()
    }

    /// The paper's configuration as text: convolutions a block, each block ended by a pool.
    fn vgg(blocks: [&[usize]; 5]) -> String {
        let mut text = "224x224".to_owned();
        for block in blocks {
            for kernel in block {
                text += &format!(";{kernel},1,{}", kernel / 2);
            }
            text += ";m2,2,0";
        }
        text
    }

    const A: [&[usize]; 5] = [&[3], &[3], &[3, 3], &[3, 3], &[3, 3]];
    const B: [&[usize]; 5] = [&[3, 3]; 5];
    const C: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3, 3, 1], &[3, 3, 1], &[3, 3, 1]];
    const D: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3, 3, 3], &[3, 3, 3], &[3, 3, 3]];
    const E: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3; 4], &[3; 4], &[3; 4]];

    #[test]
    fn receptive_fields_of_the_six_configurations() {
        assert_eq!(fields(&vgg(A)), [3, 4, 8, 10, 18, 26, 30, 46, 62, 70, 102, 134, 150]);
        assert_eq!(fields(&vgg(B)), [3, 5, 6, 10, 14, 16, 24, 32, 36, 52, 68, 76, 108, 140, 156]);
        // Those of B, since a 1x1 convolution adds nothing.
        let c = [3, 5, 6, 10, 14, 16, 24, 32, 32, 36, 52, 68, 68, 76, 108, 140, 140, 156];
        assert_eq!(fields(&vgg(C)), c);
        assert_eq!(
            fields(&vgg(D)),
            [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
        );
        assert_eq!(
            fields(&vgg(E)),
            [3, 5, 6, 10, 14, 16, 24, 32, 40, 48, 52, 68, 84, 100, 116, 124, 156, 188, 220, 252, 268]
        );
    }

    /// r, S and P as the table of google-research/receptive_field has them.
    #[test]
    fn strides_and_padding_as_published() {
        let last = |text: &str| {
            let reach = rows(text).last().unwrap().reach[0];
            (reach.size(), reach.stride, -reach.first)
        };
        assert_eq!(last(&vgg(A)), (150, 32, 59));
        assert_eq!(last(&vgg(D)), (212, 32, 90));
        // The first dense layer as a 7x7 convolution.
        for (blocks, field) in [(A, 342), (B, 348), (C, 348), (D, 404), (E, 460)] {
            assert_eq!(last(&(vgg(blocks) + ";7,1,0")).0, field);
        }
        // alexnet_v2 of TF-Slim.
        let alexnet = "224x224;11,4,0;m3,2,0;5,1,2;m3,2,0;3,1,1;3,1,1;3,1,1;m3,2,0";
        assert_eq!(last(alexnet), (195, 32, 64));
    }

    #[test]
    fn sizes_and_what_is_cut_off() {
        let rows = rows("9x10;3,2,0;2,2,0");
        assert_eq!((rows[0].size, rows[0].cut), ([4, 4], [0, 1]));
        assert_eq!((rows[1].size, rows[1].cut), ([2, 2], [0, 0]));
    }

    #[test]
    fn the_recurrence_step_by_step() {
        let stack: Stack = "9x9;3,2,0;2,2,0".parse().unwrap();
        let steps = stack.recurrence(1, 0).unwrap();
        assert_eq!(steps[0], Back { step: 1, above: 1, stride: 2, ksize: 2, below: 2 });
        assert_eq!(steps[1], Back { step: 0, above: 2, stride: 2, ksize: 3, below: 5 });
        assert_eq!(stack.recurrence(0, 0).unwrap().len(), 1);
    }

    #[test]
    fn faults_say_where() {
        let fault = |text: &str| text.parse::<Stack>().unwrap().rows().unwrap_err();
        assert_eq!(fault("0x9;3,1,0"), StackError { step: None, flaw: Flaw::Zero });
        assert_eq!(fault("9x9;3,1,0;3,0,0"), StackError { step: Some(1), flaw: Flaw::Zero });
        let flaw = Flaw::KernelTooLarge { extent: 11, padded: 9 };
        assert_eq!(fault("9x9;11,1,0"), StackError { step: Some(0), flaw });
        let huge = format!("9x9;3,1,{}", usize::MAX);
        assert_eq!(fault(&huge), StackError { step: Some(0), flaw: Flaw::Overflow });
    }
}
