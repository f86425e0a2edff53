//! Documents that belong together: the sections of one file, the carriers of one invoice.

use serde_json::{Value, json};

use crate::documents::{SELECT, document_row};
use crate::hash::{is_sha256, sha256_hex};
use crate::row::plain;
use crate::{DocumentRow, Store, StoreError};

/// A part of a file that is to be a document of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSection {
    /// Its id, in the form of a SHA-256; derived, so that recording it twice is harmless.
    pub sha256: String,
    /// Its name, for people.
    pub name: String,
    /// Which part of the file it is.
    pub section: Value,
}

impl Store {
    /// Records a section of a file that is here. It came when the file came, and goes to the same workflow. False when
    /// it was recorded before.
    pub async fn record_section(&self, file: &DocumentRow, new: &NewSection) -> Result<bool, StoreError> {
        if !is_sha256(&new.sha256) {
            return Err(StoreError::BadSha256);
        }
        let arrival = self.new_id();
        let mut write = self.write().await?;
        let now = write.micros();
        let made = sqlx::query(
            "INSERT INTO documents (sha256, name, media, bytes, origin, workflow, recorded_at, last_seen_at, times_seen,
                parent, section, portal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8, $9, $10) ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(&new.sha256)
        .bind(plain(&new.name))
        .bind(plain(&file.media))
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(plain(&file.origin))
        .bind(plain(&file.workflow))
        .bind(now)
        .bind(&file.sha256)
        .bind(new.section.to_string())
        .bind(file.portal.as_deref())
        .execute(&mut *write.tx)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        write.arrival(&arrival, &new.sha256, &new.name, &file.origin).await?;
        let details = json!({
            "arrival": arrival, "parent": file.sha256, "section": new.section, "workflow": file.workflow,
            "name_sha256": sha256_hex(&new.name),
        });
        write.audit("document.section", &format!("documents/{}", new.sha256), &details).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Says that a document's invoice is read from another document. False, and nothing changes, when that other one
    /// gives way to a third itself: of two that give way to each other, one stays.
    pub async fn set_carrier(&self, sha256: &str, of: &str) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE documents SET carrier_of = $2 WHERE sha256 = $1 AND sha256 <> $2
                AND EXISTS (SELECT 1 FROM documents o WHERE o.sha256 = $2 AND o.carrier_of IS NULL)",
        )
        .bind(sha256)
        .bind(of)
        .execute(&mut *write.tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        // Those that gave way to this one go along with it.
        sqlx::query("UPDATE documents SET carrier_of = $2 WHERE carrier_of = $1")
            .bind(sha256)
            .bind(of)
            .execute(&mut *write.tx)
            .await?;
        write.audit("document.carrier", &format!("documents/{sha256}"), &json!({ "of": of })).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The other documents that carry the invoice of this one, oldest first.
    pub async fn carriers(&self, sha256: &str) -> Result<Vec<DocumentRow>, StoreError> {
        self.related("carrier_of", sha256).await
    }

    /// The documents that are sections of this file, in the order in which they were recorded.
    pub async fn sections(&self, sha256: &str) -> Result<Vec<DocumentRow>, StoreError> {
        self.related("parent", sha256).await
    }

    async fn related(&self, column: &str, sha256: &str) -> Result<Vec<DocumentRow>, StoreError> {
        let sql = format!("{SELECT} WHERE d.{column} = $1 ORDER BY d.recorded_at, d.name, d.sha256");
        let rows = sqlx::query(&sql).bind(sha256).fetch_all(self.reader()).await?;
        rows.iter().map(document_row).collect()
    }
}
