//! Red-letter invoices: negative ones, which belong to an earlier blue one.

use rust_decimal::Decimal;
use taxid::cn::RedLetter;

use crate::finding::finding;
use crate::invoice::{FieldName, Finding, Invoice, Severity};

pub(super) fn find(invoice: &Invoice) -> Option<Finding> {
    let negative = invoice
        .value(FieldName::Total)
        .and_then(|v| v.parse::<Decimal>().ok())
        .is_some_and(|t| t.is_sign_negative() && !t.is_zero());
    let red = invoice.value(FieldName::Remarks).map_or(RedLetter::None, RedLetter::in_remark);
    if !invoice.kind.is_mainland() {
        return negative.then(|| {
            finding(
                "DH-2704",
                Severity::Review,
                &[FieldName::Total],
                "The total is negative; this is a credit, and a person must decide how it is booked.",
                "總額為負數，屬貸項，須由人員決定如何入賬。",
            )
        });
    }
    match red {
        RedLetter::None if !negative => None,
        RedLetter::None | RedLetter::Unreferenced => Some(finding(
            "DH-2702",
            Severity::Review,
            &[FieldName::Total, FieldName::Remarks],
            "This is a red-letter (negative) invoice that does not name the invoice it cancels.",
            "此為紅字發票，但沒有註明所沖銷的發票。",
        )),
        _ => Some(finding(
            "DH-2701",
            Severity::Review,
            &[FieldName::Total, FieldName::Remarks],
            "This is a red-letter (negative) invoice; the invoice that it cancels must not be paid.",
            "此為紅字發票；被其沖銷的發票不可付款。",
        )),
    }
}
