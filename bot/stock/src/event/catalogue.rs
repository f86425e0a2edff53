//! The stores and goods that are known.

use std::collections::BTreeSet;

/// The stores and goods that events may speak of. An empty set means that nothing is known yet and all are let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Ids of stores and warehouses.
    pub stores: BTreeSet<String>,
    /// Ids of goods.
    pub skus: BTreeSet<String>,
}

impl Catalogue {
    /// Made of lists of ids.
    pub fn new<S: Into<String>>(
        stores: impl IntoIterator<Item = S>,
        skus: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            stores: stores.into_iter().map(Into::into).collect(),
            skus: skus.into_iter().map(Into::into).collect(),
        }
    }

    pub(super) fn has_store(&self, store_id: &str) -> bool {
        self.stores.is_empty() || self.stores.contains(store_id)
    }

    pub(super) fn has_sku(&self, sku: &str) -> bool {
        self.skus.is_empty() || self.skus.contains(sku)
    }
}
