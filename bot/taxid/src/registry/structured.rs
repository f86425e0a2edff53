//! The formats that test several figures against each other: their input is a JSON object.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{Checked, text};
use crate::cn::{LineSums, SumFinding, Sums, VatRate};
use crate::date::PaperDate;
use crate::rule::{Phrase, Rule};
use crate::tw::{TaxSums, TaxType};
use crate::ubl::{TaxSubtotal, Totals};
use crate::{Note, Parts, Severity, Violation};

type Object = Map<String, Value>;

/// The object in a text.
pub(super) fn object(format: &'static str, raw: &str) -> Result<Object, Violation> {
    let phrase =
        Phrase::new("This format takes a JSON object with the figures", "此格式須輸入包含各金額的 JSON 物件");
    serde_json::from_str(raw).map_err(|_| Violation::whole(format, Rule::Input(phrase)))
}

/// A figure of an object: a text or a number. Blank, `***` and absent are `None`.
fn figure(format: &'static str, object: &Object, name: &str) -> Result<Option<Decimal>, Violation> {
    let text = match object.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(Violation::whole(format, Rule::FiguresGrammar)),
    };
    if text.is_empty() || text.chars().all(|c| c == '*') {
        return Ok(None);
    }
    crate::amount::Amount::parse(&text)
        .map(|amount| Some(amount.value()))
        .map_err(|wrong| Violation { format, ..wrong })
}

/// As [`figure`], and it must be there.
fn needed(format: &'static str, object: &Object, name: &str) -> Result<Decimal, Violation> {
    let phrase = Phrase::new("A figure that the format needs is missing", "缺少此格式所需的金額");
    figure(format, object, name)?.ok_or(Violation::whole(format, Rule::Input(phrase)))
}

/// The objects of a list.
fn list<'a>(object: &'a Object, name: &str) -> impl Iterator<Item = &'a Value> {
    object.get(name).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn fapiao(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "cn.fapiao.arith";
    let face = object(FORMAT, raw)?;
    let issued = match face.get("issue_date").and_then(Value::as_str) {
        Some(printed) => Some(PaperDate::parse(printed)?.date()),
        None => None,
    };
    let mut lines = Vec::new();
    for line in list(&face, "lines").filter_map(Value::as_object) {
        let rate = match (line.get("rate").and_then(Value::as_str), issued) {
            (None | Some(""), _) => None,
            (Some(printed), None) => Some(VatRate::parse(printed)?),
            (Some(printed), Some(day)) => Some(VatRate::parse_on(printed, day)?),
        };
        lines.push(LineSums {
            amount: figure(FORMAT, line, "amount")?,
            rate,
            tax: figure(FORMAT, line, "tax")?,
            quantity: figure(FORMAT, line, "qty")?,
            unit_price: figure(FORMAT, line, "price")?,
        });
    }
    let words = match face.get("words").and_then(Value::as_str) {
        Some(words) => Some(crate::words::AmountInWords::parse(words)?.value()),
        None => None,
    };
    let total = needed(FORMAT, &face, "total")?;
    let sums = Sums {
        lines,
        amount: Some(needed(FORMAT, &face, "amount")?),
        tax: figure(FORMAT, &face, "tax")?,
        total: Some(total),
        words,
        other_charges: figure(FORMAT, &face, "other_charges")?.unwrap_or_default(),
        deduction: figure(FORMAT, &face, "deduction")?,
        margin_rate: figure(FORMAT, &face, "margin_rate")?,
        read_by_ocr: false,
    };
    let findings = sums.check();
    if let Some(worst) = findings.iter().find(|finding| finding.severity == Severity::Reject) {
        return Err(Violation::whole(FORMAT, worst.rule()));
    }
    let notes = findings.iter().map(note).collect();
    Ok(text(FORMAT, format!("{total:.2}"), notes, Parts::new()))
}

fn note(finding: &SumFinding) -> Note {
    Note {
        code: finding.code().to_owned(),
        severity: finding.severity,
        en: finding.en(),
        zh_hant: finding.zh_hant(),
    }
}

pub(super) fn uniform_invoice(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "tw.tax_arith";
    let face = object(FORMAT, raw)?;
    let tax_type = match face.get("tax_type") {
        None | Some(Value::Null) => TaxType::Taxable,
        Some(code) => {
            let code = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
            let phrase = Phrase::new("The tax type must be 1, 2, 3, 4 or 9", "課稅別須為 1、2、3、4 或 9");
            TaxType::of_code(&code).ok_or(Violation::whole(FORMAT, Rule::Input(phrase)))?
        }
    };
    // The field's name in MIG files and short forms of it.
    let any_of = |names: [&str; 3]| {
        names.into_iter().find_map(|name| figure(FORMAT, &face, name).transpose()).transpose()
    };
    let sums = TaxSums {
        sales: needed(FORMAT, &face, "sales")?,
        free: any_of(["free", "free_sales", "free_tax_sales"])?.unwrap_or_default(),
        zero: any_of(["zero", "zero_sales", "zero_tax_sales"])?.unwrap_or_default(),
        tax: needed(FORMAT, &face, "tax")?,
        total: needed(FORMAT, &face, "total")?,
        tax_type,
        consumer: face.get("b2c").and_then(Value::as_bool).unwrap_or(false),
    };
    match sums.check().first() {
        Some(wrong) => Err(sum(FORMAT, wrong.rule, None, wrong.expected, wrong.found)),
        None => Ok(text(FORMAT, sums.total.normalize().to_string(), Vec::new(), Parts::new())),
    }
}

pub(super) fn ubl(raw: &str) -> Result<Checked, Violation> {
    const FORMAT: &str = "ubl.totals";
    let face = object(FORMAT, raw)?;
    let optional = |name| figure(FORMAT, &face, name).map(Option::unwrap_or_default);
    let mut totals = Totals {
        line_extension: needed(FORMAT, &face, "line_ext")?,
        allowances: optional("allowances")?,
        charges: optional("charges")?,
        tax_exclusive: needed(FORMAT, &face, "tax_excl")?,
        tax_total: optional("tax_total")?,
        tax_inclusive: needed(FORMAT, &face, "tax_incl")?,
        prepaid: optional("prepaid")?,
        rounding: optional("rounding")?,
        payable: needed(FORMAT, &face, "payable")?,
        ..Totals::default()
    };
    for line in list(&face, "lines") {
        let line = Object::from_iter([("amount".to_owned(), line.clone())]);
        totals.lines.push(needed(FORMAT, &line, "amount")?);
    }
    for subtotal in list(&face, "subtotals").filter_map(Value::as_object) {
        totals.subtotals.push(TaxSubtotal {
            base: needed(FORMAT, subtotal, "base")?,
            rate: figure(FORMAT, subtotal, "rate")?,
            tax: needed(FORMAT, subtotal, "tax")?,
        });
    }
    match totals.check().first() {
        Some(wrong) => Err(sum(FORMAT, wrong.rule, wrong.subtotal, wrong.expected, wrong.found)),
        None => Ok(text(FORMAT, format!("{:.2}", totals.payable), Vec::new(), Parts::new())),
    }
}

fn sum(
    format: &'static str,
    rule: &'static str,
    line: Option<usize>,
    expected: Decimal,
    found: Decimal,
) -> Violation {
    let line = line.and_then(|line| u16::try_from(line).ok());
    Violation::whole(format, Rule::Sum { rule, line, expected, found })
}
