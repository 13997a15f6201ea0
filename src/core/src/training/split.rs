//! Which photos are held out: never one that training has seen under another name.

use std::collections::BTreeMap;

use super::Sample;
use crate::error::TrainingError;
use crate::vgg::initialise::key;

/// Where a class has fewer photos than this, each photo is held out once, and not the same few throughout.
pub const FEW: usize = 20;
/// Rounds in which photos are held out in turn, at the most.
pub const FOLDS: usize = 5;

/// A photo that can be trained with: its number, its class, and what it holds.
pub type Labelled = (u32, u16, u64);

/// Photos, and when each is held out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The photos.
    pub samples: Vec<Sample>,
    /// In how many rounds photos are held out.
    pub rounds: u8,
}

/// Why photos cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooFew {
    /// There are fewer than two classes.
    Classes,
    /// This class has fewer than two photos that differ.
    Photos(u16),
}

impl TooFew {
    /// What the person is told; classes are called this.
    pub fn error(self, name: impl FnOnce(u16) -> String) -> TrainingError {
        match self {
            TooFew::Classes => TrainingError::OneClass,
            TooFew::Photos(class) => TrainingError::FewPhotos(name(class)),
        }
    }
}

/// Splits photos class by class: a fifth is held out, or where some class has few, another part in each round. Photos with the same
/// content are held out together.
///
/// # Errors
/// Where there are too few.
pub fn split(photos: &[Labelled], seed: u64) -> Result<Split, TooFew> {
    // By class, then by content in an order that the seed gives.
    let mut classes: BTreeMap<u16, BTreeMap<u64, Vec<u32>>> = BTreeMap::new();
    for (photo, class, content) in photos {
        classes.entry(*class).or_default().entry(key(seed, *content)).or_default().push(*photo);
    }
    if classes.len() < 2 {
        return Err(TooFew::Classes);
    }
    if let Some((class, _)) = classes.iter().find(|(_, contents)| contents.len() < 2) {
        return Err(TooFew::Photos(*class));
    }
    let least = classes.values().map(BTreeMap::len).min().unwrap_or_default();
    let folds = FOLDS.min(least);
    let rounds = if least < FEW { folds } else { 1 };
    let mut samples = Vec::new();
    for (class, contents) in classes {
        for (place, photos) in contents.into_values().enumerate() {
            let fold = place % folds;
            let round = (fold < rounds).then_some(fold as u8);
            samples.extend(photos.into_iter().map(|photo| Sample { photo, class, round }));
        }
    }
    // Content that stands in two classes would be learnt as one and asked as the other.
    let mut first: BTreeMap<u64, Option<u8>> = BTreeMap::new();
    let contents: BTreeMap<u32, u64> = photos.iter().map(|(photo, _, content)| (*photo, *content)).collect();
    for sample in &mut samples {
        if let Some(content) = contents.get(&sample.photo) {
            sample.round = *first.entry(*content).or_insert(sample.round);
        }
    }
    Ok(Split { samples, rounds: rounds as u8 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labelled(counts: &[usize]) -> Vec<Labelled> {
        let classes = counts.iter().enumerate();
        let pairs = classes.flat_map(|(class, count)| (0..*count).map(move |_| class as u16));
        pairs.enumerate().map(|(at, class)| (at as u32, class, 1000 + at as u64)).collect()
    }

    #[test]
    fn a_fifth_of_each_class() {
        let found = split(&labelled(&[20, 50, 30]), 7).unwrap();
        assert_eq!((found.rounds, found.samples.len()), (1, 100));
        for (class, held) in [(0, 4), (1, 10), (2, 6)] {
            let of = found.samples.iter().filter(|sample| sample.class == class && sample.round == Some(0));
            assert_eq!(of.count(), held);
        }
        assert_ne!(split(&labelled(&[20, 50, 30]), 8).unwrap(), found);
    }

    #[test]
    fn few_photos_are_held_out_in_turn() {
        let found = split(&labelled(&[7, 40]), 1).unwrap();
        assert_eq!(found.rounds, 5);
        assert!(found.samples.iter().all(|sample| sample.round.is_some()));
        assert_eq!(split(&labelled(&[3, 3]), 1).unwrap().rounds, 3);
        assert_eq!(split(&labelled(&[5]), 1), Err(TooFew::Classes));
        assert_eq!(split(&labelled(&[5, 1]), 1), Err(TooFew::Photos(1)));
        assert_eq!(split(&[], 1), Err(TooFew::Classes));
    }

    proptest! {
        /// The same content is never on both sides.
        #[test]
        fn the_same_photo_is_on_one_side(contents in proptest::collection::vec((0u16..3, 0u64..12), 6..60), seed: u64) {
            let photos: Vec<Labelled> =
                contents.iter().enumerate().map(|(at, (class, content))| (at as u32, *class, *content)).collect();
            if let Ok(found) = split(&photos, seed) {
                prop_assert_eq!(found.samples.len(), photos.len());
                for one in &found.samples {
                    for other in &found.samples {
                        let same = photos[one.photo as usize].2 == photos[other.photo as usize].2;
                        prop_assert!(!same || one.round == other.round);
                    }
                }
            }
        }
    }
}
