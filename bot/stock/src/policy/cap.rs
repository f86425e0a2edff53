//! From units needed to units ordered: whole packs, the minimum order, and what the shelf, the shelf life or the budget allow.
//! Exact integers throughout.

use serde::{Deserialize, Serialize};

use crate::policy::no_order::NoOrder;
use crate::policy::pack::Pack;

/// What limits the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapKind {
    /// The most that the store may hold.
    MaxStock,
    /// What sells before it expires.
    ShelfLife,
}

/// What happens when whole packs do not fit under a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapRule {
    /// Never above the cap: whole packs that fit.
    #[default]
    Floor,
    /// The pack that crosses the cap is still ordered.
    Ceil,
    /// As `Floor`; but when not even the smallest order fits while there is room, that one order may cross the cap. Not while
    /// another order is open, or the exception would be made day after day.
    ExceedOnce,
}

/// What happens when less is needed than the supplier's minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoqRule {
    /// Order the minimum.
    #[default]
    Raise,
    /// Wait until the need reaches the minimum.
    Wait,
}

/// A limit on the inventory position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// What limits it.
    pub kind: CapKind,
    /// The highest inventory position, in base units.
    pub level: i64,
    /// How packs are rounded under it.
    pub rule: CapRule,
}

/// The supplier's and the store's terms for one SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) pack: Pack,
    pub(crate) moq: i64,
    pub(crate) moq_rule: MoqRule,
    pub(crate) cap: Option<Cap>,
    /// Whether goods are already on their way.
    pub(crate) open: bool,
}

impl Terms {
    /// The smallest order: the minimum in whole packs, at least one pack.
    pub(crate) fn smallest(&self) -> i64 {
        self.pack.up(self.moq.max(1))
    }

    /// Units to order for a need above zero at this inventory position, a multiple of the pack and never under the minimum;
    /// or why there is nothing to order.
    pub(crate) fn order(&self, need: i64, position: i64) -> Result<i64, NoOrder> {
        let smallest = self.smallest();
        let wanted = self.pack.up(need);
        if wanted < smallest && self.moq_rule == MoqRule::Wait {
            return Err(NoOrder::UnderMoq);
        }
        let wanted = wanted.max(smallest);
        let Some(cap) = self.cap else { return Ok(wanted) };
        let room = cap.level.saturating_sub(position);
        let full = match cap.kind {
            CapKind::MaxStock => NoOrder::CapReached,
            CapKind::ShelfLife => NoOrder::ShelfLife,
        };
        if room <= 0 {
            return Err(full);
        }
        let fits = match cap.rule {
            CapRule::Floor => self.pack.down(room),
            CapRule::Ceil => self.pack.up(room),
            CapRule::ExceedOnce if self.open => self.pack.down(room),
            CapRule::ExceedOnce => self.pack.down(room).max(smallest),
        };
        match wanted.min(fits) {
            0 => Err(full),
            units if units < smallest => Err(NoOrder::UnderMoq),
            units => Ok(units),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn terms(pack: i64, moq: i64, moq_rule: MoqRule, cap: Option<(i64, CapRule)>) -> Terms {
        let cap = cap.map(|(level, rule)| Cap { kind: CapKind::MaxStock, level, rule });
        Terms { pack: Pack::new(pack).unwrap(), moq, moq_rule, cap, open: false }
    }

    #[rstest]
    // the shelf holds 10, packs of 6, nothing on it
    #[case(CapRule::Floor, 10, 0, Ok(6))]
    #[case(CapRule::Ceil, 10, 0, Ok(12))]
    #[case(CapRule::ExceedOnce, 10, 0, Ok(6))]
    // room for 4 only
    #[case(CapRule::Floor, 10, 6, Err(NoOrder::CapReached))]
    #[case(CapRule::Ceil, 10, 6, Ok(6))]
    #[case(CapRule::ExceedOnce, 10, 6, Ok(6))]
    // no room
    #[case(CapRule::Ceil, 10, 10, Err(NoOrder::CapReached))]
    #[case(CapRule::ExceedOnce, 10, 12, Err(NoOrder::CapReached))]
    fn each_cap_rule_rounds_as_it_says(
        #[case] rule: CapRule,
        #[case] level: i64,
        #[case] position: i64,
        #[case] expected: Result<i64, NoOrder>,
    ) {
        assert_eq!(terms(6, 0, MoqRule::Raise, Some((level, rule))).order(20 - position, position), expected);
    }

    #[test]
    fn the_minimum_is_raised_to_or_waited_for() {
        assert_eq!(terms(6, 20, MoqRule::Raise, None).order(3, 0), Ok(24));
        assert_eq!(terms(6, 20, MoqRule::Wait, None).order(3, 0), Err(NoOrder::UnderMoq));
        assert_eq!(
            terms(6, 20, MoqRule::Raise, Some((18, CapRule::Floor))).order(9, 0),
            Err(NoOrder::UnderMoq)
        );
        assert_eq!(terms(6, 20, MoqRule::Raise, Some((18, CapRule::ExceedOnce))).order(9, 0), Ok(24));
    }

    #[test]
    fn the_exception_is_not_made_while_an_order_is_open() {
        let closed = terms(6, 0, MoqRule::Raise, Some((10, CapRule::ExceedOnce)));
        assert_eq!(closed.order(9, 8), Ok(6));
        assert_eq!(Terms { open: true, ..closed }.order(9, 8), Err(NoOrder::CapReached));
    }

    proptest! {
        #[test]
        fn an_order_is_whole_packs_not_under_the_minimum_and_within_its_cap(
            need in 1..5_000i64, position in -50..3_000i64, pack in 1..60i64, moq in 0..400i64, wait: bool,
            cap in prop::option::of((0..4_000i64, 0..3u8)),
        ) {
            let cap = cap.map(|(level, rule)| (level, [CapRule::Floor, CapRule::Ceil, CapRule::ExceedOnce][usize::from(rule)]));
            let terms = terms(pack, moq, if wait { MoqRule::Wait } else { MoqRule::Raise }, cap);
            if let Ok(units) = terms.order(need, position) {
                prop_assert!(units > 0 && units % pack == 0 && units >= moq);
                prop_assert!(units < need.max(terms.smallest()) + pack);
                match cap {
                    Some((level, CapRule::Floor)) => prop_assert!(position + units <= level),
                    Some((level, CapRule::Ceil)) => prop_assert!(position + units < level + pack),
                    Some((level, CapRule::ExceedOnce)) => prop_assert!(position + units <= level.max(position + terms.smallest())),
                    None => prop_assert!(units >= need),
                }
            }
        }
    }
}
