//! Ids for rows that came without one, made of what they say, so that the same file twice changes nothing.

use chrono::NaiveDate;
use uuid::Uuid;

use super::EventId;

/// The name space of the ids that are made here (UUID version 5, RFC 9562).
const SPACE: Uuid = Uuid::from_u128(0x6d2f_4c1e_8b57_4f0a_9c3d_71e2_5a90_44b8);

/// The id that stands for a day's sales of goods in a store. No event has it: every row that tells those sales
/// `corrects` it, so that a row with another number for the same day replaces the row before. A row that was told before
/// is that earlier row again, whenever it comes: a day that is to go back to an earlier number needs a correction.
pub fn day_key(store_id: &str, sku: &str, day: NaiveDate) -> EventId {
    derived(&["day", store_id, sku, &day.to_string()])
}

/// The id of these texts in this order. Each goes in with its length, so that no two lists read alike.
pub(crate) fn derived(texts: &[&str]) -> EventId {
    let mut name = String::new();
    for text in texts {
        name.push_str(&text.len().to_string());
        name.push(':');
        name.push_str(text);
    }
    Uuid::new_v5(&SPACE, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_differ_only_in_their_joints_have_different_ids() {
        assert_ne!(derived(&["ab", "c"]), derived(&["a", "bc"]));
        assert_eq!(derived(&["ab", "c"]), derived(&["ab", "c"]));
    }
}
