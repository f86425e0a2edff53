//! From the canary to all: 10, 25, 50, 100 per cent, never sooner than seven days after the last step.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::guard::assignment::{Assigned, Assignment};
use crate::guard::error::GuardError;
use crate::guard::strata::percent_of;

/// The steps: 10 per cent of all SKUs of a store, which is the canary, then 25, 50 and 100 per cent of its AUTO arm.
pub const RAMP: [u8; 4] = [10, 25, 50, 100];
/// Days that a step must have lasted before the next.
pub const DAYS_BETWEEN: u64 = 7;

/// How far automatic ordering has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ramp {
    /// The days on which steps were taken, in their order.
    pub steps: Vec<NaiveDate>,
    /// The day of a roll-back; nothing moves after it until it is cleared by those who may.
    pub rolled_back: Option<NaiveDate>,
}

impl Ramp {
    /// The step that was reached, in per cent; 0 before the first step and after a roll-back.
    pub fn percent(&self) -> u8 {
        match self.steps.len() {
            _ if self.rolled_back.is_some() => 0,
            0 => 0,
            taken => RAMP[taken.min(RAMP.len()) - 1],
        }
    }

    /// The ramp after a step on `day`; refused less than seven days after the last (`DH-8042`), after a roll-back and after
    /// the last step (`DH-8043`).
    pub fn step(&self, day: NaiveDate) -> Result<Self, GuardError> {
        if self.rolled_back.is_some() {
            return Err(GuardError::NoStep {
                why: "it was rolled back; only the steering committee lets it begin again",
            });
        }
        if self.steps.len() >= RAMP.len() {
            return Err(GuardError::NoStep { why: "all of the arm is automatic already" });
        }
        if let Some(&last) = self.steps.last() {
            let allowed = last.checked_add_days(Days::new(DAYS_BETWEEN)).unwrap_or(NaiveDate::MAX);
            if day < allowed {
                return Err(GuardError::TooEarly { last, allowed });
            }
        }
        let mut steps = self.steps.clone();
        steps.push(day);
        Ok(Self { steps, rolled_back: None })
    }

    /// The SKUs that are ordered automatically now: every class by its part, each step containing the last.
    pub fn automatic<'a>(&self, pilot: &'a Assignment) -> Result<Vec<&'a Assigned>, GuardError> {
        if self.percent() == 0 {
            return Ok(Vec::new());
        }
        let taken = self.steps.len().min(RAMP.len());
        pilot.widening(&|all, auto| {
            let mut reached = 0;
            let size = |(step, &percent): (usize, &u8)| {
                let of = if step == 0 { all } else { auto };
                // a canary of all SKUs may be wider than a quarter of a small arm; a step never narrows
                reached = percent_of(of, percent).max(reached);
                reached
            };
            RAMP[..taken].iter().enumerate().map(size).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::assignment::assign;
    use crate::guard::assignment::tests::two_stores;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn a_step_before_seven_days_are_over_is_refused() {
        let ramp = Ramp::default().step(day(2)).unwrap();
        assert_eq!(ramp.step(day(8)).unwrap_err().code(), "DH-8042");
        assert_eq!(ramp.step(day(1)).unwrap_err().code(), "DH-8042");
        assert_eq!(ramp.step(day(9)).unwrap().percent(), 25);
    }

    #[test]
    fn each_step_contains_the_last_and_the_last_is_all() {
        let pilot = assign(&two_stores(), "seed").unwrap();
        let (mut ramp, mut before) = (Ramp::default(), vec![]);
        for (i, expected) in [40, 50, 100, 200].into_iter().enumerate() {
            ramp = ramp.step(day(1 + 7 * u32::try_from(i).unwrap())).unwrap();
            let now = ramp.automatic(&pilot).unwrap();
            assert_eq!(now.len(), expected);
            assert!(before.iter().all(|sku| now.contains(sku)));
            before = now;
        }
        assert!(before.iter().all(|sku| sku.arm == crate::guard::assignment::Arm::Auto));
        assert_eq!(ramp.step(day(30)).unwrap_err().code(), "DH-8043");
    }

    #[test]
    fn after_a_roll_back_nothing_is_automatic() {
        let ramp = Ramp { rolled_back: Some(day(5)), ..Ramp::default().step(day(2)).unwrap() };
        let pilot = assign(&two_stores(), "seed").unwrap();
        assert_eq!((ramp.percent(), ramp.automatic(&pilot).unwrap().len()), (0, 0));
        assert_eq!(ramp.step(day(20)).unwrap_err().code(), "DH-8043");
    }
}
