//! The only place that asks the machine for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now, to the microsecond (the store keeps no more).
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that many hold.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "this is the one clock that the rule speaks of")]
        let now = Utc::now();
        from_micros(now.timestamp_micros())
    }
}

/// A clock that moves only when it is told to: for tests and rehearsals.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at the given time.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(at.timestamp_micros()))
    }

    /// Puts the clock to the given time.
    pub fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves the clock on (or back).
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// The time of a stored number of microseconds since 1970, or the start of 1970 for a number beyond all
/// calendars, which nothing here writes.
pub(crate) fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_survives_the_store_without_losing_digits() {
        let now = SystemClock.now();
        assert_eq!(from_micros(now.timestamp_micros()), now);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(from_micros(1_700_000_000_000_000));
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(TimeDelta::minutes(15));
        assert_eq!(clock.now() - before, TimeDelta::minutes(15));
        clock.set(before);
        assert_eq!(clock.now(), before);
    }
}
