//! A window that slides along an axis: which units it covers, and which windows cover a unit.

use super::Span;

/// A window along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    /// Kernel size.
    pub kernel: usize,
    /// Step between neighbouring windows.
    pub stride: usize,
    /// Distance between neighbouring taps of the kernel.
    pub dilation: usize,
    /// Padding before the first unit.
    pub padding: usize,
}

impl Slide {
    /// Units from the first tap of the kernel to its last, both counted; `None` where that overflows.
    pub fn extent(self) -> Option<usize> {
        self.kernel.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)
    }

    /// The units that the windows of these units cover; below 0 and beyond the end lies the padding.
    pub fn covered(self, units: &Span) -> Option<Span> {
        let Numbers { stride, padding, extent } = self.numbers()?;
        let low = units.start().checked_mul(stride)?.checked_sub(padding)?;
        let high = units.end().checked_mul(stride)?.checked_sub(padding)?.checked_add(extent - 1)?;
        Some(low..=high)
    }

    /// The units whose windows cover one of these; some may be below 0 or beyond the end.
    pub fn covering(self, units: &Span) -> Option<Span> {
        let Numbers { stride, padding, extent } = self.numbers()?;
        // v·stride − padding ≤ high and v·stride − padding + extent − 1 ≥ low.
        let low = units.start().checked_add(padding)?.checked_sub(extent - 1)?;
        let high = units.end().checked_add(padding)?;
        Some(-(-low).div_euclid(stride)..=high.div_euclid(stride))
    }

    fn numbers(self) -> Option<Numbers> {
        let whole = |number: usize| i64::try_from(number).ok();
        let (stride, extent) = (whole(self.stride)?, whole(self.extent()?)?);
        (stride > 0).then_some(Numbers { stride, padding: whole(self.padding)?, extent })
    }
}

struct Numbers {
    stride: i64,
    padding: i64,
    extent: i64,
}
