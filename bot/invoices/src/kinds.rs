//! What a paper is: by its title first, then by its QR code, then by what stands on it. In doubt, a person.

use std::sync::LazyLock;

use serde::Deserialize;
use taxid::cn::FapiaoKind;

use crate::finding::finding;
use crate::invoice::{Finding, Kind, Severity};
use crate::labels::{self, Family, Label};
use crate::sheet::{Glyph, Sheet};

/// What was found out about a paper before its values are read.
#[derive(Debug)]
pub(crate) struct Nature {
    pub(crate) kind: Kind,
    pub(crate) is_invoice: bool,
    /// Whose labels are looked for; `None` if there is nothing to look for.
    pub(crate) family: Option<Family>,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Vec<Title>,
    not_invoice: Vec<Named>,
    claim: Vec<Names>,
    special: Vec<Named>,
    taiwan: Vec<Title>,
    mark: Vec<Named>,
    receipt_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    kind: Kind,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    en: String,
    zh_hant: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    names: Vec<String>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let mut file: File = toml::from_str(include_str!("../data/kinds.toml"))
        .expect("data/kinds.toml is compiled in, and a test reads it");
    let fold = |names: &mut Vec<String>| {
        for name in names.iter_mut() {
            *name = labels::fold_text(name);
        }
        names.sort_by_key(|n| std::cmp::Reverse(n.chars().count()));
    };
    file.title.iter_mut().chain(&mut file.taiwan).for_each(|t| fold(&mut t.names));
    file.not_invoice
        .iter_mut()
        .chain(&mut file.special)
        .chain(&mut file.mark)
        .for_each(|n| fold(&mut n.names));
    file.claim.iter_mut().for_each(|n| fold(&mut n.names));
    fold(&mut file.receipt_words);
    file
});

/// Text that stands alone in its place.
struct Cell {
    text: String,
    height: f32,
    y: f32,
}

fn cells(sheet: &Sheet) -> Vec<Cell> {
    let mut out = Vec::new();
    for row in &sheet.rows {
        for (from, to) in row.cells(0, row.glyphs.len(), 2.0) {
            let mut begin = from;
            for at in from + 1..=to {
                // Larger print beside smaller print is another cell, however near it stands.
                let ends = at == to || {
                    let (a, b) = (row.glyphs[at - 1].height(), row.glyphs[at].height());
                    row.gap(at) > 0.3 && a.max(b) > 1.35 * a.min(b)
                };
                if ends {
                    let height = row.glyphs[begin..at].iter().map(Glyph::height).fold(0.0, f32::max);
                    out.push(Cell { text: row.folded(begin, at), height, y: row.glyphs[begin].y0 });
                    begin = at;
                }
            }
        }
    }
    out
}

/// What a title says.
#[derive(Clone, Copy)]
enum Said<'a> {
    Invoice(Kind),
    NotInvoice(&'a Named),
    Special(&'a Named),
}

/// Reads a cell that consists of titles and nothing else (`TAX INVOICE 稅務發票`).
fn title_of(text: &str) -> Option<Said<'static>> {
    let mut rest = text;
    let mut said: Option<Said<'static>> = None;
    while !rest.is_empty() {
        if let Some((found, length)) = title_at(rest) {
            said = Some(said.map_or(found, |before| graver(before, found)));
            rest = &rest[length..];
        } else {
            let c = rest.chars().next()?;
            let bare = ["ORIGINAL", "正本", "CUSTOMERCOPY"].iter().find(|w| rest.starts_with(**w));
            if let Some(word) = bare {
                rest = &rest[word.len()..];
            } else if c.is_alphanumeric() || matches!(c, ':' | '#' | '%') {
                return None;
            } else {
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    said
}

/// Whether a cell is a title and nothing else.
pub(crate) fn is_title(folded: &str) -> bool {
    title_of(folded).is_some()
}

fn title_at(text: &str) -> Option<(Said<'static>, usize)> {
    let file: &'static File = &FILE;
    let invoices = file.title.iter().flat_map(|t| t.names.iter().map(|n| (Said::Invoice(t.kind), n)));
    let others =
        file.not_invoice.iter().flat_map(|n| n.names.iter().map(move |name| (Said::NotInvoice(n), name)));
    let special = file.special.iter().flat_map(|n| n.names.iter().map(move |name| (Said::Special(n), name)));
    invoices
        .chain(others)
        .chain(special)
        .filter(|(_, name)| text.starts_with(name.as_str()))
        .max_by_key(|(_, name)| name.len())
        .map(|(said, name)| (said, name.len()))
}

fn graver<'a>(a: Said<'a>, b: Said<'a>) -> Said<'a> {
    match (a, b) {
        (Said::NotInvoice(_), _) | (Said::Special(_), Said::Invoice(_)) => a,
        // A receipt is told from an invoice by the more special word.
        (_, Said::NotInvoice(_) | Said::Invoice(Kind::HkReceipt)) | (Said::Invoice(_), Said::Special(_)) => b,
        _ => a,
    }
}

/// What the paper is.
pub(crate) fn nature(sheets: &[Sheet], qr: Option<FapiaoKind>) -> Nature {
    let mut findings = marks(sheets);
    let printed = mainland_title(sheets);
    if printed.is_some() || qr.is_some() {
        return mainland(sheets, printed, qr, findings);
    }
    if let Some(kind) = taiwan(sheets) {
        // Nothing is read from it yet: a value in the wrong place is worse than none.
        return Nature { kind, is_invoice: true, family: None, findings };
    }
    if has_mainland_form(sheets) {
        findings.push(untitled_finding());
        return Nature { kind: Kind::Unknown, is_invoice: true, family: Some(Family::Mainland), findings };
    }
    let (positive, negative, special) = titles(sheets);
    if let Some((named, height)) = negative
        && positive.is_none_or(|(_, p)| height > 1.15 * p)
    {
        findings.clear();
        findings.push(not_an_invoice(named));
        return Nature { kind: Kind::Other, is_invoice: false, family: None, findings };
    }
    if let Some((named, height)) = negative
        && positive.is_some_and(|(_, p)| p < 1.15 * height)
    {
        findings.push(two_titles(named));
    }
    if let Some((named, _)) = special {
        findings.push(finding(
            "DH-2509",
            Severity::Review,
            &[],
            format!("The paper calls itself {}; a person must decide how it is booked.", named.en),
            format!("文件自稱為{}，須由人員決定如何入賬。", named.zh_hant),
        ));
    }
    if positive.is_none() && special.is_none() && is_claim_page(sheets) {
        findings.clear();
        findings.push(claim_page());
        return Nature { kind: Kind::Other, is_invoice: false, family: None, findings };
    }
    match positive.map(|(kind, _)| kind).or(special.map(|_| Kind::HkInvoice)) {
        Some(kind) => titled(sheets, kind, findings),
        None => untitled(sheets, findings),
    }
}

type Found<T> = Option<(T, f32)>;

/// The largest title of each sort on the first page.
fn titles(sheets: &[Sheet]) -> (Found<Kind>, Found<&'static Named>, Found<&'static Named>) {
    let (mut positive, mut negative, mut special): (Found<Kind>, Found<&Named>, Found<&Named>) =
        (None, None, None);
    let Some(sheet) = sheets.first() else { return (None, None, None) };
    let usual = sheet.usual_height();
    for cell in cells(sheet) {
        let said = title_of(&cell.text).or_else(|| {
            let heading = cell.height > 1.15 * usual && cell.y < 0.3;
            heading.then(|| ends_as_other_paper(&cell.text)).flatten().map(Said::NotInvoice)
        });
        let larger = |best: f32| cell.height > best;
        match said {
            Some(Said::Invoice(kind)) if positive.is_none_or(|(_, h)| larger(h)) => {
                positive = Some((kind, cell.height));
            }
            Some(Said::NotInvoice(n)) if negative.is_none_or(|(_, h)| larger(h)) => {
                negative = Some((n, cell.height));
            }
            Some(Said::Special(n)) if special.is_none_or(|(_, h)| larger(h)) => {
                special = Some((n, cell.height));
            }
            _ => {}
        }
    }
    (positive, negative, special)
}

/// A heading such as 某某商城订单详情 ends with the other paper's name.
fn ends_as_other_paper(text: &str) -> Option<&'static Named> {
    let file: &'static File = &FILE;
    if text.contains([':', '#']) || text.chars().count() > 30 {
        return None;
    }
    file.not_invoice
        .iter()
        .find(|n| n.names.iter().any(|name| name.chars().count() > 2 && text.ends_with(name.as_str())))
}

fn titled(sheets: &[Sheet], kind: Kind, findings: Vec<Finding>) -> Nature {
    let kind = if is_hong_kong(sheets) { kind } else { Kind::Other };
    Nature { kind, is_invoice: true, family: Some(Family::Hongkong), findings }
}

/// No title: a shop's slip, an invoice whose title is a picture, or something else altogether.
fn untitled(sheets: &[Sheet], mut findings: Vec<Finding>) -> Nature {
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    let hits: Vec<labels::Hit> = sheets.iter().flat_map(|s| labels::find(s, Family::Hongkong)).collect();
    let has = |label: Label| hits.iter().any(|h| h.label == label);
    let strong = |label: Label| hits.iter().any(|h| h.label == label && h.strong);
    let totals = has(Label::Total) || has(Label::Payable) || has(Label::AmountDue);
    let words = FILE.receipt_words.iter().filter(|w| text.contains(w.as_str())).count();
    let kind = if strong(Label::InvoiceNumber) && totals && has(Label::IssueDate) && words < 2 {
        Some(Kind::HkInvoice)
    } else if totals && words >= 2 {
        Some(Kind::HkReceipt)
    } else {
        None
    };
    if let Some(kind) = kind {
        findings.push(untitled_finding());
        return titled(sheets, kind, findings);
    }
    let speaks_of_invoices = ["发票", "INVOICE", "收据", "RECEIPT"].iter().any(|w| text.contains(w));
    if speaks_of_invoices && totals {
        findings.push(finding(
            "DH-2906",
            Severity::Review,
            &[],
            "The paper speaks of an invoice or a receipt, but it was not understood.",
            "文件提及發票或收據，但無法識別其種類。",
        ));
        return Nature { kind: Kind::Unknown, is_invoice: true, family: Some(Family::Hongkong), findings };
    }
    findings.clear();
    findings.push(finding(
        "DH-2902",
        Severity::Review,
        &[],
        "Nothing on this paper shows that it is an invoice or a receipt.",
        "文件上沒有任何發票或收據的特徵。",
    ));
    let blank = text.chars().all(char::is_whitespace);
    let kind = if blank { Kind::Unknown } else { Kind::Other };
    Nature { kind, is_invoice: false, family: None, findings }
}

/// The title of a mainland invoice, and how surely: it stands alone, high on the page.
fn mainland_title(sheets: &[Sheet]) -> Option<FapiaoKind> {
    for sheet in sheets {
        for cell in cells(sheet).iter().filter(|c| c.y < 0.5) {
            if !cell.text.contains(':')
                && cell.text.chars().count() <= 40
                && let Some(kind) = taxid::cn::kind_of_title(&cell.text)
            {
                return Some(kind);
            }
        }
    }
    None
}

/// How many of the five things that every mainland face has stand on the paper.
fn mainland_features(sheets: &[Sheet]) -> usize {
    let hits: Vec<labels::Hit> = sheets.iter().flat_map(|s| labels::find(s, Family::Mainland)).collect();
    let has = |label: Label| hits.iter().any(|h| h.label == label);
    let features = [
        has(Label::InvoiceNumber) || has(Label::InvoiceCode),
        has(Label::IssueDate),
        has(Label::PartyTaxId) || has(Label::SellerTaxId) || has(Label::BuyerTaxId),
        has(Label::TotalInWords) && has(Label::TotalInFigures),
        has(Label::Sum) && has(Label::ColumnRate) && has(Label::ColumnTax),
    ];
    features.into_iter().filter(|f| *f).count()
}

/// The face of a mainland invoice whose title a stamp has covered.
fn has_mainland_form(sheets: &[Sheet]) -> bool {
    mainland_features(sheets) >= 4
}

fn untitled_finding() -> Finding {
    finding(
        "DH-2905",
        Severity::Review,
        &[],
        "The paper has no legible title; what it is was concluded from what stands on it.",
        "文件沒有可辨認的標題，其種類是由內容推斷。",
    )
}

fn mainland(
    sheets: &[Sheet],
    printed: Option<FapiaoKind>,
    qr: Option<FapiaoKind>,
    mut findings: Vec<Finding>,
) -> Nature {
    if qr.is_none() && mainland_features(sheets) < 2 {
        findings.push(finding(
            "DH-2906",
            Severity::Review,
            &[],
            "The paper names a mainland invoice, but it has not the form of one.",
            "文件提及內地發票，但不具備發票的格式。",
        ));
        return Nature { kind: Kind::Unknown, is_invoice: true, family: Some(Family::Mainland), findings };
    }
    let toll = is_toll(sheets);
    let from_title = printed.map(|k| kind_of(k, toll));
    let from_qr = qr.map(|k| kind_of(k, toll));
    if let (Some(a), Some(b)) = (from_title, from_qr)
        && a != b
        && !(matches!(a, Kind::CnToll) || matches!(b, Kind::CnToll))
    {
        findings.push(finding(
            "DH-2313",
            Severity::Review,
            &[],
            "The title and the QR code name different kinds of invoice.",
            "標題與二維碼所示的發票種類不同。",
        ));
    }
    let kind = from_title.filter(|k| *k != Kind::Other).or(from_qr).or(from_title).unwrap_or(Kind::Unknown);
    Nature { kind, is_invoice: true, family: Some(Family::Mainland), findings }
}

/// The kind that the crate `taxid` tells from a code, if it is one of ours.
pub(crate) fn known_kind(kind: FapiaoKind) -> Option<Kind> {
    Some(kind_of(kind, false)).filter(|k| *k != Kind::Other)
}

fn kind_of(kind: FapiaoKind, toll: bool) -> Kind {
    if toll && matches!(kind, FapiaoKind::GeneralElectronic | FapiaoKind::TollElectronic) {
        return Kind::CnToll;
    }
    match kind {
        FapiaoKind::DigitalSpecial => Kind::CnDigitalSpecial,
        FapiaoKind::DigitalGeneral => Kind::CnDigitalNormal,
        FapiaoKind::SpecialElectronic => Kind::CnVatElectronicSpecial,
        FapiaoKind::SpecialPaper => Kind::CnVatPaperSpecial,
        FapiaoKind::GeneralElectronic => Kind::CnVatElectronicNormal,
        FapiaoKind::GeneralPaper | FapiaoKind::GeneralRoll => Kind::CnVatPaperNormal,
        FapiaoKind::MotorVehicle | FapiaoKind::UsedCar => Kind::CnMotorVehicle,
        FapiaoKind::TollElectronic => Kind::CnToll,
        FapiaoKind::RailEticket => Kind::CnRail,
        FapiaoKind::AirItinerary => Kind::CnAir,
        FapiaoKind::TwEinvoiceProof => Kind::TwEinvoiceSlip,
        FapiaoKind::TwTriplicate => Kind::TwTriplicate,
        _ => Kind::Other,
    }
}

/// A motorway toll: the mark 通行费 in the head, or the columns of a passage.
fn is_toll(sheets: &[Sheet]) -> bool {
    sheets.iter().any(|sheet| {
        cells(sheet).iter().any(|c| (c.text == "通行费" && c.y < 0.3) || c.text.contains("通行日期起"))
    })
}

fn taiwan(sheets: &[Sheet]) -> Option<Kind> {
    let sheet = sheets.first()?;
    cells(sheet).iter().filter(|c| c.y < 0.5).find_map(|cell| {
        FILE.taiwan.iter().find(|t| t.names.iter().any(|n| cell.text.contains(n.as_str()))).map(|t| t.kind)
    })
}

fn is_claim_page(sheets: &[Sheet]) -> bool {
    let names = FILE.claim.iter().flat_map(|n| &n.names);
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    names.into_iter().any(|n| text.contains(n.as_str()))
}

/// Signs of Hong Kong: the currency, the place, a telephone prefix, or traditional characters without Taiwan's marks.
fn is_hong_kong(sheets: &[Sheet]) -> bool {
    let text: String =
        sheets.iter().flat_map(|s| &s.rows).map(|r| r.folded(0, r.glyphs.len()) + "\n").collect();
    if ["统一编号", "NT$", "新台币", "TWD"].iter().any(|w| text.contains(w)) {
        return false;
    }
    let named = [
        "HK$",
        "HKD",
        "HONGKONG",
        "KOWLOON",
        "NEWTERRITORIES",
        "香港",
        "九龙",
        "新界",
        "港币",
        "港元",
        "+852",
        "(852)",
    ];
    let traditional = sheets
        .iter()
        .flat_map(|s| &s.rows)
        .flat_map(|r| &r.glyphs)
        .filter(|g| g.c != g.l && labels::is_ideograph(g.c))
        .count();
    named.iter().any(|w| text.contains(w)) || traditional >= 4
}

/// Words that stand alone and say that the paper must not be paid, or not twice.
fn marks(sheets: &[Sheet]) -> Vec<Finding> {
    let mut out: Vec<Finding> = Vec::new();
    for cell in sheets.iter().flat_map(cells) {
        let bare: String = cell.text.chars().filter(|c| c.is_alphanumeric() || *c == '、').collect();
        for mark in &FILE.mark {
            if mark.names.contains(&bare) {
                let found = finding(
                    "DH-2703",
                    Severity::Review,
                    &[],
                    format!("The paper is marked: {}.", mark.en),
                    format!("文件標有字樣：{}。", mark.zh_hant),
                );
                if !out.contains(&found) {
                    out.push(found);
                }
            }
        }
    }
    out
}

fn not_an_invoice(named: &Named) -> Finding {
    finding(
        "DH-2901",
        Severity::Review,
        &[],
        format!("This is {}, not an invoice; nothing is posted.", named.en),
        format!("這是{}，並非發票，不會入賬。", named.zh_hant),
    )
}

fn two_titles(named: &Named) -> Finding {
    finding(
        "DH-2904",
        Severity::Review,
        &[],
        format!("The paper calls itself an invoice and {} as well.", named.en),
        format!("文件同時自稱發票及{}。", named.zh_hant),
    )
}

fn claim_page() -> Finding {
    finding(
        "DH-2903",
        Severity::Review,
        &[],
        "This page only invites you to fetch an invoice; the invoice itself is still to be asked for.",
        "此頁只是領取發票的提示，須另行索取發票。",
    )
}

#[cfg(test)]
mod tests;
