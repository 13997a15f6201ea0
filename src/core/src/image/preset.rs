//! How bytes become the numbers that a network was trained on.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// How bytes become the numbers that a network was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Preset {
    /// RGB, 0 to 1, minus 0.485 0.456 0.406, over 0.229 0.224 0.225 (torchvision's weights).
    Torchvision,
    /// BGR, 0 to 255, minus 103.939 116.779 123.68 (the original VGG weights, Caffe and Keras).
    Caffe,
    /// RGB, 0 to 1.
    Unit,
    /// RGB, −1 to 1.
    Signed,
    /// RGB, 0 to 255.
    Raw,
    /// RGB, 0 to 255, minus 123.68 116.78 103.94 (TensorFlow's VGG and ResNet, as MLPerf runs it).
    Centred,
    /// RGB, −1024 to 1024 (radiographs, TorchXRayVision).
    Radiograph,
    /// As a person says.
    Own(Preprocessing),
}

impl Preset {
    /// Every preset that has a name, as the page offers them.
    pub const ALL: [Preset; 7] = [
        Preset::Torchvision,
        Preset::Caffe,
        Preset::Unit,
        Preset::Signed,
        Preset::Raw,
        Preset::Centred,
        Preset::Radiograph,
    ];

    /// What it does with numbers.
    pub fn preprocessing(self) -> Preprocessing {
        let rgb = |divisor, mean, deviation| Preprocessing { bgr: false, divisor, mean, deviation };
        match self {
            Preset::Torchvision => rgb(255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            Preset::Caffe => Preprocessing { bgr: true, ..rgb(1.0, [103.939, 116.779, 123.68], [1.0; 3]) },
            Preset::Unit => rgb(255.0, [0.0; 3], [1.0; 3]),
            Preset::Signed => rgb(127.5, [1.0; 3], [1.0; 3]),
            Preset::Raw => rgb(1.0, [0.0; 3], [1.0; 3]),
            Preset::Centred => rgb(1.0, [123.68, 116.78, 103.94], [1.0; 3]),
            Preset::Radiograph => rgb(127.5, [1.0; 3], [1.0 / 1024.0; 3]),
            Preset::Own(own) => own,
        }
    }

    /// The word that files and command lines use.
    pub fn word(self) -> &'static str {
        match self {
            Preset::Torchvision => "torchvision",
            Preset::Caffe => "caffe",
            Preset::Unit => "unit",
            Preset::Signed => "signed",
            Preset::Raw => "raw",
            Preset::Centred => "centred",
            Preset::Radiograph => "radiograph",
            Preset::Own(_) => "own",
        }
    }

    /// The preset of a word, or of a text that [`Preset`] is written as.
    pub fn of_word(word: &str) -> Option<Preset> {
        let word = word.trim().to_ascii_lowercase();
        let named = Preset::ALL.into_iter().find(|preset| preset.word() == word);
        named.or_else(|| Preprocessing::of_text(word.strip_prefix("own ")?).map(Preset::Own))
    }
}

/// Its word; of one without a name with the numbers: `own bgr 1 103.939,116.779,123.68 1,1,1`.
impl Display for Preset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        let Preset::Own(Preprocessing { bgr, divisor, mean, deviation }) = self else { return Ok(()) };
        let list = |[a, b, c]: &[f32; 3]| format!("{a},{b},{c}");
        write!(f, " {} {divisor} {} {}", if *bgr { "bgr" } else { "rgb" }, list(mean), list(deviation))
    }
}

/// What is done with each number of a channel: (byte / divisor − mean) / deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocessing {
    /// Whether blue comes first; else red does.
    pub bgr: bool,
    /// What bytes are divided by.
    pub divisor: f32,
    /// What is subtracted, in the order of the channels.
    pub mean: [f32; 3],
    /// What is divided by then, in that order.
    pub deviation: [f32; 3],
}

impl Preprocessing {
    fn of_text(text: &str) -> Option<Preprocessing> {
        let mut parts = text.split(' ');
        let bgr = match parts.next()? {
            "bgr" => true,
            "rgb" => false,
            _ => return None,
        };
        let divisor = parts.next()?.parse().ok()?;
        let mut three = || -> Option<[f32; 3]> {
            let numbers: Vec<f32> =
                parts.next()?.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
            numbers.try_into().ok()
        };
        let own = Preprocessing { bgr, divisor, mean: three()?, deviation: three()? };
        own.is_sound().then_some(own)
    }

    /// The same with blue first.
    pub fn with_blue_first(mut self) -> Preprocessing {
        self.mean.reverse();
        self.deviation.reverse();
        Preprocessing { bgr: true, ..self }
    }

    /// Whether it makes a number of every byte.
    pub fn is_sound(&self) -> bool {
        let numbers = [&[self.divisor][..], &self.mean, &self.deviation].concat();
        let divisors = [&[self.divisor][..], &self.deviation].concat();
        let largest = [0.0, 255.0]
            .map(|byte| (0..3).map(|channel| self.colour([byte; 3], channel)).collect::<Vec<_>>());
        numbers.iter().all(|number| number.is_finite())
            && divisors.iter().all(|number| *number != 0.0)
            && largest.iter().flatten().all(|value| value.is_finite())
    }

    /// The number of a channel, of a pixel's red, green and blue.
    pub fn colour(&self, rgb: [f32; 3], channel: usize) -> f32 {
        let byte = rgb[if self.bgr { 2 - channel } else { channel }];
        (byte / self.divisor - self.mean[channel]) / self.deviation[channel]
    }

    /// One grey channel: means are those of colours, so that their mean stands in.
    pub fn grey(&self, rgb: [f32; 3]) -> f32 {
        let luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        (0..3).map(|channel| self.colour([luma; 3], channel)).sum::<f32>() / 3.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_done() {
        let own =
            Preprocessing { bgr: true, divisor: 2.0, mean: [1.0, 2.0, 3.0], deviation: [0.5, 1.0, 2.0] };
        let pixel = [10.0, 20.0, 30.0];
        assert_eq!([0, 1, 2].map(|channel| own.colour(pixel, channel)), [28.0, 8.0, 1.0]);
        assert!(own.is_sound() && Preset::ALL.iter().all(|preset| preset.preprocessing().is_sound()));
        for wrong in [
            Preprocessing { divisor: 0.0, ..own },
            Preprocessing { deviation: [1.0, 0.0, 1.0], ..own },
            Preprocessing { mean: [f32::NAN; 3], ..own },
            Preprocessing { divisor: 1e-38, deviation: [1e-38; 3], ..own },
        ] {
            assert!(!wrong.is_sound(), "{wrong:?}");
        }
    }
}
