//! How far automatic ordering may go. One writer at a time: who changes it must have seen the version that it replaces.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::hash::value_sha256;
use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// A pilot as it is by now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PilotRow {
    /// Its name.
    pub name: String,
    /// Arms, ramp, records, incidents.
    pub pilot: Value,
    /// Goes up with every change.
    pub version: i64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Store {
    /// A pilot.
    pub async fn stock_pilot(&self, name: &str) -> Result<Option<PilotRow>, StoreError> {
        let row = sqlx::query("SELECT name, pilot, version, updated_at FROM stock_pilots WHERE name = $1")
            .bind(name)
            .fetch_optional(self.reader())
            .await?;
        let of = |row: sqlx::any::AnyRow| {
            Ok(PilotRow {
                name: row.text("name")?,
                pilot: row.json("pilot")?,
                version: row.number("version")?,
                updated_at: row.time("updated_at")?,
            })
        };
        row.map(of).transpose()
    }

    /// Writes a pilot over the version that was seen (0 for a new one), and what happened to it into the audit chain. False
    /// when somebody else was quicker.
    pub async fn put_stock_pilot(
        &self,
        name: &str,
        pilot: &Value,
        seen: i64,
        action: &str,
        details: &Value,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = if seen == 0 {
            "INSERT INTO stock_pilots (name, pilot, version, updated_at) VALUES ($1, $2, $3 + 1, $4)
             ON CONFLICT (name) DO NOTHING"
        } else {
            "UPDATE stock_pilots SET pilot = $2, version = $3 + 1, updated_at = $4 WHERE name = $1 AND version = $3"
        };
        let done = sqlx::query(sql)
            .bind(plain(name))
            .bind(pilot.to_string())
            .bind(seen)
            .bind(write.micros())
            .execute(&mut *write.tx)
            .await?
            .rows_affected();
        if done > 0 {
            let told = json!({ "pilot_sha256": value_sha256(pilot), "what": details });
            write.audit(action, &format!("stock/pilots/{name}"), &told).await?;
        }
        write.commit().await?;
        Ok(done > 0)
    }
}
