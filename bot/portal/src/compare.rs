//! Is that bill this bill? Pure decisions about what a search found and what a page reads back.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::{Bill, Record};

/// What a search says about a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// No bill of this supplier has the number.
    Nothing,
    /// It is there: same number, supplier and total. When it is there more than once, the first.
    There(Record),
    /// This supplier's number is there with another total.
    OtherTotal(Record),
    /// A bill has the same number and total, but whether it is the same supplier cannot be told.
    Doubtful(Record),
}

/// Judges all that a search found. The worst is said: a doubt outweighs a match.
pub fn look(bill: &Bill, found: &[Record]) -> Look {
    let mut there = None;
    for record in found {
        match judge(bill, record) {
            Sameness::Another => {}
            Sameness::Same => {
                there.get_or_insert(record);
            }
            Sameness::OtherTotal => return Look::OtherTotal(record.clone()),
            Sameness::Doubtful => return Look::Doubtful(record.clone()),
        }
    }
    there.map_or(Look::Nothing, |record| Look::There(record.clone()))
}

/// How many of the found bills are this very bill.
pub(crate) fn copies(bill: &Bill, found: &[Record]) -> usize {
    found.iter().filter(|record| judge(bill, record) == Sameness::Same).count()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sameness {
    Another,
    Same,
    OtherTotal,
    Doubtful,
}

fn judge(bill: &Bill, record: &Record) -> Sameness {
    let supplier = same_supplier(bill, record);
    let total = record.total.map(|total| total == bill.total && same_currency(bill, record));
    match record.reference.as_deref().map(fold_number).filter(|number| !number.is_empty()) {
        // Pages search by parts of a number: only the whole number counts.
        Some(number) if number != fold_number(&bill.reference) => return Sameness::Another,
        Some(_) => {}
        // Somebody entered a bill without its number: it may be this one, and it may be another of the same amount.
        None if supplier == Some(false) || total == Some(false) => return Sameness::Another,
        None => return Sameness::Doubtful,
    }
    match (supplier, total) {
        (Some(true), Some(true)) => Sameness::Same,
        (Some(true), Some(false)) => Sameness::OtherTotal,
        // Two suppliers may well use the same number; for the same amount too, it is rather one misread supplier.
        (Some(false), Some(false)) => Sameness::Another,
        _ => Sameness::Doubtful,
    }
}

fn same_currency(bill: &Bill, record: &Record) -> bool {
    record.currency.as_deref().is_none_or(|c| c.trim().eq_ignore_ascii_case(&bill.currency))
}

/// `None` when neither numbers nor names are there to compare.
fn same_supplier(bill: &Bill, record: &Record) -> Option<bool> {
    let numbers = both(bill.supplier_tax_id.as_deref(), record.supplier_tax_id.as_deref());
    if let Some((ours, theirs)) = numbers {
        return Some(fold_number(ours) == fold_number(theirs));
    }
    both(Some(&bill.supplier_name), record.supplier.as_deref())
        .map(|(ours, theirs)| fold_name(ours) == fold_name(theirs))
}

fn both<'a>(ours: Option<&'a str>, theirs: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    let some = |s: &'a str| (!s.trim().is_empty()).then_some(s);
    Some((some(ours?)?, some(theirs?)?))
}

/// Numbers are compared without case, blanks and hyphens.
pub(crate) fn fold_number(number: &str) -> String {
    number.nfkc().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// Names are compared without case, blanks and punctuation, full-width or not.
pub(crate) fn fold_name(name: &str) -> String {
    name.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One value that does not read back as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `supplier`, `reference`, `date`, `total` or `currency`.
    pub field: &'static str,
    /// What was to be entered.
    pub typed: String,
    /// What the portal shows; empty when it shows nothing.
    pub shown: String,
}

/// Compares a saved bill with the one that was to be saved, to the cent. Empty when all is right.
pub fn differences(bill: &Bill, record: &Record, currency_is_recorded: bool) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut compare = |field, same: bool, typed: String, shown: String| {
        if !same {
            all.push(Difference { field, typed, shown });
        }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let reference = text(&record.reference);
    compare(
        "reference",
        fold_number(&reference) == fold_number(&bill.reference),
        bill.reference.clone(),
        reference,
    );
    let supplier = record.supplier.as_ref().or(record.supplier_tax_id.as_ref()).cloned().unwrap_or_default();
    compare("supplier", same_supplier(bill, record) == Some(true), bill.supplier_name.clone(), supplier);
    let date = record.date.map(|d| d.to_string()).unwrap_or_default();
    compare("date", record.date == Some(bill.issue_date), bill.issue_date.to_string(), date);
    let total = record.total.map(|t| t.to_string()).unwrap_or_default();
    compare("total", record.total == Some(bill.total), bill.total.to_string(), total);
    if currency_is_recorded {
        let currency = text(&record.currency);
        compare(
            "currency",
            currency.trim().eq_ignore_ascii_case(&bill.currency),
            bill.currency.clone(),
            currency,
        );
    }
    all
}

/// The differences that a list shows; those that it leaves blank only when it shows none.
pub(crate) fn seen(mut all: Vec<Difference>) -> Vec<Difference> {
    if all.iter().any(|difference| !difference.shown.is_empty()) {
        all.retain(|difference| !difference.shown.is_empty());
    }
    all
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use rstest::rstest;
    use rust_decimal::Decimal;

    use super::*;

    fn bill() -> Bill {
        serde_json::from_value(serde_json::json!({
            "key": "hk:70000011:INV-7", "reference": "INV-7", "supplier_name": "維港文儀（虛構）有限公司",
            "supplier_tax_id": "70000011", "issue_date": "2026-11-02", "currency": "HKD", "total": "120.50"
        }))
        .unwrap()
    }

    fn record(reference: &str, supplier: Option<&str>, id: Option<&str>, total: Option<&str>) -> Record {
        Record {
            number: Some("B-000001".into()),
            reference: Some(reference.into()),
            supplier: supplier.map(Into::into),
            supplier_tax_id: id.map(Into::into),
            total: total.map(|t| t.parse::<Decimal>().unwrap()),
            ..Record::default()
        }
    }

    #[rstest]
    #[case::the_same("inv-7", None, Some("70000011"), Some("120.5"), "there")]
    #[case::the_number_with_a_blank("INV 7", None, Some("70000011"), Some("120.50"), "there")]
    #[case::a_longer_number("INV-77", None, Some("70000011"), Some("120.50"), "nothing")]
    #[case::a_cent_more("INV-7", None, Some("70000011"), Some("120.51"), "other total")]
    #[case::no_total("INV-7", None, Some("70000011"), None, "doubtful")]
    #[case::another_supplier("INV-7", None, Some("70000022"), Some("9"), "nothing")]
    #[case::another_supplier_same_total("INV-7", None, Some("70000022"), Some("120.50"), "doubtful")]
    #[case::by_name_in_other_brackets(
        "INV-7",
        Some("維港文儀(虛構) 有限公司"),
        None,
        Some("120.50"),
        "there"
    )]
    #[case::nothing_to_tell_the_supplier("INV-7", None, None, Some("120.50"), "doubtful")]
    fn a_bill_is_posted_twice_when_this_is_judged_wrong(
        #[case] reference: &str,
        #[case] supplier: Option<&str>,
        #[case] id: Option<&str>,
        #[case] total: Option<&str>,
        #[case] expected: &str,
    ) {
        let said = match look(&bill(), &[record(reference, supplier, id, total)]) {
            Look::Nothing => "nothing",
            Look::There(_) => "there",
            Look::OtherTotal(_) => "other total",
            Look::Doubtful(_) => "doubtful",
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_bill_without_its_number_proves_nothing() {
        let without = |total| Record { reference: None, ..record("", None, Some("70000011"), Some(total)) };
        assert!(
            matches!(look(&bill(), &[without("120.50")]), Look::Doubtful(_)),
            "else this one would be lost"
        );
        assert_eq!(look(&bill(), &[without("99.00")]), Look::Nothing);
    }

    #[test]
    fn another_currency_is_another_total() {
        let other = Record {
            currency: Some("CNY".into()),
            ..record("INV-7", None, Some("70000011"), Some("120.50"))
        };
        assert!(matches!(look(&bill(), &[other]), Look::OtherTotal(_)));
    }

    #[test]
    fn a_value_that_reads_back_differently_is_named() {
        let mut shown = record("INV-7", None, Some("70000011"), Some("120.50"));
        shown.date = chrono::NaiveDate::from_ymd_opt(2026, 11, 22);
        let found = differences(&bill(), &shown, false);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].field, found[0].shown.as_str()), ("date", "2026-11-22"));
        shown.total = None;
        assert_eq!(
            seen(differences(&bill(), &shown, false)),
            found,
            "a list without totals says nothing of them"
        );
        (shown.date, shown.total) = (None, None);
        assert_eq!(seen(differences(&bill(), &shown, false)).len(), 2, "but something is always said");
        shown.total = Some(bill().total);
        shown.date = Some(bill().issue_date);
        assert!(differences(&bill(), &shown, false).is_empty());
        assert_eq!(
            differences(&bill(), &shown, true)[0].field,
            "currency",
            "a currency that is not shown is a difference"
        );
    }
}
