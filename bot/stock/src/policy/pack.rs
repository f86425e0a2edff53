//! Packs: how many base units come together. Whole numbers only, so that no order can be 1.02 of anything.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::policy::error::PolicyError;

/// Base units in a pack, at least 1.
///
/// ```
/// use stock::policy::Pack;
/// let six: Pack = "6".parse()?;
/// assert_eq!((six.up(13), six.down(13), six.packs(18)), (18, 12, 3));
/// assert_eq!("0.333".parse::<Pack>().unwrap_err().code(), "DH-8026");
/// # Ok::<(), stock::policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Pack(NonZeroU32);

impl Pack {
    /// Single units.
    pub const SINGLE: Self = Self(NonZeroU32::MIN);

    /// A pack of so many base units; refused (`DH-8026`) below 1 and above 4 294 967 295.
    pub fn new(units: i64) -> Result<Self, PolicyError> {
        u32::try_from(units)
            .ok()
            .and_then(NonZeroU32::new)
            .map(Self)
            .ok_or_else(|| PolicyError::Pack { pack: units.to_string() })
    }

    /// Base units in it.
    pub fn units(self) -> i64 {
        i64::from(self.0.get())
    }

    /// The smallest multiple that is not below `units`; 0 for nothing and less.
    pub fn up(self, units: i64) -> i64 {
        self.down(units.max(0).saturating_add(self.units() - 1))
    }

    /// The largest multiple that is not above `units`; 0 for nothing and less.
    pub fn down(self, units: i64) -> i64 {
        let units = units.max(0);
        units - units % self.units()
    }

    /// Whole packs in `units`.
    pub fn packs(self, units: i64) -> i64 {
        units.max(0) / self.units()
    }
}

impl fmt::Display for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Pack {
    type Err = PolicyError;

    /// Reads "6" and "6.000"; a pack with a fraction is refused.
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let wrong = || PolicyError::Pack { pack: text.to_owned() };
        let number: Decimal = text.trim().parse().map_err(|_| wrong())?;
        if !number.fract().is_zero() {
            return Err(wrong());
        }
        number.to_i64().ok_or_else(wrong).and_then(Self::new)
    }
}

impl TryFrom<i64> for Pack {
    type Error = PolicyError;

    fn try_from(units: i64) -> Result<Self, PolicyError> {
        Self::new(units)
    }
}

impl From<Pack> for i64 {
    fn from(pack: Pack) -> Self {
        pack.units()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn a_pack_with_a_fraction_cannot_be_made() {
        for wrong in ["0.333", "0", "-6", "1.02", "", "six", "99999999999999999999"] {
            assert_eq!(wrong.parse::<Pack>().unwrap_err().code(), "DH-8026", "{wrong}");
        }
        assert_eq!(" 6.000 ".parse::<Pack>().unwrap(), Pack::new(6).unwrap());
        assert!(serde_json::from_str::<Pack>("0").is_err());
    }

    #[test]
    fn rounding_goes_to_whole_packs_without_overflow() {
        let twelve = Pack::new(12).unwrap();
        assert_eq!([-3, 0, 1, 12, 13].map(|units| twelve.up(units)), [0, 0, 12, 12, 24]);
        assert_eq!([-3, 0, 11, 12, 13].map(|units| twelve.down(units)), [0, 0, 0, 12, 12]);
        assert_eq!(twelve.up(i64::MAX) % 12, 0);
    }
}
