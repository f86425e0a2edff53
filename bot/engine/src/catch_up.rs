//! What a look at the clock finds: everything that was due since the last look, and what becomes of it.
//!
//! Of what should have run, the latest does, if it is still inside the catch-up window. The rest is written down with
//! its reason. Pure: the same times always give the same answer, so a restart at any moment comes to the same.

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::Closed;
use crate::schedule::{Fate, Planned, Schedule};

/// After a long absence, so many of the latest are written down one by one.
const WRITTEN_DOWN: usize = 100;

/// What becomes of something that was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It runs now.
    Runs,
    /// Nobody works on its day.
    Closed(Closed),
    /// The fire of this nominal time runs at the same moment.
    GaveWay(DateTime<Utc>),
    /// It is too late.
    Missed,
    /// The later fire of this nominal time runs for it.
    Superseded(DateTime<Utc>),
}

/// Everything that was due in `(settled, now]`, in the order in which it must be written down: what is written is
/// settled, so whatever is still to be done has to come after it.
pub(crate) fn behind(
    schedule: &Schedule,
    settled: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<(Planned, Verdict)> {
    let window = TimeDelta::from_std(schedule.config().catch_up).unwrap_or(TimeDelta::MAX);
    // A fire that has just come is never late, whatever the window.
    let oldest =
        now.checked_sub_signed(window.max(TimeDelta::minutes(1))).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let behind = schedule.latest_between(settled, now, WRITTEN_DOWN);
    let in_time = |planned: &&Planned| planned.fate == Fate::Runs && planned.due > oldest;
    let chosen = behind.iter().rev().find(in_time).map(|planned| planned.nominal);
    let verdict = |planned: &Planned| match (&planned.fate, chosen) {
        (Fate::Closed(closed), _) => Verdict::Closed(closed.clone()),
        (Fate::GivesWay(to), _) => Verdict::GaveWay(*to),
        (Fate::Runs, Some(chosen)) if chosen == planned.nominal => Verdict::Runs,
        (Fate::Runs, Some(chosen)) if planned.due > oldest => Verdict::Superseded(chosen),
        (Fate::Runs, _) => Verdict::Missed,
    };
    let verdicts: Vec<Verdict> = behind.iter().map(verdict).collect();
    behind.into_iter().zip(verdicts).collect()
}
