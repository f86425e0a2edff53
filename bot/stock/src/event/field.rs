//! Every field by its name on the wire and by the headings that files carry.

mod names;

use serde::{Deserialize, Serialize};

use self::names::NAMES;
use crate::table::folded;

/// A field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is described at the field of the same name in Event or in its Body")]
pub enum Field {
    EventId,
    Type,
    SchemaVersion,
    StoreId,
    Sku,
    Qty,
    Pack,
    OccurredAt,
    RecordedAt,
    Source,
    Corrects,
    LineId,
    UnitPrice,
    Discount,
    PromoId,
    Reason,
    PoId,
    SupplierId,
    OrderedAt,
    PromisedAt,
    QtyOrdered,
    QtyReceived,
    Expiry,
    StartsAt,
    EndsAt,
    Mechanism,
    Skus,
    Stores,
    PlannedPrice,
    Display,
    ToStoreId,
    TransferId,
    ReceivedAt,
    Kind,
    ReaderId,
    MatchRate,
    Variance,
    /// A bar code beside the SKU: known so that it is not taken for something else, and not kept.
    Barcode,
    /// The name of the goods or of the store: known, and not kept.
    Caption,
}

impl Field {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| *name)
    }

    /// The field with this name on the wire.
    pub fn on_wire(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, own, _)| *own == name).map(|(field, ..)| *field)
    }

    /// The field that a heading names.
    pub fn headed(heading: &str) -> Option<Self> {
        let folded = folded(heading);
        NAMES
            .iter()
            .find(|(.., headings)| !folded.is_empty() && headings.split(' ').any(|heading| heading == folded))
            .map(|(field, ..)| *field)
    }

    /// Whether it holds codes and numbers of machines, which may look like a phone and are none.
    pub(super) fn is_code(self) -> bool {
        !matches!(
            self,
            Self::Source | Self::Reason | Self::Mechanism | Self::Display | Self::Caption | Self::SupplierId
        )
    }

    /// Whether its texts are checked by a form of their own, or are ids made by programs.
    pub(super) fn has_own_form(self) -> bool {
        matches!(
            self,
            Self::EventId
                | Self::Corrects
                | Self::OccurredAt
                | Self::RecordedAt
                | Self::OrderedAt
                | Self::PromisedAt
                | Self::ReceivedAt
                | Self::StartsAt
                | Self::EndsAt
                | Self::Expiry
                | Self::Barcode
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_field_is_found_by_its_own_name_and_no_heading_names_two() {
        let mut seen = BTreeSet::new();
        for (field, name, headings) in NAMES {
            assert_eq!(Field::on_wire(name), Some(*field));
            for heading in headings.split(' ') {
                assert!(seen.insert(heading), "{heading} names two fields");
                assert_eq!(folded(heading), heading, "{heading} is not in its compared form");
            }
            assert!(*field == Field::Caption || Field::headed(name) == Some(*field), "{name}");
        }
    }

    #[test]
    fn headings_of_people_are_understood() {
        for (heading, field) in [
            ("Item ID", Field::Sku),
            ("STORE_ID", Field::StoreId),
            ("數量（件）", Field::Qty),
            ("货号", Field::Sku),
            ("Sales Qty.", Field::Qty),
            ("日期", Field::OccurredAt),
        ] {
            assert_eq!(Field::headed(heading), Some(field), "{heading}");
        }
    }
}
