//! How sure a share of right answers is, and which classes are taken for which.

/// Between which shares the true one lies, with 95 % confidence, where so many of so many were right (Wilson 1927, as in Brown,
/// Cai and DasGupta 2001, equation 4). From 0 to 1 where there is none.
pub fn wilson(right: usize, of: usize) -> [f64; 2] {
    /// The normal distribution's quantile of 0.975.
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return [0.0, 1.0];
    }
    let (right, of, z2) = (right as f64, of as f64, Z * Z);
    let share = right / of;
    let middle = (right + z2 / 2.0) / (of + z2);
    let half = Z / (of + z2) * (of * share * (1.0 - share) + z2 / 4.0).sqrt();
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}

/// How many photos of each class were taken for which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<usize>,
}

impl Confusion {
    /// Of pairs of a class and what it was taken for, both below this.
    pub fn of(classes: usize, pairs: impl IntoIterator<Item = [usize; 2]>) -> Confusion {
        let mut counts = vec![0; classes * classes];
        for [class, said] in pairs {
            if class < classes && said < classes {
                counts[class * classes + said] += 1;
            }
        }
        Confusion { classes, counts }
    }

    /// Photos of a class that were taken for another, or for itself.
    pub fn count(&self, class: usize, said: usize) -> usize {
        self.row(class).get(said).copied().unwrap_or_default()
    }

    /// All of a class.
    pub fn row(&self, class: usize) -> &[usize] {
        self.counts.get(class * self.classes..(class + 1) * self.classes).unwrap_or_default()
    }

    /// How many were right.
    pub fn right(&self) -> usize {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `statsmodels.stats.proportion.proportion_confint(right, of, method="wilson")`.
    #[test]
    fn intervals() {
        for (right, of, [low, high]) in [
            (0, 10, [0.0, 0.277_532_8]),
            (10, 10, [0.722_467_2, 1.0]),
            (55, 60, [0.819_310_6, 0.963_879_5]),
            (1, 2, [0.094_531_2, 0.905_468_8]),
        ] {
            let found = wilson(right, of);
            assert!(
                (found[0] - low).abs() < 1e-6 && (found[1] - high).abs() < 1e-6,
                "{right}/{of}: {found:?}"
            );
        }
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }

    #[test]
    fn confusions() {
        let confusion = Confusion::of(3, [[0, 0], [0, 2], [0, 2], [1, 1], [2, 0], [2, 7]]);
        assert_eq!((confusion.right(), confusion.total()), (2, 5));
        assert_eq!(confusion.row(0), [1, 0, 2]);
        assert_eq!((confusion.count(2, 0), confusion.count(7, 0)), (1, 0));
    }
}
