//! What the paper measured (Simonyan and Zisserman, arXiv 1409.1556v6): errors of its own weights, never of a model
//! that is loaded here. In tenths of a percent, so that differences are exact.

mod csv;
mod pairs;
mod standings;

pub use csv::{standings_csv, validation_csv};
pub use pairs::{PAIRS, Pair};
pub use standings::{Evaluation, How, Judged, STANDINGS, Standing};

/// The training scale S: the length that the shorter side of a photo is brought to before a crop is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The same for every photo.
    Fixed(u16),
    /// Another for each, from 256 to 512: scale jittering.
    Jitter,
}

impl Scale {
    /// Every training scale of the paper, the plainest first.
    pub const ALL: [Scale; 3] = [Scale::Fixed(256), Scale::Fixed(384), Scale::Jitter];

    /// As the paper writes it.
    pub fn label(self) -> String {
        match self {
            Scale::Fixed(side) => side.to_string(),
            Scale::Jitter => "[256;512]".to_owned(),
        }
    }
}

/// How a photo is shown to the network when it is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// At one scale.
    Single,
    /// At three scales, whose answers are averaged.
    Multi,
}

/// Errors, in tenths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errors {
    /// The likeliest class is wrong.
    pub top1: u16,
    /// None of the five likeliest is right.
    pub top5: u16,
}

/// Errors at test scales Q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The errors.
    pub errors: Errors,
    /// The scales.
    pub at: &'static [u16],
}

/// A row of the paper's tables 3 and 4: one network on the validation set, dense evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Letter of the configuration.
    pub letter: &'static str,
    /// Training scale.
    pub scale: Scale,
    /// At a single test scale.
    pub single: Tested,
    /// At several, where the paper has it.
    pub multi: Option<Tested>,
}

const SMALL: Scale = Scale::Fixed(256);
const LARGE: Scale = Scale::Fixed(384);
const AROUND_SMALL: &[u16] = &[224, 256, 288];
const AROUND_LARGE: &[u16] = &[352, 384, 416];
const WIDE: &[u16] = &[256, 384, 512];

/// Tables 3 and 4.
#[rustfmt::skip]
pub const VALIDATION: [Measured; 12] = [
    row("A", SMALL, (296, 104), None),
    row("A-LRN", SMALL, (297, 105), None),
    row("B", SMALL, (287, 99), Some((282, 96))),
    row("C", SMALL, (281, 94), Some((277, 92))),
    row("C", LARGE, (281, 93), Some((278, 92))),
    row("C", Scale::Jitter, (273, 88), Some((263, 82))),
    row("D", SMALL, (270, 88), Some((266, 86))),
    row("D", LARGE, (268, 87), Some((265, 86))),
    row("D", Scale::Jitter, (256, 81), Some((248, 75))),
    row("E", SMALL, (273, 90), Some((269, 87))),
    row("E", LARGE, (269, 87), Some((267, 86))),
    row("E", Scale::Jitter, (255, 80), Some((248, 75))),
];

/// The errors of a configuration, where the paper has them.
pub fn errors(letter: &str, scale: Scale, protocol: Protocol) -> Option<Errors> {
    let row = VALIDATION.iter().find(|row| row.letter == letter && row.scale == scale)?;
    match protocol {
        Protocol::Single => Some(row.single.errors),
        Protocol::Multi => Some(row.multi?.errors),
    }
}

/// How the top-1 error changes from one configuration to another, in tenths of a point.
pub fn change_in(from: &str, to: &str, scale: Scale, protocol: Protocol) -> Option<i32> {
    let top1 = |letter| Some(i32::from(errors(letter, scale, protocol)?.top1));
    Some(top1(to)? - top1(from)?)
}

/// How the top-1 error at a single test scale changes from one configuration to another, in points.
pub fn change(from: &str, to: &str, scale: Scale) -> Option<f64> {
    change_in(from, to, scale, Protocol::Single).map(|tenths| f64::from(tenths) / 10.0)
}

const fn row(letter: &'static str, scale: Scale, single: (u16, u16), multi: Option<(u16, u16)>) -> Measured {
    let (one, several): (&[u16], &[u16]) = match scale {
        Scale::Fixed(256) => (&[256], AROUND_SMALL),
        Scale::Fixed(_) => (&[384], AROUND_LARGE),
        Scale::Jitter => (&[384], WIDE),
    };
    let multi = match multi {
        Some((top1, top5)) => Some(Tested { errors: Errors { top1, top5 }, at: several }),
        None => None,
    };
    let single = Tested { errors: Errors { top1: single.0, top5: single.1 }, at: one };
    Measured { letter, scale, single, multi }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::configuration::Configuration;

    #[test]
    fn every_row_is_of_a_configuration() {
        for row in VALIDATION {
            assert!(Configuration::of(row.letter).is_some(), "{}", row.letter);
            if let Some(multi) = row.multi {
                assert!(multi.errors.top1 < row.single.errors.top1, "{row:?}");
            }
        }
    }

    #[test]
    fn the_five_comparisons() {
        let changes = PAIRS.map(|pair| change(pair.from, pair.to, SMALL));
        assert_eq!(changes, [Some(0.1), Some(-0.9), Some(-0.6), Some(-1.1), Some(0.3)]);
        assert_eq!(change("D", "E", Scale::Jitter), Some(-0.1));
        assert_eq!(change("A", "B", Scale::Jitter), None);
        assert_eq!(change_in("D", "E", Scale::Jitter, Protocol::Multi), Some(0));
    }

    #[test]
    fn scales() {
        assert_eq!(VALIDATION[5].single.at, [384]);
        assert_eq!(VALIDATION[5].multi.map(|multi| multi.at), Some(WIDE));
        assert_eq!(Scale::ALL.map(Scale::label), ["256", "384", "[256;512]"]);
    }
}
