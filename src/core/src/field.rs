//! Receptive fields along one axis: which pixels a unit sees, and which units see a pixel.
//!
//! Pixels and units count from 0; a field may begin before the image, in its padding. Closed form after Araujo,
//! Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019: over the layers l,
//! r = 1 + Σ (k_l − 1)·d_l·Π_{i<l} s_i, S = Π s_l, P = Σ p_l·Π_{i<l} s_i.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::net::Window;

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
    /// A window's slide along an axis: 0 for rows, 1 for columns.
    pub fn of(window: &Window, axis: usize) -> Slide {
        Slide {
            kernel: window.kernel[axis],
            stride: window.stride[axis],
            dilation: window.dilation[axis],
            padding: window.padding[axis],
        }
    }

    /// Units from the first tap of the kernel to its last, both counted; `None` where that overflows.
    pub fn extent(self) -> Option<usize> {
        self.kernel.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)
    }
}

/// What the units of a layer see along one axis: unit u sees the pixels first + u·stride to last + u·stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The first pixel that unit 0 sees: minus the effective padding.
    pub first: i64,
    /// The last pixel that unit 0 sees.
    pub last: i64,
    /// Pixels from a unit's field to its neighbour's: the effective stride.
    pub stride: i64,
}

/// Two branches that meet, though their units do not stand for the same places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Their effective strides differ.
    Stride(i64, i64),
    /// The numbers are too large.
    Overflow,
}

impl Reach {
    /// Of the input's pixels: each sees itself.
    pub const PIXEL: Reach = Reach { first: 0, last: 0, stride: 1 };

    /// Of the units of a layer over units that have this reach; `None` where the numbers are too large.
    pub fn through(self, slide: Slide) -> Option<Reach> {
        let before = i64::try_from(slide.padding).ok()?;
        let after = i64::try_from(slide.extent()?).ok()?.checked_sub(1)?.checked_sub(before)?;
        Some(Reach {
            first: self.first.checked_sub(before.checked_mul(self.stride)?)?,
            last: self.last.checked_add(after.checked_mul(self.stride)?)?,
            stride: self.stride.checked_mul(i64::try_from(slide.stride).ok()?)?,
        })
    }

    /// Of units that add or join two branches: the union of both fields.
    ///
    /// # Errors
    /// Where the branches do not fit.
    pub fn union(self, other: Reach) -> Result<Reach, Misfit> {
        if self.stride != other.stride {
            return Err(Misfit::Stride(self.stride, other.stride));
        }
        Ok(Reach { first: self.first.min(other.first), last: self.last.max(other.last), stride: self.stride })
    }

    /// Whether two branches' fields have the same centre.
    pub fn aligned(self, other: Reach) -> bool {
        self.first + self.last == other.first + other.last
    }

    /// Pixels that a unit sees, padding counted: the receptive field's size.
    pub fn size(self) -> i64 {
        self.last - self.first + 1
    }

    /// The middle of unit 0's field; a pixel's centre is its own number.
    pub fn centre(self) -> f64 {
        (self.first + self.last) as f64 / 2.0
    }

    /// The pixels that a unit sees, those in the padding counted.
    pub fn pixels(self, unit: usize) -> RangeInclusive<i64> {
        let shift = unit as i64 * self.stride;
        self.first + shift..=self.last + shift
    }

    /// The units, of `count` in all, that see a pixel; empty where none does.
    pub fn units(self, pixel: usize, count: usize) -> RangeInclusive<usize> {
        let pixel = pixel as i64;
        // u·stride ≥ pixel − last and u·stride ≤ pixel − first.
        let from = -(self.last - pixel).div_euclid(self.stride);
        let to = (pixel - self.first).div_euclid(self.stride).min(count as i64 - 1);
        let from = from.max(0);
        // An empty range needs its end before its start, which 0 has not.
        if to < from { RangeInclusive::new(1, 0) } else { from as usize..=to as usize }
    }
}

/// One step of the recurrence from the output back: F(i) = (F(i+1) − 1)·stride + ksize.
///
/// ksize is the kernel's extent, (kernel − 1)·dilation + 1. `None` where the numbers are too large.
pub fn back(field: u64, slide: Slide) -> Option<u64> {
    let ksize = u64::try_from(slide.extent()?).ok()?;
    field.checked_sub(1)?.checked_mul(u64::try_from(slide.stride).ok()?)?.checked_add(ksize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slide(kernel: usize, stride: usize, padding: usize) -> Slide {
        Slide { kernel, stride, dilation: 1, padding }
    }

    fn reach(slides: &[Slide]) -> Reach {
        slides.iter().fold(Reach::PIXEL, |reach, slide| reach.through(*slide).unwrap())
    }

    /// The lesson's example: 3x3 with stride 2, then a 2x2 pool with stride 2, see 5 pixels.
    #[test]
    fn nine_by_nine() {
        let slides = [slide(3, 2, 0), slide(2, 2, 0)];
        assert_eq!(reach(&slides).size(), 5);
        assert_eq!(back(1, slides[1]), Some(2));
        assert_eq!(back(2, slides[0]), Some(5));
    }

    /// Regions of VGG-16's units as worked out by hand.
    #[test]
    fn units_of_vgg16() {
        let conv = slide(3, 1, 1);
        let pool = slide(2, 2, 0);
        let pool1 = reach(&[conv, conv, pool]);
        assert_eq!((pool1.pixels(0), pool1.centre()), (-2..=3, 0.5));
        let block3 = [conv, conv, pool, conv, conv, pool, conv, conv, conv];
        let conv3_3 = reach(&block3);
        assert_eq!((conv3_3.pixels(0), conv3_3.centre()), (-18..=21, 1.5));
        let rest = [pool, conv, conv, conv, pool, conv, conv, conv];
        let conv5_3 = reach(&[&block3[..], &rest].concat());
        assert_eq!(conv5_3.pixels(6), 6..=201);
        let pool5 = conv5_3.through(pool).unwrap();
        assert_eq!((pool5.size(), pool5.stride, -pool5.first), (212, 32, 90));
        assert_eq!((pool5.pixels(0), pool5.centre(), pool5.pixels(6)), (-90..=121, 15.5, 102..=313));
    }

    #[test]
    fn branches() {
        let main = reach(&[slide(3, 2, 1), slide(3, 1, 1)]);
        let shortcut = reach(&[slide(1, 2, 0)]);
        assert_eq!(main.union(shortcut), Ok(main));
        assert!(main.aligned(shortcut));
        assert!(!main.aligned(reach(&[slide(2, 2, 0)])));
        assert_eq!(main.union(Reach::PIXEL), Err(Misfit::Stride(2, 1)));
    }

    #[test]
    fn numbers_that_are_too_large() {
        let huge = slide(usize::MAX, 1, 0);
        assert_eq!(Reach::PIXEL.through(huge), None);
        assert_eq!(back(u64::MAX, slide(3, 2, 0)), None);
        assert_eq!(slide(0, 1, 0).extent(), None);
    }

    fn slides() -> impl Strategy<Value = Vec<Slide>> {
        let one = (1usize..6, 1usize..4, 1usize..4, 0usize..4)
            .prop_map(|(kernel, stride, dilation, padding)| Slide { kernel, stride, dilation, padding });
        proptest::collection::vec(one, 0..7)
    }

    /// The pixels that a unit depends on, followed tap by tap.
    fn brute(slides: &[Slide], unit: i64) -> (i64, i64) {
        let mut seen = vec![unit];
        for slide in slides.iter().rev() {
            let taps = |unit: &i64| {
                let start = unit * slide.stride as i64 - slide.padding as i64;
                (0..slide.kernel as i64).map(move |tap| start + tap * slide.dilation as i64)
            };
            seen = seen.iter().flat_map(taps).collect();
            seen.sort_unstable();
            seen.dedup();
        }
        (*seen.first().unwrap(), *seen.last().unwrap())
    }

    proptest! {
        #[test]
        fn the_closed_form_is_what_following_every_tap_gives(slides in slides(), unit in 0usize..5) {
            let reach = reach(&slides);
            let pixels = reach.pixels(unit);
            prop_assert_eq!((*pixels.start(), *pixels.end()), brute(&slides, unit as i64));
        }

        #[test]
        fn the_recurrence_agrees_with_the_closed_form(slides in slides()) {
            let field = slides.iter().rev().try_fold(1, |field, slide| back(field, *slide)).unwrap();
            prop_assert_eq!(field as i64, reach(&slides).size());
        }

        #[test]
        fn a_unit_is_among_those_that_see_its_pixels(slides in slides(), pixel in 0usize..60, count in 1usize..20) {
            let reach = reach(&slides);
            let units: Vec<usize> = (0..count).filter(|unit| reach.pixels(*unit).contains(&(pixel as i64))).collect();
            prop_assert_eq!(reach.units(pixel, count).collect::<Vec<_>>(), units);
        }
    }
}
