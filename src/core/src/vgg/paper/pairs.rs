//! The five comparisons that the lesson makes.

/// Two configurations, by their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one to start from.
    pub from: &'static str,
    /// The one that changes something.
    pub to: &'static str,
}

/// The five, in the lesson's order.
pub const PAIRS: [Pair; 5] = [
    Pair { from: "A", to: "A-LRN" },
    Pair { from: "A", to: "B" },
    Pair { from: "B", to: "C" },
    Pair { from: "C", to: "D" },
    Pair { from: "D", to: "E" },
];

impl Pair {
    /// The pair of this name, such as D-E.
    pub fn named(name: &str) -> Option<Pair> {
        PAIRS.into_iter().find(|pair| pair.name() == name)
    }

    /// Its name in addresses.
    pub fn name(self) -> String {
        format!("{}-{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for pair in PAIRS {
            assert_eq!(Pair::named(&pair.name()), Some(pair));
        }
        assert_eq!(PAIRS[0].name(), "A-A-LRN");
        assert_eq!(Pair::named("E-D"), None);
    }
}
