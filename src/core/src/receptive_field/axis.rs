//! Receptive fields along one axis: which pixels a unit sees, and which units see a pixel.
//!
//! Pixels and units count from 0; a field may begin before the image, in its padding. Closed form after Araujo,
//! Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019: over the layers l,
//! r = 1 + Σ (k_l − 1)·d_l·Π_{i<l} s_i, S = Π s_l, P = Σ p_l·Π_{i<l} s_i.

mod resized;
mod slide;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

pub use slide::Slide;

/// Units of one map, or pixels: the first to the last.
pub type Span = RangeInclusive<i64>;

/// What the units of a layer see along one axis.
///
/// Where no layer is a transposed convolution, unit u sees the pixels of unit 0, shifted by u times the effective
/// stride. Behind a transposed convolution several units share a shift, and what they see comes in as many kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// First and last pixel of the units 0, 1, … of one period.
    kinds: Vec<(i64, i64)>,
    /// Pixels from a unit's field to that of the unit one period on.
    shift: i64,
    /// Whether the period is the whole map, which was resized by no ratio that repeats: the shift is about right.
    uneven: bool,
}

/// Two branches that meet, though their units do not stand for the same places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Misfit {
    /// Their effective strides differ: there is no union that holds for all units.
    Stride(f64, f64),
    /// The centres of unit 0 differ: the union is no longer centred on either.
    Centre(f64, f64),
    /// The numbers are too large.
    Overflow,
}

/// What the units of a layer of a graph see, branches included.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceptiveField {
    /// Along rows and columns: the union over all branches. `None` where it is not known.
    pub reach: Option<[Reach; 2]>,
    /// Where branches meet in this layer, or between it and the layers before, that do not fit.
    pub misfit: Option<Misfit>,
    /// Along rows and columns, the first and the last pixel that the whole layer reads: windows that do not divide a map leave some
    /// out, though padding behind them counts as if they were seen.
    pub read: Option<[Span; 2]>,
    /// Whether units also depend on the whole photo, through a gate or a normalisation over all of a map; the reach is that of
    /// the path beside it.
    pub gated: bool,
}

impl ReceptiveField {
    /// The pixels that a unit sees of a photo of these rows and columns, those in the padding counted; `None` where that is not known.
    pub fn pixels(&self, unit: [usize; 2], photo: [usize; 2]) -> Option<[Span; 2]> {
        let reach = self.reach.as_ref()?;
        Some([0, 1].map(|axis| {
            let (pixels, last) = (reach[axis].pixels(unit[axis]), photo[axis] as i64 - 1);
            let Some(read) = self.read.as_ref().map(|read| &read[axis]) else { return pixels };
            // Beyond the photo lies padding, of which nothing is left out.
            let start = if *read.start() > 0 { *pixels.start().max(read.start()) } else { *pixels.start() };
            let end = if *read.end() < last { *pixels.end().min(read.end()) } else { *pixels.end() };
            start..=end
        }))
    }
}

/// The most kinds of units that are told apart.
const KINDS: usize = 1 << 12;

impl Reach {
    /// Of the input's pixels: each sees itself.
    pub fn pixel() -> Reach {
        Reach { kinds: vec![(0, 0)], shift: 1, uneven: false }
    }

    /// Of the units of a layer over units that have this reach; `None` where the numbers are too large.
    pub fn through(&self, slide: Slide) -> Option<Reach> {
        self.over(i64::try_from(slide.stride).ok()?, 1, |unit| slide.covered(&(unit..=unit)))
    }

    /// The same for a transposed convolution, whose windows lie in its output: a unit is made of those units below
    /// whose windows cover it. The kernel is at least as long as the stride, so that there is one.
    pub fn through_transposed(&self, slide: Slide) -> Option<Reach> {
        self.over(1, i64::try_from(slide.stride).ok()?, |unit| slide.covering(&(unit..=unit)))
    }

    /// Of every so manieth of these units, from one of them on.
    pub fn at(&self, first: i64, step: usize) -> Option<Reach> {
        let step = i64::try_from(step).ok()?;
        self.over(step, 1, |unit| {
            let place = unit.checked_mul(step)?.checked_add(first)?;
            Some(place..=place)
        })
    }

    /// Of units that stand there so many times, one after the other.
    pub fn repeated(&self, times: usize) -> Option<Reach> {
        let times = i64::try_from(times).ok().filter(|times| *times > 0)?;
        self.over(1, times, |unit| {
            let place = unit.div_euclid(times);
            Some(place..=place)
        })
    }

    /// Of one unit that two others go into.
    pub fn either(&self, other: &Reach) -> Option<Reach> {
        let ((a, b), (c, d)) = (self.checked(0)?, other.checked(0)?);
        Reach::one(a.min(c), b.max(d))
    }

    /// Of one unit that all units of a map of this length go into.
    pub fn whole(&self, count: usize) -> Option<Reach> {
        let last = i64::try_from(count).ok()?.checked_sub(1)?;
        let (first, last) = self.span(&(0..=last))?;
        Reach::one(first, last)
    }

    /// Of a single unit that sees these pixels.
    fn one(first: i64, last: i64) -> Option<Reach> {
        let shift = last.checked_sub(first)?.checked_add(1)?;
        Some(Reach { kinds: vec![(first, last)], shift, uneven: false })
    }

    /// Units of which `down` are `up` of the layer below apart.
    fn over(&self, up: i64, down: i64, below: impl Fn(i64) -> Option<Span>) -> Option<Reach> {
        let period = i64::try_from(self.kinds.len()).ok()?;
        // After so many units the pattern begins anew: up·count is a multiple of down·period.
        let whole = down.checked_mul(period)?;
        let common = gcd(up, whole);
        let count = whole.checked_div(common)?;
        if count > KINDS as i64 {
            return None;
        }
        let shift = self.shift.checked_mul(up.checked_div(common)?)?;
        let kinds = (0..count).map(|unit| self.span(&below(unit)?)).collect::<Option<_>>()?;
        Some(Reach { kinds, shift, uneven: self.uneven })
    }

    /// The first and last pixel that any of these units see.
    fn span(&self, units: &Span) -> Option<(i64, i64)> {
        Some((self.checked(*units.start())?.0, self.checked(*units.end())?.1))
    }

    fn checked(&self, unit: i64) -> Option<(i64, i64)> {
        let period = self.kinds.len() as i64;
        let (first, last) = self.kinds[unit.rem_euclid(period) as usize];
        let shift = unit.div_euclid(period).checked_mul(self.shift)?;
        Some((first.checked_add(shift)?, last.checked_add(shift)?))
    }

    /// Of units that add or join two branches: the union of both fields.
    ///
    /// # Errors
    /// Where the branches do not fit.
    pub fn union(&self, other: &Reach) -> Result<Reach, Misfit> {
        if self.uneven || other.uneven {
            return self.union_uneven(other).ok_or(Misfit::Overflow);
        }
        let (mine, theirs) = (self.kinds.len(), other.kinds.len());
        if self.shift.checked_mul(theirs as i64) != other.shift.checked_mul(mine as i64) {
            return Err(Misfit::Stride(self.stride(), other.stride()));
        }
        let period = mine / gcd(mine as i64, theirs as i64) as usize * theirs;
        let kinds: Option<Vec<_>> = (0..period).map(|unit| self.both(other, unit)).collect();
        let shift = self.shift.checked_mul((period / mine) as i64);
        match (kinds, shift) {
            (Some(kinds), Some(shift)) => Ok(Reach { kinds, shift, uneven: false }),
            _ => Err(Misfit::Overflow),
        }
    }

    /// The first and last pixel that a unit of either branch sees.
    fn both(&self, other: &Reach, unit: usize) -> Option<(i64, i64)> {
        let (a, b) = (self.checked(unit as i64)?, other.checked(unit as i64)?);
        Some((a.0.min(b.0), a.1.max(b.1)))
    }

    /// Whether two branches' fields have the same centre.
    pub fn aligned(&self, other: &Reach) -> bool {
        self.centre() == other.centre()
    }

    /// Pixels that a unit sees, padding counted: the receptive field's size. Behind a transposed convolution, of the
    /// units that see most.
    pub fn size(&self) -> i64 {
        self.kinds.iter().map(|(first, last)| last - first + 1).max().unwrap_or(0)
    }

    /// The first unit that sees as many pixels as any.
    pub fn widest(&self) -> usize {
        let size = self.size();
        self.kinds.iter().position(|(first, last)| last - first + 1 == size).unwrap_or(0)
    }

    /// Pixels from a unit's field to its neighbour's: the effective stride. Behind a transposed convolution, on
    /// average.
    pub fn stride(&self) -> f64 {
        self.shift as f64 / self.kinds.len() as f64
    }

    /// The first pixel that unit 0 sees: minus the effective padding.
    pub fn first(&self) -> i64 {
        self.kinds[0].0
    }

    /// The middle of unit 0's field; a pixel's centre is its own number.
    pub fn centre(&self) -> f64 {
        self.centre_of(0)
    }

    /// The middle of a unit's field.
    pub fn centre_of(&self, unit: usize) -> f64 {
        let pixels = self.pixels(unit);
        (pixels.start() + pixels.end()) as f64 / 2.0
    }

    /// The pixels that a unit sees, those in the padding counted.
    pub fn pixels(&self, unit: usize) -> Span {
        let (first, last) = self.kinds[unit % self.kinds.len()];
        let shift = (unit / self.kinds.len()) as i64 * self.shift;
        first + shift..=last + shift
    }

    /// The units, of `count` in all, that see a pixel; empty where none does.
    pub fn units(&self, pixel: usize, count: usize) -> RangeInclusive<usize> {
        let pixel = pixel as i64;
        // Neither the first pixel nor the last one ever falls from a unit to the next.
        let from = first_where(count, |unit| *self.pixels(unit).end() >= pixel);
        let beyond = first_where(count, |unit| *self.pixels(unit).start() > pixel);
        // An empty range needs its end before its start, which 0 has not.
        if beyond <= from { RangeInclusive::new(1, 0) } else { from..=beyond - 1 }
    }
}

/// The first of `count` numbers for which a condition holds that, once it does, holds for all that follow.
fn first_where(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// The greatest common divisor.
pub fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
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
        slides.iter().fold(Reach::pixel(), |reach, slide| reach.through(*slide).unwrap())
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
        assert_eq!((pool5.size(), pool5.stride(), -pool5.first()), (212, 32.0, 90));
        assert_eq!((pool5.pixels(0), pool5.centre(), pool5.pixels(6)), (-90..=121, 15.5, 102..=313));
    }

    #[test]
    fn branches() {
        let main = reach(&[slide(3, 2, 1), slide(3, 1, 1)]);
        let shortcut = reach(&[slide(1, 2, 0)]);
        assert_eq!(main.union(&shortcut), Ok(main.clone()));
        assert!(main.aligned(&shortcut));
        assert!(!main.aligned(&reach(&[slide(2, 2, 0)])));
        assert_eq!(main.union(&Reach::pixel()), Err(Misfit::Stride(2.0, 1.0)));
    }

    #[test]
    fn numbers_that_are_too_large() {
        let huge = slide(usize::MAX, 1, 0);
        assert_eq!(Reach::pixel().through(huge), None);
        assert_eq!(back(u64::MAX, slide(3, 2, 0)), None);
        assert_eq!(slide(0, 1, 0).extent(), None);
    }

    /// A layer, and whether it is a transposed convolution.
    type Layer = (Slide, bool);

    fn slides() -> impl Strategy<Value = Vec<Slide>> {
        let one = (1usize..6, 1usize..4, 1usize..4, 0usize..4)
            .prop_map(|(kernel, stride, dilation, padding)| Slide { kernel, stride, dilation, padding });
        proptest::collection::vec(one, 0..7)
    }

    fn layers() -> impl Strategy<Value = Vec<Layer>> {
        let one = (1usize..6, 1usize..4, 0usize..4, any::<bool>()).prop_map(
            |(kernel, stride, padding, transposed)| {
                let kernel = if transposed { kernel.max(stride) } else { kernel };
                (slide(kernel, stride, padding), transposed)
            },
        );
        proptest::collection::vec(one, 0..6)
    }

    fn through(layers: &[Layer]) -> Reach {
        layers.iter().fold(Reach::pixel(), |reach, (slide, transposed)| {
            if *transposed { reach.through_transposed(*slide) } else { reach.through(*slide) }.unwrap()
        })
    }

    /// The pixels that a unit depends on, followed tap by tap.
    fn brute(layers: &[Layer], unit: i64) -> (i64, i64) {
        let mut seen = vec![unit];
        for (slide, transposed) in layers.iter().rev() {
            let (stride, padding) = (slide.stride as i64, slide.padding as i64);
            let taps = |unit: &i64| -> Vec<i64> {
                let taps = (0..slide.kernel as i64).map(|tap| tap * slide.dilation as i64);
                if *transposed {
                    // Unit i goes to i·stride − padding + tap.
                    let from = taps.map(|tap| unit + padding - tap);
                    from.filter(|from| from % stride == 0).map(|from| from / stride).collect()
                } else {
                    taps.map(|tap| unit * stride - padding + tap).collect()
                }
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
            let pixels = reach(&slides).pixels(unit);
            let layers: Vec<Layer> = slides.into_iter().map(|slide| (slide, false)).collect();
            prop_assert_eq!((*pixels.start(), *pixels.end()), brute(&layers, unit as i64));
        }

        #[test]
        fn transposed_layers_too(layers in layers(), unit in 0usize..40) {
            let pixels = through(&layers).pixels(unit);
            prop_assert_eq!((*pixels.start(), *pixels.end()), brute(&layers, unit as i64));
        }

        #[test]
        fn the_recurrence_agrees_with_the_closed_form(slides in slides()) {
            let field = slides.iter().rev().try_fold(1, |field, slide| back(field, *slide)).unwrap();
            prop_assert_eq!(field as i64, reach(&slides).size());
        }

        #[test]
        fn a_unit_is_among_those_that_see_its_pixels(layers in layers(), pixel in 0usize..60, count in 1usize..20) {
            let reach = through(&layers);
            let units: Vec<usize> = (0..count).filter(|unit| reach.pixels(*unit).contains(&(pixel as i64))).collect();
            prop_assert_eq!(reach.units(pixel, count).collect::<Vec<_>>(), units);
        }
    }
}
