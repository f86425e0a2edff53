//! Reading columns: the few types that both databases have, and what they stand for.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::StoreError;
use crate::clock::from_micros;

/// Typed access to the columns of a row.
pub(crate) trait Columns {
    fn text(&self, column: &str) -> Result<String, StoreError>;
    fn maybe_text(&self, column: &str) -> Result<Option<String>, StoreError>;
    fn number(&self, column: &str) -> Result<i64, StoreError>;
    fn maybe_number(&self, column: &str) -> Result<Option<i64>, StoreError>;

    /// A number that is never negative.
    fn count<N: TryFrom<i64>>(&self, column: &str) -> Result<N, StoreError> {
        N::try_from(self.number(column)?).map_err(|_| StoreError::damaged(column))
    }

    fn maybe_count<N: TryFrom<i64>>(&self, column: &str) -> Result<Option<N>, StoreError> {
        let Some(number) = self.maybe_number(column)? else { return Ok(None) };
        N::try_from(number).map(Some).map_err(|_| StoreError::damaged(column))
    }

    fn time(&self, column: &str) -> Result<DateTime<Utc>, StoreError> {
        self.number(column).map(from_micros)
    }

    fn maybe_time(&self, column: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.maybe_number(column)?.map(from_micros))
    }

    fn json(&self, column: &str) -> Result<Value, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| StoreError::damaged(column))
    }

    fn maybe_json(&self, column: &str) -> Result<Option<Value>, StoreError> {
        let Some(text) = self.maybe_text(column)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| StoreError::damaged(column))
    }

    fn word<W: FromStr>(&self, column: &str) -> Result<W, StoreError> {
        self.text(column)?.parse().map_err(|_| StoreError::damaged(column))
    }

    fn maybe_word<W: FromStr>(&self, column: &str) -> Result<Option<W>, StoreError> {
        let Some(text) = self.maybe_text(column)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| StoreError::damaged(column))
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn maybe_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: &str) -> Result<i64, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn maybe_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column)?)
    }
}

/// Places for so many rows of so many columns: `($1, $2), ($3, $4)`.
pub(crate) fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Text as both databases take it: PostgreSQL refuses the character NUL, which no name or note needs.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\0', "")
}
