//! Figures for the digest and the front page: what came of the documents of a time.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::row::Columns;
use crate::{Store, StoreError};

/// Counts over a stretch of time. Runs count when they ended in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// Documents that were new.
    pub recorded: u64,
    /// Arrivals of bytes that were here already.
    pub duplicates: u64,
    /// Runs of a document that did everything.
    pub done: u64,
    /// Those of them in which no person was asked.
    pub straight_through: u64,
    /// Runs that asked a person for the first time.
    pub asked: u64,
    /// Postings that were confirmed.
    pub posted: u64,
    /// Runs whose document a person rejected.
    pub rejected: u64,
    /// Runs that could not go on.
    pub failed: u64,
    /// Failed runs that nobody has had done again or put away, now.
    pub dead_letters: u64,
    /// Runs that ended well without a posting.
    pub not_posted: u64,
    /// Postings of which nobody knows, now.
    pub unknown_postings: u64,
    /// Tasks that wait for a person, now.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest_waiting_since: Option<DateTime<Utc>>,
}

impl Figures {
    /// Of the runs that came to their end or to a person, how many in a hundred needed nobody. None when none did.
    pub fn straight_through_rate(&self) -> Option<u32> {
        let settled = self.straight_through + self.asked;
        let percent = (self.straight_through * 100 + settled / 2).checked_div(settled)?;
        u32::try_from(percent).ok()
    }
}

impl Store {
    /// The figures from one time (included) until another (not included).
    pub async fn figures(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Figures, StoreError> {
        let row = sqlx::query(
            "SELECT
                (SELECT COUNT(*) FROM documents WHERE recorded_at >= $1 AND recorded_at < $2) AS recorded,
                (SELECT COUNT(*) FROM arrivals WHERE at >= $1 AND at < $2) AS arrived,
                (SELECT COUNT(*) FROM runs WHERE state = 'done' AND document IS NOT NULL AND ended_at >= $1
                    AND ended_at < $2) AS done,
                (SELECT COUNT(*) FROM runs r WHERE r.state = 'done' AND r.ended_at >= $1 AND r.ended_at < $2
                    AND r.document IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.run = r.id)) AS straight_through,
                (SELECT COUNT(*) FROM (SELECT t.run FROM tasks t JOIN runs r ON r.id = t.run
                    WHERE r.document IS NOT NULL GROUP BY t.run
                    HAVING MIN(t.created_at) >= $1 AND MIN(t.created_at) < $2) AS first_asked) AS asked,
                (SELECT COUNT(*) FROM runs WHERE state = 'rejected' AND ended_at >= $1 AND ended_at < $2) AS rejected,
                (SELECT COUNT(*) FROM runs WHERE state = 'failed' AND ended_at >= $1 AND ended_at < $2) AS failed,
                (SELECT COUNT(*) FROM runs WHERE state = 'failed' AND put_away_at IS NULL) AS dead_letters,
                (SELECT COUNT(*) FROM runs WHERE state = 'not_posted' AND ended_at >= $1 AND ended_at < $2) AS not_posted,
                (SELECT COUNT(*) FROM postings WHERE state = 'confirmed' AND updated_at >= $1 AND updated_at < $2) AS posted,
                (SELECT COUNT(*) FROM postings WHERE state = 'unknown') AS unknown_postings,
                (SELECT COUNT(*) FROM tasks WHERE state IN ('open', 'claimed')) AS waiting,
                (SELECT MIN(created_at) FROM tasks WHERE state IN ('open', 'claimed')) AS oldest",
        )
        .bind(from.timestamp_micros())
        .bind(until.timestamp_micros())
        .fetch_one(self.reader())
        .await?;
        let (recorded, arrived): (u64, u64) = (row.count("recorded")?, row.count("arrived")?);
        Ok(Figures {
            recorded,
            duplicates: arrived.saturating_sub(recorded),
            done: row.count("done")?,
            straight_through: row.count("straight_through")?,
            asked: row.count("asked")?,
            posted: row.count("posted")?,
            rejected: row.count("rejected")?,
            failed: row.count("failed")?,
            dead_letters: row.count("dead_letters")?,
            not_posted: row.count("not_posted")?,
            unknown_postings: row.count("unknown_postings")?,
            waiting: row.count("waiting")?,
            oldest_waiting_since: row.maybe_time("oldest")?,
        })
    }
}
