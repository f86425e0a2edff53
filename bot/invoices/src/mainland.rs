//! Mainland invoices: head, parties, sums, lines, each by its place on the face.

use crate::gather::Gathered;
use crate::invoice::LineItem;
use crate::labels::{self, Family, Names};
use crate::reach::Reach;
use crate::sheet::Sheet;

mod head;
mod lines;
mod parties;
mod sums;

/// Reads all pages of one mainland invoice.
pub(crate) fn read(sheets: &[Sheet], names: &Names, gathered: &mut Gathered) -> Vec<LineItem> {
    let mut items = Vec::new();
    for sheet in sheets {
        let hits = labels::find(sheet, Family::Mainland, names);
        let reach = Reach { sheet, hits: &hits };
        let header = crate::table::header(sheet, &hits);
        head::read(&reach, gathered);
        parties::read(&reach, header.as_ref(), gathered);
        sums::read(&reach, header.as_ref(), gathered);
        if let Some(header) = &header {
            items.extend(lines::read(&reach, header));
        }
    }
    items
}

#[cfg(test)]
mod tests;
