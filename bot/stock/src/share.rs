//! A part of a whole in whole numbers, so that a limit is met or missed exactly.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `part` of `whole`, compared with a limit without any rounding: 94.99 % is never 95 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// How many have the property.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// `part` of `whole`.
    pub const fn new(part: u64, whole: u64) -> Self {
        Self { part, whole }
    }

    /// One more, with the property or without.
    pub fn count(&mut self, has: bool) {
        self.whole = self.whole.saturating_add(1);
        self.part = self.part.saturating_add(u64::from(has));
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { part: self.part.saturating_add(other.part), whole: self.whole.saturating_add(other.whole) }
    }

    /// At least so many hundredths of a per cent (9 500 is 95 %). Nothing of nothing is not at least anything.
    pub fn at_least(self, basis_points: u64) -> bool {
        self.whole > 0 && u128::from(self.part) * 10_000 >= u128::from(basis_points) * u128::from(self.whole)
    }

    /// At most so many hundredths of a per cent. Nothing of nothing is.
    pub fn at_most(self, basis_points: u64) -> bool {
        u128::from(self.part) * 10_000 <= u128::from(basis_points) * u128::from(self.whole)
    }

    /// Hundredths of a per cent, cut off and never rounded up. `None` of nothing.
    pub fn basis_points(self) -> Option<u64> {
        let points = (u128::from(self.part) * 10_000).checked_div(u128::from(self.whole))?;
        Some(u64::try_from(points).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Share {
    /// `94.99 %`, cut off after two decimals so that what fails never reads like the limit; `–` of nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.basis_points() {
            Some(points) => write!(f, "{}.{:02} %", points / 100, points % 100),
            None => f.write_str("–"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hair_below_the_limit_fails_and_never_reads_like_the_limit() {
        assert!(!Share::new(9_499, 10_000).at_least(9_500));
        assert!(Share::new(9_500, 10_000).at_least(9_500));
        assert!(Share::new(19, 20).at_least(9_500));
        let hair = Share::new(9_499_999, 10_000_000);
        assert!(!hair.at_least(9_500));
        assert_eq!(hair.to_string(), "94.99 %");
        assert!(Share::new(5, 1_000).at_most(50) && !Share::new(51, 10_000).at_most(50));
    }

    #[test]
    fn nothing_of_nothing_meets_no_lower_limit_and_every_upper_one() {
        assert!(!Share::default().at_least(0) && Share::default().at_most(0));
        assert_eq!(Share::default().to_string(), "–");
    }
}
