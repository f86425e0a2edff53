//! What each schedule was, and from when on: a fire, or one that did not come, can be explained years later.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::hash::value_sha256;
use crate::row::{Columns, plain};
use crate::{Store, StoreError};

/// What a schedule was from a time on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DefinitionRow {
    /// From when on.
    pub since: DateTime<Utc>,
    /// Its settings; `None` when it was gone.
    pub definition: Option<Value>,
}

impl Store {
    /// Says what a schedule is from now on, `None` when it is gone. To say the same again changes nothing. Answers
    /// everything that it was, oldest first.
    pub async fn define_schedule(
        &self,
        schedule: &str,
        definition: Option<&Value>,
    ) -> Result<Vec<DefinitionRow>, StoreError> {
        let known = self.definitions(schedule).await?;
        if known.last().and_then(|last| last.definition.as_ref()) == definition {
            return Ok(known);
        }
        let id = self.new_id();
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO schedules (id, schedule, since, definition) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(plain(schedule))
            .bind(write.micros())
            .bind(definition.map(ToString::to_string))
            .execute(&mut *write.tx)
            .await?;
        let details = json!({"definition_sha256": definition.map(value_sha256)});
        write.audit("schedule.defined", &format!("schedules/{schedule}"), &details).await?;
        write.commit().await?;
        self.definitions(schedule).await
    }

    /// Everything that a schedule was, oldest first.
    pub async fn definitions(&self, schedule: &str) -> Result<Vec<DefinitionRow>, StoreError> {
        let rows = sqlx::query("SELECT since, definition FROM schedules WHERE schedule = $1 ORDER BY id")
            .bind(schedule)
            .fetch_all(self.reader())
            .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(DefinitionRow { since: row.time("since")?, definition: row.maybe_json("definition")? })
        };
        rows.iter().map(row).collect()
    }

    /// The names of the schedules that are not gone.
    pub async fn defined_schedules(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.schedule FROM schedules s WHERE s.definition IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM schedules t WHERE t.schedule = s.schedule AND t.id > s.id)
             ORDER BY s.schedule",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| row.text("schedule")).collect()
    }
}
