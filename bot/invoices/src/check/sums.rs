//! Sums: which fields they confirm, and where they do not hold.

use documents::Source;
use rust_decimal::Decimal;

use crate::finding::finding;
use crate::invoice::{FieldName, Finding, Invoice, Kind, LineItem, Severity};

use super::mainland_sums;

/// Ten cents: coins are rounded in Hong Kong shops.
const ROUNDING: Decimal = Decimal::from_parts(10, 0, 0, false, 2);
const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

pub(super) fn money(invoice: &Invoice, field: FieldName) -> Option<Decimal> {
    invoice.value(field)?.parse().ok()
}

/// The sum of a column; `None` if there is nothing, or a figure is missing.
pub(super) fn line_sum(invoice: &Invoice, cell: impl Fn(&LineItem) -> Option<&str>) -> Option<Decimal> {
    let figures: Option<Vec<Decimal>> = invoice
        .lines
        .iter()
        .map(|l| cell(l).and_then(|t| if t.starts_with('*') { Some(Decimal::ZERO) } else { t.parse().ok() }))
        .collect();
    figures.filter(|f| !f.is_empty()).map(|f| f.iter().sum())
}

pub(super) fn any_ocr(invoice: &Invoice) -> bool {
    invoice.fields.values().any(|f| f.source.is_ocr())
}

/// Marks the fields that the paper's own arithmetic confirms, and takes the mark from those that it no longer does.
pub(super) fn support(invoice: &mut Invoice) {
    let supported =
        if invoice.kind.is_mainland() { mainland_sums::supported(invoice) } else { supported(invoice) };
    for (field, value) in &mut invoice.fields {
        let own_digits = is_checked_id(*field, &value.value) && value.source != Source::Structured;
        let there = supported.contains(field) || own_digits;
        value.agrees.retain(|s| *s != Source::Derived);
        if there && value.source != Source::Derived {
            value.agrees.push(Source::Derived);
        }
        if there && value.source != Source::Person {
            value.confidence = crate::gather::rounded(value.confidence.max(0.99));
        }
    }
}

/// A credit code carries two check characters: one misread character cannot pass both.
fn is_checked_id(field: FieldName, value: &str) -> bool {
    matches!(field, FieldName::SellerTaxId | FieldName::BuyerTaxId) && taxid::cn::Uscc::parse(value).is_ok()
}

/// Everything that the sums of a Hong Kong paper can be made of.
struct Parts {
    lines: Option<Decimal>,
    subtotal: Option<Decimal>,
    discount: Decimal,
    /// The discount is also printed among the lines, as negative amounts.
    discount_in_lines: bool,
    extra: Decimal,
    total: Decimal,
}

fn parts(invoice: &Invoice) -> Option<Parts> {
    let or_zero = |f| money(invoice, f).unwrap_or_default();
    let discount = or_zero(FieldName::Discount);
    let negative: Decimal = invoice
        .lines
        .iter()
        .filter_map(|l| l.amount.as_deref()?.parse::<Decimal>().ok())
        .filter(Decimal::is_sign_negative)
        .sum();
    Some(Parts {
        lines: line_sum(invoice, |l| l.amount.as_deref()),
        subtotal: money(invoice, FieldName::Subtotal),
        discount,
        discount_in_lines: !discount.is_zero() && -negative == discount,
        extra: or_zero(FieldName::Charges) + or_zero(FieldName::Tax),
        total: money(invoice, FieldName::Total)?,
    })
}

impl Parts {
    /// What the total should be: by the subtotal, and by the lines.
    fn totals(&self) -> Vec<Decimal> {
        let taken = self.discount_in_lines && self.lines == self.subtotal;
        let by_subtotal = self.subtotal.map(|s| if taken { s } else { s - self.discount });
        let by_lines = self.lines.map(|l| if self.discount_in_lines { l } else { l - self.discount });
        [by_subtotal, by_lines].into_iter().flatten().map(|base| base + self.extra).collect()
    }

    /// There is something to reckon with, and every way of reckoning comes to the total.
    fn holds(&self) -> bool {
        let totals = self.totals();
        !totals.is_empty() && totals.iter().all(|t| *t == self.total)
    }

    fn nearly_holds(&self) -> bool {
        self.totals().iter().all(|t| (*t - self.total).abs() <= ROUNDING)
    }

    /// The lines come to the subtotal, or to what is left of it after a discount among them.
    fn lines_fit(&self) -> bool {
        match (self.lines, self.subtotal) {
            (Some(lines), Some(subtotal)) => {
                lines == subtotal || self.discount_in_lines && lines == subtotal - self.discount
            }
            _ => true,
        }
    }
}

fn supported(invoice: &Invoice) -> Vec<FieldName> {
    let Some(parts) = parts(invoice) else { return Vec::new() };
    let mut out = Vec::new();
    if parts.holds() {
        // The identity confirms the parts that it is made of as well.
        out.extend([FieldName::Total, FieldName::Subtotal, FieldName::Discount, FieldName::Charges]);
    }
    if parts.lines.is_some() && parts.lines == parts.subtotal {
        out.push(FieldName::Subtotal);
    }
    if money(invoice, FieldName::AmountDue) == Some(parts.total) && parts.holds() {
        out.push(FieldName::AmountDue);
    }
    out
}

/// What does not add up.
pub(super) fn find(invoice: &Invoice) -> Vec<Finding> {
    let mut out =
        if invoice.kind.is_mainland() { mainland_sums::find(invoice) } else { find_elsewhere(invoice) };
    if invoice.lines.is_empty() && invoice.kind.is_supported() {
        out.push(finding(
            "DH-2215",
            Severity::Note,
            &[],
            "No line items were read; only the sums will be posted.",
            "未能讀出明細，只按總額入賬。",
        ));
    }
    out
}

fn find_elsewhere(invoice: &Invoice) -> Vec<Finding> {
    let ocr = any_ocr(invoice);
    let mut out = products(invoice, if ocr { Severity::Review } else { Severity::Note });
    let Some(parts) = parts(invoice) else { return out };
    if let (Some(net), Some(tax)) = (money(invoice, FieldName::AmountExTax), money(invoice, FieldName::Tax))
        && net + tax != parts.total
    {
        out.push(finding(
            "DH-2208",
            if ocr { Severity::Review } else { Severity::Reject },
            &[FieldName::AmountExTax, FieldName::Tax, FieldName::Total],
            format!("Net amount and tax come to {}, but the total is {}.", net + tax, parts.total),
            format!("金額加稅額為 {}，但總額為 {}。", net + tax, parts.total),
        ));
    }
    let severity = if ocr { Severity::Review } else { Severity::Reject };
    let reckonable = parts.subtotal.is_some() || parts.lines.is_some();
    if reckonable && !parts.holds() {
        let coins = invoice.kind == Kind::HkReceipt && parts.nearly_holds();
        out.push(finding(
            "DH-2214",
            if coins { Severity::Note } else { severity },
            &[FieldName::Subtotal, FieldName::Discount, FieldName::Charges, FieldName::Total],
            format!("Lines, discount and charges do not come to the total {}.", parts.total),
            format!("明細、折扣及附加費用的合計與總額 {} 不符。", parts.total),
        ));
    }
    if !parts.lines_fit() {
        let (lines, base) = (parts.lines.unwrap_or_default(), parts.subtotal.unwrap_or(parts.total));
        out.push(finding(
            "DH-2213",
            severity,
            &[FieldName::Subtotal],
            format!("The lines come to {lines}, the paper says {base}."),
            format!("明細合計為 {lines}，文件所示為 {base}。"),
        ));
    }
    out
}

/// Quantity times price, line by line. What does not fit on a picture was misread, more likely than not.
fn products(invoice: &Invoice, severity: Severity) -> Vec<Finding> {
    let decimal = |t: &Option<String>| t.as_deref().and_then(|t| t.parse::<Decimal>().ok());
    let mut out = Vec::new();
    for (i, line) in invoice.lines.iter().enumerate() {
        let (Some(q), Some(p), Some(a)) =
            (decimal(&line.quantity), decimal(&line.unit_price), decimal(&line.amount))
        else {
            continue;
        };
        if q.checked_mul(p).is_some_and(|product| (product - a).abs() > CENT) {
            out.push(finding(
                "DH-2201",
                severity,
                &[],
                format!("Line {}: {q} times {p} is not {a}.", i + 1),
                format!("第 {} 行：{q} × {p} 不等於 {a}。", i + 1),
            ));
        }
    }
    out
}
