//! Fires: each time a schedule was due, and what came of it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// What came of a fire.
    pub enum FireOutcome {
        /// Its run was started.
        Started = "started",
        /// It waits for the end of a hold.
        Held = "held",
        /// It waits for the end of the run before.
        Queued = "queued",
        /// The run before was still going.
        SkippedOverlap = "skipped_overlap",
        /// A hold was in force.
        SkippedHold = "skipped_hold",
        /// Nobody works on that day.
        SkippedHoliday = "skipped_holiday",
        /// Another fire of the schedule ran at the same moment.
        GaveWay = "gave_way",
        /// The program was down, and came back too late.
        Missed = "missed",
        /// The program was down, and made up for a later one.
        Superseded = "superseded",
    }
}

impl FireOutcome {
    /// Whether it may still run.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Held | Self::Queued)
    }
}

/// A time at which a schedule was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FireRow {
    /// The schedule.
    pub schedule: String,
    /// The time that the schedule names.
    pub nominal: DateTime<Utc>,
    /// The time at which it was due: another day's when the calendar moved it.
    pub due: DateTime<Utc>,
    /// The run that it started, or would have started.
    pub run: String,
    /// What came of it.
    pub outcome: FireOutcome,
    /// What is to be known of it: the holiday, the hold, the run before, the fire that ran instead.
    pub note: String,
    /// When this was noted.
    pub recorded_at: DateTime<Utc>,
}

/// A fire that is to be noted.
#[derive(Debug, Clone)]
pub struct NewFire<'a> {
    /// The schedule.
    pub schedule: &'a str,
    /// The time that the schedule names.
    pub nominal: DateTime<Utc>,
    /// The time at which it was due.
    pub due: DateTime<Utc>,
    /// The run that it starts, or would have started.
    pub run: &'a str,
    /// What came of it.
    pub outcome: FireOutcome,
    /// What is to be known of it.
    pub note: &'a str,
}

const SELECT: &str = "SELECT schedule, nominal, due, run, outcome, note, recorded_at FROM fires";

impl Store {
    /// Notes a fire. False when that schedule and time are noted already: somebody else took it.
    pub async fn record_fire(&self, fire: &NewFire<'_>) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let made = sqlx::query(
            "INSERT INTO fires (schedule, nominal, due, run, outcome, note, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (schedule, nominal) DO NOTHING",
        )
        .bind(plain(fire.schedule))
        .bind(fire.nominal.timestamp_micros())
        .bind(fire.due.timestamp_micros())
        .bind(plain(fire.run))
        .bind(fire.outcome.as_str())
        .bind(plain(fire.note))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({
            "nominal": fire.nominal.timestamp_micros(), "due": fire.due.timestamp_micros(), "run": fire.run,
            "outcome": fire.outcome,
        });
        write.audit("schedule.fired", &format!("schedules/{}", fire.schedule), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Says what came of a fire that waited. False when it did not wait any more; nothing has changed then.
    pub async fn settle_fire(
        &self,
        schedule: &str,
        nominal: DateTime<Utc>,
        outcome: FireOutcome,
        note: &str,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE fires SET outcome = $3, note = $4, recorded_at = $5
             WHERE schedule = $1 AND nominal = $2 AND outcome IN ('held', 'queued') AND outcome <> $3",
        )
        .bind(schedule)
        .bind(nominal.timestamp_micros())
        .bind(outcome.as_str())
        .bind(plain(note))
        .bind(write.micros())
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({"nominal": nominal.timestamp_micros(), "outcome": outcome});
        write.audit("schedule.settled", &format!("schedules/{schedule}"), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The fires of a schedule, the one that was due last first.
    pub async fn fires(&self, schedule: &str, limit: u32) -> Result<Vec<FireRow>, StoreError> {
        let sql = format!("{SELECT} WHERE schedule = $1 ORDER BY due DESC, nominal DESC LIMIT $2");
        let rows = sqlx::query(&sql).bind(schedule).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(fire_row).collect()
    }

    /// The fires of a schedule that were named for or due in `[from, until)`, in the order of their nominal times.
    pub async fn fires_between(
        &self,
        schedule: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<FireRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE schedule = $1 AND ((nominal >= $2 AND nominal < $3) OR (due >= $2 AND due < $3))
             ORDER BY nominal"
        );
        let rows = sqlx::query(&sql)
            .bind(schedule)
            .bind(from.timestamp_micros())
            .bind(until.timestamp_micros())
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(fire_row).collect()
    }

    /// The fires of a schedule that may still run, the latest first.
    pub async fn fires_waiting(&self, schedule: &str) -> Result<Vec<FireRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE schedule = $1 AND outcome IN ('held', 'queued') ORDER BY due DESC, nominal DESC"
        );
        let rows = sqlx::query(&sql).bind(schedule).fetch_all(self.reader()).await?;
        rows.iter().map(fire_row).collect()
    }

    /// A run of this schedule, other than the named one, that has not ended.
    pub async fn fire_going(&self, schedule: &str, except: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "SELECT f.run FROM fires f JOIN runs r ON r.id = f.run
             WHERE f.schedule = $1 AND f.outcome = 'started' AND f.run <> $2 AND r.state IN ('queued', 'running', 'waiting')
             ORDER BY f.due DESC LIMIT 1",
        )
        .bind(schedule)
        .bind(except)
        .fetch_optional(self.reader())
        .await?;
        row.map(|row| row.text("run")).transpose()
    }
}

fn fire_row(row: &AnyRow) -> Result<FireRow, StoreError> {
    Ok(FireRow {
        schedule: row.text("schedule")?,
        nominal: row.time("nominal")?,
        due: row.time("due")?,
        run: row.text("run")?,
        outcome: row.word("outcome")?,
        note: row.text("note")?,
        recorded_at: row.time("recorded_at")?,
    })
}
