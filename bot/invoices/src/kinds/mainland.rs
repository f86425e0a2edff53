//! Mainland invoices: by title, by QR code, or by the form alone.

use taxid::cn::FapiaoKind;

use super::Nature;
use super::titles::cells;
use crate::finding::finding;
use crate::invoice::{Finding, Kind, Severity};
use crate::labels::{self, Family, Label, Names};
use crate::sheet::Sheet;

/// The title of a mainland invoice, and how surely: it stands alone, high on the page.
pub(super) fn mainland_title(sheets: &[Sheet]) -> Option<FapiaoKind> {
    for sheet in sheets {
        for cell in cells(sheet).iter().filter(|c| c.y < 0.5) {
            if !cell.text.contains(':')
                && cell.text.chars().count() <= 40
                && let Some(kind) = taxid::cn::kind_of_title(&cell.text)
                && !kind_of(kind, false).is_taiwan()
            {
                return Some(kind);
            }
        }
    }
    None
}

/// How many of the five things that every mainland face has stand on the paper.
fn mainland_features(sheets: &[Sheet], names: &Names) -> usize {
    let hits: Vec<labels::Hit> =
        sheets.iter().flat_map(|s| labels::find(s, Family::Mainland, names)).collect();
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
pub(super) fn has_mainland_form(sheets: &[Sheet], names: &Names) -> bool {
    mainland_features(sheets, names) >= 4
}

pub(super) fn mainland(
    sheets: &[Sheet],
    printed: Option<FapiaoKind>,
    qr: Option<FapiaoKind>,
    names: &Names,
    mut findings: Vec<Finding>,
) -> Nature {
    if qr.is_none() && mainland_features(sheets, names) < 2 {
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
        findings.push(two_kinds());
    }
    let kind = from_title.filter(|k| *k != Kind::Other).or(from_qr).or(from_title).unwrap_or(Kind::Unknown);
    Nature { kind, is_invoice: true, family: Some(Family::Mainland), findings }
}

/// One paper, two natures: one of them was forged, or the wrong file was attached.
pub(crate) fn two_kinds() -> Finding {
    finding(
        "DH-2313",
        Severity::Review,
        &[],
        "The title, the QR code and the data do not name the same kind of invoice.",
        "標題、二維碼與數據所示的發票種類不同。",
    )
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
