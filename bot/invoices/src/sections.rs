//! Several invoices in one file: where each begins and ends.
//!
//! A stack of papers is scanned in one go, a batch of invoices exported as one file. Cutting an invoice in two would be
//! worse than asking, so a page opens a new invoice only where it says so itself: it has another number, and what came
//! before was complete or says its number beyond doubt.

use documents::{Document, Section, Source};

use crate::extract::read;
use crate::invoice::{Field, FieldName, Invoice};
use crate::structured;
use crate::vocabulary::Vocabulary;

/// The barcode on a sheet that people lay between two papers.
const SEPARATOR: &str = "PATCHT";

/// The parts of a document that are invoices of their own; empty where it holds one paper.
pub fn sections(document: &Document, vocabulary: &Vocabulary) -> Vec<Section> {
    if document.pages.len() < 2 {
        return structured::several(document);
    }
    // Data speak of one invoice; whether the pages agree with it is not for the scissors to decide.
    if structured::carries(document) {
        return Vec::new();
    }
    let found = by_pages(document, vocabulary);
    if found.len() > 1 { found } else { Vec::new() }
}

/// A paper that is being put together.
#[derive(Default)]
struct Paper {
    first: u32,
    last: u32,
    number: Option<Field>,
    /// A total was found: it may be at its end.
    complete: bool,
}

fn by_pages(document: &Document, vocabulary: &Vocabulary) -> Vec<Section> {
    let mut papers: Vec<Paper> = Vec::new();
    let mut separated = true;
    for page in &document.pages {
        if page.codes.iter().any(|code| code.text == SEPARATOR) {
            separated = true;
            continue;
        }
        let alone = Section::Pages { first: page.number, last: page.number };
        let face = read(&document.section(&alone), None, vocabulary);
        if separated || papers.last().is_none_or(|paper| begins(paper, &face)) {
            papers.push(Paper { first: page.number, ..Paper::default() });
        }
        separated = false;
        if let Some(paper) = papers.last_mut() {
            paper.last = page.number;
            paper.take(face);
        }
    }
    papers.iter().map(|paper| Section::Pages { first: paper.first, last: paper.last }).collect()
}

/// Whether a page opens another invoice than the one before it.
fn begins(before: &Paper, face: &Invoice) -> bool {
    let Some(number) = face.field(FieldName::InvoiceNumber).filter(|_| face.is_invoice) else { return false };
    match &before.number {
        Some(known) if known.value == number.value => false,
        Some(known) => before.complete || is_sure(known) && is_sure(number),
        // A letter or an order before the first invoice.
        None => before.complete || has_face(face),
    }
}

/// Not read from pixels, where one figure taken for another makes a new number.
fn is_sure(number: &Field) -> bool {
    matches!(number.source, Source::Structured | Source::Qr | Source::TextLayer) && number.others.is_empty()
}

/// A page that has what only an invoice's first and only page has.
fn has_face(face: &Invoice) -> bool {
    [FieldName::SellerName, FieldName::IssueDate, FieldName::Total]
        .iter()
        .all(|field| face.field(*field).is_some())
}

impl Paper {
    fn take(&mut self, face: Invoice) {
        if !face.is_invoice {
            return;
        }
        self.complete |= face.field(FieldName::Total).is_some();
        let mut fields = face.fields;
        if self.number.is_none() {
            self.number = fields.remove(&FieldName::InvoiceNumber);
        }
    }
}

#[cfg(test)]
mod tests {
    use documents::{Document, Section};

    use crate::Vocabulary;
    use crate::tests::paper::Paper;

    fn sections(document: &Document) -> Vec<Section> {
        super::sections(document, Vocabulary::built_in())
    }

    fn invoice(number: &str, total: &str) -> Paper {
        let mut p = Paper::a4();
        p.put(60.0, 40.0, 16.0, "海燕示範文儀有限公司").put(240.0, 80.0, 20.0, "發票 INVOICE");
        p.put(380.0, 120.0, 11.0, &format!("發票編號：{number}"));
        p.put(380.0, 140.0, 11.0, "日期：2026-11-02").put(60.0, 140.0, 11.0, "香港九龍示範街1號");
        if !total.is_empty() {
            p.put(380.0, 500.0, 12.0, "總計 HK$").put(480.0, 500.0, 12.0, total);
        }
        p
    }

    fn file(pages: &[Paper]) -> Document {
        let mut document = pages[0].document();
        for (number, paper) in (1..).zip(pages).skip(1) {
            let mut page = paper.document().pages.remove(0);
            page.number = number;
            document.pages.push(page);
        }
        document
    }

    fn pages(first: u32, last: u32) -> Section {
        Section::Pages { first, last }
    }

    #[test]
    fn two_invoices_in_one_file_are_two() {
        let both = file(&[invoice("A-1001", "100.00"), invoice("A-1002", "250.00")]);
        assert_eq!(sections(&both), [pages(1, 1), pages(2, 2)]);
        let part = both.section(&pages(2, 2));
        assert_eq!((part.pages.len(), part.pages[0].number), (1, 1));
        assert_ne!(part.sha256, both.sha256);
    }

    #[test]
    fn an_invoice_over_two_pages_is_one() {
        let long = file(&[invoice("A-1001", ""), invoice("A-1001", "250.00")]);
        assert_eq!(sections(&long), []);
        let three = file(&[invoice("A-1001", ""), invoice("A-1001", "250.00"), invoice("A-1002", "9.00")]);
        assert_eq!(sections(&three), [pages(1, 2), pages(3, 3)]);
    }

    #[test]
    fn what_is_attached_to_an_invoice_stays_with_it() {
        let mut note = Paper::a4();
        note.put(240.0, 80.0, 20.0, "送貨單 DELIVERY NOTE").put(60.0, 140.0, 11.0, "箱 3");
        assert_eq!(sections(&file(&[invoice("A-1001", "100.00"), note])), []);
    }

    #[test]
    fn a_misread_number_cuts_no_invoice_in_two() {
        let mut long = file(&[invoice("A-1001", ""), invoice("A-1007", "250.00")]);
        for word in long.pages.iter_mut().flat_map(|page| &mut page.words) {
            word.source = documents::Source::OcrPpocr;
        }
        assert_eq!(sections(&long), []);
    }
}
