//! Holds: times in which the office does not work although the calendar says so.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::hash::sha256_hex;
use crate::row::{Columns, plain};
use crate::words::words;
use crate::{Store, StoreError};

words! {
    /// Why nobody works.
    pub enum HoldKind {
        /// Tropical cyclone warning signal no. 8 or higher is hoisted.
        Typhoon8 = "typhoon_8",
        /// The black rainstorm warning is in force.
        BlackRain = "black_rain",
        /// The Government has announced extreme conditions after a typhoon.
        ExtremeConditions = "extreme_conditions",
    }
}

impl HoldKind {
    /// Its name in a sentence.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Typhoon8 => "typhoon signal 8",
            Self::BlackRain => "the black rainstorm warning",
            Self::ExtremeConditions => "the announcement of extreme conditions",
        }
    }

    /// In 繁體中文, in a sentence.
    pub const fn zh_hant(self) -> &'static str {
        match self {
            Self::Typhoon8 => "八號或以上熱帶氣旋警告信號",
            Self::BlackRain => "黑色暴雨警告信號",
            Self::ExtremeConditions => "極端情況",
        }
    }
}

words! {
    /// Who says so.
    pub enum HoldSource {
        /// A person.
        Person = "person",
        /// The address that is polled.
        Polled = "polled",
    }
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldRow {
    /// Its id.
    pub id: String,
    /// Why nobody works.
    pub kind: HoldKind,
    /// Who says so.
    pub source: HoldSource,
    /// The id of the person who set it, or `deskhand`.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// When; not yet when absent.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Why it was set, in that person's words.
    pub reason: String,
    /// Why it was lifted.
    pub lift_reason: String,
}

/// The address that announces holds, while it does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SilentSource {
    /// When it first did not.
    pub silent_since: DateTime<Utc>,
    /// When the operators were told; not yet when absent.
    pub told_at: Option<DateTime<Utc>>,
}

const SELECT: &str =
    "SELECT id, kind, source, set_by, set_at, lifted_by, lifted_at, reason, lift_reason FROM holds";

impl Store {
    /// Sets a hold. One of that kind and source that is in force already is answered as it is.
    pub async fn set_hold(
        &self,
        kind: HoldKind,
        source: HoldSource,
        by: &str,
        reason: &str,
    ) -> Result<HoldRow, StoreError> {
        let id = self.new_id();
        let mut write = self.write().await?;
        let sql = format!("{SELECT} WHERE kind = $1 AND source = $2 AND lifted_at IS NULL");
        let known = sqlx::query(&sql)
            .bind(kind.as_str())
            .bind(source.as_str())
            .fetch_optional(&mut *write.tx)
            .await?;
        if let Some(known) = known {
            return hold_row(&known);
        }
        sqlx::query(
            "INSERT INTO holds (id, kind, source, set_by, set_at, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(kind.as_str())
        .bind(source.as_str())
        .bind(by)
        .bind(write.micros())
        .bind(plain(reason))
        .execute(&mut *write.tx)
        .await?;
        let details = json!({"kind": kind, "source": source, "reason_sha256": sha256_hex(reason)});
        write.audit_by(by, "hold.set", &format!("holds/{id}"), &details).await?;
        let set_at = write.now;
        write.commit().await?;
        Ok(HoldRow {
            id,
            kind,
            source,
            set_by: by.to_owned(),
            set_at,
            lifted_by: None,
            lifted_at: None,
            reason: plain(reason),
            lift_reason: String::new(),
        })
    }

    /// Lifts a hold. False when it was not in force any more.
    pub async fn lift_hold(&self, id: &str, by: &str, reason: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE holds SET lifted_by = $2, lifted_at = $3, lift_reason = $4 WHERE id = $1 AND lifted_at IS NULL",
        )
        .bind(id)
        .bind(by)
        .bind(write.micros())
        .bind(plain(reason))
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({"reason_sha256": sha256_hex(reason)});
        write.audit_by(by, "hold.lifted", &format!("holds/{id}"), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The holds that are in force, oldest first.
    pub async fn holds_in_force(&self) -> Result<Vec<HoldRow>, StoreError> {
        let sql = format!("{SELECT} WHERE lifted_at IS NULL ORDER BY set_at, id");
        let rows = sqlx::query(&sql).fetch_all(self.reader()).await?;
        rows.iter().map(hold_row).collect()
    }

    /// Holds, newest first.
    pub async fn holds(&self, limit: u32) -> Result<Vec<HoldRow>, StoreError> {
        let sql = format!("{SELECT} ORDER BY set_at DESC, id DESC LIMIT $1");
        let rows = sqlx::query(&sql).bind(i64::from(limit)).fetch_all(self.reader()).await?;
        rows.iter().map(hold_row).collect()
    }
}

impl Store {
    /// Notes that the address that announces holds has answered.
    pub async fn hold_source_answered(&self) -> Result<(), StoreError> {
        if self.silent_hold_source().await?.is_none() {
            return Ok(());
        }
        let mut tx = self.write_unaudited().await?;
        sqlx::query("DELETE FROM silent_hold_source").execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that it has not answered. Answers since when it has not.
    pub async fn hold_source_failed(&self) -> Result<SilentSource, StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query(
            "INSERT INTO silent_hold_source (id, silent_since) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
        )
        .bind(self.now().timestamp_micros())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.silent_hold_source().await?.ok_or(StoreError::NotFound { what: "source" })
    }

    /// Notes that the operators were told of it.
    pub async fn hold_source_was_told(&self) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("UPDATE silent_hold_source SET told_at = $1 WHERE id = 1")
            .bind(self.now().timestamp_micros())
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Since when it does not answer; `None` when it does, or is not asked.
    pub async fn silent_hold_source(&self) -> Result<Option<SilentSource>, StoreError> {
        let row = sqlx::query("SELECT silent_since, told_at FROM silent_hold_source WHERE id = 1")
            .fetch_optional(self.reader())
            .await?;
        row.map(|row| {
            Ok(SilentSource { silent_since: row.time("silent_since")?, told_at: row.maybe_time("told_at")? })
        })
        .transpose()
    }
}

fn hold_row(row: &AnyRow) -> Result<HoldRow, StoreError> {
    Ok(HoldRow {
        id: row.text("id")?,
        kind: row.word("kind")?,
        source: row.word("source")?,
        set_by: row.text("set_by")?,
        set_at: row.time("set_at")?,
        lifted_by: row.maybe_text("lifted_by")?,
        lifted_at: row.maybe_time("lifted_at")?,
        reason: row.text("reason")?,
        lift_reason: row.text("lift_reason")?,
    })
}
