//! The line items of a mainland face.

use crate::invoice::LineItem;
use crate::labels::Label;
use crate::reach::Reach;
use crate::table::{self, Amounts, Header};

/// Reads the items between the header and the first sum below it.
pub(super) fn read(reach: &Reach<'_>, header: &Header) -> Vec<LineItem> {
    let end = reach
        .hits
        .iter()
        .filter(|h| {
            h.row > header.last
                && matches!(
                    h.label,
                    Label::Sum | Label::PageSubtotal | Label::TotalInWords | Label::TotalInFigures
                )
        })
        .map(|h| h.row)
        .chain(second_table(reach, header))
        .min();
    // Without a row of sums the table's end is not known, and what is below it must not be taken for items.
    end.map(|end| table::read(reach.sheet, header, end, Amounts::Mainland)).unwrap_or_default()
}

/// Travellers, vehicles or buildings have a table of their own below the items; it is nobody's business here.
fn second_table(reach: &Reach<'_>, header: &Header) -> Option<usize> {
    (header.last + 1..reach.sheet.rows.len())
        .find(|&row| reach.hits.iter().filter(|h| h.row == row && h.label == Label::ColumnOther).count() >= 2)
}
