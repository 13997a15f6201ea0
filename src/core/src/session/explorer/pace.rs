//! How long what is under way still takes.

/// How fast steps are done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// When they were first seen, and how many were done then.
    began: (f64, u32),
    /// How many were done when they were last seen; none before that.
    last: Option<u32>,
}

/// Milliseconds that must have passed before anything can be said.
const LEAST: f64 = 1000.0;

impl Pace {
    /// The seconds that are left at this time, in milliseconds, if steps take as long as they did so far; none before one was
    /// seen to be done.
    pub fn left(&mut self, now: f64, done: u32, of: u32) -> Option<f64> {
        // With fewer than before it is another question, or the same again.
        if self.last.is_none_or(|last| done < last) {
            self.began = (now, done);
        }
        self.last = Some(done);
        let (then, first) = self.began;
        let steps = done.checked_sub(first).filter(|steps| *steps > 0)?;
        let taken = now - then;
        (taken >= LEAST).then(|| taken / f64::from(steps) * f64::from(of.saturating_sub(done)) / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_what_was_done() {
        let mut pace = Pace::default();
        assert_eq!(pace.left(5000.0, 2, 10), None);
        assert_eq!(pace.left(5500.0, 4, 10), None);
        assert_eq!(pace.left(7000.0, 4, 10), Some(6.0));
        assert_eq!(pace.left(9000.0, 10, 10), Some(0.0));
        // Another question.
        assert_eq!(pace.left(20_000.0, 0, 50), None);
        assert_eq!(pace.left(22_000.0, 10, 50), Some(8.0));
    }
}
