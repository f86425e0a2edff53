//! Which column of a sales file is which. Names are compared without case and blanks at their ends.

use csv::ByteRecord;

/// Places of the columns that are read. Others are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) item: usize,
    pub(super) store: usize,
    pub(super) date: usize,
    pub(super) value: usize,
    pub(super) price: Option<usize>,
    pub(super) promotion: Option<usize>,
    pub(super) stock_out: Option<usize>,
    pub(super) closed: Option<usize>,
}

impl Columns {
    /// Reads the head of the file; the names that are missing when it does not do.
    pub(super) fn of(head: &ByteRecord) -> Result<Self, String> {
        let named = |names: &[&str]| {
            head.iter().position(|cell| {
                let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell).trim_ascii();
                names.iter().any(|name| cell.eq_ignore_ascii_case(name.as_bytes()))
            })
        };
        let [item, store, date, value] = ["item_id", "store_id", "date", "value"].map(|name| named(&[name]));
        let (Some(item), Some(store), Some(date), Some(value)) = (item, store, date, value) else {
            let missing = [("item_id", item), ("store_id", store), ("date", date), ("value", value)];
            let missing = missing.iter().filter(|(_, place)| place.is_none()).map(|(name, _)| *name);
            return Err(missing.collect::<Vec<_>>().join(", "));
        };
        Ok(Self {
            item,
            store,
            date,
            value,
            price: named(&["sell_price", "price"]),
            promotion: named(&["promo", "promotion"]),
            stock_out: named(&["stockout", "stock_out"]),
            closed: named(&["closed", "store_closed"]),
        })
    }
}
