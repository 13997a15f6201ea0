//! How often answers are right, which classes are taken for which, and where the network is surest and wrong.

use std::collections::{HashMap, HashSet};

use super::{Extraction, Trainer, TrainingRun};
use crate::nn::labels::Label;
use crate::nn::softmax::likeliest;
use crate::training::{Confusion, Prediction, Trained};

/// What answers to photos are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The classes of the rows of the confusion matrix, and but for the last of its columns.
    pub classes: Vec<usize>,
    /// How many photos of each class were taken for which; the last column is of classes that have no row.
    pub confusion: Confusion,
    /// Photos whose class was among the five likeliest; none where that is not known.
    pub among_five: Option<usize>,
    /// Mistakes, the surest first.
    pub mistakes: Vec<Mistake>,
    /// Photos of classes that are none of the network's.
    pub left_out: usize,
}

/// A wrong answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    /// The photo.
    pub photo: u32,
    /// What was said of it.
    pub said: Said,
    /// With this probability.
    pub probability: f32,
}

/// A class that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// One of the network's.
    Label(usize),
    /// One of the photos'.
    Class(usize),
}

/// How many answers count as near.
const NEAR: usize = 5;

impl Trainer {
    /// What the model that went over the photos says of them; nothing while none has.
    pub fn judged(&self, labels: &[Label], outputs: usize) -> Option<Judged> {
        let id = self.extraction.as_ref().map(|Extraction { id, .. }| *id)?;
        let of: Vec<Option<usize>> = (0..self.classes.len())
            .map(|class| self.label(class, labels).filter(|label| *label < outputs))
            .collect();
        let classes: Vec<usize> = (0..of.len()).filter(|class| of[*class].is_some()).collect();
        // Of two folders of one class, the first stands for it.
        let mut columns = HashMap::new();
        for (column, class) in classes.iter().enumerate() {
            columns.entry(of[*class]).or_insert(column);
        }
        let (mut pairs, mut mistakes, mut among_five, mut left_out) = (Vec::new(), Vec::new(), 0, 0);
        let mut seen = HashSet::new();
        for photo in self.sound() {
            let Some((_, found)) = photo.found.as_ref().filter(|(by, _)| *by == id) else { continue };
            // The same photo twice says no more than once.
            if !seen.insert((photo.class, found.content)) {
                continue;
            }
            let (Some(label), Some(row)) = (of[photo.class], columns.get(&of[photo.class])) else {
                left_out += 1;
                continue;
            };
            let probabilities = &*found.probabilities;
            let Some(own) = probabilities.get(label) else { continue };
            let rank = probabilities.iter().filter(|other| *other > own).count();
            among_five += usize::from(rank < NEAR);
            let said = likeliest(probabilities);
            pairs.push([*row, columns.get(&Some(said)).copied().unwrap_or(classes.len())]);
            if said != label {
                let probability = probabilities.get(said).copied().unwrap_or_default();
                mistakes.push(Mistake { photo: photo.id, said: Said::Label(said), probability });
            }
        }
        let among_five = (outputs > NEAR).then_some(among_five);
        let confusion = Confusion::of(classes.len() + 1, pairs);
        Some(Judged { classes, confusion, among_five, mistakes: surest_first(mistakes), left_out })
    }

    /// What a head said of photos that were held out.
    pub fn held_out(&self, run: &TrainingRun, trained: &Trained) -> Judged {
        let classes = run.classes.clone();
        let of = |class: u16| classes.get(usize::from(class)).copied().unwrap_or_default();
        // Photos may have been taken away since, and the same photo twice says no more than once.
        let mut seen = HashSet::new();
        let here: Vec<&Prediction> = trained
            .held_out
            .iter()
            .filter(|one| {
                let photo = self.photo(one.photo);
                photo.is_some_and(|photo| {
                    let content = photo.found.as_ref().map(|(_, found)| found.content);
                    seen.insert((photo.class, content.unwrap_or(u64::from(one.photo))))
                })
            })
            .collect();
        let pairs = here.iter().map(|one| [usize::from(one.class), usize::from(one.said)]);
        let confusion = Confusion::of(classes.len(), pairs);
        let wrong = here.iter().filter(|one| one.said != one.class);
        let mistakes = wrong.map(|one| Mistake {
            photo: one.photo,
            said: Said::Class(of(one.said)),
            probability: one.probability,
        });
        let mistakes = surest_first(mistakes.collect());
        Judged { confusion, among_five: None, mistakes, left_out: 0, classes }
    }

    /// The photos that were right before and are wrong now, and those that are right only now, among those held out both times.
    pub fn changed(&self, trained: &Trained) -> Option<[Vec<u32>; 2]> {
        let before = self.before.as_ref()?;
        let was_right: HashMap<u32, bool> =
            before.held_out.iter().map(|one| (one.photo, one.said == one.class)).collect();
        let changed = |right: bool| {
            let these = trained.held_out.iter().filter(|one| (one.said == one.class) == right);
            these.filter(|one| was_right.get(&one.photo) == Some(&!right)).map(|one| one.photo).collect()
        };
        Some([changed(false), changed(true)])
    }
}

fn surest_first(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    mistakes
}
