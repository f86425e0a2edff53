//! Sessions of the pages: bytes that mean nothing here, until a time. Not acts, so not in the audit chain.

use chrono::{DateTime, Utc};

use crate::hash::sha256_hex;
use crate::row::Columns;
use crate::{Store, StoreError};

/// A session that still holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// What the pages keep in it.
    pub data: Vec<u8>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Session").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Store {
    /// Keeps a new session. False when the id is taken; nothing has changed then.
    pub async fn session_create(
        &self,
        id: &str,
        data: &[u8],
        expires_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO sessions (id_sha256, data, expires_at) VALUES ($1, $2, $3)
                   ON CONFLICT (id_sha256) DO NOTHING";
        Ok(self.put_session(sql, id, data, expires_at).await? > 0)
    }

    /// Keeps a session, new or not.
    pub async fn session_save(
        &self,
        id: &str,
        data: &[u8],
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sessions (id_sha256, data, expires_at) VALUES ($1, $2, $3)
                   ON CONFLICT (id_sha256) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at";
        self.put_session(sql, id, data, expires_at).await?;
        Ok(())
    }

    async fn put_session(
        &self,
        sql: &str,
        id: &str,
        data: &[u8],
        expires_at: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.write_unaudited().await?;
        let done = sqlx::query(sql)
            .bind(sha256_hex(id))
            .bind(hex::encode(data))
            .bind(expires_at.timestamp_micros())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// A session that still holds.
    pub async fn session_load(&self, id: &str) -> Result<Option<Session>, StoreError> {
        let row =
            sqlx::query("SELECT data, expires_at FROM sessions WHERE id_sha256 = $1 AND expires_at > $2")
                .bind(sha256_hex(id))
                .bind(self.now().timestamp_micros())
                .fetch_optional(self.reader())
                .await?;
        let Some(row) = row else { return Ok(None) };
        let data = hex::decode(row.text("data")?).map_err(|_| StoreError::damaged("data"))?;
        Ok(Some(Session { data, expires_at: row.time("expires_at")? }))
    }

    /// Ends a session.
    pub async fn session_delete(&self, id: &str) -> Result<(), StoreError> {
        let mut tx = self.write_unaudited().await?;
        sqlx::query("DELETE FROM sessions WHERE id_sha256 = $1")
            .bind(sha256_hex(id))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Removes the sessions that no longer hold; answers how many.
    pub async fn sessions_purge(&self) -> Result<u64, StoreError> {
        let mut tx = self.write_unaudited().await?;
        let gone = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(self.now().timestamp_micros())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(gone.rows_affected())
    }
}
