//! The stock list: what each store has of each SKU, and on which terms more may be ordered.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::row::{Columns, places, plain};
use crate::{Store, StoreError};

const ROWS: usize = 500;

/// A row of a stock list.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTerms {
    /// The store.
    pub store_id: String,
    /// The SKU.
    pub sku: String,
    /// What the list says.
    pub terms: Value,
}

/// A row of the list as it is by now.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedTerms {
    /// What the list says.
    pub terms: Value,
    /// When it came.
    pub listed_at: DateTime<Utc>,
}

impl Store {
    /// Takes a stock list. Rows of stores that it speaks of and does not name any more are taken away; rows of other
    /// stores stay, so that each store may send a list of its own.
    pub async fn take_stock_list(&self, document: &str, rows: &[NewTerms]) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let now = write.micros();
        let stores: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.store_id.as_str()).collect();
        for store in &stores {
            sqlx::query("DELETE FROM stock_terms WHERE store_id = $1")
                .bind(plain(store))
                .execute(&mut *write.tx)
                .await?;
        }
        for chunk in rows.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO stock_terms (store_id, sku, terms, listed_at) VALUES {}",
                places(chunk.len(), 4)
            );
            let insert = chunk.iter().fold(sqlx::query(&sql), |query, terms| {
                query
                    .bind(plain(&terms.store_id))
                    .bind(plain(&terms.sku))
                    .bind(terms.terms.to_string())
                    .bind(now)
            });
            insert.execute(&mut *write.tx).await?;
        }
        let details = json!({ "rows": rows.len(), "stores": stores.len() });
        write.audit("stock.listed", &format!("documents/{document}"), &details).await?;
        write.commit().await
    }

    /// The stock list as it is by now, by store and SKU.
    pub async fn stock_list(&self) -> Result<Vec<ListedTerms>, StoreError> {
        let rows = sqlx::query("SELECT terms, listed_at FROM stock_terms ORDER BY store_id, sku")
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| Ok(ListedTerms { terms: row.json("terms")?, listed_at: row.time("listed_at")? }))
            .collect()
    }
}
