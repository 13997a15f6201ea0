//! What differs between two configurations.

use crate::vgg::configuration::Entry;

/// A step from one list to the other; places are places in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// An entry that both have.
    Same {
        /// Its place in the first.
        from: usize,
        /// Its place in the second.
        to: usize,
    },
    /// A convolution with another kernel and as many channels.
    Kernel {
        /// Its place in the first.
        from: usize,
        /// Its place in the second.
        to: usize,
    },
    /// An entry that only the second has.
    Added {
        /// Its place in the second.
        to: usize,
    },
    /// An entry that only the first has.
    Removed {
        /// Its place in the first.
        from: usize,
    },
}

/// The fewest changes that lead from one list to the other, in order; where there is a choice the earlier entries are
/// the same, so that what is added to a block stands at its end.
pub fn changes(from: &[Entry], to: &[Entry]) -> Vec<Change> {
    // least[i][j]: changes that the rest of both lists needs, from place i of the first and j of the second on.
    let mut least = vec![vec![0usize; to.len() + 1]; from.len() + 1];
    for i in (0..=from.len()).rev() {
        for j in (0..=to.len()).rev() {
            least[i][j] = match (from.get(i), to.get(j)) {
                (None, None) => 0,
                (Some(_), None) => least[i + 1][j] + 1,
                (None, Some(_)) => least[i][j + 1] + 1,
                (Some(a), Some(b)) => {
                    let apart = least[i + 1][j].min(least[i][j + 1]) + 1;
                    step(*a, *b).map_or(apart, |cost| apart.min(least[i + 1][j + 1] + cost))
                }
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < from.len() || j < to.len() {
        let both = from.get(i).zip(to.get(j)).and_then(|(a, b)| step(*a, *b));
        match both {
            Some(cost) if least[i][j] == least[i + 1][j + 1] + cost => {
                let change = if cost == 0 {
                    Change::Same { from: i, to: j }
                } else {
                    Change::Kernel { from: i, to: j }
                };
                found.push(change);
                (i, j) = (i + 1, j + 1);
            }
            _ if i < from.len() && least[i][j] == least[i + 1][j] + 1 => {
                found.push(Change::Removed { from: i });
                i += 1;
            }
            _ => {
                found.push(Change::Added { to: j });
                j += 1;
            }
        }
    }
    found
}

/// For each entry of a list, whether another one has nothing like it at that place.
pub fn novel(from: &[Entry], to: &[Entry]) -> Vec<bool> {
    let mut novel = vec![false; to.len()];
    for change in changes(from, to) {
        if let Change::Added { to } | Change::Kernel { to, .. } = change {
            novel[to] = true;
        }
    }
    novel
}

/// How much it is to make one entry of another; none where they have nothing in common.
fn step(a: Entry, b: Entry) -> Option<usize> {
    match (a, b) {
        _ if a == b => Some(0),
        (Entry::Conv3(a), Entry::Conv1(b)) | (Entry::Conv1(a), Entry::Conv3(b)) if a == b => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::configuration::Configuration;

    fn between(from: &str, to: &str) -> Vec<Change> {
        let [from, to] = [from, to].map(|letter| Configuration::of(letter).unwrap().entries);
        changes(from, to).into_iter().filter(|change| !matches!(change, Change::Same { .. })).collect()
    }

    #[test]
    fn the_five_comparisons() {
        assert_eq!(between("A", "A-LRN"), [Change::Added { to: 1 }]);
        assert_eq!(between("A", "B"), [Change::Added { to: 1 }, Change::Added { to: 4 }]);
        assert_eq!(between("B", "C"), [8, 12, 16].map(|to| Change::Added { to }));
        assert_eq!(between("C", "D"), [8, 12, 16].map(|at| Change::Kernel { from: at, to: at }));
        assert_eq!(between("D", "E"), [9, 14, 19].map(|to| Change::Added { to }));
        assert_eq!(between("A-LRN", "A"), [Change::Removed { from: 1 }]);
        assert_eq!(between("D", "D"), []);
    }

    /// Bold in the paper's table 1.
    #[test]
    fn what_is_new_against_the_column_to_the_left() {
        let entries = |letter: &str| Configuration::of(letter).unwrap().entries;
        let new = |from: &str, to: &str| {
            let novel = novel(entries(from), entries(to));
            novel.iter().enumerate().filter_map(|(at, new)| new.then_some(at)).collect::<Vec<_>>()
        };
        assert_eq!(new("A-LRN", "B"), [1, 4]);
        assert_eq!(new("C", "D"), [8, 12, 16]);
    }
}
