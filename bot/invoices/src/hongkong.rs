//! Hong Kong invoices and receipts: no form is prescribed, so labels, places and sums have to agree.

use crate::gather::Gathered;
use crate::invoice::{Kind, LineItem};
use crate::labels::{self, Family};
use crate::reach::Reach;
use crate::sheet::Sheet;
use crate::vocabulary::Vocabulary;

mod currency;
mod head;
mod letterhead;
mod lines;
mod payee;
mod sums;

/// Reads all pages of one invoice or receipt.
pub(crate) fn read(
    sheets: &[Sheet],
    kind: Kind,
    vocabulary: &Vocabulary,
    gathered: &mut Gathered,
) -> Vec<LineItem> {
    let mut items = Vec::new();
    for (index, sheet) in sheets.iter().enumerate() {
        let hits = labels::find(sheet, Family::Hongkong, &vocabulary.labels);
        let reach = Reach { sheet, hits: &hits };
        let header = crate::table::header(sheet, &hits);
        head::read(&reach, header.as_ref(), kind, gathered);
        if index == 0 {
            letterhead::read(&reach, header.as_ref(), kind, &vocabulary.titles, gathered);
        }
        payee::read(&reach, gathered);
        let foot = lines::foot(&reach, header.as_ref());
        sums::read(&reach, header.as_ref(), foot, gathered);
        items.extend(lines::read(&reach, header.as_ref(), foot, kind));
    }
    currency::read(sheets, gathered);
    payee::compare(sheets, &vocabulary.labels, gathered);
    sums::relate(gathered, &items);
    items
}

#[cfg(test)]
mod tests;
