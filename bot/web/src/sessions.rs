//! Where the browser's sessions are kept: in the store, beside everything else.

use std::fmt;

use async_trait::async_trait;
use axum_login::tower_sessions::SessionStore;
use axum_login::tower_sessions::cookie::time::OffsetDateTime;
use axum_login::tower_sessions::session::{Id, Record};
use axum_login::tower_sessions::session_store::{Error, Result};
use chrono::{DateTime, Utc};
use store::Store;

/// Sessions in the store's own table; the store keeps only hashes of their ids.
#[derive(Clone)]
pub(crate) struct Sessions(pub(crate) Store);

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let id = record.id.to_string();
            if self.0.session_create(&id, &encoded(record)?, expiry(record)?).await.map_err(backend)? {
                return Ok(());
            }
            // 128 random bits that are taken already: take others.
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let id = record.id.to_string();
        self.0.session_save(&id, &encoded(record)?, expiry(record)?).await.map_err(backend)
    }

    async fn load(&self, session_id: &Id) -> Result<Option<Record>> {
        let Some(session) = self.0.session_load(&session_id.to_string()).await.map_err(backend)? else {
            return Ok(None);
        };
        if session.expires_at <= self.0.now() {
            return Ok(None);
        }
        let record = serde_json::from_slice(&session.data).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(record))
    }

    async fn delete(&self, session_id: &Id) -> Result<()> {
        self.0.session_delete(&session_id.to_string()).await.map_err(backend)
    }
}

fn encoded(record: &Record) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|e| Error::Encode(e.to_string()))
}

fn expiry(record: &Record) -> Result<DateTime<Utc>> {
    moment(record.expiry_date).ok_or_else(|| Error::Encode("an expiry beyond the calendar".to_owned()))
}

fn moment(at: OffsetDateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.unix_timestamp(), 0)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn backend(error: store::StoreError) -> Error {
    Error::Backend(error.to_string())
}
