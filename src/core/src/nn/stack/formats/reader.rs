//! A stack as its layers are read one after the other, with padding that stands before its layer.

use super::code::Wrong;
use super::{Imported, refused};
use crate::nn::stack::{End, ParseError, ParseErrorKind, Stack, StackLayer, StackLayerKind};

/// Padding that stands by itself: `[top, bottom]` and `[left, right]`; what is below 0 is cut off.
struct Pads {
    name: String,
    sides: [[isize; 2]; 2],
    /// Whether it pads with zeros, not with numbers below all others.
    zeros: bool,
}

/// What of a stack is read.
pub struct Reader {
    /// The stack so far.
    pub stack: Stack,
    size: [usize; 2],
    pads: Option<Pads>,
    /// Whether no value of the last map is below 0.
    pub rectified: bool,
    up_to: Option<String>,
}

impl Reader {
    /// Of layers over an input of this size.
    pub fn new(input: [usize; 2]) -> Reader {
        let stack = Stack { input, layers: Vec::new() };
        Reader { stack, size: input, pads: None, rectified: false, up_to: None }
    }

    /// Takes another input.
    pub fn input(&mut self, input: [usize; 2]) {
        (self.stack.input, self.size) = (input, input);
    }

    /// The size of the map that the next layer slides over.
    pub fn size(&self) -> [usize; 2] {
        let sides = self.pads.as_ref().map_or([[0; 2]; 2], |pads| pads.sides);
        let padded = |axis: usize| {
            self.size[axis].saturating_add_signed(sides[axis][0].saturating_add(sides[axis][1]))
        };
        [padded(0), padded(1)]
    }

    /// Says of a part of what stands where the next layer would that it is not read.
    pub fn refuse(&self, (text, why): Wrong) -> ParseError {
        refused(self.stack.layers.len(), &text, why)
    }

    /// The next layer, with the padding before it as its own.
    ///
    /// # Errors
    /// Where that would be something else: zeros may be the largest numbers before a maximum pool.
    pub fn layer(&mut self, mut layer: StackLayer) -> Result<(), ParseError> {
        if let Some(Pads { name, sides, zeros }) = self.pads.take() {
            let same = match layer.kind {
                StackLayerKind::Convolution | StackLayerKind::AveragePool => zeros,
                StackLayerKind::MaxPool => !zeros || self.rectified,
                StackLayerKind::Transposed => false,
            };
            let wrong = self.refuse((name, ParseErrorKind::Padding));
            let (true, End::More(mut more)) = (same, layer.end) else { return Err(wrong) };
            for (axis, [start, end]) in sides.into_iter().enumerate() {
                let padding = &mut layer.window.padding[axis];
                let (Ok(start), true) = (usize::try_from(start), end >= 0) else { return Err(wrong) };
                *padding = padding.saturating_add(start);
                more[axis] = more[axis].saturating_add(end.saturating_sub_unsigned(start));
            }
            layer.end = End::More(more);
        }
        self.rectified &= layer.kind.pools();
        self.size = layer.size(self.size);
        self.stack.layers.push(layer);
        Ok(())
    }

    /// Padding by itself; behind a transposed convolution it may cut off.
    pub fn pad(&mut self, name: &str, sides: [[isize; 2]; 2], zeros: bool) -> Result<(), ParseError> {
        let wrong = self.refuse((name.to_owned(), ParseErrorKind::Padding));
        if self.pads.is_some() || sides.as_flattened().iter().any(|side| side.unsigned_abs() > MOST) {
            return Err(wrong);
        }
        if sides.as_flattened().iter().all(|side| *side >= 0) {
            self.pads = Some(Pads { name: name.to_owned(), sides, zeros });
            return Ok(());
        }
        let Some(StackLayer { kind: StackLayerKind::Transposed, window, end: End::More(more) }) =
            self.stack.layers.last_mut()
        else {
            return Err(wrong);
        };
        for (axis, [start, end]) in sides.into_iter().enumerate() {
            if start > 0 || end > 0 {
                return Err(wrong);
            }
            window.padding[axis] = window.padding[axis].saturating_add(start.unsigned_abs());
            more[axis] = more[axis].saturating_add(end - start);
        }
        self.size = [0, 1].map(|axis| self.size[axis].saturating_add_signed(sides[axis].iter().sum()));
        Ok(())
    }

    /// A function of each value by itself, whose values are not below 0 where it `rectifies`; `None` where it keeps the
    /// sign of all.
    pub fn pointwise(&mut self, rectifies: Option<bool>) -> Result<(), ParseError> {
        self.rectified = rectifies.unwrap_or(self.rectified);
        self.whole()
    }

    /// Ends where maps end, at this module.
    pub fn ends(&mut self, name: &str) -> Result<(), ParseError> {
        self.up_to = Some(name.to_owned());
        self.whole()
    }

    /// What was read.
    pub fn finish(self) -> Result<Imported, ParseError> {
        self.whole()?;
        Ok(Imported { up_to: self.up_to, ..Imported::whole(self.stack) })
    }

    /// Whether padding waits for its layer.
    fn whole(&self) -> Result<(), ParseError> {
        match &self.pads {
            Some(pads) => Err(self.refuse((pads.name.clone(), ParseErrorKind::Padding))),
            None => Ok(()),
        }
    }
}

/// The most padding on a side.
const MOST: usize = 1 << 20;
