//! From a document to an invoice: what it is, its fields with their evidence, its lines.

use std::collections::BTreeMap;

use documents::{Document, Ocr, Source};
use rust_decimal::Decimal;
use taxid::cn::FapiaoKind;

use crate::codes;
use crate::finding::{finding, name};
use crate::gather::{Candidate, Gathered, rounded};
use crate::invoice::{Decision, Field, FieldName, Finding, Invoice, Kind, LineItem, Severity};
use crate::kinds::{self, Nature};
use crate::labels::Family;
use crate::memory::{self, Known};
use crate::sheet::Sheet;
use crate::structured::{self, Structured};
use crate::vocabulary::Vocabulary;
use crate::witness::Witness;
use crate::{hongkong, mainland, second, taiwan};

/// Reads an invoice out of a document. The decision is not final before [`crate::check`].
///
/// `second` is the engine that re-reads what OCR read; without it such fields stay unconfirmed, and a person sees them.
/// `known` is what the house knows: the names of labels, and what it remembers of the supplier.
pub fn extract(document: &Document, second: Option<&dyn Ocr>, known: &Known) -> Invoice {
    let invoice = read(document, second, &known.vocabulary);
    memory::apply(document, second, known, invoice)
}

/// What the paper says by itself.
pub(crate) fn read(document: &Document, second: Option<&dyn Ocr>, vocabulary: &Vocabulary) -> Invoice {
    let sheets: Vec<Sheet> = document.pages.iter().map(Sheet::new).collect();
    let mut gathered = Gathered::default();
    let qr = codes::read(document, &mut gathered);
    let data = structured::read(document, &mut gathered);
    let nature = nature(document, &sheets, qr, data.as_ref(), vocabulary);
    if !nature.is_invoice {
        return not_an_invoice(nature);
    }
    gathered.findings.extend(nature.findings);
    let printed = match nature.family {
        Some(Family::Mainland) => {
            // Mainland invoices are in yuan by law.
            gathered.add(FieldName::Currency, Candidate::by_law("CNY"));
            mainland::read(&sheets, &vocabulary.labels, &mut gathered)
        }
        Some(Family::Taiwan) => taiwan::read(&sheets, &vocabulary.labels, &mut gathered),
        // Data without a page name everything themselves.
        Some(Family::Hongkong) if !sheets.is_empty() => {
            hongkong::read(&sheets, nature.kind, vocabulary, &mut gathered)
        }
        _ => Vec::new(),
    };
    gathered.findings.extend(doubtful_goods(document, &printed));
    let lines = data.map(|data| data.lines).filter(|lines| !lines.is_empty()).unwrap_or(printed);
    let (mut fields, mut findings) = gathered.settle();
    repair(&mut fields);
    if let Some(engine) = second {
        second::confirm(document, &mut fields, engine);
    }
    hear_witness(document, &mut fields, &mut findings);
    compare_fps(document, &fields, &mut findings);
    remarks(document, &mut findings);
    let kind = kind_by_code(nature.kind, nature.family, &fields);
    Invoice { kind, is_invoice: true, fields, lines, findings, decision: Decision::Review }
}

/// What the paper is: by its data, and by what is printed where there is a page.
fn nature(
    document: &Document,
    sheets: &[Sheet],
    qr: Option<FapiaoKind>,
    data: Option<&Structured>,
    vocabulary: &Vocabulary,
) -> Nature {
    let Some(data) = data else {
        // It may well be one: a person opens it.
        if document.remarks.iter().any(|remark| remark.code == LOCKED) {
            return Nature { kind: Kind::Unknown, is_invoice: true, family: None, findings: Vec::new() };
        }
        if sheets.is_empty() {
            let findings = vec![structured::unknown_data()];
            return Nature { kind: Kind::Other, is_invoice: false, family: None, findings };
        }
        return kinds::nature(sheets, qr, vocabulary);
    };
    let of_data = |findings| Nature {
        kind: data.kind.unwrap_or(Kind::Unknown),
        is_invoice: true,
        family: data.family,
        findings,
    };
    // An empty page, or one that is only a picture, says nothing of itself.
    if document.pages.iter().all(|page| page.words.is_empty()) {
        return of_data(Vec::new());
    }
    let printed = kinds::nature(sheets, qr, vocabulary);
    match (data.kind, printed.kind) {
        (_, Kind::Unknown | Kind::Other) => of_data(printed.findings),
        (Some(kind), face) if kind != face => {
            let mut nature = of_data(printed.findings);
            nature.findings.push(kinds::two_kinds());
            nature
        }
        _ => printed,
    }
}

fn not_an_invoice(nature: kinds::Nature) -> Invoice {
    Invoice {
        kind: nature.kind,
        is_invoice: false,
        fields: BTreeMap::new(),
        lines: Vec::new(),
        findings: nature.findings,
        decision: Decision::NotAnInvoice,
    }
}

/// What goods are called has no second reader; below this certainty a person reads it.
const SURE_NAME: f32 = 0.97;

/// Names of goods that were read from pixels with a doubtful character.
fn doubtful_goods(document: &Document, lines: &[LineItem]) -> Option<Finding> {
    let is_doubtful = |line: &LineItem| {
        let (Some(bbox), Some(page)) =
            (line.bbox, document.pages.iter().find(|page| page.number == line.page))
        else {
            return false;
        };
        page.words.iter().any(|word| {
            let (x, y) = word.bbox.middle();
            word.source.is_ocr()
                && word.confidence < SURE_NAME
                && bbox.holds(x, y)
                && word.text.chars().any(char::is_alphabetic)
                && line.name.contains(word.text.as_str())
        })
    };
    let named: Vec<&str> =
        lines.iter().filter(|line| is_doubtful(line)).map(|line| line.name.as_str()).collect();
    (!named.is_empty()).then(|| {
        finding(
            "DH-2322",
            Severity::Review,
            &[],
            format!("What was bought was read with too little certainty: {}.", named.join("; ")),
            format!("貨品名稱的辨識把握不足：{}。", named.join("；")),
        )
    })
}

/// Where a stamp covers the title, the code says what kind it is.
fn kind_by_code(kind: Kind, family: Option<Family>, fields: &BTreeMap<FieldName, Field>) -> Kind {
    if kind != Kind::Unknown || family != Some(Family::Mainland) {
        return kind;
    }
    let code = fields.get(&FieldName::InvoiceCode).and_then(|f| taxid::cn::FapiaoCode::parse(&f.value).ok());
    code.and_then(|c| c.kind()).and_then(kinds::known_kind).unwrap_or(kind)
}

/// A tax id read by OCR with a letter that cannot be is set right where the check characters leave one way only.
fn repair(fields: &mut BTreeMap<FieldName, Field>) {
    for id in [FieldName::SellerTaxId, FieldName::BuyerTaxId] {
        let Some(field) = fields.get_mut(&id) else { continue };
        if !field.source.is_ocr() || field.value.len() != 18 || taxid::cn::Uscc::parse(&field.value).is_ok() {
            continue;
        }
        if let Ok(repaired) = taxid::cn::repair_uscc(&field.value)
            && !repaired.confirm
        {
            repaired.uscc.normalised().clone_into(&mut field.value);
            field.confidence = rounded(field.confidence * 0.97);
        }
    }
}

/// What only the text layer says should stand in the witness's text as well.
fn hear_witness(document: &Document, fields: &mut BTreeMap<FieldName, Field>, findings: &mut Vec<Finding>) {
    let Some(text) = document.witness_text.as_deref().filter(|t| !t.trim().is_empty()) else { return };
    let witness = Witness::new(text);
    for (field, found) in fields.iter_mut().filter(|(_, f)| f.source == Source::TextLayer) {
        if witness.confirms(*field, &found.value) {
            if !found.agrees.contains(&Source::TextLayer) {
                found.agrees.push(Source::TextLayer);
            }
            found.confidence = rounded(1.0 - (1.0 - found.confidence) * 0.2);
        } else if crate::check::needs_evidence(*field) && found.agrees.is_empty() {
            let (en, zh) = name(*field);
            findings.push(finding(
                "DH-2306",
                Severity::Review,
                &[*field],
                format!("A second reading of the file's text does not hold the {en} in one piece."),
                format!("第二次讀取文字層時，找不到完整的{zh}。"),
            ));
        }
    }
}

/// A payment code that asks for another sum than the total is a mistake, or worse.
fn compare_fps(document: &Document, fields: &BTreeMap<FieldName, Field>, findings: &mut Vec<Finding>) {
    let value = |f: FieldName| fields.get(&f).and_then(|v| v.value.parse::<Decimal>().ok());
    let (Some(asked), Some(total)) = (codes::fps_amount(document), value(FieldName::Total)) else { return };
    if asked != total && Some(asked) != value(FieldName::AmountDue) {
        findings.push(finding(
            "DH-2510",
            Severity::Review,
            &[FieldName::Total],
            "The payment QR code asks for another sum than the total.",
            "轉數快二維碼的金額與總額不同。",
        ));
    }
}

/// Remarks of the reader that take nothing away from what was read: how a page was read, what nobody can see on it.
const HARMLESS: [&str; 6] = ["DH-1110", "DH-1112", "DH-1113", "DH-1114", "DH-1115", "DH-1116"];

/// The witness could not read the file: its word is missing on each field, and that is what counts.
const NO_WITNESS: &str = "DH-1120";

/// The file opens only with a password.
const LOCKED: &str = "DH-1107";

/// What the reader could not do goes to a person.
fn remarks(document: &Document, findings: &mut Vec<Finding>) {
    for remark in document.remarks.iter().filter(|r| r.code != NO_WITNESS) {
        let severity =
            if HARMLESS.contains(&remark.code.as_str()) { Severity::Note } else { Severity::Review };
        findings.push(finding(
            &remark.code,
            severity,
            &[],
            format!("A remark of the reader: {}.", remark.text.trim_end_matches('.')),
            format!("讀取時的備註：{}。", remark.text.trim_end_matches('.')),
        ));
    }
}
