//! What a graph does to a photo before its first layer, as a factor and a shift of each channel, and what numbers it must have been
//! made for.

use vggscope_core::image::Preset;

/// Each channel times a factor, plus a shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    pub factor: [f32; 3],
    pub shift: [f32; 3],
}

/// Means below this are none.
const LEAST: f32 = 0.02;
/// How far means may be from their own for it to say nothing that one is larger: red is brighter than blue by more, but in photos of
/// house numbers.
const ALIKE: f32 = 0.05;

impl Affine {
    /// Numbers as they are.
    pub const NONE: Affine = Affine { factor: [1.0; 3], shift: [0.0; 3] };

    pub fn times(self, factor: [f32; 3]) -> Affine {
        let of = |numbers: [f32; 3]| std::array::from_fn(|at| numbers[at] * factor[at]);
        Affine { factor: of(self.factor), shift: of(self.shift) }
    }

    pub fn plus(self, shift: [f32; 3]) -> Affine {
        Affine { shift: std::array::from_fn(|at| self.shift[at] + shift[at]), ..self }
    }

    /// With its channels in turned order.
    pub fn turned(mut self) -> Affine {
        self.factor.reverse();
        self.shift.reverse();
        self
    }

    /// The numbers of a photo that become zero; none where they are not to be told.
    pub fn means(self) -> Option<[f32; 3]> {
        let means: [f32; 3] = std::array::from_fn(|at| -self.shift[at] / self.factor[at]);
        means.iter().all(|mean| mean.is_finite()).then_some(means)
    }

    /// The photos that it was made for.
    pub fn preset(self) -> Option<Preset> {
        let means = self.means()?;
        // What torchvision has made is brought back to zero to one, or to −1 to 1 as its Inception does.
        let deviation = Preset::Torchvision.preprocessing().deviation;
        let is_undone = |scale: f32| {
            self.factor.iter().zip(deviation).all(|(factor, own)| (factor - own * scale).abs() < 1e-3)
        };
        if is_undone(1.0) || is_undone(2.0) {
            return Some(Preset::Torchvision);
        }
        let mean = means.iter().sum::<f32>() / 3.0;
        let factor = self.factor.iter().fold(0.0f32, |most, factor| most.max(factor.abs()));
        match mean {
            // Scaled alone: by 255 or 127.5, as a divisor or a factor.
            _ if mean.abs() < LEAST && factor < 0.1 => Some(Preset::Raw),
            _ if mean.abs() < LEAST && factor > 100.0 => Some(Preset::Unit),
            _ if mean.abs() < LEAST => None,
            // A mean of bytes, or of numbers up to one, or of such from −1 on.
            _ if mean > 2.0 => Some(Preset::Raw),
            _ if mean > 0.0 => Some(Preset::Unit),
            _ if mean >= -1.0 => Some(Preset::Signed),
            _ => None,
        }
    }
}

/// Whether means are those of blue, green and red: photos have more red than blue.
pub fn is_blue_first(means: [f32; 3]) -> bool {
    let mean = means.iter().sum::<f32>() / 3.0;
    let differ = means.iter().any(|own| (own - mean).abs() > ALIKE * mean.abs());
    differ && means[0] < means[2]
}
