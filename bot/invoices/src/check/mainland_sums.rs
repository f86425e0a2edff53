//! The arithmetic of a mainland face.

use rust_decimal::Decimal;
use taxid::cn::{LineSums, SumFinding, SumRule, Sums, VatRate, margin_deduction};
use taxid::words::AmountInWords;

use crate::finding::finding;
use crate::invoice::{FieldName, Finding, Invoice, Severity};

use super::sums::{any_ocr, line_sum, money};

/// The total in words, as a value.
pub(super) fn words(invoice: &Invoice) -> Option<Decimal> {
    AmountInWords::parse(invoice.value(FieldName::TotalInWords)?).ok().map(|w| w.value())
}

/// The fields that the arithmetic confirms.
pub(super) fn supported(invoice: &Invoice) -> Vec<FieldName> {
    let (net, tax, total) = (
        money(invoice, FieldName::AmountExTax),
        money(invoice, FieldName::Tax),
        money(invoice, FieldName::Total),
    );
    let mut out = Vec::new();
    if total.is_some() && words(invoice) == total {
        out.push(FieldName::Total);
    }
    if let (Some(net), Some(total)) = (net, total)
        && net + tax.unwrap_or_default() == total
    {
        out.extend([FieldName::AmountExTax, FieldName::Total]);
        out.extend(tax.filter(|t| !t.is_zero()).map(|_| FieldName::Tax));
    }
    if net.is_some() && line_sum(invoice, |l| l.amount.as_deref()) == net {
        out.push(FieldName::AmountExTax);
    }
    if tax.is_some() && line_sum(invoice, |l| l.tax.as_deref()) == tax {
        out.push(FieldName::Tax);
    }
    // `***` for tax is no figure to be confirmed: the total equals the net amount.
    if tax.is_some_and(|t| t.is_zero()) && out.contains(&FieldName::Total) && net == total {
        out.push(FieldName::Tax);
    }
    out
}

pub(super) fn find(invoice: &Invoice) -> Vec<Finding> {
    let ocr = any_ocr(invoice);
    let mut out: Vec<Finding> = sums(invoice, ocr).check().iter().map(|f| said(f, ocr)).collect();
    if let Some(text) = invoice.value(FieldName::TotalInWords)
        && let Err(violation) = AmountInWords::parse(text)
    {
        let other_proof = supported(invoice).contains(&FieldName::Total);
        out.push(finding(
            violation.code(),
            if ocr && other_proof { Severity::Note } else { Severity::Review },
            &[FieldName::TotalInWords],
            format!("The total in words cannot be read as a sum: {}", violation.en()),
            format!("大寫總額無法讀成金額：{}", violation.zh_hant()),
        ));
    }
    out
}

fn sums(invoice: &Invoice, ocr: bool) -> Sums {
    let decimal = |text: &Option<String>| text.as_deref().and_then(|t| t.parse::<Decimal>().ok());
    let lines = invoice
        .lines
        .iter()
        .map(|l| LineSums {
            amount: decimal(&l.amount),
            rate: l.tax_rate.as_deref().and_then(|r| VatRate::parse(r).ok()),
            tax: decimal(&l.tax),
            quantity: decimal(&l.quantity),
            unit_price: decimal(&l.unit_price),
        })
        .collect();
    Sums {
        lines,
        amount: money(invoice, FieldName::AmountExTax),
        tax: money(invoice, FieldName::Tax),
        total: money(invoice, FieldName::Total),
        words: words(invoice),
        deduction: invoice.value(FieldName::Remarks).and_then(margin_deduction),
        read_by_ocr: ocr,
        ..Sums::default()
    }
}

fn said(found: &SumFinding, ocr: bool) -> Finding {
    use FieldName as F;
    let (code, fields): (&str, &[FieldName]) = match found.rule {
        SumRule::QuantityPrice => ("DH-2201", &[]),
        SumRule::LineTax => ("DH-2202", &[F::Tax]),
        SumRule::AccumulatedTax => ("DH-2203", &[F::Tax]),
        SumRule::ExemptTax => ("DH-2204", &[F::Tax]),
        SumRule::LinesAmount => ("DH-2205", &[F::AmountExTax]),
        SumRule::LinesTax => ("DH-2206", &[F::Tax]),
        SumRule::Total => ("DH-2208", &[F::AmountExTax, F::Tax, F::Total]),
        SumRule::Words => ("DH-2209", &[F::Total, F::TotalInWords]),
        SumRule::MarginTax => ("DH-2210", &[F::Tax]),
        SumRule::MaskedRate => ("DH-2211", &[F::Tax]),
        SumRule::DiscountRate => ("DH-2212", &[]),
    };
    let severity = match found.severity {
        // A figure that does not fit was misread, more likely than not.
        taxid::Severity::Note if ocr && found.rule == SumRule::QuantityPrice => Severity::Review,
        // A misread figure is more likely than a false invoice.
        taxid::Severity::Reject if ocr => Severity::Review,
        taxid::Severity::Reject => Severity::Reject,
        taxid::Severity::Review => Severity::Review,
        taxid::Severity::Note => Severity::Note,
    };
    finding(code, severity, fields, found.en(), found.zh_hant())
}
