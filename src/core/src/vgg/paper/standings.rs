//! How the paper compares itself: with its own protocols (table 5) and with others (table 7).

use super::Errors;

/// A row of table 5: one network on the validation set, trained and tested at many scales, by three protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Letter of the configuration.
    pub letter: &'static str,
    /// Over the whole photo at once.
    pub dense: Errors,
    /// Over many crops.
    pub crops: Errors,
    /// Both, averaged.
    pub both: Errors,
}

impl Evaluation {
    /// Table 5.
    pub const ALL: [Evaluation; 2] = [
        Evaluation {
            letter: "D",
            dense: Errors { top1: 248, top5: 75 },
            crops: Errors { top1: 246, top5: 75 },
            both: Errors { top1: 244, top5: 72 },
        },
        Evaluation {
            letter: "E",
            dense: Errors { top1: 248, top5: 75 },
            crops: Errors { top1: 246, top5: 74 },
            both: Errors { top1: 244, top5: 71 },
        },
    ];
}

/// Which photos an error is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The challenge's test set.
    Test,
    /// The paper prints one figure across its columns for the validation set and the test set.
    Either,
}

/// A row of table 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub team: &'static str,
    /// How many networks vote; none where the paper says "multiple".
    pub nets: Option<u8>,
    /// How it was tested or what it is, where the paper says so.
    pub how: Option<How>,
    /// Top-5 error, in tenths of a percent.
    pub top5: u16,
    /// On which photos.
    pub judged: Judged,
}

/// What the paper adds to its own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Many crops and dense evaluation.
    Both,
    /// What was sent to the challenge: dense evaluation.
    Submission,
}

/// Table 7, in its order: the ILSVRC classification challenges of 2012 to 2014.
pub const STANDINGS: [Standing; 13] = [
    standing("VGG", Some(2), Some(How::Both), 68, Judged::Test),
    standing("VGG", Some(1), Some(How::Both), 70, Judged::Test),
    standing("VGG", Some(7), Some(How::Submission), 73, Judged::Test),
    standing("GoogLeNet", Some(1), None, 79, Judged::Either),
    standing("GoogLeNet", Some(7), None, 67, Judged::Either),
    standing("MSRA", Some(11), None, 81, Judged::Test),
    standing("MSRA", Some(1), None, 91, Judged::Test),
    standing("Clarifai", None, None, 117, Judged::Test),
    standing("Clarifai", Some(1), None, 125, Judged::Test),
    standing("Zeiler & Fergus", Some(6), None, 148, Judged::Test),
    standing("Zeiler & Fergus", Some(1), None, 161, Judged::Test),
    standing("OverFeat", Some(7), None, 136, Judged::Test),
    standing("Krizhevsky et al.", Some(5), None, 164, Judged::Test),
];

impl Standing {
    /// Table 7, the smallest error first.
    pub fn ranked() -> Vec<Standing> {
        let mut all = STANDINGS.to_vec();
        all.sort_by_key(|one| one.top5);
        all
    }

    /// Whether it is the paper's own.
    pub fn own(&self) -> bool {
        self.team == "VGG"
    }
}

const fn standing(
    team: &'static str,
    nets: Option<u8>,
    how: Option<How>,
    top5: u16,
    judged: Judged,
) -> Standing {
    Standing { team, nets, how, top5, judged }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::paper::{Protocol, Scale, errors};

    /// Tables 4 and 5 have the dense evaluation in common.
    #[test]
    fn tables_agree() {
        for row in Evaluation::ALL {
            assert_eq!(errors(row.letter, Scale::Jitter, Protocol::Multi), Some(row.dense));
            assert!(row.both.top1 < row.crops.top1);
        }
    }

    #[test]
    fn the_best_single_network_is_the_papers() {
        let ranked = Standing::ranked();
        let single = ranked.iter().find(|one| one.nets == Some(1)).unwrap();
        assert!(single.own() && single.top5 == 70);
        assert_eq!((ranked[0].team, ranked[0].top5), ("GoogLeNet", 67));
    }
}
