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
    invoice.fields.values().any(|f| matches!(f.source, Source::OcrPpocr | Source::OcrTesseract))
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
    extra: Decimal,
    total: Decimal,
}

fn parts(invoice: &Invoice) -> Option<Parts> {
    let or_zero = |f| money(invoice, f).unwrap_or_default();
    Some(Parts {
        lines: line_sum(invoice, |l| l.amount.as_deref()),
        subtotal: money(invoice, FieldName::Subtotal),
        discount: or_zero(FieldName::Discount),
        extra: or_zero(FieldName::Charges) + or_zero(FieldName::Tax),
        total: money(invoice, FieldName::Total)?,
    })
}

impl Parts {
    /// What the total should be, by each way of reckoning.
    fn totals(&self) -> Vec<Decimal> {
        let mut out = Vec::new();
        for base in [self.subtotal, self.lines].into_iter().flatten() {
            out.push(base - self.discount + self.extra);
        }
        // Discounts and charges that were printed among the lines.
        out.extend(self.lines);
        out.extend(self.lines.map(|l| l + self.extra));
        out.extend(self.lines.map(|l| l - self.discount));
        out
    }

    fn holds(&self) -> bool {
        self.totals().contains(&self.total)
    }

    fn nearly_holds(&self) -> bool {
        self.totals().iter().any(|t| (*t - self.total).abs() <= ROUNDING)
    }

    /// The lines come to the subtotal, or to what is left of it after a discount among them.
    fn lines_fit(&self) -> bool {
        match (self.lines, self.subtotal) {
            (Some(lines), Some(subtotal)) => {
                lines == subtotal
                    || lines == subtotal - self.discount
                    || lines == self.total
                    || lines == subtotal + self.extra
            }
            (Some(_), None) => self.holds() || self.nearly_holds(),
            (None, _) => true,
        }
    }
}

fn supported(invoice: &Invoice) -> Vec<FieldName> {
    let Some(parts) = parts(invoice) else { return Vec::new() };
    let mut out = Vec::new();
    if parts.holds() {
        out.push(FieldName::Total);
        // The identity confirms the parts that it is made of, if nothing is left over.
        if parts.subtotal.is_some_and(|s| s - parts.discount + parts.extra == parts.total) {
            out.extend([FieldName::Subtotal, FieldName::Discount, FieldName::Charges]);
        } else if parts.lines.is_some_and(|l| l - parts.discount + parts.extra == parts.total) {
            out.extend([FieldName::Discount, FieldName::Charges]);
        }
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
    let mut out = products(invoice);
    let Some(parts) = parts(invoice) else { return out };
    let severity = if any_ocr(invoice) { Severity::Review } else { Severity::Reject };
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

/// Quantity times price, line by line.
fn products(invoice: &Invoice) -> Vec<Finding> {
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
                Severity::Note,
                &[],
                format!("Line {}: {q} times {p} is not {a}.", i + 1),
                format!("第 {} 行：{q} × {p} 不等於 {a}。", i + 1),
            ));
        }
    }
    out
}
